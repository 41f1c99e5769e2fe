/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flash that does not answer twice the same. What stands there is one thing outside of a span of time and another thing within it;
 * the span begins and ends before or after any call of the cryptography or of the flash, so everything that is read on both sides of
 * such a call is read with both answers. Whatever the flash says, what runs and what rules was signed.
 *
 * The images are not part of it: they are executed in place, and DESIGN.md says what is assumed of the flash for that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/hybrid/rig.h"

static struct rig rig;
static struct rig_manifest m;
static struct rig_state before;

/* ---- time: one tick before each call, and one after it ---- */

#define SPAN_MAX 4096u
static struct {
    uint32_t off, len;
    uint8_t outside[SPAN_MAX], within[SPAN_MAX];
} change;
static uint32_t tick, from, until;
static int in_journal; /* what was read last stands there: its hundreds of reads aren't looked at */
static uint8_t witnessed[32]; /* the last witness that was computed */

static void passes(void) {
    if (in_journal)
        return;
    if (tick == from)
        memcpy(rig.flash_bytes + change.off, change.within, change.len);
    if (tick == until)
        memcpy(rig.flash_bytes + change.off, change.outside, change.len);
    tick++;
}

static prm_result ticking_sha256(const prm_span *parts, size_t n, uint8_t out[32]) {
    passes();
    const prm_result result = rig_crypto.sha256(parts, n, out);
    passes();
    return result;
}

static prm_result ticking_witness(const uint8_t *key, const uint8_t *digest, const uint8_t *sig, uint8_t witness[32]) {
    passes();
    const prm_result result = rig_crypto.p256_witness(key, digest, sig, witness);
    memcpy(witnessed, witness, sizeof witnessed);
    passes();
    return result;
}

static struct prm_flash steady;

static prm_result ticking_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    in_journal = off < rig.layout.trust_off[0];
    passes();
    const prm_result result = steady.read(ctx, off, dst, len);
    passes();
    return result;
}

static prm_result ticking_view(void *ctx, uint32_t off, uint32_t len, prm_span *out) {
    in_journal = off < rig.layout.trust_off[0];
    passes();
    const prm_result result = steady.view(ctx, off, len, out);
    passes();
    return result;
}

static struct prm_crypto ticking;

/* Factory: release key p1, root key r1. */
static void set_up(void) {
    rig_init(&rig);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT);
    rig.factory.need_root = 1;
    rig_seal(&rig);
    ticking = rig_crypto;
    ticking.sha256 = ticking_sha256;
    ticking.p256_witness = ticking_witness;
    rig.platform.crypto = &ticking;
    steady = rig.flash;
    rig.flash.read = ticking_read;
    rig.flash.view = ticking_view;
}

static prm_result boot_with(uint32_t begin, uint32_t end) {
    rig_restore(&rig, &before);
    memcpy(rig.flash_bytes + change.off, change.outside, change.len);
    tick = 0;
    in_journal = 0;
    from = begin;
    until = end;
    return rig_boot(&rig);
}

/* Every span of time in a boot; `fits` judges each. Returns how many there were, and how many of them ended with something to run. */
static uint32_t runs;

static uint32_t every_span(void (*fits)(prm_result)) {
    uint32_t spans = 0;

    runs = 0;
    fits(boot_with(UINT32_MAX, UINT32_MAX));
    const uint32_t ticks = tick;
    for (uint32_t begin = 0; begin < ticks; begin++)
        for (uint32_t end = begin + 1; end <= ticks; end++, spans++) {
            const prm_result result = boot_with(begin, end);
            runs += result == PRM_OK;
            fits(result);
        }
    return spans;
}

/* Where these bytes stand in flash from `off` on. */
static uint32_t place_of(const uint8_t *bytes, size_t len, uint32_t off) {
    while (off + len <= RIG_FLASH_SIZE && memcmp(rig.flash_bytes + off, bytes, len) != 0)
        off++;
    assert_true(off + len <= RIG_FLASH_SIZE);
    return off;
}

static void nothing_runs(prm_result result) {
    assert_int_equal(result, PRM_ERR_NOTHING_TO_RUN);
}

/* Rules that were there when they were looked for and are not when they are made are TRUST_NONE: recovery too. */
static void nothing_runs_by_any_rules(prm_result result) {
    assert_true(result == PRM_ERR_NOTHING_TO_RUN || result == PRM_ERR_TRUST_NONE);
}

static void no_rules(prm_result result) {
    (void)result;
    assert_int_equal(rig_trust_number(&rig), 0);
    assert_int_equal(rig_trust_floor(&rig), 0);
}

/*
 * r of the signature that ends at `end` is one that anybody chose, and at times what anybody can compute of it: the witness.
 * Whoever compares the witness with r in flash takes it for a signature.
 */
static uint32_t r_and_witness(uint32_t end, void (*fits)(prm_result)) {
    change.off = end - PRM_P256_SIG_SIZE;
    change.len = 32;
    memset(change.outside, 0x11, 32);
    memset(change.within, 0x11, 32);
    rig_save(&rig, &before);
    fits(boot_with(UINT32_MAX, UINT32_MAX));
    assert_true(memcmp(witnessed, change.outside, 32) != 0);
    memcpy(change.within, witnessed, 32);
    return every_span(fits);
}

static void a_signature_read_twice_is_not_believed_of_a_release(void **state) {
    static struct rig_block block;
    uint8_t digest[RIG_DIGEST_SIZE];

    (void)state;
    set_up();
    rig_release_digest(&rig, 7, digest);
    rig_sign1(&block, rig_key("p1"), RIG_GOOD, prm_span_of(digest, sizeof digest));
    assert_true(rig_install(&rig, 0, 7, &block, 1));
    assert_int_equal(rig_boot(&rig), PRM_OK);
    const uint32_t end = place_of(block.bytes, block.len, rig.layout.bank_off[0]) + (uint32_t)block.len;
    const uint32_t spans = r_and_witness(end, nothing_runs);
    printf("r of a release: %u spans, none runs\n", spans);
    assert_true(spans >= 36);
}

static void a_signature_read_twice_is_not_believed_of_a_trust_manifest(void **state) {
    (void)state;
    set_up();
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1")));
    rig_put_trust(&rig, 0, &m);
    rig_save(&rig, &before);
    change.len = 0;
    (void)boot_with(UINT32_MAX, UINT32_MAX);
    assert_int_equal(rig_trust_number(&rig), 1);
    rig_restore(&rig, &before);
    const uint32_t spans = r_and_witness(rig.layout.trust_off[0] + (uint32_t)m.len, no_rules);
    printf("r of a trust manifest: %u spans, none rules\n", spans);
    assert_true(spans >= 36);
}

/* ---- what a signature covers ---- */

/* A release that runs is the one that was signed. */
static void only_7_runs(prm_result result) {
    assert_true(result == PRM_OK || result == PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(rig.plan.sequence, result == PRM_OK ? 7 : 0);
}

enum { DIGEST = 1, MANIFEST = 2, BOTH = 3 };

/* Bit by bit of `which`: the digest and the manifest of the forged envelope, else those of the signed one. */
static void mix(uint8_t *out, const uint8_t *is_signed, const uint8_t *forged, uint32_t digest_end, uint32_t len,
                unsigned which) {
    memcpy(out, (which & DIGEST) != 0 ? forged : is_signed, digest_end);
    memcpy(out + digest_end, ((which & MANIFEST) != 0 ? forged : is_signed) + digest_end, len - digest_end);
}

/*
 * Digest and manifest of release 7, signed, and of release 9, which is not, but has the signature of 7. The image is that of
 * `image`: with that of 9 nothing may run; with that of 7 nothing but 7. The journal says of the image's release that it was accepted.
 */
static void digest_and_manifest(uint64_t image, void (*fits)(prm_result)) {
    static uint8_t signed_7[RIG_ENVELOPE_MAX], forged_9[RIG_ENVELOPE_MAX];
    static struct rig_block block;
    uint8_t digest[RIG_DIGEST_SIZE];
    uint32_t spans = 0, ran = 0;

    set_up();
    rig_release_digest(&rig, 7, digest);
    rig_sign1(&block, rig_key("p1"), RIG_GOOD, prm_span_of(digest, sizeof digest));
    const size_t len = rig_release_envelope(&rig, 7, &block, 1, signed_7);
    assert_int_equal(rig_release_envelope(&rig, 9, &block, 1, forged_9), len);
    assert_true(len <= SPAN_MAX && rig_install(&rig, 0, image, &block, 1));
    change.off = rig.layout.bank_off[0] + PRM_BANK_ENVELOPE_OFF(RIG_WRITE_SIZE);
    change.len = (uint32_t)len;
    const uint32_t digest_end = place_of(block.bytes, block.len, change.off) - change.off;
    rig_save(&rig, &before);
    for (unsigned outside = 0; outside <= BOTH; outside++)
        for (unsigned within = 0; within <= BOTH; within++) {
            mix(change.outside, signed_7, forged_9, digest_end, change.len, outside);
            mix(change.within, signed_7, forged_9, digest_end, change.len, within);
            if (outside != within) {
                spans += every_span(fits);
                ran += runs;
            }
        }
    printf("digest and manifest over image %u: %u spans, %u run\n", (unsigned)image, spans, ran);
    assert_true(spans >= 400 && (ran > 0) == (image == 7));
}

static void a_manifest_read_twice_is_the_one_that_was_signed(void **state) {
    (void)state;
    digest_and_manifest(9, nothing_runs);
    digest_and_manifest(7, only_7_runs);
}

/* The payload of a trust manifest: p2 is listed, and signed by the root key; p3 is not, and has a release here. */
static void a_payload_read_twice_is_the_one_that_was_signed(void **state) {
    static struct rig_manifest forged;
    uint32_t spans = 0;

    (void)state;
    set_up();
    rig_release(&rig, 0, 7, rig_key("p3"), NULL);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1")));
    rig_trust(&forged, 1, 1, 0, GRANTS({rig_key("p3"), NULL, NULL, 0}), KEYS(rig_key("r1")));
    assert_int_equal(forged.len, m.len);
    rig_put_trust(&rig, 0, &forged);
    rig_save(&rig, &before);
    change.len = 0;
    assert_int_equal(boot_with(UINT32_MAX, UINT32_MAX), PRM_OK);
    rig_put_trust(&rig, 0, &m);
    rig_save(&rig, &before);
    /* The signature stays that of m. */
    change.off = rig.layout.trust_off[0];
    change.len = (uint32_t)m.len - PRM_P256_SIG_SIZE;
    for (unsigned k = 0; k < 2; k++) {
        memcpy(k == 0 ? change.outside : change.within, m.bytes, change.len);
        memcpy(k == 0 ? change.within : change.outside, forged.bytes, change.len);
        spans += every_span(nothing_runs_by_any_rules);
    }
    printf("payload of a trust manifest: %u spans, none runs\n", spans);
    assert_true(spans >= 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_read_twice_is_not_believed_of_a_release),
        cmocka_unit_test(a_signature_read_twice_is_not_believed_of_a_trust_manifest),
        cmocka_unit_test(a_manifest_read_twice_is_the_one_that_was_signed),
        cmocka_unit_test(a_payload_read_twice_is_the_one_that_was_signed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

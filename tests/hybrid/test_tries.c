/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many signatures a boot tries, whatever stands in flash: both trust slots and both banks hold as many as there is room for,
 * and the calls of the curve and of the hash-based scheme are counted where they are made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hss_verify.h"
#include "suit/suit.h"
#include "tests/hybrid/rig.h"

static struct rig rig;

/* ---- the count: of the root keys' signatures, and of releases by each set of rules in turn ---- */

enum { SETS = 4 };
static struct {
    int of_releases; /* what was lent last stands in a bank */
    uint32_t sets;
    uint32_t root, release[SETS];
} tried;

static void count(void) {
    if (tried.of_releases)
        tried.release[tried.sets - 1]++;
    else
        tried.root++;
}

static prm_result counting_witness(const uint8_t *key, const uint8_t *digest, const uint8_t *sig, uint8_t witness[32]) {
    count();
    return rig_crypto.p256_witness(key, digest, sig, witness);
}

/* The linker puts this in the place of the real one (--wrap). */
prm_result __real_prm_hss_witness(const struct prm_crypto *crypto, prm_span public_key, const prm_span *message_parts,
                                  size_t n_parts, prm_span signature, uint8_t witness[PRM_HSS_WITNESS_SIZE]);
prm_result __wrap_prm_hss_witness(const struct prm_crypto *crypto, prm_span public_key, const prm_span *message_parts,
                                  size_t n_parts, prm_span signature, uint8_t witness[PRM_HSS_WITNESS_SIZE]);

prm_result __wrap_prm_hss_witness(const struct prm_crypto *crypto, prm_span public_key, const prm_span *message_parts,
                                  size_t n_parts, prm_span signature, uint8_t witness[PRM_HSS_WITNESS_SIZE]) {
    count();
    return __real_prm_hss_witness(crypto, public_key, message_parts, n_parts, signature, witness);
}

static struct prm_flash flash;

/* Releases are looked at after a trust slot was: by one more set of rules. */
static prm_result noting_view(void *ctx, uint32_t off, uint32_t len, prm_span *out) {
    const int in_bank = off >= rig.layout.bank_off[0];

    tried.sets += (uint32_t)(in_bank && !tried.of_releases);
    assert_true(tried.sets <= SETS);
    tried.of_releases = in_bank;
    return flash.view(ctx, off, len, out);
}

/* ---- what stands in flash ---- */

/* Anchors of each kind, all with both roles, and what is needed. */
static const struct device {
    uint32_t p256, hss;
    uint8_t need_p256, need_hss, need_root;
} devices[] = {{8, 0, 2, 0, 2}, {4, 4, 1, 1, 2}, {0, 8, 0, 1, 2}, {1, 7, 1, 1, 2}, {7, 1, 1, 1, 3},
               {2, 0, 2, 0, 2}, {1, 0, 1, 0, 1}, {0, 1, 0, 1, 1}, {1, 1, 1, 1, 1}};

enum style { NAMED, UNNAMED, ONE_GOOD, STYLES };
static const char *const styles[] = {"bad, named", "bad, unnamed", "one good, the rest bad"};

static const struct rig_key *anchor(const struct device *d, uint32_t i) {
    char name[4];

    i %= d->p256 + d->hss;
    snprintf(name, sizeof name, "%c%u", i < d->p256 ? 'p' : 'h', (unsigned)(i < d->p256 ? i : i - d->p256) + 1);
    return rig_key(name);
}

/* Signature i over the payload in this style, by anchor `by`; all but the good ones have another bit in the last bytes. */
static void make_block(struct rig_block *block, const struct device *d, enum style style, uint32_t i, prm_span payload,
                       void (*make)(struct rig_block *, const struct rig_key *, enum rig_flaw, prm_span)) {
    make(block, anchor(d, i), style == UNNAMED ? RIG_NO_KID : RIG_GOOD, payload);
    if (style != ONE_GOOD || i > 0)
        block->bytes[block->len - 5] ^= 4;
}

/* As many as a trust slot has room for. `good`: the manifest is right, with those signatures last that it needs. */
static void fill_trust(const struct device *d, enum style style, uint32_t number, uint32_t slot, int good) {
    static struct rig_manifest m;
    static struct rig_block block[PRM_TRUST_SIGNATURES_MAX];
    static struct rig_grant grant[PRM_TRUST_ANCHORS + 1];
    uint8_t bytes[PRM_TRUST_PAYLOAD_MAX];
    uint32_t n = 0;

    memset(grant, 0, sizeof grant);
    for (uint32_t i = 0; i < d->p256 + d->hss; i++)
        grant[i].key = anchor(d, i);
    const struct rig_terms terms = {number, 0, 1, {d->need_p256, d->need_hss}};
    const prm_span payload = prm_span_of(bytes, rig_payload(bytes, sizeof bytes, &terms, grant));
    for (size_t room = sizeof m.bytes - payload.len - 64; n < PRM_TRUST_SIGNATURES_MAX; n++) {
        make_block(&block[n], d, style, n, payload, rig_signature);
        if (block[n].len > room)
            break;
        room -= block[n].len;
    }
    for (uint32_t k = 0; good && k < d->need_root; k++)
        rig_signature(&block[n - 1 - k], anchor(d, k), RIG_GOOD, payload);
    rig_envelope(&m, payload, block, n);
    rig_put_trust(&rig, slot, &m);
}

/* As many as an envelope has room for, in its bytes and in its format. */
static void fill_bank(const struct device *d, enum style style, uint32_t bank, uint64_t sequence) {
    static struct rig_block block[PRM_SUIT_SIGNATURES_MAX];
    uint8_t digest[RIG_DIGEST_SIZE];
    uint32_t n = PRM_SUIT_SIGNATURES_MAX;

    rig_release_digest(&rig, sequence, digest);
    for (uint32_t i = 0; i < n; i++)
        make_block(&block[i], d, style, i, prm_span_of(digest, sizeof digest), rig_sign1);
    while (!rig_install(&rig, bank, sequence, block, n))
        n--;
    assert_true(n > 0);
}

static void set_up(const struct device *d) {
    static struct prm_crypto counting;

    rig_init(&rig);
    for (uint32_t i = 0; i < d->p256 + d->hss; i++)
        rig_anchor(&rig, anchor(d, i), PRM_ROLE_RELEASE | PRM_ROLE_ROOT);
    rig.factory.need[PRM_KEY_P256] = d->need_p256;
    rig.factory.need[PRM_KEY_HSS] = d->need_hss;
    rig.factory.need_root = d->need_root;
    rig_seal(&rig);
    counting = rig_crypto;
    counting.p256_witness = counting_witness;
    rig.platform.crypto = &counting;
    flash = rig.flash;
    rig.flash.view = noting_view;
}

/* ---- the bound ---- */

static uint32_t boots, at_root_bound, at_release_bound, two_sets;

static void is_bounded(const struct device *d, enum style style, int takes_effect) {
    const uint32_t anchors = d->p256 + d->hss;
    const uint32_t root = anchors + d->need_root, release = anchors + d->need_p256 + d->need_hss;

    set_up(d);
    fill_trust(d, style, 1, 0, takes_effect);
    fill_trust(d, style, 2, 1, 0);
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++)
        fill_bank(d, style, bank, 7 + bank);
    memset(&tried, 0, sizeof tried);
    (void)rig_boot(&rig);
    printf("%u + %u anchors, need %u + %u, root %u; %-22s: root keys %2u of %2u; releases %2u, %2u of %2u\n", d->p256,
           d->hss, d->need_p256, d->need_hss, d->need_root, styles[style], tried.root, root, tried.release[0],
           tried.release[1], release);
    boots++;
    assert_true(tried.sets >= 1 && tried.sets <= 2);
    assert_true(tried.root <= root);
    at_root_bound += tried.root == root;
    for (uint32_t i = 0; i < SETS; i++) {
        assert_true(tried.release[i] <= release);
        at_release_bound += tried.release[i] == release;
    }
    two_sets += tried.sets == 2;
}

static void a_boot_tries_no_more_than_anchors_and_needed(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        for (unsigned style = 0; style < STYLES; style++) {
            is_bounded(&devices[i], (enum style)style, 0);
            is_bounded(&devices[i], (enum style)style, 1);
        }
    printf("%u boots; at the bound: %u of the root keys, %u of the releases; %u by two sets of rules\n", boots,
           at_root_bound, at_release_bound, two_sets);
    /* Else nothing here could show that there is a bound. */
    assert_true(at_root_bound > 0 && at_release_bound > 0 && two_sets > 0);
}

/* What names no key may be by any of several: none of them is tried. */
static void a_signature_that_names_no_key_is_not_tried_against_several(void **state) {
    static const struct device eight = {8, 0, 1, 0, 2};

    (void)state;
    set_up(&eight);
    fill_trust(&eight, UNNAMED, 1, 0, 0);
    fill_trust(&eight, UNNAMED, 2, 1, 0);
    fill_bank(&eight, UNNAMED, 0, 7);
    fill_bank(&eight, UNNAMED, 1, 8);
    memset(&tried, 0, sizeof tried);
    assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_UNNAMED);
    assert_int_equal(tried.root + tried.release[0] + tried.release[1], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_boot_tries_no_more_than_anchors_and_needed),
        cmocka_unit_test(a_signature_that_names_no_key_is_not_tried_against_several),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

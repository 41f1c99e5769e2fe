/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read differently the second time: a floor, as a disturbance of the core does it, and the r of a signature, as a
 * flash does it that an attacker made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/hybrid/rig.h"

static struct rig rig;
static struct rig_manifest m;

/* Factory: release key p1, two root keys that must both sign. */
static void set_up(void) {
    rig_init(&rig);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("r2"), PRM_ROLE_ROOT);
    rig.factory.need_root = 2;
    rig_seal(&rig);
}

/* A reading that is 0 once: found by skipping instructions, which made the factory's rules those until now. */
static unsigned reading, misread_at;

static prm_result misread(void *ctx, uint64_t *value) {
    const prm_result result = prm_eeprom_counter_read(ctx, value);

    if (reading++ == misread_at)
        *value = 0;
    return result;
}

static void a_floor_misread_once_keeps_nothing(void **state) {
    struct prm_counter once;

    (void)state;
    for (misread_at = 0; misread_at < 6; misread_at++) {
        set_up();
        rig_trust(&m, 2, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
        assert_int_equal(rig_store(&rig, &m), PRM_OK);
        assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
        assert_int_equal(rig_trust_floor(&rig), 2);
        rig_release(&rig, 0, 10, rig_key("p1"), NULL);
        once = rig.trust_floor;
        once.read = misread;
        rig.platform.trust_counter = &once;
        reading = 0;
        assert_true(rig_boot(&rig) != PRM_OK || rig.plan.word != prm_boot_word_run(rig.layout.components));
        rig.platform.trust_counter = &rig.trust_floor;
        assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
        assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_KEY);
    }
}

/*
 * A flash that, once a witness could be computed, answers with it where it had r before. Nobody needs a key to know that
 * value. It is looked for by what the provider was given, so it is found whether or not that was a copy.
 */
static unsigned answered;

static prm_result witness_then_r(const uint8_t public_key[PRM_P256_PUBLIC_SIZE], const uint8_t digest[PRM_SHA256_SIZE],
                                 const uint8_t sig[PRM_P256_SIG_SIZE], uint8_t witness[32]) {
    uint8_t r[32];

    memcpy(r, sig, sizeof r);
    const prm_result result = rig_crypto.p256_witness(public_key, digest, sig, witness);
    for (uint32_t i = 0; result == PRM_OK && i + sizeof r <= RIG_FLASH_SIZE; i++) {
        if (memcmp(rig.flash_bytes + i, r, sizeof r) != 0)
            continue;
        memcpy(rig.flash_bytes + i, witness, sizeof r);
        answered++;
    }
    return result;
}

static void a_flash_that_answers_r_with_the_witness_convinces_nobody(void **state) {
    struct prm_crypto crypto = rig_crypto;
    uint8_t digest[RIG_DIGEST_SIZE], payload[PRM_TRUST_PAYLOAD_MAX];
    struct rig_block block[2];

    (void)state;
    crypto.p256_witness = witness_then_r;
    set_up();
    rig.platform.crypto = &crypto;
    rig_release_digest(&rig, 10, digest);
    rig_sign1(&block[0], rig_key("p1"), RIG_BAD, prm_span_of(digest, sizeof digest));
    assert_true(rig_install(&rig, 0, 10, block, 1));
    answered = 0;
    assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_INVALID);
    assert_int_equal(answered, 1);

    /* The same with the signatures of a trust manifest. */
    const prm_span all = prm_span_of(payload, rig_payload(payload, sizeof payload, &(struct rig_terms){2, 0, 1, {1, 0}},
                                                          GRANTS({rig_key("p2"), NULL, NULL, 0})));
    rig_signature(&block[0], rig_key("r1"), RIG_BAD, all);
    rig_signature(&block[1], rig_key("r2"), RIG_BAD, all);
    rig_envelope(&m, all, block, 2);
    memcpy(rig.flash_bytes + rig.layout.trust_off[0], m.bytes, m.len);
    answered = 0;
    assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(rig_trust_floor(&rig), 0);
    assert_true(answered >= 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_floor_misread_once_keeps_nothing),
        cmocka_unit_test(a_flash_that_answers_r_with_the_witness_convinces_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_word_trust.c - the word alone, for trust manifests and hash-based signatures: with the refusing branches of
 * src/trust and src/crypto off, a forged manifest is verified, and rules are made of another payload than was proved, each with a
 * difference; a hash of the provider that failed spoils the witness.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hss_parse.h"
#include "crypto/hss_verify.h"
#include "tests/hybrid/rig.h"
#include "tests/word/overrule.h"
#include "trust/floor.h"
#include "trust/trust_tally.h"

static struct rig rig;
static struct rig_manifest m;

static int set_up(void **state) {
    (void)state;
    rig_init(&rig);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("r2"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("hr"), PRM_ROLE_ROOT);
    rig.factory.need_root = 2;
    rig_seal(&rig);
    word_overruled = 0;
    return 0;
}

/* Verifies what is in `m`; nothing refuses it. Whether the proof has a difference. */
static int differs_at(const struct prm_trust_floors *floors, struct prm_trust_proof *proof) {
    const struct prm_trust_source source = rig_source(&rig);
    struct prm_tries tries = {PRM_TRUST_ANCHORS, PRM_TRUST_ANCHORS};
    const struct prm_trust_proof none = {.number = 0};

    assert_int_equal(prm_trust_verify(&source, prm_span_of(m.bytes, m.len), floors, &none, &tries, proof), PRM_OK);
    return proof->diff != 0;
}

/* Whether rules that are made of what is in `m` now, by this proof, have a difference; nothing refuses them. */
static int rules_differ(const struct prm_trust_proof *proof) {
    const struct prm_trust_source source = rig_source(&rig);
    struct prm_trust_rules rules;

    assert_int_equal(prm_trust_verify_again(&source, prm_span_of(m.bytes, m.len), proof, &rules), PRM_OK);
    return rules.diff != 0;
}

static void is_forgery(const char *what, const struct prm_trust_floors *floors) {
    struct prm_trust_proof proof;

    if (!differs_at(floors, &proof))
        fail_msg("%s: no difference", what);
}

static const struct prm_trust_floors new_device;

static const struct rig_grant *grant(const char *name) {
    static struct rig_grant list[2];

    list[0].key = rig_key(name);
    return list;
}

static void signed_by(const char *a, const char *b, enum rig_flaw flaw) {
    static struct rig_block block[2];
    uint8_t bytes[PRM_TRUST_PAYLOAD_MAX];
    const prm_span payload =
        prm_span_of(bytes, rig_payload(bytes, sizeof bytes, &(struct rig_terms){5, 0, 1, {1, 0}}, grant("p2")));

    rig_signature(&block[0], rig_key(a), flaw, payload);
    if (b != NULL)
        rig_signature(&block[1], rig_key(b), flaw, payload);
    rig_envelope(&m, payload, block, b != NULL ? 2 : 1);
}

/* The harness itself. */
static void an_authentic_manifest_has_no_difference(void **state) {
    struct prm_trust_proof proof;

    (void)state;
    signed_by("r1", "hr", RIG_GOOD);
    assert_false(differs_at(&new_device, &proof));
    assert_false(rules_differ(&proof));
    assert_int_equal(word_overruled, 0);
}

static void a_root_signature_that_is_not_there_is_missed(void **state) {
    (void)state;
    signed_by("r1", NULL, RIG_GOOD);
    is_forgery("one of two", &new_device);
    signed_by("r1", "r1", RIG_GOOD);
    is_forgery("one key twice", &new_device);
    signed_by("r1", "p1", RIG_GOOD);
    is_forgery("a key without the role", &new_device);
    signed_by("r1", "other", RIG_GOOD);
    is_forgery("a key that is no anchor", &new_device);
    signed_by("r1", "r2", RIG_BAD);
    is_forgery("wrong signatures", &new_device);
    signed_by("r1", "hr", RIG_BAD);
    is_forgery("a wrong hash-based signature", &new_device);
    signed_by("r1", "r2", RIG_UNKNOWN_ALG);
    is_forgery("an algorithm that nobody knows", &new_device);
    signed_by("r1", "r2", RIG_GOOD);
    rig.factory.need_root = 0;
    rig_seal(&rig);
    is_forgery("a factory that takes none", &new_device);
    assert_true(word_overruled > 0);
}

static void a_number_out_of_bounds_is_seen(void **state) {
    struct prm_trust_floors floors = {6, 0};
    struct prm_trust_proof proof;

    (void)state;
    signed_by("r1", "r2", RIG_GOOD);
    is_forgery("below the trust floor", &floors);
    floors.trust = 5;
    assert_false(differs_at(&floors, &proof));
    floors.trust = UINT64_MAX;
    is_forgery("a trust floor that can't be read", &floors);
    floors.trust = (uint64_t)1 << 32;
    is_forgery("a trust floor beyond all numbers", &floors);
    floors = (struct prm_trust_floors){0, (uint64_t)1 << PRM_EPOCH_BITS};
    is_forgery("an epoch before the floor's", &floors);
    rig_trust(&m, PRM_TRUST_NUMBER_STEP, 1, 0, grant("p2"), KEYS(rig_key("r1"), rig_key("r2")));
    assert_false(differs_at(&new_device, &proof));
    rig_trust(&m, PRM_TRUST_NUMBER_STEP + 1, 1, 0, grant("p2"), KEYS(rig_key("r1"), rig_key("r2")));
    is_forgery("a step too far", &new_device);
    rig_trust_of(&m, &(struct rig_terms){1, 2, 1, {1, 0}}, grant("p2"), KEYS(rig_key("r1"), rig_key("r2")));
    is_forgery("an epoch too far", &new_device);
}

static void every_flip_of_a_manifest_has_a_difference(void **state) {
    struct prm_trust_envelope envelope;
    struct prm_trust_terms terms;
    unsigned read = 0;

    (void)state;
    signed_by("r1", "r2", RIG_GOOD);
    for (size_t bit = 0; bit < m.len * 8; bit++) {
        m.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (prm_trust_envelope_parse(prm_span_of(m.bytes, m.len), &envelope) == PRM_OK &&
            prm_trust_terms_parse(envelope.payload, &terms) == PRM_OK) {
            char what[32];
            snprintf(what, sizeof what, "bit %u", (unsigned)bit);
            is_forgery(what, &new_device);
            read++;
        }
        m.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    print_message("%u of %u flips are read, each with a difference\n", read, (unsigned)m.len * 8);
    assert_true(read > 1000);
}

static void rules_of_another_payload_have_a_difference(void **state) {
    struct prm_trust_proof proof;

    (void)state;
    signed_by("r1", "r2", RIG_GOOD);
    assert_false(differs_at(&new_device, &proof));
    rig_trust(&m, 5, 1, 0, grant("other"), KEYS(rig_key("other"), rig_key("p1")));
    assert_true(rules_differ(&proof));
}

/* ---- hash-based signatures ---- */

static unsigned hashes, failing;

/* The right hash, and a failure at the one that is chosen. */
static prm_result failing_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    const prm_result result = rig_crypto.sha256(parts, n, out);

    return ++hashes == failing ? PRM_ERR_CRYPTO : result;
}

static prm_result failing_pull(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    const prm_result result = rig_crypto.sha256_pull(next, ctx, n, out);

    return ++hashes == failing ? PRM_ERR_CRYPTO : result;
}

static prm_result failing_chain(const struct prm_crypto *crypto, struct prm_chain *chain, uint32_t from, uint32_t to) {
    const prm_result result = rig_crypto.sha256_chain(&rig_crypto, chain, from, to);

    (void)crypto;
    return ++hashes == failing ? PRM_ERR_CRYPTO : result;
}

static void a_hash_that_failed_spoils_the_witness(void **state) {
    const struct prm_crypto crypto = {
        .sha256 = failing_sha256, .sha256_pull = failing_pull, .sha256_chain = failing_chain};
    static const uint8_t text[] = "what is signed";
    const prm_span message = prm_span_of(text, sizeof text);
    const struct rig_key *const key = rig_key("hr");
    const prm_span public_key = prm_span_of(key->public_key, LMS_KEY_SIZE);
    uint8_t sig[LMS_SIG_SIZE], witness[PRM_HSS_WITNESS_SIZE];

    (void)state;
    lms_sign(key->lms, 3, text, sizeof text, sig);
    hashes = failing = 0;
    assert_int_equal(prm_hss_witness(&crypto, public_key, &message, 1, prm_span_of(sig, sizeof sig), witness), PRM_OK);
    assert_memory_equal(witness, key->public_key + PRM_HSS_KEY_T_OFF, sizeof witness);
    const unsigned all = hashes;
    assert_true(all > 60);
    for (failing = 1; failing <= all; failing++) {
        hashes = 0;
        assert_int_equal(prm_hss_witness(&crypto, public_key, &message, 1, prm_span_of(sig, sizeof sig), witness), PRM_OK);
        assert_memory_not_equal(witness, key->public_key + PRM_HSS_KEY_T_OFF, sizeof witness);
    }
    assert_true(word_overruled >= all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_authentic_manifest_has_no_difference, set_up),
        cmocka_unit_test_setup(a_root_signature_that_is_not_there_is_missed, set_up),
        cmocka_unit_test_setup(a_number_out_of_bounds_is_seen, set_up),
        cmocka_unit_test_setup(every_flip_of_a_manifest_has_a_difference, set_up),
        cmocka_unit_test_setup(rules_of_another_payload_have_a_difference, set_up),
        cmocka_unit_test_setup(a_hash_that_failed_spoils_the_witness, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

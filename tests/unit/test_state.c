/* SPDX-License-Identifier: Apache-2.0 */
/* test_state.c - what the boot journal says, as a record: its bytes, what an unknown one means, when it is written. */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "journal/state.h"
#include "providers/openssl/crypto_openssl.h"

static struct fx_device d;
static struct prm_journal journal;

static int setup(void **unused) {
    static const struct fx_key *const none[] = {NULL};

    (void)unused;
    fx_device_init(&d, &prm_crypto_openssl, none);
    return 0;
}

static prm_result load(struct prm_state *state) {
    memset(state, 0x5A, sizeof *state);
    return prm_state_load(&journal, &d.flash, d.platform.crypto, FX_JOURNAL_OFF, state);
}

/* Padding is no part of a state. */
static void assert_same(const struct prm_state *a, const struct prm_state *b) {
    assert_int_equal(a->decisions, b->decisions);
    assert_int_equal(a->chosen, b->chosen);
    assert_int_equal(a->downloads, b->downloads);
    for (uint32_t i = 0; i < PRM_BANKS; i++) {
        assert_int_equal(a->result[i], b->result[i]);
        assert_int_equal(a->bank[i].status, b->bank[i].status);
        assert_int_equal(a->bank[i].attempts, b->bank[i].attempts);
        assert_memory_equal(a->bank[i].error, b->bank[i].error, sizeof a->bank[i].error);
        assert_memory_equal(a->bank[i].manifest, b->bank[i].manifest, PRM_STATE_MANIFEST_SIZE);
    }
}

static void assert_new_device(const struct prm_state *state) {
    static const struct prm_state fresh = {.chosen = UINT32_MAX};

    assert_same(state, &fresh);
}

static struct prm_state random_state(uint64_t *seed) {
    struct prm_state state;

    fx_random_fill(seed, &state, sizeof state);
    state.chosen = state.chosen % 3 == 2 ? UINT32_MAX : state.chosen % 3;
    state.downloads %= 256;
    return state;
}

static void a_blank_journal_is_a_new_device(void **unused) {
    struct prm_state state;

    (void)unused;
    assert_result(load(&state), PRM_OK);
    assert_new_device(&state);
    assert_int_equal(journal.generation, 0);
    /* So is one that holds nothing whole. */
    uint64_t seed = 3;
    for (unsigned round = 0; round < 100; round++) {
        fx_random_fill(&seed, d.bytes + FX_JOURNAL_OFF, 2 * FX_ERASE);
        assert_result(load(&state), PRM_OK);
        assert_new_device(&state);
    }
}

static void what_is_stored_is_loaded(void **unused) {
    uint64_t seed = 1;

    (void)unused;
    for (unsigned round = 0; round < 300; round++) {
        const struct prm_state state = random_state(&seed);
        struct prm_state loaded;
        assert_result(load(&loaded), PRM_OK);
        assert_result(prm_state_store(&journal, &state), PRM_OK);
        assert_result(load(&loaded), PRM_OK);
        assert_same(&loaded, &state);
        assert_int_equal(journal.generation, round + 1);
    }
}

/* docs/format/journal.md, byte for byte. */
static void the_format_is_fixed(void **unused) {
    static const uint8_t expected[PRM_JOURNAL_PAYLOAD_SIZE] = {
        3,    1,    9,    0,                      /* version, chosen, downloads, zero */
        4,    3,    2,    1,                      /* decisions */
        0x96, 0x96, 0x96, 0x96, 'S', 'L', 'T', 1, /* results */
        /* banks: status, attempts, two zeros, manifest */
        5,    0,    0xE1, 0xE2, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7,
        3,    2,    0,    0,    0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7};
    const struct prm_state state = {
        .decisions = 0x01020304,
        .chosen = 1,
        .downloads = 9,
        .result = {PRM_OK, PRM_ERR_SLOT_EMPTY},
        .bank = {{PRM_BANK_CONFIRMED, 0, {0xE1, 0xE2}, {0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7}},
                 {PRM_BANK_STAGED, 2, {0, 0}, {0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7}}}};
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];
    struct prm_state loaded;

    (void)unused;
    assert_result(load(&loaded), PRM_OK);
    assert_result(prm_state_store(&journal, &state), PRM_OK);
    assert_result(prm_journal_load(&journal, &d.flash, d.platform.crypto, FX_JOURNAL_OFF, payload), PRM_OK);
    assert_memory_equal(payload, expected, sizeof expected);
    /* The numbers of the statuses are in devices' flash. */
    static const unsigned numbers[] = {PRM_BANK_FACTORY, PRM_BANK_WRITING,   PRM_BANK_CANDIDATE, PRM_BANK_STAGED,
                                       PRM_BANK_TRIAL,   PRM_BANK_CONFIRMED, PRM_BANK_REJECTED,  PRM_BANK_EMPTY,
                                       PRM_BANK_PARTIAL};
    for (unsigned i = 0; i < COUNT_OF(numbers); i++)
        assert_int_equal(numbers[i], i);
}

static void an_unknown_version_is_a_new_device(void **unused) {
    static const uint8_t versions[] = {0, 1, 2, 4, 0x83, 255};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];
        struct prm_state state;
        setup(NULL);
        assert_result(load(&state), PRM_OK);
        assert_result(state.found, PRM_OK);
        memset(payload, 0x77, sizeof payload);
        payload[0] = versions[i];
        assert_result(prm_journal_append(&journal, payload), PRM_OK);
        assert_result(load(&state), PRM_OK);
        assert_result(state.found, PRM_ERR_JOURNAL_VERSION);
        assert_new_device(&state);
        /* And it is written on, not over. */
        assert_result(prm_state_store(&journal, &state), PRM_OK);
        assert_int_equal(journal.generation, 2);
        assert_result(load(&state), PRM_OK);
        assert_result(state.found, PRM_OK);
    }
}

/* A journal as version 2 wrote it, check and all: none of it counts, the reason is named, and the next record starts anew. */
static void version_2_is_refused_with_a_reason(void **unused) {
    struct prm_state state;

    (void)unused;
    for (uint32_t records = 1; records <= 64; records++) {
        setup(NULL);
        for (uint32_t i = 0; i < records; i++) {
            uint8_t *record = d.bytes + FX_JOURNAL_OFF + 64 * i, digest[PRM_SHA256_SIZE];
            memset(record, 0, 64);
            prm_store_le32(record, i + 1);
            record[4] = 2;                   /* version */
            record[24] = PRM_BANK_CONFIRMED; /* of bank A */
            fx_sha256(prm_span_of(record, 56), digest);
            memcpy(record + 56, digest, 8);
        }
        assert_result(load(&state), PRM_OK);
        assert_result(state.found, PRM_ERR_JOURNAL_VERSION);
        assert_new_device(&state);
        state.bank[1].status = PRM_BANK_EMPTY;
        assert_result(prm_state_store(&journal, &state), PRM_OK);
        assert_result(load(&state), PRM_OK);
        assert_result(state.found, PRM_OK);
        assert_int_equal(state.bank[1].status, PRM_BANK_EMPTY);
    }
}

/* A bank that was never chosen is not one. */
static void a_choice_out_of_range_is_none(void **unused) {
    struct prm_state state;

    (void)unused;
    for (unsigned chosen = 0; chosen < 256; chosen++) {
        uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE] = {3, (uint8_t)chosen};
        assert_result(load(&state), PRM_OK);
        assert_result(prm_journal_append(&journal, payload), PRM_OK);
        assert_result(load(&state), PRM_OK);
        assert_int_equal(state.chosen, chosen < PRM_BANKS ? chosen : UINT32_MAX);
    }
}

static void the_same_state_is_not_written_again(void **unused) {
    uint64_t seed = 9;
    struct prm_state state, loaded;

    (void)unused;
    assert_result(load(&state), PRM_OK);
    /* A new device's, on blank flash, is a first record: then the journal is no longer blank. */
    assert_result(prm_state_store(&journal, &state), PRM_OK);
    assert_int_equal(d.faults.writes, 1);
    for (unsigned round = 0; round < 50; round++) {
        state = random_state(&seed);
        assert_result(prm_state_store(&journal, &state), PRM_OK);
        const uint32_t writes = d.faults.writes, erases = d.faults.erases;
        for (unsigned again = 0; again < 3; again++)
            assert_result(prm_state_store(&journal, &state), PRM_OK);
        assert_result(load(&loaded), PRM_OK);
        assert_result(prm_state_store(&journal, &loaded), PRM_OK);
        assert_int_equal(d.faults.writes, writes);
        assert_int_equal(d.faults.erases, erases);
    }
}

/* Every field counts as a difference. */
static void any_difference_is_one_record(void **unused) {
    struct prm_state state;

    (void)unused;
    assert_result(load(&state), PRM_OK);
    assert_result(prm_state_store(&journal, &state), PRM_OK);
    for (unsigned field = 0; field < 12; field++) {
        struct prm_state next = state, loaded;
        const uint32_t bank = field % 2;
        switch (field / 2) {
        case 0:
            next.bank[bank].manifest[PRM_STATE_MANIFEST_SIZE - 1] ^= 0x80;
            break;
        case 1:
            next.bank[bank].status ^= 1;
            break;
        case 2:
            next.bank[bank].attempts ^= 1;
            break;
        case 3:
            next.result[bank] ^= 1;
            break;
        case 4:
            next.downloads ^= 1u << bank;
            break;
        default:
            next.chosen = bank == 0 ? 1 : next.chosen;
            next.decisions ^= bank == 1 ? UINT32_C(1) << 31 : 0;
        }
        const uint32_t writes = d.faults.writes;
        assert_result(prm_state_store(&journal, &next), PRM_OK);
        assert_int_equal(d.faults.writes, writes + 1);
        assert_result(load(&loaded), PRM_OK);
        assert_same(&loaded, &next);
        state = next;
    }
}

/* Whatever call fails: the old state or the new, and what was loaded before the error is nothing. */
static void an_error_leaves_the_old_or_the_new(void **unused) {
    uint64_t seed = 4;
    unsigned failed = 0;

    (void)unused;
    for (uint32_t call = 0;; call++) {
        struct prm_state before = random_state(&seed), after = random_state(&seed), loaded;
        setup(NULL);
        for (unsigned i = 0; i < 70; i++) { /* so that the next record needs the other page */
            before.decisions = i;
            assert_result(load(&loaded), PRM_OK);
            if (i < 64)
                assert_result(prm_state_store(&journal, &before), PRM_OK);
        }
        before = fx_state(&d);
        fx_faults_clear(&d);
        d.faults.fail_at = call;
        const prm_result first = load(&loaded);
        if (first != PRM_OK)
            assert_new_device(&loaded);
        const prm_result result = first == PRM_OK ? prm_state_store(&journal, &after) : first;
        const int reached = d.faults.calls > call;
        const int arrived = reached && d.faults.failed == FX_COMMIT_OP;
        fx_faults_clear(&d);
        assert_result(load(&loaded), PRM_OK);
        assert_same(&loaded, result == PRM_OK || arrived ? &after : &before);
        if (!reached) {
            assert_result(result, PRM_OK);
            break;
        }
        failed += result != PRM_OK;
    }
    assert_true(failed > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_blank_journal_is_a_new_device, setup),
        cmocka_unit_test_setup(what_is_stored_is_loaded, setup),
        cmocka_unit_test_setup(the_format_is_fixed, setup),
        cmocka_unit_test_setup(an_unknown_version_is_a_new_device, setup),
        cmocka_unit_test_setup(version_2_is_refused_with_a_reason, setup),
        cmocka_unit_test_setup(a_choice_out_of_range_is_none, setup),
        cmocka_unit_test_setup(the_same_state_is_not_written_again, setup),
        cmocka_unit_test_setup(any_difference_is_one_record, setup),
        cmocka_unit_test_setup(an_error_leaves_the_old_or_the_new, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

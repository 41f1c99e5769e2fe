/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_random.c - the device's random numbers: no two starts give the same, whatever the source repeats and wherever power
 * is cut; a source or part that fails gives none. test_random_memory.c looks at what is left of them.
 */
#include "tests/unit/unit.h"

#include "ports/eeprom/eeprom_seed.h"
#include "ports/sim/sim_entropy.h"
#include "providers/openssl/crypto_openssl.h"
#include "random/random.h"

enum { SEED_OFF = 128, RECORD = PRM_EEPROM_RECORD_SIZE(PRM_CELL_SIZE), STREAM = 64, STARTS = 1000 };

static struct fx_device d;
static struct prm_eeprom_cell format;
static struct prm_cell cell;
static struct prm_sim_entropy source;
static struct prm_random rng;
static struct prm_random_platform platform;

/* ---- A hash that can fail ---- */

static uint32_t hashes, hash_fails_at;

static prm_result sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    if (hashes++ != hash_fails_at)
        return prm_crypto_openssl.sha256(parts, n, out);
    memset(out, 0, PRM_SHA256_SIZE);
    return PRM_ERR_CRYPTO;
}

static prm_result sha256_pull(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    if (hashes++ != hash_fails_at)
        return prm_crypto_openssl.sha256_pull(next, ctx, n, out);
    memset(out, 0, PRM_SHA256_SIZE);
    return PRM_ERR_CRYPTO;
}

static const struct prm_crypto crypto = {.sha256 = sha256, .sha256_pull = sha256_pull};

/* ---- A device with a blank seed, and a source that is the same at each start ---- */

static int setup(void **state) {
    static const struct fx_key *const none[] = {NULL};

    (void)state;
    fx_device_init(&d, &prm_crypto_openssl, none);
    memset(d.eeprom_bytes, 0xFF, sizeof d.eeprom_bytes);
    format = (struct prm_eeprom_cell){{&d.eeprom, SEED_OFF, PRM_EEPROM_SEED, PRM_CELL_SIZE}};
    cell = (struct prm_cell){&format, prm_eeprom_seed_read, prm_eeprom_seed_write};
    platform = (struct prm_random_platform){&crypto, &source.entropy, &cell, {{NULL, 0}, {NULL, 0}}};
    hash_fails_at = UINT32_MAX;
    return 0;
}

static prm_result start(void) {
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1234, 0);
    hashes = 0;
    return prm_random_start(&rng, &platform);
}

static int all_zero(const void *p, size_t len) {
    uint8_t seen = 0;

    for (size_t i = 0; i < len; i++)
        seen |= ((const uint8_t *)p)[i];
    return seen == 0;
}

/* None, and no state that could make some. */
static void gives_nothing(prm_result why) {
    uint8_t out[STREAM];

    memset(out, 0xEE, sizeof out);
    assert_result(prm_random_fill(&rng, out, sizeof out), why);
    assert_true(all_zero(out, sizeof out));
    assert_true(all_zero(&rng.drbg, sizeof rng.drbg));
}

/* ---- Streams of many starts, of which no two may have a block in common ---- */

static uint8_t blocks[4 * STARTS * STREAM / 32][32];
static size_t block_count;

static void note_stream(void) {
    uint8_t stream[STREAM];

    assert_result(prm_random_fill(&rng, stream, sizeof stream), PRM_OK);
    for (size_t i = 0; i < STREAM / 32; i++) {
        assert_true(block_count < COUNT_OF(blocks));
        memcpy(blocks[block_count++], stream + 32 * i, 32);
    }
}

static int by_bytes(const void *a, const void *b) {
    return memcmp(a, b, 32);
}

static size_t equal_blocks(void) {
    size_t equal = 0;

    qsort(blocks, block_count, 32, by_bytes);
    for (size_t i = 1; i < block_count; i++)
        equal += memcmp(blocks[i - 1], blocks[i], 32) == 0;
    return equal;
}

static void no_two_of_1000_starts_give_the_same_though_the_source_is_frozen(void **state) {
    (void)state;
    block_count = 0;
    for (int i = 0; i < STARTS; i++) {
        assert_result(start(), PRM_OK);
        note_stream();
    }
    assert_int_equal(block_count, STARTS * STREAM / 32);
    assert_int_equal(equal_blocks(), 0);
    printf("%d starts with one frozen source: 0 equal blocks of %zu\n", STARTS, block_count);
}

static jmp_buf cut;

/* A start with a cut in write `at` after so many bytes; 1 if it came to that. */
static int start_cut(uint32_t at, uint32_t units, enum fx_tear tear) {
    d.faults.changes = 0;
    d.faults.cut_at = at;
    d.faults.cut_units = units;
    d.faults.tear = tear;
    d.faults.random = units + 1000u * at;
    d.faults.cut = &cut;
    const int was_cut = setjmp(cut) != 0;
    if (!was_cut)
        assert_result(start(), PRM_OK);
    d.faults.cut_at = FX_NEVER;
    return was_cut;
}

/* One device's life: before each start that succeeds one or two that are cut, at every byte of every write, in every way. */
static void nor_do_they_with_power_cuts_at_every_byte_of_every_write(void **state) {
    uint32_t writes, cuts = 0;

    (void)state;
    assert_result(start(), PRM_OK);
    d.faults.changes = 0;
    assert_result(start(), PRM_OK);
    writes = d.faults.changes;
    assert_int_equal(writes, 2);
    block_count = 0;
    for (volatile uint32_t at = 0; at <= writes; at++) {
        for (volatile uint32_t units = 0; units <= RECORD; units++) {
            for (volatile int tear = 0; tear < FX_TEARS; tear++) {
                const int was = start_cut(at, units, (enum fx_tear)tear);
                if (!was)
                    note_stream();
                cuts += (uint32_t)was;
                if (units % 5 == 0)
                    cuts += (uint32_t)start_cut((at + 1) % writes, RECORD - units, (enum fx_tear)tear);
                assert_result(start(), PRM_OK);
                note_stream();
            }
        }
    }
    assert_true(cuts >= writes * RECORD * FX_TEARS);
    assert_int_equal(equal_blocks(), 0);
    printf("%u cuts, each followed by a start: 0 equal blocks of %zu\n", cuts, block_count);
}

/* A record that is damaged later (a worn cell, a flip) brings back no seed that numbers were made of. */
static void nor_after_damage_to_either_record(void **state) {
    (void)state;
    block_count = 0;
    for (uint32_t bit = 0; bit < 2 * 8 * RECORD; bit += 3) {
        assert_result(start(), PRM_OK);
        note_stream();
        d.eeprom_bytes[SEED_OFF + bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    /* After a cut between the two writes, too, where the records differ. */
    for (volatile uint32_t bit = 0; bit < 2 * 8 * RECORD; bit += 3) {
        assert_int_equal(start_cut(1, 0, FX_TEAR_OLD), 1);
        d.eeprom_bytes[SEED_OFF + bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(start(), PRM_OK);
        note_stream();
    }
    assert_int_equal(equal_blocks(), 0);
}

/* Both records gone, whatever stands there: a start heals it. That it differs from others is then the matter of the source and of the count. */
static void a_seed_that_is_lost_is_made_anew(void **state) {
    static const uint8_t fills[] = {0xFF, 0x00, 0xA5};
    uint8_t count[8] = {0};

    (void)state;
    platform.own[1] = prm_span_of(count, sizeof count);
    block_count = 0;
    for (size_t i = 0; i < 3 * COUNT_OF(fills); i++) {
        memset(d.eeprom_bytes + SEED_OFF, fills[i % COUNT_OF(fills)], 2 * RECORD);
        count[0]++;
        assert_result(start(), PRM_OK);
        note_stream();
        assert_memory_equal(d.eeprom_bytes + SEED_OFF, "PRS\2", 4);
    }
    /* Records of another number of the format, or of another place. */
    memcpy(d.eeprom_bytes + SEED_OFF, "PRS\3", 4);
    memcpy(d.eeprom_bytes + SEED_OFF + RECORD, "PRK\2", 4);
    count[0]++;
    assert_result(start(), PRM_OK);
    note_stream();
    assert_int_equal(equal_blocks(), 0);
    /* The limit: no seed, the same samples and the same count again are the same start. */
    uint8_t once[32], again[32];
    memset(d.eeprom_bytes + SEED_OFF, 0xFF, 2 * RECORD);
    assert_result(start(), PRM_OK);
    assert_result(prm_random_fill(&rng, once, sizeof once), PRM_OK);
    memset(d.eeprom_bytes + SEED_OFF, 0xFF, 2 * RECORD);
    assert_result(start(), PRM_OK);
    assert_result(prm_random_fill(&rng, again, sizeof again), PRM_OK);
    assert_memory_equal(once, again, sizeof once);
}

/* A bus that read ones once: the seed is still there, and used. */
static uint32_t misread;

static prm_result misreading(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct fx_device *device = ctx;

    if (misread-- == 0)
        memset(dst, 0xFF, len);
    else
        memcpy(dst, device->eeprom_bytes + off, len);
    return PRM_OK;
}

static void a_seed_that_was_misread_once_is_not_lost(void **state) {
    (void)state;
    block_count = 0;
    assert_result(start(), PRM_OK);
    note_stream();
    d.eeprom.read = misreading;
    misread = 0;
    assert_result(start(), PRM_OK);
    note_stream();
    assert_int_equal(equal_blocks(), 0);
}

static void what_is_a_devices_own_makes_its_numbers_its_own(void **state) {
    uint8_t own[2][16] = {{0}};

    (void)state;
    platform.own[0] = prm_span_of(own[0], sizeof own[0]);
    platform.own[1] = prm_span_of(own[1], sizeof own[1]);
    block_count = 0;
    for (size_t i = 0; i < 2 * 16; i++) {
        memset(d.eeprom_bytes, 0xFF, sizeof d.eeprom_bytes);
        memset(own, 0, sizeof own);
        own[i / 16][i % 16] = 1;
        assert_result(start(), PRM_OK);
        note_stream();
    }
    assert_int_equal(equal_blocks(), 0);
}

/* The stored seed says nothing of this start's numbers, nor these of it: other bytes of the generator, over 32 blocks. */
static void the_seed_that_is_stored_is_none_of_the_numbers(void **state) {
    uint8_t out[32 * 32];

    (void)state;
    assert_result(start(), PRM_OK);
    assert_result(prm_random_fill(&rng, out, sizeof out), PRM_OK);
    const uint8_t *seed = d.eeprom_bytes + SEED_OFF + 8;
    for (size_t i = 0; i + 8 <= sizeof out; i++)
        for (size_t k = 0; k + 8 <= 32; k++)
            assert_memory_not_equal(out + i, seed + k, 8);
}

/* ---- What fails ---- */

static void every_call_of_the_eeprom_that_fails_gives_no_numbers_and_the_next_start_does(void **state) {
    uint32_t failed = 0;

    (void)state;
    block_count = 0;
    for (uint32_t at = 0; at < 40; at++) {
        fx_faults_clear(&d);
        /* From there on, all of them: the part is asked three times before it counts. */
        d.faults.fails_from = at;
        const prm_result result = start();
        const uint32_t calls = d.faults.calls;
        fx_faults_clear(&d);
        if (calls > at) {
            failed++;
            assert_result(result, PRM_ERR_COUNTER_IO);
            gives_nothing(PRM_ERR_COUNTER_IO);
        } else {
            assert_result(result, PRM_OK);
            note_stream();
        }
        assert_result(start(), PRM_OK);
        note_stream();
    }
    /* Read, find and two writes, read back. */
    assert_int_equal(failed, 5);
    assert_int_equal(equal_blocks(), 0);
}

/* A seed that can't be read, where all else works: it may be there, and its numbers were perhaps given. */
static prm_result read_nothing(void *ctx, uint8_t out[PRM_CELL_SIZE]) {
    (void)ctx;
    memset(out, 0xFF, PRM_CELL_SIZE);
    return PRM_ERR_COUNTER_IO;
}

static void a_seed_that_can_not_be_read_gives_no_numbers_and_stays(void **state) {
    uint8_t before[2 * RECORD];

    (void)state;
    /* Two, so that what the first one wrote isn't what would be written now. */
    assert_result(start(), PRM_OK);
    assert_result(start(), PRM_OK);
    memcpy(before, d.eeprom_bytes + SEED_OFF, sizeof before);
    cell.read = read_nothing;
    assert_result(start(), PRM_ERR_COUNTER_IO);
    gives_nothing(PRM_ERR_COUNTER_IO);
    assert_memory_equal(before, d.eeprom_bytes + SEED_OFF, sizeof before);
}

/* One that gives digests, and wrong ones: the source isn't even asked. */
static prm_result wrong_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    const prm_result result = prm_crypto_openssl.sha256(parts, n, out);

    out[31] ^= 1;
    return result;
}

static void a_hash_that_is_wrong_gives_no_numbers(void **state) {
    static const struct prm_crypto wrong = {.sha256 = wrong_sha256, .sha256_pull = sha256_pull};

    (void)state;
    platform.crypto = &wrong;
    assert_result(start(), PRM_ERR_CRYPTO);
    gives_nothing(PRM_ERR_CRYPTO);
    assert_int_equal(source.calls, 0);
}

/* From one state two requests with other samples: each request has samples of its moment in it. */
static void a_request_takes_samples_of_its_moment(void **state) {
    uint8_t once[32], again[32];

    (void)state;
    assert_result(start(), PRM_OK);
    const struct prm_random here = rng;
    assert_result(prm_random_fill(&rng, once, sizeof once), PRM_OK);
    rng = here;
    source.seed++;
    assert_result(prm_random_fill(&rng, again, sizeof again), PRM_OK);
    assert_memory_not_equal(once, again, sizeof once);
}

static void every_hash_that_fails_gives_no_numbers(void **state) {
    (void)state;
    assert_result(start(), PRM_OK);
    const uint32_t all = hashes;
    for (uint32_t at = 0; at < all; at++) {
        hash_fails_at = at;
        assert_result(start(), PRM_ERR_CRYPTO);
        hash_fails_at = UINT32_MAX;
        gives_nothing(PRM_ERR_CRYPTO);
    }
    assert_result(start(), PRM_OK);
    /* And at a request: for good. */
    uint8_t out[40];
    for (uint32_t at = 0;; at++) {
        assert_result(start(), PRM_OK);
        hashes = 0;
        hash_fails_at = at;
        const prm_result result = prm_random_fill(&rng, out, sizeof out);
        hash_fails_at = UINT32_MAX;
        if (result == PRM_OK)
            break;
        assert_result(result, PRM_ERR_CRYPTO);
        gives_nothing(PRM_ERR_CRYPTO);
    }
}

/* Every call of the source: one that doesn't answer, one that says it is broken. */
static void every_call_of_the_source_that_fails_gives_no_numbers(void **state) {
    static const prm_result errors[] = {PRM_ERR_ENTROPY_IO, PRM_ERR_ENTROPY_HEALTH};

    (void)state;
    assert_result(start(), PRM_OK);
    const uint32_t all = source.calls;
    for (size_t e = 0; e < COUNT_OF(errors); e++) {
        for (uint32_t at = 0; at < all; at++) {
            prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1234, 0);
            source.fails_at = at;
            source.fails_for = 1;
            source.error = errors[e];
            assert_result(prm_random_start(&rng, &platform), errors[e]);
            gives_nothing(errors[e]);
        }
    }
    assert_result(start(), PRM_OK);
}

static void a_source_that_dies_ends_it_until_the_next_start(void **state) {
    static const enum prm_sim_entropy_kind kinds[] = {PRM_SIM_ENTROPY_STUCK, PRM_SIM_ENTROPY_BIASED,
                                                      PRM_SIM_ENTROPY_REPEATING};
    uint8_t out[16], before[2 * RECORD];

    (void)state;
    /* From the first sample on. */
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        memcpy(before, d.eeprom_bytes + SEED_OFF, sizeof before);
        prm_sim_entropy_init(&source, kinds[i], 1, i == 1 ? 200 : 3);
        assert_result(prm_random_start(&rng, &platform), PRM_ERR_ENTROPY_HEALTH);
        gives_nothing(PRM_ERR_ENTROPY_HEALTH);
        /* The seed stays: no numbers were made of it. */
        assert_memory_equal(before, d.eeprom_bytes + SEED_OFF, sizeof before);
        assert_result(start(), PRM_OK);
    }
    /* While numbers are given: seen by the request that meets it, and kept though the source recovers. */
    source.turns_at = source.taken + 100;
    prm_result result = PRM_OK;
    uint32_t good = 0;
    for (; result == PRM_OK && good < 100; good++)
        result = prm_random_fill(&rng, out, sizeof out);
    assert_result(result, PRM_ERR_ENTROPY_HEALTH);
    assert_in_range(good, 100 / PRM_RANDOM_FRESH, 100 / PRM_RANDOM_FRESH + 2);
    assert_true(all_zero(out, sizeof out));
    source.turns_at = UINT64_MAX;
    const uint32_t calls = source.calls;
    for (int i = 0; i < 1000; i++)
        gives_nothing(PRM_ERR_ENTROPY_HEALTH);
    assert_int_equal(source.calls, calls);
    assert_result(start(), PRM_OK);
    assert_result(prm_random_fill(&rng, out, sizeof out), PRM_OK);
}

static void a_source_that_does_not_answer_may_be_asked_again(void **state) {
    uint8_t once[32], again[32];

    (void)state;
    assert_result(start(), PRM_OK);
    assert_result(prm_random_fill(&rng, once, sizeof once), PRM_OK);
    source.fails_at = source.calls;
    source.fails_for = 3;
    for (int i = 0; i < 3; i++) {
        memset(again, 0xEE, sizeof again);
        assert_result(prm_random_fill(&rng, again, sizeof again), PRM_ERR_ENTROPY_IO);
        assert_true(all_zero(again, sizeof again));
    }
    assert_result(prm_random_fill(&rng, again, sizeof again), PRM_OK);
    assert_memory_not_equal(once, again, sizeof once);
}

static void facts_of_a_source_outside_the_contract_give_no_numbers(void **state) {
    (void)state;
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1234, 0);
    source.entropy.eighths = 0;
    assert_result(prm_random_start(&rng, &platform), PRM_ERR_ARGUMENT);
    gives_nothing(PRM_ERR_ARGUMENT);
}

/* A part that says yes and keeps the old bytes: this start's numbers would be the next one's. */
static prm_result write_nothing(void *ctx, const uint8_t in[PRM_CELL_SIZE]) {
    (void)ctx;
    (void)in;
    return PRM_OK;
}

static void a_seed_that_was_not_replaced_gives_no_numbers(void **state) {
    (void)state;
    assert_result(start(), PRM_OK);
    cell.write = write_nothing;
    assert_result(start(), PRM_ERR_RANDOM_STORED);
    gives_nothing(PRM_ERR_RANDOM_STORED);
}

/* While the seed is being replaced there is no way to a number. */
static uint32_t looked;

static prm_result look_and_write(void *ctx, const uint8_t in[PRM_CELL_SIZE]) {
    struct prm_random now = rng;
    uint8_t out[16];

    looked++;
    assert_result(prm_random_fill(&now, out, sizeof out), PRM_ERR_RANDOM_SEED);
    assert_true(all_zero(out, sizeof out));
    return prm_eeprom_seed_write(ctx, in);
}

static void the_seed_is_replaced_before_the_first_number(void **state) {
    (void)state;
    cell.write = look_and_write;
    looked = 0;
    assert_result(start(), PRM_OK);
    assert_int_equal(looked, 1);
    block_count = 0;
    note_stream();
}

static void one_that_never_started_gives_nothing(void **state) {
    (void)state;
    memset(&rng, 0, sizeof rng);
    gives_nothing(PRM_ERR_RANDOM_SEED);
}

/* ---- Requests ---- */

static void a_request_has_a_limit(void **state) {
    static uint8_t out[PRM_RANDOM_REQUEST_MAX + 1];

    (void)state;
    assert_result(start(), PRM_OK);
    memset(out, 0xEE, sizeof out);
    assert_result(prm_random_fill(&rng, out, sizeof out), PRM_ERR_ARGUMENT);
    assert_true(all_zero(out, sizeof out));
    /* That was the caller's fault, and nothing's end. */
    for (size_t len = 0; len < 70; len++) {
        memset(out, 0, 80);
        assert_result(prm_random_fill(&rng, out, len), PRM_OK);
        assert_true(all_zero(out + len, 80 - len));
    }
    assert_result(prm_random_fill(&rng, out, sizeof out - 1), PRM_OK);
    assert_false(all_zero(out + sizeof out - 33, 32));
    assert_true(out[sizeof out - 1] == 0);
}

static void after_256_requests_it_is_seeded_anew(void **state) {
    enum { SEED_SAMPLES = PRM_GATHER_BITS / 4 };
    uint8_t out[8];
    uint32_t seeds = 0;

    (void)state;
    assert_result(start(), PRM_OK);
    /* The first of them was the stored seed. */
    for (uint32_t i = 1; i < 3 * PRM_DRBG_RESEED_AFTER; i++) {
        const uint64_t taken = source.taken;
        const int due = i % PRM_DRBG_RESEED_AFTER == 0;
        if (due) {
            /* A source that doesn't answer then gives nothing, and the next request seeds. */
            source.fails_at = source.calls;
            source.fails_for = 1;
            assert_result(prm_random_fill(&rng, out, sizeof out), PRM_ERR_ENTROPY_IO);
            assert_true(all_zero(out, sizeof out));
        }
        assert_result(prm_random_fill(&rng, out, sizeof out), PRM_OK);
        assert_int_equal(source.taken - taken, PRM_RANDOM_FRESH + (due ? SEED_SAMPLES : 0));
        seeds += (uint32_t)due;
    }
    assert_int_equal(seeds, 2);
    assert_int_equal(PRM_DRBG_RESEED_AFTER, 256);
}

/* If the call that fills is lost, its output is zeros: those are refused. */
static prm_result zeros_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    (void)parts;
    (void)n;
    memset(out, 0, PRM_SHA256_SIZE);
    return PRM_OK;
}

static void zeros_are_never_given_out(void **state) {
    static const struct prm_crypto zeros = {.sha256 = zeros_sha256, .sha256_pull = sha256_pull};

    (void)state;
    assert_result(start(), PRM_OK);
    rng.gather.crypto = &zeros;
    gives_nothing(PRM_ERR_CRYPTO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_two_of_1000_starts_give_the_same_though_the_source_is_frozen, setup),
        cmocka_unit_test_setup(nor_do_they_with_power_cuts_at_every_byte_of_every_write, setup),
        cmocka_unit_test_setup(nor_after_damage_to_either_record, setup),
        cmocka_unit_test_setup(a_seed_that_is_lost_is_made_anew, setup),
        cmocka_unit_test_setup(a_seed_that_was_misread_once_is_not_lost, setup),
        cmocka_unit_test_setup(what_is_a_devices_own_makes_its_numbers_its_own, setup),
        cmocka_unit_test_setup(the_seed_that_is_stored_is_none_of_the_numbers, setup),
        cmocka_unit_test_setup(every_call_of_the_eeprom_that_fails_gives_no_numbers_and_the_next_start_does, setup),
        cmocka_unit_test_setup(a_seed_that_can_not_be_read_gives_no_numbers_and_stays, setup),
        cmocka_unit_test_setup(a_hash_that_is_wrong_gives_no_numbers, setup),
        cmocka_unit_test_setup(a_request_takes_samples_of_its_moment, setup),
        cmocka_unit_test_setup(every_hash_that_fails_gives_no_numbers, setup),
        cmocka_unit_test_setup(every_call_of_the_source_that_fails_gives_no_numbers, setup),
        cmocka_unit_test_setup(a_source_that_dies_ends_it_until_the_next_start, setup),
        cmocka_unit_test_setup(a_source_that_does_not_answer_may_be_asked_again, setup),
        cmocka_unit_test_setup(facts_of_a_source_outside_the_contract_give_no_numbers, setup),
        cmocka_unit_test_setup(a_seed_that_was_not_replaced_gives_no_numbers, setup),
        cmocka_unit_test_setup(the_seed_is_replaced_before_the_first_number, setup),
        cmocka_unit_test_setup(one_that_never_started_gives_nothing, setup),
        cmocka_unit_test_setup(a_request_has_a_limit, setup),
        cmocka_unit_test_setup(after_256_requests_it_is_seeded_anew, setup),
        cmocka_unit_test_setup(zeros_are_never_given_out, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

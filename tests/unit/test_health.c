/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_health.c - the tests of a noise source: cutoffs as SP 800-90B defines them, computed here in another way; the very
 * sample at which each of them strikes; what they find and what they let pass; and that nothing undoes a failure.
 */
#include "tests/unit/unit.h"

#include <math.h>

#include "ports/sim/sim_entropy.h"
#include "random/gather.h"
#include "providers/openssl/crypto_openssl.h"

static struct prm_entropy facts(uint32_t bits, uint32_t eighths) {
    return (struct prm_entropy){.bits = bits, .eighths = eighths};
}

static void start(struct prm_health *health, uint32_t bits, uint32_t eighths) {
    const struct prm_entropy source = facts(bits, eighths);

    assert_result(prm_health_start(health, &source), PRM_OK);
}

static prm_result look(struct prm_health *health, uint8_t sample) {
    return prm_health_look(health, &sample, 1);
}

/* P(X >= k) for X of n trials that each succeed with probability p. */
static long double tail(uint32_t n, uint32_t k, long double p) {
    long double sum = 0;

    for (uint32_t i = n; i + 1 > k; i--)
        sum += expl(lgammal(n + 1.0L) - lgammal(i + 1.0L) - lgammal(n - i + 1.0L) + i * logl(p) + (n - i) * logl(1 - p));
    return sum;
}

/* 4.4.2: a healthy source shows `cutoff` or more in a window at most once in 2^30; one less would strike more often. */
static void the_cutoffs_of_proportion_are_those_of_the_binomial(void **state) {
    const long double alpha = powl(2, -30);

    (void)state;
    for (uint32_t bits = 1; bits <= 8; bits += 7) {
        const uint32_t window = bits == 1 ? PRM_HEALTH_WINDOW_BITS : PRM_HEALTH_WINDOW;
        for (uint32_t eighths = 1; eighths <= 8 * bits; eighths++) {
            const uint32_t cutoff = prm_health_same_cutoff(bits, eighths);
            const long double p = powl(2, -(long double)eighths / 8);
            if (!(tail(window, cutoff, p) <= alpha && tail(window, cutoff - 1, p) > alpha) || cutoff > window)
                fail_msg("%u bits, %u/8: cutoff %u", bits, eighths, cutoff);
        }
    }
}

static void the_cutoffs_of_repetition_are_those_of_the_standard(void **state) {
    (void)state;
    /* 4.4.1: 1 + ceil(-log2(alpha) / H). */
    for (uint32_t eighths = 1; eighths <= 64; eighths++)
        assert_int_equal(prm_health_run_cutoff(eighths), 1 + (uint32_t)ceill(30 / (eighths / 8.0L)));
    assert_int_equal(prm_health_run_cutoff(8), 31);
    assert_int_equal(prm_health_run_cutoff(64), 5);
}

static void facts_outside_the_contract_are_refused_and_pass_nothing(void **state) {
    static const uint32_t wrong[][2] = {{0, 0}, {0, 8}, {9, 8}, {8, 0}, {8, 65}, {1, 9}, {3, 25}, {UINT32_MAX, 8}, {32, 8}};
    struct prm_health health;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const struct prm_entropy source = facts(wrong[i][0], wrong[i][1]);
        memset(&health, 0xEE, sizeof health);
        assert_result(prm_health_start(&health, &source), PRM_ERR_ARGUMENT);
        assert_result(look(&health, 0), PRM_ERR_ENTROPY_HEALTH);
    }
    memset(&health, 0, sizeof health);
    assert_result(prm_health_look(&health, NULL, 0), PRM_ERR_ENTROPY_HEALTH);
}

/* A run as long as the cutoff strikes with its last sample, and not one earlier. Runs that others break don't. */
static void repetition_strikes_at_the_cutoff(void **state) {
    struct prm_health health;

    (void)state;
    for (uint32_t eighths = 8; eighths <= 64; eighths++) {
        const uint32_t cutoff = prm_health_run_cutoff(eighths);
        start(&health, 8, eighths);
        for (uint32_t i = 0; i + 1 < cutoff; i++)
            assert_result(look(&health, 0x11), PRM_OK);
        assert_result(look(&health, 0x22), PRM_OK);
        /* Not of the window's first sample, so that the other test has no say. */
        for (uint32_t i = 1; i + 1 < cutoff; i++)
            assert_result(look(&health, 0x22), PRM_OK);
        assert_result(look(&health, 0x22), PRM_ERR_ENTROPY_HEALTH);
    }
}

/* Also for a run from the very first sample on, of whatever value. */
static void a_run_is_counted_from_the_first_sample(void **state) {
    static const uint8_t values[] = {0x00, 0x01, 0x80, 0xFF};
    struct prm_health health;

    (void)state;
    for (size_t v = 0; v < COUNT_OF(values); v++) {
        start(&health, 8, 32);
        for (uint32_t i = 1; i < 9; i++)
            assert_result(look(&health, values[v]), PRM_OK);
        assert_result(look(&health, values[v]), PRM_ERR_ENTROPY_HEALTH);
    }
}

/* 256 values in turn never repeat; the window's first one is put in as often as may be, then once more. */
static void proportion_strikes_at_the_cutoff(void **state) {
    struct prm_health health;

    (void)state;
    for (uint32_t eighths = 16; eighths <= 64; eighths++) {
        const uint32_t cutoff = prm_health_same_cutoff(8, eighths);
        for (uint32_t at = 0; at < 3; at++) {
            start(&health, 8, eighths);
            /* Windows follow each other: what came in those before doesn't count. */
            for (uint32_t i = 0; i < at * PRM_HEALTH_WINDOW; i++)
                assert_result(look(&health, (uint8_t)(i % 97)), PRM_OK);
            for (uint32_t i = 0; i + 1 < cutoff; i++) {
                assert_result(look(&health, 0xAA), PRM_OK);
                assert_result(look(&health, (uint8_t)(i % 97)), PRM_OK);
            }
            assert_result(look(&health, 0xAA), PRM_ERR_ENTROPY_HEALTH);
        }
    }
}

static void a_window_ends_where_the_standard_ends_it(void **state) {
    struct prm_health health;
    const uint32_t cutoff = prm_health_same_cutoff(8, 32);

    (void)state;
    start(&health, 8, 32);
    /* One less than the cutoff in this window, the rest others; the last of them the window's last. */
    for (uint32_t i = 0; i < PRM_HEALTH_WINDOW; i++)
        assert_result(look(&health, i < 2 * (cutoff - 1) && i % 2 == 0 ? 0xAA : (uint8_t)(i % 97)), PRM_OK);
    /* The next one has a first sample of its own. */
    for (uint32_t i = 0; i < PRM_HEALTH_WINDOW; i++)
        assert_result(look(&health, i % 7 == 1 ? 0xAA : (uint8_t)(i % 97)), PRM_OK);
    /* One-bit samples have a window twice as long. */
    start(&health, 1, 8);
    assert_int_equal(health.window, PRM_HEALTH_WINDOW_BITS);
    assert_int_equal(health.same_cutoff, 609);
}

static void a_failure_is_for_good(void **state) {
    struct prm_health health;
    uint64_t random = 5;

    (void)state;
    start(&health, 8, 32);
    for (uint32_t i = 0; i < 9; i++)
        (void)look(&health, 0);
    assert_result(prm_health_look(&health, NULL, 0), PRM_ERR_ENTROPY_HEALTH);
    for (uint32_t i = 0; i < 100000; i++)
        assert_result(look(&health, (uint8_t)fx_random(&random)), PRM_ERR_ENTROPY_HEALTH);
    start(&health, 8, 32);
    assert_result(look(&health, 0), PRM_OK);
}

static void a_sample_with_bits_that_it_can_not_have_is_a_failure(void **state) {
    struct prm_health health;

    (void)state;
    for (uint32_t bits = 1; bits < 8; bits++) {
        start(&health, bits, 8);
        assert_result(look(&health, (uint8_t)((1u << bits) - 1)), PRM_OK);
        assert_result(look(&health, (uint8_t)(1u << bits)), PRM_ERR_ENTROPY_HEALTH);
    }
}

/* How many samples of a source pass before a test strikes; `most` if none does. */
static uint32_t passes(enum prm_sim_entropy_kind kind, uint32_t share, uint32_t bits, uint32_t eighths, uint64_t seed,
                       uint32_t most) {
    struct prm_sim_entropy source;
    struct prm_health health;
    uint8_t sample;

    prm_sim_entropy_init(&source, kind, seed, share);
    source.entropy.bits = bits;
    source.entropy.eighths = eighths;
    assert_result(prm_health_start(&health, &source.entropy), PRM_OK);
    for (uint32_t i = 0; i < most; i++) {
        assert_result(source.entropy.fill(source.entropy.ctx, &sample, 1), PRM_OK);
        if (look(&health, sample) != PRM_OK)
            return i;
    }
    return most;
}

static void a_source_that_has_what_it_claims_passes(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        assert_int_equal(passes(PRM_SIM_ENTROPY_GOOD, 0, 8, 64, seed, 100000), 100000);
        assert_int_equal(passes(PRM_SIM_ENTROPY_GOOD, 0, 1, 8, seed, 100000), 100000);
        assert_int_equal(passes(PRM_SIM_ENTROPY_GOOD, 0, 4, 32, seed, 100000), 100000);
        /* One sample in 15 of 256: 4 bits of min-entropy, as claimed. */
        assert_int_equal(passes(PRM_SIM_ENTROPY_BIASED, 15, 8, 32, seed, 100000), 100000);
    }
}

/* A stuck source, at every claim, at the first cutoff; one that lost most of what it claims, soon. */
static void a_source_that_died_is_found(void **state) {
    (void)state;
    for (uint32_t eighths = 1; eighths <= 64; eighths++)
        assert_in_range(passes(PRM_SIM_ENTROPY_STUCK, 0, 8, eighths, 1, 2000), 1, 1 + 240 / eighths + 1);
    for (uint32_t eighths = 1; eighths <= 8; eighths++)
        assert_in_range(passes(PRM_SIM_ENTROPY_STUCK, 0, 1, eighths, 1, 2000), 1, 1 + 240 / eighths + 1);
    for (uint64_t seed = 0; seed < 50; seed++) {
        /* Claims 4 bits, has 1: every other sample is the same one. Seen as soon as a window begins with that. */
        assert_in_range(passes(PRM_SIM_ENTROPY_BIASED, 128, 8, 32, seed, 10000), 1, 12 * PRM_HEALTH_WINDOW);
        /* Claims 8 bits, and repeats two samples: in the first window. */
        assert_in_range(passes(PRM_SIM_ENTROPY_REPEATING, 2, 8, 64, seed, 2000), 1, PRM_HEALTH_WINDOW - 1);
    }
}

/* What the tests can't see, for who would rely on them: a generator, and a source that gives the same at every start. */
static void a_generator_passes(void **state) {
    (void)state;
    assert_int_equal(passes(PRM_SIM_ENTROPY_REPEATING, 256, 8, 32, 3, 100000), 100000);
}

/* ---- Gathering ---- */

static struct prm_sim_entropy source;
static struct prm_gather gather;

static prm_result gather_start(void) {
    return prm_gather_start(&gather, &prm_crypto_openssl, &source.entropy);
}

static void nothing_is_given_before_1024_samples_were_tested(void **state) {
    uint8_t out[32];

    (void)state;
    memset(&gather, 0, sizeof gather);
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1, 0);
    gather.crypto = &prm_crypto_openssl;
    gather.entropy = &source.entropy;
    memset(out, 0xEE, sizeof out);
    assert_result(prm_gather_seed(&gather, out), PRM_ERR_ENTROPY_HEALTH);
    assert_result(prm_gather_samples(&gather, out, 8), PRM_ERR_ENTROPY_HEALTH);
    assert_int_equal(source.calls, 0);
    assert_result(gather_start(), PRM_OK);
    assert_int_equal(source.taken, PRM_HEALTH_STARTUP);
    assert_int_equal(PRM_HEALTH_STARTUP, 1024);
    /* Nor by a source whose facts were refused. */
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1, 0);
    source.entropy.eighths = 0;
    assert_result(gather_start(), PRM_ERR_ARGUMENT);
    assert_result(prm_gather_seed(&gather, out), PRM_ERR_ENTROPY_HEALTH);
    /* A source that dies with the last of them isn't taken. */
    for (uint32_t turns = 0; turns <= PRM_HEALTH_STARTUP - 9; turns += 5) {
        prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1, 0);
        source.turns_at = turns;
        assert_result(gather_start(), PRM_ERR_ENTROPY_HEALTH);
    }
    /* Nor one that didn't answer half way, though it does later. */
    for (uint32_t call = 0; call < PRM_HEALTH_STARTUP / PRM_GATHER_BATCH; call++) {
        prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1, 0);
        source.fails_at = call;
        source.fails_for = 1;
        assert_result(gather_start(), PRM_ERR_ENTROPY_IO);
        assert_result(prm_gather_seed(&gather, out), PRM_ERR_ENTROPY_HEALTH);
    }
}

/* 320 bits of min-entropy, whatever is claimed for a sample; and SHA-256 of just those. */
static void as_many_samples_are_hashed_as_the_claim_asks_for(void **state) {
    uint8_t out[32], expected[32], samples[2560];

    (void)state;
    for (uint32_t eighths = 1; eighths <= 64; eighths++) {
        const uint32_t n = (320 * 8 + eighths - 1) / eighths;
        prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, eighths, 0);
        source.entropy.eighths = eighths;
        assert_result(gather_start(), PRM_OK);
        assert_result(prm_gather_seed(&gather, out), PRM_OK);
        assert_int_equal(source.taken, PRM_HEALTH_STARTUP + n);
        assert_true((uint64_t)n * eighths >= 320 * 8);
        source.taken = PRM_HEALTH_STARTUP;
        assert_result(source.entropy.fill(&source, samples, n), PRM_OK);
        fx_sha256(prm_span_of(samples, n), expected);
        assert_memory_equal(out, expected, sizeof out);
    }
}

/* Dies with any sample of the ones gathered, or doesn't answer in any call: zeros, and for good or for once. */
static void all_or_nothing(void **state) {
    static const uint8_t zeros[PRM_GATHER_BATCH];
    uint8_t out[PRM_GATHER_BATCH];

    (void)state;
    for (uint32_t turns = 0; turns < 71; turns++) {
        prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 9, 0);
        source.entropy.eighths = 32; /* a run of 9 strikes; 80 samples */
        source.turns_at = PRM_HEALTH_STARTUP + turns;
        assert_result(gather_start(), PRM_OK);
        memset(out, 0xEE, sizeof out);
        assert_result(prm_gather_seed(&gather, out), PRM_ERR_ENTROPY_HEALTH);
        assert_memory_equal(out, zeros, 32);
        const uint32_t calls = source.calls;
        source.turns_at = UINT64_MAX;
        assert_result(prm_gather_seed(&gather, out), PRM_ERR_ENTROPY_HEALTH);
        assert_result(prm_gather_samples(&gather, out, 1), PRM_ERR_ENTROPY_HEALTH);
        assert_int_equal(source.calls, calls);
    }
    /* Samples as they are: those before the death are not given either. */
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 9, 0);
    source.turns_at = PRM_HEALTH_STARTUP + 20;
    assert_result(gather_start(), PRM_OK);
    memset(out, 0xEE, sizeof out);
    assert_result(prm_gather_samples(&gather, out, sizeof out), PRM_ERR_ENTROPY_HEALTH);
    assert_memory_equal(out, zeros, sizeof out);
    for (uint32_t call = 0; call < 2; call++) {
        prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 9, 0);
        assert_result(gather_start(), PRM_OK);
        source.fails_at = source.calls + call;
        source.fails_for = 1;
        memset(out, 0xEE, sizeof out);
        assert_result(prm_gather_seed(&gather, out), PRM_ERR_ENTROPY_IO);
        assert_memory_equal(out, zeros, 32);
        assert_result(prm_gather_seed(&gather, out), PRM_OK);
        memset(out, 0xEE, sizeof out);
        source.fails_at = source.calls;
        assert_result(prm_gather_samples(&gather, out, sizeof out), PRM_ERR_ENTROPY_IO);
        assert_memory_equal(out, zeros, sizeof zeros);
        assert_result(prm_gather_samples(&gather, out, PRM_GATHER_BATCH), PRM_OK);
    }
}

/* What the part says of itself is kept, also if it says otherwise a moment later. */
static void a_failure_that_the_part_tells_is_for_good(void **state) {
    uint8_t out[32];

    (void)state;
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 9, 0);
    assert_result(gather_start(), PRM_OK);
    source.error = PRM_ERR_ENTROPY_HEALTH;
    source.fails_at = source.calls;
    source.fails_for = 1;
    assert_result(prm_gather_samples(&gather, out, 8), PRM_ERR_ENTROPY_HEALTH);
    assert_result(prm_gather_samples(&gather, out, 8), PRM_ERR_ENTROPY_HEALTH);
    assert_result(prm_gather_seed(&gather, out), PRM_ERR_ENTROPY_HEALTH);
}

static prm_result asks_once(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    prm_span part;

    memset(out, 0x77, PRM_SHA256_SIZE);
    return n == 2 ? next(ctx, 0, &part) : PRM_ERR_CRYPTO;
}

static void a_hash_that_took_fewer_samples_is_none(void **state) {
    static const uint8_t zeros[32];
    static const struct prm_crypto lazy = {.sha256_pull = asks_once};
    uint8_t out[PRM_GATHER_BATCH + 1];

    (void)state;
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 9, 0);
    assert_result(gather_start(), PRM_OK);
    gather.crypto = &lazy;
    assert_result(prm_gather_seed(&gather, out), PRM_ERR_CRYPTO);
    assert_memory_equal(out, zeros, sizeof zeros);
    assert_result(prm_gather_samples(&gather, out, sizeof out), PRM_ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cutoffs_of_proportion_are_those_of_the_binomial),
        cmocka_unit_test(the_cutoffs_of_repetition_are_those_of_the_standard),
        cmocka_unit_test(facts_outside_the_contract_are_refused_and_pass_nothing),
        cmocka_unit_test(repetition_strikes_at_the_cutoff),
        cmocka_unit_test(a_run_is_counted_from_the_first_sample),
        cmocka_unit_test(proportion_strikes_at_the_cutoff),
        cmocka_unit_test(a_window_ends_where_the_standard_ends_it),
        cmocka_unit_test(a_failure_is_for_good),
        cmocka_unit_test(a_sample_with_bits_that_it_can_not_have_is_a_failure),
        cmocka_unit_test(a_source_that_has_what_it_claims_passes),
        cmocka_unit_test(a_source_that_died_is_found),
        cmocka_unit_test(a_generator_passes),
        cmocka_unit_test(nothing_is_given_before_1024_samples_were_tested),
        cmocka_unit_test(as_many_samples_are_hashed_as_the_claim_asks_for),
        cmocka_unit_test(all_or_nothing),
        cmocka_unit_test(a_failure_that_the_part_tells_is_for_good),
        cmocka_unit_test(a_hash_that_took_fewer_samples_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

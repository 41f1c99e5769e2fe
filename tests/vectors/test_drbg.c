/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_drbg.c - the generator against NIST's vectors for HMAC_DRBG with SHA-256 (CAVP, drbgvectors): without reseeding, with it, and
 * with prediction resistance. They are read where they come with Mbed TLS's source, one file each.
 */
#include "tests/unit/unit.h"

#include "crypto/hmac_drbg.h"
#include "providers/openssl/crypto_openssl.h"

enum { FIELDS = 7, FIELD_MAX = 512, ENTROPY_SIZE = 32 };

struct fields {
    uint8_t bytes[FIELDS][FIELD_MAX];
    size_t len[FIELDS];
    size_t count;
};

/* The quoted hex strings of a line. */
static void read_fields(const char *line, struct fields *f) {
    char hex[2 * FIELD_MAX + 1];

    f->count = 0;
    for (const char *p = strchr(line, '"'); p != NULL; p = strchr(p, '"')) {
        const char *end = strchr(p + 1, '"');
        assert_non_null(end);
        const size_t len = (size_t)(end - p - 1);
        assert_true(f->count < FIELDS && len < sizeof hex);
        memcpy(hex, p + 1, len);
        hex[len] = '\0';
        f->len[f->count] = fx_unhex(hex, f->bytes[f->count], FIELD_MAX);
        f->count++;
        p = end + 1;
    }
}

static prm_span field(const struct fields *f, size_t i) {
    return prm_span_of(f->bytes[i], f->len[i]);
}

/* What the vector gives as one string: entropy and nonce, then the entropy of each seed after it. */
struct input {
    prm_span first;
    prm_span again[2];
};

static struct input divide(const struct fields *f, size_t seeds) {
    const size_t first = f->len[0] - seeds * ENTROPY_SIZE;
    struct input in = {.first = prm_span_of(f->bytes[0], first)};

    assert_true(f->len[0] >= (seeds + 1) * ENTROPY_SIZE);
    for (size_t i = 0; i < seeds; i++)
        in.again[i] = prm_span_of(f->bytes[0] + first + i * ENTROPY_SIZE, ENTROPY_SIZE);
    return in;
}

static struct prm_hmac_drbg drbg;
static uint8_t got[FIELD_MAX];

static void begin(prm_span first, prm_span personal) {
    const prm_span parts[2] = {first, personal};

    assert_result(prm_hmac_drbg_instantiate(&drbg, &prm_crypto_openssl, parts, 2), PRM_OK);
}

static void seed(prm_span entropy, prm_span additional) {
    const prm_span parts[2] = {entropy, additional};

    assert_result(prm_hmac_drbg_reseed(&drbg, &prm_crypto_openssl, parts, 2), PRM_OK);
}

static void generate(prm_span additional, size_t len) {
    assert_result(prm_hmac_drbg_generate(&drbg, &prm_crypto_openssl, additional, got, len), PRM_OK);
}

/* What is given: entropy, personalization, and two additional inputs. */
static void without_reseed(const struct fields *f) {
    begin(divide(f, 0).first, field(f, 1));
    generate(field(f, 2), f->len[4]);
    generate(field(f, 3), f->len[4]);
}

/* The same with one of a reseed before them. */
static void with_reseed(const struct fields *f) {
    const struct input in = divide(f, 1);

    begin(in.first, field(f, 1));
    seed(in.again[0], field(f, 2));
    generate(field(f, 3), f->len[5]);
    generate(field(f, 4), f->len[5]);
}

/* 9.3.1: with prediction resistance a request is a reseed with its additional input, and then one without any. */
static void with_prediction_resistance(const struct fields *f) {
    static const prm_span nothing = {NULL, 0};
    const struct input in = divide(f, 2);

    begin(in.first, field(f, 1));
    for (size_t i = 0; i < 2; i++) {
        seed(in.again[i], field(f, 2 + i));
        generate(nothing, f->len[4]);
    }
}

static void run(const char *name, void (*calculate)(const struct fields *), size_t count) {
    char path[512], line[8192];
    struct fields f;
    size_t seen = 0;

    snprintf(path, sizeof path, "%s/tests/suites/test_suite_hmac_drbg.%s.data", PRM_MBEDTLS_DIR, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("skipped: no %s\n", path);
        skip();
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "hmac_drbg_", 10) != 0 || strstr(line, ":MBEDTLS_MD_SHA256:") == NULL)
            continue;
        read_fields(line, &f);
        assert_int_equal(f.count, count);
        calculate(&f);
        if (memcmp(got, f.bytes[count - 1], f.len[count - 1]) != 0 || f.len[count - 1] != 128)
            fail_msg("%s, vector %zu for SHA-256", name, seen);
        seen++;
    }
    fclose(file);
    assert_int_equal(seen, 60);
}

static void drbg_vectors_without_reseed(void **state) {
    (void)state;
    run("no_reseed", without_reseed, 5);
}

static void drbg_vectors_with_reseed(void **state) {
    (void)state;
    run("nopr", with_reseed, 6);
}

static void drbg_vectors_with_prediction_resistance(void **state) {
    (void)state;
    run("pr", with_prediction_resistance, 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drbg_vectors_without_reseed),
        cmocka_unit_test(drbg_vectors_with_reseed),
        cmocka_unit_test(drbg_vectors_with_prediction_resistance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

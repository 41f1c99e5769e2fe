/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/vectors/lms_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/vectors/published.h"

#ifndef PRM_VECTORS_DIR
#define PRM_VECTORS_DIR PRM_SOURCE_DIR "/../shared/vectors"
#endif

struct lms_case lms_rfc[2], lms_fresh[24];
size_t lms_rfc_count, lms_fresh_count;

struct lms_bytes lms_hex(const char *hex) {
    struct lms_bytes b = {malloc(strlen(hex) / 2u + 1u), strlen(hex) / 2u};

    assert_non_null(b.ptr);
    for (size_t i = 0; i < b.len; i++) {
        unsigned v;

        assert_int_equal(sscanf(hex + 2u * i, "%2x", &v), 1);
        b.ptr[i] = (uint8_t)v;
    }
    return b;
}

json_t *lms_vectors(const char *name) {
    const char *const dir = getenv("PRM_VECTORS") != NULL ? getenv("PRM_VECTORS") : PRM_VECTORS_DIR;
    char path[512];
    FILE *file;
    json_t *json;
    json_error_t error;

    snprintf(path, sizeof path, "%s/lms/%s", dir, name);
    file = fopen(path, "r");
    if (file == NULL) {
        printf("skipped: no %s\n", path);
        return NULL;
    }
    json = json_loadf(file, 0, &error);
    fclose(file);
    if (json == NULL)
        fail_msg("%s: %s", path, error.text);
    return json;
}

static size_t load_cases(const char *name, struct lms_case *cases, size_t max) {
    json_t *const json = lms_vectors(name);
    size_t n;

    if (json == NULL)
        return 0;
    n = json_array_size(json);
    assert_int_equal(n, max);
    for (size_t i = 0; i < n; i++) {
        const json_t *const c = json_array_get(json, i);

        snprintf(cases[i].name, sizeof cases[i].name, "%s", json_string_value(json_object_get(c, "name")));
        assert_string_equal(json_string_value(json_object_get(c, "result")), "valid");
        cases[i].key = lms_hex(json_string_value(json_object_get(c, "public_key")));
        cases[i].message = lms_hex(json_string_value(json_object_get(c, "message")));
        cases[i].sig = lms_hex(json_string_value(json_object_get(c, "signature")));
    }
    json_decref(json);
    return n;
}

void lms_case_published(struct lms_case *c) {
    char sig[6000] = "";

    snprintf(c->name, sizeof c->name, "RFC 8554, test case 1");
    c->key = lms_hex(rfc8554_key);
    c->message = lms_hex(rfc8554_message);
    for (size_t i = 0; i < sizeof rfc8554_signature / sizeof rfc8554_signature[0]; i++)
        strcat(sig, rfc8554_signature[i]);
    c->sig = lms_hex(sig);
}

int lms_cases_load(void **state) {
    (void)state;
    lms_rfc_count = load_cases("rfc8554.json", lms_rfc, 2);
    if (lms_rfc_count == 0) {
        lms_case_published(&lms_rfc[0]);
        lms_rfc_count = 1;
    }
    lms_fresh_count = load_cases("hss-sha256-h5.json", lms_fresh, 24);
    return 0;
}

int lms_cases_free(void **state) {
    (void)state;
    for (size_t i = 0; i < lms_rfc_count + lms_fresh_count; i++) {
        const struct lms_case *const c = i < lms_rfc_count ? &lms_rfc[i] : &lms_fresh[i - lms_rfc_count];

        free(c->key.ptr);
        free(c->message.ptr);
        free(c->sig.ptr);
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* test_wycheproof_ecdh.c - key agreement by our own curve: every verdict and shared secret of Wycheproof's P-256 points. */
#include "providers/p256/p256_secret.h"
#include "tests/vectors/vectors.h"

#define FILE_NAME "wycheproof/ecdh_secp256r1_ecpoint_test.json"

enum { POINT_HEX = 2 * (1 + PRM_P256_PUBLIC_SIZE) };

/* A private key has as many digits as the number needs: leading zeros may be missing, or there may be one byte more. */
static int secret_of(const char *hex, uint8_t secret[32]) {
    uint8_t bytes[64];
    const size_t len = fx_unhex(hex, bytes, sizeof bytes);

    memset(secret, 0, 32);
    if (len > 32) {
        assert_int_equal(len, 33);
        assert_int_equal(bytes[0], 0);
        memcpy(secret, bytes + 1, 32);
    } else {
        memcpy(secret + 32 - len, bytes, len);
    }
    return len > 0;
}

static void every_point_is_as_stated(void **state) {
    unsigned valid = 0, refused = 0, form = 0;
    size_t g, i;
    json_t *group, *test;

    (void)state;
    vectors_need(FILE_NAME);
    json_t *const root = vectors_json(FILE_NAME);
    json_array_foreach(json_object_get(root, "testGroups"), g, group) {
        json_array_foreach(json_object_get(group, "tests"), i, test) {
            uint8_t point[65], secret[32], shared[32], expected[32], noise[PRM_P256_NOISE_SIZE];
            const char *const public_key = vectors_string(test, "public");
            const int good = strcmp(vectors_string(test, "result"), "valid") == 0;
            if (strlen(public_key) != POINT_HEX || strncmp(public_key, "04", 2) != 0) {
                assert_false(good); /* compressed or empty: not a key as we take them */
                form++;
                continue;
            }
            assert_int_equal(fx_unhex(public_key, point, sizeof point), sizeof point);
            assert_true(secret_of(vectors_string(test, "private"), secret));
            memset(noise, (int)i, sizeof noise);
            const prm_result result = prm_p256_agree(secret, point + 1, i % 2 != 0 ? noise : NULL, shared);
            assert_result(result, good ? PRM_OK : PRM_ERR_SIG_INVALID);
            valid += good != 0;
            refused += !good;
            if (!good)
                continue;
            assert_int_equal(fx_unhex(vectors_string(test, "shared"), expected, sizeof expected), sizeof expected);
            assert_memory_equal(shared, expected, sizeof expected);
        }
    }
    print_message("%u shared secrets, %u points refused, %u not 64 bytes of coordinates\n", valid, refused, form);
    assert_int_equal(valid + refused + form, json_integer_value(json_object_get(root, "numberOfTests")));
    assert_true(valid > 0 && refused > 0);
    json_decref(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_point_is_as_stated)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

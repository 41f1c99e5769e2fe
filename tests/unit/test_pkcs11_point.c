/* SPDX-License-Identifier: Apache-2.0 */
/* test_pkcs11_point.c - B19: a token's public point, in its OCTET STRING or bare, whatever its first coordinate begins with. */
#include "tests/unit/unit.h"

#include <openssl/ec.h>

#include "host/keys/keys.h"
#include "host/keys/pkcs11_object.h"

static uint8_t point[2 + 1 + PRM_P256_PUBLIC_SIZE];
static size_t point_len;

/* A module with one key object, as far as a reader of public keys asks. */
static CK_RV get_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR out, CK_ULONG n) {
    static const uint8_t p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
    static const CK_KEY_TYPE ec = CKK_EC;
    const void *from = out->type == CKA_KEY_TYPE ? (const void *)&ec : out->type == CKA_EC_PARAMS ? p256 : point;
    const size_t len = out->type == CKA_KEY_TYPE ? sizeof ec : out->type == CKA_EC_PARAMS ? sizeof p256 : point_len;

    (void)session;
    (void)object;
    (void)n;
    memcpy(out->pValue, from, len);
    out->ulValueLen = len;
    return CKR_OK;
}

static void reads(const struct prm_anchor *wanted) {
    static CK_FUNCTION_LIST module;
    const struct pkcs11_session session = {&module, 0, "token"};
    const CK_OBJECT_HANDLE found[1] = {1};
    struct prm_anchor got;
    EVP_PKEY *key = NULL;

    module.C_GetAttributeValue = get_attribute;
    assert_int_equal(pkcs11_read_public(&session, found, 1, &key), PRIMUM_OK);
    assert_int_equal(primum_key_anchor(key, "it", &got), PRIMUM_OK);
    assert_memory_equal(got.public_key, wanted->public_key, PRM_P256_PUBLIC_SIZE);
    EVP_PKEY_free(key);
}

/* Keys until one begins with each byte that could be taken for a length, which are few: 63 and 65. */
static void a_point_is_read_whatever_it_begins_with(void **unused) {
    unsigned seen_63 = 0, seen_65 = 0;

    (void)unused;
    for (unsigned i = 0; i < 20000 && (seen_63 == 0 || seen_65 == 0); i++) {
        struct prm_anchor anchor;
        EVP_PKEY *key = EVP_EC_gen("P-256");
        assert_int_equal(primum_key_anchor(key, "it", &anchor), PRIMUM_OK);
        EVP_PKEY_free(key);
        seen_63 += anchor.public_key[0] == 63;
        seen_65 += anchor.public_key[0] == 65;
        if (i > 3 && anchor.public_key[0] != 63 && anchor.public_key[0] != 65)
            continue;
        point[0] = 4;
        memcpy(point + 1, anchor.public_key, PRM_P256_PUBLIC_SIZE);
        point_len = 1 + PRM_P256_PUBLIC_SIZE;
        reads(&anchor);
        point[1] = 65;
        point[2] = 4;
        memcpy(point + 3, anchor.public_key, PRM_P256_PUBLIC_SIZE);
        point_len = sizeof point;
        reads(&anchor);
    }
    assert_true(seen_63 > 0 && seen_65 > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_point_is_read_whatever_it_begins_with)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

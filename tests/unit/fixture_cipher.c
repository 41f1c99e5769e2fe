/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fixture_cipher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>

const char *const fx_cipher_name[FX_CIPHERS] = {"OpenSSL", "Mbed TLS"};

static void need(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "fixture: %s\n", what);
        abort();
    }
}

static EVP_PKEY *make_key(const uint8_t scalar[32], uint8_t public_key[PRM_P256_POINT_SIZE]) {
    static char name[] = "prime256v1";
    uint8_t point[1 + PRM_P256_POINT_SIZE];
    uint8_t native[32];
    EVP_PKEY *key = NULL;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *p = EC_POINT_new(group);
    BIGNUM *d = BN_bin2bn(scalar, 32, NULL);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);

    need(EC_POINT_mul(group, p, d, NULL, NULL, NULL) == 1, "no point");
    need(EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED, point, sizeof point, NULL) == sizeof point, "oct");
    need(BN_bn2nativepad(d, native, sizeof native) == (int)sizeof native, "scalar");
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, sizeof native),
        OSSL_PARAM_construct_end(),
    };
    need(EVP_PKEY_fromdata_init(ctx) == 1 && EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) == 1, "no key");
    memcpy(public_key, point + 1, PRM_P256_POINT_SIZE);
    EVP_PKEY_CTX_free(ctx);
    BN_free(d);
    EC_POINT_free(p);
    EC_GROUP_free(group);
    return key;
}

void fx_ciphers_open(struct fx_ciphers *ciphers, const uint8_t scalar[32]) {
    ciphers->key = make_key(scalar, ciphers->public_key);
    ciphers->cipher[0] = prm_cipher_openssl(ciphers->key);
    need(prm_cipher_mbedtls_open(&ciphers->own, scalar, &ciphers->cipher[1]) == PRM_OK, "Mbed TLS takes no key");
}

void fx_ciphers_close(struct fx_ciphers *ciphers) {
    EVP_PKEY_free(ciphers->key);
    prm_cipher_mbedtls_close(&ciphers->own);
}

static void put_alg(struct prm_cbor_writer *w, int32_t alg) {
    prm_cbor_put_int(w, 1);
    prm_cbor_put_int(w, alg);
}

/* The protected bstr, {1: alg} or empty. */
static void put_protected(struct prm_cbor_writer *w, int32_t alg, int is_protected) {
    uint8_t bytes[16];
    struct prm_cbor_writer inner = {bytes, sizeof bytes, 0};

    if (is_protected) {
        prm_cbor_put_head(&inner, PRM_CBOR_MAP, 1);
        put_alg(&inner, alg);
    }
    prm_cbor_put_bstr(w, prm_span_of(bytes, inner.len));
}

static void put_recipient(struct prm_cbor_writer *w, const struct prm_suit_recipient *r) {
    const int is_ecdh = r->alg == PRM_COSE_ECDH_ES_A128KW;

    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 3);
    put_protected(w, r->alg, is_ecdh);
    prm_cbor_put_head(w, PRM_CBOR_MAP, r->kid.ptr != NULL ? 2 : 1);
    if (!is_ecdh)
        put_alg(w, r->alg);
    if (r->kid.ptr != NULL) {
        prm_cbor_put_int(w, 4);
        prm_cbor_put_bstr(w, r->kid);
    }
    if (is_ecdh) {
        static const uint8_t before_x[] = {0x20, 0xA4, 0x01, 0x02, 0x20, 0x01, 0x21};
        static const uint8_t before_y[] = {0x22};
        prm_cbor_put_raw(w, prm_span_of(before_x, sizeof before_x));
        prm_cbor_put_bstr(w, prm_span_of(r->x, 32));
        prm_cbor_put_raw(w, prm_span_of(before_y, sizeof before_y));
        prm_cbor_put_bstr(w, prm_span_of(r->y, 32));
    }
    prm_cbor_put_bstr(w, prm_span_of(r->wrapped, PRM_SUIT_CEK_WRAPPED_SIZE));
}

size_t fx_encrypt_write(const struct prm_suit_encrypt *info, uint8_t *out, size_t cap) {
    struct prm_cbor_writer w = {out, cap, 0};
    const int is_gcm = info->alg == PRM_COSE_A128GCM;

    prm_cbor_put_head(&w, PRM_CBOR_TAG, PRM_COSE_TAG_ENCRYPT);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, 4);
    put_protected(&w, info->alg, is_gcm);
    prm_cbor_put_head(&w, PRM_CBOR_MAP, is_gcm ? 1 : 2);
    if (!is_gcm)
        put_alg(&w, info->alg);
    prm_cbor_put_int(&w, 5);
    prm_cbor_put_bstr(&w, prm_span_of(info->iv, is_gcm ? PRM_GCM_NONCE_SIZE : PRM_AES128_SIZE));
    prm_cbor_put_head(&w, PRM_CBOR_SIMPLE, PRM_CBOR_NULL);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, info->recipients);
    for (uint32_t i = 0; i < info->recipients; i++)
        put_recipient(&w, &info->recipient[i]);
    need(w.len <= cap, "info too long");
    return w.len;
}

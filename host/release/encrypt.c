/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/encrypt.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "host/keys/keys.h"
#include "codec/cbor.h"
#include "providers/openssl/cipher_openssl.h"
#include "suit/suit_encrypt.h"

#define IV_RANDOM 12 /* bytes; the other four count blocks, so that no counter carries into what is random */
#define INFO_MAX 1024
#define SCALAR_TRIES 64 /* each fails with probability 2^-32 */

/* What a recipient's entry is made of. */
struct entry {
    uint8_t kid[PRM_KEY_ID_SIZE];
    uint8_t ephemeral[PRM_P256_POINT_SIZE];
    uint8_t wrapped[PRM_SUIT_CEK_WRAPPED_SIZE];
};

static int openssl_fill(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    return RAND_priv_bytes(out, (int)len) == 1;
}

/* A key pair from a scalar; NULL if the scalar is not in [1, n-1], or OpenSSL fails. `point`: x then y. */
static EVP_PKEY *key_from_scalar(const uint8_t scalar[32], uint8_t point[PRM_P256_POINT_SIZE]) {
    static char name[] = "prime256v1";
    uint8_t encoded[1 + PRM_P256_POINT_SIZE];
    uint8_t native[32];
    EVP_PKEY *key = NULL;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *p = group != NULL ? EC_POINT_new(group) : NULL;
    BIGNUM *d = BN_secure_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    int ok = p != NULL && d != NULL && ctx != NULL && BN_bin2bn(scalar, 32, d) != NULL && !BN_is_zero(d) &&
             BN_cmp(d, EC_GROUP_get0_order(group)) < 0;

    ok = ok && EC_POINT_mul(group, p, d, NULL, NULL, NULL) == 1 &&
         EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof encoded, NULL) == sizeof encoded &&
         BN_bn2nativepad(d, native, sizeof native) == (int)sizeof native;
    if (ok) {
        OSSL_PARAM params[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, encoded, sizeof encoded),
            OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, sizeof native),
            OSSL_PARAM_construct_end(),
        };
        memcpy(point, encoded + 1, PRM_P256_POINT_SIZE);
        if (EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
            key = NULL;
    }
    OPENSSL_cleanse(native, sizeof native);
    EVP_PKEY_CTX_free(ctx);
    BN_clear_free(d);
    EC_POINT_free(p);
    EC_GROUP_free(group);
    return key;
}

static EVP_PKEY *ephemeral_key(const struct primum_random *random, uint8_t point[PRM_P256_POINT_SIZE]) {
    uint8_t scalar[32];
    EVP_PKEY *key = NULL;

    for (int i = 0; key == NULL && i < SCALAR_TRIES && random->fill(random->ctx, scalar, sizeof scalar); i++)
        key = key_from_scalar(scalar, point);
    OPENSSL_cleanse(scalar, sizeof scalar);
    return key;
}

/* RFC 3394 2.2.1. */
static int wrap(const uint8_t kek[PRM_AES128_SIZE], const uint8_t cek[PRM_SUIT_CEK_SIZE],
                uint8_t out[PRM_SUIT_CEK_WRAPPED_SIZE]) {
    EVP_CIPHER_CTX *evp = EVP_CIPHER_CTX_new();
    int len = 0;

    if (evp == NULL)
        return 0;
    EVP_CIPHER_CTX_set_flags(evp, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    const int ok = EVP_EncryptInit_ex(evp, EVP_aes_128_wrap(), NULL, kek, NULL) == 1 &&
                   EVP_EncryptUpdate(evp, out, &len, cek, PRM_SUIT_CEK_SIZE) == 1 && len == PRM_SUIT_CEK_WRAPPED_SIZE;
    EVP_CIPHER_CTX_free(evp);
    return ok;
}

static int make_entry(EVP_PKEY *recipient, const struct primum_random *random, const uint8_t cek[PRM_SUIT_CEK_SIZE],
                      struct entry *out) {
    uint8_t shared[PRM_P256_SHARED_SIZE] = {0};
    uint8_t kek[PRM_AES128_SIZE] = {0};
    struct prm_anchor peer;
    const int status = primum_key_anchor(recipient, "the recipient's key", &peer);

    if (status != PRIMUM_OK)
        return status;
    memcpy(out->kid, peer.key_id, sizeof out->kid);
    EVP_PKEY *ephemeral = ephemeral_key(random, out->ephemeral);
    if (ephemeral == NULL)
        return primum_fail(PRIMUM_IO, "no randomness for an ephemeral key");
    const struct prm_cipher cipher = prm_cipher_openssl(ephemeral);
    const int ok =
        cipher.agree(cipher.ctx, peer.public_key, shared) == PRM_OK &&
        cipher.hkdf_sha256(cipher.ctx, prm_span_of(NULL, 0), prm_span_of(shared, sizeof shared),
                           prm_span_of(prm_suit_kdf_context, sizeof prm_suit_kdf_context), kek, sizeof kek) == PRM_OK &&
        wrap(kek, cek, out->wrapped);
    OPENSSL_cleanse(shared, sizeof shared);
    OPENSSL_cleanse(kek, sizeof kek);
    EVP_PKEY_free(ephemeral);
    ERR_clear_error();
    return ok ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL could not wrap the content key");
}

static void put_entry(struct prm_cbor_writer *w, const struct entry *e) {
    static const uint8_t protected_[] = {0xA1, 0x01, 0x38, 0x1C}; /* {1: -29} */

    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 3);
    prm_cbor_put_bstr(w, prm_span_of(protected_, sizeof protected_));
    prm_cbor_put_head(w, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(w, 4); /* kid */
    prm_cbor_put_bstr(w, prm_span_of(e->kid, sizeof e->kid));
    prm_cbor_put_int(w, -1); /* ephemeral key */
    prm_cbor_put_head(w, PRM_CBOR_MAP, 4);
    prm_cbor_put_int(w, 1); /* key type: EC2 */
    prm_cbor_put_int(w, 2);
    prm_cbor_put_int(w, -1); /* curve: P-256 */
    prm_cbor_put_int(w, 1);
    prm_cbor_put_int(w, -2); /* x, y */
    prm_cbor_put_bstr(w, prm_span_of(e->ephemeral, 32));
    prm_cbor_put_int(w, -3);
    prm_cbor_put_bstr(w, prm_span_of(e->ephemeral + 32, 32));
    prm_cbor_put_bstr(w, prm_span_of(e->wrapped, sizeof e->wrapped));
}

static int put_info(const uint8_t iv[PRM_AES128_SIZE], const struct entry *entries, size_t count,
                    struct primum_bytes *info) {
    struct prm_cbor_writer w = {.buf = primum_alloc(INFO_MAX), .cap = INFO_MAX, .len = 0};
    prm_span written;

    prm_cbor_put_head(&w, PRM_CBOR_TAG, PRM_COSE_TAG_ENCRYPT);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, 4);
    prm_cbor_put_bstr(&w, prm_span_of(NULL, 0)); /* nothing protected: RFC 9459 4 */
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(&w, 1); /* algorithm */
    prm_cbor_put_int(&w, PRM_COSE_A128CTR);
    prm_cbor_put_int(&w, 5); /* iv */
    prm_cbor_put_bstr(&w, prm_span_of(iv, PRM_AES128_SIZE));
    prm_cbor_put_head(&w, PRM_CBOR_SIMPLE, PRM_CBOR_NULL);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, count);
    for (size_t i = 0; i < count; i++)
        put_entry(&w, &entries[i]);
    *info = (struct primum_bytes){w.buf, w.len};
    return prm_cbor_written(&w, &written) == PRM_OK ? PRIMUM_OK
                                                    : primum_fail(PRIMUM_IO, "the encryption information is too long");
}

/* Ciphertext and info from what was drawn; on failure the caller frees. */
static int make(prm_span plaintext, EVP_PKEY *const *recipients, size_t count, const struct primum_random *random,
                const uint8_t cek[PRM_SUIT_CEK_SIZE], const uint8_t iv[PRM_AES128_SIZE],
                struct primum_bytes *ciphertext, struct primum_bytes *info) {
    const struct prm_cipher cipher = prm_cipher_openssl(NULL);
    struct entry entries[PRM_SUIT_RECIPIENTS_MAX];

    for (size_t i = 0; i < count; i++) {
        const int status = make_entry(recipients[i], random, cek, &entries[i]);
        if (status != PRIMUM_OK)
            return status;
        for (size_t k = 0; k < i; k++) {
            if (memcmp(entries[i].kid, entries[k].kid, sizeof entries[i].kid) == 0)
                return primum_fail(PRIMUM_USAGE, "a recipient is given twice");
        }
    }
    *ciphertext = (struct primum_bytes){primum_alloc(plaintext.len), plaintext.len};
    if (plaintext.len > 0)
        memcpy(ciphertext->data, plaintext.ptr, plaintext.len);
    if (cipher.ctr_xor(cipher.ctx, cek, iv, 0, ciphertext->data, ciphertext->len) != PRM_OK)
        return primum_fail(PRIMUM_IO, "OpenSSL could not encrypt");
    return put_info(iv, entries, count, info);
}

int primum_encrypt_payload(prm_span plaintext, EVP_PKEY *const *recipients, size_t count,
                           const struct primum_random *random, struct primum_bytes *ciphertext,
                           struct primum_bytes *info) {
    static const struct primum_random by_openssl = {.fill = openssl_fill};
    uint8_t cek[PRM_SUIT_CEK_SIZE];
    uint8_t iv[PRM_AES128_SIZE] = {0};
    int status;

    *ciphertext = (struct primum_bytes){NULL, 0};
    *info = (struct primum_bytes){NULL, 0};
    if (count == 0 || count > PRM_SUIT_RECIPIENTS_MAX)
        return primum_fail(PRIMUM_USAGE, "a payload is encrypted for 1 to %u recipients", PRM_SUIT_RECIPIENTS_MAX);
    if (random == NULL)
        random = &by_openssl;
    if (random->fill(random->ctx, cek, sizeof cek) && random->fill(random->ctx, iv, IV_RANDOM))
        status = make(plaintext, recipients, count, random, cek, iv, ciphertext, info);
    else
        status = primum_fail(PRIMUM_IO, "no randomness for a content key");
    OPENSSL_cleanse(cek, sizeof cek);
    if (status != PRIMUM_OK) {
        primum_bytes_free(ciphertext);
        primum_bytes_free(info);
    }
    return status;
}

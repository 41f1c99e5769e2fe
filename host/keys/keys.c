/* SPDX-License-Identifier: Apache-2.0 */
#include "host/keys/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "host/file/secret.h"
#include "providers/openssl/crypto_openssl.h"

#define DER_SIG_MAX 128u /* more than any ECDSA signature of P-256 has */

int primum_check8(prm_span bytes, uint8_t out[8]) {
    uint8_t digest[PRM_SHA256_SIZE];

    if (prm_crypto_openssl.sha256(&bytes, 1, digest) != PRM_OK)
        return primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
    memcpy(out, digest, 8);
    return PRIMUM_OK;
}

int primum_key_anchor(EVP_PKEY *key, const char *path, struct prm_anchor *out) {
    char group[32] = "";
    uint8_t point[1 + PRM_P256_PUBLIC_SIZE];
    size_t len = 0;

    memset(out, 0, sizeof *out);
    if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, group, sizeof group, NULL) != 1 ||
        strcmp(group, "prime256v1") != 0)
        return primum_fail(PRIMUM_REFUSED, "%s is not a P-256 key; make one with 'primum keygen'", path);
    /* An imported key may keep its point compressed; ask for it in full. */
    (void)EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &len) != 1 ||
        len != sizeof point || point[0] != 4)
        return primum_fail(PRIMUM_REFUSED, "%s does not give its public point in full", path);
    out->alg = PRM_KEY_P256;
    out->roles = PRM_ROLE_RELEASE;
    out->key_len = PRM_P256_PUBLIC_SIZE;
    memcpy(out->public_key, point + 1, PRM_P256_PUBLIC_SIZE);
    return primum_check8(prm_span_of(out->public_key, PRM_P256_PUBLIC_SIZE), out->key_id);
}

int primum_key_open_public(const char *path, EVP_PKEY **out) {
    struct primum_bytes file;
    int status = primum_read_file(path, &file);

    *out = NULL;
    if (status != PRIMUM_OK)
        return status;
    BIO *bio = BIO_new_mem_buf(file.data, (int)file.len);
    *out = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    if (*out == NULL)
        status = primum_fail(PRIMUM_REFUSED, "%s is not a public key in PEM (the .pub.pem of a key is)", path);
    BIO_free(bio);
    primum_bytes_free(&file);
    ERR_clear_error();
    return status;
}

int primum_key_read_public(const char *path, struct prm_anchor *out) {
    EVP_PKEY *key;
    int status = primum_key_open_public(path, &key);

    memset(out, 0, sizeof *out);
    if (status == PRIMUM_OK)
        status = primum_key_anchor(key, path, out);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return status;
}

int primum_key_scalar(EVP_PKEY *key, uint8_t out[PRIMUM_SCALAR_SIZE]) {
    BIGNUM *d = NULL;
    const int ok = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1 &&
                   BN_bn2binpad(d, out, PRIMUM_SCALAR_SIZE) == PRIMUM_SCALAR_SIZE;

    BN_clear_free(d);
    return ok ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL does not give the private key");
}

/* The point of a scalar, uncompressed; 0 if the scalar is out of range. */
static int point_of(const BIGNUM *d, uint8_t point[1 + PRM_P256_PUBLIC_SIZE]) {
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *p = group != NULL ? EC_POINT_new(group) : NULL;
    const int ok = p != NULL && !BN_is_zero(d) && BN_cmp(d, EC_GROUP_get0_order(group)) < 0 &&
                   EC_POINT_mul(group, p, d, NULL, NULL, NULL) == 1 &&
                   EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED, point, 1 + PRM_P256_PUBLIC_SIZE, NULL) ==
                       1 + PRM_P256_PUBLIC_SIZE;

    EC_POINT_free(p);
    EC_GROUP_free(group);
    return ok;
}

int primum_key_from_scalar(const uint8_t scalar[PRIMUM_SCALAR_SIZE], EVP_PKEY **out) {
    uint8_t point[1 + PRM_P256_PUBLIC_SIZE];
    BIGNUM *d = BN_secure_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;

    *out = NULL;
    if (d != NULL && ctx != NULL && build != NULL && BN_bin2bn(scalar, PRIMUM_SCALAR_SIZE, d) != NULL &&
        point_of(d, point) &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1)
        params = OSSL_PARAM_BLD_to_param(build);
    if (params != NULL &&
        (EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, out, EVP_PKEY_KEYPAIR, params) != 1))
        *out = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    BN_clear_free(d);
    ERR_clear_error();
    return *out != NULL ? PRIMUM_OK : primum_fail(PRIMUM_REFUSED, "not a private key of P-256");
}

int primum_key_from_point(prm_span point, EVP_PKEY **out) {
    char group[] = "prime256v1";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point.ptr, point.len),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);

    *out = NULL;
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, out, EVP_PKEY_PUBLIC_KEY, params) != 1)
        *out = NULL;
    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return *out != NULL ? PRIMUM_OK : primum_fail(PRIMUM_REFUSED, "not a point of P-256");
}

int primum_key_public_pem(EVP_PKEY *key, struct primum_bytes *out) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    const int ok = bio != NULL && PEM_write_bio_PUBKEY(bio, key) == 1;
    const long len = ok ? BIO_get_mem_data(bio, &data) : 0;

    *out = (struct primum_bytes){primum_alloc((size_t)len), (size_t)len};
    if (len > 0)
        memcpy(out->data, data, (size_t)len);
    BIO_free(bio);
    return ok ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL could not encode the public key");
}

/* What OpenSSL asks when a key turns out to be encrypted. */
struct asked {
    const char *passphrase; /* NULL: ask a person */
    int times;
};

static int on_passphrase(char *buf, int size, int rwflag, void *ctx) {
    struct asked *asked = ctx;

    (void)rwflag;
    asked->times++;
    char *typed = NULL;
    if (asked->passphrase == NULL && (!isatty(STDIN_FILENO) || primum_secret_ask("passphrase: ", &typed) != PRIMUM_OK))
        return -1;
    const char *passphrase = typed != NULL ? typed : asked->passphrase;
    const size_t len = strlen(passphrase);
    const int fits = len <= (size_t)size;
    if (fits)
        memcpy(buf, passphrase, len);
    primum_secret_free(typed);
    return fits ? (int)len : -1;
}

static int refuse_private(const char *path, const struct asked *asked) {
    if (asked->times == 0)
        return primum_fail(PRIMUM_REFUSED, "%s is not a private key in PEM", path);
    if (asked->passphrase == NULL && !isatty(STDIN_FILENO))
        return primum_fail(PRIMUM_REFUSED, "%s is encrypted; give its passphrase with --passphrase-file", path);
    return primum_fail(PRIMUM_REFUSED, "%s is encrypted, and the passphrase is not the right one", path);
}

int primum_key_read_private(const char *path, const char *passphrase_file, EVP_PKEY **out) {
    struct primum_bytes file;
    char *passphrase = NULL;
    struct asked asked = {NULL, 0};
    int status = primum_read_file(path, &file);

    *out = NULL;
    if (status == PRIMUM_OK && passphrase_file != NULL)
        status = primum_secret_read(passphrase_file, &passphrase);
    if (status == PRIMUM_OK) {
        BIO *bio = BIO_new_mem_buf(file.data, (int)file.len);
        asked.passphrase = passphrase;
        if (bio != NULL)
            *out = PEM_read_bio_PrivateKey(bio, NULL, on_passphrase, &asked);
        BIO_free(bio);
        if (*out == NULL)
            status = refuse_private(path, &asked);
    }
    ERR_clear_error();
    primum_secret_free(passphrase);
    if (file.data != NULL)
        OPENSSL_cleanse(file.data, file.len);
    primum_bytes_free(&file);
    return status;
}

int primum_key_sig_from_der(prm_span der, uint8_t out[PRM_P256_SIG_SIZE]) {
    const uint8_t *end = der.ptr;
    ECDSA_SIG *sig = der.len <= DER_SIG_MAX ? d2i_ECDSA_SIG(NULL, &end, (long)der.len) : NULL;
    const int ok = sig != NULL && end == der.ptr + der.len && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32 &&
                   BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32;

    ECDSA_SIG_free(sig);
    ERR_clear_error();
    return ok;
}

int primum_key_sign(EVP_PKEY *key, prm_span message, uint8_t out[PRM_P256_SIG_SIZE]) {
    uint8_t der[DER_SIG_MAX];
    size_t len = sizeof der;
    unsigned nonce_type = 1; /* RFC 6979; a name that OpenSSL before 3.2 doesn't know and ignores */
    EVP_PKEY_CTX *pctx = NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_uint("nonce-type", &nonce_type), OSSL_PARAM_construct_end()};
    int ok = ctx != NULL && EVP_DigestSignInit(ctx, &pctx, EVP_sha256(), NULL, key) == 1;

    if (ok)
        (void)EVP_PKEY_CTX_set_params(pctx, params);
    ok = ok && EVP_DigestSign(ctx, der, &len, message.ptr, message.len) == 1 &&
         primum_key_sig_from_der(prm_span_of(der, len), out);
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return ok ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL could not sign");
}

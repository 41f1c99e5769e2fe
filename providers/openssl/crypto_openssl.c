/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/openssl/crypto_openssl.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#define COORDINATE_SIZE 32

/* Part `i` of an array of spans. */
static prm_result part_of_array(void *ctx, size_t i, prm_span *part) {
    *part = ((const prm_span *)ctx)[i];
    return PRM_OK;
}

static prm_result update(EVP_MD_CTX *md, prm_part_fn next, void *ctx, size_t n) {
    for (size_t i = 0; i < n; i++) {
        prm_span part = {NULL, 0};
        const prm_result result = next(ctx, i, &part);
        if (result != PRM_OK)
            return result;
        if (part.len > 0 && EVP_DigestUpdate(md, part.ptr, part.len) != 1)
            return PRM_ERR_CRYPTO;
    }
    return PRM_OK;
}

static prm_result openssl_sha256_pull(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    prm_result result = PRM_ERR_CRYPTO;

    if (md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1)
        result = update(md, next, ctx, n);
    if (result == PRM_OK && EVP_DigestFinal_ex(md, out, NULL) != 1)
        result = PRM_ERR_CRYPTO;
    EVP_MD_CTX_free(md);
    if (result != PRM_OK)
        memset(out, 0, PRM_SHA256_SIZE);
    return result;
}

static prm_result openssl_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    /* The parts are only read. */
    return openssl_sha256_pull(part_of_array, (void *)(uintptr_t)parts, n, out);
}

/* The numbers of one check, all freed together. */
struct p256_job {
    BN_CTX *bn;
    EC_GROUP *group;
    EC_POINT *key, *sum;
    BIGNUM *x, *y, *e, *r, *s, *u1, *u2;
    const BIGNUM *order; /* borrowed from group */
};

static void job_free(struct p256_job *job) {
    BN_free(job->x);
    BN_free(job->y);
    BN_free(job->e);
    BN_free(job->r);
    BN_free(job->s);
    BN_free(job->u1);
    BN_free(job->u2);
    EC_POINT_free(job->key);
    EC_POINT_free(job->sum);
    EC_GROUP_free(job->group);
    BN_CTX_free(job->bn);
}

static int job_new(struct p256_job *job) {
    memset(job, 0, sizeof *job);
    job->bn = BN_CTX_new();
    job->group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    if (job->bn == NULL || job->group == NULL)
        return 0;
    job->key = EC_POINT_new(job->group);
    job->sum = EC_POINT_new(job->group);
    job->order = EC_GROUP_get0_order(job->group);
    job->u1 = BN_new();
    job->u2 = BN_new();
    return job->key != NULL && job->sum != NULL && job->order != NULL && job->u1 != NULL && job->u2 != NULL;
}

static int job_load(struct p256_job *job, const uint8_t *key, const uint8_t *digest, const uint8_t *sig) {
    job->x = BN_bin2bn(key, COORDINATE_SIZE, NULL);
    job->y = BN_bin2bn(key + COORDINATE_SIZE, COORDINATE_SIZE, NULL);
    job->e = BN_bin2bn(digest, PRM_SHA256_SIZE, NULL);
    job->r = BN_bin2bn(sig, COORDINATE_SIZE, NULL);
    job->s = BN_bin2bn(sig + COORDINATE_SIZE, COORDINATE_SIZE, NULL);
    return job->x != NULL && job->y != NULL && job->e != NULL && job->r != NULL && job->s != NULL;
}

/* 1 if v is in [1, n-1]. */
static int in_range(const BIGNUM *v, const BIGNUM *order) {
    return !BN_is_zero(v) && BN_cmp(v, order) < 0;
}

/* FIPS 186-5 6.4.2: u1 = e/s, u2 = r/s, R = u1 G + u2 Q; leaves x(R) mod n in job->x. */
static prm_result job_run(struct p256_job *job) {
    if (!in_range(job->r, job->order) || !in_range(job->s, job->order))
        return PRM_ERR_SIG_INVALID;
    /* Refuses a point that isn't on the curve and a coordinate that isn't below p. */
    if (EC_POINT_set_affine_coordinates(job->group, job->key, job->x, job->y, job->bn) != 1)
        return PRM_ERR_SIG_INVALID;
    if (BN_mod_inverse(job->s, job->s, job->order, job->bn) == NULL ||
        BN_mod_mul(job->u1, job->e, job->s, job->order, job->bn) != 1 ||
        BN_mod_mul(job->u2, job->r, job->s, job->order, job->bn) != 1 ||
        EC_POINT_mul(job->group, job->sum, job->u1, job->key, job->u2, job->bn) != 1)
        return PRM_ERR_CRYPTO;
    /* u1 is 0 exactly when the digest is 0 mod n. */
    if (BN_is_zero(job->u1) || EC_POINT_is_at_infinity(job->group, job->sum) == 1)
        return PRM_ERR_SIG_INVALID;
    if (EC_POINT_get_affine_coordinates(job->group, job->sum, job->x, NULL, job->bn) != 1 ||
        BN_nnmod(job->x, job->x, job->order, job->bn) != 1)
        return PRM_ERR_CRYPTO;
    return PRM_OK;
}

static prm_result openssl_p256_witness(const uint8_t public_key[PRM_P256_PUBLIC_SIZE],
                                       const uint8_t digest[PRM_SHA256_SIZE], const uint8_t sig[PRM_P256_SIG_SIZE],
                                       uint8_t witness[32]) {
    struct p256_job job;
    prm_result result = PRM_ERR_CRYPTO;

    if (job_new(&job) && job_load(&job, public_key, digest, sig))
        result = job_run(&job);
    if (result == PRM_OK && BN_bn2binpad(job.x, witness, COORDINATE_SIZE) != COORDINATE_SIZE)
        result = PRM_ERR_CRYPTO;
    if (result != PRM_OK)
        memset(witness, 0xFF, COORDINATE_SIZE);
    job_free(&job);
    return result;
}

const struct prm_crypto prm_crypto_openssl = {
    .sha256 = openssl_sha256,
    .sha256_pull = openssl_sha256_pull,
    .sha256_chain = prm_sha256_chain_plain,
    .p256_witness = openssl_p256_witness,
};

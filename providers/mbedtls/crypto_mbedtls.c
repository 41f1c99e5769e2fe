/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/mbedtls/crypto_mbedtls.h"

#include <string.h>

#include <mbedtls/sha256.h>

#include "base/harden.h"

/* Feeds every part; what went wrong first, or a difference if a part wasn't seen. */
static prm_result feed(mbedtls_sha256_context *hash, prm_part_fn next, void *ctx, size_t n) {
    const uint32_t end = prm_launder((uint32_t)n); /* a copy that the compiler can't connect with the loop's bound */
    size_t i = 0;

    for (; i < n; i++) {
        prm_span part = {NULL, 0};
        PRM_TRY(next(ctx, i, &part));
        if (mbedtls_sha256_update(hash, part.ptr, part.len) != 0)
            return PRM_ERR_CRYPTO;
    }
    return ((uint32_t)i ^ end) == 0 ? PRM_OK : PRM_ERR_CRYPTO;
}

static prm_result sha256_pull(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    mbedtls_sha256_context hash;
    uint8_t digest[PRM_SHA256_SIZE] = {0}; /* `out` may overlap a part */
    prm_result result = PRM_ERR_CRYPTO;

    mbedtls_sha256_init(&hash);
    if (mbedtls_sha256_starts(&hash, 0) == 0)
        result = feed(&hash, next, ctx, n);
    if (result == PRM_OK && mbedtls_sha256_finish(&hash, digest) != 0)
        result = PRM_ERR_CRYPTO;
    mbedtls_sha256_free(&hash);
    if (result != PRM_OK)
        prm_wipe(digest, sizeof digest);
    memcpy(out, digest, sizeof digest);
    prm_wipe(digest, sizeof digest);
    return result;
}

/* Part `i` of an array of spans. */
static prm_result given(void *ctx, size_t i, prm_span *part) {
    *part = ((const prm_span *)ctx)[i];
    return PRM_OK;
}

static prm_result sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    return sha256_pull(given, (void *)(uintptr_t)parts, n, out); /* the parts are only read */
}

const struct prm_crypto prm_crypto_mbedtls = {
    .sha256 = sha256,
    .sha256_pull = sha256_pull,
    .sha256_chain = prm_sha256_chain_plain,
    .p256_witness = prm_mbedtls_p256_witness,
};

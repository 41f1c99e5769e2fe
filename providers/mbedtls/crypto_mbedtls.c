/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/mbedtls/crypto_mbedtls.h"

#include <mbedtls/sha256.h>

#include "base/harden.h"

/* 0 if every step succeeded and every part was seen. */
static int hash_parts(mbedtls_sha256_context *ctx, const prm_span *parts, size_t n, uint8_t *out) {
    const uint32_t end = prm_launder((uint32_t)n); /* a copy that the compiler can't connect with the loop's bound */
    int failed = mbedtls_sha256_starts(ctx, 0);
    size_t i = 0;

    for (; i < n; i++)
        failed |= mbedtls_sha256_update(ctx, parts[i].ptr, parts[i].len);
    failed |= mbedtls_sha256_finish(ctx, out);
    return failed | (int)((uint32_t)i ^ end);
}

static prm_result sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    mbedtls_sha256_context ctx;

    prm_wipe(out, PRM_SHA256_SIZE);
    mbedtls_sha256_init(&ctx);
    const int failed = hash_parts(&ctx, parts, n, out);
    mbedtls_sha256_free(&ctx);
    if (failed != 0) {
        prm_wipe(out, PRM_SHA256_SIZE);
        return PRM_ERR_CRYPTO;
    }
    return PRM_OK;
}

const struct prm_crypto prm_crypto_mbedtls = {
    .sha256 = sha256,
    .p256_witness = prm_mbedtls_p256_witness,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hmac.h"

#include "base/harden.h"

enum { INNER = 0x36, OUTER = 0x5C };

prm_result prm_hmac_sha256(const struct prm_crypto *crypto, prm_span key, const prm_span *parts, size_t n,
                           uint8_t out[PRM_SHA256_SIZE]) {
    uint8_t pad[PRM_HMAC_BLOCK_SIZE], inner[PRM_SHA256_SIZE];
    prm_span all[1 + PRM_HMAC_PARTS_MAX] = {prm_span_of(pad, sizeof pad)};

    if (n > PRM_HMAC_PARTS_MAX || key.len > sizeof pad) {
        memset(out, 0, PRM_SHA256_SIZE);
        return PRM_ERR_ARGUMENT;
    }
    memset(pad, INNER, sizeof pad);
    for (size_t i = 0; i < key.len; i++)
        pad[i] ^= key.ptr[i];
    for (size_t i = 0; i < n; i++)
        all[1 + i] = parts[i];
    prm_result result = crypto->sha256(all, 1 + n, inner);
    if (result == PRM_OK) {
        for (size_t i = 0; i < sizeof pad; i++)
            pad[i] ^= INNER ^ OUTER;
        all[1] = prm_span_of(inner, sizeof inner);
        result = crypto->sha256(all, 2, out);
    }
    prm_wipe(pad, sizeof pad);
    prm_wipe(inner, sizeof inner);
    if (result != PRM_OK)
        memset(out, 0, PRM_SHA256_SIZE);
    return result;
}

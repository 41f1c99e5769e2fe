/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/p256/p256_nonce.h"

#include <string.h>

#include "base/harden.h"
#include "providers/p256/p256_scalar.h"
#include "providers/p256/p256_secret.h"

enum { BLOCK = 64, PARTS = 3, CANDIDATES = 4 };

/*
 * HMAC with SHA-256 (FIPS 198-1) under n->key, of the parts from the second on: the first is for its own use. crypto/hmac.h has a list of its
 * own, 90 bytes more of stack: deeper than prm_p256_sweep() goes, and with a deeper sweep agreement would take more than its 1,536 bytes.
 */
static prm_result hmac(const struct prm_p256_nonce *n, prm_span *parts, size_t count, uint8_t out[32]) {
    uint8_t pad[BLOCK], inner[32];

    memset(pad, 0x36, sizeof pad);
    for (unsigned i = 0; i < sizeof n->key; i++)
        pad[i] ^= n->key[i];
    parts[0] = prm_span_of(pad, sizeof pad);
    prm_result result = n->crypto->sha256(parts, count, inner);
    if (result == PRM_OK) {
        const prm_span outer[2] = {parts[0], prm_span_of(inner, sizeof inner)};
        for (unsigned i = 0; i < sizeof pad; i++)
            pad[i] ^= 0x36 ^ 0x5C;
        result = n->crypto->sha256(outer, 2, out);
    }
    prm_wipe(pad, sizeof pad);
    prm_wipe(inner, sizeof inner);
    return result;
}

/* K = HMAC_K(V || marker || what); V = HMAC_K(V). */
static prm_result turn_over(struct prm_p256_nonce *n, uint8_t marker, const prm_span *what, size_t count) {
    prm_span parts[3 + PARTS] = {{NULL, 0}, {n->value, sizeof n->value}, {&marker, 1}};

    for (size_t i = 0; i < count; i++)
        parts[3 + i] = what[i];
    PRM_TRY(hmac(n, parts, 3 + count, n->key));
    return hmac(n, parts, 2, n->value);
}

prm_result prm_p256_nonce_begin(struct prm_p256_nonce *n, const struct prm_crypto *crypto, const uint8_t secret[32],
                                const uint32_t e[P256_WORDS], const uint8_t *extra) {
    uint8_t reduced[32];
    const prm_span what[3] = {{secret, 32}, {reduced, sizeof reduced}, {extra, extra != NULL ? PRM_P256_NOISE_SIZE : 0}};

    prm_p256_store(reduced, e);
    n->crypto = crypto;
    memset(n->value, 0x01, sizeof n->value);
    memset(n->key, 0x00, sizeof n->key);
    PRM_TRY(turn_over(n, 0x00, what, 3));
    return turn_over(n, 0x01, what, 3);
}

/* That a candidate is outside, once in 2^32 times, says nothing of the next. */
prm_result prm_p256_nonce_take(struct prm_p256_nonce *n, uint32_t k[P256_WORDS]) {
    for (unsigned i = 0; i < CANDIDATES; i++) {
        prm_span parts[2] = {{NULL, 0}, {n->value, sizeof n->value}};
        PRM_TRY(hmac(n, parts, 2, n->value));
        uint32_t good = prm_p256_scalar_load(k, n->value);
        prm_p256_disclose(&good, sizeof good);
        if (good != 0)
            return PRM_OK;
        PRM_TRY(turn_over(n, 0x00, NULL, 0));
    }
    return PRM_ERR_CRYPTO;
}

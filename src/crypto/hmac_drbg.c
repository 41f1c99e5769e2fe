/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hmac_drbg.h"

#include "crypto/hmac.h"

enum { BEFORE = 2 }; /* parts that stand before the seed's: V, and the marker */

_Static_assert(BEFORE + PRM_DRBG_PARTS_MAX <= PRM_HMAC_PARTS_MAX, "a seed fits one message");

static prm_result hmac(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto, const prm_span *parts, size_t n,
                       uint8_t out[PRM_SHA256_SIZE]) {
    return prm_hmac_sha256(crypto, prm_span_of(drbg->key, sizeof drbg->key), parts, n, out);
}

/* V = HMAC(K, V). */
static prm_result next_value(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto) {
    const prm_span value = prm_span_of(drbg->value, sizeof drbg->value);

    return hmac(drbg, crypto, &value, 1, drbg->value);
}

/* 10.1.2.2, for both markers if there are bytes in the parts, else for the first alone. */
static prm_result update(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto, const prm_span *parts, size_t n) {
    uint8_t marker = 0;
    prm_span all[BEFORE + PRM_DRBG_PARTS_MAX] = {prm_span_of(drbg->value, sizeof drbg->value), prm_span_of(&marker, 1)};
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        all[BEFORE + i] = parts[i];
        len += parts[i].len;
    }
    for (; marker < 2 && (marker == 0 || len > 0); marker++) {
        PRM_TRY(hmac(drbg, crypto, all, BEFORE + n, drbg->key));
        PRM_TRY(next_value(drbg, crypto));
    }
    return PRM_OK;
}

/* What failed half way is no state any more. */
static prm_result settle(struct prm_hmac_drbg *drbg, prm_result result) {
    if (result != PRM_OK)
        prm_hmac_drbg_forget(drbg);
    return result;
}

static prm_result seed(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto, const prm_span *parts, size_t n) {
    PRM_TRY(settle(drbg, update(drbg, crypto, parts, n)));
    drbg->requests = 0;
    return PRM_OK;
}

prm_result prm_hmac_drbg_instantiate(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto, const prm_span *parts,
                                     size_t n) {
    prm_hmac_drbg_forget(drbg);
    if (n == 0 || n > PRM_DRBG_PARTS_MAX)
        return PRM_ERR_ARGUMENT;
    memset(drbg->value, 0x01, sizeof drbg->value);
    PRM_TRY(seed(drbg, crypto, parts, n));
    drbg->ready = PRM_YES;
    return PRM_OK;
}

prm_result prm_hmac_drbg_reseed(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto, const prm_span *parts,
                                size_t n) {
    if (n == 0 || n > PRM_DRBG_PARTS_MAX)
        return PRM_ERR_ARGUMENT;
    if (drbg->ready != PRM_YES)
        return PRM_ERR_RANDOM_SEED;
    return seed(drbg, crypto, parts, n);
}

prm_answer prm_hmac_drbg_is_due(const struct prm_hmac_drbg *drbg) {
    return drbg->requests >= PRM_DRBG_RESEED_AFTER ? PRM_YES : PRM_NO;
}

static prm_result blocks(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto, uint8_t *out, size_t len) {
    for (size_t n; len > 0; out += n, len -= n) {
        PRM_TRY(next_value(drbg, crypto));
        n = len < sizeof drbg->value ? len : sizeof drbg->value;
        memcpy(out, drbg->value, n);
    }
    return PRM_OK;
}

static prm_result generate(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto, prm_span additional,
                           uint8_t *out, size_t len) {
    if (additional.len > 0)
        PRM_TRY(update(drbg, crypto, &additional, 1));
    PRM_TRY(blocks(drbg, crypto, out, len));
    return update(drbg, crypto, &additional, 1);
}

prm_result prm_hmac_drbg_generate(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto, prm_span additional,
                                  uint8_t *out, size_t len) {
    prm_result result = PRM_ERR_ARGUMENT;

    if (len <= PRM_DRBG_REQUEST_MAX) {
        result = PRM_ERR_RANDOM_SEED;
        if (drbg->ready == PRM_YES && prm_hmac_drbg_is_due(drbg) == PRM_NO) {
            drbg->requests++;
            result = settle(drbg, generate(drbg, crypto, additional, out, len));
        }
    }
    if (result != PRM_OK)
        prm_wipe(out, len);
    return result;
}

void prm_hmac_drbg_forget(struct prm_hmac_drbg *drbg) {
    prm_wipe(drbg, sizeof *drbg);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "random/gather.h"

prm_result prm_gather_samples(struct prm_gather *gather, uint8_t *samples, size_t n) {
    prm_result result = PRM_ERR_ARGUMENT;

    if (n <= PRM_GATHER_BATCH) {
        /* A source that failed once isn't asked again. */
        result = prm_health_look(&gather->health, NULL, 0);
        if (result == PRM_OK)
            result = gather->entropy->fill(gather->entropy->ctx, samples, n);
        /* What the part says of itself holds until the next start, too. */
        if (result == PRM_ERR_ENTROPY_HEALTH)
            gather->health.fine = PRM_NO;
        if (result == PRM_OK)
            result = prm_health_look(&gather->health, samples, n);
    }
    if (result != PRM_OK)
        prm_wipe(samples, n);
    return result;
}

prm_result prm_gather_start(struct prm_gather *gather, const struct prm_crypto *crypto,
                            const struct prm_entropy *entropy) {
    uint8_t samples[PRM_GATHER_BATCH];
    prm_result result;

    gather->crypto = crypto;
    gather->entropy = entropy;
    result = prm_health_start(&gather->health, entropy);
    for (uint32_t i = 0; i < PRM_HEALTH_STARTUP / PRM_GATHER_BATCH && result == PRM_OK; i++)
        result = prm_gather_samples(gather, samples, sizeof samples);
    prm_wipe(samples, sizeof samples);
    /* Half a test is none. */
    if (result != PRM_OK)
        gather->health.fine = PRM_NO;
    return result;
}

/* What sha256_pull asks for: batches, the last of which may be shorter. */
struct batches {
    struct prm_gather *gather;
    uint32_t left; /* samples */
    uint8_t samples[PRM_GATHER_BATCH];
};

static prm_result next_batch(void *ctx, size_t i, prm_span *part) {
    struct batches *batches = ctx;
    const uint32_t n = batches->left < PRM_GATHER_BATCH ? batches->left : PRM_GATHER_BATCH;

    (void)i;
    batches->left -= n;
    *part = prm_span_of(batches->samples, n);
    return prm_gather_samples(batches->gather, batches->samples, n);
}

static prm_result condition(struct prm_gather *gather, struct batches *batches, uint8_t out[PRM_SHA256_SIZE]) {
    const uint32_t eighths = gather->entropy->eighths;

    batches->left = (PRM_GATHER_BITS * PRM_ENTROPY_EIGHTHS + eighths - 1) / eighths;
    PRM_TRY(gather->crypto->sha256_pull(next_batch, batches, (batches->left + PRM_GATHER_BATCH - 1) / PRM_GATHER_BATCH,
                                        out));
    /* If a call of next_batch() is lost, fewer samples were hashed than that; this line sees that some are left. */
    return batches->left == 0 ? PRM_OK : PRM_ERR_CRYPTO;
}

prm_result prm_gather_seed(struct prm_gather *gather, uint8_t out[PRM_SHA256_SIZE]) {
    struct batches batches = {.gather = gather};
    prm_result result = prm_health_look(&gather->health, NULL, 0);

    if (result == PRM_OK)
        result = condition(gather, &batches, out);
    prm_wipe(&batches, sizeof batches);
    if (result != PRM_OK)
        prm_wipe(out, PRM_SHA256_SIZE);
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "random/random.h"

/* If the call that fills is lost, zeros would be given out as random; with 16 bytes or more that is seen. */
enum { SEEN_FROM = 16 };

static int is_lost(prm_result result) {
    return result == PRM_ERR_COUNTER_DAMAGED || result == PRM_ERR_COUNTER_VERSION;
}

/*
 * The seed of the start before, or all ones where there is none: blank, damaged, or of another format. What looks so is
 * looked at once more, since a seed that was only misread would be overwritten, and the first start's numbers might come again.
 */
static prm_result read_seed(const struct prm_cell *cell, uint8_t seed[PRM_CELL_SIZE]) {
    prm_result result = cell->read(cell->ctx, seed);

    if (is_lost(result))
        result = cell->read(cell->ctx, seed);
    return is_lost(result) ? PRM_OK : result;
}

struct start {
    uint8_t entropy[PRM_SHA256_SIZE], nonce[PRM_SHA256_SIZE];
    uint8_t seed[PRM_CELL_SIZE], next[PRM_CELL_SIZE];
};

static prm_result instantiate(struct prm_random *random, const struct prm_random_platform *platform, struct start *s) {
    PRM_TRY(prm_gather_seed(&random->gather, s->entropy));
    PRM_TRY(prm_gather_seed(&random->gather, s->nonce));
    const prm_span parts[] = {prm_span_of(s->entropy, sizeof s->entropy), prm_span_of(s->nonce, sizeof s->nonce),
                              prm_span_of(s->seed, sizeof s->seed), platform->own[0], platform->own[1]};
    return prm_hmac_drbg_instantiate(&random->drbg, platform->crypto, parts, sizeof parts / sizeof parts[0]);
}

/* What is read back is compared: a part that took nothing, or a call that was lost, would repeat this start's numbers. */
static prm_result replace_seed(const struct prm_cell *cell, struct start *s) {
    PRM_TRY(cell->write(cell->ctx, s->next));
    PRM_TRY(cell->read(cell->ctx, s->seed));
    return prm_diff(s->seed, s->next, sizeof s->next) == 0 ? PRM_OK : PRM_ERR_RANDOM_STORED;
}

/* Bytes of the generator, with samples of this moment. */
static prm_result draw(struct prm_random *random, uint8_t *out, size_t len) {
    uint8_t fresh[PRM_RANDOM_FRESH];
    uint8_t seen = len < SEEN_FROM;

    prm_wipe(out, len);
    prm_result result = prm_gather_samples(&random->gather, fresh, sizeof fresh);
    if (result == PRM_OK)
        result = prm_hmac_drbg_generate(&random->drbg, random->gather.crypto, prm_span_of(fresh, sizeof fresh), out, len);
    prm_wipe(fresh, sizeof fresh);
    for (size_t i = 0; i < len; i++)
        seen |= out[i];
    return result == PRM_OK && seen == 0 ? PRM_ERR_CRYPTO : result;
}

static prm_result start(struct prm_random *random, const struct prm_random_platform *platform, struct start *s) {
    PRM_TRY(prm_hmac_drbg_test(platform->crypto));
    PRM_TRY(prm_gather_start(&random->gather, platform->crypto, platform->entropy));
    PRM_TRY(read_seed(platform->seed, s->seed));
    PRM_TRY(instantiate(random, platform, s));
    PRM_TRY(draw(random, s->next, sizeof s->next));
    return replace_seed(platform->seed, s);
}

/* Keeps why there are no numbers, and leaves none of the state that would make some. */
static prm_result settle(struct prm_random *random, prm_result result) {
    random->state = result;
    if (result != PRM_OK)
        prm_hmac_drbg_forget(&random->drbg);
    return result;
}

prm_result prm_random_start(struct prm_random *random, const struct prm_random_platform *platform) {
    struct start s;

    memset(random, 0, sizeof *random);
    const prm_result result = start(random, platform, &s);
    prm_wipe(&s, sizeof s);
    return settle(random, result);
}

static prm_result reseed(struct prm_random *random) {
    uint8_t entropy[PRM_SHA256_SIZE];
    const prm_span part = prm_span_of(entropy, sizeof entropy);
    prm_result result = prm_gather_seed(&random->gather, entropy);

    if (result == PRM_OK)
        result = prm_hmac_drbg_reseed(&random->drbg, random->gather.crypto, &part, 1);
    prm_wipe(entropy, sizeof entropy);
    return result;
}

static prm_result fill(struct prm_random *random, uint8_t *out, size_t len) {
    if (random->state != PRM_OK)
        return random->state == 0 ? PRM_ERR_RANDOM_SEED : random->state;
    if (prm_hmac_drbg_is_due(&random->drbg) != PRM_NO)
        PRM_TRY(reseed(random));
    return draw(random, out, len);
}

prm_result prm_random_fill(struct prm_random *random, uint8_t *out, size_t len) {
    const prm_result result = fill(random, out, len);

    if (result == PRM_OK)
        return PRM_OK;
    prm_wipe(out, len);
    /* What passes is not kept: a source that didn't answer may do so the next time, and a wrong length is the caller's. */
    return result == PRM_ERR_ENTROPY_IO || result == PRM_ERR_ARGUMENT ? result : settle(random, result);
}

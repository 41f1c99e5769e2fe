/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/cose.h"
#include "trust/floor.h"
#include "trust/trust_manifest.h"
#include "trust/trust_tally.h"

/* Counts what root keys signed of the payload's copy, and folds how it compares with the need into the word. */
static prm_result verify_signatures(const struct prm_trust_source *source, const struct prm_trust_envelope *e,
                                    uint32_t *tries, prm_word *word) {
    const struct prm_trust *factory = source->factory;
    const prm_span payload = prm_span_of(source->payload, e->payload.len);
    const prm_span nothing = {NULL, 0};
    struct prm_tally tally;
    struct prm_cose_sign1 signature;
    struct prm_cose_tbs tbs;

    prm_tally_begin(&tally, factory, PRM_ROLE_ROOT, *tries);
    *tries -= tally.tries;
    for (uint32_t i = 0; i < e->signatures && i < PRM_TRUST_SIGNATURES_MAX; i++) {
        const prm_result parsed = prm_cose_signature_parse(prm_tally_load(&tally, e->signature[i]), &signature);
        if (parsed != PRM_OK) {
            tally.last = parsed;
            continue;
        }
        prm_cose_sign_tbs(&signature, nothing, payload, &tbs);
        prm_tally_add(&tally, &signature, &tbs, source->crypto, factory);
    }
    *tries += tally.tries;
    prm_word_step(word, PRM_K_TRUST,
                  tally.diff[PRM_KEY_P256] | tally.diff[PRM_KEY_HSS] |
                      (0u - prm_tally_missing(tally.open[PRM_KEY_P256] + tally.open[PRM_KEY_HSS])));
    const uint32_t found = tally.found[PRM_KEY_P256] + tally.found[PRM_KEY_HSS];
    const uint32_t few = (uint32_t)(found < factory->need_root) | (uint32_t)(factory->need_root == 0);
    if (few == 0)
        return PRM_OK;
    return tally.used != 0 ? PRM_ERR_SIG_POLICY : tally.last;
}

/* PRM_YES if the key may sign every release for this device. */
static prm_answer is_for(const struct prm_trust_source *source, const struct prm_trust_key *key) {
    const uint32_t all = (1u << source->layout->components) - 1u;

    if (key->vendor != NULL && prm_diff(key->vendor, source->fuses->vendor, sizeof source->fuses->vendor) != 0)
        return PRM_NO;
    if (key->class_ != NULL && prm_diff(key->class_, source->fuses->class_, sizeof source->fuses->class_) != 0)
        return PRM_NO;
    return (key->components & all) == all ? PRM_YES : PRM_NO;
}

static prm_result add_key(const struct prm_trust_source *source, const struct prm_trust_key *key,
                          struct prm_trust *trust) {
    struct prm_anchor *anchor = &trust->anchor[trust->count];
    uint8_t digest[PRM_SHA256_SIZE] = {0};

    PRM_TRY(source->crypto->sha256(&key->key, 1, digest));
    for (unsigned i = 0; i < PRM_KEY_ID_SIZE; i++)
        anchor->key_id[i] = digest[i];
    for (size_t i = 0; i < key->key.len; i++)
        anchor->public_key[i] = key->key.ptr[i];
    anchor->alg = key->kind;
    anchor->roles = PRM_ROLE_RELEASE;
    anchor->key_len = (uint8_t)key->key.len;
    trust->count++;
    return PRM_OK;
}

static prm_result make_trust(const struct prm_trust_source *source, const struct prm_trust_view *view,
                             struct prm_trust *trust) {
    trust->magic = PRM_TRUST_MAGIC;
    trust->version = PRM_TRUST_VERSION;
    trust->policy = source->factory->policy;
    trust->number = view->number;
    trust->epoch = view->epoch;
    trust->base = view->base;
    trust->need_root = source->factory->need_root;
    for (uint32_t i = 0; i < PRM_KEY_ALGS; i++)
        trust->need[i] = view->need[i];
    for (uint32_t i = 0; i < view->keys && i < PRM_TRUST_ANCHORS; i++)
        if (is_for(source, &view->key[i]) == PRM_YES)
            PRM_TRY(add_key(source, &view->key[i], trust));
    return PRM_OK;
}

/*
 * The payload read a second time, for what no signature stands against: one lost instruction could make an authentic
 * manifest need fewer signatures, or take a key that is for other devices. 0 if the rules are the same.
 */
static uint32_t look_again(const struct prm_trust_source *source, prm_span payload, const struct prm_trust *trust) {
    struct prm_trust_view view;
    uint32_t count = 0;

    if (prm_trust_payload_parse(payload, &view) != PRM_OK)
        return UINT32_MAX;
    for (uint32_t i = 0; i < view.keys && i < PRM_TRUST_ANCHORS; i++)
        if (is_for(source, &view.key[i]) == PRM_YES)
            count++;
    return prm_diff(view.need, trust->need, sizeof view.need) | (view.number ^ trust->number) | (count ^ trust->count) |
           (view.epoch ^ trust->epoch) | prm_diff(&view.base, &trust->base, sizeof view.base);
}

/* Reads the envelope, and copies its payload, once: what is verified is what is used, whatever the flash says the next time. */
static prm_result take(const struct prm_trust_source *source, prm_span bytes, struct prm_trust_envelope *envelope,
                       uint8_t digest[PRM_SHA256_SIZE]) {
    PRM_TRY(prm_trust_envelope_parse(bytes, envelope));
    for (size_t i = 0; i < envelope->payload.len; i++)
        source->payload[i] = envelope->payload.ptr[i];
    envelope->payload.ptr = source->payload;
    return source->crypto->sha256(&envelope->payload, 1, digest);
}

/* The sign bit is set if a number is out of its bounds: all are below 2^63, or a floor that can't be read refuses everything. */
static prm_result verify_bounds(const struct prm_trust_view *view, const struct prm_trust_floors *floors,
                                uint32_t *diff) {
    const uint64_t number = view->number - floors->trust;
    const uint64_t epoch = view->epoch - (floors->release >> PRM_EPOCH_BITS);
    const uint32_t wrong = (uint32_t)((number | (PRM_TRUST_STEP - number) | epoch | (1 - epoch) | floors->trust |
                                       floors->release) >> 63);

    *diff |= 0u - wrong;
    if ((number | floors->trust) >> 63 != 0)
        return PRM_ERR_TRUST_OLD;
    if (number > PRM_TRUST_STEP)
        return PRM_ERR_TRUST_STEP;
    return wrong == 0 ? PRM_OK : PRM_ERR_TRUST_EPOCH;
}

static prm_result verify(const struct prm_trust_source *source, prm_span bytes, const struct prm_trust_floors *floors,
                         uint32_t *tries, struct prm_trust_proof *out) {
    struct prm_trust_envelope envelope;
    struct prm_trust_view view;
    prm_word word = {0, 0};

    PRM_TRY(take(source, bytes, &envelope, out->digest));
    PRM_TRY(verify_signatures(source, &envelope, tries, &word));
    PRM_TRY(prm_trust_payload_parse(envelope.payload, &view));
    out->diff = prm_word_value(&word) ^ PRM_WORD_NEXT(0, PRM_K_TRUST);
    out->number = view.number;
    out->len = (uint32_t)envelope.len;
    return verify_bounds(&view, floors, &out->diff);
}

prm_result prm_trust_verify(const struct prm_trust_source *source, prm_span bytes, const struct prm_trust_floors *floors,
                            uint32_t *tries, struct prm_trust_proof *out) {
    prm_wipe(out, sizeof *out);
    out->diff = UINT32_MAX;
    const prm_result result = verify(source, bytes, floors, tries, out);
    if (prm_launder(~result) != (uint32_t)~PRM_OK) {
        prm_wipe(out, sizeof *out);
        out->diff = UINT32_MAX;
    }
    return result;
}

static prm_result make_rules(const struct prm_trust_source *source, prm_span bytes, const struct prm_trust_proof *proof,
                             struct prm_trust_rules *out) {
    struct prm_trust_envelope envelope;
    struct prm_trust_view view;
    uint8_t digest[PRM_SHA256_SIZE] = {0};

    PRM_TRY(take(source, bytes, &envelope, digest));
    const uint32_t other = prm_diff(digest, proof->digest, sizeof digest);
    if (other != 0)
        return PRM_ERR_TRUST_NONE;
    PRM_TRY(prm_trust_payload_parse(envelope.payload, &view));
    PRM_TRY(make_trust(source, &view, &out->trust));
    out->slot = proof->slot;
    out->len = proof->len;
    out->diff = proof->diff | other | prm_diff(digest, proof->digest, sizeof digest) | (proof->number ^ view.number);
    out->diff |= look_again(source, envelope.payload, &out->trust);
    return PRM_OK;
}

prm_result prm_trust_verify_again(const struct prm_trust_source *source, prm_span bytes,
                                  const struct prm_trust_proof *proof, struct prm_trust_rules *out) {
    prm_wipe(out, sizeof *out);
    out->slot = PRM_TRUST_SLOT_NONE;
    out->diff = UINT32_MAX;
    const prm_result result = make_rules(source, bytes, proof, out);
    if (prm_launder(~result) != (uint32_t)~PRM_OK) {
        prm_wipe(out, sizeof *out);
        out->slot = PRM_TRUST_SLOT_NONE;
        out->diff = UINT32_MAX;
    }
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_verify.h"

#include <string.h>

#include "codec/cose.h"
#include "seam/crypto.h"
#include "seam/layout.h"
#include "trust/floor.h"
#include "trust/trust_parse.h"
#include "trust/trust_tally.h"

/* Counts what root keys signed of the payload's copy, and folds how it compares with the need into the word. */
static prm_result verify_signatures(const struct prm_trust_source *source, const struct prm_trust_envelope *e,
                                    struct prm_tries *tries, prm_word *word) {
    const struct prm_trust *factory = source->factory;
    const prm_span payload = prm_span_of(source->payload, e->payload.len);
    const prm_span nothing = {NULL, 0};
    struct prm_tally tally;
    struct prm_cose_sign1 signature;
    struct prm_cose_tbs tbs;

    prm_tally_begin(&tally, factory, PRM_ROLE_ROOT, tries);
    for (uint32_t i = 0; i < e->signatures && i < PRM_TRUST_SIGNATURES_MAX; i++) {
        const prm_result parsed = prm_cose_signature_parse(e->signature[i], &signature);
        if (parsed != PRM_OK) {
            tally.last = parsed;
            continue;
        }
        prm_cose_sign_tbs(&signature, nothing, payload, &tbs);
        prm_tally_add(&tally, &signature, &tbs, source->crypto, factory);
    }
    prm_tally_fold(&tally, PRM_NO, word);
    return prm_tally_end(&tally, factory, PRM_ROLE_ROOT, tries);
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
    uint8_t digest[PRM_SHA256_SIZE];

    prm_wipe(digest, sizeof digest);
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

/* Rules of a payload that was verified. Never more than it says: on failure they permit nothing. */
static prm_result make(const struct prm_trust_source *source, prm_span payload, struct prm_trust *trust) {
    struct prm_trust_view view;

    prm_wipe(trust, sizeof *trust);
    PRM_TRY(prm_trust_payload_parse(payload, &view));
    trust->magic = PRM_TRUST_MAGIC;
    trust->version = PRM_TRUST_VERSION;
    trust->policy = source->factory->policy;
    trust->number = view.number;
    trust->epoch = view.epoch;
    trust->base = view.base;
    trust->need_root = source->factory->need_root;
    for (uint32_t i = 0; i < view.keys && i < PRM_TRUST_ANCHORS; i++)
        if (is_for(source, &view.key[i]) == PRM_YES)
            PRM_TRY(add_key(source, &view.key[i], trust));
    /* Last: what needs no signature permits nothing. */
    for (uint32_t i = 0; i < PRM_KEY_ALGS; i++)
        trust->need[i] = view.need[i];
    return PRM_OK;
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

/* A floor that can't be read is all ones, and refuses everything. `*diff` is 0 if nothing stands against these terms. */
static prm_result verify_bounds(const struct prm_trust_terms *terms, const struct prm_trust_floors *floors,
                                uint32_t *diff) {
    const uint32_t floor = (uint32_t)floors->trust;
    const uint32_t beyond = (uint32_t)(floors->trust >> 32);
    const uint32_t step = terms->number - floor;
    const uint32_t epochs = terms->epoch - (uint32_t)(floors->release >> PRM_EPOCH_BITS);

    *diff = beyond | epochs >> 1 | (terms->number < floor) | (step > PRM_TRUST_NUMBER_STEP);
    if (beyond != 0 || terms->number < floor)
        return PRM_ERR_TRUST_OLD;
    if (step > PRM_TRUST_NUMBER_STEP)
        return PRM_ERR_TRUST_STEP;
    return epochs >> 1 == 0 ? PRM_OK : PRM_ERR_TRUST_EPOCH;
}

prm_result prm_trust_verify(const struct prm_trust_source *source, prm_span bytes, const struct prm_trust_floors *floors,
                            const struct prm_trust_proof *known, struct prm_tries *tries, struct prm_trust_proof *out) {
    struct prm_trust_envelope envelope;
    struct prm_trust_terms terms;
    prm_word word = {0, 0};
    uint32_t diff = UINT32_MAX;
    uint32_t again;

    out->number = 0;
    out->diff = UINT32_MAX;
    PRM_TRY(take(source, bytes, &envelope, out->digest));
    /* A copy has nothing to add, whatever it is signed by; that spares its signatures at every boot but a few. */
    if (known->number != 0 && prm_diff(known->digest, out->digest, sizeof out->digest) == 0)
        return PRM_ERR_TRUST_OLD;
    PRM_TRY(verify_signatures(source, &envelope, tries, &word));
    PRM_TRY(prm_trust_terms_parse(envelope.payload, &terms));
    /*
     * Compared twice. If one changed bit lets the second comparison find nothing, `diff` of the first spoils the rules; if it is in
     * the first, the second still refuses.
     */
    (void)verify_bounds(&terms, floors, &diff);
    PRM_TRY(verify_bounds(&terms, floors, &again));
    /* Last: until then there is nothing that rules could be made of. */
    out->number = terms.number;
    out->before = prm_floor_of(terms.epoch, terms.base) - 1;
    out->len = (uint32_t)envelope.len;
    out->diff = diff | (prm_word_value(&word) ^ PRM_WORD_NEXT(PRM_WORD_NEXT(0, PRM_K_SIGNATURE), PRM_K_SIGNATURE));
    return PRM_OK;
}

uint32_t prm_trust_sum(const struct prm_trust *trust) {
    const uint8_t *const bytes = (const uint8_t *)trust;
    uint32_t sum = PRM_TRUST_MAGIC;
    uint32_t word;

    for (size_t i = 0; i < sizeof *trust; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        sum = PRM_WORD_NEXT(sum, word);
    }
    return sum;
}

prm_result prm_trust_verify_again(const struct prm_trust_source *source, prm_span bytes,
                                  const struct prm_trust_proof *proof, struct prm_trust_rules *out) {
    struct prm_trust_envelope envelope;
    uint8_t digest[PRM_SHA256_SIZE];

    prm_wipe(digest, sizeof digest);
    prm_wipe(out, sizeof *out);
    out->slot = PRM_TRUST_SLOT_NONE;
    out->diff = UINT32_MAX;
    PRM_TRY(take(source, bytes, &envelope, digest));
    if (prm_diff(digest, proof->digest, sizeof digest) != 0)
        return PRM_ERR_TRUST_NONE;
    PRM_TRY(make(source, envelope.payload, &out->trust));
    out->sum = prm_trust_sum(&out->trust);
    /*
     * And once more, for what no signature stands against: if an instruction is lost while rules are made, an authentic
     * manifest may seem to need fewer signatures, or to list a key that is for other devices. Then the two results differ. All of
     * them: with one bit of its address changed, the limit of a key is noted for its neighbour, and the count of keys stays.
     */
    PRM_TRY(make(source, envelope.payload, &out->trust));
    out->len = proof->len;
    out->diff = proof->diff | prm_diff(digest, proof->digest, sizeof digest) | (proof->number ^ out->trust.number) |
                prm_trust_changed(out);
    return PRM_OK;
}

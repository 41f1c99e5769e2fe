/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_verify.h"

#include <string.h>

#include "suit/suit.h"
#include "trust/floor.h"
#include "trust/release.h"
#include "update/update_parse.h"

enum { PAGE_DIGEST_STEP = 2 + PRM_DIGEST_SIZE };
_Static_assert(PRM_DIGEST_SIZE == PRM_SHA256_SIZE, "one hash");

uint32_t prm_update_word_header(uint32_t components) {
    uint32_t steps = PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_NEXT(0, PRM_K_DIGEST), PRM_K_SIGNATURE), PRM_K_SIGNATURE);

    for (uint32_t i = 0; i < components; i++)
        steps = PRM_WORD_NEXT(steps, PRM_K_DEVICE);
    return PRM_WORD_NEXT(steps, PRM_K_FLOOR);
}

/*
 * The sequence that fetches: payload-fetch, or install where there is none. It is in the manifest, or beside it in the
 * envelope with its digest in the manifest. A payload-fetch that isn't severed would only be too long for a bank.
 */
static prm_result find_fetch(const struct prm_crypto *crypto, const struct prm_suit_envelope *envelope,
                             const struct prm_suit_manifest *manifest, prm_span *fetch) {
    const unsigned place =
        manifest->severed[PRM_SUIT_SEVERED_FETCH] != NULL ? PRM_SUIT_SEVERED_FETCH : PRM_SUIT_SEVERED_INSTALL;
    const uint8_t *named = manifest->severed[place];
    uint8_t digest[PRM_SHA256_SIZE] = {0};

    *fetch = named != NULL ? envelope->severed[place] : manifest->install;
    if (fetch->ptr == NULL)
        return PRM_ERR_SUIT_MISSING;
    if (named == NULL)
        return PRM_OK;
    PRM_TRY(crypto->sha256(&envelope->severed_wrapped[place], 1, digest));
    return prm_diff(digest, named, sizeof digest) == 0 ? PRM_OK : PRM_ERR_SUIT_DIGEST;
}

/* One component's payload, as the table of facts says; `room`: bytes that its place has. */
static prm_result describe(const struct prm_suit_component *c, uint32_t room, struct prm_update_source *out) {
    struct prm_update_blocks blocks;

    if (c->uri.ptr == NULL || (c->did & PRM_SUIT_DID_FETCH) == 0)
        return PRM_ERR_SUIT_MISSING;
    if (c->size == 0 || c->size > room)
        return PRM_ERR_IMAGE_SIZE;
    PRM_TRY(prm_update_blocks_parse(c->fetch, c->size, &blocks));
    *out = (struct prm_update_source){.name = c->uri,
                                      .list = blocks.list,
                                      .page_digest = blocks.page_digest,
                                      .image_digest = c->digest,
                                      .encryption = c->encryption,
                                      .size = c->size};
    return PRM_OK;
}

static prm_result verify(const struct prm_update_judge *j, prm_span header, struct prm_update_verified *out) {
    const struct prm_release_age age = {j->trust, j->floor, UINT32_MAX};
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_envelope envelope;
    struct prm_suit_manifest manifest;
    struct prm_release_verified verified;
    prm_span fetch;

    PRM_TRY(prm_suit_envelope_parse(header, &envelope));
    if (envelope.manifest_wrapped.len > PRM_MANIFEST_MAX || envelope.digest_bytes.len > PRM_DIGEST_BYTES_MAX)
        return PRM_ERR_CBOR_LIMIT;
    PRM_TRY(prm_release_verify(&envelope, j->crypto, j->trust, &verified, &out->word));
    PRM_TRY(prm_suit_manifest_parse(envelope.manifest, &manifest));
    if (manifest.components != j->layout->components)
        return PRM_ERR_SUIT_COMPONENT;
    PRM_TRY(prm_suit_select(&manifest, j->bank, component));
    PRM_TRY(find_fetch(j->crypto, &envelope, &manifest, &fetch));
    PRM_TRY(prm_suit_select_install(fetch, manifest.components, j->bank, component));
    PRM_TRY(prm_release_verify_fit(j->fuses, component, manifest.components, manifest.sequence, &age, &out->word));
    if (prm_floor_of(j->trust->epoch, manifest.sequence) < j->least)
        return PRM_ERR_UPDATE_STALE;
    for (uint32_t i = 0; i < manifest.components; i++)
        PRM_TRY(describe(&component[i], j->layout->component[i].size, &out->source[i]));
    memcpy(out->manifest_digest, verified.manifest_digest, sizeof out->manifest_digest);
    out->sequence = manifest.sequence;
    out->bank_len = (uint32_t)(envelope.manifest.ptr + envelope.manifest.len - header.ptr);
    out->components = manifest.components;
    return PRM_OK;
}

prm_result prm_update_verify_header(const struct prm_update_judge *judge, prm_span header,
                                    struct prm_update_verified *out) {
    prm_wipe(out, sizeof *out);
    out->word.diff = judge->rules_diff;
    return verify(judge, header, out);
}

/* The difference of a hash from what it must be; all ones if there was none. */
static prm_result measure(const struct prm_crypto *crypto, prm_span bytes, const uint8_t *expected, uint32_t *diff) {
    uint8_t digest[PRM_SHA256_SIZE] = {0};

    *diff = UINT32_MAX;
    PRM_TRY(crypto->sha256(&bytes, 1, digest));
    *diff = prm_diff(digest, expected, sizeof digest);
    return PRM_OK;
}

static prm_result verify_piece(const struct prm_crypto *crypto, prm_span bytes, const uint8_t *expected,
                               prm_word *word) {
    uint32_t diff;
    const prm_result result = measure(crypto, bytes, expected, &diff);

    prm_word_step(word, PRM_K_PIECE, diff);
    PRM_TRY(result);
    return diff == 0 ? PRM_OK : PRM_ERR_UPDATE_BLOCK;
}

prm_result prm_update_verify_page(const struct prm_crypto *crypto, const struct prm_update_source *source,
                                  uint32_t number, prm_span page, prm_word *word) {
    return verify_piece(crypto, page, source->page_digest + (size_t)number * PAGE_DIGEST_STEP, word);
}

prm_result prm_update_verify_block(const struct prm_crypto *crypto, prm_span page, uint32_t number, prm_span block,
                                   prm_word *word) {
    return verify_piece(crypto, block, page.ptr + (size_t)(number % PRM_BLOCKS_PER_PAGE) * PRM_DIGEST_SIZE, word);
}

prm_result prm_update_verify_image(const struct prm_crypto *crypto, const struct prm_update_source *source,
                                   prm_span image) {
    uint32_t diff;

    PRM_TRY(measure(crypto, image, source->image_digest, &diff));
    return diff == 0 ? PRM_OK : PRM_ERR_IMAGE_DIGEST;
}

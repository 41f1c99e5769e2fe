/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_stages.h"

enum { PAGE_DIGEST_STEP = 2 + PRM_SHA256_SIZE };

uint32_t prm_update_word_expected(uint32_t components) {
    uint32_t steps = PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_NEXT(0, PRM_K_DIGEST), PRM_K_SIGNATURE), PRM_K_SIGNATURE);

    for (uint32_t i = 0; i < components; i++)
        steps = PRM_WORD_NEXT(steps, PRM_K_DEVICE);
    return PRM_WORD_NEXT(steps, PRM_K_FLOOR);
}

/*
 * The sequence that fetches: payload-fetch, or install where there is none. It is in the manifest, or beside it in the
 * envelope with its digest in the manifest. A payload-fetch that isn't severed would only be too long for a bank.
 */
static prm_result find_fetch(const struct prm_update *u, const struct prm_suit_envelope *envelope,
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
    PRM_TRY(u->platform->crypto->sha256(&envelope->severed_wrapped[place], 1, digest));
    return prm_diff(digest, named, sizeof digest) == 0 ? PRM_OK : PRM_ERR_SUIT_DIGEST;
}

/* One component's payload, as the table of facts and the layout say. */
static prm_result describe(struct prm_update *u, uint32_t index, const struct prm_suit_component *c) {
    const struct prm_layout *layout = u->platform->layout;
    struct prm_update_payload *p = &u->payload[index];
    struct prm_update_blocks blocks;

    if (c->uri.ptr == NULL || c->blocks.ptr == NULL || (c->did & PRM_SUIT_DID_FETCH) == 0)
        return PRM_ERR_SUIT_MISSING;
    if (c->size == 0 || c->size > layout->component[index].size)
        return PRM_ERR_IMAGE_SIZE;
    PRM_TRY(prm_update_blocks_parse(c->blocks, c->size, &blocks));
    *p = (struct prm_update_payload){
        .name = c->uri,
        .page_digest = blocks.page_digest,
        .image_digest = c->digest,
        .encryption = c->encryption,
        .size = c->size,
        .off = layout->bank_off[u->bank] + layout->component[index].off,
        .wanted = c->encryption.ptr == NULL || u->platform->opener != NULL ? PRM_YES : PRM_NO,
    };
    return PRM_OK;
}

static prm_result read_floor(const struct prm_update *u, uint64_t *floor) {
    const struct prm_counter *counter = u->platform->counter;

    *floor = UINT64_MAX;
    return counter->read(counter->ctx, floor);
}

/* Newer than what runs; where services run alone, their own release is what completes them. */
static uint64_t least_sequence(const struct prm_update *u) {
    if (u->running == PRM_BANK_NONE)
        return 0;
    return u->state.bank[u->running].status == PRM_BANK_PARTIAL ? u->running_sequence : u->running_sequence + 1;
}

prm_result prm_update_verify_header(struct prm_update *u) {
    const struct prm_update_platform *p = u->platform;
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_envelope envelope;
    struct prm_suit_manifest manifest;
    struct prm_release_verified verified;
    prm_span fetch;
    uint64_t floor;

    /* Whatever was wrong with the rules is wrong with all that they permit. */
    u->word = (prm_word){0, p->rules != NULL ? p->rules->diff : 0};
    PRM_TRY(prm_suit_envelope_parse(prm_span_of(u->header, u->header_len), &envelope));
    if (envelope.manifest_wrapped.len > PRM_MANIFEST_MAX || envelope.digest_bytes.len > PRM_DIGEST_BYTES_MAX)
        return PRM_ERR_CBOR_LIMIT;
    PRM_TRY(prm_release_verify(&envelope, p->crypto, p->rules != NULL ? &p->rules->trust : p->trust, &verified, &u->word));
    PRM_TRY(prm_suit_manifest_parse(envelope.manifest, &manifest));
    if (manifest.components != p->layout->components)
        return PRM_ERR_SUIT_COMPONENT;
    PRM_TRY(prm_suit_select(&manifest, u->bank, component));
    PRM_TRY(find_fetch(u, &envelope, &manifest, &fetch));
    PRM_TRY(prm_suit_select_install(fetch, manifest.components, u->bank, component));
    PRM_TRY(read_floor(u, &floor));
    PRM_TRY(prm_release_verify_fit(p->fuses, component, manifest.components, manifest.sequence, floor, &u->word));
    if (manifest.sequence < least_sequence(u))
        return PRM_ERR_UPDATE_STALE;
    for (uint32_t i = 0; i < manifest.components; i++)
        PRM_TRY(describe(u, i, &component[i]));
    u->payloads = manifest.components;
    u->sequence = manifest.sequence;
    for (unsigned i = 0; i < sizeof u->manifest_digest; i++)
        u->manifest_digest[i] = verified.manifest_digest[i];
    return PRM_OK;
}

static prm_result verify_digest(const struct prm_update *u, const uint8_t *bytes, size_t len, const uint8_t *expected) {
    const prm_span part = prm_span_of(bytes, len);
    uint8_t digest[PRM_SHA256_SIZE] = {0};

    PRM_TRY(u->platform->crypto->sha256(&part, 1, digest));
    return prm_diff(digest, expected, sizeof digest) == 0 ? PRM_OK : PRM_ERR_UPDATE_BLOCK;
}

prm_result prm_update_verify_page(const struct prm_update *u, const struct prm_update_payload *payload) {
    const uint32_t page = payload->done / PRM_BLOCKS_PER_PAGE;

    return verify_digest(u, u->page, u->filled, payload->page_digest + (size_t)page * PAGE_DIGEST_STEP);
}

prm_result prm_update_verify_block(const struct prm_update *u, const struct prm_update_payload *payload) {
    const uint32_t at = payload->done % PRM_BLOCKS_PER_PAGE;

    return verify_digest(u, u->block, u->filled, u->page + (size_t)at * PRM_SHA256_SIZE);
}

prm_result prm_update_verify_images(const struct prm_update *u) {
    const struct prm_flash *flash = u->platform->flash;

    for (uint32_t i = 0; i < u->payloads; i++) {
        const struct prm_update_payload *p = &u->payload[i];
        prm_span image;
        if (p->wanted != PRM_YES)
            continue;
        const prm_result viewed = flash->view(flash->ctx, p->off, p->size, &image);
        /* What was marked as whole and can't be read now is as good as changed. */
        if (viewed == PRM_ERR_FLASH_DAMAGED)
            return PRM_ERR_IMAGE_DIGEST;
        PRM_TRY(viewed);
        if (verify_digest(u, image.ptr, image.len, p->image_digest) != PRM_OK)
            return PRM_ERR_IMAGE_DIGEST;
    }
    return PRM_OK;
}

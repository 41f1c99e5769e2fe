/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_sources_verify.c - what a signed manifest says of a device's payloads. A file of its own: while signatures are
 * verified, which takes most of the root's stack, none of what this needs is there yet.
 */
#include "suit/suit.h"
#include "trust/floor.h"
#include "trust/release.h"
#include "update/update_parse.h"
#include "update/update_verify.h"

/*
 * The sequence that fetches: payload-fetch, or install where there is none. It is in the manifest, or beside it in the
 * envelope with its digest in the manifest. A payload-fetch that isn't severed would only be too long for a bank.
 */
static prm_result find_fetch(const struct prm_crypto *crypto, const struct prm_suit_envelope *envelope,
                             const struct prm_suit_manifest *manifest, prm_span *fetch) {
    const unsigned place =
        manifest->severed[PRM_SUIT_SEVERED_FETCH] != NULL ? PRM_SUIT_SEVERED_FETCH : PRM_SUIT_SEVERED_INSTALL;
    const uint8_t *named = manifest->severed[place];
    uint8_t digest[PRM_SHA256_SIZE];

    prm_wipe(digest, sizeof digest);
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

prm_result prm_update_verify_sources(const struct prm_update_judge *judge, const struct prm_suit_envelope *envelope,
                                     struct prm_update_verified *out) {
    const struct prm_release_age age = {judge->trust, judge->floor, UINT32_MAX};
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_manifest manifest;
    prm_span fetch;

    PRM_TRY(prm_suit_manifest_parse(envelope->manifest, &manifest));
    if (manifest.components != judge->layout->components)
        return PRM_ERR_SUIT_COMPONENT;
    PRM_TRY(prm_suit_select(&manifest, judge->bank, component));
    PRM_TRY(find_fetch(judge->crypto, envelope, &manifest, &fetch));
    PRM_TRY(prm_suit_select_install(fetch, manifest.components, judge->bank, component));
    PRM_TRY(prm_release_verify_fit(judge->fuses, component, manifest.components, manifest.sequence, &age, &out->word));
    if (prm_floor_of(judge->trust->epoch, manifest.sequence) < judge->least)
        return PRM_ERR_UPDATE_STALE;
    for (uint32_t i = 0; i < manifest.components; i++)
        PRM_TRY(describe(&component[i], judge->layout->component[i].size, &out->source[i]));
    out->sequence = manifest.sequence;
    out->components = manifest.components;
    return PRM_OK;
}

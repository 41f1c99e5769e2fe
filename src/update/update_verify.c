/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_verify.h"

#include <string.h>

#include "suit/suit.h"
#include "trust/release.h"

_Static_assert(PRM_DIGEST_SIZE == PRM_SHA256_SIZE, "one hash");

uint32_t prm_update_word_header(uint32_t components) {
    uint32_t steps = PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_NEXT(0, PRM_K_DIGEST), PRM_K_SIGNATURE), PRM_K_SIGNATURE);

    for (uint32_t i = 0; i < components; i++)
        steps = PRM_WORD_NEXT(steps, PRM_K_DEVICE);
    return PRM_WORD_NEXT(steps, PRM_K_FLOOR);
}

prm_result prm_update_verify_header(const struct prm_update_judge *judge, prm_span header,
                                    struct prm_update_verified *out) {
    struct prm_suit_envelope envelope;
    struct prm_release_verified verified;

    prm_wipe(out, sizeof *out);
    out->word.diff = judge->rules_diff;
    PRM_TRY(prm_suit_envelope_parse(header, &envelope));
    if (envelope.manifest_wrapped.len > PRM_MANIFEST_MAX || envelope.digest_bytes.len > PRM_DIGEST_BYTES_MAX)
        return PRM_ERR_CBOR_LIMIT;
    PRM_TRY(prm_release_verify(&envelope, judge->crypto, judge->trust, &verified, &out->word));
    memcpy(out->manifest_digest, verified.manifest_digest, sizeof out->manifest_digest);
    out->bank_len = (uint32_t)(envelope.manifest.ptr + envelope.manifest.len - header.ptr);
    return prm_update_verify_sources(judge, &envelope, out);
}

/* The difference of a hash from what it must be; all ones if there was none. */
static prm_result measure(const struct prm_crypto *crypto, const uint8_t *expected, prm_span bytes, uint32_t *diff) {
    uint8_t digest[PRM_SHA256_SIZE];

    prm_wipe(digest, sizeof digest);
    *diff = UINT32_MAX;
    PRM_TRY(crypto->sha256(&bytes, 1, digest));
    *diff = prm_diff(digest, expected, sizeof digest);
    return PRM_OK;
}

prm_result prm_update_verify_piece(const struct prm_crypto *crypto, const uint8_t *expected, prm_span piece,
                                   prm_word *word) {
    uint32_t diff;
    const prm_result result = measure(crypto, expected, piece, &diff);

    prm_word_step(word, PRM_K_PIECE, diff);
    PRM_TRY(result);
    return diff == 0 ? PRM_OK : PRM_ERR_UPDATE_BLOCK;
}

prm_result prm_update_verify_image(const struct prm_crypto *crypto, const struct prm_update_source *source,
                                   prm_span image) {
    uint32_t diff;

    PRM_TRY(measure(crypto, source->image_digest, image, &diff));
    return diff == 0 ? PRM_OK : PRM_ERR_IMAGE_DIGEST;
}

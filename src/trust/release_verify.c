/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest is the one that was signed, and enough anchors signed it; or it is the one that this device may keep. */
#include "trust/release.h"

#include "codec/cose.h"
#include "trust/trust_tally.h"

/* One authentication block, read and counted. */
static void add_block(const struct prm_suit_envelope *envelope, prm_span block, const struct prm_crypto *crypto,
                      const struct prm_trust *trust, struct prm_tally *tally) {
    const prm_span nothing = {NULL, 0};
    struct prm_cose_sign1 sign1;
    struct prm_cose_tbs tbs;

    const prm_result result = prm_cose_sign1_parse(block, &sign1);
    if (result != PRM_OK || sign1.payload.ptr != NULL) {
        tally->last = result != PRM_OK ? result : PRM_ERR_SIG_FORMAT;
        return;
    }
    prm_cose_sign1_tbs(&sign1, nothing, envelope->digest_bytes, &tbs);
    prm_tally_add(tally, &sign1, &tbs, crypto, trust);
}

struct prm_tries prm_release_tries(const struct prm_trust *trust) {
    return prm_tally_tries(trust, PRM_ROLE_RELEASE);
}

static prm_result verify(const struct prm_suit_envelope *envelope, const struct prm_crypto *crypto,
                         const struct prm_trust *trust, const uint8_t kept[PRM_SHA256_SIZE], struct prm_tries *tries,
                         struct prm_release_verified *out, prm_word *word) {
    struct prm_tally tally;

    PRM_TRY(crypto->sha256(&envelope->manifest_wrapped, 1, out->manifest_digest));
    prm_word_step(word, PRM_K_DIGEST, prm_diff(out->manifest_digest, envelope->digest, PRM_SHA256_SIZE));
    /* If one bit of an opcode in prm_diff() is changed, one comparison finds nothing; the branch has another than the word. */
    if (prm_diff(out->manifest_digest, envelope->digest, PRM_SHA256_SIZE) != 0)
        return PRM_ERR_SUIT_DIGEST;
    prm_tally_begin(&tally, trust, PRM_ROLE_RELEASE, tries);
    for (uint32_t i = 0; i < envelope->signatures && i < PRM_SUIT_SIGNATURES_MAX; i++)
        add_block(envelope, envelope->signature[i], crypto, trust, &tally);
    for (unsigned k = 0; k < PRM_KEY_ID_SIZE; k++)
        out->key_id[k] = tally.key_id[k];
    /*
     * PRM_YES if this is the release that the device may keep, where nothing else counts; no branch decides what the word gets. Yes is
     * not 0: if one bit of a branch above is changed so that it lands at this call, the register holds the 0 of the digest's comparison,
     * and no signature would be needed. PRM_YES is there only if this line made it.
     */
    prm_tally_fold(&tally, PRM_YES ^ prm_diff(out->manifest_digest, kept, PRM_SHA256_SIZE), word);
    const prm_result result = prm_tally_end(&tally, trust, PRM_ROLE_RELEASE, tries);
    out->revoked = result == PRM_OK ? PRM_NO : PRM_YES;
    /* If one comparison served word and branch, one lost instruction of it would make everything the release to keep. */
    return prm_diff(out->manifest_digest, kept, PRM_SHA256_SIZE) == 0 ? PRM_OK : result;
}

prm_result prm_release_verify_kept(const struct prm_suit_envelope *envelope, const struct prm_crypto *crypto,
                                   const struct prm_trust *trust, const uint8_t kept[PRM_SHA256_SIZE], struct prm_tries *tries,
                                   struct prm_release_verified *out, prm_word *word) {
    prm_wipe(out, sizeof *out);
    const prm_result result = verify(envelope, crypto, trust, kept, tries, out, word);
    if (prm_launder(~result) != (uint32_t)~PRM_OK) {
        prm_wipe(out, sizeof *out);
        word->diff = UINT32_MAX;
    }
    return result;
}

prm_result prm_release_verify(const struct prm_suit_envelope *envelope, const struct prm_crypto *crypto,
                              const struct prm_trust *trust, struct prm_release_verified *out, prm_word *word) {
    uint8_t nothing[PRM_SHA256_SIZE];
    struct prm_tries tries = {PRM_TRUST_ANCHORS, PRM_TRUST_ANCHORS};

    for (unsigned i = 0; i < sizeof nothing; i++)
        nothing[i] = 0xFF;
    return prm_release_verify_kept(envelope, crypto, trust, nothing, &tries, out, word);
}

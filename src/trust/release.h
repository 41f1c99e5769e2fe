/* SPDX-License-Identifier: Apache-2.0 */
/* release.h - a release is one that enough of the keys in force signed, and made for this device. */
#ifndef PRM_TRUST_RELEASE_H
#define PRM_TRUST_RELEASE_H

#include "base/harden.h"
#include "seam/crypto.h"
#include "suit/device.h"
#include "suit/suit.h"
#include "trust/floor.h"
#include "trust/trust.h"
#include "trust/verified.h"

/*
 * Checks that the manifest is the one whose digest was signed, and that as many distinct release-role anchors of each kind signed
 * it as the policy needs. Unknown algorithms, bad signatures and more than needed neither help nor hurt. The digest that the
 * signatures cover is computed once.
 * Adds to `*word`: the difference of the digests; for each kind, the differences of the witnesses that counted, or a difference
 * if they were too few. A caller compares the word. On failure `*out` is zeros and the word is spoilt.
 * Errors: SUIT_DIGEST; SIG_NONE; SIG_POLICY if some signature was good but the policy needs more; else what was wrong
 * with the last signature: SIG_KEY, SIG_UNNAMED, SIG_LIMIT, SIG_ALGORITHM, SIG_INVALID, SIG_FORMAT, CBOR_*; CRYPTO.
 */
PRM_MUST_USE prm_result prm_release_verify(const struct prm_suit_envelope *envelope, const struct prm_crypto *crypto,
                                           const struct prm_trust *trust, struct prm_release_verified *out, prm_word *word);

/* How many signatures a boot tries to judge all its releases by these keys (trust_tally.h). */
struct prm_tries prm_release_tries(const struct prm_trust *trust);

/*
 * The same for a device that keeps what it runs although its key was revoked: the manifest whose digest is `kept` is good
 * whatever signed it, and out->revoked says if that was needed. All 0xFF in `kept`: there is none. The same steps.
 * `*tries` is what is left of them in this boot.
 */
PRM_MUST_USE prm_result prm_release_verify_kept(const struct prm_suit_envelope *envelope, const struct prm_crypto *crypto,
                                                const struct prm_trust *trust, const uint8_t kept[PRM_SHA256_SIZE],
                                                struct prm_tries *tries, struct prm_release_verified *out, prm_word *word);

/*
 * The manifest is for this device, and its sequence is one that may run. Every component must set and check vendor, class
 * and digest, and one must be invoked. Errors: SUIT_MISSING, DEVICE_VENDOR, DEVICE_CLASS, DEVICE_ID, and those of
 * prm_floor_verify(); then the word is incomplete or spoilt.
 */
PRM_MUST_USE prm_result prm_release_verify_fit(const struct prm_fuses *fuses, const struct prm_suit_component component[],
                                               uint32_t components, uint64_t sequence,
                                               const struct prm_release_age *age, prm_word *word);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_verify.h - HSS/LMS signatures (RFC 8554, SP 800-208; in COSE: RFC 8778), verification.
 *
 * All SHA-256 parameter sets: 32 and 24 bytes, heights 5 to 25, digits of 1, 2, 4 and 8 bits, 1 to 8 levels. No
 * recursion, no heap; the stack does not depend on the parameter sets.
 *
 * A check yields a witness: the root of the top tree as the signature and the message have it, which equals the root in
 * the public key only if the signature is right. The trees are computed from the message upwards, and each level's
 * *computed* root is what the level above is held to have signed: no comparison between levels is there to be skipped.
 * That the signature also states each of those roots correctly, and that every loop ran to its end, is folded in: a
 * difference spoils all 32 bytes.
 */
#ifndef PRM_CRYPTO_HSS_VERIFY_H
#define PRM_CRYPTO_HSS_VERIFY_H

#include "base/result.h"
#include "base/span.h"
#include "seam/crypto.h"

#define PRM_HSS_WITNESS_SIZE 32u /* bytes; a root of 24 bytes is followed by zeros */

/*
 * Computes the witness of a signature over the concatenation of `n_parts` message parts. The signature is right if and
 * only if the result is PRM_OK and the witness begins with the root in the public key: the public_key.len - 28 bytes
 * from PRM_HSS_KEY_T_OFF on. That root is not read here. On failure the witness is all 0xFF.
 * The parts must not overlap the witness. CT: not constant time; everything here is public.
 * Errors: SIG_ALGORITHM, SIG_FORMAT (see prm_hss_parse), CRYPTO; UNSUPPORTED if the provider has no sha256_chain.
 */
PRM_MUST_USE prm_result prm_hss_witness(const struct prm_crypto *crypto, prm_span public_key,
                                        const prm_span *message_parts, size_t n_parts, prm_span signature,
                                        uint8_t witness[PRM_HSS_WITNESS_SIZE]);

/*
 * The same with the comparison, for callers that need no word of it. PRM_OK: the signature is right.
 * Errors: SIG_INVALID, and those of prm_hss_witness.
 */
PRM_MUST_USE prm_result prm_hss_verify(const struct prm_crypto *crypto, prm_span public_key,
                                       const prm_span *message_parts, size_t n_parts, prm_span signature);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* engine_p256.h - the crypto seam's p256_witness by a part's engine (seam/engine.h, which says what it is trusted with). */
#ifndef PRM_PROVIDERS_ENGINE_P256_H
#define PRM_PROVIDERS_ENGINE_P256_H

#include "seam/crypto.h"
#include "seam/engine.h"

/*
 * struct prm_crypto's p256_witness, by an engine; a port wraps it in a function of three lines that names its own. The engine is first asked about a
 * signature that isn't good, of which the witness is known: one that gives r back, stays silent or is broken is told by that, and one that
 * repeats itself then repeats the known witness.
 * Errors: SIG_INVALID, CRYPTO; the witness is all 0xFF.
 */
PRM_MUST_USE prm_result prm_engine_p256_witness(const struct prm_engine_p256 *engine,
                                                const uint8_t public_key[PRM_P256_PUBLIC_SIZE],
                                                const uint8_t digest[PRM_SHA256_SIZE],
                                                const uint8_t sig[PRM_P256_SIG_SIZE], uint8_t witness[32]);

#endif

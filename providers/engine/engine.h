/* SPDX-License-Identifier: Apache-2.0 */
/* engine.h - the crypto seam's sha256 by a part's engine (seam/engine.h). */
#ifndef PRM_PROVIDERS_ENGINE_H
#define PRM_PROVIDERS_ENGINE_H

#include "seam/crypto.h"
#include "seam/engine.h"

/*
 * struct prm_crypto's sha256, by an engine; a port wraps it in a function of three lines that names its own. The engine first hashes what is
 * known: one that is broken is told by that, and one that repeats itself then repeats the known digest. The digest is poisoned
 * before it is read, and read from a message that was hashed in the order given.
 * Errors: CRYPTO; `out` is zeros. There is no way back to software here: who wants one takes it by linking another provider.
 */
PRM_MUST_USE prm_result prm_engine_sha256(const struct prm_engine *engine, const prm_span *parts, size_t n,
                                          uint8_t out[PRM_SHA256_SIZE]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h - a part's own hardware for SHA-256 or P-256, as a port gives it. providers/engine makes a crypto seam's functions of it.
 *
 * What an engine for SHA-256 is trusted with: nothing. A wrong digest is a difference like any other and boots nothing; an engine that
 * repeats an old digest, or doesn't answer, is found out by providers/engine.
 *
 * An engine for P-256 is trusted, since it is given r, and who gives r back has every signature accepted. Asked about a signature that is not
 * good first, one that always does is found out; one that chooses when to isn't. One that answers with yes or no, as some do, can't be used.
 */
#ifndef PRM_SEAM_ENGINE_H
#define PRM_SEAM_ENGINE_H

#include "base/harden.h"
#include "base/result.h"
#include "base/span.h"

#define PRM_ENGINE_DIGEST_SIZE 32u

struct prm_engine {
    void *ctx; /* the port's; passed to every function */

    /* Facts. What an update is given keeps to them; what doesn't lie so is copied first. */
    prm_answer reads_flash; /* PRM_NO: it reads RAM alone, as many do that fetch by themselves */
    uint32_t align;         /* the data of an update lies at a multiple of this: 1, 2, 4, 8, ... 64 */
    uint32_t piece_max;     /* bytes of the longest update, a multiple of 64: bounds how long one blocks (divide by the rate) */

    /*
     * Begins a message. One at a time: what was begun before is lost. Blocks until the engine is free, for no longer
     * than a piece takes. Errors: CRYPTO (not powered, busy for longer, fails its own test).
     */
    prm_result (*begin)(void *ctx);

    /*
     * The next bytes of the message. Returns when they have been read: their memory may change then. All but the last
     * are whole blocks of 64 bytes. Errors: CRYPTO; the message is lost.
     */
    prm_result (*update)(void *ctx, prm_span data);

    /* Ends the message (the padding is the engine's). On failure the digest is not written. Errors: CRYPTO. */
    prm_result (*finish)(void *ctx, uint8_t digest[PRM_ENGINE_DIGEST_SIZE]);

    /* Whether memory is flash, for an engine that doesn't read it. NULL if it reads flash. */
    prm_answer (*in_flash)(void *ctx, const void *at);
};

/* What an engine for P-256 is given and gives: in RAM, at a multiple of 64. All numbers are 32 bytes, big-endian. */
struct prm_engine_check {
    uint8_t key[64]; /* x, y */
    uint8_t digest[32];
    uint8_t sig[64]; /* r, s */
    uint8_t witness[32];
};

struct prm_engine_p256 {
    void *ctx; /* the port's */

    /*
     * Writes the witness, x(R) mod n, as struct prm_crypto's p256_witness has it, after the same checks of key, r and s; all of it or nothing. Blocks,
     * for no longer than the port's watchdog allows a root that checks each signature twice. Errors: SIG_INVALID, CRYPTO (not powered, busy, fails
     * its own test): the witness isn't written.
     */
    prm_result (*witness)(void *ctx, struct prm_engine_check *check);
};

#endif

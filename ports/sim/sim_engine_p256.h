/* SPDX-License-Identifier: Apache-2.0 */
/* sim_engine_p256.h - an engine for P-256 as parts have them, that, if told so, fails or lies. */
#ifndef PRM_PORTS_SIM_ENGINE_P256_H
#define PRM_PORTS_SIM_ENGINE_P256_H

#include "seam/crypto.h"
#include "seam/engine.h"

enum prm_sim_engine_p256_fault {
    PRM_SIM_P256_RIGHT,
    PRM_SIM_P256_FAILS,   /* at once */
    PRM_SIM_P256_FAILS_LATER, /* the second check */
    PRM_SIM_P256_SILENT,  /* all is well, but no witness is written */
    PRM_SIM_P256_SILENT_LATER, /* the same, from the second check on */
    PRM_SIM_P256_DOUBTS,  /* fails, although the witness is written, and right */
    PRM_SIM_P256_REPEATS, /* gives the witness that it gave before, once it gave one */
    PRM_SIM_P256_LIES,    /* a bit of each witness is another */
    PRM_SIM_P256_GIVES_R, /* whoever asks is given r: a signature is always good */
    PRM_SIM_P256_FAULTS
};

struct prm_sim_engine_p256 {
    struct prm_engine_p256 seam; /* the one to hand over */
    prm_result (*compute)(const uint8_t *key, const uint8_t *digest, const uint8_t *sig, uint8_t *witness);
    enum prm_sim_engine_p256_fault fault;
    uint32_t checks;
    uint32_t misused; /* how often it was given what isn't at a multiple of 64 */
    uint8_t last[32];
    int given;
};

/* Computes with `compute`, struct prm_crypto's p256_witness. */
void prm_sim_engine_p256_init(struct prm_sim_engine_p256 *engine,
                              prm_result (*compute)(const uint8_t *, const uint8_t *, const uint8_t *, uint8_t *));

#endif

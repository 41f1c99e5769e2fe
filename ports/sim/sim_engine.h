/* SPDX-License-Identifier: Apache-2.0 */
/* sim_engine.h - an engine for SHA-256 as parts have them: choosy about memory, and, if told so, failing or lying. */
#ifndef PRM_PORTS_SIM_ENGINE_H
#define PRM_PORTS_SIM_ENGINE_H

#include "seam/crypto.h"
#include "seam/engine.h"

enum prm_sim_engine_fault {
    PRM_SIM_ENGINE_RIGHT,
    PRM_SIM_ENGINE_NOT_POWERED,  /* begin fails */
    PRM_SIM_ENGINE_BUS_ERROR,    /* the third update fails */
    PRM_SIM_ENGINE_TIMES_OUT,    /* finish fails */
    PRM_SIM_ENGINE_SILENT,       /* all is well, but no digest is written */
    PRM_SIM_ENGINE_SILENT_AT_LENGTH, /* the same, for messages of more than a block */
    PRM_SIM_ENGINE_DOUBTS,       /* finish fails, although the digest is written, and right */
    PRM_SIM_ENGINE_REPEATS,      /* gives the digest that it gave before, once it gave one */
    PRM_SIM_ENGINE_LIES,         /* a bit of each digest is another */
    PRM_SIM_ENGINE_LIES_AT_LENGTH /* the same, for messages of more than a block: short ones are right */
};

struct prm_sim_engine {
    struct prm_engine seam; /* the one to hand over */
    prm_result (*sha256)(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]); /* what it computes with */
    enum prm_sim_engine_fault fault;
    prm_span flash;         /* memory that it can't read */
    uint8_t *message;       /* room for a whole one */
    size_t room, len;
    uint32_t updates;       /* of this message */
    uint32_t misused;       /* how often a contract was broken: alignment, memory, length, order */
    uint8_t last[PRM_ENGINE_DIGEST_SIZE];
    int ended, given;
};

/* Borrows all memory. The engine reads no flash, at multiples of 4, in pieces of 1 KiB. */
void prm_sim_engine_init(struct prm_sim_engine *engine,
                         prm_result (*sha256)(const prm_span *, size_t, uint8_t[PRM_SHA256_SIZE]), prm_span flash,
                         uint8_t *message, size_t room);

#endif

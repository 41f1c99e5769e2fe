/* SPDX-License-Identifier: Apache-2.0 */
/* fate.h - what becomes of a state of the root: runs it on until the boot has ended in one way or another. */
#ifndef PRM_TESTS_FAULT_FATE_H
#define PRM_TESTS_FAULT_FATE_H

#include "boot/handoff.h"
#include "tests/fault/campaign.h"
#include "tests/fault/trace.h"

#define CALLS_MAX 2048u /* a hash-based signature is some hundred hashes */

/* A call of the crypto provider in the undisturbed boot. */
enum call_kind { CALL_HASH, CALL_CURVE };
struct call {
    enum call_kind kind;
    uint32_t lowest_sp; /* of the call */
    int right;          /* a curve call whose witness is the signature's r */
    struct state entry, exit;
};

/* Addresses at which something is decided. */
struct places {
    uint32_t hash, curve;       /* entries of the provider */
    uint32_t leave;                      /* the branch to the services; target in r0 */
    uint32_t recover, halt, trap, reset; /* where boots end otherwise */
};

struct fate {
    const struct scenario *scenario;
    struct places places;
    struct machine runner;  /* never steps */
    struct machine stepper; /* one instruction over an entry */
    struct call *calls;     /* CALLS_MAX; of the undisturbed boot, as far as it was walked */
    size_t n_calls;
    size_t next_call; /* where to look first for the call at hand */
    struct trace trace; /* of the undisturbed boot, LAYER_LOGIC */
    enum outcome golden;
    struct prm_handoff golden_handoff; /* as it was at the end */
    struct state state;                /* of the run at hand */
};

void fate_open(struct fate *f, const struct scenario *sc, const struct device_files *files,
               const struct symbols *symbols);
void fate_close(struct fate *f);

/* How the run went, beside its end. */
struct fate_notes {
    int converged, recalled, computed;
    uint32_t pc; /* where it ended */
};

/* Whether f->state comes back to the undisturbed boot within a few instructions; `at` is where in the trace it left it.
 */
int fate_rejoins(struct fate *f, size_t at);

/* Where the run starts, and whether calls of the provider may be recalled. */
enum fate_mode { FATE_IN_LOGIC, FATE_IN_HASH, FATE_IN_CURVE, FATE_IN_FULL };

/* Runs f->state to its end. */
enum outcome fate_of(struct fate *f, enum fate_mode mode, struct fate_notes *notes);

/* The outcome of an error of the engine at `pc`. */
enum outcome fate_of_fault(const struct fate *f, uc_err err, uint32_t pc);

/* The outcome if f->state is at an ending place, or OUTCOME_COUNT if it isn't. */
enum outcome fate_at(const struct fate *f);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign.h - one scenario: a device that holds something unauthentic, its boot walked instruction by instruction, and
 * at each chosen one the question what happens if it is not executed.
 *
 * Two engines: one steps, the other runs on from a copied state and never steps. What makes it fast, why it is sound:
 *   - Rejoined, converged: a disturbed run that within some instructions, or later at a hash or curve call, is in a
 *     state (every register, every byte of memory, the bus) that the undisturbed boot was in ends as that one did.
 *   - Recalled: one that arrives with the same registers and the same input bytes gets the effects that the call had in
 *     the undisturbed boot.
 *   - Computed: the witness of a curve call with other input bytes is computed outside the emulator.
 * A share of these, and whatever is a bypass, is run again in full and must end the same.
 */
#ifndef PRM_TESTS_FAULT_CAMPAIGN_H
#define PRM_TESTS_FAULT_CAMPAIGN_H

#include "tests/fault/machine.h"
#include "tests/fault/symbols.h"

/* How a boot ends. */
#define OUTCOMES(X)                                                                                                    \
    X(RECOVERY, "recovery")   /* waits, nothing is fit to run */                                                       \
    X(AUTHENTIC, "authentic") /* starts a bank that is authentic and may run */                                        \
    X(UNPERMITTED, "unpermit") /* starts only what is authentic, but not what may run, or not as it may */             \
    X(TRAP, "trap")                                                                                                    \
    X(RESET, "reset")                                                                                                  \
    X(FAULT, "fault") /* an exception: unmapped, undefined, ... */                                                     \
    X(ENDLESS, "endless")                                                                                              \
    X(ASTRAY, "astray")        /* leaves for an address where nothing is: faults in the Non-secure world */            \
    X(SLOT_WRITE, "slotwrite") /* tries to write a slot */                                                             \
    X(STRAY_SLOT, "xn-slot")   /* the root itself jumps into a slot: execute-never, a fault */                         \
    X(BYPASS, "BYPASS")        /* unauthentic code runs */
enum outcome {
#define OUTCOME_ENUM(name, text) OUT_##name,
    OUTCOMES(OUTCOME_ENUM)
#undef OUTCOME_ENUM
        OUTCOME_COUNT
};
extern const char *const outcome_text[OUTCOME_COUNT];

/* Where an executed instruction belongs, and so how it is covered. */
enum layer {
    LAYER_LOGIC, /* outside hash and curve, and their outermost functions: every time it executes; and with the next one
                  */
    LAYER_OUTER, /* the outer loops of the curve: every address, sampled */
    LAYER_INNER, /* compression function, field and point arithmetic, copying inside a hash: every address, sampled */
    LAYER_COUNT
};

struct plan {
    uint32_t outer, inner; /* random occurrences for each address, beside the first and last, where looked at closely */
    int logic_only;        /* nothing in hash and curve */
    int until_bypass;      /* ends with the first */
    uint32_t stride;       /* 1: everything chosen; k: every k-th of it; 0: nothing */
};

struct tally {
    uint64_t walked; /* instructions of the undisturbed boot */
    uint64_t walked_layer[LAYER_COUNT];
    uint64_t addresses[LAYER_COUNT]; /* distinct */
    uint64_t injected[LAYER_COUNT];  /* one skipped */
    uint64_t pairs;                  /* two in a row skipped */
    uint64_t outcome[OUTCOME_COUNT];
    uint64_t unchanged, rejoined, converged, recalled, computed, rechecked, disagreed;
    uint32_t stack_used; /* bytes below the top of the stack that it reached */
    enum outcome golden; /* of the undisturbed boot */
    double cpu_s, cpu_layer_s[LAYER_COUNT];
};

struct scenario {
    const char *name;
    const char *dir;  /* a device folder */
    /* bit i: the services of bank i are authentic; its application is; the bank, whole, may start */
    uint32_t services, applications, allowed;
    int deep;         /* look closely into the curve */
    const char *elf;
};

/* Walks and injects; prints each bypass with its id as it is found. */
void campaign_run(const struct scenario *sc, const struct plan *plan, struct tally *tally);

/* One injection, in full: skips `skips` instructions from dynamic instruction `index` on, and tells what happened. */
enum outcome campaign_replay(const struct scenario *sc, uint64_t index, unsigned skips);

#endif

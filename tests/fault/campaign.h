/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign.h - one scenario: a device that holds something unauthentic, its boot walked instruction by instruction, and
 * at each chosen one the question what happens if it is disturbed there, in each of several models of a fault.
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

#include "tests/fault/listing.h"
#include "tests/fault/machine.h"
#include "tests/fault/symbols.h"

/* How a boot ends. */
#define OUTCOMES(X)                                                                                                    \
    X(RECOVERY, "recovery")   /* waits, nothing is fit to run */                                                       \
    X(AUTHENTIC, "authentic") /* starts a bank that is authentic and may run */                                        \
    X(PARTIAL, "partial")     /* starts what may run, told of no application, of another size of it, or of the other bank */ \
    X(TRAP, "trap")                                                                                                    \
    X(RESET, "reset")                                                                                                  \
    X(FAULT, "fault") /* an exception: unmapped, undefined, ... */                                                     \
    X(ENDLESS, "endless")                                                                                              \
    X(ASTRAY, "astray")        /* leaves for an address where nothing is, or nothing may execute */                    \
    X(SLOT_WRITE, "slotwrite") /* tries to write a slot */                                                             \
    X(STRAY_SLOT, "xn-slot")   /* the root itself jumps into a slot: execute-never, a fault */                         \
    X(FORBIDDEN, "FORBIDDEN")  /* authentic code runs, and may not: rejected, or below the floor */                    \
    X(BYPASS, "BYPASS")        /* unauthentic code runs */
enum outcome {
#define OUTCOME_ENUM(name, text) OUT_##name,
    OUTCOMES(OUTCOME_ENUM)
#undef OUTCOME_ENUM
        OUTCOME_COUNT
};
extern const char *const outcome_text[OUTCOME_COUNT];

/* What no fault may lead to. */
static inline int is_bypass(enum outcome outcome) {
    return outcome == OUT_BYPASS || outcome == OUT_FORBIDDEN;
}

/*
 * What a fault does. The first two wherever an instruction executes, outside hash and curve every time; the others
 * outside hash and curve at the first, middle and last execution of each address. In hash and curve all are sampled.
 */
#define MODELS(X)                                                                                                      \
    X(SKIP1, "skip1")       /* an instruction is not executed */                                                       \
    X(SKIP2, "skip2")       /* it and the next one aren't */                                                           \
    X(OPCODE, "opcode")     /* one bit of an instruction is another, this once */                                      \
    X(REGISTER, "register") /* one bit of a register that an instruction names is another before it */                 \
    X(RAM, "ram")           /* one bit of the root's RAM, or of the report, is another from a call or return on */      \
    X(LOAD, "load")         /* a register that an instruction loads is filled with zeros or with ones */
enum model {
#define MODEL_ENUM(name, text) MODEL_##name,
    MODELS(MODEL_ENUM)
#undef MODEL_ENUM
        MODEL_COUNT
};
extern const char *const model_text[MODEL_COUNT];

/* Where an executed instruction belongs, and so how it is covered. */
enum layer {
    LAYER_LOGIC, /* outside hash and curve, and their outermost functions */
    LAYER_OUTER, /* the outer loops of the curve: every address, sampled */
    LAYER_INNER, /* compression function, field and point arithmetic, copying inside a hash: every address, sampled */
    LAYER_COUNT
};

struct plan {
    uint32_t models;       /* bit m: model m */
    uint32_t outer, inner; /* random occurrences for each address, beside the first and last, where looked at closely */
    int logic_only;        /* nothing in hash and curve */
    int until_bypass;      /* ends with the first */
    uint32_t stride;       /* 1: everything chosen; k: every k-th of it; 0: nothing */
    uint64_t at_most;      /* injections of a model; if there are more, every k-th of them. 0: no limit */
    const char *sources;   /* source files, separated by commas, of which at_most_named holds instead; NULL: none */
    uint64_t at_most_named;
    const char *listing;   /* see listing.h; the models after the first two need it */
    uint32_t tell;         /* bit k: endings of outcome k are printed too */
};

struct tally {
    uint64_t walked; /* instructions of the undisturbed boot */
    uint64_t walked_layer[LAYER_COUNT];
    uint64_t addresses[LAYER_COUNT];  /* distinct */
    uint64_t injected[MODEL_COUNT];
    uint64_t inside[MODEL_COUNT];     /* of these, in hash and curve */
    uint64_t possible[MODEL_COUNT];   /* outside hash and curve, before stride and at_most */
    uint64_t outcome[MODEL_COUNT][OUTCOME_COUNT];
    double cpu_model_s[MODEL_COUNT];
    uint64_t unchanged, rejoined, converged, recalled, computed, rechecked, disagreed;
    uint32_t stack_used; /* bytes below the top of the stack that it reached */
    enum outcome golden; /* of the undisturbed boot */
    double cpu_s;
    char touches[4096]; /* the source files of what executed outside hash and curve, separated by spaces */
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

/* One injection, in full: of `model` at dynamic instruction `index`; tells what happened. `detail` as in a bypass's id. */
enum outcome campaign_replay(const struct scenario *sc, const char *listing, enum model model, uint64_t index,
                             uint32_t detail);

#endif

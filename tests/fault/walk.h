/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk.h - the undisturbed boot, walked twice: first to learn what executes how often, what the provider is called for
 * and which bytes of RAM are read; then, by campaign.c, to disturb it.
 */
#ifndef PRM_TESTS_FAULT_WALK_H
#define PRM_TESTS_FAULT_WALK_H

#include "tests/fault/campaign.h"
#include "tests/fault/fate.h"

enum { WALK_UNITS = BOARD_TRUST_OFF / 2 }; /* halfwords of code: an instruction's number */

/* A byte whose next access after a boundary is a read: there a flip of it can matter, and earlier ones are the same. */
struct ram_event {
    uint32_t boundary; /* the first call or return is 1 */
    uint32_t byte;     /* offset in the machine's data */
};

struct walk {
    const struct scenario *scenario;
    const struct plan *plan;
    struct tally *tally;
    struct device_files files;
    struct symbols symbols;
    struct listing listing;
    struct machine walker;
    struct machine glider; /* runs through calls; an engine that steps must never run, nor the other way round */
    struct fate fate;
    uint8_t layer[WALK_UNITS];     /* by address */
    uint8_t copier[WALK_UNITS];    /* memcpy and memset: inner while inside a call */
    uint8_t named[WALK_UNITS];     /* of a source that the plan names */
    uint32_t (*times)[WALK_UNITS]; /* first walk: how often an address executed in call k (k = 0: outside) */
    uint32_t (*done)[WALK_UNITS];  /* second walk: how often so far */
    uint32_t total[WALK_UNITS];    /* first walk: how often in LAYER_LOGIC */
    uint32_t nth[WALK_UNITS];      /* second walk: how often so far */
    uint32_t stride[2][MODEL_COUNT]; /* of other sources' instructions, and of the named ones */
    uint32_t outside; /* instructions before the one at hand that are in no call of the provider */
    uint32_t inside;  /* and those before it in the present call */
    uint64_t index;   /* both: outside << 32 | inside */
    size_t logic;   /* how many of LAYER_LOGIC were before it */
    uint32_t call;  /* 0: outside, k: in call k */
    uint32_t entered, halts;
    uint32_t return_pc, return_sp;
    uint32_t lowest_write; /* in the present call, below its stack pointer */
    uint32_t boundary; /* how many there were */
    uint32_t touched[MACHINE_DATA_SIZE]; /* the boundary count at each byte's last access */
    struct ram_event *event;
    size_t n_events, events_room, next_event;
    struct state before, after, disturbed;
};

struct walk *walk_open(const struct scenario *sc, const struct plan *plan, struct tally *tally);
void walk_close(struct walk *w);

/* The first walk. */
void walk_count(struct walk *w);

/* Back to the reset, for a walk with walk_enter() and walk_advance(). */
void walk_again(struct walk *w);

/* Keeps track of being inside a call of the provider; `record`: of what it does, too. */
void walk_enter(struct walk *w, uint32_t pc, int record);

/*
 * One instruction; or, where nothing in hash and curve is asked for, the whole call at whose entry it stands.
 * 0: the boot has ended here, this instruction is its last.
 */
int walk_advance(struct walk *w, uint32_t pc);

uint32_t walk_pc(const struct walk *w);
enum layer walk_layer(const struct walk *w, uint32_t unit);

/* Deterministic dice. */
uint64_t walk_mix(uint64_t x);

double cpu_seconds(void);

#endif

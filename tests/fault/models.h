/* SPDX-License-Identifier: Apache-2.0 */
/* models.h - what a fault of each model makes of a state. */
#ifndef PRM_TESTS_FAULT_MODELS_H
#define PRM_TESTS_FAULT_MODELS_H

#include "tests/fault/walk.h"

/*
 * `detail` says which of a model's faults at an instruction:
 *   skip1 1, skip2 2; opcode: the bit; register: 32 * register + bit, 15 being xPSR; ram: 8 * byte + bit;
 *   load: 2 * register, plus 1 for ones.
 */

/* Calls `each` for all faults of a model at the instruction at `pc`; ram: at the boundary at hand. */
typedef void (*model_fault)(struct walk *w, enum model model, uint32_t detail, enum layer layer);
void model_each(struct walk *w, enum model model, uint32_t pc, enum layer layer, model_fault each);

/* How many those would be; 0 for ram. */
uint32_t model_count(const struct walk *w, enum model model, uint32_t pc);

enum disturbed {
    DISTURBED_STATE, /* w->fate.state is to be run on */
    DISTURBED_NOT,   /* nothing has changed */
    DISTURBED_FAULT  /* the instruction itself faults: *outcome */
};

/* Disturbs the instruction that leads from w->before to w->after (which has no meaning unless `executed`). */
enum disturbed model_disturb(struct walk *w, enum model model, uint32_t detail, int executed, enum outcome *outcome);

/* The fault in words. */
void model_describe(enum model model, uint32_t detail, char out[64]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace.h - the states that the undisturbed boot goes through, one after each instruction, to recognise a disturbed run
 * that has come back to one of them: from there it can only go on as the undisturbed boot did.
 */
#ifndef PRM_TESTS_FAULT_TRACE_H
#define PRM_TESTS_FAULT_TRACE_H

#include "tests/fault/machine.h"

/* A state: registers and bus as they are, memory as a 64-bit hash. */
struct footprint {
    uint32_t reg[REGS];
    struct i2c i2c;
    uint64_t memory;
};

/* Owns: `step`. */
struct trace {
    struct footprint *step;
    size_t n, room;
};

void trace_add(struct trace *t, const struct machine *m);
void trace_free(struct trace *t);

/*
 * Steps `m`, which holds a disturbed state, a few instructions on; 1 as soon as its state is one that the trace holds
 * around position `at`, 0 if that doesn't happen soon. Never steps into `stops`, n addresses.
 */
int trace_meets(const struct trace *t, size_t at, struct machine *m, const uint32_t *stops, size_t n);

#endif

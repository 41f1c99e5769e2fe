/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/trace.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEPS = 96,  /* how far a disturbed run is followed */
    BEFORE = 64, /* how far back in the trace it may land: a loop that does one turn again */
    AFTER = 192, /* and how far ahead */
    HASHES = 4   /* how often memory is looked at once registers agree */
};

/* Four lanes, so that it takes some microseconds for the whole block. */
static uint64_t hash_memory(const struct mutable_memory *mem) {
    const uint8_t *p = (const uint8_t *)mem;
    uint64_t lane[4] = {1, 2, 3, 4};

    for (size_t i = 0; i < sizeof *mem; i += 32) {
        uint64_t w[4];
        memcpy(w, p + i, sizeof w);
        for (unsigned k = 0; k < 4; k++)
            lane[k] = (lane[k] ^ w[k]) * 0x9E3779B97F4A7C15u + (lane[k] >> 29);
    }
    return (lane[0] * 3) ^ (lane[1] * 5) ^ (lane[2] * 7) ^ (lane[3] * 11);
}

void trace_add(struct trace *t, const struct machine *m) {
    if (t->n == t->room) {
        t->room = t->room != 0 ? t->room * 2 : 65536;
        t->step = realloc(t->step, t->room * sizeof *t->step);
        if (t->step == NULL)
            die("out of memory");
    }
    struct footprint *f = &t->step[t->n++];
    machine_registers(m, f->reg);
    f->i2c = m->i2c;
    f->memory = hash_memory(m->mem);
}

void trace_free(struct trace *t) {
    free(t->step);
}

static int is_stop(uint32_t pc, const uint32_t *stops, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (pc == stops[i])
            return 1;
    return 0;
}

/* The position in [from, to) whose registers and bus are these; `to` if there is none. */
static size_t find(const struct trace *t, size_t from, size_t to, const uint32_t reg[REGS], const struct i2c *bus) {
    while (from < to && (t->step[from].reg[REG_PC] != reg[REG_PC] || memcmp(t->step[from].reg, reg, REGS * 4) != 0 ||
                         memcmp(&t->step[from].i2c, bus, sizeof *bus) != 0))
        from++;
    return from;
}

int trace_meets(const struct trace *t, size_t at, struct machine *m, const uint32_t *stops, size_t n) {
    const size_t from = at > BEFORE ? at - BEFORE : 0;
    const size_t to = at + AFTER < t->n ? at + AFTER : t->n;
    unsigned hashes = 0;
    unsigned wait = 0;

    for (unsigned i = 0; i < STEPS && hashes < HASHES; i++) {
        uint32_t reg[REGS];
        machine_registers(m, reg);
        if (is_stop(reg[REG_PC], stops, n))
            return 0;
        const size_t met = wait > 0 ? to : find(t, from, to, reg, &m->i2c);
        wait -= wait > 0;
        if (met < to) {
            if (hash_memory(m->mem) == t->step[met].memory)
                return 1;
            hashes++;
            wait = 16;
        }
        if (machine_step(m) != UC_ERR_OK)
            return 0;
    }
    return 0;
}

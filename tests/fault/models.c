/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/models.h"

#include <stdio.h>
#include <string.h>

#define MODEL_NAME(name, text) text,
const char *const model_text[MODEL_COUNT] = {MODELS(MODEL_NAME)};

enum { REGISTER_BITS = 32, FLAGS_FROM = 28, LISTED = 15, LISTED_PC = 15, WIDE = 4 };

static uint32_t thumb_bits(const struct walk *w, uint32_t pc) {
    return 8u * thumb_size(machine_code(&w->walker, pc));
}

static void each_register(struct walk *w, uint32_t pc, enum layer layer, model_fault each) {
    const uint32_t named = listing_at(&w->listing, pc)->named;

    for (uint32_t r = 0; r < LISTED; r++)
        for (uint32_t bit = 0; bit < REGISTER_BITS && (named & (1u << r)) != 0; bit++)
            each(w, MODEL_REGISTER, r * REGISTER_BITS + bit, layer);
    for (uint32_t bit = FLAGS_FROM; bit < REGISTER_BITS && (named & LISTING_FLAGS) != 0; bit++)
        each(w, MODEL_REGISTER, REG_XPSR * REGISTER_BITS + bit, layer);
}

static void each_ram(struct walk *w, enum layer layer, model_fault each) {
    for (; w->next_event < w->n_events && w->event[w->next_event].boundary <= w->boundary; w->next_event++)
        for (uint32_t bit = 0; bit < 8; bit++)
            each(w, MODEL_RAM, w->event[w->next_event].byte * 8 + bit, layer);
}

void model_each(struct walk *w, enum model model, uint32_t pc, enum layer layer, model_fault each) {
    switch (model) {
    case MODEL_SKIP1:
    case MODEL_SKIP2:
        each(w, model, model == MODEL_SKIP1 ? 1 : 2, layer);
        break;
    case MODEL_OPCODE:
        for (uint32_t bit = 0; bit < thumb_bits(w, pc); bit++)
            each(w, model, bit, layer);
        break;
    case MODEL_REGISTER:
        each_register(w, pc, layer, each);
        break;
    case MODEL_RAM:
        each_ram(w, layer, each);
        break;
    default:
        for (uint32_t r = 0; r <= LISTED_PC; r++)
            for (uint32_t ones = 0; ones < 2 && (listing_at(&w->listing, pc)->loads & (1u << r)) != 0; ones++)
                each(w, model, 2 * r + ones, layer);
    }
}

uint32_t model_count(const struct walk *w, enum model model, uint32_t pc) {
    const struct insn *const insn = listing_at(&w->listing, pc);

    switch (model) {
    case MODEL_SKIP1:
    case MODEL_SKIP2:
        return 1;
    case MODEL_OPCODE:
        return thumb_bits(w, pc);
    case MODEL_REGISTER:
        return REGISTER_BITS * (uint32_t)__builtin_popcount(insn->named & 0x7FFFu) +
               (insn->named & LISTING_FLAGS ? REGISTER_BITS - FLAGS_FROM : 0);
    case MODEL_LOAD:
        return 2 * (uint32_t)__builtin_popcount(insn->loads);
    default:
        return 0;
    }
}

static int same(const struct state *a, const struct state *b) {
    return memcmp(a->reg, b->reg, sizeof a->reg) == 0 && memcmp(&a->i2c, &b->i2c, sizeof a->i2c) == 0 &&
           memcmp(&a->mem, &b->mem, sizeof a->mem) == 0;
}

static enum disturbed skipped(struct walk *w, uint32_t skips, int executed) {
    struct state *const s = &w->fate.state;

    *s = w->before;
    state_skip(&w->walker, s);
    /* A first skip that changes nothing leaves a single skip of the next instruction, which is tried on its own. */
    if (executed && same(s, &w->after))
        return DISTURBED_NOT;
    for (uint32_t i = 1; i < skips; i++)
        state_skip(&w->walker, s);
    return DISTURBED_STATE;
}

static enum disturbed opcode(struct walk *w, uint32_t bit, int executed, enum outcome *outcome) {
    struct fate *const f = &w->fate;

    machine_set(&f->stepper, &w->before);
    const uc_err err = machine_step_flipped(&f->stepper, bit);
    machine_get(&f->stepper, &f->state);
    if (err != UC_ERR_OK) {
        *outcome = fate_of_fault(f, err, f->state.reg[REG_PC]);
        return DISTURBED_FAULT;
    }
    return executed && same(&f->state, &w->after) ? DISTURBED_NOT : DISTURBED_STATE;
}

static enum disturbed loaded(struct walk *w, uint32_t detail, int executed) {
    struct state *const s = &w->fate.state;
    const uint32_t r = detail / 2;
    const uint32_t width = listing_at(&w->listing, w->before.reg[REG_PC])->width;
    const uint32_t ones = width == WIDE ? UINT32_MAX : (1u << (8 * width)) - 1u;
    const uint32_t value = (detail & 1u) != 0 ? ones : 0;

    if (!executed)
        return DISTURBED_NOT;
    const uint32_t at = r == LISTED_PC ? REG_PC : r;
    const uint32_t to = r == LISTED_PC ? value & ~1u : value;
    if (w->after.reg[at] == to)
        return DISTURBED_NOT;
    *s = w->after;
    s->reg[at] = to;
    return DISTURBED_STATE;
}

enum disturbed model_disturb(struct walk *w, enum model model, uint32_t detail, int executed, enum outcome *outcome) {
    struct state *const s = &w->fate.state;

    switch (model) {
    case MODEL_SKIP1:
    case MODEL_SKIP2:
        return skipped(w, detail, executed);
    case MODEL_OPCODE:
        return opcode(w, detail, executed, outcome);
    case MODEL_LOAD:
        return loaded(w, detail, executed);
    case MODEL_REGISTER:
        *s = w->before;
        s->reg[detail / REGISTER_BITS] ^= 1u << detail % REGISTER_BITS;
        return DISTURBED_STATE;
    default:
        *s = w->before;
        ((uint8_t *)&s->mem)[detail / 8] ^= (uint8_t)(1u << detail % 8);
        return DISTURBED_STATE;
    }
}

void model_describe(enum model model, uint32_t detail, char out[64]) {
    const uint32_t byte = detail / 8;

    switch (model) {
    case MODEL_SKIP1:
    case MODEL_SKIP2:
        snprintf(out, 64, "%u skipped", (unsigned)detail);
        break;
    case MODEL_OPCODE:
        snprintf(out, 64, "bit %u of the opcode", (unsigned)detail);
        break;
    case MODEL_REGISTER:
        snprintf(out, 64, "bit %u of %s%u", (unsigned)(detail % REGISTER_BITS),
                 detail / REGISTER_BITS == REG_XPSR ? "xPSR, " : "r", (unsigned)(detail / REGISTER_BITS));
        break;
    case MODEL_RAM:
        snprintf(out, 64, "bit %u at 0x%08x", (unsigned)(detail % 8),
                 (unsigned)(byte < BOARD_ROT_RAM_SIZE ? BOARD_ROT_RAM_BASE + byte
                                                      : BOARD_REPORT_BASE + (byte - BOARD_ROT_RAM_SIZE)));
        break;
    default:
        snprintf(out, 64, "r%u loads %s", (unsigned)(detail / 2), (detail & 1u) != 0 ? "ones" : "zeros");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/campaign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fault/models.h"

#define OUTCOME_NAME(name, text) text,
const char *const outcome_text[OUTCOME_COUNT] = {OUTCOMES(OUTCOME_NAME)};

enum {
    MANY_CALLS = 64, /* a boot with a hash-based signature */
    ONE_IN = 32,     /* of its hashes, where instructions are left out in them */
    MANY_TIMES = 24, /* what executes more often in such a boot: so many times of it at each end and between */
    AT_ENDS = 6,
    BETWEEN = 12,
    RECHECK_EVERY = 4000 /* of the runs that used a shortcut */
};

/* ---- which occurrences ---- */

/*
 * How the occurrences of an address within one call are sampled. What a wrong signature is judged by is looked at most
 * closely; where a right one is (a disturbance can only make it wrong) each address is tried, but not often, and late in
 * the call, where less of it is left to run. In the one hash that a whole curve run follows, only where looked at
 * closely: the same addresses are tried in all the others.
 */
struct sampling {
    int first, second, last, before_last;
    uint32_t random;
    uint32_t late; /* of how many parts the last is that the random ones are in */
};

static struct sampling sampling_here(const struct walk *w, enum layer layer) {
    const struct call *c = &w->fate.calls[w->call - 1];
    const int before_curve = w->call < w->fate.n_calls && c[1].kind == CALL_CURVE;

    /* Of the hundreds of short hashes of a hash-based signature one in 32: their instructions are all the same. */
    if (c->kind == CALL_HASH && w->fate.n_calls > MANY_CALLS && walk_mix(w->call) % ONE_IN != 0)
        return (struct sampling){.late = 1};
    if (c->kind == CALL_HASH)
        return before_curve ? (struct sampling){.random = w->scenario->deep ? 1 : 0, .late = 1}
                            : (struct sampling){.first = 1, .last = 1, .random = 1, .late = 1};
    if (c->right || !w->scenario->deep)
        return (struct sampling){.last = 1, .random = 1, .late = 4};
    return (struct sampling){.first = 1,
                             .second = layer == LAYER_OUTER,
                             .last = 1,
                             .before_last = layer == LAYER_OUTER,
                             .random = layer == LAYER_OUTER ? w->plan->outer : w->plan->inner,
                             .late = 1};
}

static int sampled(const struct walk *w, uint32_t unit, enum layer layer) {
    const struct sampling s = sampling_here(w, layer);
    const uint32_t nth = w->done[w->call][unit];
    const uint32_t total = w->times[w->call][unit];
    const uint32_t range = (total + s.late - 1) / s.late;

    if ((s.first && nth == 0) || (s.second && nth == 1) || (s.last && nth + 1 == total) ||
        (s.before_last && nth + 2 == total))
        return 1;
    for (uint32_t k = 0; k < s.random; k++)
        if (total - range + walk_mix(((uint64_t)w->call << 48) ^ ((uint64_t)unit << 20) ^ k) % range == nth)
            return 1;
    return 0;
}

/* How many executions of an address outside hash and curve are tried. */
static uint32_t tries(const struct walk *w, enum model model, uint32_t unit) {
    const uint32_t total = w->total[unit];

    if (model != MODEL_SKIP1 && model != MODEL_SKIP2)
        return total < 3 ? total : 3;
    return w->fate.n_calls > MANY_CALLS && total > MANY_TIMES ? 2 * AT_ENDS + BETWEEN : total;
}

static int chosen_in_logic(const struct walk *w, enum model model, uint32_t unit) {
    const uint32_t nth = w->nth[unit];
    const uint32_t total = w->total[unit];

    if (model != MODEL_SKIP1 && model != MODEL_SKIP2)
        return nth == 0 || nth == total / 2 || nth + 1 == total;
    return tries(w, model, unit) == total || nth < AT_ENDS || nth + AT_ENDS >= total ||
           walk_mix(w->index) % (total / BETWEEN) == 0;
}

/*
 * In hash and curve: instructions left out, as sampled; the bits of opcodes and registers only where looked at closely,
 * once for each address of each call that judges a wrong signature.
 */
static int chosen_inside(const struct walk *w, enum model model, uint32_t unit, enum layer layer) {
    const struct call *c = &w->fate.calls[w->call - 1];

    if (w->plan->logic_only || model == MODEL_SKIP2 || model == MODEL_LOAD)
        return 0;
    if (model == MODEL_SKIP1)
        return sampled(w, unit, layer);
    return w->scenario->deep && c->kind == CALL_CURVE && !c->right &&
           walk_mix(((uint64_t)unit << 20) ^ w->call) % w->times[w->call][unit] == w->done[w->call][unit];
}

static int chosen(const struct walk *w, enum model model, uint32_t unit, enum layer layer) {
    if ((w->plan->models & (1u << model)) == 0)
        return 0;
    if (model == MODEL_RAM)
        return w->call == 0 && w->next_event < w->n_events && w->event[w->next_event].boundary <= w->boundary;
    return layer == LAYER_LOGIC ? chosen_in_logic(w, model, unit) : chosen_inside(w, model, unit, layer);
}

static uint32_t stride_for(const struct plan *plan, uint64_t possible, uint64_t at_most) {
    return at_most != 0 && possible / at_most >= plan->stride ? (uint32_t)(possible / at_most) + 1 : plan->stride;
}

/* What the plan asks for outside hash and curve, and which share of it there is room for. */
static void choose_strides(struct walk *w) {
    for (uint32_t m = 0; m < MODEL_COUNT; m++) {
        uint64_t sum = m == MODEL_RAM ? 8 * (uint64_t)w->n_events : 0;
        uint64_t named = 0;
        for (uint32_t u = 0; u < WALK_UNITS; u++)
            *(w->named[u] ? &named : &sum) += (uint64_t)tries(w, m, u) * model_count(w, m, BOARD_ROM_BASE + 2 * u);
        w->tally->possible[m] = (w->plan->models & (1u << m)) != 0 ? sum + named : 0;
        w->stride[0][m] = stride_for(w->plan, sum, w->plan->at_most);
        /* Which boundaries are in the named sources isn't known yet: as if all were. */
        w->stride[1][m] = stride_for(w->plan, m == MODEL_RAM ? sum : named, w->plan->at_most_named);
    }
}

/* ---- injecting ---- */

static void print_place(const struct walk *w, uint32_t pc) {
    const struct symbol *s = symbols_at(&w->symbols, pc);
    const struct insn *const insn = listing_at(&w->listing, pc);

    printf("0x%08x %s+0x%x %s:%u", pc, s != NULL ? s->name : "?", s != NULL ? pc - s->address : 0,
           w->listing.files[insn->file], (unsigned)insn->line);
}

static void print_ending(const struct walk *w, enum model model, uint32_t detail, enum outcome outcome, uint32_t end_pc) {
    char what[64];

    model_describe(model, detail, what);
    printf("%s %s:%s:%u.%u:%u  %s at ", outcome_text[outcome], model_text[model], w->scenario->name, (unsigned)(w->index >> 32),
           (unsigned)w->index, (unsigned)detail, what);
    print_place(w, w->before.reg[REG_PC]);
    printf(", ended at 0x%08x\n", end_pc);
    fflush(stdout);
}

static enum fate_mode mode_here(const struct walk *w) {
    if (w->call == 0)
        return FATE_IN_LOGIC;
    return w->fate.calls[w->call - 1].kind == CALL_HASH ? FATE_IN_HASH : FATE_IN_CURVE;
}

/* Runs the disturbed state on; what a shortcut says is looked at again now and then, and always if it is a bypass. */
static enum outcome run_on(struct walk *w, enum layer layer, enum model model, uint32_t detail, struct fate_notes *notes) {
    struct tally *t = w->tally;

    w->disturbed = w->fate.state;
    const int rejoins = layer == LAYER_LOGIC && fate_rejoins(&w->fate, w->logic);
    *notes = (struct fate_notes){.converged = 1};
    const enum outcome outcome = rejoins ? t->golden : fate_of(&w->fate, mode_here(w), notes);
    t->rejoined += rejoins != 0;
    t->converged += notes->converged != 0;
    t->recalled += notes->recalled != 0;
    t->computed += notes->computed != 0;
    if ((!notes->converged && !notes->recalled && !notes->computed) ||
        (!is_bypass(outcome) && walk_mix(w->index * 64 + detail) % RECHECK_EVERY != 0))
        return outcome;
    w->fate.state = w->disturbed;
    const enum outcome full = fate_of(&w->fate, FATE_IN_FULL, notes);
    t->rechecked++;
    if (full != outcome) {
        t->disagreed++;
        printf("DISAGREED %s:%s:%u.%u:%u  %s in short, %s in full\n", model_text[model], w->scenario->name,
               (unsigned)(w->index >> 32), (unsigned)w->index, (unsigned)detail, outcome_text[outcome], outcome_text[full]);
    }
    return full;
}

static int executed; /* the instruction at hand: 0 if it is the boot's last */

static void inject(struct walk *w, enum model model, uint32_t detail, enum layer layer) {
    struct tally *t = w->tally;
    struct fate_notes notes = {.pc = 0};
    enum outcome outcome = t->golden;

    const uint32_t stride = w->stride[w->named[(w->before.reg[REG_PC] - BOARD_ROM_BASE) / 2 % WALK_UNITS]][model];

    if (stride > 1 && walk_mix(walk_mix(w->index) ^ ((uint64_t)detail << 3) ^ (uint64_t)model) % stride != 0)
        return;
    t->injected[model]++;
    t->inside[model] += layer != LAYER_LOGIC;
    switch (model_disturb(w, model, detail, executed, &outcome)) {
    case DISTURBED_NOT:
        t->unchanged++;
        break;
    case DISTURBED_STATE:
        outcome = run_on(w, layer, model, detail, &notes);
        break;
    default:
        notes.pc = w->fate.state.reg[REG_PC];
    }
    t->outcome[model][outcome]++;
    if (is_bypass(outcome) || (w->plan->tell & (1u << outcome)) != 0)
        print_ending(w, model, detail, outcome, notes.pc);
}

/* In hash and curve not all bits of an instruction, but one. */
static void inject_one_bit(struct walk *w, enum model model, uint32_t pc, enum layer layer) {
    const uint32_t dice = (uint32_t)walk_mix(w->index ^ 0x5EED);
    const uint32_t named = listing_at(&w->listing, pc)->named & 0x7FFFu;

    if (model == MODEL_OPCODE) {
        inject(w, model, dice % model_count(w, model, pc), layer);
        return;
    }
    for (uint32_t k = 0; named != 0 && k < 16; k++)
        if (named & (1u << (dice + k) % 16)) {
            inject(w, model, (dice + k) % 16 * 32 + (dice >> 8) % 32, layer);
            return;
        }
}

static void disturb_here(struct walk *w, enum model model, uint32_t pc, enum layer layer) {
    const double start = cpu_seconds();

    if (layer != LAYER_LOGIC && (model == MODEL_OPCODE || model == MODEL_REGISTER))
        inject_one_bit(w, model, pc, layer);
    else
        model_each(w, model, pc, layer, inject);
    w->tally->cpu_model_s[model] += cpu_seconds() - start;
}

static uint32_t bypasses(const struct tally *t) {
    uint32_t sum = 0;

    for (uint32_t m = 0; m < MODEL_COUNT; m++)
        sum += t->outcome[m][OUT_BYPASS] + t->outcome[m][OUT_FORBIDDEN] > 0;
    return sum;
}

static void walk_inject(struct walk *w) {
    static uint8_t seen[LAYER_COUNT][WALK_UNITS];

    memset(seen, 0, sizeof seen);
    walk_again(w);
    for (executed = 1; executed;) {
        const uint32_t pc = walk_pc(w);
        const uint32_t unit = (pc - BOARD_ROM_BASE) / 2;
        uint32_t wanted = 0;
        walk_enter(w, pc, 0);
        const enum layer layer = walk_layer(w, unit);
        for (uint32_t m = 0; m < MODEL_COUNT; m++)
            wanted |= (uint32_t)chosen(w, m, unit, layer) << m;
        if (wanted)
            machine_get(&w->walker, &w->before);
        w->done[w->call][unit]++;
        w->nth[unit] += layer == LAYER_LOGIC;
        w->tally->addresses[layer] += !seen[layer][unit];
        seen[layer][unit] = 1;
        executed = walk_advance(w, pc);
        if (wanted)
            machine_get(&w->walker, &w->after);
        for (uint32_t m = 0; m < MODEL_COUNT; m++)
            if (wanted & (1u << m))
                disturb_here(w, m, pc, layer);
        w->logic += layer == LAYER_LOGIC;
        if (w->plan->until_bypass && bypasses(w->tally) > 0)
            break;
    }
}

void campaign_run(const struct scenario *sc, const struct plan *plan, struct tally *tally) {
    const double start = cpu_seconds();
    struct walk *w = walk_open(sc, plan, tally);

    walk_count(w);
    choose_strides(w);
    if (plan->stride != 0 && (tally->golden == OUT_RECOVERY || tally->golden == OUT_AUTHENTIC))
        walk_inject(w);
    walk_close(w);
    tally->cpu_s = cpu_seconds() - start;
}

enum outcome campaign_replay(const struct scenario *sc, const char *listing, enum model model, uint64_t index,
                             uint32_t detail) {
    struct tally tally = {0};
    const struct plan plan = {.stride = 1, .listing = listing, .logic_only = 0};
    struct walk *w = walk_open(sc, &plan, &tally);
    struct fate_notes notes = {.pc = 0};
    enum outcome outcome = OUT_FAULT;
    struct prm_handoff handoff;
    char what[64];

    walk_again(w);
    for (walk_enter(w, walk_pc(w), 1); w->index != index; walk_enter(w, walk_pc(w), 1)) {
        w->total[(walk_pc(w) - BOARD_ROM_BASE) / 2 % WALK_UNITS]++;
        if (!walk_advance(w, walk_pc(w)))
            die("%s: no such instruction", sc->name);
    }
    const uint32_t times = w->total[(walk_pc(w) - BOARD_ROM_BASE) / 2 % WALK_UNITS] + 1;
    machine_get(&w->walker, &w->before);
    const int last = !walk_advance(w, walk_pc(w));
    machine_get(&w->walker, &w->after);
    model_describe(model, detail, what);
    printf("%s at ", what);
    print_place(w, w->before.reg[REG_PC]);
    printf(", execution %u of it: %04x %04x\n", times, machine_code(&w->walker, w->before.reg[REG_PC]),
           machine_code(&w->walker, w->before.reg[REG_PC] + 2));
    const enum disturbed d = model_disturb(w, model, detail, !last, &outcome);
    if (d == DISTURBED_NOT)
        w->fate.state = w->after;
    if (d != DISTURBED_FAULT)
        outcome = fate_of(&w->fate, FATE_IN_FULL, &notes);
    printf("ends at 0x%08x, r0 0x%08x: %s\n", notes.pc, w->fate.state.reg[0], outcome_text[outcome]);
    memcpy(&handoff, w->fate.state.mem.handoff, sizeof handoff);
    printf("the hand-over says: bank %u, application at 0x%08x, %u bytes\n", (unsigned)handoff.bank, (unsigned)handoff.app_base,
           (unsigned)handoff.app_size);
    walk_close(w);
    return outcome;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/campaign.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fault/fate.h"

#define OUTCOME_NAME(name, text) text,
const char *const outcome_text[OUTCOME_COUNT] = {OUTCOMES(OUTCOME_NAME)};

enum {
    CODE_UNITS = BOARD_TRUST_OFF / 2, /* halfwords of code: an instruction's number */
    WALK_MAX = 60000000,
    MANY_CALLS = 64,
    ONE_IN = 32,
    MANY_TIMES = 400,
    AT_ENDS = 8,
    ONE_OF_MANY = 1024,
    RECHECK_EVERY = 4000 /* of the runs that used a shortcut */
};

/* The functions whose instructions execute too often to try each time. Everything else is LAYER_LOGIC. */
static const char *const outer_names[] = {
    "prm_p256_witness", "scalars", "prepare", "prepared_diff", "inputs_diff", "walk", "take_u1", "take_u2", "add_signed",
    "add", "set", "compare", "bit", "load", "prm_p256_make_odd", "prm_p256_column", "prm_p256_scalar_load",
    "prm_p256_scalar_mul", "prm_p256_scalar_reduce", "prm_p256_point_load", "prm_p256_off_curve", "prm_p256_affine",
    "prm_p256_scale", "prm_p256_negate", "prm_p256_invert", "prm_p256_inverse", "prm_p256_load", "prm_p256_store"};
static const char *const inner_names[] = {"prm_sha256_thumb2_blocks", "copy", "absorb", "steps", "turn", "settle",
                                          "montgomery", "add_multiple", "reduce_once", "from_words", "to_words"};
static const char *const inner_prefixes[] = {"prm_p256_"}; /* but for those above */

struct walk {
    const struct scenario *scenario;
    const struct plan *plan;
    struct tally *tally;
    struct device_files files;
    struct symbols symbols;
    struct machine walker;
    struct fate fate;
    uint8_t layer[CODE_UNITS];     /* by address */
    uint8_t copier[CODE_UNITS];    /* memcpy and memset: inner while inside a call */
    uint32_t (*times)[CODE_UNITS]; /* first walk: how often an address executed in call k (k = 0: outside) */
    uint32_t (*done)[CODE_UNITS];  /* second walk: how often so far */
    uint64_t index;                /* of the dynamic instruction at hand */
    size_t logic;                  /* how many of LAYER_LOGIC were before it */
    uint32_t call;                 /* 0: outside, k: in call k */
    uint32_t return_pc, return_sp;
    struct state before, after, skipped;
};

/* ---- which layer ---- */

static int listed(const char *name, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, list[i]) == 0)
            return 1;
    return 0;
}

static enum layer layer_of_name(const char *name) {
    if (listed(name, outer_names, sizeof outer_names / sizeof outer_names[0]))
        return LAYER_OUTER;
    if (listed(name, inner_names, sizeof inner_names / sizeof inner_names[0]))
        return LAYER_INNER;
    for (size_t i = 0; i < sizeof inner_prefixes / sizeof inner_prefixes[0]; i++)
        if (strncmp(name, inner_prefixes[i], strlen(inner_prefixes[i])) == 0)
            return LAYER_INNER;
    return LAYER_LOGIC;
}

static void classify(struct walk *w) {
    for (uint32_t u = 0; u < CODE_UNITS; u++) {
        const struct symbol *s = symbols_at(&w->symbols, BOARD_ROM_BASE + 2 * u);
        w->layer[u] = s != NULL ? (uint8_t)layer_of_name(s->name) : LAYER_LOGIC;
        w->copier[u] = s != NULL && (strcmp(s->name, "memcpy") == 0 || strcmp(s->name, "memset") == 0);
    }
}

static enum layer layer_here(const struct walk *w, uint32_t unit) {
    if (w->call == 0)
        return LAYER_LOGIC;
    if (w->copier[unit])
        return LAYER_INNER;
    return (enum layer)w->layer[unit];
}

/* ---- which occurrences ---- */

static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

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
    if (c->kind == CALL_HASH && w->fate.n_calls > MANY_CALLS && mix(w->call) % ONE_IN != 0)
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
        if (total - range + mix(((uint64_t)w->call << 48) ^ ((uint64_t)unit << 20) ^ k) % range == nth)
            return 1;
    return 0;
}

/* In a boot with a hash-based signature, what its loops execute some ten thousand times: not each time. */
static int among_many(const struct walk *w, uint32_t unit) {
    const uint32_t nth = w->done[w->call][unit];
    const uint32_t total = w->times[w->call][unit];

    return w->fate.n_calls <= MANY_CALLS || total <= MANY_TIMES || nth < AT_ENDS || nth + AT_ENDS >= total || mix(w->index) % ONE_OF_MANY == 0;
}

static int chosen(const struct walk *w, uint32_t unit, enum layer layer) {
    if (w->plan->stride > 1 && mix(w->index) % w->plan->stride != 0)
        return 0;
    if (layer == LAYER_LOGIC)
        return among_many(w, unit);
    return !w->plan->logic_only && sampled(w, unit, layer);
}

/* ---- injecting ---- */

static double cpu_seconds(void) {
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print_bypass(const struct walk *w, const struct state *at, unsigned skips, uint32_t end_pc) {
    const struct symbol *s = symbols_at(&w->symbols, at->reg[REG_PC]);

    printf("BYPASS %s:%" PRIu64 ":%u  skipped at 0x%08x (%s+0x%x), ended at 0x%08x\n", w->scenario->name, w->index,
           skips, at->reg[REG_PC], s != NULL ? s->name : "?", s != NULL ? at->reg[REG_PC] - s->address : 0, end_pc);
    fflush(stdout);
}

static enum fate_mode mode_here(const struct walk *w) {
    if (w->call == 0)
        return FATE_IN_LOGIC;
    return w->fate.calls[w->call - 1].kind == CALL_HASH ? FATE_IN_HASH : FATE_IN_CURVE;
}

/* Runs on from the skipped state; what a shortcut says is looked at again now and then, and always if it is a bypass.
 */
static void inject(struct walk *w, const struct state *at, enum layer layer, unsigned skips) {
    struct tally *t = w->tally;
    struct fate_notes notes;

    w->fate.state = *at;
    for (unsigned i = 0; i < skips; i++)
        state_skip(&w->walker, &w->fate.state);
    w->skipped = w->fate.state;
    const int rejoins = layer == LAYER_LOGIC && fate_rejoins(&w->fate, w->logic);
    enum outcome outcome = rejoins ? t->golden : fate_of(&w->fate, mode_here(w), &notes);
    t->rejoined += rejoins != 0;
    if (rejoins)
        notes = (struct fate_notes){.converged = 1};
    t->converged += notes.converged != 0;
    t->recalled += notes.recalled != 0;
    t->computed += notes.computed != 0;
    if ((notes.converged || notes.recalled || notes.computed) &&
        (outcome == OUT_BYPASS || mix(w->index * 2 + skips) % RECHECK_EVERY == 0)) {
        w->fate.state = w->skipped;
        const enum outcome full = fate_of(&w->fate, FATE_IN_FULL, &notes);
        t->rechecked++;
        if (full != outcome) {
            t->disagreed++;
            printf("DISAGREED %s:%" PRIu64 ":%u  %s in short, %s in full\n", w->scenario->name, w->index, skips,
                   outcome_text[outcome], outcome_text[full]);
        }
        outcome = full;
    }
    t->outcome[outcome]++;
    if (outcome == OUT_BYPASS)
        print_bypass(w, at, skips, notes.pc);
}

/* Skipping what changes nothing is the undisturbed boot. */
static int unchanged(struct walk *w) {
    w->skipped = w->before;
    state_skip(&w->walker, &w->skipped);
    return memcmp(w->skipped.reg, w->after.reg, sizeof w->after.reg) == 0 &&
           memcmp(&w->skipped.i2c, &w->after.i2c, sizeof w->after.i2c) == 0 &&
           memcmp(&w->skipped.mem, &w->after.mem, sizeof w->after.mem) == 0;
}

static void inject_here(struct walk *w, enum layer layer, int executed) {
    struct tally *t = w->tally;
    const double start = cpu_seconds();

    t->injected[layer]++;
    const int same = executed && unchanged(w);
    if (same) {
        t->unchanged++;
        t->outcome[t->golden]++;
    } else {
        inject(w, &w->before, layer, 1);
    }
    if (layer == LAYER_LOGIC) {
        t->pairs++;
        /* A first skip that changes nothing leaves a single skip of the next instruction, which is tried on its own. */
        if (same)
            t->outcome[t->golden]++;
        else
            inject(w, &w->before, layer, 2);
    }
    t->cpu_layer_s[layer] += cpu_seconds() - start;
}

/* ---- walking ---- */

static uint32_t pc_of(const struct machine *m) {
    uint32_t pc = 0;

    uc_reg_read(m->uc, UC_ARM_REG_PC, &pc);
    return pc;
}

static uint32_t sp_of(const struct machine *m) {
    uint32_t sp = 0;

    uc_reg_read(m->uc, UC_ARM_REG_SP, &sp);
    return sp;
}

static void record_exit(const struct walk *w, struct call *c) {
    const uint32_t sig = c->entry.reg[2] - BOARD_ROT_RAM_BASE;
    const uint32_t witness = c->entry.reg[3] - BOARD_ROT_RAM_BASE;

    machine_get(&w->walker, &c->exit);
    c->right = c->kind == CALL_CURVE && sig <= BOARD_ROT_RAM_SIZE - 32 && witness <= BOARD_ROT_RAM_SIZE - 32 &&
               memcmp(c->exit.mem.ram + sig, c->exit.mem.ram + witness, 32) == 0;
}

/* Keeps track of being inside a call of the provider; `record`: of what it does, too. */
static void follow_calls(struct walk *w, uint32_t pc, uint32_t *entered, int record) {
    struct fate *f = &w->fate;

    if (w->call != 0 && pc == w->return_pc && sp_of(&w->walker) == w->return_sp) {
        if (record)
            record_exit(w, &f->calls[w->call - 1]);
        w->call = 0;
    }
    if (w->call != 0) {
        const uint32_t sp = sp_of(&w->walker);
        if (record && sp < f->calls[w->call - 1].lowest_sp)
            f->calls[w->call - 1].lowest_sp = sp;
    } else if (pc == f->places.hash || pc == f->places.curve) {
        uint32_t reg[REGS];
        w->call = ++*entered;
        if (w->call > CALLS_MAX)
            die("%s: more than %u calls of the provider", w->scenario->name, CALLS_MAX);
        machine_registers(&w->walker, reg);
        w->return_pc = reg[REG_LR] & ~1u;
        w->return_sp = reg[REG_SP];
        if (record) {
            struct call *c = &f->calls[w->call - 1];
            c->kind = pc == f->places.hash ? CALL_HASH : CALL_CURVE;
            c->lowest_sp = reg[REG_SP];
            machine_get(&w->walker, &c->entry);
            f->n_calls = w->call;
        }
    }
}

/* One instruction of the undisturbed boot. 0: it has ended here, this instruction is its last. */
static int advance(struct walk *w, uint32_t pc, unsigned *halts) {
    const struct places *p = &w->fate.places;

    if (pc == p->leave || pc == p->recover || pc == p->trap || pc == p->reset)
        return 0;
    if (pc == p->halt) {
        /* wfi: the engine would end here. Its loop is walked once. */
        if ((*halts)++ > 0)
            return 0;
        const uint32_t next = (pc + 2) | 1u;
        uc_reg_write(w->walker.uc, UC_ARM_REG_PC, &next);
        return 1;
    }
    const uc_err err = machine_step(&w->walker);
    if (err != UC_ERR_OK)
        die("%s: the undisturbed boot faults at 0x%08x: %s", w->scenario->name, pc, uc_strerror(err));
    return 1;
}

/* The first walk: what is executed how often, what the provider is called for, and how it ends. */
static void walk_count(struct walk *w) {
    struct tally *t = w->tally;
    uint32_t entered = 0;
    unsigned halts = 0;

    machine_reset(&w->walker);
    const uint32_t top = sp_of(&w->walker);
    for (w->index = 0, w->call = 0; w->index < WALK_MAX; w->index++) {
        const uint32_t pc = pc_of(&w->walker);
        const uint32_t unit = (pc - BOARD_ROM_BASE) / 2;
        follow_calls(w, pc, &entered, 1);
        /* The hand-over's last instructions have the services' stack pointer, which is above. */
        const uint32_t sp = sp_of(&w->walker);
        if (sp <= top && top - sp > t->stack_used)
            t->stack_used = top - sp;
        const enum layer layer = layer_here(w, unit);
        w->times[w->call][unit]++;
        t->walked++;
        t->walked_layer[layer]++;
        if (layer == LAYER_LOGIC)
            trace_add(&w->fate.trace, &w->walker);
        if (!advance(w, pc, &halts))
            break;
    }
    if (w->index == WALK_MAX)
        die("%s: the undisturbed boot doesn't end", w->scenario->name);
    machine_get(&w->walker, &w->fate.state);
    t->golden = fate_at(&w->fate);
    memcpy(&w->fate.golden_handoff, w->fate.state.mem.handoff, sizeof w->fate.golden_handoff);
    w->fate.golden = t->golden;
}

static void walk_inject(struct walk *w) {
    static uint8_t seen[LAYER_COUNT][CODE_UNITS];
    uint32_t entered = 0;
    unsigned halts = 0;
    int going = 1;

    memset(seen, 0, sizeof seen);
    machine_reset(&w->walker);
    for (w->index = 0, w->call = 0; going; w->index++) {
        const uint32_t pc = pc_of(&w->walker);
        const uint32_t unit = (pc - BOARD_ROM_BASE) / 2;
        follow_calls(w, pc, &entered, 0);
        const enum layer layer = layer_here(w, unit);
        const int wanted = chosen(w, unit, layer);
        if (wanted)
            machine_get(&w->walker, &w->before);
        w->done[w->call][unit]++;
        w->tally->addresses[layer] += !seen[layer][unit];
        seen[layer][unit] = 1;
        going = advance(w, pc, &halts);
        if (wanted) {
            machine_get(&w->walker, &w->after);
            inject_here(w, layer, going);
        }
        w->logic += layer == LAYER_LOGIC;
        if (w->plan->until_bypass && w->tally->outcome[OUT_BYPASS] > 0)
            break;
    }
}

static struct walk *walk_open(const struct scenario *sc, const struct plan *plan, struct tally *tally) {
    struct walk *w = calloc(1, sizeof *w);

    if (w == NULL)
        die("out of memory");
    w->scenario = sc;
    w->plan = plan;
    w->tally = tally;
    w->times = calloc(CALLS_MAX + 1, sizeof *w->times);
    w->done = calloc(CALLS_MAX + 1, sizeof *w->done);
    if (w->times == NULL || w->done == NULL)
        die("out of memory");
    device_files_load(&w->files, sc->dir);
    symbols_load(&w->symbols, sc->elf, BOARD_ROM_BASE, w->files.rom, BOARD_ROM_SIZE);
    classify(w);
    machine_open(&w->walker, &w->files, NULL, 0);
    fate_open(&w->fate, sc, &w->files, &w->symbols);
    return w;
}

static void walk_close(struct walk *w) {
    fate_close(&w->fate);
    machine_close(&w->walker);
    free(w->symbols.list);
    free(w->files.rom);
    free(w->files.flash);
    free(w->files.eeprom);
    free(w->times);
    free(w->done);
    free(w);
}

void campaign_run(const struct scenario *sc, const struct plan *plan, struct tally *tally) {
    const double start = cpu_seconds();
    struct walk *w = walk_open(sc, plan, tally);

    walk_count(w);
    if (plan->stride != 0 && (tally->golden == OUT_RECOVERY || tally->golden == OUT_AUTHENTIC))
        walk_inject(w);
    walk_close(w);
    tally->cpu_s = cpu_seconds() - start;
}

enum outcome campaign_replay(const struct scenario *sc, uint64_t index, unsigned skips) {
    struct tally tally = {0};
    const struct plan plan = {.stride = 1};
    struct walk *w = walk_open(sc, &plan, &tally);
    struct fate_notes notes;

    for (uint64_t i = 0; i < index; i++)
        if (machine_step(&w->walker) != UC_ERR_OK)
            die("%s: no instruction %" PRIu64, sc->name, index);
    machine_get(&w->walker, &w->fate.state);
    for (unsigned i = 0; i < skips; i++) {
        const uint32_t pc = w->fate.state.reg[REG_PC];
        const struct symbol *s = symbols_at(&w->symbols, pc);
        printf("skips 0x%08x, %s+0x%x: %04x %04x\n", pc, s != NULL ? s->name : "?", s != NULL ? pc - s->address : 0,
               machine_code(&w->walker, pc), machine_code(&w->walker, pc + 2));
        state_skip(&w->walker, &w->fate.state);
    }
    const enum outcome outcome = fate_of(&w->fate, FATE_IN_FULL, &notes);
    printf("ends at 0x%08x, r0 0x%08x: %s\n", notes.pc, w->fate.state.reg[0], outcome_text[outcome]);
    walk_close(w);
    return outcome;
}

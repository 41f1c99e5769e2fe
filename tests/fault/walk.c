/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/walk.h"

#include <stdlib.h>
#include <string.h>

enum { WALK_MAX = 60000000, STACK_OF_A_CALL = 0x600 };

/* The functions whose instructions execute too often to try each time. Everything else is LAYER_LOGIC. */
static const char *const outer_names[] = {
    "prm_p256_witness", "scalars", "prepare", "prepared_diff", "inputs_diff", "walk", "take", "add_signed",
    "add", "set", "compare", "bit", "load", "prm_p256_scalar_load",
    "prm_p256_scalar_mul", "prm_p256_scalar_reduce", "prm_p256_point_load", "prm_p256_off_curve", "prm_p256_affine",
    "prm_p256_scale", "prm_p256_negate", "prm_p256_invert", "prm_p256_inverse", "prm_p256_load", "prm_p256_store"};
static const char *const inner_names[] = {"prm_sha256_thumb2_blocks", "copy", "absorb", "steps", "turn", "settle",
                                          "montgomery", "add_multiple", "reduce_once", "from_words", "to_words"};
static const char *const inner_prefixes[] = {"prm_p256_"}; /* but for those above */

uint64_t walk_mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

double cpu_seconds(void) {
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

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

/* Whether one of the plan's sources is this file. */
static int is_source(const char *sources, const char *file) {
    const size_t n = strlen(file);

    for (const char *at = strstr(sources, file); at != NULL; at = strstr(at + 1, file))
        if ((at == sources || at[-1] == ',') && (at[n] == ',' || at[n] == '\0'))
            return 1;
    return 0;
}

static void classify(struct walk *w) {
    for (uint32_t u = 0; u < WALK_UNITS; u++) {
        const struct symbol *s = symbols_at(&w->symbols, BOARD_ROM_BASE + 2 * u);
        w->layer[u] = s != NULL ? (uint8_t)layer_of_name(s->name) : LAYER_LOGIC;
        w->copier[u] = s != NULL && (strcmp(s->name, "memcpy") == 0 || strcmp(s->name, "memset") == 0);
        w->named[u] = w->plan->sources != NULL && is_source(w->plan->sources, w->listing.files[w->listing.at[u].file]);
    }
}

enum layer walk_layer(const struct walk *w, uint32_t unit) {
    if (w->call == 0)
        return LAYER_LOGIC;
    if (w->copier[unit])
        return LAYER_INNER;
    return (enum layer)w->layer[unit];
}

/* ---- walking ---- */

static uint32_t reg_of(const struct walk *w, int id) {
    uint32_t value = 0;

    uc_reg_read(w->walker.uc, id, &value);
    return value;
}

uint32_t walk_pc(const struct walk *w) {
    return reg_of(w, UC_ARM_REG_PC);
}

static void record_exit(const struct walk *w, struct call *c) {
    const uint32_t sig = c->entry.reg[2] - BOARD_ROT_RAM_BASE;
    const uint32_t witness = c->entry.reg[3] - BOARD_ROT_RAM_BASE;

    machine_get(&w->walker, &c->exit);
    c->right = c->kind == CALL_CURVE && sig <= BOARD_ROT_RAM_SIZE - 32 && witness <= BOARD_ROT_RAM_SIZE - 32 &&
               memcmp(c->exit.mem.ram + sig, c->exit.mem.ram + witness, 32) == 0;
}

static void enter_call(struct walk *w, uint32_t pc, int record) {
    struct fate *f = &w->fate;
    uint32_t reg[REGS];

    w->call = ++w->entered;
    w->inside = 0;
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

void walk_enter(struct walk *w, uint32_t pc, int record) {
    struct fate *f = &w->fate;

    if (w->call != 0 && pc == w->return_pc && reg_of(w, UC_ARM_REG_SP) == w->return_sp) {
        if (record)
            record_exit(w, &f->calls[w->call - 1]);
        w->call = 0;
    }
    if (w->call != 0) {
        const uint32_t sp = reg_of(w, UC_ARM_REG_SP);
        w->inside++; /* 0 at its entry */
        if (record && sp < f->calls[w->call - 1].lowest_sp)
            f->calls[w->call - 1].lowest_sp = sp;
    } else if (pc == f->places.hash || pc == f->places.curve) {
        enter_call(w, pc, record);
    }
    w->index = (uint64_t)w->outside << 32 | (w->call != 0 ? w->inside : 0);
    w->boundary += w->call == 0 && listing_at(&w->listing, pc)->boundary != 0;
}

/* A call of the provider, without stepping. Its stack is where it wrote below its first stack pointer. */
static void walk_through(struct walk *w) {
    struct call *c = &w->fate.calls[w->call - 1];

    w->lowest_write = w->return_sp;
    machine_get(&w->walker, &w->disturbed);
    machine_set(&w->glider, &w->disturbed);
    do {
        const uc_err err = machine_run_to(&w->glider, w->return_pc);
        if (err != UC_ERR_OK)
            die("%s: the undisturbed boot faults in the provider: %s", w->scenario->name, uc_strerror(err));
        machine_get(&w->glider, &w->disturbed);
    } while (w->disturbed.reg[REG_SP] != w->return_sp);
    machine_set(&w->walker, &w->disturbed);
    if (w->lowest_write < c->lowest_sp)
        c->lowest_sp = w->lowest_write;
}

int walk_advance(struct walk *w, uint32_t pc) {
    const struct places *p = &w->fate.places;

    w->outside += w->call == 0;
    if (w->call != 0 && w->plan->logic_only) {
        walk_through(w);
        return 1;
    }
    if (pc == p->leave || pc == p->recover || pc == p->trap || pc == p->reset)
        return 0;
    if (pc == p->halt) {
        /* wfi: the engine would end here. Its loop is walked once. */
        if (w->halts++ > 0)
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

void walk_again(struct walk *w) {
    w->index = w->outside = w->inside = w->call = w->entered = w->halts = w->boundary = 0;
    w->logic = w->next_event = 0;
    machine_reset(&w->walker);
}

/* An access to RAM in the first walk. */
static void seen(void *user, uint32_t offset, uint32_t size, int write) {
    struct walk *w = user;
    const uint32_t address = BOARD_ROT_RAM_BASE + offset;

    if (write && address < w->lowest_write && w->return_sp - address < STACK_OF_A_CALL)
        w->lowest_write = address;
    for (uint32_t b = offset; b < offset + size && b < MACHINE_DATA_SIZE; b++) {
        if (!write && w->touched[b] < w->boundary) {
            if (w->n_events == w->events_room) {
                w->events_room = w->events_room != 0 ? 2 * w->events_room : 65536;
                w->event = realloc(w->event, w->events_room * sizeof *w->event);
                if (w->event == NULL)
                    die("out of memory");
            }
            w->event[w->n_events++] = (struct ram_event){.boundary = w->boundary, .byte = b};
        }
        w->touched[b] = w->boundary;
    }
}

/* The names of the sources of what executed. */
static void name_sources(struct walk *w) {
    uint8_t used[256] = {0};
    size_t n = 0;

    for (uint32_t u = 0; u < WALK_UNITS; u++)
        used[w->listing.at[u].file % sizeof used] |= w->total[u] > 0;
    for (size_t i = 1; i < w->listing.n_files; i++)
        if (used[i] && n + strlen(w->listing.files[i]) + 2 < sizeof w->tally->touches)
            n += (size_t)sprintf(w->tally->touches + n, "%s ", w->listing.files[i]);
}

void walk_count(struct walk *w) {
    struct tally *t = w->tally;

    walk_again(w);
    if ((w->plan->models & (1u << MODEL_RAM)) != 0)
        machine_watch(&w->walker, seen, w);
    machine_watch(&w->glider, seen, w);
    const uint32_t top = reg_of(w, UC_ARM_REG_SP);
    for (uint64_t n = 0;; n++) {
        const uint32_t pc = walk_pc(w);
        const uint32_t unit = (pc - BOARD_ROM_BASE) / 2;
        walk_enter(w, pc, 1);
        /* The hand-over's last instructions have the services' stack pointer, which is above. */
        const uint32_t sp = reg_of(w, UC_ARM_REG_SP);
        if (sp <= top && top - sp > t->stack_used)
            t->stack_used = top - sp;
        const enum layer layer = walk_layer(w, unit);
        w->times[w->call][unit]++;
        w->total[unit] += layer == LAYER_LOGIC;
        t->walked++;
        t->walked_layer[layer]++;
        if (layer == LAYER_LOGIC)
            trace_add(&w->fate.trace, &w->walker);
        if (!walk_advance(w, pc))
            break;
        if (n == WALK_MAX)
            die("%s: the undisturbed boot doesn't end", w->scenario->name);
    }
    w->walker.seen = w->glider.seen = NULL;
    machine_get(&w->walker, &w->fate.state);
    t->golden = fate_at(&w->fate);
    memcpy(&w->fate.golden_handoff, w->fate.state.mem.handoff, sizeof w->fate.golden_handoff);
    w->fate.golden = t->golden;
    name_sources(w);
}

struct walk *walk_open(const struct scenario *sc, const struct plan *plan, struct tally *tally) {
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
    listing_load(&w->listing, plan->listing);
    classify(w);
    machine_open(&w->walker, &w->files, NULL, 0);
    machine_open(&w->glider, &w->files, NULL, 0);
    fate_open(&w->fate, sc, &w->files, &w->symbols);
    return w;
}

void walk_close(struct walk *w) {
    fate_close(&w->fate);
    machine_close(&w->walker);
    machine_close(&w->glider);
    free(w->symbols.list);
    free(w->files.rom);
    free(w->files.flash);
    free(w->files.eeprom);
    free(w->times);
    free(w->done);
    free(w->event);
    free(w);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/fate.h"

#include <stdlib.h>
#include <string.h>

#include "providers/openssl/crypto_openssl.h"

enum {
    BX_R0 = 0x4700,
    HASH_OUT = 32,
    CALLER_SAVED = 4, /* r0 to r3; and r12 */
    SPAN_SIZE = 8,
    XPSR_T = 1 << 24,
    PARTS_MAX = 16,
    BUDGET_LOGIC_MS = 5,   /* what follows without the provider takes less than 1 ms */
    BUDGET_HASH_MS = 10,   /* a hash takes less than 1 ms */
    BUDGET_CURVE_MS = 150, /* a curve takes about 5 ms */
};

static uint32_t find_leave(const struct symbols *symbols, const struct machine *m) {
    const uint32_t start = symbols_find(symbols, "prm_enter_services");

    for (uint32_t pc = start; pc < start + 128; pc += 2)
        if (machine_code(m, pc) == BX_R0)
            return pc;
    die("no bx r0 in prm_enter_services");
}

/* The provider's hash, whichever is linked. */
static uint32_t hash_entry(const struct symbols *symbols) {
    static const char *const names[] = {"prm_sha256_thumb2", "sha256"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (symbols_has(symbols, names[i]))
            return symbols_find(symbols, names[i]);
    die("the root has no hash that this harness knows");
}

void fate_open(struct fate *f, const struct scenario *sc, const struct device_files *files,
               const struct symbols *symbols) {
    struct places *p = &f->places;

    *f = (struct fate){.scenario = sc, .golden = OUTCOME_COUNT};
    f->calls = calloc(CALLS_MAX, sizeof *f->calls);
    if (f->calls == NULL)
        die("out of memory");
    machine_open(&f->stepper, files, NULL, 0);
    *p = (struct places){
        .hash = hash_entry(symbols),
        .curve = symbols_find(symbols, "prm_p256_witness"),
        .leave = find_leave(symbols, &f->stepper),
        .recover = symbols_find(symbols, "rot_recover"),
        .halt = symbols_find(symbols, "prm_recovery_halt"),
        .trap = symbols_find(symbols, "prm_trap"),
        .reset = symbols_find(symbols, "armv8m_reset"),
    };
    const uint32_t exits[] = {p->hash, p->curve, p->leave, p->recover, p->halt, p->trap, p->reset};
    machine_open(&f->runner, files, exits, sizeof exits / sizeof exits[0]);
}

void fate_close(struct fate *f) {
    machine_close(&f->runner);
    machine_close(&f->stepper);
    free(f->calls);
    trace_free(&f->trace);
}

/* Which bank an address is in; UINT32_MAX if in none. */
static uint32_t bank_of(uint32_t address) {
    const uint32_t off = address - (uint32_t)BOARD_FLASH_BASE;

    if (off - (uint32_t)BOARD_SLOT_A_OFF < BOARD_SLOT_SIZE)
        return 0;
    if (off - (uint32_t)BOARD_SLOT_B_OFF < BOARD_SLOT_SIZE)
        return 1;
    return UINT32_MAX;
}

static uint32_t bank_base(uint32_t bank) {
    return (uint32_t)BOARD_FLASH_BASE + (bank == 0 ? BOARD_SLOT_A_OFF : BOARD_SLOT_B_OFF);
}

/* RAM of others counts too: over a reset it holds what the last application, or services, left there. */
static int in_old_ram(uint32_t address) {
    return address - (uint32_t)BOARD_NS_RAM_BASE < (uint32_t)BOARD_NS_RAM_SIZE + BOARD_REPORT_SIZE ||
           address - (uint32_t)BOARD_HANDOFF_BASE < (uint32_t)BOARD_HANDOFF_SIZE + BOARD_SERVICES_RAM_SIZE;
}

static int in_services(uint32_t address, uint32_t bank) {
    return address - bank_base(bank) - BOARD_SERVICES_OFF < BOARD_SERVICES_SIZE;
}

/* What runs if services that are told of no application do: of a bank that may start, or beside an application that isn't authentic. */
static enum outcome alone_outcome(const struct fate *f, uint32_t bank) {
    return (f->scenario->allowed & (1u << bank)) != 0 || (f->scenario->applications & (1u << bank)) == 0 ? OUT_PARTIAL
                                                                                                         : OUT_FORBIDDEN;
}

/*
 * What runs if the authentic services of `bank` do: they start the application that the hand-over names, without a
 * question.
 */
static enum outcome services_outcome(const struct fate *f, uint32_t bank) {
    const struct prm_handoff *const golden = &f->golden_handoff;
    struct prm_handoff now;

    memcpy(&now, f->state.mem.handoff, sizeof now);
    if (now.magic != PRM_HANDOFF_MAGIC || now.bank > 1)
        return OUT_TRAP;
    if (now.app_base == 0)
        return alone_outcome(f, bank);
    const uint32_t app = bank_of(now.app_base);
    if (app == UINT32_MAX)
        return in_old_ram(now.app_base) ? OUT_BYPASS : OUT_ASTRAY;
    if (now.app_base != bank_base(app) + BOARD_APP_OFF || (f->scenario->applications & (1u << app)) == 0)
        return OUT_BYPASS;
    if (app != bank || (f->scenario->allowed & (1u << bank)) == 0)
        return OUT_FORBIDDEN;
    if (now.bank != bank)
        return OUT_PARTIAL;
    return f->golden == OUT_AUTHENTIC && golden->app_base == now.app_base && golden->app_size != now.app_size
               ? OUT_PARTIAL
               : OUT_AUTHENTIC;
}

/* What runs if the root branches to `target`. */
static enum outcome leave_outcome(const struct fate *f, uint32_t target) {
    const uint32_t bank = bank_of(target);

    /* What the MPU lets nobody execute is a fault, wherever it is. */
    if (!state_executable(&f->state, target))
        return bank != UINT32_MAX ? OUT_STRAY_SLOT : OUT_ASTRAY;
    if (bank == UINT32_MAX)
        return in_old_ram(target) ? OUT_BYPASS : OUT_ASTRAY;
    if (!in_services(target, bank) || (f->scenario->services & (1u << bank)) == 0)
        return OUT_BYPASS;
    return services_outcome(f, bank);
}

/*
 * What happens if the root itself comes to execute at `pc`, outside its text. With its MPU on, banks and RAM are
 * execute-never but for what the hand-over opened: a fault. Coming to a bank is counted apart all the same: there it is
 * the MPU alone that stops the root. A branch to an even address clears xPSR's T: the core takes a fault (INVSTATE) instead of the first
 * instruction there, wherever it is.
 */
static enum outcome stray_outcome(const struct fate *f, uint32_t pc) {
    const uint32_t bank = bank_of(pc);

    if ((f->state.reg[REG_XPSR] & XPSR_T) == 0)
        return OUT_FAULT;
    if (!state_executable(&f->state, pc))
        return bank != UINT32_MAX ? OUT_STRAY_SLOT : OUT_FAULT;
    if (bank == UINT32_MAX)
        return in_old_ram(pc) ? OUT_BYPASS : OUT_FAULT;
    return in_services(pc, bank) && (f->scenario->services & (1u << bank)) != 0 ? services_outcome(f, bank)
                                                                               : OUT_BYPASS;
}

enum outcome fate_at(const struct fate *f) {
    const uint32_t pc = f->state.reg[REG_PC];

    if (pc == f->places.leave)
        return leave_outcome(f, f->state.reg[0] & ~1u);
    if (pc == f->places.halt || pc == f->places.recover)
        return OUT_RECOVERY;
    if (pc == f->places.trap)
        return OUT_TRAP;
    return pc == f->places.reset ? OUT_RESET : OUTCOME_COUNT;
}

/* ---- shortcuts at the provider's entries ---- */

/* The bytes at an address of a state; NULL if not all are in one part. Slots are the same in every state. */
static const uint8_t *bytes_at(const struct fate *f, const struct state *s, uint32_t address, uint32_t len) {
    const uint32_t ram = address - (uint32_t)BOARD_ROT_RAM_BASE;
    const uint32_t rom = address - (uint32_t)BOARD_ROM_BASE;
    const uint32_t flash = address - (uint32_t)BOARD_FLASH_BASE;

    if (ram < BOARD_ROT_RAM_SIZE && len <= BOARD_ROT_RAM_SIZE - ram)
        return s->mem.ram + ram;
    if (rom < BOARD_ROM_SIZE + 64 && len <= BOARD_ROM_SIZE + 64 - rom)
        return f->runner.files->rom + rom;
    if (flash < BOARD_FLASH_SIZE && flash >= MACHINE_JOURNAL_SIZE && len <= BOARD_FLASH_SIZE - flash)
        return f->runner.files->flash + flash;
    return NULL;
}

static int same_bytes(const struct fate *f, const struct state *a, const struct state *b, uint32_t address,
                      uint32_t len) {
    const uint8_t *x = bytes_at(f, a, address, len);
    const uint8_t *y = bytes_at(f, b, address, len);

    return x != NULL && y != NULL && (x == y || memcmp(x, y, len) == 0);
}

static int same_parts(const struct fate *f, const struct state *a, const struct state *b) {
    const uint32_t n = a->reg[1];

    if (n > PARTS_MAX || !same_bytes(f, a, b, a->reg[0], n * SPAN_SIZE))
        return 0;
    const uint8_t *spans = bytes_at(f, a, a->reg[0], n * SPAN_SIZE);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t ptr, len;
        memcpy(&ptr, spans + i * SPAN_SIZE, 4);
        memcpy(&len, spans + i * SPAN_SIZE + 4, 4);
        if (len != 0 && !same_bytes(f, a, b, ptr, len))
            return 0;
    }
    return 1;
}

/* The same registers and the same input bytes: the call does the same. */
static int same_call(const struct fate *f, const struct call *c, const struct state *s) {
    if (memcmp(c->entry.reg, s->reg, sizeof s->reg) != 0)
        return 0;
    if (c->kind == CALL_HASH)
        return same_parts(f, &c->entry, s);
    return same_bytes(f, &c->entry, s, s->reg[0], 64) && same_bytes(f, &c->entry, s, s->reg[1], 32) &&
           same_bytes(f, &c->entry, s, s->reg[2], 64);
}

/* The effects of a call: registers, its result, and what it left in the stack below. */
static int recall(const struct call *c, struct state *s) {
    const uint32_t out = (c->kind == CALL_HASH ? s->reg[2] : s->reg[3]) - BOARD_ROT_RAM_BASE;
    const uint32_t low = c->lowest_sp - BOARD_ROT_RAM_BASE;
    const uint32_t sp = s->reg[REG_SP] - BOARD_ROT_RAM_BASE;

    if (out > BOARD_ROT_RAM_SIZE - HASH_OUT || low > sp || sp > BOARD_ROT_RAM_SIZE)
        return 0;
    memcpy(s->mem.ram + out, c->exit.mem.ram + out, HASH_OUT);
    memcpy(s->mem.ram + low, c->exit.mem.ram + low, sp - low);
    memcpy(s->reg, c->exit.reg, sizeof s->reg);
    return 1;
}

/*
 * A curve call whose inputs, unlike the undisturbed boot's, are a disturbed hash's: computed by the host's library, which
 * takes a hundredth of the time. Registers that a call may change, and the stack below, are as that boot's call left them.
 */
static int compute(const struct fate *f, const struct call *c, struct state *s) {
    const uint8_t *const key = bytes_at(f, s, s->reg[0], PRM_P256_PUBLIC_SIZE);
    const uint8_t *const digest = bytes_at(f, s, s->reg[1], PRM_SHA256_SIZE);
    const uint8_t *const sig = bytes_at(f, s, s->reg[2], PRM_P256_SIG_SIZE);
    const uint32_t out = s->reg[3] - BOARD_ROT_RAM_BASE;
    const uint32_t sp = s->reg[REG_SP] - BOARD_ROT_RAM_BASE;
    const uint32_t depth = c->entry.reg[REG_SP] - c->lowest_sp;
    const uint32_t lr = s->reg[REG_LR];
    uint8_t witness[HASH_OUT];

    if (key == NULL || digest == NULL || sig == NULL || out > BOARD_ROT_RAM_SIZE - HASH_OUT ||
        sp > BOARD_ROT_RAM_SIZE || depth > sp ||
        prm_crypto_openssl.p256_witness(key, digest, sig, witness) != PRM_OK)
        return 0;
    memcpy(s->mem.ram + out, witness, sizeof witness);
    memcpy(s->mem.ram + sp - depth, c->exit.mem.ram + (c->lowest_sp - BOARD_ROT_RAM_BASE), depth);
    for (unsigned i = 0; i < CALLER_SAVED; i++)
        s->reg[i] = c->exit.reg[i];
    s->reg[12] = c->exit.reg[12];
    s->reg[REG_LR] = c->exit.reg[REG_LR];
    s->reg[REG_XPSR] = c->exit.reg[REG_XPSR];
    s->reg[REG_PC] = lr & ~1u;
    return 1;
}

static int same_state(const struct state *a, const struct state *b) {
    return memcmp(a->reg, b->reg, sizeof a->reg) == 0 && memcmp(&a->i2c, &b->i2c, sizeof a->i2c) == 0 &&
           memcmp(&a->mem, &b->mem, sizeof a->mem) == 0;
}

enum shortcut { SHORT_NONE, SHORT_CONVERGED, SHORT_RECALLED, SHORT_COMPUTED };

static enum shortcut at_entry(struct fate *f) {
    const enum call_kind kind = f->state.reg[REG_PC] == f->places.hash ? CALL_HASH : CALL_CURVE;

    /* Most often it is the call after the last one that was met: of a hash-based signature there are hundreds. */
    for (size_t k = 0; k < f->n_calls; k++) {
        const size_t i = (f->next_call + k) % f->n_calls;
        const struct call *c = &f->calls[i];
        if (c->kind != kind || !same_call(f, c, &f->state))
            continue;
        f->next_call = i + 1;
        if (same_state(&c->entry, &f->state))
            return SHORT_CONVERGED;
        return recall(c, &f->state) ? SHORT_RECALLED : SHORT_NONE;
    }
    for (size_t i = 0; kind == CALL_CURVE && i < f->n_calls; i++)
        if (f->calls[i].kind == CALL_CURVE && f->calls[i].exit.reg[0] == PRM_OK)
            return compute(f, &f->calls[i], &f->state) ? SHORT_COMPUTED : SHORT_NONE;
    return SHORT_NONE;
}

/* ---- running ---- */

enum outcome fate_of_fault(const struct fate *f, uc_err err, uint32_t pc) {
    if (err == UC_ERR_FETCH_PROT || err == UC_ERR_FETCH_UNMAPPED)
        return stray_outcome(f, pc);
    return err == UC_ERR_WRITE_PROT ? OUT_SLOT_WRITE : OUT_FAULT;
}

int fate_rejoins(struct fate *f, size_t at) {
    const struct places *p = &f->places;
    const uint32_t stops[] = {p->hash, p->curve, p->leave, p->recover, p->halt, p->trap, p->reset};

    machine_set(&f->stepper, &f->state);
    return trace_meets(&f->trace, at, &f->stepper, stops, sizeof stops / sizeof stops[0]);
}

/* One instruction, so that the runner doesn't stop again where it stands. */
static uc_err step_over(struct fate *f) {
    machine_set(&f->stepper, &f->state);
    const uc_err err = machine_step(&f->stepper);
    machine_get(&f->stepper, &f->state);
    return err;
}

static int is_entry(const struct fate *f, uint32_t pc) {
    return pc == f->places.hash || pc == f->places.curve;
}

enum outcome fate_of(struct fate *f, enum fate_mode mode, struct fate_notes *notes) {
    unsigned budget = mode == FATE_IN_LOGIC ? BUDGET_LOGIC_MS : mode == FATE_IN_HASH ? BUDGET_HASH_MS : BUDGET_CURVE_MS;
    uc_err err;

    *notes = (struct fate_notes){.pc = 0};
    for (;;) {
        const enum outcome here = fate_at(f);
        notes->pc = f->state.reg[REG_PC];
        if (here != OUTCOME_COUNT)
            return here;
        if (is_entry(f, f->state.reg[REG_PC])) {
            const enum shortcut s = mode != FATE_IN_FULL ? at_entry(f) : SHORT_NONE;
            notes->recalled |= s == SHORT_RECALLED;
            notes->converged |= s == SHORT_CONVERGED;
            if (s == SHORT_CONVERGED && f->golden != OUTCOME_COUNT)
                return f->golden;
            notes->computed |= s == SHORT_COMPUTED;
            if (s == SHORT_RECALLED || s == SHORT_COMPUTED) {
                budget = BUDGET_LOGIC_MS;
                continue;
            }
            budget = f->state.reg[REG_PC] == f->places.hash ? BUDGET_HASH_MS : BUDGET_CURVE_MS;
            err = step_over(f);
            if (err != UC_ERR_OK)
                return fate_of_fault(f, err, f->state.reg[REG_PC]);
        }
        machine_set(&f->runner, &f->state);
        const enum run_end end = machine_run(&f->runner, budget, &err);
        machine_get(&f->runner, &f->state);
        notes->pc = f->state.reg[REG_PC];
        if (end == RUN_FAULT)
            return fate_of_fault(f, err, f->state.reg[REG_PC]);
        if (end == RUN_ENDLESS)
            return OUT_ENDLESS;
    }
}

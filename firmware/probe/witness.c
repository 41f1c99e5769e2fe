/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services that bear witness for the probe, at the very end, when every wall stands and the application was to be started: put
 * around prm_enter_nonsecure() by the linker. With its own MPU off, the Secure side reads each attempt's address: neither zeros nor
 * ones, or a word that can be changed, is something; so is a peripheral whose page has an identification. Then it tries each lock.
 */
#include "firmware/probe/witness.h"

#include "firmware/probe/attempts.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/mpc.h"

void __real_prm_enter_nonsecure(uint32_t entry, uint32_t stack_top);
void __wrap_prm_enter_nonsecure(uint32_t entry, uint32_t stack_top);

#define HFSR ARMV8M_REG(0xE000ED2C)
#define PERIPHERAL_ID 0xFE0u
#define NSMSCEXP 0x500800D0u
enum { VECTORS = 16, IS_PERIPHERAL = 0x40000000 };

static uint32_t vectors[VECTORS] __attribute__((aligned(128)));
static volatile uint32_t faulted;

/* The accesses below are instructions of two bytes: the frame's PC goes behind them. */
__attribute__((naked)) static void on_fault(void) {
    __asm__ volatile("ldr r0, [sp, #24]\n"
                     "adds r0, #2\n"
                     "str r0, [sp, #24]\n"
                     "b witness_fault\n");
}

void witness_fault(void);
void witness_fault(void) {
    faulted = 1;
    ARMV8M_CFSR = UINT32_MAX;
    ARMV8M_SFSR = UINT32_MAX;
    HFSR = UINT32_MAX;
}

/* 0 where nothing answers. */
__attribute__((naked, noinline)) static uint32_t peek(uint32_t address __attribute__((unused))) {
    __asm__ volatile("movs r1, r0\n\tmovs r0, #0\n\tldr.n r0, [r1]\n\tdsb\n\tbx lr\n");
}

__attribute__((naked, noinline)) static void poke(uint32_t address __attribute__((unused)),
                                                  uint32_t word __attribute__((unused))) {
    __asm__ volatile("str.n r1, [r0]\n\tdsb\n\tbx lr\n");
}

static uint32_t is_something(uint32_t word) {
    return word != 0 && word != UINT32_MAX;
}

static uint32_t can_be_changed(uint32_t address) {
    const uint32_t before = peek(address);

    poke(address, ~before);
    const uint32_t changed = peek(address) == ~before;
    poke(address, before);
    return changed;
}

static uint32_t is_live(const struct attempt *attempt) {
    const uint32_t address = attempt->address & ~3u;

    /* An instruction, which no address is looked at for; and the door, where nothing is: the probe calls through it. */
    if (attempt->kind == ATTEMPT_RETURN || attempt->kind == ATTEMPT_DOOR)
        return 1;
    faulted = 0;
    const uint32_t word = peek(address);
    if (faulted != 0)
        return 0;
    if ((address & ~0x1FFFFFFFu) == IS_PERIPHERAL)
        return word != 0 || peek((address & ~0xFFFu) + PERIPHERAL_ID) != 0;
    return is_something(word) != 0 || can_be_changed(address) != 0;
}

static void say(const char *what, uint32_t holds) {
    prm_console_text("witness: ");
    prm_console_text(what);
    prm_console_text(holds != 0 ? " locked\n" : " NOT LOCKED\n");
}

/* Neither its blocks nor its lock can be changed any more. */
static uint32_t is_locked(uint32_t mpc) {
    const uint32_t control = MPC_CTRL(mpc);

    MPC_CTRL(mpc) = MPC_CTRL_OPEN & ~0x100u; /* neither the lock nor the index that advances */
    MPC_BLK_IDX(mpc) = 0;
    const uint32_t blocks = MPC_BLK_LUT(mpc);
    MPC_BLK_IDX(mpc) = 0;
    MPC_BLK_LUT(mpc) = ~blocks;
    MPC_BLK_IDX(mpc) = 0;
    const uint32_t held = MPC_BLK_LUT(mpc) == blocks && MPC_CTRL(mpc) == control && (control & MPC_CTRL_LOCK) != 0;
    MPC_BLK_IDX(mpc) = 0;
    MPC_BLK_LUT(mpc) = blocks;
    MPC_CTRL(mpc) = control;
    return held;
}

/* What this part has no lock for: whether a register of it still takes a write of the Secure side, and is as before. */
static uint32_t takes(uint32_t address, uint32_t bit) {
    const uint32_t before = peek(address);

    poke(address, before ^ bit);
    const uint32_t changed = peek(address) != before;
    poke(address, before);
    return changed;
}

/*
 * A DMA controller that the Secure side itself tells to copy a Secure word to the application: nothing must arrive, as long as the
 * masters count as Non-secure. That it would otherwise is shown first.
 */
static uint32_t dma_copies(uint32_t nonsecure) {
    enum { DMA = 0x50110000, WORDS_1 = 1 | 2 << 18 | 2 << 21 | 3 << 26, ARRIVES = BOARD_REPORT_BASE + 0x800 };

    ARMV8M_REG(NSMSCEXP) = nonsecure;
    ARMV8M_REG(ARRIVES) = 0;
    ARMV8M_REG(DMA + 0x30) = 1;
    ARMV8M_REG(DMA + 0x100) = BOARD_HANDOFF_BASE;
    ARMV8M_REG(DMA + 0x104) = ARRIVES;
    ARMV8M_REG(DMA + 0x108) = 0;
    ARMV8M_REG(DMA + 0x10C) = WORDS_1;
    ARMV8M_REG(DMA + 0x110) = 1;
    __asm__ volatile("dsb" ::: "memory");
    const uint32_t arrived = ARMV8M_REG(ARRIVES) == ARMV8M_REG(BOARD_HANDOFF_BASE);
    ARMV8M_REG(DMA + 0x110) = 0;
    ARMV8M_REG(DMA + 0x30) = 0;
    ARMV8M_REG(ARRIVES) = 0;
    return arrived;
}

static void try_master(void) {
    const uint32_t as_set = ARMV8M_REG(NSMSCEXP);

    prm_console_text(dma_copies(0) != 0 ? "witness: a Secure master reads Secure memory\n" : "witness: the master DOES NOTHING\n");
    prm_console_text(dma_copies(as_set) == 0 ? "witness: as it is set, it does not\n" : "witness: AND AS IT IS SET, TOO\n");
    ARMV8M_REG(NSMSCEXP) = as_set;
}

static void try_locks(void) {
    say("MPC of ROM and fuses", is_locked(MPC_SSRAM0));
    say("MPC of the Secure RAM", is_locked(MPC_SSRAM1));
    say("MPC of the application's RAM", is_locked(MPC_SSRAM2));
    ARMV8M_SAU_RNR = 7;
    ARMV8M_MPU_RNR = 15;
    prm_console_text("witness: without a lock on this part:");
    prm_console_text(takes(0xE000EDDC, 0x20) != 0 ? " SAU" : "");       /* a limit of a region that is off */
    prm_console_text(takes(0xE000EDA0, 0x20) != 0 ? " MPU" : "");       /* the same */
    prm_console_text(takes(0x50080084, 0x100) != 0 ? " PPC" : "");      /* UART 3 */
    prm_console_text(takes(0xE000ED08, 0x80) != 0 ? " VTOR\n" : "\n");
}

static void bear_witness(void) {
    const uint32_t own = ARMV8M_VTOR;

    for (uint32_t i = 0; i < VECTORS; i++)
        vectors[i] = (uint32_t)(uintptr_t)on_fault;
    ARMV8M_VTOR = (uint32_t)(uintptr_t)vectors;
    ARMV8M_MPU_CTRL = 0;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
    for (uint32_t i = 0; i < attempts_count && i < WITNESS_MAX; i++)
        WITNESS->live[i] = is_live(&attempts[i]);
    WITNESS->count = attempts_count;
    WITNESS->magic = WITNESS_MAGIC;
    try_locks();
    try_master();
    ARMV8M_MPU_CTRL = 1;
    ARMV8M_VTOR = own;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

void __wrap_prm_enter_nonsecure(uint32_t entry, uint32_t stack_top) {
    bear_witness();
    __real_prm_enter_nonsecure(entry, stack_top);
}

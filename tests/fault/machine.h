/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine.h - the board as far as the root needs it, in Unicorn: memory, the EEPROM behind its two I2C lines, and
 * registers that can be copied from one engine to another. Every page that the root's own MPU leaves it is there, and
 * no other.
 *
 * The RAM holds zeros after reset, but for what a boot of bank B's application left in the hand-over: the worst there is
 * to be taken for this boot's.
 *
 * Memory that changes is one block, so that a state is copied and compared with one call. ROM, fuses and slots are
 * shared and read-only: the root has no business writing a slot.
 */
#ifndef PRM_TESTS_FAULT_MACHINE_H
#define PRM_TESTS_FAULT_MACHINE_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>
#include <unicorn/unicorn.h>

#include "ports/mps2-an505/board.h"

#define MACHINE_PAGE 0x1000u
#define MACHINE_JOURNAL_SIZE 0x2000u
#define MACHINE_EXITS_MAX 8u
#define MACHINE_MPU_REGIONS 16u

/* What a boot may change. Multiples of a page each, in the order of machine.c's map. */
struct mutable_memory {
    uint8_t ram[BOARD_ROT_RAM_SIZE];
    uint8_t report[BOARD_REPORT_SIZE];
    uint8_t journal[MACHINE_JOURNAL_SIZE];
    uint8_t uart0[MACHINE_PAGE];
    uint8_t secctl[MACHINE_PAGE];
    uint8_t mpc[3 * MACHINE_PAGE];
    uint8_t scs[MACHINE_PAGE];
    uint8_t scs_ns[MACHINE_PAGE];
    uint8_t handoff[MACHINE_PAGE]; /* what the root tells the services, and the beginning of their RAM */
    uint8_t uart2[MACHINE_PAGE];
    uint8_t watchdog[MACHINE_PAGE];
    uint8_t eeprom[MACHINE_PAGE]; /* its beginning, where all that a boot uses is */
    uint32_t mpu[MACHINE_MPU_REGIONS][2]; /* RBAR, RLAR: behind the one register each that a program sees */
    uint8_t unused[MACHINE_PAGE - MACHINE_MPU_REGIONS * 8u];
};

/* A device's files, as `primum device` makes them. Owns its buffers until the process ends. */
struct device_files {
    uint8_t *rom;    /* BOARD_ROM_SIZE, then a page with the fuses */
    uint8_t *flash;  /* BOARD_FLASH_SIZE */
    uint8_t *eeprom; /* BOARD_EEPROM_SIZE */
};

/* The EEPROM's side of the bus. It is never busy; what a boot writes behind its first page is not kept. */
struct i2c {
    uint8_t scl, sda;   /* lines as the root drives them */
    uint8_t device_sda; /* 0: the part pulls the data line low */
    uint8_t phase;      /* enum in machine.c */
    uint8_t bits;       /* of the present byte, 0 to 8; 8 is the acknowledge */
    uint8_t shift;
    uint8_t bytes;   /* address bytes seen */
    uint8_t reading; /* the part sends */
    uint16_t address;
    uint16_t unused;
};

enum { REG_SP = 13, REG_LR = 14, REG_XPSR = 15, REG_PC = 16, REGS = 17 };

struct state {
    uint32_t reg[REGS];
    struct i2c i2c;
    struct mutable_memory mem;
};

struct machine {
    uc_engine *uc;
    uc_context *fresh; /* all that the engine keeps of a core beside registers, as after reset */
    const struct device_files *files;
    struct i2c i2c;
    struct mutable_memory *mem;
    void (*seen)(void *user, uint32_t offset, uint32_t size, int write);
    void *seen_user;
};

/* Where a boot keeps what it decides with: the beginning of the memory above. */
#define MACHINE_DATA_SIZE (BOARD_ROT_RAM_SIZE + BOARD_REPORT_SIZE)

/* Reads rom.bin, fuse.bin, flash.img and eeprom.img of a folder. Ends the process if one is missing or of another size.
 */
void device_files_load(struct device_files *files, const char *dir);

/* A machine in the state after reset. `exits`: addresses at which machine_run() stops; none for a stepping machine. */
void machine_open(struct machine *m, const struct device_files *files, const uint32_t *exits, size_t n);
void machine_close(struct machine *m);

void machine_reset(struct machine *m);
void machine_get(const struct machine *m, struct state *s);
void machine_registers(const struct machine *m, uint32_t reg[REGS]);
void machine_set(struct machine *m, const struct state *s);

/* One instruction. */
uc_err machine_step(struct machine *m);

/* The same with one bit of the instruction at the pc flipped; bits 16 to 31 are those of its second halfword. */
uc_err machine_step_flipped(struct machine *m, unsigned bit);

/* Runs on until the pc is `until`, without stepping. */
uc_err machine_run_to(struct machine *m, uint32_t until);

/* Calls `seen` for every access to the root's RAM and the report's page from now on; before the machine's first step. */
typedef void (*machine_seen)(void *user, uint32_t offset, uint32_t size, int write);
void machine_watch(struct machine *m, machine_seen seen, void *user);

enum run_end { RUN_EXIT, RUN_FAULT, RUN_ENDLESS };

/*
 * Runs to an exit, a fault, or until `budget_ms` of processor time are used up (RUN_ENDLESS). `*err` is Unicorn's word
 * on a fault.
 */
enum run_end machine_run(struct machine *m, unsigned budget_ms, uc_err *err);

/* Bytes of a Thumb instruction whose first halfword is this. */
static inline uint32_t thumb_size(uint32_t halfword) {
    return (halfword >> 11) >= 0x1D ? 4 : 2;
}

/* The halfword in the ROM at `pc`; 0 outside. */
uint32_t machine_code(const struct machine *m, uint32_t pc);

/* 1 if the MPU, as this state has it, lets Secure code execute at an address. */
int state_executable(const struct state *s, uint32_t address);

/* Makes `s` the state in which the instruction at its pc was not executed. */
void state_skip(const struct machine *m, struct state *s);

/* Prints and exits with 3. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

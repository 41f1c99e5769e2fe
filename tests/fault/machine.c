/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/machine.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot/handoff.h"

enum { ROM_AND_FUSES = BOARD_ROM_SIZE + 0x1000, I2C_LINE_SCL = 1, I2C_LINE_SDA = 2, MPC_LAST_BLOCK = 63 };

_Noreturn void die(const char *format, ...) {
    va_list args;

    va_start(args, format);
    fputs("fault: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(3);
}

static void must(uc_err err, const char *what) {
    if (err != UC_ERR_OK)
        die("%s: %s", what, uc_strerror(err));
}

/* ---- the device's files ---- */

static void read_part(const char *dir, const char *name, uint8_t *to, size_t size) {
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    if (f == NULL || fread(to, 1, size, f) != size || fgetc(f) != EOF)
        die("%s is missing or not %zu bytes", path, size);
    fclose(f);
}

void device_files_load(struct device_files *files, const char *dir) {
    files->rom = aligned_alloc(MACHINE_PAGE, ROM_AND_FUSES);
    files->flash = aligned_alloc(MACHINE_PAGE, BOARD_FLASH_SIZE);
    files->eeprom = malloc(BOARD_EEPROM_SIZE);
    if (files->rom == NULL || files->flash == NULL || files->eeprom == NULL)
        die("out of memory");
    memset(files->rom, 0xFF, ROM_AND_FUSES);
    read_part(dir, "rom.bin", files->rom, BOARD_ROM_SIZE);
    read_part(dir, "fuse.bin", files->rom + (BOARD_FUSES_BASE - BOARD_ROM_BASE), BOARD_FUSES_SIZE);
    read_part(dir, "flash.img", files->flash, BOARD_FLASH_SIZE);
    read_part(dir, "eeprom.img", files->eeprom, BOARD_EEPROM_SIZE);
}

/*
 * ---- the EEPROM: an AT24C that is read (start, device address, two address bytes, start, device address, data), or
 * written (start, device address, two address bytes, data) ----
 */

enum { BUS_IDLE, BUS_DEVICE, BUS_ADDRESS, BUS_SEND };

static void i2c_byte_done(const struct machine *m, struct i2c *bus) {
    bus->device_sda = 0;
    if (bus->phase == BUS_DEVICE) {
        bus->reading = bus->shift & 1u;
        if ((bus->shift >> 1) != BOARD_EEPROM_ADDRESS) {
            bus->device_sda = 1;
            bus->phase = BUS_IDLE;
        }
        bus->bytes = 0;
    } else if (bus->phase == BUS_ADDRESS && bus->bytes < 2) {
        bus->address = (uint16_t)((bus->address << 8) | bus->shift);
        bus->bytes++;
    } else if (bus->phase == BUS_ADDRESS) {
        if (bus->address < sizeof m->mem->eeprom)
            m->mem->eeprom[bus->address] = bus->shift;
        bus->address++;
    }
}

static uint8_t eeprom_byte(const struct machine *m, uint16_t address) {
    return address < sizeof m->mem->eeprom ? m->mem->eeprom[address] : m->files->eeprom[address];
}

/* The falling edge of the clock: the part may change the data line. */
static void i2c_fall(const struct machine *m, struct i2c *bus) {
    if (bus->phase == BUS_IDLE)
        return;
    if (bus->bits == 8 && bus->phase != BUS_SEND) {
        i2c_byte_done(m, bus);
    } else if (bus->bits == 9) {
        bus->bits = 0;
        bus->device_sda = 1;
        if (bus->phase == BUS_DEVICE)
            bus->phase = bus->reading != 0 ? BUS_SEND : BUS_ADDRESS;
    }
    if (bus->phase == BUS_SEND && bus->bits < 8)
        bus->device_sda = (uint8_t)(eeprom_byte(m, bus->address) >> (7 - bus->bits)) & 1u;
    else if (bus->phase == BUS_SEND)
        bus->device_sda = 1;
}

static void i2c_rise(struct i2c *bus) {
    if (bus->phase == BUS_IDLE)
        return;
    if (bus->bits < 8 && bus->phase != BUS_SEND)
        bus->shift = (uint8_t)((bus->shift << 1) | bus->sda);
    if (bus->bits == 8 && bus->phase == BUS_SEND) {
        bus->address++;
        if (bus->sda != 0)
            bus->phase = BUS_IDLE;
    }
    bus->bits++;
}

static void i2c_lines(const struct machine *m, struct i2c *bus, uint8_t scl, uint8_t sda) {
    if (bus->scl != 0 && scl != 0 && sda != bus->sda) {
        bus->phase = sda == 0 ? BUS_DEVICE : BUS_IDLE;
        bus->bits = 0;
        bus->device_sda = 1;
    }
    bus->sda = sda;
    if (scl != bus->scl) {
        bus->scl = scl;
        if (scl != 0)
            i2c_rise(bus);
        else
            i2c_fall(m, bus);
    }
}

static uint64_t i2c_load(uc_engine *uc, uint64_t offset, unsigned size, void *user) {
    const struct machine *m = user;

    (void)uc, (void)size;
    if (offset != 0)
        return 0;
    return (m->i2c.scl != 0 ? I2C_LINE_SCL : 0u) | (m->i2c.sda != 0 && m->i2c.device_sda != 0 ? I2C_LINE_SDA : 0u);
}

static void i2c_store(uc_engine *uc, uint64_t offset, unsigned size, uint64_t value, void *user) {
    struct machine *m = user;
    uint8_t scl = m->i2c.scl;
    uint8_t sda = m->i2c.sda;

    (void)uc, (void)size;
    if (offset != 0 && offset != 4)
        return;
    if ((value & I2C_LINE_SCL) != 0)
        scl = offset == 0;
    if ((value & I2C_LINE_SDA) != 0)
        sda = offset == 0;
    i2c_lines(m, &m->i2c, scl, sda);
}

/* ---- system control space: plain memory, but for the MPU's regions behind RNR ---- */

enum { MPU_CTRL = 0xD94, MPU_RNR = 0xD98, MPU_RBAR = 0xD9C, MPU_RLAR = 0xDA0, MPU_XN = 1, MPU_ON = 1 };

static uint32_t scs_word(const struct mutable_memory *mem, uint32_t offset) {
    uint32_t word;

    memcpy(&word, mem->scs + offset, sizeof word);
    return word;
}

static uint64_t scs_load(uc_engine *uc, uint64_t offset, unsigned size, void *user) {
    const struct machine *m = user;
    uint64_t value = 0;

    (void)uc;
    memcpy(&value, m->mem->scs + offset, size);
    return value;
}

static void scs_store(uc_engine *uc, uint64_t offset, unsigned size, uint64_t value, void *user) {
    struct machine *m = user;

    (void)uc;
    memcpy(m->mem->scs + offset, &value, size);
    uint32_t *const region = m->mem->mpu[scs_word(m->mem, MPU_RNR) % MACHINE_MPU_REGIONS];
    if (offset == MPU_RBAR)
        region[0] = (uint32_t)value;
    else if (offset == MPU_RLAR)
        region[1] = (uint32_t)value;
}

int state_executable(const struct state *s, uint32_t address) {
    if (scs_word(&s->mem, MPU_CTRL) != MPU_ON)
        return 1;
    for (unsigned i = 0; i < MACHINE_MPU_REGIONS; i++) {
        const uint32_t *const region = s->mem.mpu[i];
        if ((region[1] & MPU_ON) != 0 && (region[0] & MPU_XN) == 0 && address >= (region[0] & ~31u) &&
            address <= (region[1] | 31u))
            return 1;
    }
    return 0;
}

/* ---- the machine ---- */

static void map(const struct machine *m, uint64_t address, size_t size, uint32_t access, void *memory) {
    must(uc_mem_map_ptr(m->uc, address, size, access, memory), "map");
}

static void map_mutable(const struct machine *m) {
    const uint32_t rw = UC_PROT_READ | UC_PROT_WRITE;

    map(m, BOARD_ROT_RAM_BASE, sizeof m->mem->ram, rw, m->mem->ram);
    map(m, BOARD_REPORT_BASE, sizeof m->mem->report, rw, m->mem->report);
    map(m, BOARD_FLASH_BASE + BOARD_JOURNAL_OFF, sizeof m->mem->journal, rw, m->mem->journal);
    map(m, BOARD_UART0_BASE, sizeof m->mem->uart0, rw, m->mem->uart0);
    map(m, 0x50080000, sizeof m->mem->secctl, rw, m->mem->secctl);
    map(m, 0x58007000, sizeof m->mem->mpc, rw, m->mem->mpc);
    must(uc_mmio_map(m->uc, 0xE000E000, sizeof m->mem->scs, scs_load, (void *)(uintptr_t)m, scs_store,
                     (void *)(uintptr_t)m),
         "map SCS");
    map(m, BOARD_HANDOFF_BASE, sizeof m->mem->handoff, rw, m->mem->handoff);
    map(m, BOARD_UART2_BASE, sizeof m->mem->uart2, rw, m->mem->uart2);
    map(m, BOARD_WATCHDOG_BASE, sizeof m->mem->watchdog, rw, m->mem->watchdog);
    map(m, 0xE002E000, sizeof m->mem->scs_ns, rw, m->mem->scs_ns);
}

void machine_open(struct machine *m, const struct device_files *files, const uint32_t *exits, size_t n) {
    uint64_t wide[MACHINE_EXITS_MAX];

    *m = (struct machine){.files = files};
    m->mem = aligned_alloc(MACHINE_PAGE, sizeof *m->mem);
    if (m->mem == NULL)
        die("out of memory");
    must(uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &m->uc), "uc_open");
    must(uc_ctl_set_cpu_model(m->uc, UC_CPU_ARM_CORTEX_M33), "Cortex-M33");
    map(m, BOARD_ROM_BASE, BOARD_TRUST_OFF, UC_PROT_READ | UC_PROT_EXEC, files->rom);
    map(m, BOARD_ROM_BASE + BOARD_TRUST_OFF, ROM_AND_FUSES - BOARD_TRUST_OFF, UC_PROT_READ,
        files->rom + BOARD_TRUST_OFF);
    map_mutable(m);
    map(m, BOARD_FLASH_BASE + MACHINE_JOURNAL_SIZE, BOARD_FLASH_SIZE - MACHINE_JOURNAL_SIZE, UC_PROT_READ,
        files->flash + MACHINE_JOURNAL_SIZE);
    must(uc_mmio_map(m->uc, BOARD_EEPROM_I2C_BASE, MACHINE_PAGE, i2c_load, m, i2c_store, m), "map I2C");
    if (n > 0) {
        for (size_t i = 0; i < n; i++)
            wide[i] = exits[i];
        must(uc_ctl_exits_enable(m->uc), "exits");
        must(uc_ctl_set_exits(m->uc, wide, n), "exits");
    }
    must(uc_context_alloc(m->uc, &m->fresh), "context");
    must(uc_context_save(m->uc, m->fresh), "context");
    machine_reset(m);
}

void machine_close(struct machine *m) {
    uc_context_free(m->fresh);
    uc_close(m->uc);
    free(m->mem);
}

static const int reg_ids[REGS] = {UC_ARM_REG_R0,   UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3, UC_ARM_REG_R4,
                                  UC_ARM_REG_R5,   UC_ARM_REG_R6,  UC_ARM_REG_R7,  UC_ARM_REG_R8, UC_ARM_REG_R9,
                                  UC_ARM_REG_R10,  UC_ARM_REG_R11, UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR,
                                  UC_ARM_REG_XPSR, UC_ARM_REG_PC};

void machine_registers(const struct machine *m, uint32_t reg[REGS]) {
    void *to[REGS];

    for (size_t i = 0; i < REGS; i++)
        to[i] = &reg[i];
    must(uc_reg_read_batch(m->uc, (int *)reg_ids, to, REGS), "read registers");
}

static void leave_old_handoff(struct mutable_memory *mem) {
    const struct prm_handoff old = {.magic = PRM_HANDOFF_MAGIC,
                                    .bank = 1,
                                    .app_base = BOARD_FLASH_BASE + BOARD_SLOT_B_OFF + BOARD_APP_OFF,
                                    .app_size = BOARD_APP_SIZE,
                                    .trial = PRM_NO,
                                    .sequence = 1};

    memcpy(mem->handoff, &old, sizeof old);
}

void machine_reset(struct machine *m) {
    static struct state s;

    memset(&s, 0, sizeof s);
    memcpy(s.mem.journal, m->files->flash + BOARD_JOURNAL_OFF, sizeof s.mem.journal);
    memcpy(s.mem.eeprom, m->files->eeprom, sizeof s.mem.eeprom);
    for (unsigned i = 0; i < 3; i++)
        s.mem.mpc[i * MACHINE_PAGE + 0x10] = MPC_LAST_BLOCK;
    leave_old_handoff(&s.mem);
    s.i2c = (struct i2c){.scl = 1, .sda = 1, .device_sda = 1};
    memcpy(&s.reg[REG_SP], m->files->rom, 4);
    memcpy(&s.reg[REG_PC], m->files->rom + 4, 4);
    s.reg[REG_PC] &= ~1u;
    s.reg[REG_LR] = UINT32_MAX;
    s.reg[REG_XPSR] = 0x01000000;
    machine_set(m, &s);
}

void machine_get(const struct machine *m, struct state *s) {
    machine_registers(m, s->reg);
    s->i2c = m->i2c;
    s->mem = *m->mem;
}

void machine_set(struct machine *m, const struct state *s) {
    uint32_t reg[REGS];
    void *from[REGS];

    /* A disturbed run may have left the core in an exception, or masked: no later run inherits that. */
    must(uc_context_restore(m->uc, m->fresh), "context");
    memcpy(reg, s->reg, sizeof reg);
    reg[REG_PC] |= 1u;
    for (size_t i = 0; i < REGS; i++)
        from[i] = &reg[i];
    must(uc_reg_write_batch(m->uc, (int *)reg_ids, from, REGS), "write registers");
    m->i2c = s->i2c;
    *m->mem = s->mem;
}

static uint32_t get_pc(const struct machine *m) {
    uint32_t pc;

    must(uc_reg_read(m->uc, UC_ARM_REG_PC, &pc), "read pc");
    return pc;
}

uc_err machine_step(struct machine *m) {
    return uc_emu_start(m->uc, get_pc(m) | 1u, 0, 0, 1);
}

uc_err machine_run_to(struct machine *m, uint32_t until) {
    return uc_emu_start(m->uc, get_pc(m) | 1u, until, 0, 0);
}

/* The code is shared by all engines of the process, but each has its own translation of it. */
uc_err machine_step_flipped(struct machine *m, unsigned bit) {
    const uint32_t pc = get_pc(m);
    const uint32_t off = pc - BOARD_ROM_BASE;

    if (off > BOARD_TRUST_OFF - 4)
        return UC_ERR_FETCH_UNMAPPED;
    uint8_t *const byte = &m->files->rom[off + bit / 8];
    *byte ^= (uint8_t)(1u << bit % 8);
    must(uc_ctl_remove_cache(m->uc, (uint64_t)pc, (uint64_t)pc + 4), "forget code");
    const uc_err err = machine_step(m);
    *byte ^= (uint8_t)(1u << bit % 8);
    must(uc_ctl_remove_cache(m->uc, (uint64_t)pc, (uint64_t)pc + 4), "forget code");
    return err;
}

static void on_access(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value, void *user) {
    const struct machine *m = user;
    const uint32_t ram = (uint32_t)address - (uint32_t)BOARD_ROT_RAM_BASE;
    const uint32_t report = (uint32_t)address - (uint32_t)BOARD_REPORT_BASE;

    (void)uc, (void)value;
    if (m->seen == NULL)
        return;
    if (ram < BOARD_ROT_RAM_SIZE)
        m->seen(m->seen_user, ram, (uint32_t)size, type == UC_MEM_WRITE);
    else if (report < BOARD_REPORT_SIZE)
        m->seen(m->seen_user, BOARD_ROT_RAM_SIZE + report, (uint32_t)size, type == UC_MEM_WRITE);
}

void machine_watch(struct machine *m, machine_seen seen, void *user) {
    uc_hook hook;

    m->seen = seen;
    m->seen_user = user;
    must(uc_hook_add(m->uc, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)(uintptr_t)on_access, m, 1, 0), "watch");
}

/* ---- endless runs: a thread looks at the running thread's processor time, and stops the engine ---- */

static struct {
    pthread_once_t once;
    clockid_t clock;
    _Atomic(uc_engine *) engine; /* NULL: nothing runs */
    _Atomic int64_t deadline;    /* ns of the clock */
    _Atomic int fired;
} watch = {.once = PTHREAD_ONCE_INIT};

static int64_t watch_now(void) {
    struct timespec t;

    clock_gettime(watch.clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void *watch_main(void *arg) {
    for (;;) {
        usleep(1000);
        uc_engine *uc = atomic_load(&watch.engine);
        if (uc != NULL && watch_now() > atomic_load(&watch.deadline)) {
            atomic_store(&watch.fired, 1);
            uc_emu_stop(uc);
        }
    }
    return arg;
}

static void watch_start(void) {
    pthread_t thread;

    if (pthread_getcpuclockid(pthread_self(), &watch.clock) != 0 ||
        pthread_create(&thread, NULL, watch_main, NULL) != 0)
        die("no watchdog thread");
}

enum run_end machine_run(struct machine *m, unsigned budget_ms, uc_err *err) {
    pthread_once(&watch.once, watch_start);
    atomic_store(&watch.fired, 0);
    atomic_store(&watch.deadline, watch_now() + (int64_t)budget_ms * 1000000);
    atomic_store(&watch.engine, m->uc);
    *err = uc_emu_start(m->uc, get_pc(m) | 1u, 0, 0, 0);
    atomic_store(&watch.engine, NULL);
    if (*err != UC_ERR_OK)
        return RUN_FAULT;
    return atomic_load(&watch.fired) != 0 ? RUN_ENDLESS : RUN_EXIT;
}

/* ---- skipping ---- */

uint32_t machine_code(const struct machine *m, uint32_t pc) {
    const uint32_t off = pc - BOARD_ROM_BASE;

    return off < BOARD_TRUST_OFF ? (uint32_t)(m->files->rom[off] | (m->files->rom[off + 1] << 8)) : 0;
}

/* ITSTATE is bits 26:25 and 15:10 of xPSR; after each instruction of the block its low five bits move up by one. */
static uint32_t it_advance(uint32_t xpsr) {
    uint32_t it = ((xpsr >> 25) & 3u) | ((xpsr >> 8) & 0xFCu);

    it = (it & 7u) == 0 ? 0 : (it & 0xE0u) | ((it << 1) & 0x1Fu);
    return (xpsr & ~0x0600FC00u) | ((it & 3u) << 25) | ((it & 0xFCu) << 8);
}

void state_skip(const struct machine *m, struct state *s) {
    s->reg[REG_PC] += thumb_size(machine_code(m, s->reg[REG_PC]));
    s->reg[REG_XPSR] = it_advance(s->reg[REG_XPSR]);
}

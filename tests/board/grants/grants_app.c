/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test application, built for a core with FPU (hard-float): uses what the product's table may have granted it, one thing
 * after the other, and says of each "works", or "closed" where a fault ended the attempt: the services reset the system
 * then, and this application finds in its retained memory what it was at. Interrupts: which lines of the core's are its own.
 */
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/peripherals.h"

#define NVIC_ISER(n) ARMV8M_REG(0xE000E100u + 4u * (n))
#define NVIC_ICER(n) ARMV8M_REG(0xE000E180u + 4u * (n))
#define NVIC_ISPR(n) ARMV8M_REG(0xE000E200u + 4u * (n))
#define NVIC_ICPR(n) ARMV8M_REG(0xE000E280u + 4u * (n))
#define NVIC_ITNS(n) ARMV8M_REG(0xE000E380u + 4u * (n))
#define NVIC_IPR(n) ARMV8M_REG(0xE000E400u + 4u * (n))
enum { PRIS = 0x4000, BFHFNMINS = 0x2000, SVCALL = 11, FIRST_LINE = 16, WAIT = 100000, PATIENCE = 200000000 };

/* Each register that a read tells its peripheral by: bits that are as given, whatever was done before. */
static const struct {
    const char *name;
    uint16_t off, value;
} known[MPS2_PERIPHERALS] = {
    [MPS2_TIMER0] = {"timer0", 0xFE0, 0x22}, [MPS2_TIMER1] = {"timer1", 0xFE0, 0x22},
    [MPS2_DUALTIMER] = {"dualtimer", 0xFE0, 0x23}, [MPS2_DMA0] = {"dma0", 0xFE0, 0x80},
    [MPS2_DMA1] = {"dma1", 0xFE0, 0x80}, [MPS2_DMA2] = {"dma2", 0xFE0, 0x80}, [MPS2_DMA3] = {"dma3", 0xFE0, 0x80},
    [MPS2_UART1] = {"uart1", 0xFE0, 0x21}, [MPS2_UART2] = {"uart2", 0xFE0, 0x21}, [MPS2_UART3] = {"uart3", 0xFE0, 0x21},
    [MPS2_UART4] = {"uart4", 0xFE0, 0x21}, [MPS2_SPI0] = {"spi0", 0xFE0, 0x22}, [MPS2_SPI1] = {"spi1", 0xFE0, 0x22},
    [MPS2_I2C0] = {"i2c0", 0, 3}, [MPS2_I2C1] = {"i2c1", 0, 3}, [MPS2_SPI2] = {"spi2", 0xFE0, 0x22},
    [MPS2_SPI3] = {"spi3", 0xFE0, 0x22}, [MPS2_SPI4] = {"spi4", 0xFE0, 0x22}, [MPS2_I2C2] = {"i2c2", 0, 3},
    [MPS2_ETH] = {"eth", 0x50, 1},
};

/* After the peripherals. */
enum { TRY_FPU = MPS2_PERIPHERALS, TRY_END };
enum outcome { UNTRIED, CLOSED, WORKS, STRANGE };
static const char *const words[] = {"untried", "closed", "works", "STRANGE"};
enum { MAGIC = 0x544E5247 };

static volatile struct {
    uint32_t magic;
    uint32_t at;
    uint32_t outcome[TRY_END];
} retained __attribute__((section(".noinit")));

static void say(const char *what, const char *word) {
    prm_console_text("grants: ");
    prm_console_text(what);
    prm_console_put(' ');
    prm_console_text(word);
    prm_console_put('\n');
}

/* Arrivals by line; whoever drives the line is made quiet. */
static volatile uint32_t arrived[MPS2_LINES];
static uint32_t table[FIRST_LINE + MPS2_LINES] __attribute__((aligned(512)));

static void on_line(void) {
    uint32_t exception;

    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    const uint32_t line = exception - FIRST_LINE;
    arrived[line]++;
    NVIC_ICER(line / 32) = 1u << (line % 32);
}

/* Gives the privilege back. */
static void on_call(void) {
    __asm__ volatile("msr control, %0\n\tisb" ::"r"(0) : "memory");
}

/* As a task of the application's that its kernel doesn't trust. */
static uint32_t read_unprivileged(uint32_t address) {
    __asm__ volatile("msr control, %0\n\tisb" ::"r"(1) : "memory");
    const uint32_t value = ARMV8M_REG(address);
    __asm__ volatile("svc #0" ::: "memory");
    return value;
}

static void take_vectors(void) {
    const uint32_t *const own = (const uint32_t *)(uintptr_t)ARMV8M_VTOR; /* VTOR_NS, seen from here */

    for (uint32_t i = 0; i < FIRST_LINE; i++)
        table[i] = own[i];
    for (uint32_t i = 0; i < MPS2_LINES; i++)
        table[FIRST_LINE + i] = (uint32_t)(uintptr_t)on_line;
    table[SVCALL] = (uint32_t)(uintptr_t)on_call;
    ARMV8M_VTOR = (uint32_t)(uintptr_t)table;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

/*
 * Asks every line for everything: enable, priority, pending. What isn't the application's reads 0 and arrives never; what
 * it was given arrives once, as it was pended once, and had neither enable nor priority from before.
 */
static void try_lines(void) {
    uint32_t strange = 0;

    prm_console_text("grants: lines");
    for (uint32_t line = 0; line < MPS2_LINES; line++) {
        const uint32_t bit = 1u << (line % 32);
        const uint32_t before = NVIC_ISER(line / 32) | NVIC_ISPR(line / 32) | NVIC_IPR(line / 4);

        NVIC_ITNS(line / 32) = UINT32_MAX;
        NVIC_ISER(line / 32) = bit;
        const uint32_t own = (NVIC_ISER(line / 32) & bit) != 0;
        NVIC_ICER(line / 32) = bit;
        NVIC_IPR(line / 4) = UINT32_MAX;
        const uint32_t priority = (NVIC_IPR(line / 4) >> (8 * (line % 4))) & 0xFF;
        NVIC_IPR(line / 4) = 0;
        NVIC_ISER(line / 32) = bit;
        NVIC_ISPR(line / 32) = bit;
        __asm__ volatile("dsb\n\tisb" ::: "memory");
        strange += before != 0 || arrived[line] != own || (priority != 0) != own || NVIC_ITNS(line / 32) != 0;
        if (own == 0)
            continue;
        prm_console_put(' ');
        prm_console_decimal(line);
    }
    prm_console_put('\n');
    say("lines as granted, and no others", strange == 0 ? words[WORKS] : words[STRANGE]);
}

static uint32_t arrived_of(const struct mps2_peripheral_facts *facts) {
    uint32_t n = 0;

    for (uint32_t i = 0; i < MPS2_PERIPHERAL_LINES; i++)
        n += facts->line[i] == MPS2_END ? 0 : arrived[facts->line[i]];
    return n;
}

/* Which of a peripheral's lines arrive within a while, once all of them are enabled. */
static void wait_for(const char *name, uint32_t peripheral, void (*start)(uint32_t base)) {
    const struct mps2_peripheral_facts *const facts = &prm_mps2_peripherals[peripheral];

    for (uint32_t i = 0; i < MPS2_PERIPHERAL_LINES; i++) {
        if (facts->line[i] == MPS2_END)
            continue;
        arrived[facts->line[i]] = 0;
        NVIC_ISER(facts->line[i] / 32) = 1u << (facts->line[i] % 32);
    }
    start(facts->base);
    /* The emulator's timers go by the clock of the machine that it runs on, which may be busy. */
    for (uint32_t i = 0; i < PATIENCE && arrived_of(facts) == 0; i++)
        ;
    for (volatile uint32_t i = 0; i < WAIT; i++)
        ;
    ARMV8M_REG(facts->base + 8) = 3; /* a serial line's control; a timer's reload */
    prm_console_text("grants: ");
    prm_console_text(name);
    prm_console_text(" interrupts by line");
    for (uint32_t i = 0; i < MPS2_PERIPHERAL_LINES; i++) {
        if (facts->line[i] == MPS2_END || arrived[facts->line[i]] == 0)
            continue;
        prm_console_put(' ');
        prm_console_decimal(facts->line[i]);
    }
    prm_console_put('\n');
}

static void start_timer(uint32_t base) {
    ARMV8M_REG(base + 8) = 1000;
    ARMV8M_REG(base + 4) = 1000;
    ARMV8M_REG(base) = 9; /* enabled, with interrupt */
}

/* The console itself: a character that went out raises its line. */
static void start_uart(uint32_t base) {
    ARMV8M_REG(base + 8) = 7; /* both ways, with an interrupt for what went out */
    ARMV8M_REG(base) = '\n';
}

/* In hard-float code of its own: sums 1/k^2, which only the right rounding ends at these bits. */
__attribute__((noinline)) static float basel(uint32_t n) {
    float sum = 0;

    for (uint32_t k = n; k > 0; k--)
        sum += 1.0f / ((float)k * (float)k);
    return sum;
}

static uint32_t bits_of(float x) {
    uint32_t bits;

    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}

static enum outcome try_one(uint32_t at) {
    if (at == TRY_FPU)
        return bits_of(basel(1000)) == 0x3FD26C72u ? WORKS : STRANGE;
    if (known[at].off == 0)
        ARMV8M_REG(prm_mps2_peripherals[at].base) = known[at].value; /* lets go of the lines of a bus */
    const uint32_t address = prm_mps2_peripherals[at].base + known[at].off;
    const uint32_t values = ARMV8M_REG(address) & 0xFF;

    return values == known[at].value && (read_unprivileged(address) & 0xFF) == known[at].value ? WORKS : STRANGE;
}

static void try_system(void) {
    /* Neither is the application's to change; both read as they are. */
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | BFHFNMINS;
    say("priorities and faults", (ARMV8M_AIRCR & (PRIS | BFHFNMINS)) == 0 ? words[CLOSED] : words[STRANGE]);
}

static const struct {
    uint32_t peripheral;
    void (*of)(uint32_t base);
} start[] = {{MPS2_UART1, start_uart}, {MPS2_TIMER0, start_timer}};

/* The last: resets, if it may. */
static void try_reset(void) {
    say("system reset", "tried");
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | ARMV8M_AIRCR_SYSRESETREQ;
    __asm__ volatile("dsb" ::: "memory");
    for (volatile uint32_t i = 0; i < WAIT; i++)
        ;
    say("system reset", words[CLOSED]);
    retained.magic = 0;
    say("end", "");
}

/* The main loop does everything. */
void app_on_tick(void) {
}

void app_main(void) {
    if (retained.magic == MAGIC && retained.at == TRY_END) {
        retained.magic = 0;
        say("system reset", words[WORKS]);
        say("end", "");
        return;
    }
    take_vectors();
    if (retained.magic == MAGIC) {
        retained.outcome[retained.at++] = CLOSED; /* that attempt ended here */
    } else {
        retained.magic = MAGIC;
        retained.at = 0;
        try_lines();
        try_system();
        for (uint32_t i = 0; i < sizeof start / sizeof start[0]; i++)
            wait_for(known[start[i].peripheral].name, start[i].peripheral, start[i].of);
    }
    for (; retained.at < TRY_END; retained.at++)
        retained.outcome[retained.at] = try_one(retained.at);
    for (uint32_t i = 0; i < MPS2_PERIPHERALS; i++)
        say(known[i].name, words[retained.outcome[i]]);
    say("fpu", words[retained.outcome[TRY_FPU]]);
    try_reset();
}

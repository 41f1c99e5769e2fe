/* SPDX-License-Identifier: Apache-2.0 */
/* An Arm SBCon I2C: two bits to set, two bits to clear, one to read. Timing is the emulator's. */
#include "base/harden.h"
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

#define I2C_SET ARMV8M_REG(BOARD_EEPROM_I2C_BASE)         /* write: ones drive high; read: the lines */
#define I2C_CLEAR ARMV8M_REG(BOARD_EEPROM_I2C_BASE + 0x4) /* write: ones drive low */

enum { SCL = 1, SDA = 2, CLEAR_CLOCKS = 9 };

static void clock_pulse(void) {
    I2C_SET = SCL;
    I2C_CLEAR = SCL;
}

static void start(void *ctx) {
    (void)ctx;
    I2C_SET = SDA;
    I2C_SET = SCL;
    I2C_CLEAR = SDA;
    I2C_CLEAR = SCL;
}

static void stop(void *ctx) {
    (void)ctx;
    I2C_CLEAR = SDA;
    I2C_SET = SCL;
    I2C_SET = SDA;
}

static void clear(void *ctx) {
    I2C_SET = SDA;
    I2C_CLEAR = SCL;
    for (unsigned i = 0; i < CLEAR_CLOCKS; i++)
        clock_pulse();
    stop(ctx);
}

static uint32_t put(void *ctx, uint32_t byte) {
    (void)ctx;
    for (unsigned i = 0; i < 8; i++) {
        if ((byte & 0x80u) != 0)
            I2C_SET = SDA;
        else
            I2C_CLEAR = SDA;
        clock_pulse();
        byte <<= 1;
    }
    I2C_SET = SDA;
    I2C_SET = SCL;
    const uint32_t lines = I2C_SET;
    I2C_CLEAR = SCL;
    return lines & SDA;
}

static uint8_t get(void *ctx, uint32_t last) {
    const uint32_t clock = prm_launder(SCL); /* in a register, not made anew for each bit */
    uint32_t byte = 0;

    (void)ctx;
    I2C_SET = SDA;
    for (unsigned i = 0; i < 8; i++) {
        I2C_SET = clock;
        byte = (byte << 1) | ((I2C_SET & SDA) / SDA);
        I2C_CLEAR = clock;
    }
    if (last == 0)
        I2C_CLEAR = SDA;
    clock_pulse();
    return (uint8_t)byte;
}

const struct prm_i2c prm_mps2_i2c = {NULL, clear, start, stop, put, get};

/* SPDX-License-Identifier: Apache-2.0 */
/* AT24C EEPROM on an Arm SBCon I2C: two bits to set, two bits to clear, one to read. Timing is the emulator's. */
#include "ports/mps2-an505/port.h"

#include <string.h>

#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"

#define I2C_SET ARMV8M_REG(BOARD_EEPROM_I2C_BASE)         /* write: ones drive high; read: the lines */
#define I2C_CLEAR ARMV8M_REG(BOARD_EEPROM_I2C_BASE + 0x4) /* write: ones drive low */

enum {
    SCL = 1,
    SDA = 2,
    DEVICE_WRITE = BOARD_EEPROM_ADDRESS << 1,
    DEVICE_READ = DEVICE_WRITE | 1,
    BUS_CLEAR_CLOCKS = 9, /* frees a device that a reset left in the middle of a byte */
    WRITE_POLLS = 1000    /* the part doesn't answer while it writes */
};

static void clock_pulse(void) {
    I2C_SET = SCL;
    I2C_CLEAR = SCL;
}

static void start(void) {
    I2C_SET = SDA;
    I2C_SET = SCL;
    I2C_CLEAR = SDA;
    I2C_CLEAR = SCL;
}

static void stop(void) {
    I2C_CLEAR = SDA;
    I2C_SET = SCL;
    I2C_SET = SDA;
}

/* COUNTER_IO if nobody acknowledges. */
static prm_result put_byte(uint32_t byte) {
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
    return (lines & SDA) == 0 ? PRM_OK : PRM_ERR_COUNTER_IO;
}

/* Acknowledges unless it is the last byte. */
static uint8_t get_byte(uint32_t last) {
    uint32_t byte = 0;

    I2C_SET = SDA;
    for (unsigned i = 0; i < 8; i++) {
        I2C_SET = SCL;
        byte = (byte << 1) | ((I2C_SET & SDA) / SDA);
        I2C_CLEAR = SCL;
    }
    if (last == 0)
        I2C_CLEAR = SDA;
    clock_pulse();
    return (uint8_t)byte;
}

static prm_result put_address(uint32_t off) {
    start();
    PRM_TRY(put_byte(DEVICE_WRITE));
    PRM_TRY(put_byte(off >> 8));
    return put_byte(off & 0xFFu);
}

static prm_result select_for_read(uint32_t off) {
    I2C_SET = SDA;
    I2C_CLEAR = SCL;
    for (unsigned i = 0; i < BUS_CLEAR_CLOCKS; i++)
        clock_pulse();
    stop();
    PRM_TRY(put_address(off));
    start();
    return put_byte(DEVICE_READ);
}

prm_result prm_at24_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    uint8_t *to = dst;

    (void)ctx;
    memset(dst, 0, len);
    if (len > BOARD_EEPROM_SIZE || off > BOARD_EEPROM_SIZE - len)
        return PRM_ERR_COUNTER_IO;
    const prm_result result = select_for_read(off);
    if (result == PRM_OK)
        for (uint32_t i = 0; i < len; i++)
            to[i] = get_byte(i + 1 == len);
    stop();
    return result;
}

static prm_result put_data(uint32_t off, const uint8_t *from, uint32_t len) {
    PRM_TRY(put_address(off));
    for (uint32_t i = 0; i < len; i++)
        PRM_TRY(put_byte(from[i]));
    return PRM_OK;
}

prm_result prm_at24_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    prm_result result;

    (void)ctx;
    if (len > BOARD_EEPROM_SIZE || off > BOARD_EEPROM_SIZE - len)
        return PRM_ERR_COUNTER_IO;
    result = put_data(off, src, len);
    stop();
    if (result != PRM_OK)
        return result;
    for (unsigned i = 0; i < WRITE_POLLS; i++) {
        start();
        result = put_byte(DEVICE_WRITE);
        stop();
        if (result == PRM_OK)
            return PRM_OK;
    }
    return result;
}

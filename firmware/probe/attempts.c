/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/probe/attempts.h"

#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"

enum { SLOTS = BOARD_SLOT_A_OFF ^ BOARD_SLOT_B_OFF }; /* turns one slot's offset into the other's */

#define FLASH(off) ((uint32_t)BOARD_FLASH_BASE + (off))
#define OWN_SLOT FLASH(APP_SLOT_OFF)
#define OTHER_SLOT FLASH(APP_SLOT_OFF ^ SLOTS)
#define SERVICES (FLASH(APP_SLOT_OFF) + BOARD_SERVICES_OFF)
#define ALIAS_NS(address) ((uint32_t)(address) & ~0x10000000u)

const struct attempt attempts[] = {
    {"read root text", BOARD_ROM_BASE, ATTEMPT_READ},
    {"read root text, Non-secure alias", ALIAS_NS(BOARD_ROM_BASE), ATTEMPT_READ},
    {"write root text", BOARD_ROM_BASE + 0x100, ATTEMPT_WRITE},
    {"write root text, Non-secure alias", ALIAS_NS(BOARD_ROM_BASE + 0x100), ATTEMPT_WRITE},
    {"call into root text", BOARD_ROM_BASE + 0x101, ATTEMPT_CALL},
    {"call into root text, Non-secure alias", ALIAS_NS(BOARD_ROM_BASE + 0x101), ATTEMPT_CALL},
    {"return to the Secure state (FNC_RETURN)", 0xFEFFFFFF, ATTEMPT_RETURN},
    {"read trust anchors", BOARD_ROM_BASE + BOARD_TRUST_OFF, ATTEMPT_READ},
    {"write trust anchors, Non-secure alias", ALIAS_NS(BOARD_ROM_BASE + BOARD_TRUST_OFF), ATTEMPT_WRITE},
    {"read fuses", BOARD_FUSES_BASE, ATTEMPT_READ},
    {"read fuses, Non-secure alias", ALIAS_NS(BOARD_FUSES_BASE), ATTEMPT_READ},
    {"write fuses", BOARD_FUSES_BASE, ATTEMPT_WRITE},
    {"write fuses, Non-secure alias", ALIAS_NS(BOARD_FUSES_BASE), ATTEMPT_WRITE},
    {"read root RAM", BOARD_ROT_RAM_BASE, ATTEMPT_READ},
    {"read root RAM, Non-secure alias", ALIAS_NS(BOARD_ROT_RAM_BASE), ATTEMPT_READ},
    {"write root RAM", BOARD_ROT_RAM_BASE, ATTEMPT_WRITE},
    {"read boot journal", FLASH(BOARD_JOURNAL_OFF), ATTEMPT_READ},
    {"write boot journal", FLASH(BOARD_JOURNAL_OFF), ATTEMPT_WRITE},
    {"read the services' text", SERVICES, ATTEMPT_READ},
    {"write the services' text", SERVICES + 0x200, ATTEMPT_WRITE},
    {"call into the services' text", SERVICES + 0xA1, ATTEMPT_CALL},
    {"call behind the door", BOARD_DOOR + 3, ATTEMPT_DOOR},
    {"call before the door", BOARD_DOOR - 1, ATTEMPT_DOOR},
    {"read services RAM", BOARD_SERVICES_RAM_BASE, ATTEMPT_READ},
    {"read services RAM, Non-secure alias", ALIAS_NS(BOARD_SERVICES_RAM_BASE), ATTEMPT_READ},
    {"write services RAM", BOARD_SERVICES_RAM_BASE, ATTEMPT_WRITE},
    {"write the hand-over", BOARD_HANDOFF_BASE, ATTEMPT_WRITE},
    {"read the device key", BOARD_KEY_BASE, ATTEMPT_READ},
    {"read the device key, Non-secure alias", ALIAS_NS(BOARD_KEY_BASE), ATTEMPT_READ},
    {"stop the watchdog", BOARD_WATCHDOG_BASE + 8, ATTEMPT_WRITE},
    {"read own slot's envelope", OWN_SLOT, ATTEMPT_READ},
    {"write own slot's envelope", OWN_SLOT, ATTEMPT_WRITE},
    {"read the end of own slot", OWN_SLOT + BOARD_SLOT_SIZE - 4, ATTEMPT_READ},
    {"read the other slot's envelope", OTHER_SLOT, ATTEMPT_READ},
    {"read the other slot's image", OTHER_SLOT + BOARD_APP_OFF, ATTEMPT_READ},
    {"write the other slot's image", OTHER_SLOT + BOARD_APP_OFF, ATTEMPT_WRITE},
    {"run the other slot's image", OTHER_SLOT + BOARD_APP_OFF + 0x101, ATTEMPT_CALL},
    {"read EEPROM bus", BOARD_EEPROM_I2C_BASE, ATTEMPT_READ},
    {"write EEPROM bus", BOARD_EEPROM_I2C_BASE, ATTEMPT_WRITE},
    {"read EEPROM bus, Non-secure alias", ALIAS_NS(BOARD_EEPROM_I2C_BASE), ATTEMPT_READ},
    {"write EEPROM bus, Non-secure alias", ALIAS_NS(BOARD_EEPROM_I2C_BASE), ATTEMPT_WRITE},
    {"write root console", BOARD_UART0_BASE, ATTEMPT_WRITE},
    {"write root console, Non-secure alias", ALIAS_NS(BOARD_UART0_BASE), ATTEMPT_WRITE},
    {"write RAM protection (MPC 1)", 0x58008014, ATTEMPT_WRITE},
    {"write ROM protection (MPC 0)", 0x58007014, ATTEMPT_WRITE},
    {"write own RAM's protection (MPC 2)", 0x58009014, ATTEMPT_WRITE},
    {"write protection against masters (MSC)", 0x500800D0, ATTEMPT_WRITE},
    {"write peripheral protection (PPC)", 0x50080084, ATTEMPT_WRITE},
    {"write peripheral protection (PPC), Non-secure alias", 0x40080084, ATTEMPT_WRITE},
    {"read DMA controller", 0x40110000, ATTEMPT_READ},
    {"read a timer that is not granted", 0x40001FE0, ATTEMPT_READ},
    {"see which interrupts are granted", 0xE000E380, ATTEMPT_READ_ZERO},
    {"see the SAU's control", 0xE000EDD0, ATTEMPT_READ_ZERO},
    {"turn the SAU off and read the fuses", ALIAS_NS(BOARD_FUSES_BASE), ATTEMPT_SAU_OFF},
};
const uint32_t attempts_count = sizeof attempts / sizeof attempts[0];

uint32_t attempt_do(const struct attempt *attempt) {
    volatile uint32_t *const place = &ARMV8M_REG(attempt->address);
    uint32_t blocked = 0;

    switch ((enum attempt_kind)attempt->kind) {
    case ATTEMPT_WRITE:
        *place = 0;
        break;
    case ATTEMPT_CALL:
    case ATTEMPT_DOOR:
        __asm__ volatile("blx %0" ::"r"(attempt->address) : "r0", "r1", "r2", "r3", "r12", "lr", "cc", "memory");
        break;
    case ATTEMPT_RETURN:
        __asm__ volatile("bx %0" ::"r"(attempt->address) : "memory");
        break;
    case ATTEMPT_READ_ZERO:
        blocked = *place == 0;
        break;
    case ATTEMPT_SAU_OFF:
        ARMV8M_SAU_CTRL = 2; /* ALLNS */
        __asm__ volatile("dsb\n\tisb" ::: "memory");
        (void)*place;
        break;
    case ATTEMPT_READ:
        (void)*place;
        break;
    }
    __asm__ volatile("dsb" ::: "memory");
    return blocked;
}

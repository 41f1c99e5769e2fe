/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/door/pointers.h"

#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "sdk/call.h"
#include "tests/board/door/test_service.h"

/*
 *     all's        nobody's     all's, to read  the kernel's  all's
 *     │            │            │               │             │
 *     ─────────────┼────────────┼───────────────┼─────────────┼──────
 *                  ground + 256 + 288           + 320         + 352
 */
static uint8_t ground[640] __attribute__((aligned(32)));
enum { NOBODYS = 256, READ_ONLY = 288, KERNELS = 320, ALLS = 352, FROM = NOBODYS - 70, TO = ALLS + 8 };

enum { AP_PRIVILEGED = 0, AP_ALL = 2, AP_READ_ALL = 6, XN = 1 };

static void region(uint32_t n, uint32_t base, uint32_t end, uint32_t access) {
    ARMV8M_MPU_RNR = n;
    ARMV8M_MPU_RBAR = base | access;
    ARMV8M_MPU_RLAR = (end - 32u) | 1u;
}

void pointers_protect(void) {
    const uint32_t at = (uint32_t)(uintptr_t)ground;

    region(0, BOARD_FLASH_BASE + APP_SLOT_OFF, BOARD_FLASH_BASE + APP_SLOT_OFF + BOARD_SLOT_SIZE, AP_READ_ALL);
    region(1, BOARD_NS_RAM_BASE, at + NOBODYS, AP_ALL | XN);
    region(2, at + READ_ONLY, at + KERNELS, AP_READ_ALL | XN);
    region(3, at + KERNELS, at + ALLS, AP_PRIVILEGED | XN);
    region(4, at + ALLS, BOARD_NS_RAM_BASE + BOARD_NS_RAM_SIZE, AP_ALL | XN);
    region(5, BOARD_UART1_NS_BASE, BOARD_UART1_NS_BASE + BOARD_UART_SIZE, AP_ALL | XN);
    ARMV8M_MPU_CTRL = 1;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

void pointers_open(void) {
    ARMV8M_MPU_CTRL = 0;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

uint32_t *pointers_part(enum pointers_part part) {
    return (uint32_t *)(void *)(ground + (part == POINTERS_KERNELS ? KERNELS : READ_ONLY));
}

/* What the MPU above says of one byte, told once more. */
static int may(uint32_t offset, int write, uint32_t privileged) {
    if (offset < NOBODYS || offset >= ALLS)
        return 1;
    if (offset < READ_ONLY)
        return 0;
    return offset < KERNELS ? !write : privileged != 0;
}

static int may_all(uint32_t offset, uint32_t len, int write, uint32_t privileged) {
    for (uint32_t i = 0; i < len; i++) {
        if (!may(offset + i, write, privileged))
            return 0;
    }
    return 1;
}

uint32_t pointers_try(uint32_t privileged, volatile uint32_t *calls) {
    static const uint32_t lens[] = {1, 4, 32, 64};
    uint32_t wrong = 0;
    uint8_t own[64] = {0};

    for (uint32_t at = FROM; at < TO; at++) {
        for (uint32_t i = 0; i < 2 * sizeof lens / sizeof lens[0]; i++) {
            const uint32_t len = lens[i / 2];
            const int write = i % 2;
            const struct primum_vector tried = primum_piece(ground + at, len), good = primum_piece(own, len);
            const struct primum_vector v[] = {write ? good : tried, write ? tried : good};
            const psa_status_t status = primum_door_call(PRIMUM_DOOR_CALL(TEST_SERVICE, TEST_TURN, 1, 1), v, NULL);
            const psa_status_t right =
                may_all(at, len, write, privileged) ? PSA_SUCCESS : PSA_ERROR_INVALID_ARGUMENT;
            wrong += status != right;
            *calls += 1;
        }
    }
    return wrong;
}

uint32_t pointers_look(volatile uint32_t *calls) {
    static const struct {
        uint32_t at, len, is_own;
    } places[] = {
        {BOARD_NS_RAM_BASE, 4, 1},
        {BOARD_NS_RAM_BASE - 1, 2, 0},
        {BOARD_SERVICES_RAM_BASE, 4, 0},
        {BOARD_ROT_RAM_BASE, 4, 0},
        {BOARD_FUSES_BASE, 4, 0},
        {BOARD_ROM_BASE, 4, 0},
        {BOARD_FLASH_BASE, 4, 0},
        {BOARD_FLASH_BASE + APP_SLOT_OFF + BOARD_APP_OFF - 1, 2, 0},
        {BOARD_FLASH_BASE + APP_SLOT_OFF + BOARD_APP_OFF, 4, 1},
        {BOARD_UART0_BASE, 4, 0},
        {BOARD_UART1_NS_BASE, 4, 1}, /* the core lets it; the map doesn't */
        {BOARD_NS_RAM_BASE, 0, 0},
        {BOARD_NS_RAM_BASE, 0xFFFFFFFF, 0},
        {BOARD_NS_RAM_BASE, 0x80000000, 0},
        {0xFFFFFFFF, 2, 0},
        {0xFFFFFFF0, 0x20, 0},
    };
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < 4 * sizeof places / sizeof places[0]; i++) {
        const struct test_may what = {places[i / 4].at, places[i / 4].len, i & 1u, i >> 1 & 1u};
        const struct primum_vector in = primum_piece(&what, sizeof what);
        const psa_status_t got = primum_door_call(PRIMUM_DOOR_CALL(TEST_SERVICE, TEST_MAY, 1, 0), &in, NULL);
        wrong += (uint32_t)got != places[i / 4].is_own;
        *calls += 1;
    }
    return wrong;
}

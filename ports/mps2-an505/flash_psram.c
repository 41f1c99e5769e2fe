/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/mps2-an505/port.h"

#include <string.h>

#include "ports/mps2-an505/board.h"

static uint8_t *at(uint32_t off) {
    return (uint8_t *)(uintptr_t)((uint32_t)BOARD_FLASH_BASE + off);
}

static prm_result check_range(uint32_t off, uint32_t len, uint32_t unit) {
    if (len > BOARD_FLASH_SIZE || off > BOARD_FLASH_SIZE - len || ((off | len) & (unit - 1u)) != 0)
        return PRM_ERR_FLASH_RANGE;
    return PRM_OK;
}

static prm_result flash_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    const prm_result result = check_range(off, len, 1);

    (void)ctx;
    if (result != PRM_OK) {
        memset(dst, 0, len);
        return result;
    }
    memcpy(dst, at(off), len);
    return PRM_OK;
}

static prm_result flash_view(void *ctx, uint32_t off, uint32_t len, prm_span *out) {
    (void)ctx;
    *out = (prm_span){NULL, 0};
    PRM_TRY(check_range(off, len, 1));
    *out = prm_span_of(at(off), len);
    return PRM_OK;
}

static prm_result flash_blank(void *ctx, uint32_t off, uint32_t len) {
    const uint32_t *const word = (const uint32_t *)(const void *)at(off);

    (void)ctx;
    PRM_TRY(check_range(off, len, BOARD_FLASH_WRITE_SIZE));
    for (uint32_t i = 0; i < len / sizeof *word; i++)
        if (word[i] != BOARD_FLASH_ERASED * 0x01010101u)
            return PRM_ERR_FLASH_NOT_ERASED;
    return PRM_OK;
}

/* The emulated memory has no buffer before it. */
static prm_result flash_commit(void *ctx) {
    (void)ctx;
    return PRM_OK;
}

static prm_result flash_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    const uint8_t *from = src;
    volatile uint8_t *to = at(off);

    PRM_TRY(check_range(off, len, BOARD_FLASH_WRITE_SIZE));
    PRM_TRY(flash_blank(ctx, off, len));
    for (uint32_t i = 0; i < len; i++)
        to[i] = from[i];
    return PRM_OK;
}

static prm_result flash_erase(void *ctx, uint32_t off) {
    (void)ctx;
    PRM_TRY(check_range(off, BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_ERASE_SIZE));
    memset(at(off), BOARD_FLASH_ERASED, BOARD_FLASH_ERASE_SIZE);
    return PRM_OK;
}

const struct prm_flash prm_mps2_flash = {
    .size = BOARD_FLASH_SIZE,
    .write_size = BOARD_FLASH_WRITE_SIZE,
    .units = {{BOARD_FLASH_SIZE / BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_ERASE_SIZE}},
    .erased = BOARD_FLASH_ERASED,
    .rww = PRM_YES,
    .read = flash_read,
    .view = flash_view,
    .write = flash_write,
    .erase = flash_erase,
    .blank = flash_blank,
    .commit = flash_commit,
};

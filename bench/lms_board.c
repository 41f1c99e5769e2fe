/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checking an HSS/LMS signature costs on the emulated Cortex-M33, by the root's own objects: one tree of height 10,
 * N32, and the mean of MESSAGES signatures, since the steps of chains depend on the message. Its figures mean
 * instructions only under -icount shift=6,sleep=off. bench.sh reads them.
 */
#include <string.h>

#include "base/harden.h"
#include "crypto/hss_parse.h"
#include "crypto/hss_verify.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "providers/thumb2/sha256_thumb2.h"
#include "tests/board/semihosting.h"

#define TIMER_CTRL ARMV8M_REG(0x50000000)
#define TIMER_VALUE ARMV8M_REG(0x50000004)
#define TIMER_RELOAD ARMV8M_REG(0x50000008)

enum { N = 32, HEIGHT = 10, LMS_TYPE = 6, MESSAGES = 16, MESSAGE_SIZE = 120, STACK_ROOM = 4096 };

const struct prm_crypto lms_crypto = { /* found by this name by skip_lms */
    .sha256 = prm_sha256_thumb2,
    .sha256_pull = prm_sha256_thumb2_pull,
    .sha256_chain = prm_sha256_thumb2_chain,
};
static uint8_t key[PRM_HSS_KEY_T_OFF + N], sig[4 + 12 + N * (1 + 265 + HEIGHT)], message[MESSAGE_SIZE];

static uint8_t random_byte(void) {
    static uint32_t x = 1;

    x = x * 1664525u + 1013904223u;
    return (uint8_t)(x >> 24);
}

/* A signature that is right: whatever its chains and path are, they lead to a root, and that is made the key's. */
static size_t make(uint8_t ots_type, size_t chains) {
    const size_t type_off = 4 + 8 + N * (1 + chains), len = type_off + 4 + N * HEIGHT;
    const prm_span whole = prm_span_of(message, sizeof message);
    uint8_t witness[PRM_HSS_WITNESS_SIZE];

    for (size_t i = 0; i < sizeof key; i++)
        key[i] = random_byte();
    for (size_t i = 0; i < len; i++)
        sig[i] = random_byte();
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = random_byte();
    memset(key, 0, 12);
    memset(sig, 0, 12);
    memset(sig + type_off, 0, 4);
    key[3] = 1;
    sig[6] = random_byte() & 3u;
    sig[7] = random_byte();
    key[7] = sig[type_off + 3] = LMS_TYPE;
    key[11] = sig[11] = ots_type;
    if (prm_hss_witness(&lms_crypto, prm_span_of(key, sizeof key), &whole, 1, prm_span_of(sig, len), witness) != PRM_OK)
        prm_trap();
    memcpy(key + PRM_HSS_KEY_T_OFF, witness, N);
    return len;
}

static void check(size_t len) {
    const prm_span whole = prm_span_of(message, sizeof message);

    if (prm_hss_verify(&lms_crypto, prm_span_of(key, sizeof key), &whole, 1, prm_span_of(sig, len)) != PRM_OK)
        prm_trap();
}

/* A tick is 50 ns, an instruction 64 ns. */
static uint32_t instructions(size_t len) {
    TIMER_CTRL = 0;
    TIMER_RELOAD = UINT32_MAX;
    TIMER_VALUE = UINT32_MAX;
    TIMER_CTRL = 1;

    const uint32_t start = TIMER_VALUE;

    check(len);
    return (uint32_t)((uint64_t)(start - TIMER_VALUE) * 50u / 64u);
}

__attribute__((noinline)) static uint32_t stack(size_t len) {
    uint32_t sp, low = 0;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    volatile uint32_t *const room = (uint32_t *)(uintptr_t)((sp & ~3u) - STACK_ROOM);

    for (size_t i = 0; i < (STACK_ROOM - 128) / 4; i++)
        room[i] = 0xA5C35A3Cu;
    check(len);
    while (room[low] == 0xA5C35A3Cu)
        low++;
    return STACK_ROOM - 4 * low;
}

static void figure(const char *what, const char *unit, uint32_t value) {
    prm_console_text(what);
    prm_console_text(unit);
    prm_console_decimal(value);
    prm_console_text("\n");
}

void prm_main(void) {
    static const struct {
        const char *name;
        uint8_t type;
        uint16_t chains;
    } sets[] = {{"lms_w1", 1, 265}, {"lms_w2", 2, 133}, {"lms_w4", 3, 67}, {"lms_w8", 4, 34}};
    uint32_t deepest = 0;

    for (size_t k = 0; k < sizeof sets / sizeof sets[0]; k++) {
        uint32_t sum = 0;

        for (size_t i = 0; i < MESSAGES; i++) {
            const size_t len = make(sets[k].type, sets[k].chains);
            const uint32_t used = stack(len);

            sum += instructions(len);
            deepest = used > deepest ? used : deepest;
        }
        figure(sets[k].name, "_insn ", sum / MESSAGES);
    }
    figure("lms_stack", "_bytes ", deepest);
    semihosting_exit(0);
}

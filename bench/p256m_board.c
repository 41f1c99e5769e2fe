/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What p256-m, the P-256 that Mbed TLS 3.6 has for small devices, takes for the same on the same core, built with the same
 * flags: beside the figures of tests/board/test_p256_board.c. They mean instructions only under -icount
 * shift=6,sleep=off. bench.sh reads them.
 */
#include <p256-m/p256-m/p256-m.h>

#include "base/harden.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "tests/board/semihosting.h"

#define TIMER_CTRL ARMV8M_REG(0x50000000)
#define TIMER_VALUE ARMV8M_REG(0x50000004)
#define TIMER_RELOAD ARMV8M_REG(0x50000008)

int psa_generate_random(uint8_t *output, size_t output_size);

static uint8_t secret[32], public_key[64], other_secret[32], other_public[64], digest[32] = {1, 2, 3}, sig[64], shared[32];

/* The library's source of randomness. Nothing here is secret. */
int psa_generate_random(uint8_t *output, size_t output_size) {
    static uint32_t x = 1;

    for (size_t i = 0; i < output_size; i++) {
        x = x * 1664525u + 1013904223u;
        output[i] = (uint8_t)(x >> 24);
    }
    return 0;
}

static void need(int failed) {
    if (failed)
        prm_trap();
}
static void keypair(void) { need(p256_gen_keypair(secret, public_key)); }
static void sign(void) { need(p256_ecdsa_sign(sig, secret, digest, sizeof digest)); }
static void verify(void) { need(p256_ecdsa_verify(sig, public_key, digest, sizeof digest)); }
static void agree(void) { need(p256_ecdh_shared_secret(shared, secret, other_public)); }

/* A tick is 50 ns, an instruction 64 ns. */
static void figure(const char *name, void (*what)(void)) {
    TIMER_CTRL = 0;
    TIMER_RELOAD = UINT32_MAX;
    TIMER_VALUE = UINT32_MAX;
    TIMER_CTRL = 1;

    const uint32_t start = TIMER_VALUE;

    what();
    prm_console_text(name);
    prm_console_decimal((uint32_t)((uint64_t)(start - TIMER_VALUE) * 50u / 64u));
    prm_console_text("\n");
}

void prm_main(void) {
    need(p256_gen_keypair(other_secret, other_public));
    figure("p256m_keypair_insn ", keypair);
    figure("p256m_sign_insn ", sign);
    figure("p256m_verify_insn ", verify);
    figure("p256m_ecdh_insn ", agree);
    semihosting_exit(0);
}

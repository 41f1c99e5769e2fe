/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P-256 on the emulated Cortex-M33: the field in assembly beside the field in C, and what all of it costs. A check is one
 * line of main(); its figures mean instructions only under -icount shift=6,sleep=off.
 */
#include <string.h>

#include "base/harden.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "providers/p256/p256_inverse.h"
#include "providers/p256/p256_point.h"
#include "providers/p256/p256_secret.h"
#include "providers/p256/p256_verify.h"
#include "providers/thumb2/sha256_thumb2.h"
#include "tests/board/p256_reference.h"
#include "tests/board/semihosting.h"

#define TIMER_CTRL ARMV8M_REG(0x50000000)
#define TIMER_VALUE ARMV8M_REG(0x50000004)
#define TIMER_RELOAD ARMV8M_REG(0x50000008)

/* The limits of the assembly; the build for the field in C gives others. */
#ifndef VERIFY_MAX
#define VERIFY_MAX 800000
#define SLOWER 1
#endif

enum { PAIRS = 20000, STACK_ROOM = 4096 };

static uint32_t passed, failed;

static void report(const char *what, uint32_t wrong) {
    prm_console_text(wrong == 0 ? "ok    " : "WRONG ");
    prm_console_text(what);
    prm_console_text("\n");
    passed += wrong == 0;
    failed += wrong != 0;
}

static void figure(const char *what, const char *unit, uint32_t value) {
    prm_console_text(what);
    prm_console_text(unit);
    prm_console_decimal(value);
    prm_console_text("\n");
}

static uint32_t random_word(void) {
    static uint32_t x = 1, y = 0x9E3779B9u;

    x = x * 1664525u + 1013904223u;
    y ^= y << 13;
    y ^= y >> 17;
    y ^= y << 5;
    return x ^ y;
}

/* A number below p; half of its words are at an edge. */
static void random_number(uint32_t a[P256_WORDS]) {
    uint32_t gone[P256_WORDS];

    do {
        const uint32_t kind = random_word();
        for (unsigned i = 0; i < P256_WORDS; i++) {
            const uint32_t edge[4] = {0, UINT32_MAX, 1, UINT32_MAX - 1};
            a[i] = (kind >> (4 * i) & 1u) != 0 ? edge[kind >> (4 * i + 1) & 3u] : random_word();
        }
        if (kind % 64 == 0) {
            prm_p256_copy(a, prm_p256_p);
            a[0] -= 1u + random_word() % 4;
        }
    } while (prm_p256_minus(gone, a, prm_p256_p) == 0);
}

static uint32_t field_differs(void) {
    uint32_t a[P256_WORDS], b[P256_WORDS], r[P256_WORDS], expected[P256_WORDS], diff = 0;

    for (unsigned i = 0; i < PAIRS; i++) {
        random_number(a);
        random_number(b);
        prm_p256_mul(r, a, b);
        reference_mul(expected, a, b);
        diff |= prm_p256_diff(r, expected);
        prm_p256_sqr(r, a);
        reference_sqr(expected, a);
        diff |= prm_p256_diff(r, expected);
        prm_p256_add(r, a, b);
        reference_add(expected, a, b);
        diff |= prm_p256_diff(r, expected);
        prm_p256_sub(r, a, b);
        reference_sub(expected, a, b);
        diff |= prm_p256_diff(r, expected);
        prm_p256_half(r, a);
        reference_half(expected, a);
        diff |= prm_p256_diff(r, expected);
    }
    return diff;
}

static const struct prm_crypto crypto = {.sha256 = prm_sha256_thumb2};

static uint32_t lookup_differs(void) {
    struct prm_p256_affine r, expected;
    uint32_t diff = 0;

    for (uint32_t n = 1; n <= P256_TABLE; n++)
        for (uint32_t i = 0; i < n; i++) {
            prm_p256_lookup(&r, prm_p256_table, n, i);
            reference_lookup(&expected, prm_p256_table, n, i);
            diff |= prm_diff(&r, &prm_p256_table[i], sizeof r) | prm_diff(&r, &expected, sizeof r);
        }
    return diff;
}

/* RFC 6979 A.2.5, SHA-256 of "sample". */
static const uint8_t secret[32] = {
    0xC9, 0xAF, 0xA9, 0xD8, 0x45, 0xBA, 0x75, 0x16, 0x6B, 0x5C, 0x21, 0x57, 0x67, 0xB1, 0xD6, 0x93,
    0x4E, 0x50, 0xC3, 0xDB, 0x36, 0xE8, 0x9B, 0x12, 0x7B, 0x8A, 0x62, 0x2B, 0x12, 0x0F, 0x67, 0x21};
static const uint8_t key[64] = {
    0x60, 0xFE, 0xD4, 0xBA, 0x25, 0x5A, 0x9D, 0x31, 0xC9, 0x61, 0xEB, 0x74, 0xC6, 0x35, 0x6D, 0x68,
    0xC0, 0x49, 0xB8, 0x92, 0x3B, 0x61, 0xFA, 0x6C, 0xE6, 0x69, 0x62, 0x2E, 0x60, 0xF2, 0x9F, 0xB6,
    0x79, 0x03, 0xFE, 0x10, 0x08, 0xB8, 0xBC, 0x99, 0xA4, 0x1A, 0xE9, 0xE9, 0x56, 0x28, 0xBC, 0x64,
    0xF2, 0xF1, 0xB2, 0x0C, 0x2D, 0x7E, 0x9F, 0x51, 0x77, 0xA3, 0xC2, 0x94, 0xD4, 0x46, 0x22, 0x99};
static const uint8_t digest[32] = {
    0xAF, 0x2B, 0xDB, 0xE1, 0xAA, 0x9B, 0x6E, 0xC1, 0xE2, 0xAD, 0xE1, 0xD6, 0x94, 0xF4, 0x1F, 0xC7,
    0x1A, 0x83, 0x1D, 0x02, 0x68, 0xE9, 0x89, 0x15, 0x62, 0x11, 0x3D, 0x8A, 0x62, 0xAD, 0xD1, 0xBF};
static const uint8_t sig[64] = {
    0xEF, 0xD4, 0x8B, 0x2A, 0xAC, 0xB6, 0xA8, 0xFD, 0x11, 0x40, 0xDD, 0x9C, 0xD4, 0x5E, 0x81, 0xD6,
    0x9D, 0x2C, 0x87, 0x7B, 0x56, 0xAA, 0xF9, 0x91, 0xC3, 0x4D, 0x0E, 0xA8, 0x4E, 0xAF, 0x37, 0x16,
    0xF7, 0xCB, 0x1C, 0x94, 0x2D, 0x65, 0x7C, 0x41, 0xD4, 0x36, 0xC7, 0xA1, 0xB6, 0xE2, 0x9F, 0x65,
    0xF3, 0xE9, 0x00, 0xDB, 0xB9, 0xAF, 0xF4, 0x06, 0x4D, 0xC4, 0xAB, 0x2F, 0x84, 0x3A, 0xCD, 0xA8};

static uint32_t x[P256_WORDS], y[P256_WORDS];
static uint8_t witness[32];

static void do_nothing(void) {}
static void do_mul(void) { prm_p256_mul(x, x, y); }
static void do_sqr(void) { prm_p256_sqr(x, x); }
static void do_add(void) { prm_p256_add(x, x, y); }
static void do_sub(void) { prm_p256_sub(x, x, y); }
static void do_half(void) { prm_p256_half(x, x); }
static void do_reference_mul(void) { reference_mul(x, x, y); }
static void do_invert(void) { prm_p256_inverse(x, x, &prm_p256_modulus_p); }
static struct prm_p256_point point;
static void do_double(void) { prm_p256_double(&point); }
static void do_sum(void) { prm_p256_sum(&point, &point, prm_p256_table, x); }
static void do_verify(void) {
    if (prm_p256_witness(key, digest, sig, witness) != PRM_OK)
        prm_trap();
}

static const uint8_t noise[PRM_P256_NOISE_SIZE] = {1, 2, 3, [40] = 4};
static uint8_t made[64], shared[32], seed[PRM_P256_SEED_SIZE];
static void need(prm_result result) {
    if (result != PRM_OK)
        prm_trap();
}
static void do_sign(void) { need(prm_p256_sign(&crypto, secret, key, digest, NULL, made)); }
static void do_sign_unchecked(void) { need(prm_p256_sign_unchecked(&crypto, secret, digest, noise, made)); }
static void do_keypair(void) {
    prm_p256_from_seed(seed, shared);
    need(prm_p256_public(shared, noise, made));
}
static void do_public(void) { need(prm_p256_public(secret, NULL, made)); }
static void do_agree(void) { need(prm_p256_agree(secret, key, NULL, shared)); }
static void do_agree_blinded(void) { need(prm_p256_agree(secret, key, noise, shared)); }

/* A tick is 50 ns, an instruction 64 ns. */
static uint32_t ticks(void (*what)(void)) {
    TIMER_CTRL = 0;
    TIMER_RELOAD = UINT32_MAX;
    TIMER_VALUE = UINT32_MAX;
    TIMER_CTRL = 1;

    const uint32_t start = TIMER_VALUE;

    what();
    return start - TIMER_VALUE;
}

static uint32_t cost(void (*what)(void)) {
    const uint32_t empty = ticks(do_nothing);

    return (uint32_t)((uint64_t)(ticks(what) - empty) * 50u / 64u);
}

enum { LEFT_MAX = 16 }; /* words: what the last calls saved, of those that overwrite and return */

/* The stack that it takes; *left is how many words of it aren't overwritten with zeros. */
__attribute__((noinline)) static uint32_t stack(void (*what)(void), uint32_t *left) {
    uint32_t sp, low = 0;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    volatile uint32_t *const room = (uint32_t *)(uintptr_t)((sp & ~3u) - STACK_ROOM);

    for (size_t i = 0; i < (STACK_ROOM - 128) / 4; i++)
        room[i] = 0xA5C35A3Cu;
    what();
    while (room[low] == 0xA5C35A3Cu)
        low++;
    *left = 0;
    for (size_t i = low; i < (STACK_ROOM - 128) / 4; i++)
        *left += room[i] != 0;
    return STACK_ROOM - 4 * low;
}

void prm_main(void) {
    /* The most that each may take, 0 for what has no limit of its own; the stack with what was called from here. */
    static const struct {
        const char *name;
        void (*what)(void);
        uint32_t insn_max, stack_max;
        int secret; /* nothing of it stays on the stack */
    } costs[] = {
        {"field_mul", do_mul, 0, 0, 0},
        {"field_sqr", do_sqr, 0, 0, 0},
        {"field_add", do_add, 0, 0, 0},
        {"field_sub", do_sub, 0, 0, 0},
        {"field_half", do_half, 0, 0, 0},
        {"field_mul_in_c", do_reference_mul, 0, 0, 0},
        {"inversion", do_invert, 0, 0, 0},
        {"point_double", do_double, 0, 0, 0},
        {"point_sum", do_sum, 0, 0, 0},
        {"p256_verify", do_verify, VERIFY_MAX, 1168 + 100 * (SLOWER > 1), 0},
        {"p256_sign", do_sign_unchecked, 400000 * SLOWER, 1536, 1},
        {"p256_sign_checked", do_sign, 1200000 * SLOWER, 1536, 0},
        {"p256_keypair", do_keypair, 300000 * SLOWER, 1536, 1},
        {"p256_ecdh", do_agree, 750000 * SLOWER, 1536, 1},
        {"p256_ecdh_blinded", do_agree_blinded, 900000 * SLOWER, 1536, 1},
    };

    report("the field: assembly = C", field_differs());
    report("looking up: assembly = C", lookup_differs());
    random_number(x);
    random_number(y);
    do_verify();
    report("RFC 6979 A.2.5: the witness", prm_diff(witness, sig, 32));
    do_sign();
    report("RFC 6979 A.2.5: the signature", prm_diff(made, sig, sizeof sig));
    do_public();
    report("RFC 6979 A.2.5: the key", prm_diff(made, key, sizeof key));
    for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
        const uint32_t insn = cost(costs[i].what);
        figure(costs[i].name, "_insn ", insn);
        if (costs[i].insn_max == 0)
            continue;
        uint32_t left;
        const uint32_t used = stack(costs[i].what, &left);
        figure(costs[i].name, "_stack_bytes ", used);
        figure(costs[i].name, "_left_words ", left);
        report(costs[i].name, insn > costs[i].insn_max || used > costs[i].stack_max ||
                                  (costs[i].secret != 0 && left > LEFT_MAX));
    }
    prm_console_decimal(passed);
    prm_console_text(" passed, ");
    prm_console_decimal(failed);
    prm_console_text(" failed\n");
    semihosting_exit(failed == 0 ? 0 : 1);
}

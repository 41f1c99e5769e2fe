/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Thumb-2 SHA-256 on the emulated Cortex-M33: known answers, Mbed TLS beside it for lengths, alignments and splits,
 * and what it costs. A check is one line of main(); its figures mean instructions only under -icount shift=6,sleep=off.
 */
#include <mbedtls/sha256.h>
#include <string.h>

#include "base/harden.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "providers/thumb2/sha256_thumb2.h"
#include "tests/board/semihosting.h"

#define TIMER_CTRL ARMV8M_REG(0x50000000)
#define TIMER_VALUE ARMV8M_REG(0x50000004)
#define TIMER_RELOAD ARMV8M_REG(0x50000008)

enum {
    LARGE = 65536,
    LENGTHS = 300,
    STACK_ROOM = 2048,
    INSN_X100_MAX = 2765, /* instructions that 100 bytes of a large message take */
    STACK_MAX = 400
};

struct known {
    const char *text;
    uint32_t repeat;
    uint8_t digest[PRM_SHA256_SIZE];
};

/* FIPS 180-4's examples, by NIST. */
static const struct known known[] = {
    {"", 1, {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
             0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}},
    {"abc", 1, {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
                0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad}},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     {0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26, 0x93, 0x0c, 0x3e, 0x60, 0x39,
      0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff, 0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1}},
    {"a", 1000000, {0xcd, 0xc7, 0x6e, 0x5c, 0x99, 0x14, 0xfb, 0x92, 0x81, 0xa1, 0xc7, 0xe2, 0x84, 0xd7, 0x3e, 0x67,
                    0xf1, 0x80, 0x9a, 0x48, 0xa4, 0x97, 0x20, 0x0e, 0x04, 0x6d, 0x39, 0xcc, 0xc7, 0x11, 0x2c, 0xd0}},
};

static uint8_t bytes[LARGE + 8] __attribute__((aligned(8)));
static uint32_t passed, failed;

static void report(const char *what, uint32_t wrong) {
    prm_console_text(wrong == 0 ? "ok    " : "WRONG ");
    prm_console_text(what);
    prm_console_text("\n");
    passed += wrong == 0;
    failed += wrong != 0;
}

static void figure(const char *what, uint32_t value) {
    prm_console_text(what);
    prm_console_text(": ");
    prm_console_decimal(value);
    prm_console_text("\n");
}

static prm_result nth(void *ctx, size_t i, prm_span *part) {
    *part = ((const prm_span *)ctx)[i];
    return PRM_OK;
}

/* 1 if the hash of the parts isn't `digest`, by either function. */
static uint32_t differs(const prm_span *parts, size_t n, const uint8_t digest[PRM_SHA256_SIZE]) {
    uint8_t out[PRM_SHA256_SIZE] = {0};
    uint8_t pulled[PRM_SHA256_SIZE] = {0};

    if (prm_sha256_thumb2(parts, n, out) != PRM_OK || memcmp(out, digest, sizeof out) != 0)
        return 1;
    return prm_sha256_thumb2_pull(nth, (void *)(uintptr_t)parts, n, pulled) != PRM_OK ||
           memcmp(pulled, digest, sizeof pulled) != 0;
}

static void reference(const uint8_t *data, size_t len, uint8_t digest[PRM_SHA256_SIZE]) {
    if (mbedtls_sha256(data, len, digest, 0) != 0)
        prm_trap();
}

/* ---- What comes out ---- */

static uint32_t known_answers(void) {
    static uint8_t many[1000];
    prm_span parts[1000];
    uint32_t wrong = 0;

    memset(many, 'a', sizeof many);
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        size_t n = 1;

        parts[0] = prm_span_of(known[k].text, strlen(known[k].text));
        if (known[k].repeat == 1000000)
            for (n = 0; n < 1000; n++)
                parts[n] = prm_span_of(many, sizeof many);
        wrong += differs(parts, n, known[k].digest);
    }
    return wrong;
}

static uint32_t lengths_and_alignments(void) {
    uint8_t digest[PRM_SHA256_SIZE];
    uint32_t wrong = 0;

    for (size_t len = 0; len <= LENGTHS; len++) {
        for (size_t at = 0; at < 4; at++) {
            const prm_span whole = prm_span_of(bytes + at, len);

            reference(whole.ptr, len, digest);
            wrong += differs(&whole, 1, digest);
        }
    }
    return wrong;
}

static uint32_t large_messages(void) {
    uint8_t digest[PRM_SHA256_SIZE];
    uint32_t wrong = 0;

    for (size_t at = 0; at < 8; at++) {
        const prm_span whole = prm_span_of(bytes + at, LARGE - 31 * at);

        reference(whole.ptr, whole.len, digest);
        wrong += differs(&whole, 1, digest);
    }
    return wrong;
}

/* Every way to cut up to 11 bytes: bit i of `cuts` set = a part ends after byte i. */
static uint32_t every_way_to_split(void) {
    uint8_t digest[PRM_SHA256_SIZE];
    prm_span parts[12];
    uint32_t wrong = 0;

    for (size_t len = 1; len <= 11; len++) {
        reference(bytes, len, digest);
        for (uint32_t cuts = 0; cuts < 1u << (len - 1); cuts++) {
            size_t n = 0, start = 0;

            for (size_t i = 0; i < len; i++) {
                if (((cuts >> i) & 1u) == 0 && i + 1 < len)
                    continue;
                parts[n++] = prm_span_of(bytes + start, i + 1 - start);
                start = i + 1;
            }
            wrong += differs(parts, n, digest);
        }
    }
    return wrong;
}

/* Every two cuts of messages around one to three blocks; nothing at all between the parts, too. */
static uint32_t three_parts(void) {
    static const size_t lens[] = {55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 192};
    uint8_t digest[PRM_SHA256_SIZE];
    uint32_t wrong = 0;

    for (size_t k = 0; k < sizeof lens / sizeof lens[0]; k++) {
        reference(bytes + 1, lens[k], digest);
        for (size_t a = 0; a <= lens[k]; a++) {
            for (size_t b = a; b <= lens[k]; b += 1 + (b - a) % 3) {
                const prm_span parts[5] = {prm_span_of(bytes + 1, a), {NULL, 0}, prm_span_of(bytes + 1 + a, b - a),
                                           prm_span_of(bytes + 1 + b, lens[k] - b), {NULL, 0}};
                wrong += differs(parts, 5, digest);
            }
        }
    }
    return wrong;
}

/* As chains of LMS do it. */
static uint32_t out_over_a_part(void) {
    uint8_t digest[PRM_SHA256_SIZE], block[55];
    uint32_t wrong = 0;

    for (size_t at = 0; at <= sizeof block - sizeof digest; at++) {
        const prm_span part = prm_span_of(block, sizeof block);

        memcpy(block, bytes, sizeof block);
        reference(block, sizeof block, digest);
        wrong += prm_sha256_thumb2(&part, 1, block + at) != PRM_OK;
        wrong += memcmp(block + at, digest, sizeof digest) != 0;
    }
    return wrong;
}

static uint32_t no_parts(void) {
    return differs(NULL, 0, known[0].digest);
}

/* ---- Pulling ---- */

static size_t asked;

static prm_result third_fails(void *ctx, size_t i, prm_span *part) {
    *part = i < 2 ? prm_span_of(ctx, 70) : (prm_span){NULL, 1};
    return i != asked++ ? PRM_ERR_ARGUMENT : i < 2 ? PRM_OK : PRM_ERR_FLASH_IO;
}

static uint32_t a_failure_ends_it(void) {
    static const uint8_t zeros[PRM_SHA256_SIZE];
    uint8_t out[PRM_SHA256_SIZE];
    uint32_t wrong = 0;

    for (size_t n = 3; n < 5; n++) {
        asked = 0;
        memset(out, 0x55, sizeof out);
        wrong += prm_sha256_thumb2_pull(third_fails, bytes, n, out) != PRM_ERR_FLASH_IO;
        wrong += memcmp(out, zeros, sizeof out) != 0 || asked != 3;
    }
    return wrong;
}

static prm_result hashed(void *ctx, size_t i, prm_span *part) {
    const prm_span in = prm_span_of(bytes, 100 + i);

    *part = prm_span_of(ctx, PRM_SHA256_SIZE);
    return prm_sha256_thumb2(&in, 1, ctx);
}

static uint32_t next_may_hash(void) {
    uint8_t all[5 * PRM_SHA256_SIZE], one[PRM_SHA256_SIZE], out[PRM_SHA256_SIZE], digest[PRM_SHA256_SIZE];

    for (size_t i = 0; i < 5; i++)
        reference(bytes, 100 + i, all + i * PRM_SHA256_SIZE);
    reference(all, sizeof all, digest);
    return prm_sha256_thumb2_pull(hashed, one, 5, out) != PRM_OK || memcmp(out, digest, sizeof out) != 0;
}

/* ---- Chains ---- */

static const struct prm_crypto steps_of = {.sha256 = prm_sha256_thumb2};

/* From each step to each other near it, of both lengths: the same as by single hashes, and nothing else touched. */
static uint32_t chains(void) {
    uint32_t wrong = 0;

    for (size_t len = 47; len <= 55; len += 8) {
        for (uint32_t from = 0; from < 256; from += 5) {
            for (uint32_t to = from; to < from + 4; to++) {
                struct prm_chain chain = {.steps = 7}, plain;

                memcpy(chain.block, bytes + from, len);
                chain.block[len] = 0x80;
                chain.block[62] = (uint8_t)(len * 8 >> 8);
                chain.block[63] = (uint8_t)(len * 8);
                plain = chain;
                wrong += prm_sha256_thumb2_chain(NULL, &chain, from, to) != PRM_OK;
                wrong += prm_sha256_chain_plain(&steps_of, &plain, from, to) != PRM_OK;
                wrong += memcmp(&chain, &plain, sizeof chain) != 0 || chain.steps != 7 + to - from;
            }
        }
    }
    return wrong;
}

/* ---- The compression by itself ---- */

static uint32_t blocks_one_by_one(void) {
    uint32_t all[8], single[8], wrong = 0;

    for (size_t n = 0; n < 6; n++) {
        for (size_t i = 0; i < 8; i++)
            all[i] = single[i] = (uint32_t)(0x9E3779B9u * (i + n + 1));
        prm_sha256_thumb2_blocks(all, bytes + 4, bytes + 4 + 64 * n);
        for (size_t i = 0; i < n; i++)
            prm_sha256_thumb2_blocks(single, bytes + 4 + 64 * i, bytes + 68 + 64 * i);
        wrong += memcmp(all, single, sizeof all) != 0;
        wrong += (n == 0) != (all[0] == 0x9E3779B9u);
    }
    return wrong;
}

/* Calls the compression with values in r4 to r11; returns the OR of what they and sp differ by afterwards. */
__attribute__((naked)) static uint32_t registers_spoiled(uint32_t *state __attribute__((unused)),
                                                         const uint8_t *data __attribute__((unused)),
                                                         const uint8_t *end __attribute__((unused))) {
    __asm__ volatile("push {r3-r11, lr}\n"
                     "mov r4, #0x11111111\n mvn r5, r4\n add r6, r4, r4\n mvn r7, r6\n"
                     "add r8, r6, r4\n mvn r9, r8\n add r10, r8, r4\n mov r11, sp\n"
                     "bl prm_sha256_thumb2_blocks\n"
                     "mov r0, sp\n eors r0, r0, r11\n"
                     "eor r1, r4, #0x11111111\n orr r0, r0, r1\n"
                     "eor r1, r5, #0xeeeeeeee\n orr r0, r0, r1\n"
                     "eor r1, r6, #0x22222222\n orr r0, r0, r1\n"
                     "eor r1, r7, #0xdddddddd\n orr r0, r0, r1\n"
                     "eor r1, r8, #0x33333333\n orr r0, r0, r1\n"
                     "eor r1, r9, #0xcccccccc\n orr r0, r0, r1\n"
                     "eor r1, r10, #0x44444444\n orr r0, r0, r1\n"
                     "pop {r3-r11, pc}\n");
}

static uint32_t registers_are_kept(void) {
    uint32_t state[8] = {1, 2, 3, 4, 5, 6, 7, 8};

    return registers_spoiled(state, bytes, bytes + 64) | registers_spoiled(state, bytes, bytes + 192) |
           registers_spoiled(state, bytes, bytes);
}

/* ---- The stack ---- */

static uint32_t *stack_room(void) {
    uint32_t sp;

    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return (uint32_t *)(uintptr_t)((sp & ~3u) - STACK_ROOM);
}

static uint8_t stack_digest[PRM_SHA256_SIZE];

/* A hash over a painted stack; returns where the paint begins. */
__attribute__((noinline)) static uint32_t *over_paint(const prm_span *part) {
    uint32_t *const room = stack_room();

    for (size_t i = 0; i < (STACK_ROOM - 64) / 4; i++)
        ((volatile uint32_t *)room)[i] = 0xA5C35A3Cu;
    if (prm_sha256_thumb2(part, 1, stack_digest) != PRM_OK)
        prm_trap();
    return room;
}

static uint32_t ror(uint32_t x, uint32_t n) {
    return x >> n | x << (32 - n);
}

/* The schedule of the last block of a message of 119 bytes. */
static void schedule(uint32_t w[64]) {
    uint8_t block[64] = {0};

    memcpy(block, bytes + 64, 55);
    block[55] = 0x80;
    block[62] = 119 * 8 >> 8;
    block[63] = (uint8_t)(119 * 8);
    memcpy(w, block, sizeof block);
    for (size_t i = 0; i < 16; i++)
        w[i] = __builtin_bswap32(w[i]);
    for (size_t i = 16; i < 64; i++)
        w[i] = w[i - 16] + w[i - 7] + (ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3) +
               (ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10);
}

/* 1 if the word is one that tells the message: of the message, its schedule or the digest. */
static uint32_t tells(uint32_t word, const uint32_t w[64]) {
    for (size_t i = 0; i < 64; i++)
        if (i != 14 && i != 15 && (word == w[i] || word == __builtin_bswap32(w[i])))
            return 1;
    for (size_t i = 0; i < 8; i++) {
        uint32_t d;

        memcpy(&d, stack_digest + 4 * i, sizeof d);
        if (word == d || word == __builtin_bswap32(d))
            return 1;
    }
    return 0;
}

/* How much stack a hash takes, and that neither message nor schedule nor digest is left there. */
static uint32_t stack_is_wiped(void) {
    const prm_span part = prm_span_of(bytes, 119);
    const uint32_t *const room = over_paint(&part);
    uint32_t lowest = 0, left = 0, w[64];

    schedule(w);
    while (room[lowest] == 0xA5C35A3Cu)
        lowest++;
    for (size_t i = lowest; i < (STACK_ROOM - 64) / 4; i++)
        left += tells(room[i], w);
    figure("stack_bytes", STACK_ROOM - 4 * lowest);
    return left | (STACK_ROOM - 4 * lowest > STACK_MAX);
}

/* ---- The time ---- */

static uint32_t ticks_of(const prm_span *part) {
    uint8_t out[PRM_SHA256_SIZE];

    TIMER_CTRL = 0;
    TIMER_RELOAD = UINT32_MAX;
    TIMER_VALUE = UINT32_MAX;
    TIMER_CTRL = 1;

    const uint32_t start = TIMER_VALUE;

    if (prm_sha256_thumb2(part, part->ptr != NULL, out) != PRM_OK)
        prm_trap();
    return start - TIMER_VALUE;
}

/* A tick is 50 ns, an instruction 64 ns. */
static uint32_t instructions(const prm_span *part) {
    return (uint32_t)((uint64_t)ticks_of(part) * 50u / 64u);
}

static uint32_t speed(void) {
    const prm_span chain = prm_span_of(bytes, 55), large = prm_span_of(bytes, LARGE);
    const uint32_t insn = instructions(&large);
    const uint32_t per_100 = (uint32_t)((uint64_t)insn * 100u / LARGE);

    figure("insn_64KiB", insn);
    figure("insn_per_100_bytes", per_100);
    figure("insn_55_bytes", instructions(&chain));
    return per_100 > INSN_X100_MAX || per_100 < 2400; /* below what the operations need: not instructions */
}

void prm_main(void) {
    uint32_t x = 1;

    for (size_t i = 0; i < sizeof bytes; i++) {
        x = x * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(x >> 24);
    }
    report("known answers", known_answers());
    report("no parts", no_parts());
    report("lengths 0 to 300 at 4 alignments", lengths_and_alignments());
    report("64 KiB at 8 alignments", large_messages());
    report("every way to split 1 to 11 bytes", every_way_to_split());
    report("three parts, empty ones between", three_parts());
    report("out over a part", out_over_a_part());
    report("a failure while pulling", a_failure_ends_it());
    report("hashing while pulling", next_may_hash());
    report("chains", chains());
    report("blocks one by one", blocks_one_by_one());
    report("registers are kept", registers_are_kept());
    report("the stack is small and wiped", stack_is_wiped());
    report("instructions a byte", speed());
    prm_console_decimal(passed);
    prm_console_text(" passed, ");
    prm_console_decimal(failed);
    prm_console_text(" failed\n");
    semihosting_exit(failed == 0 ? 0 : 1);
}

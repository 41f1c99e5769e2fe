/* SPDX-License-Identifier: Apache-2.0 */
/* A test application that asks the services for random numbers, shows them, and says what they cost. */
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"
#include "ports/mps2-an505/board.h"
#include "primum/door_random.h"
#include "psa/crypto.h"

#define SYST_CSR ARMV8M_REG(0xE000E010)
#define SYST_RVR ARMV8M_REG(0xE000E014)
#define SYST_CVR ARMV8M_REG(0xE000E018)
enum { SHOWN = 32, LONG = 3 * PRIMUM_RANDOM_PIECE + 5, REQUESTS = 600, COSTS = 8, SYST_RUN = 5, SYST_MAX = 0xFFFFFF };

static uint8_t bytes[LONG + 2];

void app_on_tick(void) {}

static void say(const char *what, psa_status_t status) {
    prm_console_text("random: ");
    prm_console_text(what);
    prm_console_text(status == PSA_SUCCESS ? " ok" : " fails ");
    if (status != PSA_SUCCESS)
        prm_console_decimal((uint64_t)-(int64_t)status);
}

static void show(const char *what, const uint8_t *from) {
    static const char digits[] = "0123456789abcdef";

    prm_console_text(what);
    for (uint32_t i = 0; i < SHOWN; i++) {
        prm_console_put(digits[from[i] >> 4]);
        prm_console_put(digits[from[i] & 15]);
    }
    prm_console_put('\n');
}

/* How many of the places of 32 bytes hold what another holds too: none, if it is random. */
static uint32_t equal_places(uint32_t len) {
    uint32_t equal = 0;

    for (uint32_t i = 0; i + SHOWN <= len; i += SHOWN) {
        for (uint32_t k = i + SHOWN; k + SHOWN <= len; k += SHOWN) {
            uint32_t same = 0;
            for (uint32_t b = 0; b < SHOWN; b++)
                same += bytes[i + b] == bytes[k + b];
            equal += same == SHOWN;
        }
    }
    return equal;
}

/* More than a piece: exactly as many bytes as asked for, and not those around them. */
static void ask_for_many(void) {
    bytes[0] = bytes[LONG + 1] = 0x5A;
    const psa_status_t status = psa_generate_random(bytes + 1, LONG);
    say("many", status);
    prm_console_text(bytes[0] == 0x5A && bytes[LONG + 1] == 0x5A ? ", within" : ", BEYOND");
    prm_console_text(equal_places(LONG) == 0 ? ", all different\n" : ", EQUAL\n");
}

/* Over two times that the generator is seeded anew. */
static void ask_often(void) {
    uint32_t good = 0;

    for (uint32_t i = 0; i < REQUESTS; i++)
        good += psa_generate_random(bytes, 1) == PSA_SUCCESS;
    prm_console_text("random: requests ");
    prm_console_decimal(good);
    prm_console_put('\n');
}

static void ask_for_what_is_not_ours(void) {
    say("into Secure memory", psa_generate_random((uint8_t *)BOARD_ROT_RAM_BASE, SHOWN));
    prm_console_put('\n');
    say("into our image", psa_generate_random((uint8_t *)(uintptr_t)&app_main, SHOWN));
    prm_console_put('\n');
    say("nothing", psa_generate_random(NULL, 0));
    prm_console_put('\n');
}

/*
 * The smallest of some requests, none of which waits for a new seed. Under -icount shift=6 an instruction is 64 ns, and a count of SysTick 50;
 * otherwise the figure means nothing (scripts/bench.sh).
 */
static void cost(uint32_t len) {
    uint32_t least = SYST_MAX;
    psa_status_t status = PSA_SUCCESS;

    for (uint32_t i = 0; i < COSTS; i++) {
        SYST_RVR = SYST_MAX;
        SYST_CVR = 0;
        SYST_CSR = SYST_RUN;
        const uint32_t from = SYST_CVR;
        status |= psa_generate_random(bytes, len);
        const uint32_t counts = (from - SYST_CVR) & SYST_MAX;
        SYST_CSR = 0;
        least = counts < least ? counts : least;
    }
    if (status != PSA_SUCCESS)
        return;
    prm_console_text("random: ");
    prm_console_decimal(len);
    prm_console_text(" bytes take ");
    prm_console_decimal(least * 25u / 32u);
    prm_console_text(" instructions\n");
}

void app_main(void) {
    say("init", psa_crypto_init());
    prm_console_put('\n');
    say("first", psa_generate_random(bytes, SHOWN));
    show(" ", bytes);
    say("second", psa_generate_random(bytes, SHOWN));
    show(" ", bytes);
    ask_for_many();
    ask_often();
    ask_for_what_is_not_ours();
    say("afterwards", psa_crypto_init());
    prm_console_put('\n');
    cost(SHOWN);
    cost(PRIMUM_RANDOM_PIECE);
    prm_console_text("random: end\n");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_p256.c - run by memcheck with every secret marked as undefined: it tells of each branch and each address that
 * depends on one. What is disclosed on purpose (prm_p256_disclose) is defined from there on.
 *
 * usage: ct_p256 public|sign|agree|seed|branch|address    the last two leak
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "base/harden.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/p256/p256_secret.h"

enum { RUNS = 3 };

_Noreturn void prm_trap(void) {
    __builtin_trap();
}

/* In the place of the library's. */
void prm_p256_disclose(void *bytes, size_t len) {
    VALGRIND_MAKE_MEM_DEFINED(bytes, len);
}

static void hide(void *bytes, size_t len) {
    VALGRIND_MAKE_MEM_UNDEFINED(bytes, len);
}

static void fill(uint8_t *p, size_t len, unsigned run) {
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)(17 * i + 91 * run + 1);
}

static volatile uint8_t sink;

int main(int argc, char **argv) {
    static const uint8_t table[256] = {1};
    uint8_t secret[32], other[32], key[64], peer[64], digest[32] = {5}, noise[PRM_P256_NOISE_SIZE], out[64];
    uint8_t seed[PRM_P256_SEED_SIZE];
    const char *const what = argc == 2 ? argv[1] : "";
    prm_result result = PRM_OK;

    for (unsigned run = 0; run < RUNS && result == PRM_OK; run++) {
        fill(secret, sizeof secret, run);
        fill(other, sizeof other, run + 7);
        fill(noise, sizeof noise, run + 11);
        fill(seed, sizeof seed, run);
        secret[0] = other[0] = 0x3C;
        if (prm_p256_public(secret, NULL, key) != PRM_OK || prm_p256_public(other, NULL, peer) != PRM_OK)
            return 3;
        hide(secret, sizeof secret);
        hide(noise, sizeof noise);
        hide(seed, sizeof seed);
        const uint8_t *const blind = run == 0 ? NULL : noise;
        if (strcmp(what, "public") == 0)
            result = prm_p256_public(secret, blind, out);
        else if (strcmp(what, "sign") == 0)
            result = prm_p256_sign(&prm_crypto_mbedtls, secret, key, digest, blind, out);
        else if (strcmp(what, "agree") == 0)
            result = prm_p256_agree(secret, peer, blind, out);
        else if (strcmp(what, "seed") == 0)
            prm_p256_from_seed(seed, out);
        else if (strcmp(what, "branch") == 0)
            sink = (secret[3] & 4) != 0 ? table[1] : secret[1];
        else if (strcmp(what, "address") == 0)
            sink = table[secret[5]];
        else
            return 2;
    }
    return result == PRM_OK ? 0 : 1;
}

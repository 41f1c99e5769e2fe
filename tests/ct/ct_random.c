/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_random.c - run by memcheck with keys, states, seeds and texts marked as undefined: it tells of each branch and each address of HMAC and
 * HMAC_DRBG that depends on one.
 *
 * usage: ct_random hmac|instantiate|reseed|generate|branch|address    the last two leak
 */
#include <string.h>
#include <valgrind/memcheck.h>

#include "crypto/hmac.h"
#include "crypto/hmac_drbg.h"
#include "providers/mbedtls/crypto_mbedtls.h"

enum { RUNS = 3 };

_Noreturn void prm_trap(void) {
    __builtin_trap();
}

static void hide(void *bytes, size_t len) {
    VALGRIND_MAKE_MEM_UNDEFINED(bytes, len);
}

static volatile uint8_t sink;

int main(int argc, char **argv) {
    static const uint8_t table[256] = {1};
    struct prm_hmac_drbg drbg;
    uint8_t secret[48], out[70];
    const prm_span all = prm_span_of(secret, sizeof secret), key = prm_span_of(secret, 32);
    const char *const what = argc == 2 ? argv[1] : "";
    prm_result result = PRM_OK;

    for (unsigned run = 0; run < RUNS && result == PRM_OK; run++) {
        memset(secret, (int)(17 + run), sizeof secret);
        if (prm_hmac_drbg_instantiate(&drbg, &prm_crypto_mbedtls, &all, 1) != PRM_OK)
            return 3;
        hide(drbg.key, sizeof drbg.key);
        hide(drbg.value, sizeof drbg.value);
        hide(secret, sizeof secret);
        if (strcmp(what, "hmac") == 0)
            result = prm_hmac_sha256(&prm_crypto_mbedtls, key, &all, 1, out);
        else if (strcmp(what, "instantiate") == 0)
            result = prm_hmac_drbg_instantiate(&drbg, &prm_crypto_mbedtls, &all, 1);
        else if (strcmp(what, "reseed") == 0)
            result = prm_hmac_drbg_reseed(&drbg, &prm_crypto_mbedtls, &all, 1);
        else if (strcmp(what, "generate") == 0)
            result = prm_hmac_drbg_generate(&drbg, &prm_crypto_mbedtls, all, out, sizeof out);
        else if (strcmp(what, "branch") == 0)
            sink = (secret[3] & 4) != 0 ? table[1] : secret[1];
        else if (strcmp(what, "address") == 0)
            sink = table[secret[5]];
        else
            return 2;
    }
    return result == PRM_OK ? 0 : 1;
}

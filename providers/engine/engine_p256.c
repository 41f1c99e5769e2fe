/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/engine/engine_p256.h"

#include <string.h>

#include "base/harden.h"

/* A signature of numbers that say nothing, and what its witness is: the test has it from another implementation. */
enum { KNOWN_DIGEST = 0x11, KNOWN_R = 0x22, KNOWN_S = 0x33 };
static const uint8_t known_key[64] = { /* RFC 6979 A.2.5 */
    0x60, 0xFE, 0xD4, 0xBA, 0x25, 0x5A, 0x9D, 0x31, 0xC9, 0x61, 0xEB, 0x74, 0xC6, 0x35, 0x6D, 0x68,
    0xC0, 0x49, 0xB8, 0x92, 0x3B, 0x61, 0xFA, 0x6C, 0xE6, 0x69, 0x62, 0x2E, 0x60, 0xF2, 0x9F, 0xB6,
    0x79, 0x03, 0xFE, 0x10, 0x08, 0xB8, 0xBC, 0x99, 0xA4, 0x1A, 0xE9, 0xE9, 0x56, 0x28, 0xBC, 0x64,
    0xF2, 0xF1, 0xB2, 0x0C, 0x2D, 0x7E, 0x9F, 0x51, 0x77, 0xA3, 0xC2, 0x94, 0xD4, 0x46, 0x22, 0x99};
static const uint8_t known_witness[32] = {
    0xE6, 0x36, 0xD0, 0x4E, 0x71, 0x9A, 0x4E, 0x68, 0x31, 0x03, 0xAC, 0xEC, 0xDF, 0x36, 0x8D, 0x8F,
    0x25, 0x87, 0x7B, 0x93, 0x5D, 0x11, 0x9A, 0x11, 0xED, 0x87, 0xB2, 0xF9, 0x76, 0xEF, 0x5A, 0xCB};

static prm_result ask(const struct prm_engine_p256 *engine, struct prm_engine_check *check) {
    memset(check->witness, 0xFF, sizeof check->witness); /* no witness, if none is written */
    return engine->witness(engine->ctx, check);
}

static prm_result known_answer(const struct prm_engine_p256 *engine, struct prm_engine_check *check) {
    memcpy(check->key, known_key, sizeof check->key);
    memset(check->digest, KNOWN_DIGEST, sizeof check->digest);
    memset(check->sig, KNOWN_R, 32);
    memset(check->sig + 32, KNOWN_S, 32);
    PRM_TRY(ask(engine, check));
    return prm_diff(check->witness, known_witness, sizeof known_witness) == 0 ? PRM_OK : PRM_ERR_CRYPTO;
}

prm_result prm_engine_p256_witness(const struct prm_engine_p256 *engine, const uint8_t public_key[PRM_P256_PUBLIC_SIZE],
                                   const uint8_t digest[PRM_SHA256_SIZE], const uint8_t sig[PRM_P256_SIG_SIZE],
                                   uint8_t witness[32]) {
    struct prm_engine_check check __attribute__((aligned(64)));

    memset(witness, 0xFF, 32);
    if (known_answer(engine, &check) != PRM_OK)
        return PRM_ERR_CRYPTO;
    memcpy(check.key, public_key, sizeof check.key);
    memcpy(check.digest, digest, sizeof check.digest);
    memcpy(check.sig, sig, sizeof check.sig);
    PRM_TRY(ask(engine, &check));
    /* The witness of before is no other signature's, and ones, which stand there if nothing was written, are none. */
    if (prm_diff(check.witness, known_witness, sizeof known_witness) == 0)
        return PRM_ERR_CRYPTO;
    memcpy(witness, check.witness, sizeof check.witness);
    return PRM_OK;
}

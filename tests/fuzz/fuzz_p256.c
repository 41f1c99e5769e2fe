/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_p256.c - our own curve beside OpenSSL's: whatever the bytes, the same result and the same witness, shared secret
 * and public key; and each signature is one.
 *
 * Input: what to do, a byte (bit 7: with noise), then key or peer (64), digest (32), signature (64), secret (32),
 * noise (64). What is missing is zeros. Bit 6 takes a real point in the place of the key's.
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "providers/openssl/crypto_openssl.h"
#include "providers/p256/p256_secret.h"
#include "providers/p256/p256_verify.h"
#include "tests/fuzz/fuzz.h"

enum { KEY = 1, DIGEST = 65, SIG = 97, SECRET = 161, NOISE = 193, SIZE = 257 };

static EC_GROUP *group;

/* k times a point, the generator if there is none; 0 if it is no point. */
static int multiply(const uint8_t k[32], const uint8_t *peer, uint8_t out[64]) {
    EC_POINT *const point = EC_POINT_new(group);
    BIGNUM *const scalar = BN_bin2bn(k, 32, NULL);
    uint8_t octets[65] = {4};
    int good;

    if (peer != NULL) {
        memcpy(octets + 1, peer, 64);
        good = EC_POINT_oct2point(group, point, octets, sizeof octets, NULL) == 1 &&
               EC_POINT_mul(group, point, NULL, point, scalar, NULL) == 1;
    } else {
        good = EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) == 1;
    }
    good = good && EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, octets, sizeof octets, NULL) == 65;
    memcpy(out, octets + 1, 64);
    EC_POINT_free(point);
    BN_free(scalar);
    return good;
}

/* Whether it is in [1, n-1]. */
static int is_secret(const uint8_t k[32]) {
    BIGNUM *const x = BN_bin2bn(k, 32, NULL);
    const int good = !BN_is_zero(x) && BN_cmp(x, EC_GROUP_get0_order(group)) < 0;

    BN_free(x);
    return good;
}

static void verify(const uint8_t *key, const uint8_t *digest, const uint8_t *sig) {
    uint8_t witness[2][32];
    const prm_result expected = prm_crypto_openssl.p256_witness(key, digest, sig, witness[0]);

    MUST(prm_p256_witness(key, digest, sig, witness[1]) == expected);
    MUST(memcmp(witness[0], witness[1], 32) == 0);
}

static void with_secret(const uint8_t *in, const uint8_t *noise) {
    uint8_t own[64], expected[64], shared[32], sig[64];
    const int good = is_secret(in + SECRET);

    MUST(prm_p256_public(in + SECRET, noise, own) == (good ? PRM_OK : PRM_ERR_ARGUMENT));
    if (!good)
        return;
    MUST(multiply(in + SECRET, NULL, expected) && memcmp(own, expected, 64) == 0);
    const int point = multiply(in + SECRET, in + KEY, expected);
    MUST(prm_p256_agree(in + SECRET, in + KEY, noise, shared) == (point ? PRM_OK : PRM_ERR_SIG_INVALID));
    MUST(!point || memcmp(shared, expected, 32) == 0);
    const prm_result result = prm_p256_sign(&prm_crypto_openssl, in + SECRET, own, in + DIGEST, noise, sig);
    if (result == PRM_OK)
        verify(own, in + DIGEST, sig);
    else /* a digest that is 0 modulo n */
        MUST(result == PRM_ERR_CRYPTO && !is_secret(in + DIGEST));
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    uint8_t seed[SIZE];

    (void)argc;
    (void)argv;
    group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(i * 89);
    seed[0] = 0xC1;
    fuzz_seed(seed, sizeof seed);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t in[SIZE] = {0};

    memcpy(in, data, size < SIZE ? size : SIZE);
    if ((in[0] & 0x40) != 0 && is_secret(in + KEY))
        MUST(multiply(in + KEY, NULL, in + KEY));
    verify(in + KEY, in + DIGEST, in + SIG);
    if ((in[0] & 1) != 0)
        with_secret(in, (in[0] & 0x80) != 0 ? in + NOISE : NULL);
    return 0;
}

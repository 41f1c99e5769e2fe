/* SPDX-License-Identifier: Apache-2.0 */
/* fixture_cipher.h - what the tests of encryption share: one private key in both providers, and the info's encoder. */
#ifndef PRM_TESTS_FIXTURE_CIPHER_H
#define PRM_TESTS_FIXTURE_CIPHER_H

#include <openssl/evp.h>

#include "codec/cbor.h"
#include "providers/mbedtls/cipher_mbedtls.h"
#include "providers/openssl/cipher_openssl.h"
#include "suit/suit_encrypt.h"

#define FX_CIPHERS 2u

struct fx_ciphers {
    struct prm_cipher cipher[FX_CIPHERS]; /* OpenSSL, then Mbed TLS */
    EVP_PKEY *key;                        /* OpenSSL's copy, public part included */
    struct prm_cipher_mbedtls own;
    uint8_t public_key[PRM_P256_POINT_SIZE];
};

extern const char *const fx_cipher_name[FX_CIPHERS];

/* Both providers with the private key `scalar`. Stops the process if that is none. Not to be moved after. */
void fx_ciphers_open(struct fx_ciphers *ciphers, const uint8_t scalar[32]);
void fx_ciphers_close(struct fx_ciphers *ciphers);

/* Writes what a view says, in the one encoding that the parser takes. Returns the length. */
size_t fx_encrypt_write(const struct prm_suit_encrypt *info, uint8_t *out, size_t cap);

#endif

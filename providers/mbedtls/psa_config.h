/* SPDX-License-Identifier: Apache-2.0 */
/*
 * psa_config.h - Mbed TLS with its PSA core, for images that decrypt (services, never the root, whose configuration is
 * mbedtls_config.h). No curve: that is providers/p256. psa_config_curve.h has one, for tests.
 */
#ifndef PRM_PROVIDERS_MBEDTLS_PSA_CONFIG_H
#define PRM_PROVIDERS_MBEDTLS_PSA_CONFIG_H

#include <stddef.h>

#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_CONFIG
#define MBEDTLS_PSA_CRYPTO_CONFIG_FILE "providers/mbedtls/psa_wants.h"
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#define MBEDTLS_USE_PSA_CRYPTO

/* Keys live in a static table. Mbed TLS works out the longest itself. */
#define MBEDTLS_PSA_KEY_SLOT_COUNT 8
#define MBEDTLS_PSA_STATIC_KEY_SLOTS
/* Callers give memory that only they can change; what is Non-secure is copied before it comes here. */
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS

/* What Mbed TLS still allocates comes from a static pool: psa_pool.h. */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_CALLOC_MACRO prm_mbedtls_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO prm_mbedtls_free
void *prm_mbedtls_calloc(size_t n, size_t size);
void prm_mbedtls_free(void *p);

/* Size before speed; tables where flash is, and only as many as must be. */
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#define MBEDTLS_SHA256_SMALLER

#endif

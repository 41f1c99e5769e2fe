/* SPDX-License-Identifier: Apache-2.0 */
/*
 * psa_pool.h - the memory that Mbed TLS asks for: a few static blocks of one size.
 *
 * With static key slots the PSA core allocates two things only: the AES key schedule of a running operation, and the info of a
 * running HKDF. Blocks of one size can't fragment, need no initialisation and no header, and the worst case is known.
 * A block is wiped when it is given back. Not for more than one thread.
 */
#ifndef PRM_PROVIDERS_MBEDTLS_PSA_POOL_H
#define PRM_PROVIDERS_MBEDTLS_PSA_POOL_H

#include <stddef.h>
#include <stdint.h>

#define PRM_MBEDTLS_POOL_BLOCKS 2u
#define PRM_MBEDTLS_POOL_BLOCK_SIZE 256u

/* What was asked of the pool so far: blocks at once, bytes of the largest request, and requests refused. */
struct prm_mbedtls_pool_peak {
    uint32_t blocks;
    uint32_t bytes;
    uint32_t refused;
};

struct prm_mbedtls_pool_peak prm_mbedtls_pool_peak(void);

#endif

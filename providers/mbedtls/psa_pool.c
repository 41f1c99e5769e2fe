/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/mbedtls/psa_pool.h"

#include <stdalign.h>

#include "base/harden.h"
#include "providers/mbedtls/psa_config.h"

static alignas(8) uint8_t block[PRM_MBEDTLS_POOL_BLOCKS][PRM_MBEDTLS_POOL_BLOCK_SIZE];
static uint8_t used[PRM_MBEDTLS_POOL_BLOCKS];
static struct prm_mbedtls_pool_peak peak;

/* Counts the blocks in use into the peak. */
static void note_blocks(void) {
    uint32_t n = 0;

    for (uint32_t i = 0; i < PRM_MBEDTLS_POOL_BLOCKS; i++)
        n += used[i];
    if (n > peak.blocks)
        peak.blocks = n;
}

void *prm_mbedtls_calloc(size_t n, size_t size) {
    if (n == 0 || size == 0)
        return NULL;
    if (size <= PRM_MBEDTLS_POOL_BLOCK_SIZE && n <= PRM_MBEDTLS_POOL_BLOCK_SIZE / size) {
        if (n * size > peak.bytes)
            peak.bytes = (uint32_t)(n * size);
        for (uint32_t i = 0; i < PRM_MBEDTLS_POOL_BLOCKS; i++) {
            if (used[i] != 0)
                continue;
            used[i] = 1;
            note_blocks();
            return block[i]; /* zeros: it was never used, or wiped */
        }
    }
    peak.refused++;
    return NULL;
}

void prm_mbedtls_free(void *p) {
    for (uint32_t i = 0; i < PRM_MBEDTLS_POOL_BLOCKS; i++) {
        if (p == block[i]) {
            prm_wipe(block[i], sizeof block[i]);
            used[i] = 0;
            return;
        }
    }
    if (p != NULL)
        prm_trap();
}

struct prm_mbedtls_pool_peak prm_mbedtls_pool_peak(void) {
    return peak;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* In place of the root's crypto.c: a root that hangs at its first start since power came on, in its first hash. */
#include "firmware/rot/rot.h"
#include "ports/mps2-an505/board.h"
#include "providers/p256/p256_verify.h"
#include "providers/thumb2/sha256_thumb2.h"

/* Kept over a reset, in the report's page behind the report. */
static volatile uint32_t *const starts = (volatile uint32_t *)(BOARD_REPORT_BASE + BOARD_REPORT_SIZE / 2);

static prm_result hangs_once(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    if (starts[0]++ == 0) {
        __asm__ volatile("cpsid i");
        for (;;) {
        }
    }
    return prm_sha256_thumb2(parts, n, out);
}

const struct prm_crypto rot_crypto = {
    .sha256 = hangs_once,
    .sha256_pull = prm_sha256_thumb2_pull,
    .sha256_chain = prm_sha256_thumb2_chain,
    .p256_witness = prm_p256_witness,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest root: ECDSA alone, the factory's keys for ever, a counter that it only reads, no wire. */
#include "crypto/hss_verify.h"
#include "firmware/rot/rot.h"
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/thumb2/sha256_thumb2.h"

static const struct prm_crypto crypto = {
    .sha256 = prm_sha256_thumb2,
    .p256_witness = prm_mbedtls_p256_witness,
};

const struct prm_boot_platform rot_platform = {
    .crypto = &crypto,
    .flash = &prm_mps2_flash,
    .counter = &prm_mps2_counter_read_only,
    .layout = &prm_mps2_layout,
    .rules = prm_boot_rules_factory,
    .fuses = {(const uint8_t *)BOARD_FUSES_BASE, BOARD_FUSES_SIZE},
    .trust = {(const uint8_t *)(BOARD_ROM_BASE + BOARD_TRUST_OFF), sizeof(struct prm_trust)},
};

/* In place of src/crypto: a signature by a hash-based key is never good. */
prm_result prm_hss_witness(const struct prm_crypto *provider, prm_span public_key, const prm_span *message_parts,
                           size_t n_parts, prm_span signature, uint8_t witness[PRM_HSS_WITNESS_SIZE]) {
    (void)provider;
    (void)public_key;
    (void)message_parts;
    (void)n_parts;
    (void)signature;
    for (unsigned i = 0; i < PRM_HSS_WITNESS_SIZE; i++)
        witness[i] = 0xFF;
    return PRM_ERR_UNSUPPORTED;
}

/* It stays where it is, with its report, until a programmer comes. */
void rot_recover(void) {
    prm_recovery_halt();
}

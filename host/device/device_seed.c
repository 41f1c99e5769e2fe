/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "host/device/device.h"
#include "ports/eeprom/eeprom_seed.h"
#include "ports/mps2-an505/board.h"

prm_result primum_device_seed(struct primum_device *device) {
    struct prm_eeprom_cell at = {{&device->counter.eeprom, BOARD_SEED_OFF, PRM_EEPROM_SEED, PRM_CELL_SIZE}};
    uint8_t seed[PRM_CELL_SIZE];
    prm_result result = PRM_ERR_ENTROPY_IO;

    if (RAND_priv_bytes(seed, sizeof seed) == 1)
        result = prm_eeprom_seed_write(&at, seed);
    OPENSSL_cleanse(seed, sizeof seed);
    return result;
}

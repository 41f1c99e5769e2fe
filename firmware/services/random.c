/* SPDX-License-Identifier: Apache-2.0 */
/* The services' random numbers: source, stored seed, and what makes them this device's and this start's own. */
#include "random/random.h"

#include "base/endian.h"
#include "firmware/services/services.h"
#include "ports/eeprom/eeprom_counter.h"
#include "ports/eeprom/eeprom_seed.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

static struct prm_random generator;

static const struct prm_eeprom eeprom = {(void *)&prm_mps2_eeprom, prm_at24_read, prm_at24_write, &services_crypto};
static const struct prm_eeprom_cell seed_at = {{&eeprom, BOARD_SEED_OFF, PRM_EEPROM_SEED, PRM_CELL_SIZE}};
static const struct prm_cell seed = {(void *)&seed_at, prm_eeprom_seed_read, prm_eeprom_seed_write};

prm_result services_random_start(void) {
    static const struct prm_eeprom_counter starts_at = {{&eeprom, BOARD_BOOTS_OFF, PRM_EEPROM_BOOTS, PRM_EEPROM_VALUE_SIZE}, 0};
    uint8_t starts[8];
    uint64_t count;

    /* A root that doesn't count leaves what stands there, and one that can't is no reason for no numbers. */
    const prm_result counted = prm_eeprom_counter_read((void *)&starts_at, &count);
    (void)counted;
    prm_store_le64(starts, count);
    const struct prm_random_platform platform = {
        &services_crypto, &prm_mps2_entropy, &seed,
        {prm_span_of((const void *)BOARD_FUSES_BASE, BOARD_FUSES_SIZE), prm_span_of(starts, sizeof starts)}};
    services_random_serve(&generator);
    return prm_random_start(&generator, &platform);
}

const uint8_t *services_noise(uint8_t noise[PRM_P256_NOISE_SIZE]) {
    return prm_random_fill(&generator, noise, PRM_P256_NOISE_SIZE) == PRM_OK ? noise : NULL;
}

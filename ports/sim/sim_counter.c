/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/sim/sim.h"

#include <string.h>

#include "ports/sim/sim_map.h"

static prm_result eeprom_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct prm_sim_counter *self = ctx;
    prm_result result = prm_sim_ask(self->fault, PRM_SIM_EEPROM_READ);

    if (result == PRM_OK && (len > self->size || off > self->size - len))
        result = PRM_ERR_COUNTER_IO;
    if (result == PRM_OK)
        memcpy(dst, self->bytes + off, len);
    else
        memset(dst, 0, len);
    return result;
}

static prm_result eeprom_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct prm_sim_counter *self = ctx;
    prm_result result = prm_sim_ask(self->fault, PRM_SIM_EEPROM_WRITE);

    if (result == PRM_OK && (len > self->size || off > self->size - len))
        result = PRM_ERR_COUNTER_IO;
    if (result == PRM_OK)
        memcpy(self->bytes + off, src, len);
    return result;
}

prm_result prm_sim_counter_init(struct prm_sim_counter *self, const struct prm_crypto *crypto, uint8_t *bytes,
                                size_t size, uint32_t off, struct prm_sim_fault *fault) {
    memset(self, 0, sizeof *self);
    if (size < PRM_EEPROM_COUNTER_SIZE || off > size - PRM_EEPROM_COUNTER_SIZE)
        return PRM_ERR_ARGUMENT;
    self->bytes = bytes;
    self->size = size;
    self->fault = fault;
    self->eeprom = (struct prm_eeprom){self, eeprom_read, eeprom_write, crypto};
    self->format = (struct prm_eeprom_counter){{&self->eeprom, off, PRM_EEPROM_FLOOR, PRM_EEPROM_VALUE_SIZE}, 1};
    self->counter = (struct prm_counter){&self->format, prm_eeprom_counter_read, prm_eeprom_counter_advance_to};
    return PRM_OK;
}

prm_result prm_sim_counter_open(struct prm_sim_counter *self, const struct prm_crypto *crypto, const char *path,
                                uint32_t off, struct prm_sim_fault *fault) {
    size_t size;
    uint8_t *bytes = prm_sim_map(path, &size);

    memset(self, 0, sizeof *self);
    if (bytes == NULL)
        return PRM_ERR_COUNTER_IO;
    const prm_result result = prm_sim_counter_init(self, crypto, bytes, size, off, fault);
    if (result != PRM_OK) {
        (void)prm_sim_unmap(bytes, size);
        return result;
    }
    self->mapped = size;
    return PRM_OK;
}

prm_result prm_sim_counter_close(struct prm_sim_counter *self) {
    const int failed = prm_sim_unmap(self->bytes, self->mapped);

    memset(self, 0, sizeof *self);
    return failed == 0 ? PRM_OK : PRM_ERR_COUNTER_IO;
}

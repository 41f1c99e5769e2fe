/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "ports/sim/sim_map.h"

/* What can't be seen in the bytes of a write unit. */
enum { UNIT_PLAIN, UNIT_USED, UNIT_DAMAGED };

/* PRM_OK if [off, off+len) lies in the flash and both are multiples of `unit`. */
static prm_result in_range(const struct prm_sim_flash *self, uint32_t off, uint32_t len, uint32_t unit) {
    if (len > self->flash.size || off > self->flash.size - len)
        return PRM_ERR_FLASH_RANGE;
    return ((off | len) & (unit - 1)) == 0 ? PRM_OK : PRM_ERR_FLASH_RANGE;
}

static int is_blank(const struct prm_sim_flash *self, uint32_t unit) {
    const uint32_t w = self->flash.write_size;

    if (self->state[unit] != UNIT_PLAIN)
        return 0;
    for (uint32_t i = unit * w; i < (unit + 1) * w; i++)
        if (self->bytes[i] != self->flash.erased)
            return 0;
    return 1;
}

/* PRM_OK if all of it can be read. */
static prm_result readable(const struct prm_sim_flash *self, uint32_t off, uint32_t len) {
    const uint32_t w = self->flash.write_size;

    for (uint32_t unit = off / w; len > 0 && unit <= (off + len - 1) / w; unit++)
        if (self->state[unit] == UNIT_DAMAGED || (self->part.blank_faults && is_blank(self, unit)))
            return PRM_ERR_FLASH_DAMAGED;
    return PRM_OK;
}

static prm_result flash_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct prm_sim_flash *self = ctx;
    prm_result result = in_range(self, off, len, 1);

    if (result == PRM_OK)
        result = prm_sim_ask(self->fault, PRM_SIM_FLASH_READ);
    if (result == PRM_OK)
        result = readable(self, off, len);
    if (len == 0)
        return result;
    if (result == PRM_OK)
        memcpy(dst, self->bytes + off, len);
    else
        memset(dst, 0, len);
    return result;
}

static prm_result flash_view(void *ctx, uint32_t off, uint32_t len, prm_span *out) {
    struct prm_sim_flash *self = ctx;
    prm_result result = in_range(self, off, len, 1);

    if (result == PRM_OK)
        result = prm_sim_ask(self->fault, PRM_SIM_FLASH_VIEW);
    if (result == PRM_OK)
        result = readable(self, off, len);
    *out = result == PRM_OK ? prm_span_of(self->bytes + off, len) : prm_span_of(NULL, 0);
    return result;
}

static prm_result blank_units(const struct prm_sim_flash *self, uint32_t off, uint32_t len) {
    const uint32_t w = self->flash.write_size;

    for (uint32_t unit = off / w; len > 0 && unit <= (off + len - 1) / w; unit++)
        if (!is_blank(self, unit))
            return PRM_ERR_FLASH_NOT_ERASED;
    return PRM_OK;
}

static prm_result flash_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct prm_sim_flash *self = ctx;
    const uint32_t w = self->flash.write_size;
    prm_result result = in_range(self, off, len, w);

    if (result == PRM_OK)
        result = prm_sim_ask(self->fault, PRM_SIM_FLASH_WRITE);
    if (result == PRM_OK)
        result = blank_units(self, off, len);
    if (result != PRM_OK)
        return result;
    if (len > 0) {
        memcpy(self->bytes + off, src, len);
        memset(self->state + off / w, UNIT_USED, len / w);
    }
    return PRM_OK;
}

static prm_result flash_erase(void *ctx, uint32_t off) {
    struct prm_sim_flash *self = ctx;
    const uint32_t unit = off < self->flash.size ? prm_flash_unit_size(&self->flash, off) : 1;
    prm_result result = in_range(self, off, unit, unit);

    if (result == PRM_OK)
        result = prm_sim_ask(self->fault, PRM_SIM_FLASH_ERASE);
    if (result == PRM_OK)
        prm_sim_flash_set(self, off, unit, NULL);
    return result;
}

static prm_result flash_blank(void *ctx, uint32_t off, uint32_t len) {
    struct prm_sim_flash *self = ctx;
    prm_result result = in_range(self, off, len, 1);

    if (result == PRM_OK)
        result = prm_sim_ask(self->fault, PRM_SIM_FLASH_BLANK);
    return result == PRM_OK ? blank_units(self, off, len) : result;
}

static prm_result flash_commit(void *ctx) {
    struct prm_sim_flash *self = ctx;

    return prm_sim_ask(self->fault, PRM_SIM_FLASH_COMMIT);
}

void prm_sim_flash_set(struct prm_sim_flash *self, uint32_t off, uint32_t len, const uint8_t *bytes) {
    const uint32_t w = self->flash.write_size;

    if (bytes != NULL)
        memcpy(self->bytes + off, bytes, len);
    else
        memset(self->bytes + off, self->flash.erased, len);
    memset(self->state + off / w, bytes != NULL ? UNIT_USED : UNIT_PLAIN, len / w);
}

void prm_sim_flash_reread(struct prm_sim_flash *self) {
    memset(self->state, UNIT_PLAIN, self->flash.size / self->flash.write_size);
}

void prm_sim_flash_damage(struct prm_sim_flash *self, uint32_t off, uint32_t len) {
    const uint32_t w = self->flash.write_size;

    memset(self->state + off / w, UNIT_DAMAGED, len / w);
}

static int is_power_of_two(uint32_t v) {
    return v != 0 && (v & (v - 1)) == 0;
}

/* Bytes of the part; 0 if it is none. */
static uint64_t size_of(const struct prm_sim_part *part) {
    uint64_t size = 0;

    if (!is_power_of_two(part->write_size))
        return 0;
    for (uint32_t i = 0; i < PRM_FLASH_KINDS; i++) {
        const struct prm_flash_units *units = &part->units[i];
        if (units->count > 0 &&
            (!is_power_of_two(units->size) || units->size < part->write_size || size % units->size != 0))
            return 0;
        size += (uint64_t)units->count * units->size;
    }
    return size;
}

struct prm_sim_part prm_sim_part_of(uint32_t size, uint32_t erase_size, uint32_t write_size) {
    struct prm_sim_part part = {.write_size = write_size, .erased = 0xFF};

    if (erase_size != 0 && size % erase_size == 0)
        part.units[0] = (struct prm_flash_units){size / erase_size, erase_size};
    return part;
}

prm_result prm_sim_flash_init(struct prm_sim_flash *self, uint8_t *bytes, const struct prm_sim_part *part,
                              struct prm_sim_fault *fault) {
    const uint64_t size = size_of(part);

    memset(self, 0, sizeof *self);
    if (size == 0 || size > UINT32_MAX)
        return PRM_ERR_ARGUMENT;
    self->state = calloc(1, (size_t)size / part->write_size);
    if (self->state == NULL)
        return PRM_ERR_ARGUMENT;
    self->bytes = bytes;
    self->fault = fault;
    self->part = *part;
    self->flash = (struct prm_flash){.ctx = self,
                                     .size = (uint32_t)size,
                                     .write_size = part->write_size,
                                     .erased = part->erased,
                                     .rww = PRM_YES,
                                     .read = flash_read,
                                     .view = flash_view,
                                     .write = flash_write,
                                     .erase = flash_erase,
                                     .blank = flash_blank,
                                     .commit = flash_commit};
    memcpy(self->flash.units, part->units, sizeof part->units);
    return PRM_OK;
}

prm_result prm_sim_flash_open(struct prm_sim_flash *self, const char *path, uint32_t erase_size, uint32_t write_size,
                              struct prm_sim_fault *fault) {
    size_t size;
    uint8_t *bytes = prm_sim_map(path, &size);
    prm_result result = PRM_ERR_FLASH_IO;

    memset(self, 0, sizeof *self);
    if (bytes == NULL)
        return result;
    result = PRM_ERR_ARGUMENT;
    if (size <= UINT32_MAX) {
        const struct prm_sim_part part = prm_sim_part_of((uint32_t)size, erase_size, write_size);
        result = prm_sim_flash_init(self, bytes, &part, fault);
    }
    if (result != PRM_OK) {
        (void)prm_sim_unmap(bytes, size);
        return result;
    }
    self->mapped = size;
    return PRM_OK;
}

prm_result prm_sim_flash_close(struct prm_sim_flash *self) {
    const int failed = prm_sim_unmap(self->bytes, self->mapped);

    free(self->state);
    memset(self, 0, sizeof *self);
    return failed == 0 ? PRM_OK : PRM_ERR_FLASH_IO;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/sim/sim.h"

#include <string.h>

#include "ports/sim/sim_map.h"

/* PRM_OK if [off, off+len) lies in the flash and both are multiples of `unit`. */
static prm_result in_range(const struct prm_sim_flash *self, uint32_t off, uint32_t len, uint32_t unit) {
    if (len > self->flash.size || off > self->flash.size - len)
        return PRM_ERR_FLASH_RANGE;
    return ((off | len) & (unit - 1)) == 0 ? PRM_OK : PRM_ERR_FLASH_RANGE;
}

static prm_result flash_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct prm_sim_flash *self = ctx;
    prm_result result = in_range(self, off, len, 1);

    if (result == PRM_OK)
        result = prm_sim_ask(self->fault, PRM_SIM_FLASH_READ);
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
    *out = result == PRM_OK ? prm_span_of(self->bytes + off, len) : prm_span_of(NULL, 0);
    return result;
}

static prm_result flash_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct prm_sim_flash *self = ctx;
    const uint8_t *from = src;
    prm_result result = in_range(self, off, len, self->flash.write_size);

    if (result == PRM_OK)
        result = prm_sim_ask(self->fault, PRM_SIM_FLASH_WRITE);
    if (result != PRM_OK)
        return result;
    for (uint32_t i = 0; i < len; i++) {
        if ((from[i] & ~self->bytes[off + i]) != 0)
            return PRM_ERR_FLASH_NOT_ERASED;
    }
    if (len > 0)
        memcpy(self->bytes + off, src, len);
    return PRM_OK;
}

static prm_result flash_erase(void *ctx, uint32_t off) {
    struct prm_sim_flash *self = ctx;
    prm_result result = in_range(self, off, self->flash.erase_size, self->flash.erase_size);

    if (result == PRM_OK)
        result = prm_sim_ask(self->fault, PRM_SIM_FLASH_ERASE);
    if (result == PRM_OK)
        memset(self->bytes + off, 0xFF, self->flash.erase_size);
    return result;
}

static int is_power_of_two(uint32_t v) {
    return v != 0 && (v & (v - 1)) == 0;
}

prm_result prm_sim_flash_init(struct prm_sim_flash *self, uint8_t *bytes, uint32_t size, uint32_t erase_size,
                               uint32_t write_size, struct prm_sim_fault *fault) {
    memset(self, 0, sizeof *self);
    if (!is_power_of_two(erase_size) || !is_power_of_two(write_size) || write_size > erase_size || size == 0 ||
        size % erase_size != 0)
        return PRM_ERR_ARGUMENT;
    self->bytes = bytes;
    self->fault = fault;
    self->flash = (struct prm_flash){self,       size,       erase_size,  write_size,
                                     flash_read, flash_view, flash_write, flash_erase};
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
    if (size <= UINT32_MAX)
        result = prm_sim_flash_init(self, bytes, (uint32_t)size, erase_size, write_size, fault);
    if (result != PRM_OK) {
        (void)prm_sim_unmap(bytes, size);
        return result;
    }
    self->mapped = size;
    return PRM_OK;
}

prm_result prm_sim_flash_close(struct prm_sim_flash *self) {
    const int failed = prm_sim_unmap(self->bytes, self->mapped);

    memset(self, 0, sizeof *self);
    return failed == 0 ? PRM_OK : PRM_ERR_FLASH_IO;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/at24.h"

#include <string.h>

enum { READ = 1 };

/* What a byte that isn't acknowledged leaves is known at the end: bytes after it reach nobody, and do no harm. */
static uint32_t put(const struct prm_at24 *part, uint32_t byte) {
    return part->bus->put(part->bus->ctx, byte);
}

/* Asks for the part until it acknowledges its address, with a start in force then: 0. A part that writes doesn't. */
static uint32_t wait_for(const struct prm_at24 *part) {
    const struct prm_i2c *bus = part->bus;
    uint32_t deaf = 1;

    for (uint32_t i = 0; i < part->polls && deaf != 0; i++) {
        bus->start(bus->ctx);
        deaf = put(part, part->address << 1);
    }
    return deaf;
}

static uint32_t select_byte(const struct prm_at24 *part, uint32_t off) {
    part->bus->clear(part->bus->ctx);
    const uint32_t deaf = wait_for(part);
    return deaf | put(part, off >> 8) | put(part, off & 0xFFu);
}

prm_result prm_at24_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    const struct prm_at24 *part = ctx;
    const struct prm_i2c *bus = part->bus;
    uint8_t *to = dst;
    uint32_t deaf = 1;

    if (len <= part->size && off <= part->size - len) {
        deaf = select_byte(part, off);
        bus->start(bus->ctx);
        deaf |= put(part, part->address << 1 | READ);
        for (uint32_t i = 0; i < len; i++)
            to[i] = bus->get(bus->ctx, i + 1 == len);
        bus->stop(bus->ctx);
    }
    if (deaf == 0)
        return PRM_OK;
    memset(dst, 0, len);
    return PRM_ERR_COUNTER_IO;
}

prm_result prm_at24_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    const struct prm_at24 *part = ctx;
    const struct prm_i2c *bus = part->bus;
    const uint8_t *from = src;
    uint32_t deaf;

    if (len > part->size || off > part->size - len || (off & (part->page - 1u)) + len > part->page)
        return PRM_ERR_COUNTER_IO;
    deaf = select_byte(part, off);
    for (uint32_t i = 0; i < len; i++)
        deaf |= put(part, from[i]);
    bus->stop(bus->ctx);
    /* It has taken the bytes; it acknowledges again once it has written them. */
    deaf |= wait_for(part);
    bus->stop(bus->ctx);
    return deaf == 0 ? PRM_OK : PRM_ERR_COUNTER_IO;
}

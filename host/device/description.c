/* SPDX-License-Identifier: Apache-2.0 */
#include "host/device/description.h"

#include <string.h>

#include "bank/geometry.h"
#include "ports/mps2-an505/board.h"
#include "trust/floor.h"

void primum_description_board(struct primum_description *out) {
    memset(out, 0, sizeof *out);
    out->layout = primum_board_layout;
    out->part = prm_sim_part_of(BOARD_FLASH_SIZE, BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_WRITE_SIZE);
    out->hss = out->manifests = 1;
    out->floor = PRM_FLOOR_FIRST;
    memset(out->kept, 0xFF, sizeof out->kept);
}

/* What a trust slot holds up to what is blank. */
static struct primum_bytes slot_bytes(const struct primum_device *device, uint32_t slot) {
    const uint8_t *from = device->flash.bytes + primum_board_layout.trust_off[slot];
    size_t len = PRM_TRUST_SLOT_SIZE;

    while (len > 0 && from[len - 1] == BOARD_FLASH_ERASED)
        len--;
    struct primum_bytes bytes = {primum_alloc(len), len};
    memcpy(bytes.data, from, len);
    return bytes;
}

int primum_description_of(const struct primum_device *device, struct primum_description *out) {
    const struct prm_counter *floor = &device->counter.counter, *trust = &device->trust_counter;

    primum_description_board(out);
    memcpy(&out->fuses, device->fuses.data, sizeof out->fuses);
    memcpy(&out->trust, primum_device_trust(device).ptr, sizeof out->trust);
    if (floor->read(floor->ctx, &out->floor) != PRM_OK)
        return primum_fail(PRIMUM_REFUSED, "the device's rollback floor can't be read");
    if (trust->read(trust->ctx, &out->trust_floor) != PRM_OK)
        return primum_fail(PRIMUM_REFUSED, "the device's trust floor can't be read");
    /* A cell that can't be read keeps nothing, for the device too. */
    if (device->kept.read(device->kept.ctx, out->kept) != PRM_OK)
        memset(out->kept, 0xFF, sizeof out->kept);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++)
        out->trust_slot[i] = slot_bytes(device, i);
    return PRIMUM_OK;
}

void primum_description_free(struct primum_description *description) {
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++)
        primum_bytes_free(&description->trust_slot[i]);
}

int primum_description_check(const char *path, const struct primum_description *d) {
    struct prm_flash flash = {.write_size = d->part.write_size, .erased = d->part.erased, .rww = PRM_NO};
    uint64_t size = 0;

    /* No further than what is allowed: the bytes of all kinds may be more than 64 bits hold. */
    for (uint32_t i = 0; i < PRM_FLASH_KINDS && size <= PRIMUM_DESCRIPTION_FLASH_MAX; i++) {
        flash.units[i] = d->part.units[i];
        size += (uint64_t)flash.units[i].count * flash.units[i].size;
    }
    if (size == 0 || size > PRIMUM_DESCRIPTION_FLASH_MAX)
        return primum_fail(PRIMUM_REFUSED, "%s: the flash has no bytes, or more than %u MiB", path,
                           PRIMUM_DESCRIPTION_FLASH_MAX >> 20);
    flash.size = (uint32_t)size;
    const char *wrong = prm_bank_geometry_wrong(&flash, &d->layout, 1);
    return wrong == NULL ? PRIMUM_OK : primum_fail(PRIMUM_REFUSED, "%s: %s", path, wrong);
}

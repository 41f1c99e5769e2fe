/* SPDX-License-Identifier: Apache-2.0 */
#include "bank/geometry.h"

static int is_power_of_two(uint32_t v) {
    return v != 0 && (v & (v - 1)) == 0;
}

static const char *flash_wrong(const struct prm_flash *flash) {
    uint64_t end = 0;

    if (!is_power_of_two(flash->write_size) || flash->write_size < PRM_FLASH_WRITE_MIN ||
        flash->write_size > PRM_FLASH_WRITE_MAX)
        return "a write unit has a power of two of bytes, 4 to 512";
    if (flash->rww != PRM_YES && flash->rww != PRM_NO)
        return "whether code runs on while the other bank is written is not stated";
    /* No further than the flash: the bytes of all kinds may be more than 64 bits hold. */
    for (uint32_t i = 0; i < PRM_FLASH_KINDS && end <= flash->size; i++) {
        if (flash->units[i].count == 0)
            continue;
        if (!is_power_of_two(flash->units[i].size) || flash->units[i].size < flash->write_size)
            return "an erase unit has a power of two of bytes, at least those of a write unit";
        if (end % flash->units[i].size != 0)
            return "an erase unit stands at a multiple of its size";
        end += (uint64_t)flash->units[i].count * flash->units[i].size;
    }
    return end == flash->size ? NULL : "the erase units don't add up to the flash";
}

/* Bytes of the largest erase unit in a place that lies in the flash. */
static uint32_t largest_unit(const struct prm_flash *flash, uint32_t off, uint32_t len) {
    uint32_t largest = 0;

    for (uint32_t at = off; at < off + len;) {
        const uint32_t unit = prm_flash_unit_size(flash, at);
        largest = unit > largest ? unit : largest;
        at += unit - at % unit;
    }
    return largest;
}

/* 1 if a place lies in the flash and takes whole erase units. */
static int takes_units(const struct prm_flash *flash, uint32_t off, uint32_t len) {
    if (off > flash->size || len == 0 || len > flash->size - off)
        return 0;
    const uint32_t end = off + len;
    return off % prm_flash_unit_size(flash, off) == 0 && (end == flash->size || end % prm_flash_unit_size(flash, end) == 0);
}

static int overlap(uint32_t a, uint32_t a_len, uint32_t b, uint32_t b_len) {
    return a < b + b_len && b < a + a_len;
}

static const char *bank_wrong(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t bank,
                              uint32_t granule) {
    const uint32_t start = layout->bank_off[bank];
    const struct prm_bank b = {flash, layout, bank};
    uint32_t free = prm_bank_head_end(&b) - start;

    if (!takes_units(flash, start, layout->bank_size))
        return "a bank takes whole erase units of the flash";
    if (start % granule != 0 || layout->bank_size % granule != 0)
        return "a bank takes whole granules of what the part attributes to Secure or Non-secure";
    const uint32_t unit = largest_unit(flash, start, layout->bank_size);
    if (layout->chunk_size != PRM_BANK_CHUNK(unit, flash->write_size))
        return "a chunk has the bank's largest erase unit, and 64 write units";
    for (uint32_t i = 0; i < layout->components; i++) {
        const struct prm_layout_component *c = &layout->component[i];
        if (c->off < free || c->off > layout->bank_size || c->size == 0 || c->size > layout->bank_size - c->off)
            return "the images stand in the bank, behind its head, and don't overlap";
        if ((start + c->off) % unit != 0)
            return "an image begins at a multiple of the bank's largest erase unit";
        if ((start + c->off) % granule != 0)
            return "an image begins at a multiple of the granule";
        free = c->off + c->size;
    }
    return NULL;
}

static const char *journal_wrong(const struct prm_flash *flash, const struct prm_layout *layout) {
    const uint32_t off = layout->journal_off;
    const uint32_t area = PRM_JOURNAL_AREA(prm_flash_unit_size(flash, off), flash->write_size);

    if (!takes_units(flash, off, area) || !takes_units(flash, off + area, area))
        return "the journal's two areas take whole erase units of the flash";
    for (uint32_t i = 0; i < PRM_BANKS; i++)
        if (overlap(off, 2 * area, layout->bank_off[i], layout->bank_size))
            return "the journal overlaps a bank";
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++)
        if (layout->trust_off[i] != 0 && overlap(off, 2 * area, layout->trust_off[i], PRM_TRUST_SLOT_SIZE))
            return "the journal overlaps a trust slot";
    return NULL;
}

static const char *trust_wrong(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t slot) {
    const uint32_t off = layout->trust_off[slot];
    uint32_t size = PRM_TRUST_SLOT_SIZE;

    if (off == 0)
        return NULL;
    if (flash->size < PRM_TRUST_SLOT_SIZE || off > flash->size - PRM_TRUST_SLOT_SIZE)
        return "a trust slot lies in the flash";
    /* Nothing else is in its last erase unit. */
    size = PRM_BANK_CEIL(size, prm_flash_unit_size(flash, off)) * prm_flash_unit_size(flash, off);
    if (!takes_units(flash, off, size))
        return "a trust slot begins with an erase unit";
    for (uint32_t i = 0; i < PRM_BANKS; i++)
        if (overlap(off, size, layout->bank_off[i], layout->bank_size))
            return "a trust slot overlaps a bank";
    if (layout->trust_off[slot ^ 1u] != 0 && overlap(off, size, layout->trust_off[slot ^ 1u], PRM_TRUST_SLOT_SIZE))
        return "the trust slots share an erase unit";
    return NULL;
}

const char *prm_bank_geometry_wrong(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t granule) {
    const char *wrong = flash_wrong(flash);

    if (wrong == NULL && (layout->components == 0 || layout->components > PRM_COMPONENTS))
        wrong = "a layout has one or two components";
    if (wrong == NULL)
        wrong = journal_wrong(flash, layout);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS && wrong == NULL; i++)
        wrong = trust_wrong(flash, layout, i);
    for (uint32_t i = 0; i < PRM_BANKS && wrong == NULL; i++)
        wrong = bank_wrong(flash, layout, i, granule);
    if (wrong == NULL && overlap(layout->bank_off[0], layout->bank_size, layout->bank_off[1], layout->bank_size))
        wrong = "the banks overlap";
    return wrong;
}

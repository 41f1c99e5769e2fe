/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/eeprom_counter.h"

#include "base/endian.h"

static prm_result find(const struct prm_eeprom_counter *c, struct prm_eeprom_newest *newest, uint64_t *value) {
    *value = UINT64_MAX;
    PRM_TRY(prm_eeprom_require(&c->place, newest));
    const uint64_t found = prm_load_le64(newest->contents);
    if (found < c->least)
        return PRM_ERR_COUNTER_DAMAGED;
    *value = found;
    return PRM_OK;
}

prm_result prm_eeprom_counter_read(void *ctx, uint64_t *value) {
    struct prm_eeprom_newest newest;

    return find(ctx, &newest, value);
}

prm_result prm_eeprom_counter_read_mending(void *ctx, uint64_t *value) {
    const struct prm_eeprom_counter *c = ctx;
    struct prm_eeprom_newest newest;

    PRM_TRY(find(ctx, &newest, value));
    const prm_result mended = prm_eeprom_mend(&c->place, &newest);
    (void)mended; /* the value was read all the same */
    return PRM_OK;
}

static prm_result put(const struct prm_eeprom_counter *c, const struct prm_eeprom_newest *newest, uint64_t value) {
    uint8_t contents[PRM_EEPROM_VALUE_SIZE];

    prm_store_le64(contents, value);
    return prm_eeprom_put(&c->place, newest, contents);
}

prm_result prm_eeprom_counter_advance_to(void *ctx, uint64_t value) {
    const struct prm_eeprom_counter *c = ctx;
    struct prm_eeprom_newest newest;
    uint64_t present;

    PRM_TRY(find(ctx, &newest, &present));
    if (value <= present)
        return prm_eeprom_mend(&c->place, &newest);
    return put(ctx, &newest, value);
}

prm_result prm_eeprom_counter_provision(const struct prm_eeprom_counter *counter, uint64_t value) {
    const struct prm_eeprom_newest none = {.index = 1};

    return value < counter->least ? PRM_ERR_ARGUMENT : put(counter, &none, value);
}

prm_result prm_eeprom_counter_count(const struct prm_eeprom_counter *counter, uint64_t *value) {
    struct prm_eeprom_newest newest;
    uint8_t contents[PRM_EEPROM_VALUE_SIZE];

    *value = 0;
    PRM_TRY(prm_eeprom_find(&counter->place, &newest));
    const uint64_t next = newest.found == PRM_YES ? prm_load_le64(newest.contents) + 1 : 1;
    prm_store_le64(contents, next);
    PRM_TRY(prm_eeprom_put_once(&counter->place, &newest, contents));
    *value = next;
    return PRM_OK;
}

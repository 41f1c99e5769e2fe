/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eeprom_record.h - a few bytes in a byte-wise EEPROM that survive any cut: what counter and cell are made of.
 *
 * Two records. New contents are written over the older of the two, then over the other: a cut leaves one whole, and
 * between writes both say the same, so that damage to one loses nothing.
 *
 *     0        4             8            8+n     12+n   16+n
 *     | magic  | generation  | contents n | check | 0xFF |     little-endian
 *
 * The check tells a torn record; it is no protection against someone who can write the EEPROM.
 */
#ifndef PRM_PORTS_EEPROM_RECORD_H
#define PRM_PORTS_EEPROM_RECORD_H

#include "base/harden.h"
#include "base/result.h"

#define PRM_EEPROM_CONTENTS_MAX 32u /* bytes */

/* A byte-wise EEPROM. Errors: COUNTER_IO. Cut during write: the touched bytes hold anything. */
struct prm_eeprom {
    void *ctx;
    prm_result (*read)(void *ctx, uint32_t off, void *dst, uint32_t len);
    prm_result (*write)(void *ctx, uint32_t off, const void *src, uint32_t len);
};

/* Fixed: where a pair of records stands and what it looks like. */
struct prm_eeprom_place {
    const struct prm_eeprom *eeprom;
    uint32_t off; /* bytes from the EEPROM's start; it takes 2 * (16 + len) of them */
    uint32_t magic;
    uint32_t len; /* bytes of contents */
};

/* What was found there. */
struct prm_eeprom_newest {
    uint32_t generation;
    uint32_t index;    /* of the newest valid record; 1 if there is none, so that record 0 is written first */
    prm_answer found;  /* PRM_YES: a valid record */
    prm_answer blank;  /* PRM_YES: a record that was never written */
    prm_answer twice;  /* PRM_YES: both are valid, with the same contents */
    uint8_t contents[PRM_EEPROM_CONTENTS_MAX]; /* all 0xFF if there is none */
};

/* Errors: COUNTER_IO. */
PRM_MUST_USE prm_result prm_eeprom_find(const struct prm_eeprom_place *place, struct prm_eeprom_newest *newest);

/* Writes what is to follow `*newest`. Errors: COUNTER_IO. Cut: prm_eeprom_find() finds the old contents or these. */
PRM_MUST_USE prm_result prm_eeprom_put(const struct prm_eeprom_place *place, const struct prm_eeprom_newest *newest,
                                       const uint8_t *contents);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eeprom_record.h - a few bytes in a byte-wise EEPROM that survive any cut: what counters and cells are made of.
 *
 * Two records. New contents are written over the stale one of the two, then over the other: a cut leaves one whole, and
 * between writes both say the same, so that damage to one loses nothing. What a cut left half done is mended later.
 *
 *     0          4             8             8+n    24+n
 *     | tag      | generation  | contents n  | check |     little-endian
 *
 * The tag is "PR", a letter for what the record is, and the number of this format, 2. The check is the first 16 bytes of
 * SHA-256 over all before it: it tells a torn record from a whole one, and no protection against someone who can write
 * the EEPROM. A code over a key of the device can take its place without another number of bytes.
 */
#ifndef PRM_PORTS_EEPROM_RECORD_H
#define PRM_PORTS_EEPROM_RECORD_H

#include "base/harden.h"
#include "base/result.h"
#include "seam/crypto.h"

#define PRM_EEPROM_CONTENTS_MAX 32u /* bytes */
#define PRM_EEPROM_CHECK_SIZE 16u   /* bytes */
#define PRM_EEPROM_RECORD_SIZE(n) (8u + (n) + PRM_EEPROM_CHECK_SIZE)
#define PRM_EEPROM_NUMBER 2u /* of the format; 1 had checks of 4 bytes, and read a blank counter as 0 */
#define PRM_EEPROM_TAG(letter) ((uint32_t)'P' | (uint32_t)'R' << 8 | (uint32_t)(letter) << 16 | PRM_EEPROM_NUMBER << 24)

#define PRM_EEPROM_TRIES 3u /* how often a call of the part is made before its error counts */

/*
 * A byte-wise EEPROM. Errors: COUNTER_IO, also while the part is busy with a write before; whoever has to wait for it
 * waits in these calls. Cut during write: the touched bytes hold anything.
 */
struct prm_eeprom {
    void *ctx;
    prm_result (*read)(void *ctx, uint32_t off, void *dst, uint32_t len);
    prm_result (*write)(void *ctx, uint32_t off, const void *src, uint32_t len); /* NULL where nothing is written */
    const struct prm_crypto *crypto; /* for the checks: sha256 */
};

/* Fixed: where a pair of records stands and what it is. */
struct prm_eeprom_place {
    const struct prm_eeprom *eeprom;
    uint32_t off; /* bytes from the EEPROM's start; it takes 2 * PRM_EEPROM_RECORD_SIZE(len) of them */
    uint32_t tag; /* PRM_EEPROM_TAG(letter): another letter for each place, so that none stands for another */
    uint32_t len; /* bytes of contents, a multiple of 4 */
};

/* What was found there. */
struct prm_eeprom_newest {
    uint32_t generation;
    uint32_t index;   /* of the newest valid record; 1 if there is none, so that record 0 is written first */
    prm_answer found; /* PRM_YES: a valid record */
    prm_answer twice; /* PRM_YES: both are valid, with the same contents */
    prm_answer other; /* PRM_YES: a record has the tag of another number or letter */
    uint8_t contents[PRM_EEPROM_CONTENTS_MAX]; /* all 0xFF if there is none */
};

/* Errors: COUNTER_IO, CRYPTO. */
PRM_MUST_USE prm_result prm_eeprom_find(const struct prm_eeprom_place *place, struct prm_eeprom_newest *newest);

/*
 * The same, for those who can't do without: no valid record is an error. Errors: also COUNTER_DAMAGED (blank, or torn),
 * COUNTER_VERSION (a record of another number of this format, or of another place).
 */
PRM_MUST_USE prm_result prm_eeprom_require(const struct prm_eeprom_place *place, struct prm_eeprom_newest *newest);

/* Writes what is to follow `*newest`. Errors: COUNTER_IO, CRYPTO. Cut: prm_eeprom_find() finds the old contents or these. */
PRM_MUST_USE prm_result prm_eeprom_put(const struct prm_eeprom_place *place, const struct prm_eeprom_newest *newest,
                                       const uint8_t *contents);

/*
 * Has both records say what `*newest` says, if one doesn't. It looks a second time before it writes: a record that was only
 * misread must not be overwritten with an older one. Writes nothing where nothing was found.
 * Errors: COUNTER_IO, CRYPTO. Cut: the contents stay what they are.
 */
PRM_MUST_USE prm_result prm_eeprom_mend(const struct prm_eeprom_place *place, const struct prm_eeprom_newest *newest);

/* Writes over the stale record alone: for what changes at each start. Errors and Cut: as prm_eeprom_put(). */
PRM_MUST_USE prm_result prm_eeprom_put_once(const struct prm_eeprom_place *place, const struct prm_eeprom_newest *newest,
                                            const uint8_t *contents);

#endif

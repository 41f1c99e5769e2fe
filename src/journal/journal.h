/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal.h - the last complete small record survives any cut.
 *
 * Two pages take turns. Records are appended to one until it is full; then the other is erased and the next record is its
 * first. The last whole record of each page is that page's newest; of the two, the one with the later generation is the
 * state. docs/format/journal.md draws it.
 *
 *     record   0            4                     48        64
 *              | generation | payload (44 bytes)  | check   |     check = first 16 bytes of SHA-256 over bytes 0 to 47
 *
 * The check tells a torn record from a whole one; who may write the flash is the port's matter. Generations are compared as
 * serial numbers (RFC 1982): no record, whatever its generation, is the last that a journal takes.
 */
#ifndef PRM_JOURNAL_JOURNAL_H
#define PRM_JOURNAL_JOURNAL_H

#include "base/harden.h"
#include "base/result.h"
#include "seam/crypto.h"
#include "seam/flash.h"
#include "seam/layout.h"

#define PRM_JOURNAL_PAYLOAD_SIZE 44u /* bytes */
#define PRM_JOURNAL_CHECK_SIZE 16u   /* bytes */
#define PRM_JOURNAL_RECORD_SIZE 64u  /* bytes; it takes whole write units: PRM_JOURNAL_PLACE() */
#define PRM_JOURNAL_PAGES 2u

/* Where a journal stands, and what was found there. Borrows flash and crypto. */
struct prm_journal {
    const struct prm_flash *flash;
    const struct prm_crypto *crypto;
    uint32_t off;        /* bytes from the flash's start; there two pages follow each other */
    uint16_t place_size; /* bytes that a record takes: whole write units */
    uint16_t records;    /* in a page: as many as whole erase units hold */
    uint32_t generation; /* of the newest whole record; 0 if there is none */
    uint16_t page;       /* where that record is */
    uint16_t index;
    prm_answer in_order; /* PRM_YES: what the other page holds comes just before; else it is erased by the next append */
};

/*
 * Finds the newest whole record and copies its payload. Initialises `*journal`.
 * On failure the payload is zeros; after JOURNAL_EMPTY and JOURNAL_VERSION the journal can be appended to.
 * Errors: JOURNAL_EMPTY (blank, or nothing whole), JOURNAL_VERSION (nothing whole, but a record of the format before this
 * one), FLASH_*, CRYPTO, ARGUMENT (no write unit that there is).
 */
PRM_MUST_USE prm_result prm_journal_load(struct prm_journal *journal, const struct prm_flash *flash,
                                         const struct prm_crypto *crypto, uint32_t off,
                                         uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]);

/*
 * Appends a record, which is then the newest, whatever the two pages held. Cost: a place written; the erase of a page each
 * time one is full (4 KiB units: every 64 records).
 * Errors: FLASH_*, CRYPTO. Cut: prm_journal_load() finds the record before, or this one, never another.
 */
PRM_MUST_USE prm_result prm_journal_append(struct prm_journal *journal, const uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]);

#endif

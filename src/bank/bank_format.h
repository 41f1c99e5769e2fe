/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bank_format.h - the bytes of a bank's header and marks, and how many there may be of everything. Integers are little-endian.
 *
 *     header   0        4        6             8        16
 *              | "PRMS" | length | version = 2 | digest |     length: of the envelope; digest: first 8 bytes of its SHA-256
 *
 *     mark     0                    4                        8
 *              | "PRMK" XOR chunk   | manifest digest, 0..3  |
 *
 * Version 1 had 32 bits for the length, and so reads as version 0 here. The digest says that header and envelope belong
 * together (a header of several write units may be torn); it permits nothing, and the root, which checks signatures over the
 * envelope, doesn't look at it.
 */
#ifndef PRM_BANK_BANK_FORMAT_H
#define PRM_BANK_BANK_FORMAT_H

#include <stdint.h>

#define PRM_BANK_HEADER_SIZE 16u      /* bytes; in flash the rest of its write unit is filled up */
#define PRM_BANK_MARK_SIZE 8u         /* likewise */
#define PRM_BANK_ENVELOPE_MAX 4096u   /* bytes of an envelope without payloads */
#define PRM_BANK_PAGE_SIZE 1024u      /* bytes of a page of the list */
#define PRM_BANK_PAGE_COVERS 0x10000u /* bytes of an image that a page is about */

#define PRM_BANK_MAGIC 0x534D5250u /* bytes "PRMS" */
#define PRM_BANK_VERSION 2u
#define PRM_BANK_DIGEST_SIZE 8u

/* The header of an envelope of `len` bytes (1 to PRM_BANK_ENVELOPE_MAX), whose SHA-256 is `digest`. */
void prm_bank_header_encode(uint32_t len, const uint8_t *digest, uint8_t header[PRM_BANK_HEADER_SIZE]);

/* The mark of a chunk that is whole in the release with this manifest digest. */
void prm_bank_mark_encode(uint32_t chunk, const uint8_t *manifest_digest, uint8_t mark[PRM_BANK_MARK_SIZE]);

#endif

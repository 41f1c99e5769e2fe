/* SPDX-License-Identifier: Apache-2.0 */
/* trust.h - the trust anchors: which keys may sign what this device runs. Part of the immutable root's memory. */
#ifndef PRM_SUIT_TRUST_H
#define PRM_SUIT_TRUST_H

#include <stdint.h>

#include "base/result.h"
#include "base/span.h"
#include "seam/crypto.h"

#define PRM_TRUST_MAGIC 0x544D5250u /* bytes "PRMT" */
#define PRM_TRUST_VERSION 1u
#define PRM_TRUST_ANCHORS 4u
#define PRM_TRUST_ALLOW_ES256 0x1u /* policy: also accept the COSE id ES256 (-7) beside ESP256 (-9) */
#define PRM_KEY_ID_SIZE 8u
#define PRM_CHECK_SIZE 8u /* bytes of SHA-256 that end fuses and anchors */

struct prm_anchor {
    uint8_t key_id[PRM_KEY_ID_SIZE];           /* first 8 bytes of SHA-256 over public_key */
    uint8_t public_key[PRM_P256_PUBLIC_SIZE]; /* P-256: x, y, big-endian */
};

struct prm_trust {
    uint32_t magic;
    uint32_t version;
    uint32_t count;  /* anchors in use, 1 to PRM_TRUST_ANCHORS */
    uint32_t policy; /* PRM_TRUST_ALLOW_... */
    struct prm_anchor anchor[PRM_TRUST_ANCHORS];
    uint8_t check[PRM_CHECK_SIZE]; /* first bytes of SHA-256 over all before */
};
_Static_assert(sizeof(struct prm_anchor) == 72, "the format is fixed");
_Static_assert(sizeof(struct prm_trust) == 312, "the format is fixed");

#endif

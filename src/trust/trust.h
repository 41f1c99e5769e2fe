/* SPDX-License-Identifier: Apache-2.0 */
/* trust.h - the trust anchors: which keys may sign what this device runs. Part of the immutable root's memory. */
#ifndef PRM_TRUST_TRUST_H
#define PRM_TRUST_TRUST_H

#include <stdint.h>

#include "base/result.h"
#include "base/sizes.h"

#define PRM_TRUST_MAGIC 0x544D5250u /* bytes "PRMT" */
#define PRM_TRUST_VERSION 3u
#define PRM_TRUST_ANCHORS 8u
#define PRM_TRUST_ALLOW_ES256 0x1u /* policy: also accept the COSE id ES256 (-7) beside ESP256 (-9) */
#define PRM_KEY_ID_SIZE 8u
#define PRM_KEY_MAX 64u   /* bytes of the longest public key */
#define PRM_CHECK_SIZE 8u /* bytes of SHA-256 that end fuses and anchors */

/* Kinds of keys: the numbers are the format. */
enum prm_key_alg {
    PRM_KEY_P256 = 0, /* 64 bytes: x, y, big-endian (SEC 1 without the 0x04) */
    PRM_KEY_HSS = 1,  /* 52 or 60 bytes: RFC 8554 6.1, with the number of levels */
    PRM_KEY_ALGS = 2
};

/* What a key may sign; a key may have both roles. */
#define PRM_ROLE_RELEASE 0x1u /* releases */
#define PRM_ROLE_ROOT 0x2u    /* trust manifests */
#define PRM_ROLE_DEBUG 0x4u   /* reserved: permits for debugging. Nothing reads it today: such a key alone signs nothing */

struct prm_anchor {
    uint8_t key_id[PRM_KEY_ID_SIZE]; /* first 8 bytes of SHA-256 over the public key */
    uint8_t alg;                     /* enum prm_key_alg */
    uint8_t roles;                   /* PRM_ROLE_... */
    uint8_t key_len;                 /* bytes of the public key */
    uint8_t reserved[5];
    uint8_t public_key[PRM_KEY_MAX];
};

struct prm_trust {
    uint32_t magic;
    uint32_t version;
    uint32_t count;  /* anchors in use, 1 to PRM_TRUST_ANCHORS */
    uint32_t policy; /* PRM_TRUST_ALLOW_... */
    uint32_t number; /* 0 from the factory; else of the trust manifest that these keys come from */
    uint8_t need[PRM_KEY_ALGS]; /* signatures that a release must have, of each kind, by distinct keys; not both 0 */
    uint8_t need_root;          /* signatures that a trust manifest must have, by distinct root-role keys; 0: takes none */
    uint8_t reserved;
    uint32_t epoch;             /* in which releases are counted, 0 to PRM_EPOCH_MAX (floor.h) */
    uint32_t reserved_too;
    uint64_t base;              /* the least sequence number in it, 1 to PRM_SEQUENCE_MAX */
    struct prm_anchor anchor[PRM_TRUST_ANCHORS];
    uint8_t check[PRM_CHECK_SIZE]; /* first bytes of SHA-256 over all before */
};
_Static_assert(sizeof(struct prm_anchor) == 80, "the format is fixed");
_Static_assert(sizeof(struct prm_trust) == 688, "the format is fixed");

/* The step that counted signatures of each kind of key add to a word (trust_tally.h). */
#define PRM_K_SIGNATURE 0xB1E64A93u

/* How many signatures may still be tried against an anchor: in all, and for one thing (trust_tally.h). */
struct prm_tries {
    uint32_t left;
    uint32_t each;
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_parse.h - what an HSS public key and signature say: which trees, which parameter sets, where each part stands.
 *
 *     public key   levels | key[0]                                       levels: 1 to 8
 *     signature    levels-1 | lms[0] | key[1] | lms[1] | ... | lms[levels-1]
 *     key          type | otstype | I (16) | T[1] (n)
 *     lms          q | otstype | C (n) | y (p * n) | type | path (h * n)
 *
 * RFC 8554 3.3, 5.3, 5.4, 6.1, 6.2; parameter sets of RFC 8554 and SP 800-208 with SHA-256 and SHA-256/192.
 * All integers big-endian, 32 bits. Every length follows from the type codes and the whole must be exactly filled.
 */
#ifndef PRM_CRYPTO_HSS_PARSE_H
#define PRM_CRYPTO_HSS_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/span.h"

#define PRM_HSS_LEVELS_MAX 8u
#define PRM_LMS_KEY_I_OFF 8u  /* bytes from a key's start to its identifier I */
#define PRM_LMS_KEY_T_OFF 24u /* bytes from a key's start to its root T[1] */
#define PRM_LMS_SIG_C_OFF 8u  /* bytes from an LMS signature's start to the randomiser C */
#define PRM_HSS_KEY_T_OFF 28u /* bytes from an HSS public key's start to the top root, which reaches to its end */

/* An LM-OTS parameter set. */
struct prm_ots_set {
    uint8_t n;  /* bytes of a hash */
    uint8_t w;  /* bits of a digit */
    uint8_t ls; /* left shift of the checksum, bits */
    uint16_t p; /* digits, those of the checksum included */
};

/* One tree and the signature that it makes on the level below, or on the message. Borrowed from key and signature. */
struct prm_hss_level {
    const uint8_t *key;     /* PRM_LMS_KEY_T_OFF + n bytes */
    const uint8_t *sig;     /* as long as the sets say */
    uint32_t q;             /* which leaf, < 2^h; read once */
    uint8_t h;              /* height of the tree */
    struct prm_ots_set ots; /* ots.n is the tree's n too, the same in all levels */
};

struct prm_hss_view {
    uint32_t levels; /* 1 to PRM_HSS_LEVELS_MAX */
    struct prm_hss_level level[PRM_HSS_LEVELS_MAX];
};

/*
 * Reads a key and a signature into a view. No more than the spans is read, whatever they hold. On failure view->levels
 * is 0. Errors: SIG_ALGORITHM (a parameter set that is not one of SHA-256's, or sets of different hash lengths, which
 * SP 800-208 forbids), SIG_FORMAT (lengths, level counts or leaf number out of range, or types that are not the key's).
 */
PRM_MUST_USE prm_result prm_hss_parse(prm_span public_key, prm_span signature, struct prm_hss_view *view);

#endif

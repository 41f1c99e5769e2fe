/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_parse.h - what a trust manifest says. docs/format/trust.md draws the format and how it takes effect.
 *
 *     trust manifest = 98([ h'', {}, payload, [ 1*8 [ protected, unprotected, signature ] ] ])     COSE_Sign (RFC 9052 4.1)
 *     payload        = { 1: 2, 2: number, 3: [ need P-256, need HSS ], 4: [ 1*8 key ], 5: epoch, 6: base }
 *     key            = [ kind, public key, ? { ? 1: vendor, ? 2: class, ? 3: components } ]
 *
 * Deterministic CBOR, so each content has one encoding. The payload is parsed only after it was verified, and from a copy.
 */
#ifndef PRM_TRUST_TRUST_PARSE_H
#define PRM_TRUST_TRUST_PARSE_H

#include "base/span.h"
#include "seam/layout.h"
#include "trust/trust.h"

#define PRM_TRUST_PAYLOAD_MAX 1024u /* bytes: eight keys of the longest kind with all limits, and some */
#define PRM_TRUST_SIGNATURES_MAX 8u

/* All spans borrow from the bytes. */

struct prm_trust_envelope {
    size_t len; /* bytes of the whole */
    prm_span payload;
    uint32_t signatures;
    prm_span signature[PRM_TRUST_SIGNATURES_MAX]; /* COSE_Signatures, not read */
};

/*
 * Reads the COSE_Sign around the payload; what follows it is not looked at. On failure `*out` is zeros.
 * Errors: CBOR_*, TRUST_FORMAT (not a COSE_Sign, headers in its body, no signature or too many, payload too long).
 */
PRM_MUST_USE prm_result prm_trust_envelope_parse(prm_span bytes, struct prm_trust_envelope *out);

struct prm_trust_key {
    uint8_t kind;           /* enum prm_key_alg */
    prm_span key;           /* as long as its kind says */
    const uint8_t *vendor;  /* 16 bytes: only for devices of this vendor; NULL: any */
    const uint8_t *class_;  /* 16 bytes */
    uint32_t components;    /* bit i: may sign releases with component i; all ones: any */
};

struct prm_trust_view {
    uint32_t number; /* 1 or more */
    uint32_t epoch;  /* at most PRM_EPOCH_MAX */
    uint64_t base;   /* the least sequence in it, 1 to PRM_SEQUENCE_MAX */
    uint8_t need[PRM_KEY_ALGS];
    uint32_t keys; /* 1 to PRM_TRUST_ANCHORS */
    struct prm_trust_key key[PRM_TRUST_ANCHORS];
};

/*
 * Reads a payload and nothing after it. On failure `*out` is zeros. Errors: CBOR_*, TRUST_VERSION, TRUST_FORMAT (unknown kind,
 * wrong length of a key, a limit to no component or to one that no device has, needs that are both 0 or more than there are
 * different keys of the kind: a key counts once, in however many entries it stands).
 */
PRM_MUST_USE prm_result prm_trust_payload_parse(prm_span bytes, struct prm_trust_view *out);

/* The same for those who want its numbers alone; a view would be too large for where signatures are verified. */
struct prm_trust_terms {
    uint32_t number, epoch;
    uint64_t base;
};
PRM_MUST_USE prm_result prm_trust_terms_parse(prm_span bytes, struct prm_trust_terms *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_manifest.h - which release keys are in force: the factory's, or those of a numbered manifest that enough root keys
 * signed. docs/format/trust.md draws the format and how it takes effect.
 *
 *     trust manifest = 98([ h'', {}, payload, [ 1*8 [ protected, unprotected, signature ] ] ])     COSE_Sign (RFC 9052 4.1)
 *     payload        = { 1: 1, 2: number, 3: [ need P-256, need HSS ], 4: [ 1*8 key ] }
 *     key            = [ kind, public key, ? { ? 1: vendor, ? 2: class, ? 3: components } ]
 *
 * Deterministic CBOR, so each content has one encoding. The payload is parsed only after it was verified, and from a copy.
 */
#ifndef PRM_TRUST_TRUST_MANIFEST_H
#define PRM_TRUST_TRUST_MANIFEST_H

#include "base/harden.h"
#include "base/span.h"
#include "seam/crypto.h"
#include "seam/flash.h"
#include "seam/layout.h"
#include "suit/device.h"
#include "trust/trust.h"

#define PRM_TRUST_PAYLOAD_MAX 1024u /* bytes: eight keys of the longest kind with all limits, and some */
#define PRM_TRUST_SIGNATURES_MAX 8u
#define PRM_TRUST_SLOT_NONE UINT32_MAX

/* ---- parse: what the bytes say. All spans borrow from them. ---- */

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
    uint8_t need[PRM_KEY_ALGS];
    uint32_t keys; /* 1 to PRM_TRUST_ANCHORS */
    struct prm_trust_key key[PRM_TRUST_ANCHORS];
};

/*
 * Reads a payload and nothing after it. On failure `*out` is zeros. Errors: CBOR_*, TRUST_FORMAT (unknown version or kind,
 * wrong length of a key, a limit that limits nothing, needs that are both 0 or more than there are keys of the kind).
 */
PRM_MUST_USE prm_result prm_trust_payload_parse(prm_span bytes, struct prm_trust_view *out);

/* ---- verify ---- */

/* Everything that tells which rules are in force; all borrowed. */
struct prm_trust_source {
    const struct prm_crypto *crypto;
    const struct prm_flash *flash;
    const struct prm_layout *layout;
    const struct prm_fuses *fuses;    /* verified */
    const struct prm_trust *factory;  /* verified: the root keys, and the rules as long as there are no others */
    uint8_t *payload;                 /* PRM_TRUST_PAYLOAD_MAX bytes of scratch */
};

/* Rules that were verified. */
struct prm_trust_rules {
    struct prm_trust trust; /* release keys for this device, needs, number; its check is zeros */
    uint32_t slot;          /* where they stand; PRM_TRUST_SLOT_NONE: they are the factory's */
    uint32_t len;           /* bytes of the manifest there */
    uint32_t diff;          /* 0; anything else if a check was passed over: to be folded into the word of what they permit */
};

/* The step of the word behind `diff`. */
#define PRM_K_TRUST 0x94D36A5Bu

/*
 * Checks a trust manifest, which may be followed by anything, and makes rules of it: its number must be at least `least`
 * and at most `most`, and at least need_root distinct root-role anchors of the factory's must have signed it. Keys that a
 * limit excludes from this device, or from a part of its releases, are left out. On failure `*out` is zeros, with diff all ones.
 * Errors: those of parse; of the signatures as prm_release_verify(); TRUST_OLD (the number).
 */
PRM_MUST_USE prm_result prm_trust_verify(const struct prm_trust_source *source, prm_span bytes, uint64_t least,
                                         uint64_t most, struct prm_trust_rules *out);

/* The factory's rules, verified, as rules in force. Borrows nothing. */
void prm_trust_of_factory(const struct prm_trust *factory, struct prm_trust_rules *out);

/* ---- load, parse, verify ---- */

/* Lends what isn't blank of a slot. Errors: FLASH_*, SLOT_EMPTY (blank, or there is no such slot). */
PRM_MUST_USE prm_result prm_trust_load(const struct prm_trust_source *source, uint32_t slot, prm_span *bytes);

/*
 * The rules with the highest number from `floor` to `most` of what the slots hold; the factory's if there is none and
 * `floor` is 0. Damaged slots, forgeries and older numbers are passed over. One signature check each, mostly one in all.
 * Errors: TRUST_NONE (none, and the floor isn't 0: nothing may be judged); then `*out` is as prm_trust_verify() leaves it.
 */
PRM_MUST_USE prm_result prm_trust_find(const struct prm_trust_source *source, uint64_t floor, uint64_t most,
                                       struct prm_trust_rules *out);

#endif

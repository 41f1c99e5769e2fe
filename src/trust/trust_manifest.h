/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_manifest.h - which release keys are in force: the factory's, or those of a numbered manifest that enough root keys
 * signed. docs/format/trust.md draws the format and how it takes effect.
 *
 *     trust manifest = 98([ h'', {}, payload, [ 1*8 [ protected, unprotected, signature ] ] ])     COSE_Sign (RFC 9052 4.1)
 *     payload        = { 1: 2, 2: number, 3: [ need P-256, need HSS ], 4: [ 1*8 key ], 5: epoch, 6: base }
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

/* ---- verify ---- */

struct prm_counter;

/* Everything that tells which rules are in force; all borrowed. */
struct prm_trust_source {
    const struct prm_crypto *crypto;
    const struct prm_flash *flash;
    const struct prm_layout *layout;
    const struct prm_fuses *fuses;    /* verified */
    const struct prm_trust *factory;  /* verified: the root keys, and the rules as long as there are no others */
    uint8_t *payload;                 /* PRM_TRUST_PAYLOAD_MAX bytes of scratch */
    const struct prm_counter *counter;       /* the rollback floor (floor.h) */
    const struct prm_counter *trust_counter; /* the trust floor: the number of the manifest in force; 0: none ever was */
};

/* What both counters say. */
struct prm_trust_floors {
    uint64_t trust;
    uint64_t release;
};

#define PRM_TRUST_NUMBER_STEP 1024u /* as far as one manifest raises the trust floor */

/*
 * A trust manifest that was verified: enough to make its rules from where it stands, as often as they are needed, without
 * trying its signatures again. number 0: there is none.
 */
struct prm_trust_proof {
    uint32_t number;
    uint32_t len;                    /* bytes of the manifest */
    uint32_t diff;                   /* 0, or a check was passed over */
    uint64_t before;                 /* prm_floor_before() of its rules */
    uint8_t digest[PRM_SHA256_SIZE]; /* of its payload */
};

/* Rules that were verified. */
enum {
    PRM_TRUST_TERMS_AT = offsetof(struct prm_trust, count), /* how many keys and signatures, policy, number, epoch, base */
    PRM_TRUST_TERMS_SIZE = offsetof(struct prm_trust, anchor) - PRM_TRUST_TERMS_AT
};

struct prm_trust_rules {
    struct prm_trust trust; /* release keys for this device, needs, number; its check is zeros */
    uint32_t slot;          /* where they stand; PRM_TRUST_SLOT_NONE: they are the factory's */
    uint32_t len;           /* bytes of the manifest there */
    uint32_t diff;          /* 0; anything else if a check was passed over: to be folded into the word of what they permit */
    uint8_t terms[PRM_TRUST_TERMS_SIZE]; /* a second copy of what stands before the anchors, for prm_trust_changed() */
};

/*
 * 0 if what the rules ask for is still what was made: for the word, once all is judged. If one bit of RAM is changed in
 * between, a release may seem to need fewer signatures, or to be of another epoch; then the two copies differ.
 */
static inline uint32_t prm_trust_changed(const struct prm_trust_rules *rules) {
    return prm_diff((const uint8_t *)&rules->trust + PRM_TRUST_TERMS_AT, rules->terms, PRM_TRUST_TERMS_SIZE);
}

/*
 * Checks a trust manifest, which may be followed by anything: at least need_root distinct root-role anchors of the factory's
 * signed it; its number is at least the trust floor and at most PRM_TRUST_NUMBER_STEP above; its epoch is that of the rollback floor
 * or the next. `*tries` as for prm_release_verify_kept(). One with the payload that `known` proves (it may be
 * `out`: none is known) is TRUST_OLD. On failure out->number is 0, and diff all ones.
 * Errors: those of parse; of the signatures as prm_release_verify(); TRUST_OLD, TRUST_STEP (the number), TRUST_EPOCH.
 */
PRM_MUST_USE prm_result prm_trust_verify(const struct prm_trust_source *source, prm_span bytes,
                                         const struct prm_trust_floors *floors, const struct prm_trust_proof *known,
                                         struct prm_tries *tries, struct prm_trust_proof *out);

/*
 * Makes rules of bytes whose payload is the one that was proved; out->slot is the caller's to set. Keys that a limit excludes from this device, or from a part
 * of its releases, are left out. On failure `*out` permits nothing, and its diff is all ones.
 * Errors: those of parse; TRUST_NONE (another payload stands there now), CRYPTO.
 */
PRM_MUST_USE prm_result prm_trust_verify_again(const struct prm_trust_source *source, prm_span bytes,
                                               const struct prm_trust_proof *proof, struct prm_trust_rules *out);

/* ---- load, parse, verify ---- */

/* Lends what isn't blank of a slot. Errors: FLASH_*, SLOT_EMPTY (blank, or there is no such slot). */
PRM_MUST_USE prm_result prm_trust_load(const struct prm_trust_source *source, uint32_t slot, prm_span *bytes);

/* Reads both counters. What can't be read is UINT64_MAX. Errors: COUNTER_*. */
PRM_MUST_USE prm_result prm_trust_load_floors(const struct prm_trust_source *source, struct prm_trust_floors *out);

/* What the slots hold, and whose rules count, at which floors. */
struct prm_trust_found {
    struct prm_trust_proof slot[PRM_TRUST_SLOTS];
    uint32_t until_now; /* the slot with the manifest that the trust floor stands at */
    uint32_t newest;    /* the slot with the highest number; PRM_TRUST_SLOT_NONE: no slot has any that counts */
    struct prm_trust_floors floors;
};

/*
 * Verifies what is in the slots, at the floors that stand in `*found` already. Damaged slots, forgeries and older numbers are passed over, and a slot with the same payload
 * as the one before is not verified. No more signatures are tried than prm_tally_tries() says. Never fails.
 */
void prm_trust_examine(const struct prm_trust_source *source, struct prm_trust_found *found);

/*
 * The rules of a slot that was found good; of PRM_TRUST_SLOT_NONE the factory's, if the trust floor is 0. On failure `*out` is as prm_trust_verify_again() leaves it.
 * Errors: TRUST_NONE (there are none: nothing may be judged), and those of prm_trust_verify_again().
 */
PRM_MUST_USE prm_result prm_trust_use(const struct prm_trust_source *source, const struct prm_trust_found *found,
                                      uint32_t slot, struct prm_trust_rules *out);

/* The factory's rules, verified, as rules in force. Borrows nothing. */
void prm_trust_of_factory(const struct prm_trust *factory, struct prm_trust_rules *out);

/* All of these in a row: the newest rules. Errors: COUNTER_*, and those of prm_trust_use(). */
PRM_MUST_USE prm_result prm_trust_find(const struct prm_trust_source *source, struct prm_trust_rules *out);

#endif

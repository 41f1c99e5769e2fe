/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suit.h - SUIT envelopes and manifests (draft-ietf-suit-manifest), as far as a root of trust needs them.
 *
 * A layer is parsed only after the layer around it was verified:
 *     envelope_parse (the wrapper) -> verify (digest, signature) -> manifest_parse -> select (the commands, for one slot)
 *
 * There is no interpreter: in our profile (docs/format/suit-profile.md) a parameter is set once, so the commands of a manifest
 * are a table of facts. Bounded, no recursion; what isn't known is refused. All spans borrow from the parsed bytes.
 */
#ifndef PRM_SUIT_SUIT_H
#define PRM_SUIT_SUIT_H

#include "base/harden.h"
#include "base/sizes.h"
#include "base/span.h"

#define PRM_SUIT_TAG_ENVELOPE 107u
#define PRM_SUIT_SIGNATURES_MAX 4u
#define PRM_SUIT_COMPONENTS_MAX 4u

/* The keys of envelope and manifest that members go by. */
enum prm_suit_key {
    PRM_SUIT_KEY_AUTH = 2,
    PRM_SUIT_KEY_MANIFEST = 3,
    PRM_SUIT_KEY_REFERENCE_URI = 4,
    PRM_SUIT_KEY_COMPONENT_ID = 5,
    PRM_SUIT_KEY_VALIDATE = 7,
    PRM_SUIT_KEY_LOAD = 8,
    PRM_SUIT_KEY_INVOKE = 9,
    PRM_SUIT_KEY_PAYLOAD_FETCH = 16,
    PRM_SUIT_KEY_INSTALL = 20,
    PRM_SUIT_KEY_TEXT = 23
};

/* The members that may stand beside the manifest, which then has their digests. */
enum prm_suit_severed { PRM_SUIT_SEVERED_FETCH, PRM_SUIT_SEVERED_INSTALL, PRM_SUIT_SEVERED_TEXT, PRM_SUIT_SEVERED };

struct prm_suit_envelope {
    prm_span digest_bytes;     /* the SUIT_Digest, as signed */
    const uint8_t *digest;     /* its 32 bytes, SHA-256 */
    prm_span manifest;         /* the manifest map */
    prm_span manifest_wrapped; /* the same with its bstr head: what the digest covers */
    uint32_t signatures;       /* how many authentication blocks */
    prm_span signature[PRM_SUIT_SIGNATURES_MAX];
    prm_span severed[PRM_SUIT_SEVERED];         /* those that stand in the envelope; else ptr NULL */
    prm_span severed_wrapped[PRM_SUIT_SEVERED]; /* the same with their bstr heads: what the manifest's digests cover */
    uint32_t payloads;         /* how many integrated payloads */
    prm_span payload_pairs;    /* their (tstr name, bstr payload) pairs, one after the other */
};

/*
 * Reads an envelope: tag 107, authentication wrapper, manifest, severable members, integrated payloads; nothing else and
 * nothing after. On failure `*out` is zeros. Errors: CBOR_*, SUIT_UNTAGGED, SUIT_ENVELOPE, SUIT_SECTION (unknown member).
 */
PRM_MUST_USE prm_result prm_suit_envelope_parse(prm_span bytes, struct prm_suit_envelope *out);

struct prm_suit_manifest {
    uint64_t sequence;      /* below 2^63 */
    uint32_t components;    /* 1 to PRM_SUIT_COMPONENTS_MAX */
    prm_span component_ids; /* that many component identifiers, each an array of bstr */
    prm_span shared;        /* command sequences; ptr NULL where there is none */
    prm_span validate;
    prm_span load;
    prm_span invoke;
    prm_span payload_fetch; /* ptr NULL too if it was severed: then its digest is below */
    prm_span install;
    prm_span text;
    const uint8_t *severed[PRM_SUIT_SEVERED]; /* digests of those that stand in the envelope; else NULL */
};

/*
 * Reads a manifest. On failure `*out` is zeros. Errors: CBOR_*, SUIT_VERSION, SUIT_SECTION (unknown member),
 * SUIT_COMPONENT (none, or more than PRM_SUIT_COMPONENTS_MAX).
 */
PRM_MUST_USE prm_result prm_suit_manifest_parse(prm_span bytes, struct prm_suit_manifest *out);

/* What the commands say of one component: bit n for command n. */
#define PRM_SUIT_DID_VENDOR (1u << 1)  /* condition-vendor-identifier */
#define PRM_SUIT_DID_CLASS (1u << 2)   /* condition-class-identifier */
#define PRM_SUIT_DID_IMAGE (1u << 3)   /* condition-image-match */
#define PRM_SUIT_DID_FETCH (1u << 21)  /* directive-fetch */
#define PRM_SUIT_DID_INVOKE (1u << 23) /* directive-invoke */
#define PRM_SUIT_DID_DEVICE (1u << 24) /* condition-device-identifier */
struct prm_suit_component {
    const uint8_t *vendor; /* 16 bytes each; NULL if not set */
    const uint8_t *class_;
    const uint8_t *device;
    const uint8_t *digest; /* 32 bytes */
    uint32_t size;         /* bytes; 0 if not set */
    uint32_t slot;         /* the last component slot set */
    uint32_t did;          /* PRM_SUIT_DID_... */
    /* Where the payload comes from; set by an install (or payload-fetch) sequence alone, never by what counts at boot: */
    prm_span uri;          /* a name in the envelope; ptr NULL if not set */
    prm_span encryption;   /* SUIT_Encryption_Info; ptr NULL: the payload is plain */
    prm_span fetch;        /* fetch-arguments: docs/format/payload.md; ptr NULL if not set */
};

/*
 * Follows the shared, validate and invoke sequences as they apply to component slot `slot`, and writes what they say of
 * each component. Conditions are recorded, not judged (component slot, which selects, excepted).
 * On failure `out` is zeros. Errors: CBOR_*, SUIT_COMMAND (unknown, or not for these sequences), SUIT_PARAMETER (the same, or
 * set twice, or of wrong size),
 * SUIT_COMPONENT (no alternative for this slot, or an index out of range), SUIT_SECTION (a load sequence).
 */
PRM_MUST_USE prm_result prm_suit_select(const struct prm_suit_manifest *manifest, uint32_t slot,
                                        struct prm_suit_component out[PRM_SUIT_COMPONENTS_MAX]);

/*
 * Goes on from prm_suit_select() with the sequence that fetches: install, or payload-fetch (the manifest's, or the severed one
 * after its digest was checked). It says uri, encryption, fetch-arguments and PRM_SUIT_DID_FETCH of each component, may check
 * the image, and says nothing else. Errors: as prm_suit_select(); LIST_OLD (parameter -1, of releases before the first version).
 */
PRM_MUST_USE prm_result prm_suit_select_install(prm_span install, uint32_t components, uint32_t slot,
                                                struct prm_suit_component out[PRM_SUIT_COMPONENTS_MAX]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.h - release files: SUIT envelopes (draft-ietf-suit-manifest), with or without their payloads.
 *
 * Reading one says what its bytes claim; nothing here checks a signature. `primum verify` does.
 */
#ifndef PRIMUM_RELEASE_H
#define PRIMUM_RELEASE_H

#include "host/file/file.h"
#include "primum/boot_report.h"
#include "seam/layout.h"
#include "suit/suit_conditions_parse.h"

/* What a release has of each image: the list of its blocks' digests, which comes first, and the payload. */
enum primum_part { PRIMUM_LIST, PRIMUM_PAYLOAD, PRIMUM_PARTS };
#define PRIMUM_MEMBERS (PRM_BOOT_SLOTS * PRM_COMPONENTS * PRIMUM_PARTS) /* at most, in an envelope */

/* Spans borrow from `file`. Owns: `file`, and `detached` (lists and payloads that lay in files of their own). */
struct primum_release {
    struct primum_bytes file;
    struct primum_bytes detached[PRM_BOOT_SLOTS][PRM_COMPONENTS][PRIMUM_PARTS];
    struct prm_suit_envelope envelope;
};

/*
 * Reads a release file with the device's own parser; a name ending in .hex holds it as hexadecimal text.
 * Owns: the caller frees `*out`. PRIMUM_OK, PRIMUM_REFUSED (not an envelope) or PRIMUM_IO after saying why.
 */
int primum_release_read(const char *path, struct primum_release *out);
void primum_release_free(struct primum_release *release);

/* Integrated payload `index` (below envelope.payloads): its name and bytes. */
void primum_release_payload(const struct primum_release *release, uint32_t index, prm_span *name, prm_span *bytes);

/* How our payloads are named: "#a0" = slot a, component 0; and their lists, which sort before all payloads: "#A0". */
#define PRIMUM_PAYLOAD_NAME 4
void primum_payload_name(uint32_t slot, uint32_t component, char out[PRIMUM_PAYLOAD_NAME]);
void primum_list_name(uint32_t slot, uint32_t component, char out[PRIMUM_PAYLOAD_NAME]);

/* Where a part lies when it is detached: FILE.suit -> FILE.a0.bin, FILE.a0.blocks. Owns: the caller frees. */
char *primum_release_detached_path(const char *path, uint32_t slot, uint32_t component, enum primum_part part);

/* What a manifest claims; from bytes nobody has verified. Spans borrow; absent = empty. */
struct primum_claim {
    prm_result manifest; /* PRM_OK, or why the manifest could not be read; then the rest is empty */
    prm_result select;   /* PRM_OK, or why this profile's reader does not follow its commands; then no slots */
    prm_result
        install; /* the same for the sequence that fetches; SUIT_DIGEST: it is not the one that the manifest names */
    prm_result conditions; /* PRM_OK, or why they can't be read */
    struct prm_suit_conditions asked;
    struct prm_suit_manifest parsed;
    uint8_t digest[PRM_SHA256_SIZE];         /* of the manifest, computed */
    prm_answer digest_matches;               /* the wrapper states the same */
    const uint8_t *vendor, *class_, *device; /* 16 bytes each or NULL */
    struct {
        int present;
        struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    } slot[PRM_BOOT_SLOTS];
};

void primum_release_claim(const struct primum_release *release, struct primum_claim *out);

/*
 * The payload and list for a component of a slot: integrated under the names that the manifest gives, or in files of
 * their own beside the release. PRIMUM_OK with empty spans for what there is not; PRIMUM_IO after saying why.
 */
struct primum_parts {
    prm_span payload;
    prm_span list;
};
int primum_release_payload_for(struct primum_release *release, const char *path, const struct primum_claim *claim,
                               uint32_t slot, uint32_t component, struct primum_parts *out);

/* A payload or list and its name in the envelope. */
struct primum_member {
    char name[PRIMUM_PAYLOAD_NAME];
    prm_span bytes;
};

/*
 * An envelope: authentication wrapper and manifest as they are, the severed members that there are, and
 * payloads, which the caller has put into order. Owns: the caller frees.
 */
struct primum_bytes primum_envelope_write(const struct prm_suit_envelope *envelope,
                                          const struct primum_member *payloads, size_t count);

/* The same as a bank keeps it: authentication wrapper and manifest alone. Owns: the caller frees. */
struct primum_bytes primum_envelope_for_bank(const struct prm_suit_envelope *envelope);

/*
 * PRIMUM_OK if a device can hold the envelope (without payloads; the signatures as long as they will be) and read what
 * comes before the payloads, `*header` bytes; else PRIMUM_REFUSED after saying why.
 */
int primum_envelope_fits(const struct prm_suit_envelope *envelope, size_t *header);

#endif

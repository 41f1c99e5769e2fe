/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.h - release files: SUIT envelopes (draft-ietf-suit-manifest), with or without their payloads.
 *
 * Reading one says what its bytes claim; nothing here checks a signature. `primum verify` does.
 */
#ifndef PRM_CLI_RELEASE_H
#define PRM_CLI_RELEASE_H

#include "cli/cli.h"
#include "primum/boot_report.h"
#include "seam/layout.h"
#include "suit/suit_conditions.h"

/* Spans borrow from `file`. Owns: `file`, and `detached` (payloads that lay in files of their own). */
struct cli_release {
    struct cli_bytes file;
    struct cli_bytes detached[PRM_BOOT_SLOTS][PRM_COMPONENTS];
    struct prm_suit_envelope envelope;
};

/*
 * Reads a release file with the device's own parser; a name ending in .hex holds it as hexadecimal text.
 * Owns: the caller frees `*out`. CLI_OK, CLI_REFUSED (not an envelope) or CLI_IO after saying why.
 */
int cli_release_read(const char *path, struct cli_release *out);
void cli_release_free(struct cli_release *release);

/* Integrated payload `index` (below envelope.payloads): its name and bytes. */
void cli_release_payload(const struct cli_release *release, uint32_t index, prm_span *name, prm_span *bytes);

/* How our payloads are named: "#a0" = slot a, component 0. */
#define CLI_PAYLOAD_NAME 4
void cli_payload_name(uint32_t slot, uint32_t component, char out[CLI_PAYLOAD_NAME]);

/* Where a payload lies when it is detached: FILE.suit -> FILE.a0.bin. Owns: the caller frees. */
char *cli_release_detached_path(const char *path, uint32_t slot, uint32_t component);

/* What a manifest claims; from bytes nobody has verified. Spans borrow; absent = empty. */
struct cli_claim {
    prm_result manifest; /* PRM_OK, or why the manifest could not be read; then the rest is empty */
    prm_result select;   /* PRM_OK, or why this profile's reader does not follow its commands; then no slots */
    prm_result install;  /* the same for the sequence that fetches; SUIT_DIGEST: it is not the one that the manifest names */
    prm_result conditions; /* PRM_OK, or why they can't be read */
    struct prm_suit_conditions asked;
    struct prm_suit_manifest parsed;
    uint8_t digest[PRM_SHA256_SIZE];  /* of the manifest, computed */
    prm_answer digest_matches;        /* the wrapper states the same */
    const uint8_t *vendor, *class_, *device; /* 16 bytes each or NULL */
    struct {
        int present;
        struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    } slot[PRM_BOOT_SLOTS];
};

void cli_release_claim(const struct cli_release *release, struct cli_claim *out);

/*
 * The payload for a component of a slot: integrated under the name that the manifest gives, or in its own file beside
 * the release. CLI_OK with an empty span if the release has none; CLI_IO after saying why.
 */
int cli_release_payload_for(struct cli_release *release, const char *path, const struct cli_claim *claim, uint32_t slot,
                            uint32_t component, prm_span *out);

/* A payload and its name in the envelope. */
struct cli_member {
    char name[CLI_PAYLOAD_NAME];
    prm_span bytes;
};

/*
 * An envelope: authentication wrapper and manifest as they are, the severed members that there are, and
 * payloads, which the caller has put into order. Owns: the caller frees.
 */
struct cli_bytes cli_envelope_write(const struct prm_suit_envelope *envelope, const struct cli_member *payloads,
                                    size_t count);

/* The same as a bank keeps it: authentication wrapper and manifest alone. Owns: the caller frees. */
struct cli_bytes cli_envelope_for_bank(const struct prm_suit_envelope *envelope);

#endif

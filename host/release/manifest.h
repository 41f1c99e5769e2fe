/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.h - writes the manifest of a release (draft-ietf-suit-manifest; docs/format/suit-profile.md), and signs it.
 *
 * Deterministic: the same specification gives the same bytes. Two images are alternatives of a try-each on the
 * component slot, as in the draft's example 3; a single image needs none, so its slot is a plain condition.
 */
#ifndef PRIMUM_MANIFEST_H
#define PRIMUM_MANIFEST_H

#include <openssl/evp.h>

#include "host/file/file.h"
#include "host/file/uuid.h"
#include "host/release/conditions.h"
#include "host/release/payload.h"
#include "host/release/release.h"
#include "seam/layout.h"

struct primum_manifest_spec {
    uint64_t sequence;
    uint8_t vendor[PRIMUM_UUID_SIZE];
    uint8_t class_[PRIMUM_UUID_SIZE];
    uint8_t device[PRIMUM_UUID_SIZE];
    int has_device;
    const char *vendor_domain, *class_name, *version; /* texts; what the identifiers were made from */
    const char *name, *description;                   /* may be NULL */
    struct prm_suit_conditions conditions;
    uint32_t components; /* 1: the application alone; 2: application and services */
    struct {
        int present;
        struct primum_payload payload[PRM_COMPONENTS];
    } slot[PRM_BOOT_SLOTS];
};

/*
 * The manifest in its bstr, head included: what the digest covers; and the sequence that fetches in its, which is
 * severed: it stands beside the manifest. Owns: the caller frees both. PRIMUM_OK; PRIMUM_REFUSED (too large),
 * PRIMUM_IO.
 */
int primum_manifest_write(const struct primum_manifest_spec *spec, struct primum_bytes *out,
                          struct primum_bytes *fetch);

/* Which sequence fetches: install, or payload-fetch if the release has conditions, which then are all of install. */
enum prm_suit_severed primum_manifest_fetch(const struct primum_manifest_spec *spec);

/* 1 if the text is a version by semver.org 2.0.0. */
int primum_is_semver(const char *text);

/* The lists, then the payloads, in the order that they have in the envelope. Returns how many. */
size_t primum_manifest_members(const struct primum_manifest_spec *spec, struct primum_member out[PRIMUM_MEMBERS]);

/* SUIT_Digest of a wrapped manifest. Owns: the caller frees. PRIMUM_OK or PRIMUM_IO. */
int primum_manifest_digest(prm_span wrapped, struct primum_bytes *out);

/* A COSE_Sign1 over a SUIT_Digest by one key, as an authentication block. Owns: the caller frees. Exit codes after
 * saying why. */
int primum_manifest_sign(prm_span digest, EVP_PKEY *key, const char *key_path, int32_t alg, struct primum_bytes *out);

#endif

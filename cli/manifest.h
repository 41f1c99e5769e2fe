/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.h - writes the manifest of a release (draft-ietf-suit-manifest; docs/format/suit-profile.md), and signs it.
 *
 * Deterministic: the same specification gives the same bytes. Two images are alternatives of a try-each on the
 * component slot, as in the draft's example 3; a single image needs none, so its slot is a plain condition.
 */
#ifndef PRM_CLI_MANIFEST_H
#define PRM_CLI_MANIFEST_H

#include <openssl/evp.h>

#include "cli/cli.h"
#include "cli/release.h"

struct cli_manifest_spec {
    uint64_t sequence;
    uint8_t vendor[CLI_UUID_SIZE];
    uint8_t class_[CLI_UUID_SIZE];
    uint8_t device[CLI_UUID_SIZE];
    int has_device;
    const char *vendor_domain, *class_name, *version; /* texts; what the identifiers were made from */
    const char *name, *description;                   /* may be NULL */
    struct {
        int present;
        uint8_t digest[PRM_SHA256_SIZE];
        uint32_t size; /* bytes */
    } slot[PRM_BOOT_SLOTS];
};

/* The manifest in its bstr, head included: what the digest covers. Owns: the caller frees. CLI_OK or CLI_REFUSED (too
 * large). */
int cli_manifest_write(const struct cli_manifest_spec *spec, struct cli_bytes *out);

/* SUIT_Digest of a wrapped manifest. Owns: the caller frees. CLI_OK or CLI_IO. */
int cli_manifest_digest(prm_span wrapped, struct cli_bytes *out);

/* A COSE_Sign1 over a SUIT_Digest by one key, as an authentication block. Owns: the caller frees. Exit codes after
 * saying why. */
int cli_manifest_sign(prm_span digest, EVP_PKEY *key, const char *key_path, int32_t alg, struct cli_bytes *out);

#endif

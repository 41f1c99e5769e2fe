/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_file.h - trust manifest files (docs/format/trust.md): a COSE_Sign that may have no signature yet, and may be
 * followed by a release. What a file says; the device's own code judges it.
 */
#ifndef PRM_CLI_TRUST_FILE_H
#define PRM_CLI_TRUST_FILE_H

#include "cli/cli.h"
#include "cli/signer.h"
#include "trust/trust_manifest.h"

/* Spans borrow from `file`. Owns: `file`. */
struct cli_trust_file {
    struct cli_bytes file;
    prm_span payload;
    uint32_t signatures;
    prm_span signature[PRM_TRUST_SIGNATURES_MAX];
    prm_span rest; /* what follows */
    struct prm_trust_view view;
};

/* 1 if bytes begin as a trust manifest does. */
int cli_trust_file_is(prm_span bytes);

/* Owns: the caller frees `*out`. CLI_OK; CLI_REFUSED (not a trust manifest, malformed), CLI_IO after saying why. */
int cli_trust_file_read(const char *path, struct cli_trust_file *out);
void cli_trust_file_free(struct cli_trust_file *file);

/* The COSE_Sign around a payload. Owns: the caller frees. */
struct cli_bytes cli_trust_file_write(prm_span payload, const prm_span *signature, uint32_t signatures);

/*
 * What a key signs of a payload (RFC 9052 4.4, "Signature"), and the COSE_Signature that it becomes. Owns: the caller
 * frees.
 */
struct cli_bytes cli_trust_message(const struct cli_signer *signer, prm_span payload);
struct cli_bytes cli_trust_signature(const struct cli_signer *signer, prm_span signature);

/* For people, or for programs. CLI_OK or CLI_IO. */
void cli_trust_file_print(const struct cli_trust_file *file);
int cli_trust_file_print_json(const struct cli_trust_file *file);

#endif

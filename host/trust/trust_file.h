/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_file.h - trust manifest files (docs/format/trust.md): a COSE_Sign that may have no signature yet, and may be
 * followed by a release. What a file says; the device's own code judges it.
 */
#ifndef PRIMUM_TRUST_FILE_H
#define PRIMUM_TRUST_FILE_H

#include "host/file/file.h"
#include "host/keys/signer.h"
#include "trust/trust_manifest.h"

/* Spans borrow from `file`. Owns: `file`. */
struct primum_trust_file {
    struct primum_bytes file;
    prm_span payload;
    uint32_t signatures;
    prm_span signature[PRM_TRUST_SIGNATURES_MAX];
    prm_span rest; /* what follows */
    struct prm_trust_view view;
};

/* 1 if bytes begin as a trust manifest does. */
int primum_trust_file_is(prm_span bytes);

/* Owns: the caller frees `*out`. PRIMUM_OK; PRIMUM_REFUSED (not a trust manifest, malformed), PRIMUM_IO after saying
 * why. */
int primum_trust_file_read(const char *path, struct primum_trust_file *out);
/* The same from bytes, which it takes over. */
int primum_trust_file_parse(const char *path, struct primum_bytes *bytes, struct primum_trust_file *out);
void primum_trust_file_free(struct primum_trust_file *file);

/* The COSE_Sign around a payload. Owns: the caller frees. */
struct primum_bytes primum_trust_file_write(prm_span payload, const prm_span *signature, uint32_t signatures);

/*
 * What a key signs of a payload (RFC 9052 4.4, "Signature"), and the COSE_Signature that it becomes. Owns: the caller
 * frees.
 */
struct primum_bytes primum_trust_message(const struct primum_signer *signer, prm_span payload);
struct primum_bytes primum_trust_signature(const struct primum_signer *signer, prm_span signature);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pending.h - a release that waits for signatures made elsewhere: OUT.pending beside OUT.suit.
 *
 *   ["primum-pending", 1, [signer, …], bstr .cbor SUIT_Envelope, bstr its SHA-256]
 *   signer = [algorithm, bstr public key] / null
 *
 * Deterministic CBOR; the digest finds damage, no more. One signer for each authentication block of the envelope:
 * null, the block is signed; else the block holds the signature or, as long as it waits, zeros in its place. No
 * device takes the file: it is no envelope. It holds no secret. What is to be signed is judged where the key is, not
 * here.
 */
#ifndef PRIMUM_PENDING_H
#define PRIMUM_PENDING_H

#include "host/file/file.h"
#include "host/keys/signer.h"

/* OUT.suit -> OUT.pending. Owns: the caller frees. */
char *primum_pending_path(const char *release_path);

/*
 * Writes a new pending file, never over an existing one: that may hold a signature which can't be had again.
 * `signer` has one for each of the envelope's signatures (alg 0: signed). PRIMUM_OK, PRIMUM_REFUSED (the file exists)
 * or PRIMUM_IO.
 */
int primum_pending_write(const char *path, const struct primum_signer *signer, uint32_t signers, prm_span envelope);

/*
 * Attaches signatures. All of them must be right, else nothing changes. What still waits is written back to the
 * pending file; complete, the release is written to `output` and the pending file removed. `pending` or `output` may
 * be NULL: one follows from the other. PRIMUM_OK; PRIMUM_REFUSED (not a signature that is waited for, not a pending
 * file), PRIMUM_IO.
 */
int primum_pending_attach(const char *const *signature, uint32_t count, const char *pending, const char *output);

#endif

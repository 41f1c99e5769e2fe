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
 * A pending file around an envelope. `signer` has one for each of the envelope's signatures (alg 0: signed). PRIMUM_OK,
 * or PRIMUM_IO after saying why. Owns: the caller frees `*out`.
 */
int primum_pending_make(const struct primum_signer *signer, uint32_t signers, prm_span envelope,
                        struct primum_bytes *out);

/* What came of attaching. Owns: primum_attached_free(). */
struct primum_attached {
    struct primum_bytes file; /* the release, if nothing waits any more; else the pending file as it is now */
    uint32_t waits;
    struct primum_signer waiting[PRM_SUIT_SIGNATURES_MAX]; /* the first `waits` of them */
    uint64_t sequence;
    uint32_t signatures;
};

/*
 * Attaches signatures, which are files, to the content of a pending file, which it takes over. All of them must be
 * right, else nothing comes of it. PRIMUM_OK; PRIMUM_REFUSED (not a signature that is waited for, not a pending file),
 * PRIMUM_IO, after saying why. `path` is for messages.
 */
int primum_pending_attach(const char *path, struct primum_bytes *pending, const char *const *signature, uint32_t count,
                          struct primum_attached *out);
void primum_attached_free(struct primum_attached *attached);

/* OUT.pending -> OUT.suit. Owns: the caller frees. */
char *primum_pending_release_path(const char *pending_path);

#endif

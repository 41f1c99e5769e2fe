/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signer.h - someone who signs releases somewhere else (a token, another machine, a service), known by a public key:
 * what the signature covers (RFC 9052 4.4), whether one is right, and the COSE_Sign1 block it becomes.
 */
#ifndef PRIMUM_SIGNER_H
#define PRIMUM_SIGNER_H

#include <openssl/evp.h>

#include "host/file/file.h"
#include "host/keys/hss_key.h"
#include "codec/cose.h"
#include "seam/crypto.h"
#include "suit/suit.h"

#define PRIMUM_SIGNER_KEY_MAX 64u
#define PRIMUM_SIGNER_KID_SIZE 8u

struct primum_signer {
    int32_t alg;                               /* ESP256, ES256 or HSS-LMS; 0: nobody */
    uint8_t public_key[PRIMUM_SIGNER_KEY_MAX]; /* P-256: x then y; HSS: RFC 8554 6.1 */
    size_t public_len;
    uint8_t kid[PRIMUM_SIGNER_KID_SIZE];
    size_t sig_len; /* bytes of a signature; for HSS as if all levels had the shape of the first, which ours have */
};

/*
 * From the public key's bytes. PRIMUM_OK; PRIMUM_REFUSED, without a word, if that is no key for the algorithm (a point
 * off the curve comes out only when a signature is checked).
 */
int primum_signer_make(int32_t alg, prm_span public_key, struct primum_signer *out);

/* From a public key in PEM, P-256 (then for `p256_alg`) or HSS-LMS. Exit codes after saying why. */
int primum_signer_read(const char *pub_path, int32_t p256_alg, struct primum_signer *out);

/* From a P-256 key; `name` is what messages call it. Exit codes after saying why. */
int primum_signer_of(EVP_PKEY *key, const char *name, int32_t alg, struct primum_signer *out);

/* "ESP256", "ES256", "HSS-LMS" */
const char *primum_signer_alg_name(const struct primum_signer *signer);

/* The Sig_structure over a SUIT_Digest. Owns: the caller frees. */
struct primum_bytes primum_signer_message(const struct primum_signer *signer, prm_span digest);

/*
 * 1 if `signature` is right for the message; ECDSA is taken as r then s (64 bytes) or in DER. `out`, with room for
 * the larger of 64 bytes and signature.len, then holds it in COSE's form, and `*out_len` its bytes.
 */
int primum_signer_check(const struct primum_signer *signer, prm_span message, prm_span signature, uint8_t *out,
                        size_t *out_len);

/*
 * The authentication block with a signature; with ptr NULL, zeros of the length that one will have. Owns: the caller
 * frees.
 */
struct primum_bytes primum_signer_block(const struct primum_signer *signer, prm_span signature);

#endif

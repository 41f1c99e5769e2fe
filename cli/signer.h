/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signer.h - someone who signs releases somewhere else (a token, another machine, a service), known by a public key:
 * what the signature covers (RFC 9052 4.4), whether one is right, and the COSE_Sign1 block it becomes.
 */
#ifndef PRM_CLI_SIGNER_H
#define PRM_CLI_SIGNER_H

#include <openssl/evp.h>

#include "cli/cli.h"
#include "cli/hss_key.h"
#include "codec/cose.h"
#include "seam/crypto.h"
#include "suit/suit.h"

#define CLI_SIGNER_KEY_MAX 64u
#define CLI_SIGNER_KID_SIZE 8u

struct cli_signer {
    int32_t alg;                             /* ESP256, ES256 or HSS-LMS; 0: nobody */
    uint8_t public_key[CLI_SIGNER_KEY_MAX];  /* P-256: x then y; HSS: RFC 8554 6.1 */
    size_t public_len;
    uint8_t kid[CLI_SIGNER_KID_SIZE];
    size_t sig_len; /* bytes of a signature; for HSS as if all levels had the shape of the first, which ours have */
};

/*
 * From the public key's bytes. CLI_OK; CLI_REFUSED, without a word, if that is no key for the algorithm (a point off
 * the curve comes out only when a signature is checked).
 */
int cli_signer_make(int32_t alg, prm_span public_key, struct cli_signer *out);

/* From a public key in PEM, P-256 (then for `p256_alg`) or HSS-LMS. Exit codes after saying why. */
int cli_signer_read(const char *pub_path, int32_t p256_alg, struct cli_signer *out);

/* From a P-256 key; `name` is what messages call it. Exit codes after saying why. */
int cli_signer_of(EVP_PKEY *key, const char *name, int32_t alg, struct cli_signer *out);

/* "ESP256", "ES256", "HSS-LMS" */
const char *cli_signer_alg_name(const struct cli_signer *signer);

/* The Sig_structure over a SUIT_Digest. Owns: the caller frees. */
struct cli_bytes cli_signer_message(const struct cli_signer *signer, prm_span digest);

/*
 * 1 if `signature` is right for the message; ECDSA is taken as r then s (64 bytes) or in DER. `out`, with room for
 * the larger of 64 bytes and signature.len, then holds it in COSE's form, and `*out_len` its bytes.
 */
int cli_signer_check(const struct cli_signer *signer, prm_span message, prm_span signature, uint8_t *out,
                     size_t *out_len);

/*
 * The authentication block with a signature; with ptr NULL, zeros of the length that one will have. Owns: the caller
 * frees.
 */
struct cli_bytes cli_signer_block(const struct cli_signer *signer, prm_span signature);

/*
 * CLI_OK if a device can hold the envelope (without payloads; the signatures as long as they will be) and read what
 * comes before the payloads, `*header` bytes; else CLI_REFUSED after saying why.
 */
int cli_envelope_fits(const struct prm_suit_envelope *envelope, size_t *header);

#endif

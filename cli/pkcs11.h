/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pkcs11.h - P-256 keys in hardware: anything with a PKCS#11 module, named by an RFC 7512 URI, through p11-kit.
 *
 * The module is the URI's module-path, or else whichever of those that p11-kit knows holds the token. The PIN is the
 * URI's pin-value or pin-source, or else the first line of a file, or else it is asked for on the terminal. A PIN is
 * tried once: tokens count the wrong ones. Messages name keys by their URI without the PIN.
 */
#ifndef PRM_CLI_PKCS11_H
#define PRM_CLI_PKCS11_H

#include <openssl/evp.h>

#include "cli/cli.h"
#include "seam/crypto.h"

/* A token with a session on it. */
struct cli_pkcs11;

/* 1 if it is a PKCS#11 URI and not a file's name. */
int cli_pkcs11_is_uri(const char *key);

/*
 * Finds the one token that the URI names, and opens a session; no login yet. Owns: the caller closes `*out`, also
 * after an error, then NULL. CLI_OK; CLI_USAGE (not a URI), CLI_REFUSED (no such token, or several), CLI_IO (a
 * module fails).
 */
int cli_pkcs11_open(const char *uri, const char *pin_file, struct cli_pkcs11 **out);
void cli_pkcs11_close(struct cli_pkcs11 *token);

/* The URI without its PIN. Borrowed from the token. */
const char *cli_pkcs11_name(const struct cli_pkcs11 *token);
/* The token's label. Owns: the caller frees. */
char *cli_pkcs11_label(const struct cli_pkcs11 *token);

/*
 * Logs in and finds the one private key that the URI names. CLI_OK; CLI_REFUSED (wrong PIN, no such key, several,
 * not P-256), CLI_USAGE (no PIN to be had), CLI_IO.
 */
int cli_pkcs11_find_private(struct cli_pkcs11 *token);

/*
 * The public key: the one that belongs to the private key found, by its CKA_ID or else its label; before one is
 * found, the one that the URI names, with a login only if there is none without. Owns: the caller frees `*out`.
 * CLI_OK; CLI_REFUSED (none, several different ones, not P-256), CLI_IO.
 */
int cli_pkcs11_public(struct cli_pkcs11 *token, EVP_PKEY **out);

/*
 * ECDSA over a SHA-256 digest with the private key found, as r then s. The caller checks it before it is used.
 * CLI_OK, CLI_REFUSED (the key may not sign) or CLI_IO after saying why.
 */
int cli_pkcs11_sign(struct cli_pkcs11 *token, const uint8_t digest[PRM_SHA256_SIZE], uint8_t out[PRM_P256_SIG_SIZE]);

/*
 * pkcs11_cose.c. A COSE_Sign1 over a SUIT_Digest by the private key that the URI names, as an authentication block.
 * The public key is the one in `pub_path`, or the token's if that is NULL; no signature that isn't right by it comes
 * out. `alg`: ESP256 or ES256. Owns: the caller frees `*out`. Exit codes as of the functions above.
 */
int cli_pkcs11_block_sign(prm_span digest, const char *uri, const char *pin_file, const char *pub_path, int32_t alg,
                          struct cli_bytes *out);

/* `primum key show URI`: id and type of the key, `pem` its public key; to the file `output` if that is not NULL. */
struct cli_pkcs11_show {
    const char *pin_file, *output;
    int json, pem;
};
int cli_pkcs11_show(const char *uri, const struct cli_pkcs11_show *show);

#endif

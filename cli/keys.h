/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h - P-256 keys in PEM files. */
#ifndef PRM_CLI_KEYS_H
#define PRM_CLI_KEYS_H

#include <openssl/evp.h>

#include "trust/trust.h"
#include "cli/cli.h"
#include "seam/crypto.h"

/* Fills key_id and public_key from a key. CLI_OK, or CLI_REFUSED after saying that it isn't P-256. */
int cli_key_anchor(EVP_PKEY *key, const char *path, struct prm_anchor *out);

/* Reads a public key (PEM, SubjectPublicKeyInfo). CLI_OK, CLI_REFUSED or CLI_IO after saying why. */
int cli_key_read_public(const char *path, struct prm_anchor *out);

/* The same of a .hss.pub as well. */
int cli_key_read_anchor(const char *path, struct prm_anchor *out);

/* The same as a key. Owns: the caller frees `*out`. */
int cli_key_open_public(const char *path, EVP_PKEY **out);

/*
 * A private key as its scalar, 32 bytes, big-endian, as a device holds it; and back. CLI_OK; CLI_REFUSED (not a scalar of
 * P-256), CLI_IO after saying why. Owns: the caller frees `*out`, and wipes the scalar.
 */
#define CLI_SCALAR_SIZE 32
int cli_key_scalar(EVP_PKEY *key, uint8_t out[CLI_SCALAR_SIZE]);
int cli_key_from_scalar(const uint8_t scalar[CLI_SCALAR_SIZE], EVP_PKEY **out);

/* A public key from its point as SEC 1 encodes it. Owns: the caller frees. CLI_OK, or CLI_REFUSED after saying why. */
int cli_key_from_point(prm_span point, EVP_PKEY **out);

/* A public key in PEM. Owns: the caller frees. CLI_OK or CLI_IO after saying why. */
int cli_key_public_pem(EVP_PKEY *key, struct cli_bytes *out);

/*
 * Reads a private key (PEM). An encrypted one takes its passphrase from the first line of `passphrase_file`, or asks on
 * the terminal when that is NULL. Owns: the caller frees `*out`. CLI_OK, CLI_REFUSED or CLI_IO after saying why.
 */
int cli_key_read_private(const char *path, const char *passphrase_file, EVP_PKEY **out);

/* The first line of a file. Owns: the caller frees, after wiping. CLI_OK, or an error after saying why. */
int cli_passphrase(const char *path, char **out);

/*
 * ECDSA over SHA-256 of `message`, as r then s. The nonce is deterministic (RFC 6979) where OpenSSL can (3.2 and
 * later), else random. CLI_OK or CLI_IO after saying why.
 */
int cli_key_sign(EVP_PKEY *key, prm_span message, uint8_t out[PRM_P256_SIG_SIZE]);

/* A signature in DER (ECDSA-Sig-Value, and nothing after it) as r then s: 1, or 0 if it is something else. */
int cli_key_sig_from_der(prm_span der, uint8_t out[PRM_P256_SIG_SIZE]);

/*
 * The factory's trust, from public key files, as a device holds it: `release` keys, and `root` keys of which `need_root`
 * must sign a trust manifest (0: none is ever taken). A key may be both. At most PRM_TRUST_ANCHORS. Exit codes as above.
 */
struct cli_trust_spec {
    char *release[PRM_TRUST_ANCHORS], *root[PRM_TRUST_ANCHORS];
    size_t releases, roots;
    uint64_t need_root;
    int allow_es256;
};
int cli_trust_make(const struct cli_trust_spec *spec, struct prm_trust *out);

/* One more of `paths`, for an option of this name. */
int cli_trust_add(char **paths, size_t *count, char *path);

/* The number of root keys needed, as told; NULL: 1 of 1, and with several it must be told. */
int cli_trust_need_root(struct cli_trust_spec *spec, const char *text);

/* The first 8 bytes of SHA-256, as boot_format.h wants them in its check fields. */
int cli_check8(prm_span bytes, uint8_t out[8]);

#endif

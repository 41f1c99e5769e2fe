/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - tokens of SoftHSM2 in the rig's folder: configured, initialised and filled by the test through PKCS#11.
 * What goes wrong here ends the test with a message. Between the calls no module is loaded, so that `primum` sees
 * all that was written.
 */
#ifndef HSM_TOKEN_H
#define HSM_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#define TOKEN_PIN "Pin-7391-x"

/* SoftHSM2's module as p11-kit knows it, or at its usual places; NULL if there is none. */
const char *token_module(void);

/* After rig_begin(): no tokens yet; `primum` and the functions below see those of this folder only. */
void token_begin(void);

/* A new token with this label and TOKEN_PIN. */
void token_make(const char *label);

enum token_curve { TOKEN_P256, TOKEN_P384 };
struct token_key {
    const char *token, *label; /* of the token, of the key */
    uint8_t id;                /* CKA_ID, one byte; 0: none */
    enum token_curve curve;
    int no_public;           /* put in without a public key object */
    int always_authenticate; /* the PIN again for each signature */
};
/* A key made in the token, which no one ever reads. */
void token_generate(const struct token_key *key);
/* The private key of a PEM file, P-256. */
void token_import(const struct token_key *key, const char *pem_path);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* pkcs11_object.h - objects in a token: finding them, and reading what a P-256 key says. Only for pkcs11.c. */
#ifndef PRIMUM_PKCS11_OBJECT_H
#define PRIMUM_PKCS11_OBJECT_H

#include <openssl/evp.h>
#include <p11-kit/pkcs11.h>

#include "host/file/file.h"

#define PKCS11_MATCH_MAX 3u   /* attributes to find by */
#define PKCS11_FOUND_MAX 16u  /* objects looked at */
#define PKCS11_VALUE_MAX 256u /* bytes of an attribute */

/* `name` is what messages call the key. All borrowed. */
struct pkcs11_session {
    CK_FUNCTION_LIST *module;
    CK_SESSION_HANDLE session;
    const char *name;
};

struct pkcs11_value {
    uint8_t bytes[PKCS11_VALUE_MAX];
    CK_ULONG len;
};

/* Up to PKCS11_FOUND_MAX objects that match. PRIMUM_OK, also for none; PRIMUM_IO after saying why. */
int pkcs11_find(const struct pkcs11_session *s, CK_ATTRIBUTE *match, CK_ULONG count,
                CK_OBJECT_HANDLE found[PKCS11_FOUND_MAX], CK_ULONG *n);

/* 1 and an attribute; 0 if the object has none or doesn't tell. */
int pkcs11_get(const struct pkcs11_session *s, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
               struct pkcs11_value *out);
/* 1 if the object has the attribute and it is true. */
int pkcs11_is_true(const struct pkcs11_session *s, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);

/* PRIMUM_OK if a key is one of P-256, else PRIMUM_REFUSED after saying so. */
int pkcs11_check_p256(const struct pkcs11_session *s, CK_OBJECT_HANDLE key);

/*
 * The one public key that `n` objects hold; the same key twice is one. Owns: the caller frees. PRIMUM_OK, or
 * PRIMUM_REFUSED.
 */
int pkcs11_read_public(const struct pkcs11_session *s, const CK_OBJECT_HANDLE *found, CK_ULONG n, EVP_PKEY **out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "host/keys/pkcs11_object.h"

#include <string.h>

#include <p11-kit/p11-kit.h>

#include "host/keys/keys.h"

int pkcs11_find(const struct pkcs11_session *s, CK_ATTRIBUTE *match, CK_ULONG count,
                CK_OBJECT_HANDLE found[PKCS11_FOUND_MAX], CK_ULONG *n) {
    CK_ULONG got = 1;
    CK_RV rv = s->module->C_FindObjectsInit(s->session, match, count);

    *n = 0;
    if (rv != CKR_OK)
        return primum_fail(PRIMUM_IO, "%s: the token does not search: %s", s->name, p11_kit_strerror(rv));
    /* A module may give fewer at once than there are. */
    while (rv == CKR_OK && got > 0 && *n < PKCS11_FOUND_MAX) {
        got = 0;
        rv = s->module->C_FindObjects(s->session, found + *n, PKCS11_FOUND_MAX - *n, &got);
        *n += rv == CKR_OK ? got : 0;
    }
    (void)s->module->C_FindObjectsFinal(s->session);
    return rv == CKR_OK ? PRIMUM_OK
                        : primum_fail(PRIMUM_IO, "%s: the token does not search: %s", s->name, p11_kit_strerror(rv));
}

int pkcs11_get(const struct pkcs11_session *s, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
               struct pkcs11_value *out) {
    CK_ATTRIBUTE attribute = {type, out->bytes, sizeof out->bytes};
    const CK_RV rv = s->module->C_GetAttributeValue(s->session, object, &attribute, 1);

    out->len = rv == CKR_OK && attribute.ulValueLen <= sizeof out->bytes ? attribute.ulValueLen : 0;
    return rv == CKR_OK && attribute.ulValueLen <= sizeof out->bytes;
}

int pkcs11_is_true(const struct pkcs11_session *s, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    struct pkcs11_value value;

    return pkcs11_get(s, object, type, &value) && value.len == sizeof(CK_BBOOL) && value.bytes[0] != CK_FALSE;
}

int pkcs11_check_p256(const struct pkcs11_session *s, CK_OBJECT_HANDLE key) {
    /* The named curve of RFC 5480, prime256v1, in DER. */
    static const uint8_t p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
    static const CK_KEY_TYPE ec = CKK_EC;
    struct pkcs11_value type, params;

    if (!pkcs11_get(s, key, CKA_KEY_TYPE, &type) || type.len != sizeof ec || memcmp(type.bytes, &ec, sizeof ec) != 0 ||
        !pkcs11_get(s, key, CKA_EC_PARAMS, &params) || params.len != sizeof p256 ||
        memcmp(params.bytes, p256, sizeof p256) != 0)
        return primum_fail(PRIMUM_REFUSED, "%s is not a P-256 key", s->name);
    return PRIMUM_OK;
}

/*
 * CKA_EC_POINT is the point in a DER OCTET STRING (PKCS#11 2.40, 2.3.3); some modules leave the point bare. Tag and
 * first byte of an uncompressed point are both 4, so what is around it is told by the whole length: a point has 65
 * bytes, or 33.
 */
static prm_span point_of(const struct pkcs11_value *value) {
    const int wrapped =
        (value->len == 67 || value->len == 35) && value->bytes[0] == 0x04 && value->bytes[1] == value->len - 2;
    const size_t head = wrapped ? 2 : 0;

    return prm_span_of(value->bytes + head, value->len - head);
}

int pkcs11_read_public(const struct pkcs11_session *s, const CK_OBJECT_HANDLE *found, CK_ULONG n, EVP_PKEY **out) {
    struct pkcs11_value first = {.len = 0}, value;

    *out = NULL;
    for (CK_ULONG i = 0; i < n; i++) {
        const int status = pkcs11_check_p256(s, found[i]);
        if (status != PRIMUM_OK)
            return status;
        if (!pkcs11_get(s, found[i], CKA_EC_POINT, &value) || value.len == 0)
            return primum_fail(PRIMUM_REFUSED, "%s: the token does not tell the public point", s->name);
        if (i == 0)
            first = value;
        else if (first.len != value.len || memcmp(first.bytes, value.bytes, value.len) != 0)
            return primum_fail(PRIMUM_REFUSED,
                               "%lu different public keys match %s; add id= or object=, or give the right "
                               "one with --public PUB.pem",
                               (unsigned long)n, s->name);
    }
    return primum_key_from_point(point_of(&first), out);
}

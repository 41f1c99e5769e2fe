/* SPDX-License-Identifier: Apache-2.0 */
#include "host/file/uuid.h"

#include "host/file/file.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

/* RFC 9562 6.6: the namespace of DNS names, 6ba7b810-9dad-11d1-80b4-00c04fd430c8. */
static const uint8_t dns_namespace[PRIMUM_UUID_SIZE] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                                        0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

static const uint8_t dash_before[PRIMUM_UUID_SIZE] = {[4] = 1, [6] = 1, [8] = 1, [10] = 1};

void primum_uuid_text(const uint8_t uuid[PRIMUM_UUID_SIZE], char out[PRIMUM_UUID_TEXT]) {
    for (size_t i = 0; i < PRIMUM_UUID_SIZE; i++) {
        if (dash_before[i])
            *out++ = '-';
        primum_hex(uuid + i, 1, out);
        out += 2;
    }
}

int primum_uuid_parse(const char *text, uint8_t out[PRIMUM_UUID_SIZE]) {
    memset(out, 0, PRIMUM_UUID_SIZE);
    for (size_t i = 0; i < PRIMUM_UUID_SIZE; i++) {
        if (dash_before[i] && *text++ != '-')
            return 0;
        if (!primum_unhex(text, 1, out + i))
            return 0;
        text += 2;
    }
    return *text == '\0';
}

static void set_version(uint8_t uuid[PRIMUM_UUID_SIZE], unsigned version) {
    uuid[6] = (uint8_t)((uuid[6] & 0x0F) | (version << 4));
    uuid[8] = (uint8_t)((uuid[8] & 0x3F) | 0x80);
}

int primum_uuid_random(uint8_t out[PRIMUM_UUID_SIZE]) {
    if (RAND_bytes(out, PRIMUM_UUID_SIZE) != 1)
        return 0;
    set_version(out, 4);
    return 1;
}

/* RFC 9562 5.5: version 5, from SHA-1 of namespace and name. */
static int uuid_v5(const uint8_t space[PRIMUM_UUID_SIZE], const char *name, uint8_t out[PRIMUM_UUID_SIZE]) {
    uint8_t hash[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const int ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) == 1 &&
                   EVP_DigestUpdate(ctx, space, PRIMUM_UUID_SIZE) == 1 &&
                   EVP_DigestUpdate(ctx, name, strlen(name)) == 1 && EVP_DigestFinal_ex(ctx, hash, NULL) == 1;

    EVP_MD_CTX_free(ctx);
    if (!ok)
        return primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-1, which RFC 9562 UUIDs need");
    memcpy(out, hash, PRIMUM_UUID_SIZE);
    set_version(out, 5);
    return PRIMUM_OK;
}

int primum_uuid_vendor(const char *dns_name, uint8_t out[PRIMUM_UUID_SIZE]) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const size_t len = strlen(dns_name);

    if (len == 0 || len > 253 || strspn(dns_name, allowed) != len || strchr(dns_name, '.') == NULL ||
        strstr(dns_name, "..") != NULL || dns_name[0] == '.' || dns_name[len - 1] == '.')
        return primum_fail(PRIMUM_USAGE, "vendor '%s' is not a DNS name in lower case, like example.com", dns_name);
    return uuid_v5(dns_namespace, dns_name, out);
}

int primum_uuid_class(const uint8_t vendor[PRIMUM_UUID_SIZE], const char *name, uint8_t out[PRIMUM_UUID_SIZE]) {
    const int status = primum_text_check("class", name, 64);

    return status == PRIMUM_OK ? uuid_v5(vendor, name, out) : status;
}

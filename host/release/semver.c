/* SPDX-License-Identifier: Apache-2.0 */
/* semver.c - versions for people, by semver.org 2.0.0. */
#include <string.h>

#include "host/release/manifest.h"

static const char identifier[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";

/* A number without a leading zero. NULL if there is none. */
static const char *number(const char *p) {
    const char *end = p + strspn(p, "0123456789");

    return end == p || (*p == '0' && end - p > 1) ? NULL : end;
}

/* Dot-separated identifiers after '-' or '+'; a numeric one of a pre-release has no leading zero (item 9). */
static const char *identifiers(const char *p, int zeros) {
    for (;;) {
        const size_t len = strspn(p, identifier);
        if (len == 0 || (!zeros && len > 1 && *p == '0' && strspn(p, "0123456789") == len))
            return NULL;
        p += len;
        if (*p != '.')
            return p;
        p++;
    }
}

int primum_is_semver(const char *p) {
    for (int i = 0; i < 3 && p != NULL; i++) {
        p = number(p);
        if (p != NULL && i < 2)
            p = *p == '.' ? p + 1 : NULL;
    }
    if (p != NULL && *p == '-')
        p = identifiers(p + 1, 0);
    if (p != NULL && *p == '+')
        p = identifiers(p + 1, 1);
    return p != NULL && *p == '\0';
}

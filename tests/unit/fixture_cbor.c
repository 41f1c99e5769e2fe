/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes: streams, hex, and CBOR from diagnostic notation. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/fixture.h"

uint64_t fx_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

void fx_random_fill(uint64_t *state, void *dst, size_t len) {
    uint8_t *p = dst;

    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)fx_random(state);
}

_Noreturn static void malformed(const char *what, const char *where) {
    fprintf(stderr, "fixture: %s at \"%.40s\"\n", what, where);
    abort();
}

static int digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

size_t fx_unhex(const char *hex, uint8_t *out, size_t cap) {
    size_t n = 0;

    for (;; n++) {
        while (isspace((unsigned char)*hex))
            hex++;
        if (*hex == '\0' || *hex == '\'')
            return n;
        const int high = digit(hex[0]);
        const int low = high < 0 ? -1 : digit(hex[1]);
        if (low < 0 || n == cap)
            malformed("bad or too much hex", hex);
        out[n] = (uint8_t)(high << 4 | low);
        hex += 2;
    }
}

const char *fx_hex(const void *bytes, size_t len, char *out) {
    const uint8_t *p = bytes;

    for (size_t i = 0; i < len; i++)
        sprintf(out + 2 * i, "%02x", p[i]);
    out[2 * len] = '\0';
    return out;
}

void fx_sha256(prm_span bytes, uint8_t out[PRM_SHA256_SIZE]) {
    if (prm_crypto_openssl.sha256(&bytes, 1, out) != PRM_OK)
        malformed("no SHA-256", "");
}

#define SCRATCH 65536u

struct scratch {
    struct prm_cbor_writer w;
    uint8_t bytes[SCRATCH];
};

static const char *item(const char *s, struct prm_cbor_writer *w);

static const char *blanks(const char *s) {
    while (isspace((unsigned char)*s) || *s == ',')
        s++;
    return s;
}

/* Items up to `close`, into a scratch of their own. */
static const char *items(const char *s, const char *close, struct scratch *inner, uint64_t *count) {
    inner->w = (struct prm_cbor_writer){inner->bytes, sizeof inner->bytes, 0};
    *count = 0;
    for (s = blanks(s); strncmp(s, close, strlen(close)) != 0; s = blanks(s)) {
        if (*s == ':') {
            s++;
            continue;
        }
        s = item(s, &inner->w);
        ++*count;
    }
    return s + strlen(close);
}

static const char *container(const char *s, struct prm_cbor_writer *w) {
    struct scratch *inner = malloc(sizeof *inner);
    uint64_t count;

    if (inner == NULL)
        malformed("no memory", s);
    if (*s == '[') {
        s = items(s + 1, "]", inner, &count);
        prm_cbor_put_head(w, PRM_CBOR_ARRAY, count);
    } else if (*s == '{') {
        s = items(s + 1, "}", inner, &count);
        if (count % 2 != 0)
            malformed("a key without a value", s);
        prm_cbor_put_head(w, PRM_CBOR_MAP, count / 2);
    } else {
        s = items(s + 2, ">>", inner, &count);
        prm_cbor_put_head(w, PRM_CBOR_BSTR, inner->w.len);
    }
    prm_cbor_put_raw(w, prm_span_of(inner->bytes, inner->w.len));
    free(inner);
    return s;
}

static const char *hex_string(const char *s, struct prm_cbor_writer *w) {
    uint8_t *bytes = malloc(SCRATCH);
    const size_t n = bytes != NULL ? fx_unhex(s + 2, bytes, SCRATCH) : 0;

    if (bytes == NULL)
        malformed("no memory", s);
    if (*s == 'h')
        prm_cbor_put_bstr(w, prm_span_of(bytes, n));
    else
        prm_cbor_put_raw(w, prm_span_of(bytes, n));
    free(bytes);
    const char *end = strchr(s + 2, '\'');
    if (end == NULL)
        malformed("no end of a string", s);
    return end + 1;
}

static const char *number(const char *s, struct prm_cbor_writer *w) {
    const int negative = *s == '-';
    char *end;
    const uint64_t value = strtoull(s + negative, &end, 10);

    if (end == s + negative)
        malformed("not an item", s);
    if (*end == '(') {
        prm_cbor_put_head(w, PRM_CBOR_TAG, value);
        s = blanks(item(blanks(end + 1), w));
        if (*s != ')')
            malformed("no end of a tag", s);
        return s + 1;
    }
    prm_cbor_put_head(w, negative ? PRM_CBOR_NINT : PRM_CBOR_UINT, negative ? value - 1 : value);
    return end;
}

static const char *text(const char *s, struct prm_cbor_writer *w) {
    const char *end = strchr(s + 1, '"');

    if (end == NULL)
        malformed("no end of a text", s);
    prm_cbor_put_head(w, PRM_CBOR_TSTR, (uint64_t)(end - s - 1));
    prm_cbor_put_raw(w, prm_span_of(s + 1, (size_t)(end - s - 1)));
    return end + 1;
}

static const char *item(const char *s, struct prm_cbor_writer *w) {
    static const struct {
        const char *name;
        unsigned value;
    } simple[] = {{"false", PRM_CBOR_FALSE}, {"true", PRM_CBOR_TRUE}, {"null", PRM_CBOR_NULL}};

    if (*s == '[' || *s == '{' || strncmp(s, "<<", 2) == 0)
        return container(s, w);
    if (strncmp(s, "h'", 2) == 0 || strncmp(s, "$'", 2) == 0)
        return hex_string(s, w);
    if (*s == '"')
        return text(s, w);
    for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++) {
        if (strncmp(s, simple[i].name, strlen(simple[i].name)) == 0) {
            prm_cbor_put_head(w, PRM_CBOR_SIMPLE, simple[i].value);
            return s + strlen(simple[i].name);
        }
    }
    return number(s, w);
}

size_t fx_cbor(uint8_t *out, size_t cap, const char *fmt, ...) {
    struct prm_cbor_writer w = {out, cap, 0};
    char *notation = malloc(SCRATCH);
    va_list args;

    if (notation == NULL)
        malformed("no memory", fmt);
    va_start(args, fmt);
    const int n = vsnprintf(notation, SCRATCH, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= SCRATCH)
        malformed("too long", fmt);
    for (const char *s = blanks(notation); *s != '\0'; s = blanks(s))
        s = item(s, &w);
    if (w.len > cap)
        malformed("no room", notation);
    free(notation);
    return w.len;
}

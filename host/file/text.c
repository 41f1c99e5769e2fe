/* SPDX-License-Identifier: Apache-2.0 */
#include "host/file/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "host/file/file.h"

char *primum_format(const char *format, ...) {
    va_list args;

    va_start(args, format);
    char *text = primum_vformat(format, args);
    va_end(args);
    return text;
}

char *primum_vformat(const char *format, va_list args) {
    va_list again;

    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, format, args);
    char *text = primum_alloc(len > 0 ? (size_t)len + 1 : 1);
    (void)vsnprintf(text, len > 0 ? (size_t)len + 1 : 1, format, again);
    va_end(again);
    return text;
}

void primum_hex(const uint8_t *bytes, size_t len, char *out) {
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int primum_unhex(const char *text, size_t len, uint8_t *out) {
    for (size_t i = 0; i < len; i++) {
        const int high = hex_digit(text[2 * i]), low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);
        if (low < 0)
            return 0;
        out[i] = (uint8_t)(high * 16 + low);
    }
    return 1;
}

int primum_parse_u64(const char *text, uint64_t *out) {
    uint64_t value = 0;

    *out = 0;
    if (*text == '\0')
        return 0;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return 0;
        const uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return 0;
        value = value * 10 + digit;
    }
    *out = value;
    return 1;
}

unsigned primum_utf8(prm_span text, uint32_t *code) {
    /* By the length: the bits of the first byte that count, and the least code point that may be written so. */
    static const uint32_t bits[5] = {0, 0x7F, 0x1F, 0x0F, 0x07}, least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t first = text.ptr[0];
    const unsigned len = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;

    if (len == 0 || len > text.len)
        return 0;
    *code = first & bits[len];
    for (unsigned i = 1; i < len; i++) {
        if (text.ptr[i] >> 6 != 2)
            return 0;
        *code = *code << 6 | (text.ptr[i] & 0x3Fu);
    }
    return *code >= least[len] && *code <= 0x10FFFF && (*code < 0xD800 || *code > 0xDFFF) ? len : 0;
}

int primum_text_is_utf8(prm_span text) {
    uint32_t code;

    for (size_t at = 0, len; at < text.len; at += len) {
        len = primum_utf8(prm_span_of(text.ptr + at, text.len - at), &code);
        if (len == 0)
            return 0;
    }
    return 1;
}

int primum_text_is_odd(uint32_t code) {
    static const struct {
        uint32_t from, to;
    } odd[] = {
        {0x0000, 0x001F},   /* C0 */
        {0x007F, 0x009F},   /* DEL, C1: U+009B begins a terminal's control sequence */
        {0x00AD, 0x00AD},   /* soft hyphen */
        {0x034F, 0x034F},   /* combining grapheme joiner */
        {0x061C, 0x061C},   /* Arabic letter mark */
        {0x115F, 0x1160},   /* Hangul fillers */
        {0x180B, 0x180F},   /* Mongolian selectors */
        {0x200B, 0x200F},   /* zero width; direction marks */
        {0x2028, 0x202E},   /* line, paragraph; embeddings and overrides of direction */
        {0x2060, 0x206F},   /* invisible operators; isolates of direction */
        {0x3164, 0x3164},   /* Hangul filler */
        {0xFE00, 0xFE0F},   /* variation selectors */
        {0xFEFF, 0xFEFF},   /* byte order mark */
        {0xFFA0, 0xFFA0},   /* half width filler */
        {0xFFF0, 0xFFFB},   /* specials */
        {0x1BCA0, 0x1BCA3}, /* shorthand controls */
        {0x1D173, 0x1D17A}, /* musical controls */
        {0xE0000, 0xE0FFF}, /* tags, selectors */
    };

    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        if (code >= odd[i].from && code <= odd[i].to)
            return 1;
    }
    return (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF); /* no characters at all */
}

/* A character's bytes as they are shown, to `to`: at most SHOWN_MAX. Returns how many. */
enum { SHOWN_MAX = 11 };

static size_t show(prm_span bytes, uint32_t code, int quoted, char *to) {
    if (quoted && code == '\n')
        return (size_t)snprintf(to, SHOWN_MAX, "\\n");
    if (primum_text_is_odd(code))
        return (size_t)snprintf(to, SHOWN_MAX, code > 0xFFFF ? "\\U%08" PRIx32 : "\\u%04" PRIx32, code);
    const size_t escape = quoted && (code == '"' || code == '\\');
    to[0] = '\\';
    memcpy(to + escape, bytes.ptr, bytes.len);
    return escape + bytes.len;
}

static char *shown(prm_span text, int quoted) {
    char *out = primum_alloc(text.len * SHOWN_MAX + 3), *to = out;
    uint32_t code = 0;

    if (quoted)
        *to++ = '"';
    for (size_t at = 0, len; at < text.len; at += len) {
        len = primum_utf8(prm_span_of(text.ptr + at, text.len - at), &code);
        if (len > 0) {
            to += show(prm_span_of(text.ptr + at, len), code, quoted, to);
            continue;
        }
        to += snprintf(to, SHOWN_MAX, "\\x%02x", text.ptr[at]);
        len = 1;
    }
    if (quoted)
        *to++ = '"';
    *to = '\0';
    return out;
}

char *primum_text_plain(prm_span text) {
    return shown(text, 0);
}

char *primum_text_quoted(prm_span text) {
    return shown(text, 1);
}

int primum_text_check(const char *what, const char *text, size_t most) {
    const size_t len = strlen(text);
    uint32_t code = 0;

    if (len == 0 || len > most)
        return primum_fail(PRIMUM_USAGE, "%s has %zu bytes; it needs 1 to %zu", what, len, most);
    for (size_t at = 0, n; at < len; at += n) {
        n = primum_utf8(prm_span_of(text + at, len - at), &code);
        if (n == 0)
            return primum_fail(PRIMUM_USAGE, "%s '%s' is not UTF-8 (byte %zu)", what, text, at + 1);
        if (primum_text_is_odd(code))
            return primum_fail(PRIMUM_USAGE, "%s '%s' holds the character U+%04" PRIX32 ", which can't be seen", what,
                               text, code);
    }
    if (text[0] == ' ' || text[len - 1] == ' ')
        return primum_fail(PRIMUM_USAGE, "%s '%s' begins or ends with a blank, which can't be seen either", what, text);
    return PRIMUM_OK;
}

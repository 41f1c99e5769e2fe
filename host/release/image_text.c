/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_text.c - Intel HEX and Motorola S-records. Both are lines of hex digits: a mark, a count, an address, data, and
 * a check of one byte; they differ in the marks' meaning and in the check.
 */
#include <string.h>

#include "host/release/image_chunks.h"

#define RECORD_MAX 260u /* bytes of a record: count, address of 4, type, 255 data, check */

/* One line, decoded. */
struct record {
    uint8_t bytes[RECORD_MAX];
    size_t len;      /* 0: the line is blank */
    char mark;       /* ':' , or the digit behind the S */
    uint32_t number; /* of the line, from 1 */
};

struct lines {
    const char *path;
    prm_span left;
    uint32_t number;
    uint8_t *text; /* where the next data go */
};

static int digit(uint8_t c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int is_blank(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next line without its end and blanks around it. */
static prm_span next_line(struct lines *lines) {
    const uint8_t *end = lines->left.len == 0 ? NULL : memchr(lines->left.ptr, '\n', lines->left.len);
    prm_span line = prm_span_of(lines->left.ptr, end == NULL ? lines->left.len : (size_t)(end - lines->left.ptr));
    const size_t used = line.len + (end != NULL);

    lines->left = prm_span_of(used < lines->left.len ? lines->left.ptr + used : NULL, lines->left.len - used);
    lines->number++;
    while (line.len > 0 && is_blank(line.ptr[line.len - 1]))
        line.len--;
    while (line.len > 0 && is_blank(line.ptr[0]))
        line = prm_span_of(line.ptr + 1, line.len - 1);
    return line;
}

static int bad(const struct lines *lines, const char *what) {
    return primum_fail(PRIMUM_REFUSED, "%s: line %u %s", lines->path, lines->number, what);
}

/* Decodes a line that begins with `head` characters of mark. */
static int decode(const struct lines *lines, prm_span line, size_t head, struct record *out) {
    *out = (struct record){.number = lines->number};
    if (line.len == 0)
        return PRIMUM_OK;
    if (line.len < head || line.ptr[0] != (head == 1 ? ':' : 'S'))
        return bad(lines, "does not begin as the others do");
    out->mark = (char)line.ptr[head - 1];
    const size_t digits = line.len - head;
    if (digits % 2 != 0 || digits / 2 > sizeof out->bytes)
        return bad(lines, "has half a byte, or too many");
    for (size_t i = 0; i < digits / 2; i++) {
        const int high = digit(line.ptr[head + 2 * i]), low = digit(line.ptr[head + 2 * i + 1]);
        if (high < 0 || low < 0)
            return bad(lines, "has a character that is no hex digit");
        out->bytes[i] = (uint8_t)(high << 4 | low);
    }
    out->len = digits / 2;
    return PRIMUM_OK;
}

static uint8_t sum(const struct record *record) {
    unsigned total = 0;

    for (size_t i = 0; i < record->len; i++)
        total += record->bytes[i];
    return (uint8_t)total;
}

static uint32_t big_endian(const uint8_t *bytes, size_t len) {
    uint32_t value = 0;

    for (size_t i = 0; i < len; i++)
        value = value << 8 | bytes[i];
    return value;
}

static int add(struct lines *lines, uint32_t address, const uint8_t *data, size_t len, struct primum_chunks *out) {
    if (len == 0)
        return PRIMUM_OK;
    if (len > UINT32_MAX - address)
        return bad(lines, "goes beyond the last address");
    memcpy(lines->text, data, len);
    const struct primum_chunk chunk = {address, prm_span_of(lines->text, len), "line", NULL, lines->number};
    primum_chunks_add(out, &chunk);
    lines->text += len;
    return PRIMUM_OK;
}

/* Bytes that the text can hold at most: two digits each. */
static struct lines begin(prm_span file, struct primum_chunks *out) {
    out->text = primum_alloc(file.len / 2 + 1);
    return (struct lines){out->path, file, 0, out->text};
}

/* Whether the first line is a mark and then hex digits alone, ten at least: nothing else in it, not even a mistake in
 * the check. */
static int looks_like(prm_span file, size_t head, uint8_t first) {
    struct lines lines = {NULL, file, 0, NULL};
    const prm_span line = file.len > 0 ? next_line(&lines) : file;

    if (line.len < head + 8 || line.ptr[0] != first)
        return 0;
    for (size_t i = 1; i < line.len; i++) {
        if (digit(line.ptr[i]) < 0)
            return 0;
    }
    return 1;
}

/* ---- Intel HEX (Intel, Hexadecimal Object File Format Specification, revision A) ---- */

enum { HEX_DATA = 0, HEX_END = 1, HEX_SEGMENT = 2, HEX_START_SEGMENT = 3, HEX_LINEAR = 4, HEX_START_LINEAR = 5 };

int primum_image_is_hex(prm_span file) {
    return looks_like(file, 1, ':');
}

struct hex {
    uint32_t base; /* added to each address */
    int segmented; /* after record 02 addresses wrap within 64 KiB */
    int ended;
};

static int hex_data(struct lines *lines, const struct hex *hex, const struct record *record,
                    struct primum_chunks *out) {
    const uint32_t offset = big_endian(record->bytes + 1, 2);
    const uint32_t len = record->bytes[0];

    if (offset + len > 0x10000u)
        return bad(lines, hex->segmented ? "wraps around its segment" : "goes beyond its 64 KiB");
    return add(lines, hex->base + offset, record->bytes + 4, len, out);
}

static int hex_record(struct lines *lines, struct hex *hex, const struct record *record, struct primum_chunks *out) {
    const uint8_t *const data = record->bytes + 4;

    if (record->len < 5 || record->len != record->bytes[0] + 5u)
        return bad(lines, "is longer or shorter than it says");
    if (sum(record) != 0)
        return bad(lines, "is damaged: its check is wrong");
    switch (record->bytes[3]) {
    case HEX_DATA:
        return hex_data(lines, hex, record, out);
    case HEX_END:
        hex->ended = 1;
        return record->bytes[0] == 0 ? PRIMUM_OK : bad(lines, "ends the file, and holds data");
    case HEX_SEGMENT:
    case HEX_LINEAR:
        if (record->bytes[0] != 2)
            return bad(lines, "gives an address that is not of two bytes");
        hex->segmented = record->bytes[3] == HEX_SEGMENT;
        hex->base = big_endian(data, 2) << (hex->segmented ? 4 : 16);
        return PRIMUM_OK;
    case HEX_START_SEGMENT:
    case HEX_START_LINEAR: /* where a debugger starts; a device starts at the vector table */
        return record->bytes[0] == 4 ? PRIMUM_OK : bad(lines, "gives a start that is not of four bytes");
    default:
        return bad(lines, "is of an unknown type");
    }
}

int primum_image_hex_read(prm_span file, struct primum_chunks *out) {
    struct lines lines = begin(file, out);
    struct hex hex = {0, 0, 0};
    struct record record;
    int status = PRIMUM_OK;

    while (status == PRIMUM_OK && lines.left.len > 0) {
        const prm_span line = next_line(&lines);
        status = decode(&lines, line, 1, &record);
        if (status != PRIMUM_OK || record.len == 0)
            continue;
        status = hex.ended ? bad(&lines, "stands behind the record that ends the file")
                           : hex_record(&lines, &hex, &record, out);
    }
    if (status == PRIMUM_OK && !hex.ended)
        status =
            primum_fail(PRIMUM_REFUSED, "%s is cut off: the record that ends an Intel HEX file is missing", out->path);
    if (status == PRIMUM_OK && out->count == 0)
        status = primum_fail(PRIMUM_REFUSED, "%s has nothing to load", out->path);
    return status;
}

/* ---- Motorola S-records ---- */

int primum_image_is_srec(prm_span file) {
    return looks_like(file, 2, 'S');
}

struct srec {
    uint32_t data; /* records of data so far */
    char type;     /* theirs: a file keeps to one. 0: none yet */
    int ended;
};

/* Bytes of the address of each type; 0: there is no such type. */
static const uint8_t srec_address[10] = {2, 2, 3, 4, 0, 2, 3, 4, 3, 2};

/* The check doesn't cover the type: one that changes, or a header among data, is a damaged character. */
static int srec_type(struct lines *lines, const struct srec *srec, const struct record *record) {
    const int data = record->mark >= '1' && record->mark <= '3';

    if (record->mark == '0' && srec->data > 0)
        return bad(lines, "is a header among data");
    if (data && srec->data > 0 && srec->type != record->mark)
        return bad(lines, "has another type than the data before it");
    return PRIMUM_OK;
}

static int srec_record(struct lines *lines, struct srec *srec, const struct record *record, struct primum_chunks *out) {
    const unsigned type = (unsigned)record->mark - '0';
    const size_t width = type < 10 ? srec_address[type] : 0;

    if (width == 0)
        return bad(lines, "is of an unknown type");
    if (record->len < width + 2 || record->len != record->bytes[0] + 1u)
        return bad(lines, "is longer or shorter than it says");
    if (sum(record) != 0xFF)
        return bad(lines, "is damaged: its check is wrong");
    const int status = srec_type(lines, srec, record);
    if (status != PRIMUM_OK)
        return status;
    const uint32_t address = big_endian(record->bytes + 1, width);
    srec->ended = type >= 7;
    if (type >= 1 && type <= 3) {
        srec->data++;
        srec->type = record->mark;
        return add(lines, address, record->bytes + 1 + width, record->len - width - 2, out);
    }
    if ((type == 5 || type == 6) && address != (srec->data & (type == 5 ? 0xFFFFu : 0xFFFFFFu)))
        return bad(lines, "counts other records of data than there are: some are missing");
    return PRIMUM_OK;
}

int primum_image_srec_read(prm_span file, struct primum_chunks *out) {
    struct lines lines = begin(file, out);
    struct srec srec = {0, 0, 0};
    struct record record;
    int status = PRIMUM_OK;

    while (status == PRIMUM_OK && lines.left.len > 0) {
        const prm_span line = next_line(&lines);
        status = decode(&lines, line, 2, &record);
        if (status != PRIMUM_OK || record.len == 0)
            continue;
        status = srec.ended ? bad(&lines, "stands behind the record that ends the file")
                            : srec_record(&lines, &srec, &record, out);
    }
    if (status == PRIMUM_OK && !srec.ended)
        status = primum_fail(PRIMUM_REFUSED, "%s is cut off: the record that ends a file of S-records is missing",
                             out->path);
    if (status == PRIMUM_OK && out->count == 0)
        status = primum_fail(PRIMUM_REFUSED, "%s has nothing to load", out->path);
    return status;
}

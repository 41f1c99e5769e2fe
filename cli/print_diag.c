/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print_diag.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/print.h"

enum { LINE_MAX_LEN = 110, DEPTH_MAX = 40, BYTES_SHOWN = 256, BYTES_HEAD = 16 };

static void print_item(FILE *out, struct prm_cbor *r, int indent, int depth);

void cli_diag_text(FILE *out, prm_span text) {
    cli_text_put(out, text, 1);
}

static void print_hex(FILE *out, prm_span bytes) {
    const size_t shown = bytes.len > BYTES_SHOWN ? BYTES_HEAD : bytes.len;

    fputs("h'", out);
    for (size_t i = 0; i < shown; i++)
        fprintf(out, "%02x", bytes.ptr[i]);
    fputs(shown < bytes.len ? " ...'" : "'", out);
    if (shown < bytes.len)
        fprintf(out, " / %zu bytes /", bytes.len);
}

/* 1 if the bytes are one item worth showing: arrays, maps and tags aren't met by chance, small integers are. */
static int is_embedded(prm_span bytes) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    const int major = prm_cbor_peek(&r);

    if (major != PRM_CBOR_ARRAY && major != PRM_CBOR_MAP && major != PRM_CBOR_TAG)
        return 0;
    (void)prm_cbor_skip(&r);
    return prm_cbor_end(&r) == PRM_OK;
}

static void new_line(FILE *out, int indent) {
    if (indent < 0)
        return;
    fprintf(out, "\n%*s", 2 * indent, "");
}

static void print_bstr(FILE *out, struct prm_cbor *r, int indent, int depth) {
    const prm_span bytes = prm_cbor_bstr(r);
    struct prm_cbor inner = prm_cbor_reader(bytes);

    if (r->err != PRM_OK)
        return;
    if (depth >= DEPTH_MAX || !is_embedded(bytes)) {
        print_hex(out, bytes);
        return;
    }
    fputs("<<", out);
    print_item(out, &inner, indent, depth + 1);
    fputs(">>", out);
}

/* The elements of an array (`per` 1) or the pairs of a map (2). */
static void print_elements(FILE *out, struct prm_cbor *r, int indent, int depth, unsigned per) {
    const uint64_t count = prm_cbor_head(r, per == 1 ? PRM_CBOR_ARRAY : PRM_CBOR_MAP);
    const int inside = indent < 0 ? -1 : indent + 1;

    fputc(per == 1 ? '[' : '{', out);
    for (uint64_t i = 0; i < count && r->err == PRM_OK; i++) {
        new_line(out, inside);
        print_item(out, r, per == 1 ? inside : -1, depth + 1);
        if (per == 2) {
            fputs(": ", out);
            print_item(out, r, inside, depth + 1);
        }
        if (i + 1 < count)
            fputs(indent < 0 ? ", " : ",", out);
    }
    new_line(out, indent);
    fputc(per == 1 ? ']' : '}', out);
}

static void print_simple(FILE *out, struct prm_cbor *r) {
    const uint64_t value = prm_cbor_head(r, PRM_CBOR_SIMPLE);

    switch (value) {
    case PRM_CBOR_FALSE:
        fputs("false", out);
        break;
    case PRM_CBOR_TRUE:
        fputs("true", out);
        break;
    case PRM_CBOR_NULL:
        fputs("null", out);
        break;
    default:
        fprintf(out, "simple(%" PRIu64 ")", value);
    }
}

static void print_tag(FILE *out, struct prm_cbor *r, int indent, int depth) {
    fprintf(out, "%" PRIu64 "(", prm_cbor_head(r, PRM_CBOR_TAG));
    print_item(out, r, indent, depth + 1);
    fputc(')', out);
}

/* The negative integer -1-n, also where that is below what a machine integer holds. */
static void print_nint(FILE *out, uint64_t n) {
    if (n == UINT64_MAX)
        fputs("-18446744073709551616", out);
    else
        fprintf(out, "-%" PRIu64, n + 1);
}

/* Prints on one line if that is short enough; 1 if so. */
static int print_short(FILE *out, struct prm_cbor *r, int indent, int depth) {
    struct prm_cbor probe = *r;
    char *text = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&text, &len);

    if (memory == NULL)
        exit(primum_fail(PRIMUM_IO, "out of memory"));
    print_item(memory, &probe, -1, depth);
    fclose(memory);
    const int fits = len + 2 * (size_t)indent <= LINE_MAX_LEN;
    if (fits) {
        fwrite(text, 1, len, out);
        *r = probe;
    }
    free(text);
    return fits;
}

static void print_item(FILE *out, struct prm_cbor *r, int indent, int depth) {
    const int major = prm_cbor_peek(r);

    if (depth > DEPTH_MAX + (int)PRM_CBOR_DEPTH_MAX)
        prm_cbor_fail(r, PRM_ERR_CBOR_LIMIT);
    if (r->err != PRM_OK || (indent >= 0 && print_short(out, r, indent, depth)))
        return;
    switch (major) {
    case PRM_CBOR_UINT:
        fprintf(out, "%" PRIu64, prm_cbor_head(r, PRM_CBOR_UINT));
        break;
    case PRM_CBOR_NINT:
        print_nint(out, prm_cbor_head(r, PRM_CBOR_NINT));
        break;
    case PRM_CBOR_BSTR:
        print_bstr(out, r, indent, depth);
        break;
    case PRM_CBOR_TSTR:
        cli_diag_text(out, prm_cbor_tstr(r));
        break;
    case PRM_CBOR_ARRAY:
    case PRM_CBOR_MAP:
        print_elements(out, r, indent, depth, major == PRM_CBOR_ARRAY ? 1 : 2);
        break;
    case PRM_CBOR_TAG:
        print_tag(out, r, indent, depth);
        break;
    case PRM_CBOR_SIMPLE:
        print_simple(out, r);
        break;
    default:
        prm_cbor_fail(r, PRM_ERR_CBOR_TRUNCATED);
    }
}

void cli_diag_item(FILE *out, struct prm_cbor *r, int indent) {
    print_item(out, r, indent, 0);
}

void cli_diag_line(FILE *out, prm_span bytes) {
    struct prm_cbor r = prm_cbor_reader(bytes);

    (void)prm_cbor_skip(&r);
    if (prm_cbor_end(&r) != PRM_OK) {
        print_hex(out, bytes);
        return;
    }
    r = prm_cbor_reader(bytes);
    print_item(out, &r, -1, 0);
}

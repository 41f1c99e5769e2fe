/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbor.h - a reader and a writer of deterministic CBOR (RFC 8949 4.2.1).
 *
 * Both are sticky: after the first error every further call does nothing and gives zeros, so a caller reads a whole
 * structure and checks once, at the end. The reader refuses indefinite lengths, non-minimal integers and lengths, reserved
 * values, and map keys that are duplicate or out of bytewise order. Nothing recurses, nothing allocates.
 */
#ifndef PRM_CODEC_CBOR_H
#define PRM_CODEC_CBOR_H

#include "base/result.h"
#include "base/span.h"

enum prm_cbor_major {
    PRM_CBOR_UINT = 0,
    PRM_CBOR_NINT = 1,
    PRM_CBOR_BSTR = 2,
    PRM_CBOR_TSTR = 3,
    PRM_CBOR_ARRAY = 4,
    PRM_CBOR_MAP = 5,
    PRM_CBOR_TAG = 6,
    PRM_CBOR_SIMPLE = 7
};

#define PRM_CBOR_FALSE 20u
#define PRM_CBOR_TRUE 21u
#define PRM_CBOR_NULL 22u

/* The deepest nesting that prm_cbor_skip() follows. */
#define PRM_CBOR_DEPTH_MAX 12u

/*
 * A cursor over borrowed bytes. Invariant: off <= bytes.len. The input ends at bytes.len whatever lengths it claims.
 * Initialise with prm_cbor_reader().
 */
struct prm_cbor {
    prm_span bytes;
    size_t off;
    prm_result err; /* PRM_OK, or the first error */
};

static inline struct prm_cbor prm_cbor_reader(prm_span bytes) {
    return (struct prm_cbor){bytes, 0, PRM_OK};
}

/* Records `err` if there was none before. */
void prm_cbor_fail(struct prm_cbor *r, prm_result err);

/* The major type of the next item without consuming it; -1 at the end or after an error. */
int prm_cbor_peek(const struct prm_cbor *r);

/*
 * Consumes a head of major type `major` and returns its argument: the value of an unsigned integer, n of the negative
 * integer -1-n, the count of an array or (pairs) of a map, a tag, a simple value (below 24; floats are refused).
 * Errors: CBOR_TRUNCATED, CBOR_ENCODING, CBOR_TYPE. Counts are not checked against the bytes left: each element is.
 */
uint64_t prm_cbor_head(struct prm_cbor *r, enum prm_cbor_major major);

/* As above, for an argument that must fit 32 bits: else CBOR_LIMIT. */
uint32_t prm_cbor_head32(struct prm_cbor *r, enum prm_cbor_major major);

/* Consumes a head that can only be this one; `otherwise` is the error if its argument is another. */
void prm_cbor_expect(struct prm_cbor *r, enum prm_cbor_major major, uint32_t value, prm_result otherwise);

/* A signed integer (major 0 or 1) that fits 32 bits; else CBOR_TYPE or CBOR_LIMIT. */
int32_t prm_cbor_int(struct prm_cbor *r);

/* A byte string or text string (UTF-8 is not checked); the span borrows from the input. Errors as head. */
prm_span prm_cbor_bstr(struct prm_cbor *r);
prm_span prm_cbor_tstr(struct prm_cbor *r);

/* A byte string of exactly `len` bytes, else CBOR_LIMIT; the pointer is NULL after an error. */
const uint8_t *prm_cbor_bytes(struct prm_cbor *r, size_t len);

/* Consumes a null. */
void prm_cbor_null(struct prm_cbor *r);

/*
 * Consumes one well-formed item of any type, nested to PRM_CBOR_DEPTH_MAX, checking it is deterministic throughout, keys
 * included, and returns its bytes. Errors: all of CBOR.
 */
prm_span prm_cbor_skip(struct prm_cbor *r);

/*
 * The pairs of a map, one after the other. The keys must be integers or texts, in ascending bytewise order of their encodings:
 *
 *     for (prm_cbor_map(r, &map); prm_cbor_next(r, &map);)
 *         read the key, then the value
 *
 * prm_cbor_next() looks at the key, without consuming it; 0 after the last pair, and after an error. Errors: CBOR_KEY, and
 * those of head, integer and text.
 */
struct prm_cbor_map {
    prm_span last; /* the encoded key before */
    uint32_t left; /* pairs */
};
void prm_cbor_map(struct prm_cbor *r, struct prm_cbor_map *map);
int prm_cbor_next(struct prm_cbor *r, struct prm_cbor_map *map);

/* The order itself: `key`, an encoding, must come after `*last`, and becomes it. Errors: CBOR_KEY. */
void prm_cbor_after(struct prm_cbor *r, prm_span *last, prm_span key);

/* PRM_OK if no error happened and every byte was consumed; else the error, or CBOR_TRAILING. */
PRM_MUST_USE prm_result prm_cbor_end(const struct prm_cbor *r);

/*
 * The writer. Counts on past the end of its buffer: `len` is then the size that would have been needed, and
 * prm_cbor_written() says so. `buf` may be NULL with cap 0, to measure.
 */
struct prm_cbor_writer {
    uint8_t *buf;
    size_t cap;
    size_t len;
};

void prm_cbor_put_head(struct prm_cbor_writer *w, enum prm_cbor_major major, uint64_t argument);
void prm_cbor_put_int(struct prm_cbor_writer *w, int64_t value);
void prm_cbor_put_bstr(struct prm_cbor_writer *w, prm_span bytes);
void prm_cbor_put_tstr(struct prm_cbor_writer *w, const char *text);
/* Appends bytes that are CBOR already. */
void prm_cbor_put_raw(struct prm_cbor_writer *w, prm_span bytes);

/* PRM_OK with the bytes in `*out` if all fitted; else CBOR_LIMIT. Map keys are the caller's to order. */
PRM_MUST_USE prm_result prm_cbor_written(const struct prm_cbor_writer *w, prm_span *out);

#endif

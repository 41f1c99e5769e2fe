/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_wire.h"

#include "base/harden.h"
#include "codec/cbor.h"

enum step {
    STEP_START,  /* tag and map head: three bytes */
    STEP_KEY,    /* one byte: an integer, or the length of a name */
    STEP_NAME,   /* the name's bytes */
    STEP_LENGTH, /* the head of the value, a bstr */
    STEP_BODY,   /* the value: of an integer key, header; of a name, payload, which only comes once the header was told */
    STEP_FLUSH,  /* no more header: it is whole now */
    STEP_DONE
};

enum { START_SIZE = 3, TAG_BYTES = 0x6BD8, MAP_HEAD = 0xA0, MAP_MAX = 23, TEXT_HEAD = 0x60, SHORT = 24 };

void prm_wire_init(struct prm_wire *wire, uint8_t *header, size_t header_cap) {
    *wire = (struct prm_wire){.header = header, .header_cap = header_cap};
}

/* Appends to the header; CBOR_LIMIT if it doesn't fit. */
static prm_result keep(struct prm_wire *w, const uint8_t *p, size_t n) {
    if (n > w->header_cap - w->header_len)
        return PRM_ERR_CBOR_LIMIT;
    for (size_t i = 0; i < n; i++)
        w->header[w->header_len + i] = p[i];
    w->header_len += n;
    return PRM_OK;
}

static prm_result start(struct prm_wire *w, uint8_t b) {
    const size_t at = w->header_len;

    if (at == 0 && (b & 0xE0) == MAP_HEAD)
        return PRM_ERR_SUIT_UNTAGGED;
    if (at < 2 ? b != (uint8_t)(TAG_BYTES >> 8 * at) : (b & 0xE0) != MAP_HEAD || (b & 0x1F) > MAP_MAX)
        return PRM_ERR_SUIT_ENVELOPE;
    if (at == 2) {
        w->members = b & 0x1F;
        w->step = w->members > 0 ? STEP_KEY : STEP_FLUSH;
    }
    return keep(w, &b, 1);
}

/* The header is whole: as an envelope of its own, the map holds the integer members only. */
static enum prm_wire_event flush(struct prm_wire *w) {
    w->header[START_SIZE - 1] = (uint8_t)(MAP_HEAD | w->header_members);
    w->header_told = 1;
    return PRM_WIRE_HEADER;
}

static prm_result key(struct prm_wire *w, uint8_t b) {
    const uint8_t major = b >> 5;

    if ((b & 0x1F) >= SHORT || (major != PRM_CBOR_UINT && major != PRM_CBOR_TSTR))
        return PRM_ERR_SUIT_ENVELOPE;
    w->head_len = 0;
    w->name_len = 0;
    if (major == PRM_CBOR_TSTR) {
        w->name = prm_span_of(w->name_bytes, b & 0x1F);
        w->step = w->name.len > 0 ? STEP_NAME : STEP_LENGTH;
        return PRM_OK;
    }
    if (w->header_told != 0) /* integers sort before text */
        return PRM_ERR_CBOR_KEY;
    w->header_members++;
    w->step = STEP_LENGTH;
    return keep(w, &b, 1);
}

static void name(struct prm_wire *w, uint8_t b) {
    w->name_bytes[w->name_len++] = b;
    if (w->name_len == w->name.len)
        w->step = STEP_LENGTH;
}

/* Bytes of a head that begins so: 1, 2, 3, 5 or 9; what can't be one is found by the reader. */
static uint8_t head_size(uint8_t initial) {
    const uint8_t info = initial & 0x1F;

    return (uint8_t)(info < SHORT || info > 27 ? 1u : 1u + (1u << (info - SHORT)));
}

static prm_result length(struct prm_wire *w, uint8_t b, enum prm_wire_event *event) {
    w->head[w->head_len++] = b;
    if (w->head_len < head_size(w->head[0]))
        return PRM_OK;
    struct prm_cbor r = prm_cbor_reader(prm_span_of(w->head, w->head_len));
    w->body_left = prm_cbor_head(&r, PRM_CBOR_BSTR);
    if (r.err != PRM_OK)
        return r.err;
    w->step = STEP_BODY;
    if (w->header_told == 0)
        return keep(w, w->head, w->head_len);
    w->payload_len = w->body_left;
    *event = PRM_WIRE_PAYLOAD;
    return PRM_OK;
}

static void next_member(struct prm_wire *w, enum prm_wire_event *event) {
    w->members--;
    w->step = STEP_KEY;
    if (w->header_told != 0)
        *event = PRM_WIRE_PAYLOAD_END;
    if (w->members == 0)
        w->step = w->header_told == 0 ? STEP_FLUSH : STEP_DONE;
}

static prm_result body(struct prm_wire *w, prm_span *bytes, enum prm_wire_event *event) {
    const size_t n = w->body_left < bytes->len ? (size_t)w->body_left : bytes->len;
    const prm_span part = prm_span_of(bytes->ptr, n);

    *bytes = prm_span_of(bytes->ptr + n, bytes->len - n);
    w->body_left -= n;
    if (w->header_told == 0)
        return keep(w, part.ptr, part.len);
    w->data = part;
    *event = PRM_WIRE_DATA;
    return PRM_OK;
}

/* The steps that take a byte. */
static prm_result take(struct prm_wire *w, uint8_t b, enum prm_wire_event *event) {
    switch (w->step) {
    case STEP_START:
        return start(w, b);
    case STEP_KEY:
        return key(w, b);
    case STEP_NAME:
        name(w, b);
        return PRM_OK;
    case STEP_LENGTH:
        return length(w, b, event);
    default:
        return PRM_ERR_CBOR_TRAILING;
    }
}

static prm_result step(struct prm_wire *w, prm_span *bytes, enum prm_wire_event *event) {
    if (w->step == STEP_BODY)
        return body(w, bytes, event);
    const uint8_t b = bytes->ptr[0];
    /* The first name: it is looked at again, once the header was told. */
    if (w->step == STEP_KEY && w->header_told == 0 && (uint8_t)(b - TEXT_HEAD) < SHORT) {
        w->step = STEP_FLUSH;
        return PRM_OK;
    }
    *bytes = prm_span_of(bytes->ptr + 1, bytes->len - 1);
    return take(w, b, event);
}

prm_result prm_wire_next(struct prm_wire *wire, prm_span *bytes, enum prm_wire_event *event) {
    *event = PRM_WIRE_MORE;
    while (*event == PRM_WIRE_MORE) {
        if (wire->step == STEP_FLUSH) {
            *event = flush(wire);
            wire->step = wire->members > 0 ? STEP_KEY : STEP_DONE;
            return PRM_OK;
        }
        if (wire->step == STEP_DONE && wire->end_told == 0) {
            wire->end_told = 1;
            *event = PRM_WIRE_END;
            return PRM_OK;
        }
        if (wire->step == STEP_BODY && wire->body_left == 0) {
            next_member(wire, event);
            continue;
        }
        if (bytes->len == 0)
            return PRM_OK;
        PRM_TRY(step(wire, bytes, event));
    }
    return PRM_OK;
}

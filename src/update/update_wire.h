/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_wire.h - the outer layer of a release as it comes in: which bytes are the header, which are payloads.
 *
 * Nothing is believed here and nothing kept but the header, in the caller's buffer. An envelope is tag 107, a map of up to 23
 * members: integer keys (the header) first, then payloads by name.
 */
#ifndef PRM_UPDATE_UPDATE_WIRE_H
#define PRM_UPDATE_UPDATE_WIRE_H

#include "base/result.h"
#include "base/span.h"

#define PRM_WIRE_NAME_MAX 23u

enum prm_wire_event {
    PRM_WIRE_MORE = 0,    /* all bytes consumed */
    PRM_WIRE_HEADER,      /* the header is whole: header_len bytes, a complete envelope without payloads */
    PRM_WIRE_PAYLOAD,     /* a payload begins: name, payload_len */
    PRM_WIRE_DATA,        /* bytes of the payload: data */
    PRM_WIRE_PAYLOAD_END, /* the payload is whole */
    PRM_WIRE_END          /* the envelope is whole */
};

struct prm_wire {
    uint8_t *header;
    size_t header_cap;
    size_t header_len;
    uint8_t step;         /* enum step in update_wire.c */
    uint8_t members;      /* still to come */
    uint8_t end_told;
    uint8_t header_members;
    uint8_t header_told;      /* the header was told */
    uint8_t head_len;     /* bytes in head */
    uint8_t name_len;
    uint8_t head[9];
    uint8_t name_bytes[PRM_WIRE_NAME_MAX];
    uint64_t body_left;   /* bytes of the present string still to come */
    /* what the last event is about */
    prm_span name;
    prm_span data;
    uint64_t payload_len;
};

void prm_wire_init(struct prm_wire *wire, uint8_t *header, size_t header_cap);

/*
 * Consumes bytes from the front of `*bytes` up to the next event. Call again until PRM_WIRE_MORE; bytes left after
 * PRM_WIRE_END are an error of the caller's input. Errors: SUIT_UNTAGGED, SUIT_ENVELOPE, CBOR_*; CBOR_LIMIT if the header is
 * too long.
 */
PRM_MUST_USE prm_result prm_wire_next(struct prm_wire *wire, prm_span *bytes, enum prm_wire_event *event);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_trust_wire.h"

#include "codec/cose.h"
#include "trust/trust_store.h"

/*
 * What the bytes on the wire belong to. The first two tell: a trust manifest begins with the CBOR tag 98 (D8 62), a release
 * with 107 (D8 6B).
 */
enum coming { UNKNOWN, TRUST, TRUST_TAKEN, RELEASE };
enum { TAG_BYTE_0 = 0xD8, TAG_BYTE_1 = PRM_COSE_TAG_SIGN, TELLING = 2 };

static size_t keep(struct prm_update *u, prm_span bytes) {
    const size_t room = sizeof u->trust_bytes - u->filled;
    const size_t n = bytes.len < room ? bytes.len : room;

    for (size_t i = 0; i < n; i++)
        u->trust_bytes[u->filled + i] = bytes.ptr[i];
    u->filled += n;
    return n;
}

/*
 * Collects the first two bytes. Those of a trust manifest stay where they are, as its beginning. Any others are handed to the
 * reader of releases, which would have got them first; two bytes are no event there, so none is lost by not looking at it.
 */
static prm_result tell(struct prm_update *u, prm_span *bytes) {
    enum prm_wire_event event;

    while (u->filled < TELLING && bytes->len > 0) {
        (void)keep(u, prm_span_of(bytes->ptr, 1));
        *bytes = prm_span_of(bytes->ptr + 1, bytes->len - 1);
    }
    if (u->filled < TELLING)
        return PRM_OK;
    if (u->trust_bytes[0] == TAG_BYTE_0 && u->trust_bytes[1] == TAG_BYTE_1) {
        u->coming = TRUST;
        return PRM_OK;
    }
    prm_span kept = prm_span_of(u->trust_bytes, u->filled);
    u->coming = RELEASE;
    u->filled = 0;
    return prm_wire_next(&u->wire, &kept, &event);
}

static prm_result take(struct prm_update *u, prm_span *bytes) {
    const struct prm_update_platform *p = u->platform;
    const struct prm_trust_source source = {p->crypto, p->flash, p->layout, p->fuses, p->trust, u->trust_payload};
    const size_t n = keep(u, *bytes);
    struct prm_trust_envelope envelope;

    const prm_result parsed = prm_trust_envelope_parse(prm_span_of(u->trust_bytes, u->filled), &envelope);
    if (parsed == PRM_ERR_CBOR_TRUNCATED) {
        *bytes = prm_span_of(bytes->ptr + n, bytes->len - n);
        return bytes->len == 0 ? PRM_OK : PRM_ERR_CBOR_LIMIT;
    }
    PRM_TRY(parsed);
    /* It wasn't whole before these bytes, so what is beyond its end is of them. */
    const size_t own = n - (u->filled - envelope.len);
    *bytes = prm_span_of(bytes->ptr + own, bytes->len - own);
    u->filled = 0;
    u->coming = TRUST_TAKEN;
    return prm_trust_store(&source, p->trust_counter, prm_span_of(u->trust_bytes, envelope.len), p->rules);
}

prm_result prm_update_take_trust(struct prm_update *u, prm_span *bytes) {
    if (u->platform->rules == NULL)
        return PRM_OK;
    if (u->coming == UNKNOWN)
        PRM_TRY(tell(u, bytes));
    if (u->coming == TRUST)
        PRM_TRY(take(u, bytes));
    if (u->coming == TRUST_TAKEN && bytes->len > 0)
        u->coming = RELEASE;
    return PRM_OK;
}

prm_answer prm_update_is_trust(const struct prm_update *update) {
    return update->coming == TRUST_TAKEN ? PRM_YES : PRM_NO;
}

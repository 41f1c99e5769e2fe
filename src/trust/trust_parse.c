/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_parse.h"

#include "base/harden.h"
#include "codec/cbor.h"
#include "codec/cose.h"
#include "trust/floor.h"

enum { VERSION = 2 };
enum { KEY_VERSION = 1, KEY_NUMBER = 2, KEY_NEED = 3, KEY_KEYS = 4, KEY_EPOCH = 5, KEY_BASE = 6 };
enum { LIMIT_VENDOR = 1, LIMIT_CLASS = 2, LIMIT_COMPONENTS = 3, UUID_SIZE = 16 };
enum { P256_SIZE = 64, HSS_SIZE = 60, HSS_192_SIZE = 52 };

static inline void must(struct prm_cbor *r, int condition) {
    if (!condition)
        prm_cbor_fail(r, PRM_ERR_TRUST_FORMAT);
}

static void expect(struct prm_cbor *r, enum prm_cbor_major major, uint32_t value) {
    prm_cbor_expect(r, major, value, PRM_ERR_TRUST_FORMAT);
}

/* A number from `least` to `most`. */
static uint32_t within(struct prm_cbor *r, enum prm_cbor_major major, uint32_t least, uint32_t most) {
    const uint32_t value = prm_cbor_head32(r, major);

    must(r, value - least <= most - least);
    return value;
}

/* [protected, {}, signature], to be read when its turn comes. */
static prm_span signature(struct prm_cbor *r) {
    const size_t start = r->off;

    expect(r, PRM_CBOR_ARRAY, 3);
    (void)prm_cbor_bstr(r);
    expect(r, PRM_CBOR_MAP, 0);
    (void)prm_cbor_bstr(r);
    return prm_span_of(r->bytes.ptr + start, r->off - start);
}

prm_result prm_trust_envelope_parse(prm_span bytes, struct prm_trust_envelope *out) {
    struct prm_cbor r = prm_cbor_reader(bytes);

    prm_wipe(out, sizeof *out);
    expect(&r, PRM_CBOR_TAG, PRM_COSE_TAG_SIGN);
    expect(&r, PRM_CBOR_ARRAY, 4);
    /* No headers in the body, protected or not: all that counts is under the signatures. */
    expect(&r, PRM_CBOR_BSTR, 0);
    expect(&r, PRM_CBOR_MAP, 0);
    out->payload = prm_cbor_bstr(&r);
    must(&r, out->payload.len <= PRM_TRUST_PAYLOAD_MAX);
    out->signatures = within(&r, PRM_CBOR_ARRAY, 1, PRM_TRUST_SIGNATURES_MAX);
    for (uint32_t i = 0; i < out->signatures && r.err == PRM_OK; i++)
        out->signature[i] = signature(&r);
    out->len = r.off;
    if (r.err != PRM_OK)
        prm_wipe(out, sizeof *out);
    return r.err;
}

static void limits(struct prm_cbor *r, struct prm_trust_key *key) {
    struct prm_cbor_map map;

    prm_cbor_map(r, &map);
    must(r, map.left != 0);
    while (prm_cbor_next(r, &map)) {
        const uint32_t limit = within(r, PRM_CBOR_UINT, LIMIT_VENDOR, LIMIT_COMPONENTS);
        if (limit == LIMIT_COMPONENTS)
            /* None can't sign anything, and what no device has is a mistake. */
            key->components = within(r, PRM_CBOR_UINT, 1, (1u << PRM_COMPONENTS) - 1u);
        else if (limit == LIMIT_VENDOR)
            key->vendor = prm_cbor_bytes(r, UUID_SIZE);
        else
            key->class_ = prm_cbor_bytes(r, UUID_SIZE);
    }
}

static void one_key(struct prm_cbor *r, struct prm_trust_key *key) {
    const uint32_t items = within(r, PRM_CBOR_ARRAY, 2, 3);

    key->kind = (uint8_t)within(r, PRM_CBOR_UINT, 0, PRM_KEY_ALGS - 1);
    key->key = prm_cbor_bstr(r);
    key->components = UINT32_MAX;
    if (key->kind == PRM_KEY_P256)
        must(r, key->key.len == P256_SIZE);
    else
        must(r, key->key.len == HSS_SIZE || key->key.len == HSS_192_SIZE);
    if (items == 3)
        limits(r, key);
}

/* 1 if no entry before this one holds the same key: one key is one signature, for however many devices it is listed. */
static uint32_t is_new(const struct prm_trust_key *first, const struct prm_trust_key *key) {
    for (; first < key; first++)
        if (first->key.len == key->key.len && prm_diff(first->key.ptr, key->key.ptr, key->key.len) == 0)
            return 0;
    return 1;
}

/* The needs and the keys: there is a key for each signature that is needed. */
static void rules(struct prm_cbor *r, struct prm_trust_view *v) {
    uint32_t of_kind[PRM_KEY_ALGS] = {0};

    expect(r, PRM_CBOR_UINT, KEY_NEED);
    expect(r, PRM_CBOR_ARRAY, PRM_KEY_ALGS);
    for (uint32_t i = 0; i < PRM_KEY_ALGS; i++)
        v->need[i] = (uint8_t)within(r, PRM_CBOR_UINT, 0, PRM_TRUST_ANCHORS);
    expect(r, PRM_CBOR_UINT, KEY_KEYS);
    v->keys = within(r, PRM_CBOR_ARRAY, 1, PRM_TRUST_ANCHORS);
    for (uint32_t i = 0; i < v->keys && r->err == PRM_OK; i++) {
        one_key(r, &v->key[i]);
        of_kind[v->key[i].kind & 1u] += is_new(v->key, &v->key[i]);
    }
    must(r, v->need[0] + v->need[1] != 0 && v->need[0] <= of_kind[0] && v->need[1] <= of_kind[1]);
}

prm_result prm_trust_payload_parse(prm_span bytes, struct prm_trust_view *out) {
    static const uint8_t head[] = {0xA6, KEY_VERSION, VERSION}; /* six pairs, the first of which is the version */
    struct prm_cbor r = prm_cbor_reader(bytes);

    prm_wipe(out, sizeof *out);
    if (bytes.len < sizeof head || prm_diff(bytes.ptr, head, sizeof head) != 0)
        return PRM_ERR_TRUST_VERSION;
    r.off = sizeof head;
    expect(&r, PRM_CBOR_UINT, KEY_NUMBER);
    out->number = within(&r, PRM_CBOR_UINT, 1, UINT32_MAX);
    rules(&r, out);
    expect(&r, PRM_CBOR_UINT, KEY_EPOCH);
    out->epoch = within(&r, PRM_CBOR_UINT, 0, PRM_EPOCH_MAX);
    expect(&r, PRM_CBOR_UINT, KEY_BASE);
    out->base = prm_cbor_head(&r, PRM_CBOR_UINT);
    must(&r, out->base - 1 < PRM_SEQUENCE_MAX);
    const prm_result result = prm_cbor_end(&r);
    if (result != PRM_OK)
        prm_wipe(out, sizeof *out);
    return result;
}

prm_result prm_trust_terms_parse(prm_span bytes, struct prm_trust_terms *out) {
    struct prm_trust_view view;
    const prm_result result = prm_trust_payload_parse(bytes, &view);

    *out = (struct prm_trust_terms){view.number, view.epoch, view.base};
    return result;
}

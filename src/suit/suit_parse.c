/* SPDX-License-Identifier: Apache-2.0 */
/* Envelope and manifest: which members there are, and where. */
#include "suit/suit.h"

#include "codec/cbor.h"
#include "codec/cose.h"

enum { COMMON_COMPONENTS = 2, COMMON_SHARED = 4, MANIFEST_VERSION = 1, MANIFEST_SEQUENCE = 2, MANIFEST_COMMON = 3 };

/* SUIT_Digest = [algorithm, bytes]: SHA-256 only. Returns its 32 bytes, NULL after an error. */
static const uint8_t *digest(struct prm_cbor *r) {
    prm_cbor_expect(r, PRM_CBOR_ARRAY, 2, PRM_ERR_SUIT_ENVELOPE);
    if (prm_cbor_int(r) != PRM_COSE_SHA256)
        prm_cbor_fail(r, PRM_ERR_UNSUPPORTED);
    return prm_cbor_bytes(r, PRM_SHA256_SIZE);
}

/* SUIT_Authentication = [bstr .cbor SUIT_Digest, * bstr .cbor authentication block]. */
static prm_result authentication(prm_span bytes, struct prm_suit_envelope *e) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    const uint32_t count = prm_cbor_head32(&r, PRM_CBOR_ARRAY);

    e->digest_bytes = prm_cbor_bstr(&r);
    if (count == 0 || count > 1 + PRM_SUIT_SIGNATURES_MAX)
        prm_cbor_fail(&r, PRM_ERR_CBOR_LIMIT);
    for (uint32_t i = 1; i < count && r.err == PRM_OK; i++)
        e->signature[e->signatures++] = prm_cbor_bstr(&r);
    PRM_TRY(prm_cbor_end(&r));
    r = prm_cbor_reader(e->digest_bytes);
    e->digest = digest(&r);
    return prm_cbor_end(&r);
}

/* A severable member's place in prm_suit_envelope.severed; -1 for a key that is none. */
static int severable(int32_t key) {
    switch (key) {
    case PRM_SUIT_KEY_PAYLOAD_FETCH:
        return 0;
    case PRM_SUIT_KEY_INSTALL:
        return 1;
    case PRM_SUIT_KEY_TEXT:
        return 2;
    default:
        return -1;
    }
}

/* One member of the envelope whose key is an integer. */
static void envelope_member(struct prm_cbor *r, struct prm_suit_envelope *e, prm_span *auth) {
    const int32_t key = prm_cbor_int(r);
    const size_t start = r->off;
    const prm_span value = prm_cbor_bstr(r);
    const prm_span wrapped = prm_span_of(r->bytes.ptr + start, r->off - start);
    const int place = severable(key);

    if (key == PRM_SUIT_KEY_AUTH) {
        *auth = value;
    } else if (key == PRM_SUIT_KEY_MANIFEST) {
        e->manifest = value;
        e->manifest_wrapped = wrapped;
    } else if (place >= 0) {
        e->severed[place] = value;
        e->severed_wrapped[place] = wrapped;
    } else {
        prm_cbor_fail(r, PRM_ERR_SUIT_SECTION);
    }
}

static prm_result envelope(prm_span bytes, struct prm_suit_envelope *e) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    prm_span auth = {NULL, 0};
    struct prm_cbor_map map;
    size_t payloads_off = 0;

    if (prm_cbor_peek(&r) == PRM_CBOR_MAP)
        prm_cbor_fail(&r, PRM_ERR_SUIT_UNTAGGED);
    prm_cbor_expect(&r, PRM_CBOR_TAG, PRM_SUIT_TAG_ENVELOPE, PRM_ERR_SUIT_ENVELOPE);
    for (prm_cbor_map(&r, &map); prm_cbor_next(&r, &map);) {
        /* Text sorts after integers, so the payloads are the rest of the map. */
        if (prm_cbor_peek(&r) == PRM_CBOR_TSTR) {
            if (e->payloads++ == 0)
                payloads_off = r.off;
            (void)prm_cbor_tstr(&r);
            (void)prm_cbor_bstr(&r);
        } else {
            envelope_member(&r, e, &auth);
        }
    }
    PRM_TRY(prm_cbor_end(&r));
    if (auth.ptr == NULL || e->manifest.ptr == NULL)
        return PRM_ERR_SUIT_ENVELOPE;
    if (e->payloads > 0)
        e->payload_pairs = prm_span_of(bytes.ptr + payloads_off, r.off - payloads_off);
    return authentication(auth, e);
}

prm_result prm_suit_envelope_parse(prm_span bytes, struct prm_suit_envelope *out) {
    prm_wipe(out, sizeof *out);
    const prm_result result = envelope(bytes, out);
    if (result != PRM_OK)
        prm_wipe(out, sizeof *out);
    return result;
}

/* One component identifier: [* bstr]. */
static void component_id(struct prm_cbor *r) {
    for (uint32_t n = prm_cbor_head32(r, PRM_CBOR_ARRAY); n > 0 && r->err == PRM_OK; n--)
        (void)prm_cbor_bstr(r);
}

/* SUIT_Components = [+ [* bstr]]. */
static void components(struct prm_cbor *r, struct prm_suit_manifest *m) {
    m->components = prm_cbor_head32(r, PRM_CBOR_ARRAY);
    if (m->components == 0 || m->components > PRM_SUIT_COMPONENTS_MAX)
        prm_cbor_fail(r, PRM_ERR_SUIT_COMPONENT);
    const size_t start = r->off;
    for (uint32_t i = 0; i < m->components && r->err == PRM_OK; i++)
        component_id(r);
    if (r->err == PRM_OK)
        m->component_ids = prm_span_of(r->bytes.ptr + start, r->off - start);
}

static prm_result common(prm_span bytes, struct prm_suit_manifest *m) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    struct prm_cbor_map map;

    for (prm_cbor_map(&r, &map); prm_cbor_next(&r, &map);) {
        switch (prm_cbor_int(&r)) {
        case COMMON_COMPONENTS:
            components(&r, m);
            break;
        case COMMON_SHARED:
            m->shared = prm_cbor_bstr(&r);
            break;
        default:
            prm_cbor_fail(&r, PRM_ERR_SUIT_SECTION);
        }
    }
    PRM_TRY(prm_cbor_end(&r));
    return m->components != 0 ? PRM_OK : PRM_ERR_SUIT_COMPONENT;
}

/* Where a command sequence or text of this key goes; NULL for a key that is none. */
static prm_span *member(struct prm_suit_manifest *m, int32_t key) {
    static const struct {
        uint8_t key;
        uint8_t off;
    } places[] = {
        {PRM_SUIT_KEY_VALIDATE, offsetof(struct prm_suit_manifest, validate)},
        {PRM_SUIT_KEY_LOAD, offsetof(struct prm_suit_manifest, load)},
        {PRM_SUIT_KEY_INVOKE, offsetof(struct prm_suit_manifest, invoke)},
        {PRM_SUIT_KEY_PAYLOAD_FETCH, offsetof(struct prm_suit_manifest, payload_fetch)},
        {PRM_SUIT_KEY_INSTALL, offsetof(struct prm_suit_manifest, install)},
        {PRM_SUIT_KEY_TEXT, offsetof(struct prm_suit_manifest, text)},
    };

    for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++)
        if (places[i].key == key)
            return (prm_span *)(void *)((uint8_t *)m + places[i].off);
    return NULL;
}

/* A member after the common one: a sequence, or for a severed member its digest. */
static void manifest_member(struct prm_cbor *r, int32_t key, struct prm_suit_manifest *m) {
    prm_span *where = member(m, key);

    if (key == PRM_SUIT_KEY_REFERENCE_URI) {
        (void)prm_cbor_tstr(r);
    } else if (key == PRM_SUIT_KEY_COMPONENT_ID) {
        component_id(r);
    } else if (where == NULL) {
        prm_cbor_fail(r, PRM_ERR_SUIT_SECTION);
    } else if (severable(key) >= 0 && prm_cbor_peek(r) == PRM_CBOR_ARRAY) {
        m->severed[severable(key)] = digest(r);
    } else {
        *where = prm_cbor_bstr(r);
    }
}

static prm_result manifest(prm_span bytes, struct prm_suit_manifest *m) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    prm_span common_bytes = {NULL, 0};
    struct prm_cbor_map map;
    uint32_t version = 0;

    m->sequence = UINT64_MAX;
    for (prm_cbor_map(&r, &map); prm_cbor_next(&r, &map);) {
        const int32_t key = prm_cbor_int(&r);
        if (key == MANIFEST_VERSION)
            version = prm_cbor_head32(&r, PRM_CBOR_UINT);
        else if (key == MANIFEST_SEQUENCE)
            m->sequence = prm_cbor_head(&r, PRM_CBOR_UINT);
        else if (key == MANIFEST_COMMON)
            common_bytes = prm_cbor_bstr(&r);
        else
            manifest_member(&r, key, m);
    }
    PRM_TRY(prm_cbor_end(&r));
    if (version != 1)
        return PRM_ERR_SUIT_VERSION;
    if (m->sequence > INT64_MAX || common_bytes.ptr == NULL)
        return PRM_ERR_SUIT_MISSING;
    return common(common_bytes, m);
}

prm_result prm_suit_manifest_parse(prm_span bytes, struct prm_suit_manifest *out) {
    prm_wipe(out, sizeof *out);
    const prm_result result = manifest(bytes, out);
    if (result != PRM_OK)
        prm_wipe(out, sizeof *out);
    return result;
}

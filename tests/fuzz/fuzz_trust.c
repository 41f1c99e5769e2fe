/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_trust.c - the two readers of a trust manifest. What they accept, written anew from what they said, is the same
 * bytes: nothing was passed over, and each content has one encoding.
 */
#include "tests/fuzz/fuzz.h"

#include "codec/cbor.h"
#include "codec/cose.h"
#include "trust/trust_manifest.h"

static void put_key(struct prm_cbor_writer *w, const struct prm_trust_key *key) {
    const unsigned limit = key->components != UINT32_MAX ? 1 : 0;
    const unsigned pairs = (key->vendor != NULL ? 1u : 0) + (key->class_ != NULL ? 1u : 0) + limit;

    prm_cbor_put_head(w, PRM_CBOR_ARRAY, pairs > 0 ? 3 : 2);
    prm_cbor_put_int(w, key->kind);
    prm_cbor_put_bstr(w, key->key);
    if (pairs > 0)
        prm_cbor_put_head(w, PRM_CBOR_MAP, pairs);
    if (key->vendor != NULL) {
        prm_cbor_put_int(w, 1);
        prm_cbor_put_bstr(w, prm_span_of(key->vendor, 16));
    }
    if (key->class_ != NULL) {
        prm_cbor_put_int(w, 2);
        prm_cbor_put_bstr(w, prm_span_of(key->class_, 16));
    }
    if (key->components != UINT32_MAX) {
        prm_cbor_put_int(w, 3);
        prm_cbor_put_int(w, key->components);
    }
}

/* There is a key for each signature that is needed, and one key is one. */
static void must_be_satisfiable(const struct prm_trust_view *view) {
    uint32_t of_kind[PRM_KEY_ALGS] = {0};

    for (uint32_t i = 0; i < view->keys; i++) {
        const prm_span key = view->key[i].key;
        int is_new = 1;
        for (uint32_t k = 0; k < i; k++)
            is_new = is_new && (view->key[k].key.len != key.len || memcmp(view->key[k].key.ptr, key.ptr, key.len) != 0);
        of_kind[view->key[i].kind] += is_new ? 1u : 0u;
    }
    MUST(view->need[0] <= of_kind[0] && view->need[1] <= of_kind[1]);
}

static void payload(prm_span bytes) {
    struct prm_trust_view view;
    uint8_t again[4096];
    struct prm_cbor_writer w = {again, sizeof again, 0};
    prm_span out;

    if (prm_trust_payload_parse(bytes, &view) != PRM_OK) {
        static const struct prm_trust_view none;
        MUST(memcmp(&view, &none, sizeof view) == 0);
        return;
    }
    must_be_satisfiable(&view);
    MUST(view.number >= 1 && view.keys >= 1 && view.keys <= PRM_TRUST_ANCHORS && view.need[0] + view.need[1] >= 1);
    prm_cbor_put_raw(&w, prm_span_of("\xA6\x01\x02\x02", 4));
    prm_cbor_put_int(&w, view.number);
    prm_cbor_put_raw(&w, prm_span_of("\x03\x82", 2));
    prm_cbor_put_int(&w, view.need[0]);
    prm_cbor_put_int(&w, view.need[1]);
    prm_cbor_put_int(&w, 4);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, view.keys);
    for (uint32_t i = 0; i < view.keys; i++)
        put_key(&w, &view.key[i]);
    prm_cbor_put_int(&w, 5);
    prm_cbor_put_int(&w, view.epoch);
    prm_cbor_put_int(&w, 6);
    prm_cbor_put_head(&w, PRM_CBOR_UINT, view.base);
    MUST(prm_cbor_written(&w, &out) == PRM_OK && out.len == bytes.len && memcmp(out.ptr, bytes.ptr, out.len) == 0);
}

static void envelope(prm_span bytes) {
    static uint8_t again[1u << 16];
    struct prm_cbor_writer w = {again, sizeof again, 0};
    struct prm_trust_envelope e;
    struct prm_cose_sign1 signature;
    prm_span out;

    if (prm_trust_envelope_parse(bytes, &e) != PRM_OK) {
        MUST(e.signatures == 0 && e.payload.ptr == NULL);
        return;
    }
    prm_cbor_put_raw(&w, prm_span_of("\xD8\x62\x84\x40\xA0", 5));
    prm_cbor_put_bstr(&w, e.payload);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, e.signatures);
    for (uint32_t i = 0; i < e.signatures; i++) {
        prm_cbor_put_raw(&w, e.signature[i]);
        if (prm_cose_signature_parse(e.signature[i], &signature) == PRM_OK)
            MUST(signature.alg != 0 && signature.payload.ptr == NULL && signature.signature.len <= bytes.len);
    }
    MUST(e.len <= bytes.len);
    if (bytes.len <= sizeof again)
        MUST(prm_cbor_written(&w, &out) == PRM_OK && out.len == e.len && memcmp(out.ptr, bytes.ptr, out.len) == 0);
    payload(e.payload);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static uint8_t seed[256];
    struct prm_cbor_writer w = {seed, sizeof seed, 0};
    struct prm_trust_view view;

    (void)argc;
    (void)argv;
    prm_cbor_put_raw(&w, prm_span_of("\xA6\x01\x02\x02\x05\x03\x82\x01\x00\x04\x81\x83\x00\x58\x40", 15));
    w.len += 64;
    prm_cbor_put_raw(&w, prm_span_of("\xA1\x03\x03\x05\x00\x06\x01", 7));
    MUST(prm_trust_payload_parse(prm_span_of(seed, w.len), &view) == PRM_OK && view.key[0].components == 3);
    fuzz_seed(seed, w.len);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    payload(prm_span_of(data, size));
    envelope(prm_span_of(data, size));
    return 0;
}

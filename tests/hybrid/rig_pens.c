/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, signatures, releases and trust manifests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>

#include "base/endian.h"
#include "codec/cbor.h"
#include "codec/cose.h"
#include "journal/state.h"
#include "tests/hybrid/rig.h"

#define MUST(c)                                                             \
    do {                                                                    \
        if (!(c)) {                                                         \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #c);         \
            abort();                                                        \
        }                                                                   \
    } while (0)

enum { IMAGE_SIZE = 256, IMAGES_OFF = 0x2000 };

static void key_id(struct rig_key *key) {
    const prm_span public_key = prm_span_of(key->public_key, key->len);
    uint8_t digest[32];

    MUST(rig_crypto.sha256(&public_key, 1, digest) == PRM_OK);
    memcpy(key->id, digest, sizeof key->id);
}

const struct rig_key *rig_key(const char *name) {
    static struct {
        char name[16];
        struct rig_key key;
        struct lms_key lms;
    } known[24];
    unsigned i = 0;

    for (; i < 24 && known[i].name[0] != '\0'; i++)
        if (strcmp(known[i].name, name) == 0)
            return &known[i].key;
    MUST(i < 24 && strlen(name) < 16);
    strcpy(known[i].name, name);
    struct rig_key *key = &known[i].key;
    if (name[0] == 'h') {
        key->kind = PRM_KEY_HSS;
        key->lms = &known[i].lms;
        lms_key_make(key->lms, name);
        key->len = LMS_KEY_SIZE;
        memcpy(key->public_key, key->lms->public_key, LMS_KEY_SIZE);
    } else {
        uint8_t point[65];
        size_t len = 0;
        key->pkey = EVP_EC_gen("P-256");
        MUST(EVP_PKEY_get_octet_string_param(key->pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &len) == 1);
        MUST(len == 65 && point[0] == 4);
        key->len = 64;
        memcpy(key->public_key, point + 1, 64);
    }
    key_id(key);
    return key;
}

static size_t raw_p256(const struct rig_key *key, const uint8_t *message, size_t len, uint8_t *sig) {
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    uint8_t der[80];
    const uint8_t *p = der;
    size_t der_len = sizeof der;

    MUST(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key->pkey) == 1);
    MUST(EVP_DigestSign(md, der, &der_len, message, len) == 1);
    EVP_MD_CTX_free(md);
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &p, (long)der_len);
    MUST(pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), sig, 32) == 32);
    MUST(BN_bn2binpad(ECDSA_SIG_get0_s(pair), sig + 32, 32) == 32);
    ECDSA_SIG_free(pair);
    return 64;
}

/* The Sig_structure of RFC 9052 4.4, made here from the RFC and not by what is tested. */
static size_t sign(const struct rig_key *key, int is_sign1, prm_span header, prm_span payload, uint8_t *sig) {
    static uint8_t message[2048];
    struct prm_cbor_writer w = {message, sizeof message, 0};

    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, is_sign1 ? 4 : 5);
    prm_cbor_put_tstr(&w, is_sign1 ? "Signature1" : "Signature");
    if (!is_sign1)
        prm_cbor_put_bstr(&w, prm_span_of(NULL, 0));
    prm_cbor_put_bstr(&w, header);
    prm_cbor_put_bstr(&w, prm_span_of(NULL, 0));
    prm_cbor_put_bstr(&w, payload);
    MUST(w.len <= w.cap);
    if (key->kind == PRM_KEY_P256)
        return raw_p256(key, message, w.len, sig);
    lms_sign(key->lms, (uint32_t)(message[w.len - 1] % 32), message, w.len, sig);
    return LMS_SIG_SIZE;
}

static size_t protected_header(const struct rig_key *key, enum rig_flaw flaw, uint8_t *out, size_t cap) {
    struct prm_cbor_writer w = {out, cap, 0};
    const int alg = key->kind == PRM_KEY_P256 ? PRM_COSE_ESP256 : PRM_COSE_HSS_LMS;

    prm_cbor_put_head(&w, PRM_CBOR_MAP, flaw == RIG_NO_KID ? 1 : 2);
    prm_cbor_put_int(&w, 1);
    prm_cbor_put_int(&w, flaw == RIG_UNKNOWN_ALG ? -36 : alg);
    if (flaw != RIG_NO_KID) {
        prm_cbor_put_int(&w, 4);
        prm_cbor_put_bstr(&w, prm_span_of(key->id, sizeof key->id));
    }
    MUST(w.len <= w.cap);
    return w.len;
}

static void make_block(struct rig_block *block, const struct rig_key *key, enum rig_flaw flaw, prm_span payload,
                       int is_sign1) {
    struct prm_cbor_writer w = {block->bytes, sizeof block->bytes, 0};
    uint8_t bytes[32], sig[LMS_SIG_SIZE];

    const prm_span header = prm_span_of(bytes, protected_header(key, flaw, bytes, sizeof bytes));
    const size_t len = sign(key, is_sign1, header, payload, sig);
    if (flaw == RIG_BAD)
        sig[len / 2] ^= 4;
    if (is_sign1)
        prm_cbor_put_head(&w, PRM_CBOR_TAG, PRM_COSE_TAG_SIGN1);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, is_sign1 ? 4 : 3);
    prm_cbor_put_bstr(&w, header);
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 0);
    if (is_sign1)
        prm_cbor_put_head(&w, PRM_CBOR_SIMPLE, PRM_CBOR_NULL);
    prm_cbor_put_bstr(&w, prm_span_of(sig, len));
    MUST(w.len <= w.cap);
    block->len = w.len;
}

void rig_sign1(struct rig_block *block, const struct rig_key *key, enum rig_flaw flaw, prm_span payload) {
    make_block(block, key, flaw, payload, 1);
}

void rig_signature(struct rig_block *block, const struct rig_key *key, enum rig_flaw flaw, prm_span payload) {
    make_block(block, key, flaw, payload, 0);
}

/* ---- releases ---- */

static void put_words(struct prm_cbor_writer *w, const int *word, unsigned n) {
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, n);
    for (unsigned i = 0; i < n; i++)
        prm_cbor_put_int(w, word[i]);
}

static void make_image(const struct rig *rig, uint32_t bank, uint64_t sequence, uint8_t image[IMAGE_SIZE]) {
    const uint32_t base = rig->layout.flash_base + rig->layout.bank_off[bank] + IMAGES_OFF;

    memset(image, (int)(sequence & 0xFF), IMAGE_SIZE);
    prm_store_le32(image, rig->layout.component[0].ram_base + 0x100);
    prm_store_le32(image + 4, base + 0x41);
    prm_store_le64(image + 8, sequence);
}

static void put_digest(struct prm_cbor_writer *w, prm_span of) {
    uint8_t digest[32];

    MUST(rig_crypto.sha256(&of, 1, digest) == PRM_OK);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 2);
    prm_cbor_put_int(w, PRM_COSE_SHA256);
    prm_cbor_put_bstr(w, prm_span_of(digest, sizeof digest));
}

static void put_alternative(const struct rig *rig, uint32_t bank, uint64_t sequence, struct prm_cbor_writer *out) {
    uint8_t bytes[128], digest[64], image[IMAGE_SIZE];
    struct prm_cbor_writer w = {bytes, sizeof bytes, 0};
    struct prm_cbor_writer d = {digest, sizeof digest, 0};

    make_image(rig, bank, sequence, image);
    put_digest(&d, prm_span_of(image, sizeof image));
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, 6);
    prm_cbor_put_int(&w, 20);
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 1);
    prm_cbor_put_int(&w, 5);
    prm_cbor_put_int(&w, (int64_t)bank);
    prm_cbor_put_int(&w, 5);
    prm_cbor_put_int(&w, 5);
    prm_cbor_put_int(&w, 20);
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(&w, 3);
    prm_cbor_put_bstr(&w, prm_span_of(digest, d.len));
    prm_cbor_put_int(&w, 14);
    prm_cbor_put_int(&w, IMAGE_SIZE);
    prm_cbor_put_bstr(out, prm_span_of(bytes, w.len));
}

static void put_bstr_of(struct prm_cbor_writer *w, const struct prm_cbor_writer *inner) {
    MUST(inner->len <= inner->cap);
    prm_cbor_put_bstr(w, prm_span_of(inner->buf, inner->len));
}

/* The manifest, wrapped in a bstr. */
static size_t make_manifest(const struct rig *rig, uint64_t sequence, uint8_t *out, size_t cap) {
    uint8_t a[512], b[512], c[600], d[16];
    struct prm_cbor_writer shared = {a, sizeof a, 0}, common = {b, sizeof b, 0}, m = {c, sizeof c, 0};
    struct prm_cbor_writer w = {out, cap, 0};

    prm_cbor_put_head(&shared, PRM_CBOR_ARRAY, 8);
    prm_cbor_put_int(&shared, 20);
    prm_cbor_put_head(&shared, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(&shared, 1);
    prm_cbor_put_bstr(&shared, prm_span_of(rig->fuses.vendor, 16));
    prm_cbor_put_int(&shared, 2);
    prm_cbor_put_bstr(&shared, prm_span_of(rig->fuses.class_, 16));
    prm_cbor_put_int(&shared, 15);
    prm_cbor_put_head(&shared, PRM_CBOR_ARRAY, 2);
    put_alternative(rig, 0, sequence, &shared);
    put_alternative(rig, 1, sequence, &shared);
    for (int condition = 1; condition <= 2; condition++) {
        prm_cbor_put_int(&shared, condition);
        prm_cbor_put_int(&shared, 15);
    }
    prm_cbor_put_head(&common, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(&common, 2);
    prm_cbor_put_raw(&common, prm_span_of("\x81\x81\x41\x00", 4));
    prm_cbor_put_int(&common, 4);
    put_bstr_of(&common, &shared);
    prm_cbor_put_head(&m, PRM_CBOR_MAP, 5);
    prm_cbor_put_int(&m, 1);
    prm_cbor_put_int(&m, 1);
    prm_cbor_put_int(&m, 2);
    prm_cbor_put_int(&m, (int64_t)sequence);
    prm_cbor_put_int(&m, 3);
    put_bstr_of(&m, &common);
    for (int section = 7; section <= 9; section += 2) {
        struct prm_cbor_writer s = {d, sizeof d, 0};
        put_words(&s, section == 7 ? (const int[]){3, 15} : (const int[]){23, 2}, 2);
        prm_cbor_put_int(&m, section);
        put_bstr_of(&m, &s);
    }
    put_bstr_of(&w, &m);
    MUST(w.len <= cap);
    return w.len;
}

void rig_release_digest(const struct rig *rig, uint64_t sequence, uint8_t out[RIG_DIGEST_SIZE]) {
    struct prm_cbor_writer w = {out, RIG_DIGEST_SIZE, 0};
    uint8_t manifest[700];

    put_digest(&w, prm_span_of(manifest, make_manifest(rig, sequence, manifest, sizeof manifest)));
    MUST(w.len == RIG_DIGEST_SIZE);
}

size_t rig_release_envelope(const struct rig *rig, uint64_t sequence, const struct rig_block *block, uint32_t blocks,
                            uint8_t out[RIG_ENVELOPE_MAX]) {
    static uint8_t auth[RIG_ENVELOPE_MAX];
    struct prm_cbor_writer a = {auth, sizeof auth, 0}, e = {out, RIG_ENVELOPE_MAX, 0};
    uint8_t manifest[700], digest[RIG_DIGEST_SIZE];

    rig_release_digest(rig, sequence, digest);
    prm_cbor_put_head(&a, PRM_CBOR_ARRAY, 1 + blocks);
    prm_cbor_put_bstr(&a, prm_span_of(digest, sizeof digest));
    for (uint32_t i = 0; i < blocks; i++)
        prm_cbor_put_bstr(&a, prm_span_of(block[i].bytes, block[i].len));
    prm_cbor_put_head(&e, PRM_CBOR_TAG, PRM_SUIT_TAG_ENVELOPE);
    prm_cbor_put_head(&e, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(&e, 2);
    put_bstr_of(&e, &a);
    prm_cbor_put_int(&e, 3);
    prm_cbor_put_raw(&e, prm_span_of(manifest, make_manifest(rig, sequence, manifest, sizeof manifest)));
    MUST(e.len <= e.cap);
    return e.len;
}

/* As if it had been accepted: not counted, and not cut. */
static void note_accepted(struct rig *rig, uint32_t bank, prm_span envelope) {
    const uint32_t writes = rig->writes, cut_at = rig->cut_at;
    struct prm_suit_envelope parsed;
    struct prm_journal journal;
    struct prm_state state;
    uint8_t digest[PRM_SHA256_SIZE];

    MUST(prm_suit_envelope_parse(envelope, &parsed) == PRM_OK);
    MUST(rig_crypto.sha256(&parsed.manifest_wrapped, 1, digest) == PRM_OK);
    rig->cut_at = UINT32_MAX;
    MUST(prm_state_load(&journal, &rig->flash, &rig_crypto, rig->layout.journal_off, &state) == PRM_OK);
    state.bank[bank] = (struct prm_bank_state){.status = PRM_BANK_CONFIRMED};
    memcpy(state.bank[bank].manifest, digest, PRM_STATE_MANIFEST_SIZE);
    MUST(prm_state_store(&journal, &state) == PRM_OK);
    rig->writes = writes;
    rig->cut_at = cut_at;
}

int rig_install(struct rig *rig, uint32_t bank, uint64_t sequence, const struct rig_block *block, uint32_t blocks) {
    static uint8_t envelope[RIG_ENVELOPE_MAX];
    const size_t len = rig_release_envelope(rig, sequence, block, blocks, envelope);
    uint8_t *at = rig->flash_bytes + rig->layout.bank_off[bank];
    uint8_t image[IMAGE_SIZE], digest[PRM_SHA256_SIZE];

    if (len > PRM_BANK_ENVELOPE_MAX)
        return 0;
    memset(at, 0xFF, RIG_BANK_SIZE);
    const prm_span bytes = prm_span_of(envelope, len);
    MUST(rig_crypto.sha256(&bytes, 1, digest) == PRM_OK);
    prm_bank_header_encode((uint32_t)len, digest, at);
    memcpy(at + PRM_BANK_ENVELOPE_OFF(RIG_WRITE_SIZE), envelope, len);
    make_image(rig, bank, sequence, image);
    memcpy(at + IMAGES_OFF, image, sizeof image);
    note_accepted(rig, bank, bytes);
    return 1;
}

void rig_release(struct rig *rig, uint32_t bank, uint64_t sequence, const struct rig_key *key,
                 const struct rig_key *second) {
    static struct rig_block block[2];
    uint8_t digest[RIG_DIGEST_SIZE];

    rig_release_digest(rig, sequence, digest);
    rig_sign1(&block[0], key, RIG_GOOD, prm_span_of(digest, sizeof digest));
    if (second != NULL)
        rig_sign1(&block[1], second, RIG_GOOD, prm_span_of(digest, sizeof digest));
    MUST(rig_install(rig, bank, sequence, block, second != NULL ? 2 : 1));
}

/* ---- trust manifests ---- */

static void put_grant(struct prm_cbor_writer *w, const struct rig_grant *g) {
    const unsigned pairs = (g->vendor != NULL ? 1u : 0) + (g->class_ != NULL ? 1u : 0) + (g->components != 0 ? 1u : 0);

    prm_cbor_put_head(w, PRM_CBOR_ARRAY, pairs > 0 ? 3 : 2);
    prm_cbor_put_int(w, g->key->kind);
    prm_cbor_put_bstr(w, prm_span_of(g->key->public_key, g->key->len));
    if (pairs > 0)
        prm_cbor_put_head(w, PRM_CBOR_MAP, pairs);
    if (g->vendor != NULL) {
        prm_cbor_put_int(w, 1);
        prm_cbor_put_bstr(w, prm_span_of(g->vendor, 16));
    }
    if (g->class_ != NULL) {
        prm_cbor_put_int(w, 2);
        prm_cbor_put_bstr(w, prm_span_of(g->class_, 16));
    }
    if (g->components != 0) {
        prm_cbor_put_int(w, 3);
        prm_cbor_put_int(w, g->components);
    }
}

size_t rig_payload(uint8_t *out, size_t cap, const struct rig_terms *terms, const struct rig_grant *grant) {
    struct prm_cbor_writer w = {out, cap, 0};
    unsigned n = 0;

    while (grant[n].key != NULL)
        n++;
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 6);
    prm_cbor_put_int(&w, 1);
    prm_cbor_put_int(&w, 2);
    prm_cbor_put_int(&w, 2);
    prm_cbor_put_int(&w, terms->number);
    prm_cbor_put_int(&w, 3);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, 2);
    prm_cbor_put_int(&w, terms->need[0]);
    prm_cbor_put_int(&w, terms->need[1]);
    prm_cbor_put_int(&w, 4);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, n);
    for (unsigned i = 0; i < n; i++)
        put_grant(&w, &grant[i]);
    prm_cbor_put_int(&w, 5);
    prm_cbor_put_int(&w, terms->epoch);
    prm_cbor_put_int(&w, 6);
    prm_cbor_put_head(&w, PRM_CBOR_UINT, terms->base);
    MUST(w.len <= cap);
    return w.len;
}

void rig_envelope(struct rig_manifest *m, prm_span payload, const struct rig_block *block, uint32_t blocks) {
    struct prm_cbor_writer w = {m->bytes, sizeof m->bytes, 0};

    prm_cbor_put_head(&w, PRM_CBOR_TAG, PRM_COSE_TAG_SIGN);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, 4);
    prm_cbor_put_bstr(&w, prm_span_of(NULL, 0));
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 0);
    prm_cbor_put_bstr(&w, payload);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, blocks);
    for (uint32_t i = 0; i < blocks; i++)
        prm_cbor_put_raw(&w, prm_span_of(block[i].bytes, block[i].len));
    MUST(w.len <= sizeof m->bytes);
    m->len = w.len;
}

void rig_trust_of(struct rig_manifest *m, const struct rig_terms *terms, const struct rig_grant *grant,
                  const struct rig_key *const *root) {
    static struct rig_block block[PRM_TRUST_SIGNATURES_MAX];
    uint8_t bytes[PRM_TRUST_PAYLOAD_MAX];
    const prm_span payload = prm_span_of(bytes, rig_payload(bytes, sizeof bytes, terms, grant));
    uint32_t n = 0;

    for (; root[n] != NULL; n++) {
        MUST(n < PRM_TRUST_SIGNATURES_MAX);
        rig_signature(&block[n], root[n], RIG_GOOD, payload);
    }
    rig_envelope(m, payload, block, n);
}

void rig_trust(struct rig_manifest *m, uint32_t number, uint32_t need_p256, uint32_t need_hss,
               const struct rig_grant *grant, const struct rig_key *const *root) {
    rig_trust_of(m, &(struct rig_terms){number, 0, 1, {need_p256, need_hss}}, grant, root);
}

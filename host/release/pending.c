/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/pending.h"

#include <stdlib.h>
#include <string.h>

#include "host/release/payload.h"
#include "host/release/release.h"
#include "codec/cbor.h"
#include "providers/openssl/crypto_openssl.h"

#define MAGIC "primum-pending"
#define VERSION 1
#define ITEMS 5u

struct pending {
    struct primum_bytes file; /* as read; the envelope borrows from it and from `block` */
    prm_span envelope_bytes;
    struct prm_suit_envelope envelope;
    struct primum_signer signer[PRM_SUIT_SIGNATURES_MAX];
    int waits[PRM_SUIT_SIGNATURES_MAX];
    struct primum_bytes block[PRM_SUIT_SIGNATURES_MAX];
};

static int ends_with(const char *text, const char *end) {
    const size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static char *with_ending(const char *path, const char *from, const char *to) {
    const size_t stem = strlen(path) - (ends_with(path, from) ? strlen(from) : 0);

    return primum_format("%.*s%s", (int)stem, path, to);
}

char *primum_pending_path(const char *release_path) {
    return with_ending(release_path, ".suit", ".pending");
}

char *primum_pending_release_path(const char *pending_path) {
    return with_ending(pending_path, ".pending", ".suit");
}

/* ---- The file ---- */

static void put_pending(struct prm_cbor_writer *w, const struct primum_signer *signer, uint32_t signers,
                        prm_span envelope, const uint8_t *digest) {
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, ITEMS);
    prm_cbor_put_tstr(w, MAGIC);
    prm_cbor_put_int(w, VERSION);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, signers);
    for (uint32_t i = 0; i < signers; i++) {
        if (signer[i].alg == 0) {
            prm_cbor_put_head(w, PRM_CBOR_SIMPLE, PRM_CBOR_NULL);
            continue;
        }
        prm_cbor_put_head(w, PRM_CBOR_ARRAY, 2);
        prm_cbor_put_int(w, signer[i].alg);
        prm_cbor_put_bstr(w, prm_span_of(signer[i].public_key, signer[i].public_len));
    }
    prm_cbor_put_bstr(w, envelope);
    prm_cbor_put_bstr(w, prm_span_of(digest, PRM_SHA256_SIZE));
}

int primum_pending_make(const struct primum_signer *signer, uint32_t signers, prm_span envelope,
                        struct primum_bytes *out) {
    struct prm_cbor_writer w = {NULL, 0, 0};
    uint8_t digest[PRM_SHA256_SIZE];

    *out = (struct primum_bytes){NULL, 0};
    if (prm_crypto_openssl.sha256(&envelope, 1, digest) != PRM_OK)
        return primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
    put_pending(&w, signer, signers, envelope, digest);
    *out = (struct primum_bytes){primum_alloc(w.len), w.len};
    w = (struct prm_cbor_writer){out->data, out->len, 0};
    put_pending(&w, signer, signers, envelope, digest);
    return PRIMUM_OK;
}

/* A signer; none is left as zeros. */
static void get_signer(struct prm_cbor *r, struct primum_signer *out) {
    if (prm_cbor_peek(r) == PRM_CBOR_SIMPLE) {
        prm_cbor_null(r);
        return;
    }
    if (prm_cbor_head(r, PRM_CBOR_ARRAY) != 2)
        prm_cbor_fail(r, PRM_ERR_CBOR_TYPE);
    const int32_t alg = prm_cbor_int(r);
    const prm_span key = prm_cbor_bstr(r);
    if (r->err == PRM_OK && primum_signer_make(alg, key, out) != PRIMUM_OK)
        prm_cbor_fail(r, PRM_ERR_SIG_KEY);
}

static int equal(prm_span a, prm_span b) {
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* 1 if the block is the signer's with this signature; ptr NULL: with zeros, it waits. */
static int is_block_of(const struct primum_signer *signer, prm_span signature, prm_span block) {
    struct primum_bytes made = primum_signer_block(signer, signature);
    const int same = equal(primum_span(&made), block);

    primum_bytes_free(&made);
    return same;
}

/* Says whether the block of signer `i` waits; 0 if it neither waits nor has a right signature. */
static int find_waiting(struct pending *p, uint32_t i) {
    const prm_span block = p->envelope.signature[i];
    struct prm_cose_sign1 sign1;
    size_t len = 0;

    if (p->signer[i].alg == 0)
        return 1;
    p->waits[i] = is_block_of(&p->signer[i], prm_span_of(NULL, 0), block);
    if (p->waits[i])
        return 1;
    if (prm_cose_sign1_parse(block, &sign1) != PRM_OK || !is_block_of(&p->signer[i], sign1.signature, block))
        return 0;
    struct primum_bytes message = primum_signer_message(&p->signer[i], p->envelope.digest_bytes);
    uint8_t *sig = primum_alloc(sign1.signature.len + PRM_P256_SIG_SIZE);
    const int right = primum_signer_check(&p->signer[i], primum_span(&message), sign1.signature, sig, &len);
    free(sig);
    primum_bytes_free(&message);
    return right;
}

/* The payloads and lists as they are in the envelope; 0 if one doesn't have a name of ours. */
static int list_payloads(const struct pending *p, struct primum_member out[PRIMUM_MEMBERS]) {
    struct prm_cbor r = prm_cbor_reader(p->envelope.payload_pairs);

    if (p->envelope.payloads > PRIMUM_MEMBERS)
        return 0;
    for (uint32_t i = 0; i < p->envelope.payloads; i++) {
        const prm_span name = prm_cbor_tstr(&r);
        if (name.len != PRIMUM_PAYLOAD_NAME - 1)
            return 0;
        memset(out[i].name, 0, sizeof out[i].name);
        memcpy(out[i].name, name.ptr, name.len);
        out[i].bytes = prm_cbor_bstr(&r);
    }
    return 1;
}

/* The envelope as it is now. `data` is NULL if it has something that we don't write. Owns: the caller frees. */
static struct primum_bytes envelope_of(const struct pending *p) {
    struct primum_member payloads[PRIMUM_MEMBERS];

    return list_payloads(p, payloads) ? primum_envelope_write(&p->envelope, payloads, p->envelope.payloads)
                                      : (struct primum_bytes){NULL, 0};
}

/* 1 if the payloads in the envelope are what its manifest says, as far as that can be told without a device's key. */
static int payloads_are_right(struct primum_release *release, const struct primum_claim *claim) {
    int right = 1;

    for (uint32_t at = 0; at < PRM_BOOT_SLOTS * PRM_COMPONENTS && release->envelope.payloads > 0 && right; at++) {
        const uint32_t slot = at / PRM_COMPONENTS, component = at % PRM_COMPONENTS;
        struct primum_bytes content = {NULL, 0};
        struct primum_parts parts;
        if (!claim->slot[slot].present || component >= claim->parsed.components)
            continue;
        right = primum_release_payload_for(release, "", claim, slot, component, &parts) == PRIMUM_OK;
        const prm_result result =
            right ? primum_payload_check(parts.payload, parts.list, &claim->slot[slot].component[component], &content)
                  : PRM_ERR_NOT_TRIED;
        right = result == PRM_OK || (result == PRM_ERR_LIST_NONE && parts.list.len == 0);
        primum_bytes_free(&content);
    }
    return right;
}

/* 1 if all is as we write it, and the digest that gets signed is the manifest's, and the install sequence its. */
static int is_sound(const struct pending *p) {
    struct primum_release release = {.envelope = p->envelope};
    struct primum_claim claim;
    struct primum_bytes again = envelope_of(p);
    const int same = again.data != NULL && equal(primum_span(&again), p->envelope_bytes);

    primum_bytes_free(&again);
    primum_release_claim(&release, &claim);
    const int sound = same && claim.digest_matches == PRM_YES && claim.manifest == PRM_OK && claim.select == PRM_OK &&
                      claim.install == PRM_OK && payloads_are_right(&release, &claim);
    primum_release_free(&release);
    return sound;
}

static int parse(struct pending *p) {
    struct prm_cbor r = prm_cbor_reader(primum_span(&p->file));
    uint8_t digest[PRM_SHA256_SIZE];

    if (prm_cbor_head(&r, PRM_CBOR_ARRAY) != ITEMS || !equal(prm_cbor_tstr(&r), prm_span_of(MAGIC, strlen(MAGIC))) ||
        prm_cbor_int(&r) != VERSION)
        return 0;
    const uint32_t signers = prm_cbor_head32(&r, PRM_CBOR_ARRAY);
    for (uint32_t i = 0; i < signers && i < PRM_SUIT_SIGNATURES_MAX; i++)
        get_signer(&r, &p->signer[i]);
    p->envelope_bytes = prm_cbor_bstr(&r);
    const uint8_t *told = prm_cbor_bytes(&r, PRM_SHA256_SIZE);
    if (prm_cbor_end(&r) != PRM_OK || prm_crypto_openssl.sha256(&p->envelope_bytes, 1, digest) != PRM_OK ||
        memcmp(digest, told, sizeof digest) != 0 ||
        prm_suit_envelope_parse(p->envelope_bytes, &p->envelope) != PRM_OK || p->envelope.signatures != signers ||
        !is_sound(p))
        return 0;
    for (uint32_t i = 0; i < signers; i++) {
        if (!find_waiting(p, i))
            return 0;
    }
    return 1;
}

static void free_pending(struct pending *p) {
    for (uint32_t i = 0; i < PRM_SUIT_SIGNATURES_MAX; i++)
        primum_bytes_free(&p->block[i]);
    primum_bytes_free(&p->file);
}

/* ---- Attaching ---- */

static void say_waiting(const struct pending *p) {
    for (uint32_t i = 0; i < p->envelope.signatures; i++) {
        char id[2 * PRIMUM_SIGNER_KID_SIZE + 1];
        if (!p->waits[i])
            continue;
        primum_hex(p->signer[i].kid, sizeof p->signer[i].kid, id);
        (void)primum_fail(PRIMUM_REFUSED, "it waits for key %s (%s)", id, primum_signer_alg_name(&p->signer[i]));
    }
}

/* Puts a signature into block i if it is right for it: 1. */
static int try_signer(struct pending *p, uint32_t i, prm_span signature) {
    struct primum_bytes message = primum_signer_message(&p->signer[i], p->envelope.digest_bytes);
    uint8_t *sig = primum_alloc(signature.len > PRM_P256_SIG_SIZE ? signature.len : PRM_P256_SIG_SIZE);
    size_t len = 0;
    const int right = primum_signer_check(&p->signer[i], primum_span(&message), signature, sig, &len);

    if (right && p->waits[i]) {
        p->block[i] = primum_signer_block(&p->signer[i], prm_span_of(sig, len));
        p->envelope.signature[i] = primum_span(&p->block[i]);
        p->waits[i] = 0;
    }
    free(sig);
    primum_bytes_free(&message);
    return right;
}

/* A signature that is there already is no error: who attaches again after a crash shall succeed. */
static int attach_one(struct pending *p, const char *path, const char *pending_path) {
    struct primum_bytes file;
    int right = 0;
    const int status = primum_read_file(path, &file);

    if (status != PRIMUM_OK)
        return status;
    for (uint32_t i = 0; i < p->envelope.signatures && !right; i++)
        right = p->signer[i].alg != 0 && try_signer(p, i, primum_span(&file));
    primum_bytes_free(&file);
    if (right)
        return PRIMUM_OK;
    (void)primum_fail(PRIMUM_REFUSED, "%s is not a signature that %s waits for; nothing was changed", path,
                      pending_path);
    say_waiting(p);
    return PRIMUM_REFUSED;
}

/* What there is to say, and to write. */
static int conclude(const struct pending *p, struct primum_attached *out) {
    struct prm_suit_manifest manifest;
    struct primum_bytes envelope = envelope_of(p);
    int status = PRIMUM_OK;

    for (uint32_t i = 0; i < p->envelope.signatures; i++) {
        if (p->waits[i])
            out->waiting[out->waits++] = p->signer[i];
    }
    out->signatures = p->envelope.signatures;
    if (prm_suit_manifest_parse(p->envelope.manifest, &manifest) == PRM_OK)
        out->sequence = manifest.sequence;
    if (out->waits == 0) {
        out->file = envelope;
        return status;
    }
    status = primum_pending_make(p->signer, p->envelope.signatures, primum_span(&envelope), &out->file);
    primum_bytes_free(&envelope);
    return status;
}

int primum_pending_attach(const char *path, struct primum_bytes *pending, const char *const *signature, uint32_t count,
                          struct primum_attached *out) {
    struct pending p;
    size_t header = 0;
    int status = PRIMUM_OK;

    memset(out, 0, sizeof *out);
    memset(&p, 0, sizeof p);
    p.file = *pending;
    *pending = (struct primum_bytes){NULL, 0};
    if (!parse(&p))
        status = primum_fail(PRIMUM_REFUSED, "%s is not a release that waits for signatures, or it is damaged", path);
    for (uint32_t i = 0; i < count && status == PRIMUM_OK; i++)
        status = attach_one(&p, signature[i], path);
    if (status == PRIMUM_OK)
        status = primum_envelope_fits(&p.envelope, &header);
    if (status == PRIMUM_OK)
        status = conclude(&p, out);
    free_pending(&p);
    return status;
}

void primum_attached_free(struct primum_attached *attached) {
    primum_bytes_free(&attached->file);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/payload.h"

#include <stdlib.h>
#include <string.h>

#include "host/release/encrypt.h"
#include "host/keys/keys.h"
#include "codec/cbor.h"
#include "providers/openssl/cipher_openssl.h"
#include "providers/openssl/crypto_openssl.h"
#include "update/update_stages.h"

enum { PAGE_DIGEST_STEP = 2 + PRM_SHA256_SIZE };

static uint32_t page_count(uint32_t size) {
    return (prm_update_block_count(size) + PRM_BLOCKS_PER_PAGE - 1) / PRM_BLOCKS_PER_PAGE;
}

/* Block `i` of content. */
static prm_span block_of(prm_span content, uint32_t i) {
    const size_t off = (size_t)i * PRM_BLOCK_SIZE;
    const size_t left = content.len - off;

    return prm_span_of(content.ptr + off, left < PRM_BLOCK_SIZE ? left : PRM_BLOCK_SIZE);
}

static prm_result sha256(prm_span bytes, uint8_t out[PRM_SHA256_SIZE]) {
    return prm_crypto_openssl.sha256(&bytes, 1, out);
}

/* Writes pages and blocks to `wire`, and the pages' digests to `digests`. */
static prm_result interleave(prm_span content, uint8_t *wire, uint8_t *digests) {
    const uint32_t blocks = prm_update_block_count((uint32_t)content.len);
    uint8_t *to = wire;

    for (uint32_t first = 0; first < blocks; first += PRM_BLOCKS_PER_PAGE) {
        const uint32_t n = blocks - first < PRM_BLOCKS_PER_PAGE ? blocks - first : PRM_BLOCKS_PER_PAGE;
        const uint8_t *page = to;
        for (uint32_t i = 0; i < n; i++, to += PRM_SHA256_SIZE)
            if (sha256(block_of(content, first + i), to) != PRM_OK)
                return PRM_ERR_CRYPTO;
        if (sha256(prm_span_of(page, (size_t)(to - page)), digests) != PRM_OK)
            return PRM_ERR_CRYPTO;
        digests += PRM_SHA256_SIZE;
        for (uint32_t i = 0; i < n; i++) {
            const prm_span block = block_of(content, first + i);
            memcpy(to, block.ptr, block.len);
            to += block.len;
        }
    }
    return PRM_OK;
}

/* Parameter -1: [block size, digest of all blocks, [page digests]]. */
static void put_blocks(struct prm_cbor_writer *w, const uint8_t *digest, const uint8_t *digests, uint32_t pages) {
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 3);
    prm_cbor_put_head(w, PRM_CBOR_UINT, PRM_BLOCK_SIZE);
    prm_cbor_put_bstr(w, prm_span_of(digest, PRM_SHA256_SIZE));
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, pages);
    for (uint32_t i = 0; i < pages; i++)
        prm_cbor_put_bstr(w, prm_span_of(digests + (size_t)i * PRM_SHA256_SIZE, PRM_SHA256_SIZE));
}

static int make_blocks(prm_span content, struct primum_payload *out) {
    const uint32_t pages = page_count((uint32_t)content.len);
    uint8_t digest[PRM_SHA256_SIZE];
    struct prm_cbor_writer w = {NULL, 0, 0};
    uint8_t *digests = primum_alloc((size_t)pages * PRM_SHA256_SIZE);

    out->wire.len = content.len + (size_t)prm_update_block_count((uint32_t)content.len) * PRM_SHA256_SIZE;
    out->wire.data = primum_alloc(out->wire.len);
    const int ok = interleave(content, out->wire.data, digests) == PRM_OK && sha256(content, digest) == PRM_OK;
    if (ok) {
        put_blocks(&w, digest, digests, pages);
        out->blocks = (struct primum_bytes){primum_alloc(w.len), w.len};
        w = (struct prm_cbor_writer){out->blocks.data, out->blocks.len, 0};
        put_blocks(&w, digest, digests, pages);
    }
    free(digests);
    return ok ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
}

int primum_payload_make(prm_span image, EVP_PKEY *const *recipients, size_t count, struct primum_payload *out) {
    struct primum_bytes ciphertext = {NULL, 0};
    int status = PRIMUM_OK;

    memset(out, 0, sizeof *out);
    out->size = (uint32_t)image.len;
    if (sha256(image, out->digest) != PRM_OK)
        return primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
    if (count > 0)
        status = primum_encrypt_payload(image, recipients, count, NULL, &ciphertext, &out->info);
    if (status == PRIMUM_OK)
        status = make_blocks(count > 0 ? primum_span(&ciphertext) : image, out);
    primum_bytes_free(&ciphertext);
    if (status != PRIMUM_OK)
        primum_payload_free(out);
    return status;
}

void primum_payload_free(struct primum_payload *payload) {
    primum_bytes_free(&payload->wire);
    primum_bytes_free(&payload->blocks);
    primum_bytes_free(&payload->info);
}

static prm_result compare(prm_span bytes, const uint8_t *expected, prm_result otherwise) {
    uint8_t digest[PRM_SHA256_SIZE];
    const prm_result result = sha256(bytes, digest);

    if (result != PRM_OK)
        return result;
    return memcmp(digest, expected, sizeof digest) == 0 ? PRM_OK : otherwise;
}

/* Pages and blocks, in the order in which a device gets them; what they hold goes to `to`. */
static prm_result check_blocks(prm_span wire, uint32_t size, const struct prm_update_blocks *signed_, uint8_t *to) {
    const uint32_t blocks = prm_update_block_count(size);
    const uint8_t *from = wire.ptr;
    prm_result result = PRM_OK;

    for (uint32_t first = 0; first < blocks && result == PRM_OK; first += PRM_BLOCKS_PER_PAGE) {
        const uint32_t n = blocks - first < PRM_BLOCKS_PER_PAGE ? blocks - first : PRM_BLOCKS_PER_PAGE;
        const uint8_t *page = from;
        const size_t number = first / PRM_BLOCKS_PER_PAGE;
        result = compare(prm_span_of(page, (size_t)n * PRM_SHA256_SIZE),
                         signed_->page_digest + number * PAGE_DIGEST_STEP, PRM_ERR_UPDATE_BLOCK);
        from += (size_t)n * PRM_SHA256_SIZE;
        for (uint32_t i = 0; i < n && result == PRM_OK; i++) {
            const size_t left = size - (size_t)(first + i) * PRM_BLOCK_SIZE;
            const size_t len = left < PRM_BLOCK_SIZE ? left : PRM_BLOCK_SIZE;
            result = compare(prm_span_of(from, len), page + (size_t)i * PRM_SHA256_SIZE, PRM_ERR_UPDATE_BLOCK);
            memcpy(to, from, len);
            from += len;
            to += len;
        }
    }
    return result;
}

prm_result primum_payload_check(prm_span wire, const struct prm_suit_component *component,
                                struct primum_bytes *content) {
    struct prm_update_blocks blocks;

    *content = (struct primum_bytes){NULL, 0};
    if (component->blocks.ptr == NULL || component->size == 0 || component->digest == NULL)
        return PRM_ERR_SUIT_MISSING;
    prm_result result = prm_update_blocks_parse(component->blocks, component->size, &blocks);
    if (result != PRM_OK)
        return result;
    if (wire.len != (size_t)component->size + (size_t)prm_update_block_count(component->size) * PRM_SHA256_SIZE)
        return PRM_ERR_UPDATE_INCOMPLETE;
    *content = (struct primum_bytes){primum_alloc(component->size), component->size};
    result = check_blocks(wire, component->size, &blocks, content->data);
    if (result == PRM_OK)
        result = compare(primum_span(content), blocks.digest, PRM_ERR_UPDATE_BLOCK);
    if (result == PRM_OK && component->encryption.ptr == NULL)
        result = compare(primum_span(content), component->digest, PRM_ERR_IMAGE_DIGEST);
    return result;
}

prm_result primum_payload_decrypt(const struct prm_suit_component *component, EVP_PKEY *key,
                                  struct primum_bytes *content) {
    const struct prm_cipher cipher = prm_cipher_openssl(key);
    struct prm_suit_encrypt info;
    struct prm_anchor id;
    uint8_t cek[PRM_SUIT_CEK_SIZE];

    if (primum_key_anchor(key, "the device's key", &id) != PRIMUM_OK)
        return PRM_ERR_ENC_KEY;
    const struct prm_suit_keys keys = {.cipher = &cipher, .agree_kid = prm_span_of(id.key_id, sizeof id.key_id)};
    prm_result result = prm_suit_encrypt_parse(component->encryption, &info);
    if (result == PRM_OK)
        result = prm_suit_encrypt_open(&info, &keys, cek);
    if (result == PRM_OK)
        result = prm_suit_encrypt_xor(&info, &cipher, cek, 0, content->data, content->len);
    prm_wipe(cek, sizeof cek);
    return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/payload.h"

#include <stdlib.h>
#include <string.h>

#include "host/release/encrypt.h"
#include "host/keys/keys.h"
#include "providers/openssl/cipher_openssl.h"
#include "providers/openssl/crypto_openssl.h"
#include "update/update_parse.h"

enum { PAGE_DIGEST_STEP = 2 + PRM_DIGEST_SIZE };

/* Block `i` of content. */
static prm_span block_of(prm_span content, uint32_t i) {
    const size_t off = (size_t)i * PRM_BLOCK_SIZE;
    const size_t left = content.len - off;

    return prm_span_of(content.ptr + off, left < PRM_BLOCK_SIZE ? left : PRM_BLOCK_SIZE);
}

static prm_result sha256(prm_span bytes, uint8_t out[PRM_SHA256_SIZE]) {
    return prm_crypto_openssl.sha256(&bytes, 1, out);
}

/* Page `i` of a list. */
static prm_span page_of(prm_span list, uint32_t i) {
    const size_t off = (size_t)i * PRM_PAGE_SIZE;
    const size_t left = list.len - off;

    return prm_span_of(list.ptr + off, left < PRM_PAGE_SIZE ? left : PRM_PAGE_SIZE);
}

/* The digests of all blocks, and of the pages that they make. */
static int make_list(struct primum_payload *out) {
    const uint32_t blocks = prm_update_block_count(out->size), pages = prm_update_page_count(out->size);
    prm_result result = PRM_OK;

    out->list = (struct primum_bytes){primum_alloc((size_t)blocks * PRM_DIGEST_SIZE), (size_t)blocks * PRM_DIGEST_SIZE};
    out->pages = (struct primum_bytes){primum_alloc((size_t)pages * PRM_DIGEST_SIZE), (size_t)pages * PRM_DIGEST_SIZE};
    for (uint32_t i = 0; i < blocks && result == PRM_OK; i++)
        result = sha256(block_of(primum_span(&out->bytes), i), out->list.data + (size_t)i * PRM_DIGEST_SIZE);
    for (uint32_t i = 0; i < pages && result == PRM_OK; i++)
        result = sha256(page_of(primum_span(&out->list), i), out->pages.data + (size_t)i * PRM_DIGEST_SIZE);
    return result == PRM_OK ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
}

void primum_payload_put_fetch(struct prm_cbor_writer *w, const struct primum_payload *payload, const char *list) {
    const size_t pages = payload->pages.len / PRM_DIGEST_SIZE;

    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 4);
    prm_cbor_put_head(w, PRM_CBOR_UINT, PRM_FETCH_VERSION);
    prm_cbor_put_head(w, PRM_CBOR_UINT, PRM_BLOCK_SIZE);
    prm_cbor_put_tstr(w, list);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, pages);
    for (size_t i = 0; i < pages; i++)
        prm_cbor_put_bstr(w, prm_span_of(payload->pages.data + i * PRM_DIGEST_SIZE, PRM_DIGEST_SIZE));
}

static struct primum_bytes copy_of(prm_span bytes) {
    struct primum_bytes copy = {primum_alloc(bytes.len), bytes.len};

    if (bytes.len > 0)
        memcpy(copy.data, bytes.ptr, bytes.len);
    return copy;
}

int primum_payload_make(prm_span image, EVP_PKEY *const *recipients, size_t count, int with_list,
                        struct primum_payload *out) {
    int status = PRIMUM_OK;

    memset(out, 0, sizeof *out);
    out->size = (uint32_t)image.len;
    if (sha256(image, out->digest) != PRM_OK)
        return primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
    if (count > 0)
        status = primum_encrypt_payload(image, recipients, count, NULL, &out->bytes, &out->info);
    else
        out->bytes = copy_of(image);
    if (status == PRIMUM_OK && with_list)
        status = make_list(out);
    if (status != PRIMUM_OK)
        primum_payload_free(out);
    return status;
}

void primum_payload_free(struct primum_payload *payload) {
    primum_bytes_free(&payload->bytes);
    primum_bytes_free(&payload->list);
    primum_bytes_free(&payload->pages);
    primum_bytes_free(&payload->info);
}

static prm_result compare(prm_span bytes, const uint8_t *expected, prm_result otherwise) {
    uint8_t digest[PRM_SHA256_SIZE];
    const prm_result result = sha256(bytes, digest);

    if (result != PRM_OK)
        return result;
    return memcmp(digest, expected, sizeof digest) == 0 ? PRM_OK : otherwise;
}

/* The list against the signed digests of its pages, and each block against the list. */
static prm_result check_blocks(prm_span bytes, prm_span list, const struct prm_update_blocks *signed_) {
    const uint32_t size = (uint32_t)bytes.len;
    prm_result result = list.ptr == NULL                                                     ? PRM_ERR_LIST_NONE
                        : list.len != (size_t)prm_update_block_count(size) * PRM_DIGEST_SIZE ? PRM_ERR_UPDATE_INCOMPLETE
                                                                                             : PRM_OK;

    for (uint32_t i = 0; i < prm_update_page_count(size) && result == PRM_OK; i++)
        result = compare(page_of(list, i), signed_->page_digest + (size_t)i * PAGE_DIGEST_STEP, PRM_ERR_UPDATE_BLOCK);
    for (uint32_t i = 0; i < prm_update_block_count(size) && result == PRM_OK; i++)
        result = compare(block_of(bytes, i), list.ptr + (size_t)i * PRM_DIGEST_SIZE, PRM_ERR_UPDATE_BLOCK);
    return result;
}

prm_result primum_payload_check(prm_span bytes, prm_span list, const struct prm_suit_component *component,
                                struct primum_bytes *content) {
    struct prm_update_blocks blocks;

    *content = (struct primum_bytes){NULL, 0};
    if (component->size == 0 || component->digest == NULL)
        return PRM_ERR_SUIT_MISSING;
    if (bytes.len != component->size)
        return PRM_ERR_UPDATE_INCOMPLETE;
    *content = copy_of(bytes);
    const prm_result described = prm_update_blocks_parse(component->fetch, component->size, &blocks);
    const prm_result checked = described == PRM_OK ? check_blocks(bytes, list, &blocks) : described;
    /* Without a list the image's own digest says it all, unless the payload is a ciphertext. */
    if ((checked == PRM_OK || described == PRM_ERR_LIST_NONE) && component->encryption.ptr == NULL)
        return compare(bytes, component->digest, PRM_ERR_IMAGE_DIGEST);
    return checked;
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

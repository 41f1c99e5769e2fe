/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/making.h"

#include <string.h>

#include "host/keys/hss_key.h"
#include "host/keys/keys.h"
#include "host/keys/pkcs11.h"

int primum_making_recipient(struct primum_making *making, const char *path) {
    const int status = primum_key_open_public(path, &making->recipient[making->recipients]);

    making->recipients += status == PRIMUM_OK ? 1u : 0u;
    return status;
}

int primum_making_image(struct primum_making *making, prm_span image, uint32_t slot, uint32_t component, int encrypt) {
    making->spec.slot[slot].present = 1;
    return primum_payload_make(image, making->recipient, encrypt ? making->recipients : 0, !making->plain,
                               &making->spec.slot[slot].payload[component]);
}

int primum_making_manifest(struct primum_making *making) {
    const int status = primum_manifest_write(&making->spec, &making->manifest, &making->fetch);

    return status == PRIMUM_OK ? primum_manifest_digest(primum_span(&making->manifest), &making->digest) : status;
}

/* ---- Signing ---- */

static int sign_p256(struct primum_making *making, const struct primum_signers *signers, uint32_t i) {
    EVP_PKEY *key = NULL;
    int status = primum_key_read_private(signers->key[i], signers->secret_file, &key);

    if (status == PRIMUM_OK)
        status =
            primum_manifest_sign(primum_span(&making->digest), key, signers->key[i], signers->alg, &making->block[i]);
    EVP_PKEY_free(key);
    return status;
}

/* A block with room for a signature that is made elsewhere. */
static int wait_for(struct primum_making *making, const struct primum_signers *signers, uint32_t i) {
    struct primum_signer *signer = &making->waits[signers->keys + i];
    const int status = primum_signer_read(signers->public_[i], signers->alg, signer);

    if (status != PRIMUM_OK)
        return status;
    for (uint32_t k = signers->keys; k < signers->keys + i; k++) {
        if (memcmp(making->waits[k].kid, signer->kid, sizeof signer->kid) == 0)
            return primum_fail(PRIMUM_USAGE, "%s is given twice", signers->public_[i]);
    }
    making->block[signers->keys + i] = primum_signer_block(signer, prm_span_of(NULL, 0));
    return PRIMUM_OK;
}

static int is_hss(const char *key) {
    return !primum_pkcs11_is_uri(key) && primum_hss_is_key(key);
}

static int sign_one(struct primum_making *making, const struct primum_signers *signers, uint32_t i) {
    const char *key = signers->key[i];

    if (primum_pkcs11_is_uri(key))
        return primum_pkcs11_block_sign(primum_span(&making->digest), key, signers->secret_file, signers->token_public,
                                        signers->alg, &making->block[i]);
    return is_hss(key) ? primum_hss_block_blank(key, &making->block[i]) : sign_p256(making, signers, i);
}

/* One key that signs twice counts once, and a counted one is spent for nothing. */
static int check_twice(const struct primum_making *making) {
    struct prm_cose_sign1 a, b;

    for (uint32_t i = 0; i < making->blocks; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (prm_cose_sign1_parse(primum_span(&making->block[i]), &a) == PRM_OK &&
                prm_cose_sign1_parse(primum_span(&making->block[k]), &b) == PRM_OK && a.kid.len == b.kid.len &&
                memcmp(a.kid.ptr, b.kid.ptr, a.kid.len) == 0)
                return primum_fail(PRIMUM_USAGE, "signatures %u and %u are by one key, which counts once", k + 1,
                                   i + 1);
        }
    }
    return PRIMUM_OK;
}

int primum_making_sign(struct primum_making *making, const struct primum_signers *signers) {
    int status = PRIMUM_OK;
    size_t header;

    making->blocks = signers->keys + signers->publics;
    for (uint32_t i = 0; i < signers->publics && status == PRIMUM_OK; i++)
        status = wait_for(making, signers, i);
    for (uint32_t i = 0; i < signers->keys && status == PRIMUM_OK; i++)
        status = sign_one(making, signers, i);
    if (status == PRIMUM_OK)
        status = check_twice(making);
    if (status == PRIMUM_OK) {
        const struct prm_suit_envelope envelope = primum_making_parts(making);
        status = primum_envelope_fits(&envelope, &header);
    }
    return status;
}

int primum_making_spend(struct primum_making *making, const struct primum_signers *signers) {
    int status = PRIMUM_OK;

    for (uint32_t i = 0; i < signers->keys && status == PRIMUM_OK; i++) {
        if (!is_hss(signers->key[i]))
            continue;
        primum_bytes_free(&making->block[i]);
        status = primum_hss_block_sign(primum_span(&making->digest), signers->key[i], signers->secret_file,
                                       &making->block[i]);
    }
    return status;
}

/* ---- The whole ---- */

struct prm_suit_envelope primum_making_parts(const struct primum_making *making) {
    const enum prm_suit_severed place = primum_manifest_fetch(&making->spec);
    struct prm_suit_envelope envelope = {.digest_bytes = primum_span(&making->digest),
                                         .manifest_wrapped = primum_span(&making->manifest),
                                         .signatures = making->blocks};

    envelope.severed[place] = envelope.severed_wrapped[place] = primum_span(&making->fetch);
    for (uint32_t i = 0; i < making->blocks; i++)
        envelope.signature[i] = primum_span(&making->block[i]);
    return envelope;
}

struct primum_bytes primum_making_envelope(const struct primum_making *making, int detached) {
    const struct prm_suit_envelope envelope = primum_making_parts(making);
    struct primum_member payloads[PRIMUM_MEMBERS];
    const size_t count = primum_manifest_members(&making->spec, payloads);

    return primum_envelope_write(&envelope, payloads, detached ? 0 : count);
}

void primum_making_free(struct primum_making *making) {
    for (uint32_t i = 0; i < PRM_BOOT_SLOTS * PRM_COMPONENTS; i++)
        primum_payload_free(&making->spec.slot[i / PRM_COMPONENTS].payload[i % PRM_COMPONENTS]);
    for (uint32_t i = 0; i < PRM_SUIT_SIGNATURES_MAX; i++)
        primum_bytes_free(&making->block[i]);
    for (uint32_t i = 0; i < PRM_SUIT_RECIPIENTS_MAX; i++)
        EVP_PKEY_free(making->recipient[i]);
    primum_bytes_free(&making->manifest);
    primum_bytes_free(&making->fetch);
    primum_bytes_free(&making->digest);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* From a recipient and one of our keys to the content key, and from that to the plaintext. */
#include "suit/suit_encrypt.h"

#include "base/harden.h"

/*
 * [-3, [nil, nil, nil], [nil, nil, nil], [128, <<{1: -29}>>, h'SUIT Payload Encryption']] (RFC 9053 5.2). The parser
 * takes exactly one encoding of the recipient's protected header, which is why all of this is constant.
 */
const uint8_t prm_suit_kdf_context[PRM_SUIT_KDF_CONTEXT_SIZE] = {
    0x84, 0x22, 0x83, 0xF6, 0xF6, 0xF6, 0x83, 0xF6, 0xF6, 0xF6, 0x83, 0x18, 0x80, 0x44,
    0xA1, 0x01, 0x38, 0x1C, 0x57, 'S',  'U',  'I',  'T',  ' ',  'P',  'a',  'y',  'l',
    'o',  'a',  'd',  ' ',  'E',  'n',  'c',  'r',  'y',  'p',  't',  'i',  'o',  'n'};

/* ["Encrypt", <<{1: 1}>>, h''] (RFC 9052 5.3): what A128GCM authenticates beside the ciphertext. */
static const uint8_t gcm_aad[] = {0x83, 0x67, 'E', 'n', 'c', 'r', 'y', 'p', 't', 0x43, 0xA1, 0x01, 0x01, 0x40};

/* PRM_YES if a recipient may be for the key with this id. */
static prm_answer is_for(const struct prm_suit_recipient *recipient, prm_span kid) {
    if (recipient->kid.ptr == NULL)
        return PRM_YES;
    if (kid.ptr == NULL || kid.len != recipient->kid.len)
        return PRM_NO;
    return kid.len == 0 || prm_diff(kid.ptr, recipient->kid.ptr, kid.len) == 0 ? PRM_YES : PRM_NO;
}

static prm_result derive_kek(const struct prm_suit_recipient *recipient, const struct prm_cipher *cipher,
                             uint8_t shared[PRM_P256_SHARED_SIZE], uint8_t kek[PRM_AES128_SIZE]) {
    uint8_t peer[PRM_P256_POINT_SIZE];

    for (unsigned i = 0; i < PRM_P256_POINT_SIZE / 2; i++) {
        peer[i] = recipient->x[i];
        peer[PRM_P256_POINT_SIZE / 2 + i] = recipient->y[i];
    }
    PRM_TRY(cipher->agree(cipher->ctx, peer, shared));
    return cipher->hkdf_sha256(cipher->ctx, prm_span_of(NULL, 0), prm_span_of(shared, PRM_P256_SHARED_SIZE),
                               prm_span_of(prm_suit_kdf_context, sizeof prm_suit_kdf_context), kek, PRM_AES128_SIZE);
}

static prm_result by_agreement(const struct prm_suit_recipient *recipient, const struct prm_suit_keys *keys,
                               uint8_t cek[PRM_SUIT_CEK_SIZE]) {
    const struct prm_cipher *cipher = keys->cipher;
    uint8_t shared[PRM_P256_SHARED_SIZE] = {0};
    uint8_t kek[PRM_AES128_SIZE] = {0};

    if (cipher->agree == NULL || is_for(recipient, keys->agree_kid) != PRM_YES)
        return PRM_ERR_ENC_RECIPIENT;
    prm_result result = derive_kek(recipient, cipher, shared, kek);
    prm_wipe(shared, sizeof shared);
    if (result == PRM_OK)
        result = cipher->kw_unwrap(cipher->ctx, kek, prm_span_of(recipient->wrapped, PRM_SUIT_CEK_WRAPPED_SIZE), cek);
    prm_wipe(kek, sizeof kek);
    return result;
}

static prm_result by_kek(const struct prm_suit_recipient *recipient, const struct prm_suit_keys *keys,
                         uint8_t cek[PRM_SUIT_CEK_SIZE]) {
    const struct prm_cipher *cipher = keys->cipher;

    if (keys->kek == NULL || is_for(recipient, keys->kek_kid) != PRM_YES)
        return PRM_ERR_ENC_RECIPIENT;
    return cipher->kw_unwrap(cipher->ctx, keys->kek, prm_span_of(recipient->wrapped, PRM_SUIT_CEK_WRAPPED_SIZE), cek);
}

prm_result prm_suit_encrypt_open(const struct prm_suit_encrypt *info, const struct prm_suit_keys *keys,
                                 uint8_t cek[PRM_SUIT_CEK_SIZE]) {
    prm_result worst = PRM_ERR_ENC_RECIPIENT;

    prm_wipe(cek, PRM_SUIT_CEK_SIZE);
    for (uint32_t i = 0; i < info->recipients && i < PRM_SUIT_RECIPIENTS_MAX; i++) {
        const struct prm_suit_recipient *recipient = &info->recipient[i];
        const prm_result result = recipient->alg == PRM_COSE_A128KW           ? by_kek(recipient, keys, cek)
                                  : recipient->alg == PRM_COSE_ECDH_ES_A128KW ? by_agreement(recipient, keys, cek)
                                                                              : PRM_ERR_ENC_RECIPIENT;
        if (prm_launder(result) == PRM_OK) {
            PRM_TRY(result);
            return PRM_OK;
        }
        prm_wipe(cek, PRM_SUIT_CEK_SIZE);
        if (result != PRM_ERR_ENC_RECIPIENT)
            worst = result;
    }
    return worst;
}

prm_result prm_suit_encrypt_xor(const struct prm_suit_encrypt *info, const struct prm_cipher *cipher,
                                const uint8_t cek[PRM_SUIT_CEK_SIZE], uint32_t off, uint8_t *data, size_t len) {
    const prm_result wrong = info->alg != PRM_COSE_A128CTR ? PRM_ERR_ENC_ALGORITHM
                             : off % PRM_AES128_SIZE != 0  ? PRM_ERR_ARGUMENT
                                                           : PRM_OK;

    if (wrong != PRM_OK) {
        prm_wipe(data, len);
        return wrong;
    }
    return cipher->ctr_xor(cipher->ctx, cek, info->iv, off / PRM_AES128_SIZE, data, len);
}

prm_result prm_suit_encrypt_gcm(const struct prm_suit_encrypt *info, const struct prm_cipher *cipher,
                                const uint8_t cek[PRM_SUIT_CEK_SIZE], prm_span sealed, uint8_t *out) {
    if (info->alg != PRM_COSE_A128GCM)
        return PRM_ERR_ENC_ALGORITHM;
    if (cipher->gcm_open == NULL)
        return PRM_ERR_UNSUPPORTED;
    return cipher->gcm_open(cipher->ctx, cek, info->iv, prm_span_of(gcm_aad, sizeof gcm_aad), sealed, out);
}

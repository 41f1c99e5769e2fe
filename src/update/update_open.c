/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_open.h"

static prm_result open_payload(const void *ctx, prm_span encryption_info, uint8_t key[16], uint8_t iv[16]) {
    const struct prm_suit_keys *keys = ctx;
    struct prm_suit_encrypt info;

    prm_wipe(key, PRM_SUIT_CEK_SIZE);
    prm_wipe(iv, PRM_AES128_SIZE);
    PRM_TRY(prm_suit_encrypt_parse(encryption_info, &info));
    /* Streaming needs a cipher that opens block by block; the signature over each block is what authenticates it. */
    if (info.alg != PRM_COSE_A128CTR)
        return PRM_ERR_UPDATE_ENCRYPTED;
    PRM_TRY(prm_suit_encrypt_open(&info, keys, key));
    for (unsigned i = 0; i < PRM_AES128_SIZE; i++)
        iv[i] = info.iv[i];
    return PRM_OK;
}

static prm_result decrypt(const void *ctx, const uint8_t key[16], const uint8_t iv[16], uint32_t off, uint8_t *data,
                          size_t len) {
    const struct prm_suit_keys *keys = ctx;
    const struct prm_cipher *cipher = keys->cipher;

    if (off % PRM_AES128_SIZE != 0) {
        prm_wipe(data, len);
        return PRM_ERR_ARGUMENT;
    }
    return cipher->ctr_xor(cipher->ctx, key, iv, off / PRM_AES128_SIZE, data, len);
}

void prm_update_opener_init(struct prm_update_opener *opener, const struct prm_suit_keys *keys) {
    *opener = (struct prm_update_opener){.ctx = keys, .open = open_payload, .decrypt = decrypt};
}

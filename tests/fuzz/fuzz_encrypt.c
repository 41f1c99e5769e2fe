/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_encrypt.c - SUIT_Encryption_Info, any bytes.
 *
 * What is taken says the same when it is written again, byte for byte; every span lies inside the input; and opening it
 * with a provider that reads all it is given neither reads elsewhere nor gives a key without one having been unwrapped.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/harden.h"
#include "tests/unit/fixture_cipher.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn void prm_trap(void) {
    abort();
}

static void need(int ok) {
    if (!ok)
        abort();
}

static uint8_t sum(const uint8_t *p, size_t len) {
    uint8_t s = 0;

    for (size_t i = 0; i < len; i++)
        s = (uint8_t)(s * 31u + p[i]);
    return s;
}

/* A provider without cryptography: answers follow from the bytes, so that a fuzzer can reach each of them. */
static prm_result agree(void *ctx, const uint8_t peer[PRM_P256_POINT_SIZE], uint8_t shared[PRM_P256_SHARED_SIZE]) {
    (void)ctx;
    const uint8_t s = sum(peer, PRM_P256_POINT_SIZE);
    memset(shared, s < 64 ? 0 : s, PRM_P256_SHARED_SIZE);
    return s < 64 ? PRM_ERR_ENC_POINT : PRM_OK;
}

static prm_result hkdf(void *ctx, prm_span salt, prm_span secret, prm_span info, uint8_t *out, size_t len) {
    (void)ctx;
    memset(out, sum(salt.ptr, salt.len) ^ sum(secret.ptr, secret.len) ^ sum(info.ptr, info.len), len);
    return PRM_OK;
}

static prm_result unwrap(void *ctx, const uint8_t kek[PRM_AES128_SIZE], prm_span wrapped, uint8_t *key) {
    const uint8_t s = sum(wrapped.ptr, wrapped.len) ^ sum(kek, PRM_AES128_SIZE);
    unsigned *const unwrapped = ctx;

    if (s < 64) {
        memset(key, 0, wrapped.len - PRM_KW_EXTRA_SIZE);
        return PRM_ERR_ENC_KEY;
    }
    memset(key, s, wrapped.len - PRM_KW_EXTRA_SIZE);
    ++*unwrapped;
    return PRM_OK;
}

static void inside(const uint8_t *p, size_t len, prm_span input) {
    need(p >= input.ptr && len <= input.len && p <= input.ptr + (input.len - len));
}

static void check_view(const struct prm_suit_encrypt *info, prm_span input) {
    uint8_t *const again = malloc(input.len + 64);

    need(again != NULL && info->recipients >= 1 && info->recipients <= PRM_SUIT_RECIPIENTS_MAX);
    inside(info->iv, info->alg == PRM_COSE_A128GCM ? PRM_GCM_NONCE_SIZE : PRM_AES128_SIZE, input);
    for (uint32_t i = 0; i < info->recipients; i++) {
        const struct prm_suit_recipient *const r = &info->recipient[i];
        if (r->kid.ptr != NULL)
            inside(r->kid.ptr, r->kid.len, input);
        if (r->alg == PRM_COSE_ECDH_ES_A128KW) {
            inside(r->x, 32, input);
            inside(r->y, 32, input);
        }
        inside(r->wrapped, PRM_SUIT_CEK_WRAPPED_SIZE, input);
    }
    need(fx_encrypt_write(info, again, input.len + 64) == input.len && memcmp(again, input.ptr, input.len) == 0);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t zero[PRM_SUIT_CEK_SIZE], kek[PRM_AES128_SIZE] = {1}, kid[] = {'k', 'i', 'd', '-', '1'};
    static const struct prm_suit_encrypt nothing;
    unsigned unwrapped = 0;
    const struct prm_cipher cipher = {.ctx = &unwrapped, .kw_unwrap = unwrap, .hkdf_sha256 = hkdf, .agree = agree};
    const struct prm_suit_keys keys = {
        .cipher = &cipher, .agree_kid = prm_span_of(kid, 5), .kek = kek, .kek_kid = prm_span_of(kid, 5)};
    uint8_t *const copy = malloc(size > 0 ? size : 1);
    const prm_span input = prm_span_of(copy, size);
    struct prm_suit_encrypt info;
    uint8_t cek[PRM_SUIT_CEK_SIZE];

    need(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    memset(&info, 0x5A, sizeof info);
    memset(cek, 0x5A, sizeof cek);
    if (prm_suit_encrypt_parse(input, &info) == PRM_OK) {
        check_view(&info, input);
        const prm_result result = prm_suit_encrypt_open(&info, &keys, cek);
        need(result == PRM_OK ? unwrapped == 1 : unwrapped == 0 && memcmp(cek, zero, sizeof cek) == 0);
    } else {
        need(memcmp(&info, &nothing, sizeof info) == 0);
    }
    free(copy);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_lms.c - HSS/LMS verification on anything.
 *
 * Input: a byte of how, then
 *   even: a byte with the key's length, the key, the rest is the signature;
 *   odd:  a byte with the number of levels, two bytes a level for its type codes, four times three bytes (offset, XOR)
 * of damage, and the rest fills the frame of a signature which all that describes. So fuzzing starts behind the checks
 * that random bytes don't pass.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/harden.h"
#include "crypto/hss_verify.h"
#include "tests/vectors/lms_model.h"

#define DAMAGES 4u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn void prm_trap(void) {
    abort();
}

/* The least that always holds, on copies of exactly the length that the check is told. */
static void check(prm_span key, prm_span sig) {
    uint8_t *const k = malloc(key.len + 1u);
    uint8_t *const s = malloc(sig.len + 1u);
    uint8_t witness[32], root[32] = {0}, ones[32];
    prm_result result, verdict;
    int equal;

    if (k == NULL || s == NULL)
        abort();
    if (key.len > 0)
        memcpy(k + 1, key.ptr, key.len);
    if (sig.len > 0)
        memcpy(s + 1, sig.ptr, sig.len);
    key.ptr = k + 1;
    sig.ptr = s + 1;

    const prm_span message = key;

    memset(ones, 0xFF, sizeof ones);
    memset(witness, 0x55, sizeof witness);
    result = prm_hss_witness(&lms_plain, key, &message, 1, sig, witness);
    verdict = prm_hss_verify(&lms_plain, key, &message, 1, sig);
    if (result == PRM_OK)
        memcpy(root, key.ptr + 28, key.len - 28u);
    equal = memcmp(witness, root, sizeof root) == 0;
    if (result != PRM_OK ? verdict != result || memcmp(witness, ones, sizeof ones) != 0
                         : verdict != (equal ? PRM_OK : PRM_ERR_SIG_INVALID))
        abort();
    free(k);
    free(s);
}

/* Gives `len` bytes of the input, and zeros behind its end. */
static void fill(prm_span *in, uint8_t *p, size_t len) {
    const size_t n = in->len < len ? in->len : len;

    memset(p, 0, len);
    if (n > 0)
        memcpy(p, in->ptr, n);
    in->ptr += n;
    in->len -= n;
}

/* The frame that `levels` levels of these types have; a type that there isn't is framed like the first. */
static void framed(prm_span in) {
    static uint8_t sig[LMS_MODEL_SIG_MAX];
    uint8_t key[LMS_MODEL_KEY_MAX], types[2u * 9u], damage[3u * DAMAGES], count;
    struct lms_model_set set;
    uint8_t *pub = key + 4, *p = sig + 4;

    fill(&in, &count, 1);
    fill(&in, types, sizeof types);
    fill(&in, damage, sizeof damage);

    const uint32_t levels = 1u + count % 9u;

    lms_be(key, levels, 4);
    lms_be(sig, levels - 1u, 4);
    for (uint32_t i = 0; i < levels; i++) {
        const uint32_t lms = types[2u * i] % 16u, ots = types[2u * i + 1u] % 10u;

        if (!lms_model_set(lms, ots, &set) && !lms_model_set(5, 4, &set))
            abort();
        fill(&in, pub + 8, 16u + set.n);
        lms_be(pub, lms, 4);
        lms_be(pub + 4, ots, 4);
        if (i > 0)
            p = pub + 24 + set.n;
        else
            count = (uint8_t)(28u + set.n);
        fill(&in, p, 12u + set.n * (1u + set.p + set.h));
        lms_be(p, p[3] % (1u << set.h), 4);
        lms_be(p + 4, ots, 4);
        lms_be(p + 8 + set.n * (1u + set.p), lms, 4);
        p += 12u + set.n * (1u + set.p + set.h);
        pub = p;
    }
    for (size_t i = 0; i < DAMAGES; i++)
        sig[((size_t)damage[3u * i] << 8 | damage[3u * i + 1u]) % (size_t)(p - sig)] ^= damage[3u * i + 2u];
    check(prm_span_of(key, count), prm_span_of(sig, (size_t)(p - sig)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    if (data[0] & 1u) {
        framed(prm_span_of(data + 1, size - 1u));
    } else {
        const size_t key_len =
            data[1] % (LMS_MODEL_KEY_MAX + 4u) < size - 2u ? data[1] % (LMS_MODEL_KEY_MAX + 4u) : size - 2u;

        check(prm_span_of(data + 2, key_len), prm_span_of(data + 2 + key_len, size - 2u - key_len));
    }
    return 0;
}

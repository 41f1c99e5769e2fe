/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hss_parse.h"

#include "base/endian.h"

#define LMS_FIRST 5u /* LMS_SHA256_M32_H5; then heights 10 to 25, then the same with 24 bytes */
#define OTS_FIRST 1u /* LMOTS_SHA256_N32_W1; then W2, W4, W8, then the same with 24 bytes */
#define LMS_SETS (sizeof lms_sets / sizeof lms_sets[0])
#define OTS_SETS (sizeof ots_sets / sizeof ots_sets[0])

/* An LMS parameter set. */
static const struct lms_set {
    uint8_t n; /* bytes of a hash */
    uint8_t h; /* height of the tree */
} lms_sets[] = {
    {32, 5}, {32, 10}, {32, 15}, {32, 20}, {32, 25}, {24, 5}, {24, 10}, {24, 15}, {24, 20}, {24, 25},
};

static const struct prm_ots_set ots_sets[] = {
    {32, 1, 7, 265}, {32, 2, 6, 133}, {32, 4, 4, 67}, {32, 8, 0, 34},
    {24, 1, 8, 200}, {24, 2, 6, 101}, {24, 4, 4, 51}, {24, 8, 0, 26},
};

/* Check 1: the key's type codes name sets that there are, of one hash length. Reads 8 bytes. */
static prm_result parse_types(const uint8_t *key, struct prm_hss_level *level) {
    const uint32_t lms = prm_load_be32(key) - LMS_FIRST; /* a code below the first wraps and is too large, too */
    const uint32_t ots = prm_load_be32(key + 4) - OTS_FIRST;

    if (lms >= LMS_SETS || ots >= OTS_SETS || lms_sets[lms].n != ots_sets[ots].n)
        return PRM_ERR_SIG_ALGORITHM;
    level->key = key;
    level->h = lms_sets[lms].h;
    level->ots = ots_sets[ots];
    return PRM_OK;
}

/* The trees from the top down: `key` is the top one's, `rest` all of the signature, `below` counts the other levels. */
static prm_result parse_levels(const uint8_t *key, prm_span rest, uint32_t below, struct prm_hss_level *level) {
    const struct prm_hss_level *const top = level;

    for (;; level++, below--) {
        const prm_result result = parse_types(key, level);

        if (result != PRM_OK)
            return result;

        const uint32_t n = level->ots.n;
        const uint32_t type_off = PRM_LMS_SIG_C_OFF + n * (1u + level->ots.p);
        const uint32_t sig_len = type_off + 4u + level->h * n;
        const uint32_t len = sig_len + (below != 0 ? PRM_LMS_KEY_T_OFF + n : 0);

        /* Check 2: one hash length for all, so that a key is as long as check 3 of the level above took it to be. */
        if (n != top->ots.n)
            return PRM_ERR_SIG_ALGORITHM;
        /* Check 3: the signature is all there, and the key that follows if there is a level below. */
        if (rest.len < len)
            return PRM_ERR_SIG_FORMAT;
        level->sig = rest.ptr;
        level->q = prm_load_be32(rest.ptr);
        key = rest.ptr + sig_len;
        rest.ptr += len;
        rest.len -= len;
        /* Check 4: the tree has that leaf, and the type codes are the key's. */
        if ((level->q >> level->h) != 0 || prm_load_be32(level->sig + 4) != prm_load_be32(level->key + 4) ||
            prm_load_be32(level->sig + type_off) != prm_load_be32(level->key))
            return PRM_ERR_SIG_FORMAT;
        /* Check 5: nothing follows the last. */
        if (below == 0)
            return rest.len == 0 ? PRM_OK : PRM_ERR_SIG_FORMAT;
    }
}

prm_result prm_hss_parse(prm_span public_key, prm_span signature, struct prm_hss_view *view) {
    prm_result result = PRM_ERR_SIG_FORMAT;
    uint32_t below;

    view->levels = 0;
    /* Check 6: all of the key but its root; the level counts, and that they agree. 0 wraps and is too many, too. */
    if (public_key.len < PRM_HSS_KEY_T_OFF || signature.len < 4)
        return result;
    below = prm_load_be32(public_key.ptr) - 1u;
    if (below >= PRM_HSS_LEVELS_MAX || prm_load_be32(signature.ptr) != below)
        return result;
    result = parse_levels(public_key.ptr + 4, prm_span_of(signature.ptr + 4, signature.len - 4), below, view->level);
    if (result != PRM_OK)
        return result;
    /* Check 7: the key's root is there and nothing follows it. */
    if (public_key.len != PRM_HSS_KEY_T_OFF + view->level[0].ots.n)
        return PRM_ERR_SIG_FORMAT;
    view->levels = below + 1u;
    return result;
}

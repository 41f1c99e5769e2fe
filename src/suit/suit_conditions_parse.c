/* SPDX-License-Identifier: Apache-2.0 */
#include "suit/suit_conditions_parse.h"

#include "codec/cbor.h"

/* Conditions and their parameters go by the same numbers. */
enum key { USE_BEFORE = 4, OVERRIDE_PARAMETERS = 20, MINIMUM_BATTERY = 26, UPDATE_AUTHORIZED = 27 };

#define BIT(key) (1u << (key))
#define ALL (BIT(USE_BEFORE) | BIT(MINIMUM_BATTERY) | BIT(UPDATE_AUTHORIZED))

static const struct prm_suit_conditions none = {.authorized = PRM_NO, .use_before = UINT64_MAX};

static int is_known(int32_t key) {
    return key >= 0 && key < 32 && (ALL >> key & 1u) != 0;
}

static void parameters(struct prm_cbor *r, uint32_t *set, struct prm_suit_conditions *c) {
    struct prm_cbor_map map;

    for (prm_cbor_map(r, &map); prm_cbor_next(r, &map);) {
        const int32_t key = prm_cbor_int(r);
        if (!is_known(key) || (*set & BIT(key)) != 0) {
            prm_cbor_fail(r, PRM_ERR_SUIT_PARAMETER);
            return;
        }
        *set |= BIT(key);
        if (key == USE_BEFORE)
            c->use_before = prm_cbor_head(r, PRM_CBOR_UINT);
        else if (key == MINIMUM_BATTERY)
            c->battery_mwh = prm_cbor_head32(r, PRM_CBOR_UINT);
        else
            c->priority = prm_cbor_int(r);
    }
}

static prm_result conditions(prm_span install, struct prm_suit_conditions *c) {
    struct prm_cbor r = prm_cbor_reader(install);
    uint32_t set = 0, asked = 0;

    for (uint32_t n = prm_cbor_head32(&r, PRM_CBOR_ARRAY); n > 0 && r.err == PRM_OK; n -= 2) {
        const int32_t code = (n & 1u) == 0 ? prm_cbor_int(&r) : -1;
        if (code == OVERRIDE_PARAMETERS) {
            parameters(&r, &set, c);
        } else if (!is_known(code)) {
            prm_cbor_fail(&r, PRM_ERR_SUIT_COMMAND);
        } else {
            if ((set & BIT(code)) == 0)
                prm_cbor_fail(&r, PRM_ERR_SUIT_MISSING);
            asked |= BIT(code);
            (void)prm_cbor_head32(&r, PRM_CBOR_UINT); /* what to report */
        }
    }
    PRM_TRY(prm_cbor_end(&r));
    c->authorized = (asked & BIT(UPDATE_AUTHORIZED)) != 0 ? PRM_YES : PRM_NO;
    return set == asked ? PRM_OK : PRM_ERR_SUIT_MISSING;
}

prm_result prm_suit_conditions_parse(const struct prm_suit_manifest *manifest, struct prm_suit_conditions *out) {
    struct prm_suit_conditions c = none;

    *out = none;
    if (manifest->payload_fetch.ptr == NULL && manifest->severed[PRM_SUIT_SEVERED_FETCH] == NULL)
        return PRM_OK;
    if (manifest->install.ptr == NULL)
        return PRM_ERR_SUIT_MISSING;
    PRM_TRY(conditions(manifest->install, &c));
    *out = c;
    return PRM_OK;
}

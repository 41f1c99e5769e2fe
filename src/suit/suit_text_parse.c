/* SPDX-License-Identifier: Apache-2.0 */
#include "suit/suit_text.h"

#include "codec/cbor.h"

enum { COMPONENT_VERSION = 6, DIGITS_MAX = 9 };

/* One number of a version, and what stands behind it. Consumes both. Errors: SUIT_MISSING. */
static prm_result number(prm_span *text, uint32_t most, uint32_t *value) {
    size_t i = 0;

    *value = 0;
    for (; i < text->len && text->ptr[i] >= '0' && text->ptr[i] <= '9'; i++)
        *value = i < DIGITS_MAX ? *value * 10u + (uint32_t)(text->ptr[i] - '0') : UINT32_MAX;
    if (i == 0)
        return PRM_ERR_SUIT_MISSING;
    *text = prm_span_of(text->ptr + i, text->len - i);
    *value = *value < most ? *value : most;
    return PRM_OK;
}

static prm_result dot(prm_span *text) {
    if (text->len == 0 || text->ptr[0] != '.')
        return PRM_ERR_SUIT_MISSING;
    *text = prm_span_of(text->ptr + 1, text->len - 1);
    return PRM_OK;
}

static prm_result semantic_version(prm_span text, struct prm_suit_version *out) {
    uint32_t major, minor, patch;

    PRM_TRY(number(&text, UINT8_MAX, &major));
    PRM_TRY(dot(&text));
    PRM_TRY(number(&text, UINT8_MAX, &minor));
    PRM_TRY(dot(&text));
    PRM_TRY(number(&text, UINT16_MAX, &patch));
    if (text.len > 0 && text.ptr[0] != '-' && text.ptr[0] != '+')
        return PRM_ERR_SUIT_MISSING;
    *out = (struct prm_suit_version){(uint8_t)major, (uint8_t)minor, (uint16_t)patch};
    return PRM_OK;
}

/* The version among the texts of a component; empty if there is none. */
static prm_span of_component(struct prm_cbor *r) {
    prm_span version = {NULL, 0};

    for (uint32_t n = prm_cbor_head32(r, PRM_CBOR_MAP); n > 0 && r->err == PRM_OK; n--) {
        if (prm_cbor_int(r) == COMPONENT_VERSION)
            version = prm_cbor_tstr(r);
        else
            (void)prm_cbor_skip(r);
    }
    return version;
}

/* That of the first component in a language, which has integers as keys for the whole, arrays for components. */
static prm_span of_language(struct prm_cbor *r) {
    prm_span version = {NULL, 0};

    for (uint32_t n = prm_cbor_head32(r, PRM_CBOR_MAP); n > 0 && r->err == PRM_OK; n--) {
        const int is_component = prm_cbor_peek(r) == PRM_CBOR_ARRAY;
        (void)prm_cbor_skip(r);
        if (is_component && version.ptr == NULL)
            version = of_component(r);
        else
            (void)prm_cbor_skip(r);
    }
    return version;
}

prm_result prm_suit_version_parse(const struct prm_suit_manifest *manifest, struct prm_suit_version *out) {
    struct prm_cbor r = prm_cbor_reader(manifest->text);

    *out = (struct prm_suit_version){0, 0, 0};
    if (manifest->text.ptr == NULL)
        return PRM_ERR_SUIT_MISSING;
    const uint32_t languages = prm_cbor_head32(&r, PRM_CBOR_MAP);
    PRM_TRY(r.err);
    if (languages == 0)
        return PRM_ERR_SUIT_MISSING;
    (void)prm_cbor_tstr(&r);
    const prm_span version = of_language(&r);
    PRM_TRY(r.err);
    return semantic_version(version, out);
}

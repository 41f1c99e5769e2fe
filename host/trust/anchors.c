/* SPDX-License-Identifier: Apache-2.0 */
#include "host/trust/anchors.h"

#include <string.h>

#include "host/keys/keys.h"

int primum_trust_need_root(struct primum_trust_spec *spec, const char *text) {
    spec->need_root = spec->roots == 1;
    if (text != NULL && (!primum_parse_u64(text, &spec->need_root) || spec->need_root == 0))
        return primum_fail(PRIMUM_USAGE, "'%s' is not a number of root keys", text);
    if (spec->roots > 1 && text == NULL)
        return primum_fail(PRIMUM_USAGE, "with several --root-key, --need-root K tells how many of them must sign");
    if (spec->need_root > spec->roots)
        return primum_fail(PRIMUM_USAGE, "--need-root %u asks for more than the %zu --root-key",
                           (unsigned)spec->need_root, spec->roots);
    return PRIMUM_OK;
}

/* Adds one key in a role; in a second role, the anchor that it has already. */
static int add_anchor(const char *path, uint8_t role, struct prm_trust *out) {
    struct prm_anchor anchor;
    const int status = primum_key_read_anchor(path, &anchor);
    uint32_t i = 0;

    if (status != PRIMUM_OK)
        return status;
    while (i < out->count && (out->anchor[i].key_len != anchor.key_len ||
                              memcmp(out->anchor[i].public_key, anchor.public_key, anchor.key_len) != 0))
        i++;
    if (i < out->count && (out->anchor[i].roles & role) != 0)
        return primum_fail(PRIMUM_USAGE, "%s is given twice", path);
    if (i == PRM_TRUST_ANCHORS)
        return primum_fail(PRIMUM_USAGE, "a device holds %u trust anchors at most", PRM_TRUST_ANCHORS);
    if (i == out->count) {
        out->anchor[out->count++] = anchor;
        out->anchor[i].roles = 0;
    }
    out->anchor[i].roles |= role;
    return PRIMUM_OK;
}

int primum_trust_make(const struct primum_trust_spec *spec, struct prm_trust *out) {
    int status = PRIMUM_OK;

    memset(out, 0, sizeof *out);
    if (spec->releases + spec->roots == 0)
        return primum_fail(PRIMUM_USAGE, "a device holds 1 to %u trust anchors; give --trust PUB.pem for each",
                           PRM_TRUST_ANCHORS);
    out->magic = PRM_TRUST_MAGIC;
    out->version = PRM_TRUST_VERSION;
    out->policy = spec->allow_es256 ? PRM_TRUST_ALLOW_ES256 : 0;
    out->need_root = (uint8_t)spec->need_root;
    for (size_t i = 0; i < spec->releases && status == PRIMUM_OK; i++)
        status = add_anchor(spec->release[i], PRM_ROLE_RELEASE, out);
    /* One good signature of each kind of key that is trusted: whoever names both kinds asks for both. */
    for (uint32_t i = 0; i < out->count; i++)
        out->need[out->anchor[i].alg] = 1;
    for (size_t i = 0; i < spec->roots && status == PRIMUM_OK; i++)
        status = add_anchor(spec->root[i], PRM_ROLE_ROOT, out);
    return status == PRIMUM_OK ? primum_check8(prm_span_of(out, offsetof(struct prm_trust, check)), out->check)
                               : status;
}

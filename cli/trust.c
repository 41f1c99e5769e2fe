/* SPDX-License-Identifier: Apache-2.0 */
/* The trust anchors of a device, from public key files. */
#include <string.h>

#include "cli/hss_key.h"
#include "cli/keys.h"

/* What OpenSSL can't read may be a hash-based key. */
int cli_key_read_anchor(const char *path, struct prm_anchor *out) {
    const size_t len = strlen(path);
    struct cli_hss_public hss;

    if (len < 8 || strcmp(path + len - 8, ".hss.pub") != 0)
        return cli_key_read_public(path, out);
    const int status = cli_hss_public_read(path, &hss);
    memset(out, 0, sizeof *out);
    if (status != CLI_OK)
        return status;
    out->alg = PRM_KEY_HSS;
    out->roles = PRM_ROLE_RELEASE;
    out->key_len = (uint8_t)hss.len;
    memcpy(out->public_key, hss.bytes, hss.len);
    memcpy(out->key_id, hss.kid, sizeof out->key_id);
    return CLI_OK;
}

int cli_trust_add(char **paths, size_t *count, char *path) {
    if (*count == PRM_TRUST_ANCHORS)
        return cli_fail(CLI_USAGE, "a device holds %u trust anchors at most", PRM_TRUST_ANCHORS);
    paths[(*count)++] = path;
    return CLI_OK;
}

int cli_trust_need_root(struct cli_trust_spec *spec, const char *text) {
    spec->need_root = spec->roots == 1;
    if (text != NULL && (!cli_parse_u64(text, &spec->need_root) || spec->need_root == 0))
        return cli_fail(CLI_USAGE, "'%s' is not a number of root keys", text);
    if (spec->roots > 1 && text == NULL)
        return cli_fail(CLI_USAGE, "with several --root-key, --need-root K tells how many of them must sign");
    if (spec->need_root > spec->roots)
        return cli_fail(CLI_USAGE, "--need-root %u asks for more than the %zu --root-key", (unsigned)spec->need_root,
                        spec->roots);
    return CLI_OK;
}

/* Adds one key in a role; in a second role, the anchor that it has already. */
static int add_anchor(const char *path, uint8_t role, struct prm_trust *out) {
    struct prm_anchor anchor;
    const int status = cli_key_read_anchor(path, &anchor);
    uint32_t i = 0;

    if (status != CLI_OK)
        return status;
    while (i < out->count && (out->anchor[i].key_len != anchor.key_len ||
                              memcmp(out->anchor[i].public_key, anchor.public_key, anchor.key_len) != 0))
        i++;
    if (i < out->count && (out->anchor[i].roles & role) != 0)
        return cli_fail(CLI_USAGE, "%s is given twice", path);
    if (i == PRM_TRUST_ANCHORS)
        return cli_fail(CLI_USAGE, "a device holds %u trust anchors at most", PRM_TRUST_ANCHORS);
    if (i == out->count) {
        out->anchor[out->count++] = anchor;
        out->anchor[i].roles = 0;
    }
    out->anchor[i].roles |= role;
    return CLI_OK;
}

int cli_trust_make(const struct cli_trust_spec *spec, struct prm_trust *out) {
    int status = CLI_OK;

    memset(out, 0, sizeof *out);
    if (spec->releases + spec->roots == 0)
        return cli_fail(CLI_USAGE, "a device holds 1 to %u trust anchors; give --trust PUB.pem for each",
                        PRM_TRUST_ANCHORS);
    out->magic = PRM_TRUST_MAGIC;
    out->version = PRM_TRUST_VERSION;
    out->policy = spec->allow_es256 ? PRM_TRUST_ALLOW_ES256 : 0;
    out->need_root = (uint8_t)spec->need_root;
    for (size_t i = 0; i < spec->releases && status == CLI_OK; i++)
        status = add_anchor(spec->release[i], PRM_ROLE_RELEASE, out);
    /* One good signature of each kind of key that is trusted: whoever names both kinds asks for both. */
    for (uint32_t i = 0; i < out->count; i++)
        out->need[out->anchor[i].alg] = 1;
    for (size_t i = 0; i < spec->roots && status == CLI_OK; i++)
        status = add_anchor(spec->root[i], PRM_ROLE_ROOT, out);
    return status == CLI_OK ? cli_check8(prm_span_of(out, offsetof(struct prm_trust, check)), out->check) : status;
}

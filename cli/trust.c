/* SPDX-License-Identifier: Apache-2.0 */
/* The trust anchors of a device, from public key files. */
#include <string.h>

#include "cli/hss_key.h"
#include "cli/keys.h"

/* What OpenSSL can't read may be a hash-based key. */
static int read_anchor(const char *path, struct prm_anchor *out) {
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

int cli_trust_make(char *const *paths, size_t count, int allow_es256, struct prm_trust *out) {
    memset(out, 0, sizeof *out);
    if (count == 0 || count > PRM_TRUST_ANCHORS)
        return cli_fail(CLI_USAGE, "a device holds 1 to %u trust anchors; give --trust PUB.pem for each",
                        PRM_TRUST_ANCHORS);
    out->magic = PRM_TRUST_MAGIC;
    out->version = PRM_TRUST_VERSION;
    out->count = (uint32_t)count;
    out->policy = allow_es256 ? PRM_TRUST_ALLOW_ES256 : 0;
    for (size_t i = 0; i < count; i++) {
        const int status = read_anchor(paths[i], &out->anchor[i]);
        if (status != CLI_OK)
            return status;
        /* One good signature of each kind of key that is trusted: whoever names both kinds asks for both. */
        out->need[out->anchor[i].alg] = 1;
        for (size_t k = 0; k < i; k++) {
            if (memcmp(&out->anchor[i], &out->anchor[k], sizeof out->anchor[i]) == 0)
                return cli_fail(CLI_USAGE, "%s is given twice", paths[i]);
        }
    }
    return cli_check8(prm_span_of(out, offsetof(struct prm_trust, check)), out->check);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* anchor.c - a trust anchor from a public key file of either kind. */
#include <string.h>

#include "host/keys/hss_key.h"
#include "host/keys/keys.h"

/* What OpenSSL can't read may be a hash-based key. */
int primum_key_read_anchor(const char *path, struct prm_anchor *out) {
    const size_t len = strlen(path);
    struct primum_hss_public hss;

    if (len < 8 || strcmp(path + len - 8, ".hss.pub") != 0)
        return primum_key_read_public(path, out);
    const int status = primum_hss_public_read(path, &hss);
    memset(out, 0, sizeof *out);
    if (status != PRIMUM_OK)
        return status;
    out->alg = PRM_KEY_HSS;
    out->roles = PRM_ROLE_RELEASE;
    out->key_len = (uint8_t)hss.len;
    memcpy(out->public_key, hss.bytes, hss.len);
    memcpy(out->key_id, hss.kid, sizeof out->key_id);
    return PRIMUM_OK;
}

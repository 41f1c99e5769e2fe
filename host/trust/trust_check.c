/* SPDX-License-Identifier: Apache-2.0 */
#include "host/trust/trust_check.h"

#include <string.h>

/* 1 if the block names the signer and is right. */
static int is_by(const struct primum_trust_file *file, prm_span block, const struct primum_signer *signer) {
    struct prm_cose_sign1 parsed;
    size_t len = 0;

    if (prm_cose_signature_parse(block, &parsed) != PRM_OK || parsed.kid.len != sizeof signer->kid ||
        memcmp(parsed.kid.ptr, signer->kid, sizeof signer->kid) != 0)
        return 0;
    struct primum_bytes message = primum_trust_message(signer, file->payload);
    struct primum_bytes raw = {primum_alloc(parsed.signature.len + PRM_P256_SIG_SIZE), 0};
    const int right = primum_signer_check(signer, primum_span(&message), parsed.signature, raw.data, &len);
    primum_bytes_free(&message);
    primum_bytes_free(&raw);
    return right;
}

int primum_trust_check(const struct primum_trust_file *file, const struct primum_trust_spec *roots,
                       struct primum_trust_check *out) {
    int used[PRM_TRUST_SIGNATURES_MAX] = {0};

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < roots->roots; i++) {
        struct primum_signer signer;
        const int status = primum_signer_read(roots->root[i], PRM_COSE_ESP256, &signer);
        if (status != PRIMUM_OK)
            return status;
        memcpy(out->kid[i], signer.kid, sizeof out->kid[i]);
        for (uint32_t k = 0; k < file->signatures; k++) {
            const int right = is_by(file, file->signature[k], &signer);
            used[k] |= right;
            out->signed_[i] |= right;
        }
        out->count += out->signed_[i] ? 1u : 0u;
    }
    for (uint32_t k = 0; k < file->signatures; k++)
        out->others += used[k] ? 0u : 1u;
    return PRIMUM_OK;
}

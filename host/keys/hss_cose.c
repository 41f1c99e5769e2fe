/* SPDX-License-Identifier: Apache-2.0 */
/* hss_cose.c - HSS-LMS signatures as COSE_Sign1 blocks of a release (RFC 8778). */
#include <stdlib.h>

#include "host/keys/cose.h"
#include "host/keys/hss_key.h"

int primum_hss_block_blank(const char *key_path, struct primum_bytes *out) {
    struct primum_hss_public pub;
    uint8_t header[PRIMUM_COSE_HEADER_MAX];
    const int status = primum_hss_public_of(key_path, &pub);

    *out = (struct primum_bytes){NULL, 0};
    if (status != PRIMUM_OK)
        return status;
    uint8_t *zeros = primum_alloc(pub.sig_len);
    *out = primum_cose_block(primum_cose_header(PRM_COSE_HSS_LMS, pub.kid, header), prm_span_of(zeros, pub.sig_len));
    free(zeros);
    return PRIMUM_OK;
}

int primum_hss_block_sign(prm_span digest, const char *key_path, const char *passphrase_file,
                          struct primum_bytes *out) {
    struct primum_hss_public pub;
    struct primum_hss_signature signature;
    uint8_t bytes[PRIMUM_COSE_HEADER_MAX];
    int status = primum_hss_public_of(key_path, &pub);

    *out = (struct primum_bytes){NULL, 0};
    if (status != PRIMUM_OK)
        return status;
    const prm_span header = primum_cose_header(PRM_COSE_HSS_LMS, pub.kid, bytes);
    struct primum_bytes message = primum_cose_message(header, digest);
    status = primum_hss_sign(key_path, passphrase_file, &pub, primum_span(&message), &signature);
    if (status == PRIMUM_OK)
        *out = primum_cose_block(header, primum_span(&signature.bytes));
    primum_bytes_free(&message);
    primum_bytes_free(&signature.bytes);
    return status;
}

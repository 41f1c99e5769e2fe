/* SPDX-License-Identifier: Apache-2.0 */
/* hss_cose.c - HSS-LMS signatures as COSE_Sign1 blocks of a release (RFC 8778). */
#include <stdlib.h>

#include "cli/cose.h"
#include "cli/hss_key.h"

int cli_hss_block_blank(const char *key_path, struct cli_bytes *out) {
    struct cli_hss_public pub;
    uint8_t header[CLI_COSE_HEADER_MAX];
    const int status = cli_hss_public_of(key_path, &pub);

    *out = (struct cli_bytes){NULL, 0};
    if (status != CLI_OK)
        return status;
    uint8_t *zeros = cli_alloc(pub.sig_len);
    *out = cli_cose_block(cli_cose_header(PRM_COSE_HSS_LMS, pub.kid, header), prm_span_of(zeros, pub.sig_len));
    free(zeros);
    return CLI_OK;
}

int cli_hss_block_sign(prm_span digest, const char *key_path, const char *passphrase_file, struct cli_bytes *out) {
    struct cli_hss_public pub;
    struct cli_bytes signature;
    uint8_t bytes[CLI_COSE_HEADER_MAX];
    int status = cli_hss_public_of(key_path, &pub);

    *out = (struct cli_bytes){NULL, 0};
    if (status != CLI_OK)
        return status;
    const prm_span header = cli_cose_header(PRM_COSE_HSS_LMS, pub.kid, bytes);
    struct cli_bytes message = cli_cose_message(header, digest);
    status = cli_hss_sign(key_path, passphrase_file, &pub, cli_span(&message), &signature);
    if (status == CLI_OK)
        *out = cli_cose_block(header, cli_span(&signature));
    cli_bytes_free(&message);
    cli_bytes_free(&signature);
    return status;
}

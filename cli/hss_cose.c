/* SPDX-License-Identifier: Apache-2.0 */
/* hss_cose.c - HSS-LMS signatures as COSE_Sign1 blocks of a release (RFC 8778). */
#include <stdlib.h>
#include <string.h>

#include "cli/hss_key.h"
#include "codec/cbor.h"
#include "codec/cose.h"

#define COSE_HSS_LMS (-46)
#define HEADER_MAX 32u
#define HEADS_MAX 64u /* what stands around header and signature */

/* The protected header: algorithm and key id. */
static prm_span put_header(const struct cli_hss_public *pub, uint8_t out[HEADER_MAX]) {
    struct prm_cbor_writer w = {out, HEADER_MAX, 0};

    prm_cbor_put_head(&w, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(&w, 1);
    prm_cbor_put_int(&w, COSE_HSS_LMS);
    prm_cbor_put_int(&w, 4);
    prm_cbor_put_bstr(&w, prm_span_of(pub->kid, sizeof pub->kid));
    return prm_span_of(out, w.len);
}

static struct cli_bytes put_block(prm_span header, prm_span signature) {
    struct prm_cbor_writer w = {cli_alloc(HEADS_MAX + header.len + signature.len), 0, 0};

    w.cap = HEADS_MAX + header.len + signature.len;
    prm_cbor_put_head(&w, PRM_CBOR_TAG, PRM_COSE_TAG_SIGN1);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, 4);
    prm_cbor_put_bstr(&w, header);
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 0);
    prm_cbor_put_head(&w, PRM_CBOR_SIMPLE, PRM_CBOR_NULL);
    prm_cbor_put_bstr(&w, signature);
    return (struct cli_bytes){w.buf, w.len};
}

static struct cli_bytes to_be_signed(prm_span header, prm_span digest) {
    const struct prm_cose_sign1 sign1 = {.protected_ = header, .alg = COSE_HSS_LMS};
    struct prm_cose_tbs tbs;
    struct cli_bytes out = {NULL, 0};

    prm_cose_sign1_tbs(&sign1, prm_span_of(NULL, 0), digest, &tbs);
    for (size_t i = 0; i < PRM_COSE_TBS_PARTS; i++)
        out.len += tbs.part[i].len;
    out.data = cli_alloc(out.len);
    for (size_t i = 0, at = 0; i < PRM_COSE_TBS_PARTS; at += tbs.part[i++].len) {
        if (tbs.part[i].len > 0)
            memcpy(out.data + at, tbs.part[i].ptr, tbs.part[i].len);
    }
    return out;
}

int cli_hss_block_blank(const char *key_path, struct cli_bytes *out) {
    struct cli_hss_public pub;
    uint8_t header[HEADER_MAX];
    const int status = cli_hss_public_of(key_path, &pub);

    *out = (struct cli_bytes){NULL, 0};
    if (status != CLI_OK)
        return status;
    uint8_t *zeros = cli_alloc(pub.sig_len);
    *out = put_block(put_header(&pub, header), prm_span_of(zeros, pub.sig_len));
    free(zeros);
    return CLI_OK;
}

int cli_hss_block_sign(prm_span digest, const char *key_path, const char *passphrase_file, struct cli_bytes *out) {
    struct cli_hss_public pub;
    struct cli_bytes signature;
    uint8_t bytes[HEADER_MAX];
    int status = cli_hss_public_of(key_path, &pub);

    *out = (struct cli_bytes){NULL, 0};
    if (status != CLI_OK)
        return status;
    const prm_span header = put_header(&pub, bytes);
    struct cli_bytes message = to_be_signed(header, digest);
    status = cli_hss_sign(key_path, passphrase_file, &pub, cli_span(&message), &signature);
    if (status == CLI_OK)
        *out = put_block(header, cli_span(&signature));
    cli_bytes_free(&message);
    cli_bytes_free(&signature);
    return status;
}

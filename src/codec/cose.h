/* SPDX-License-Identifier: Apache-2.0 */
/* cose.h - COSE_Sign1 and the signatures of COSE_Sign (RFC 9052 4.1, 4.2): what they say, and which bytes they cover. */
#ifndef PRM_CODEC_COSE_H
#define PRM_CODEC_COSE_H

#include "base/result.h"
#include "base/span.h"

/* Algorithm identifiers (IANA COSE registry; RFC 9053, RFC 9864). */
#define PRM_COSE_ES256 (-7)
#define PRM_COSE_ESP256 (-9)
#define PRM_COSE_SHA256 (-16)
#define PRM_COSE_HSS_LMS (-46) /* RFC 8778 */

#define PRM_COSE_TAG_SIGN1 18u
#define PRM_COSE_TAG_SIGN 98u

/* All spans borrow from the parsed bytes. */
struct prm_cose_sign1 {
    prm_span protected_; /* the contents of the protected bstr */
    int32_t alg;         /* from the protected header, the only place where it counts */
    prm_span kid;        /* from either header; ptr NULL if there is none */
    prm_span payload;    /* ptr NULL if detached */
    prm_span signature;
};

/*
 * Reads one tagged COSE_Sign1 and nothing after it. Known headers: alg (1, protected only) and kid (4); any other header is
 * refused, since it might be critical. On failure `*out` is zeros.
 * Errors: CBOR_*, SIG_KIND (another tag: a MAC, or a COSE_Sign), SIG_FORMAT (shape or header), SIG_ALGORITHM (alg is missing
 * or unprotected).
 */
PRM_MUST_USE prm_result prm_cose_sign1_parse(prm_span bytes, struct prm_cose_sign1 *out);

/*
 * Reads one COSE_Signature of a COSE_Sign, [protected, unprotected, signature], and nothing after it; `payload` stays
 * detached, since the COSE_Sign holds it. Headers, errors and failure as above.
 */
PRM_MUST_USE prm_result prm_cose_signature_parse(prm_span bytes, struct prm_cose_sign1 *out);

/* The Sig_structure of RFC 9052 4.4 in pieces, ready to be hashed. Borrows from what it was made of. */
#define PRM_COSE_TBS_PARTS 7u
struct prm_cose_tbs {
    uint8_t heads[3][9];
    prm_span part[PRM_COSE_TBS_PARTS];
};

/* Lays out ["Signature1", protected, external_aad, payload]. `tbs` must outlive the use of its parts. */
void prm_cose_sign1_tbs(const struct prm_cose_sign1 *sign1, prm_span external_aad, prm_span payload,
                        struct prm_cose_tbs *tbs);

/* Lays out ["Signature", h'', protected, external_aad, payload]: of a COSE_Sign whose body has no protected headers. */
void prm_cose_sign_tbs(const struct prm_cose_sign1 *signature, prm_span external_aad, prm_span payload,
                       struct prm_cose_tbs *tbs);

#endif

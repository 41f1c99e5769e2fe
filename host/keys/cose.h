/* SPDX-License-Identifier: Apache-2.0 */
/* cose.h - what every signature that the command makes has in common (RFC 9052), whoever signs. */
#ifndef PRIMUM_COSE_H
#define PRIMUM_COSE_H

#include "host/file/file.h"
#include "codec/cose.h"
#include "trust/trust.h"

#define PRIMUM_COSE_HEADER_MAX 32u
#define PRIMUM_COSE_HEADS_MAX 64u /* bytes around header and signature */

/* The protected header: algorithm and key id. Borrows `out`. */
prm_span primum_cose_header(int32_t alg, const uint8_t kid[PRM_KEY_ID_SIZE], uint8_t out[PRIMUM_COSE_HEADER_MAX]);

/* The bytes to be signed, in one piece. Owns: the caller frees. */
struct primum_bytes primum_cose_join(const struct prm_cose_tbs *tbs);

/* The Sig_structure of an authentication block over a SUIT_Digest. Owns: the caller frees. */
struct primum_bytes primum_cose_message(prm_span header, prm_span digest);

/* That block: a COSE_Sign1 whose payload is elsewhere. Owns: the caller frees. */
struct primum_bytes primum_cose_block(prm_span header, prm_span signature);

#endif

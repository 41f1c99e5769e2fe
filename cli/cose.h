/* SPDX-License-Identifier: Apache-2.0 */
/* cose.h - what every signature that the command makes has in common (RFC 9052), whoever signs. */
#ifndef PRM_CLI_COSE_H
#define PRM_CLI_COSE_H

#include "cli/cli.h"
#include "codec/cose.h"
#include "trust/trust.h"

#define CLI_COSE_HEADER_MAX 32u
#define CLI_COSE_HEADS_MAX 64u /* bytes around header and signature */

/* The protected header: algorithm and key id. Borrows `out`. */
prm_span cli_cose_header(int32_t alg, const uint8_t kid[PRM_KEY_ID_SIZE], uint8_t out[CLI_COSE_HEADER_MAX]);

/* The bytes to be signed, in one piece. Owns: the caller frees. */
struct cli_bytes cli_cose_join(const struct prm_cose_tbs *tbs);

/* The Sig_structure of an authentication block over a SUIT_Digest. Owns: the caller frees. */
struct cli_bytes cli_cose_message(prm_span header, prm_span digest);

/* That block: a COSE_Sign1 whose payload is elsewhere. Owns: the caller frees. */
struct cli_bytes cli_cose_block(prm_span header, prm_span signature);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* print_diag.h - CBOR diagnostic notation: RFC 8949 8, with embedded CBOR as <<...>> (RFC 8610 G.3). */
#ifndef PRM_CLI_PRINT_DIAG_H
#define PRM_CLI_PRINT_DIAG_H

#include <stdio.h>

#include "base/span.h"
#include "codec/cbor.h"

/*
 * Prints the item at the reader and moves past it. A byte string that holds exactly one array, map or tag is shown as
 * embedded; one longer than 256 bytes shows its first 16 and its length. `indent` is the depth in steps of two spaces,
 * items too long for a line are broken; -1 keeps everything on one line. Errors stay in the reader.
 */
void cli_diag_item(FILE *out, struct prm_cbor *r, int indent);

/* One item that is all of `bytes`, on one line; what isn't CBOR is shown as hex. */
void cli_diag_line(FILE *out, prm_span bytes);

/* Text in double quotes; control characters, quotes and backslashes are escaped, so that a terminal is safe from it. */
void cli_diag_text(FILE *out, prm_span text);

#endif

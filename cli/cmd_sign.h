/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_sign.h - between cmd_sign.c and cmd_sign_elsewhere.c. */
#ifndef PRM_CLI_CMD_SIGN_H
#define PRM_CLI_CMD_SIGN_H

#include "cli/cli.h"
#include "host/keys/hss_key.h"
#include "host/keys/keys.h"
#include "host/release/making.h"
#include "host/release/pending.h"

enum {
    O_VENDOR,
    O_CLASS,
    O_DEVICE_ID,
    O_SEQUENCE,
    O_VERSION,
    O_IMAGE,
    O_SERVICES,
    O_COMPONENTS,
    O_DEVICE,
    O_ENCRYPT_TO,
    O_ENCRYPT_SERVICES,
    O_AUTHORIZED,
    O_BATTERY,
    O_BEFORE,
    O_NAME,
    O_DESCRIPTION,
    O_DETACHED,
    O_PLAIN,
    O_KEY,
    O_PASSPHRASE,
    O_ALG,
    O_PUBLIC,
    O_TO_BE_SIGNED,
    O_DIGEST,
    O_ATTACH,
    O_PENDING,
    O_OUTPUT
};

enum { CLI_NAME_MAX = 128, CLI_DESCRIPTION_MAX = 1024 }; /* bytes */

/* The files of a run. Owns: `path`. */
struct sign_outputs {
    char *path;                    /* of `release` */
    struct primum_output *release; /* or what waits to become one, */
    struct primum_output *later;   /* which this name is kept for; NULL: it is complete */
    struct primum_output *payload[PRIMUM_MEMBERS];
};

/* What the key of the i-th --public has to sign. */
int sign_write_to_be_signed(struct cli_args *args, const struct primum_making *making, unsigned i);

/* What was made. */
void sign_say(const struct cli_args *args, const struct primum_making *making, const struct sign_outputs *out,
              size_t len);

/* primum sign --attach */
int sign_attach(struct cli_args *args);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - what the verbs of `primum` share. Each verb is one file cmd_<verb>.c with one function that main() calls with
 * argv starting at the verb's name. A verb prints its result on stdout and everything else on stderr, and returns the
 * process's exit status.
 */
#ifndef PRM_CLI_H
#define PRM_CLI_H

#include "host/file/file.h"
#include "host/file/uuid.h"

int cmd_keygen(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_inspect(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_trust(int argc, char **argv);
int cmd_trust_make(int argc, char **argv);
int cmd_trust_sign(int argc, char **argv);
int cmd_device(int argc, char **argv);
int cmd_key(int argc, char **argv);

/* After getopt_long() returned '?': points to the verb's help; PRIMUM_USAGE. */
int cli_usage(const char *verb);

#endif

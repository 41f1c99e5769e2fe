/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - the verbs of `primum`. Each is one file cmd_<verb>.c with a table (verb.h) and one function that makes calls
 * of host/ and words of their answers. A verb prints its result on stdout and everything else on stderr, and returns
 * the process's exit status.
 */
#ifndef PRM_CLI_H
#define PRM_CLI_H

#include "cli/print.h"
#include "cli/verb.h"
#include "host/file/file.h"
#include "host/file/uuid.h"

#define CLI_TABLE(name_, summary_, writes_, about_, modes_, options_, run_)                                            \
    {                                                                                                                  \
        .name = name_, .summary = summary_, .about = about_, .writes = writes_, .mode = modes_,                        \
        .modes = sizeof modes_ / sizeof modes_[0], .option = options_,                                                 \
        .options = sizeof options_ / sizeof options_[0], .run = run_                                                   \
    }

extern const struct cli_verb cli_keygen, cli_sign, cli_inspect, cli_verify;
extern const struct cli_verb cli_trust_make, cli_trust_sign, cli_trust_show;
extern const struct cli_verb cli_key_show, cli_key_sign, cli_key_split, cli_key_adopt;
extern const struct cli_verb cli_device_new, cli_device_flash, cli_device_erase, cli_device_flip, cli_device_boot,
    cli_device_send, cli_device_stop, cli_device_report, cli_device_set_floor, cli_device_describe;

/* secrets.c: --passphrase-file was given, and none of the keys has a use for it: PRIMUM_USAGE after saying so. */
int cli_check_secret(const struct cli_args *args, int keys, int passphrase_file);

#endif

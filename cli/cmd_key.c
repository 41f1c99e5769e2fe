/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_key.c - `primum key sign`, `split` and `adopt`: HSS-LMS keys, whose files change with every signature. */
#include <string.h>

#include "cli/cli.h"
#include "host/keys/hss_key.h"

/* ---- sign ---- */

enum { S_INPUT, S_OUTPUT, S_PASSPHRASE };

static const struct cli_option sign_options[] = {
    [S_INPUT] = {"input", 0, "FILE", CLI_IN, CLI_ALWAYS, CLI_ALWAYS, 1, NULL, "what to sign"},
    [S_OUTPUT] = {"output", 'o', "SIGNATURE", CLI_OUT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL, "the signature"},
    [S_PASSPHRASE] = {"passphrase-file", 0, "FILE", CLI_IN, CLI_ALWAYS, 0, 1, NULL,
                      "its first line opens an encrypted key; else it is asked for"},
};
static const struct cli_mode sign_modes[] = {{.by = -1, .operand = {{"NAME.hss", CLI_IN}}}};

static int run_sign(struct cli_args *args) {
    struct primum_output *out = args->given[S_OUTPUT].output[0];
    struct primum_bytes message;
    struct primum_hss_signature signature;
    struct primum_hss_public pub;
    int status = primum_hss_public_of(args->operand[0], &pub);

    if (status == PRIMUM_OK && cli_has(args, S_PASSPHRASE) && !pub.encrypted)
        return cli_misuse(args, "--passphrase-file has no effect: %s is not encrypted", args->operand[0]);
    if (status == PRIMUM_OK)
        status = primum_output_reserve(out, pub.sig_len);
    if (status == PRIMUM_OK)
        status = primum_read_file(cli_text(args, S_INPUT), &message);
    if (status != PRIMUM_OK)
        return status;
    status = primum_hss_sign(args->operand[0], cli_text(args, S_PASSPHRASE), &pub, primum_span(&message), &signature);
    if (status == PRIMUM_OK)
        status = primum_output_write(out, primum_span(&signature.bytes));
    if (status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    if (status == PRIMUM_OK)
        cli_print("%s: signature %llu of %s, %llu left\n", cli_text(args, S_OUTPUT),
                     (unsigned long long)signature.index, args->operand[0], (unsigned long long)signature.left);
    primum_bytes_free(&signature.bytes);
    primum_bytes_free(&message);
    return status;
}

const struct cli_verb cli_key_sign =
    CLI_TABLE("key sign", "sign a file with an HSS-LMS key", 1,
              "Makes the bare HSS signature (RFC 8554) of a file, for a release or a trust manifest that waits for it. "
              "It uses up one "
              "signature, for good, whatever happens then; that the answer can be written is asked before.",
              sign_modes, sign_options, run_sign);

/* ---- split ---- */

enum { P_COUNT, P_OUTPUT };

static const struct cli_option split_options[] = {
    [P_COUNT] = {"count", 0, "N", CLI_TEXT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL, "signatures to split off"},
    [P_OUTPUT] = {"output", 'o', "OTHER.hss", CLI_STEM, CLI_ALWAYS, CLI_ALWAYS, 1, NULL, "the new key file"},
};
static const struct cli_mode split_modes[] = {{.by = -1, .operand = {{"NAME.hss", CLI_IN}}}};

static int run_split(struct cli_args *args) {
    const char *path = cli_text(args, P_OUTPUT);
    struct primum_output *out;
    uint64_t count = 0, left = 0;

    if (!primum_parse_u64(cli_text(args, P_COUNT), &count) || count == 0)
        return cli_misuse(args, "count '%s' is not a number of signatures", cli_text(args, P_COUNT));
    int status = primum_files_output(&args->files, path, 0600, &out);
    if (status == PRIMUM_OK)
        status = primum_hss_split(args->operand[0], count, &args->files, out, &left);
    if (status != PRIMUM_OK)
        return status;
    cli_print("%s: %llu signatures left\n", args->operand[0], (unsigned long long)left);
    cli_print("%s: %llu signatures; move it to its site, don't copy it, and adopt it there\n", path,
                 (unsigned long long)count);
    return PRIMUM_OK;
}

const struct cli_verb cli_key_split = CLI_TABLE("key split", "give signatures of an HSS-LMS key to a new file", 1,
                                                "Gives N signatures to a new file, for a second site or as a reserve. "
                                                "The two files never share a one-time key. Move "
                                                "the new file, don't copy it: it is bound to where it was made, and "
                                                "'primum key adopt --skip 0' binds it to where it "
                                                "was moved to.",
                                                split_modes, split_options, run_split);

/* ---- adopt ---- */

enum { A_SKIP };

static const struct cli_option adopt_options[] = {
    [A_SKIP] = {"skip", 0, "N", CLI_TEXT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL,
                "signatures to give up for safety; 0 if the file only moved"},
};
static const struct cli_mode adopt_modes[] = {{.by = -1, .operand = {{"NAME.hss", CLI_IN}}}};

static int run_adopt(struct cli_args *args) {
    uint64_t skip = 0, next = 0, left = 0;

    if (!primum_parse_u64(cli_text(args, A_SKIP), &skip))
        return cli_misuse(args, "skip '%s' is not a number of signatures", cli_text(args, A_SKIP));
    const int status = primum_hss_adopt(args->operand[0], skip, &next, &left);
    if (status == PRIMUM_OK)
        cli_print("%s: goes on at index %llu, %llu signatures left\n", args->operand[0], (unsigned long long)next,
                     (unsigned long long)left);
    return status;
}

const struct cli_verb cli_key_adopt = CLI_TABLE("key adopt", "use an HSS-LMS key where it was moved to", 0,
                                                "Makes a file usable that was copied, moved or restored from a backup, "
                                                "N signatures further on. Only right if no other "
                                                "copy is used any more, and N is at least the number of signatures "
                                                "made after the copy was taken. What this machine "
                                                "knows of the key is taken into account whatever N is; what another "
                                                "machine did with it can't be. If you don't know, "
                                                "don't adopt: take a file split off before (docs/keys.md).",
                                                adopt_modes, adopt_options, run_adopt);

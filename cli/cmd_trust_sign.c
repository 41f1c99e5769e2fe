/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_trust_sign.c - `primum trust sign`: adds signatures of root keys to a trust manifest. */
#include <string.h>

#include "cli/cli.h"
#include "host/file/edit.h"
#include "host/trust/trust_sign.h"
#include "update/update.h"

enum { O_KEY, O_PASSPHRASE, O_PUBLIC, O_TO_BE_SIGNED, O_ATTACH, O_OUTPUT };
enum { SIGN = 1 << 0, ATTACH = 1 << 1, ASK = 1 << 2 };

static const struct cli_option options[] = {
    [O_KEY] = {"key", 0, "KEY", CLI_KEY, SIGN, SIGN, PRM_TRUST_SIGNATURES_MAX, NULL,
               "KEY.pem (P-256), KEY.hss (HSS-LMS), or pkcs11:... (RFC 7512); repeat for several"},
    [O_PASSPHRASE] = {"passphrase-file", 0, "FILE", CLI_IN, SIGN, 0, 1, NULL,
                      "its first line opens encrypted keys and tokens; else it is asked for"},
    [O_PUBLIC] = {"public", 0, "PUB", CLI_IN, ASK | ATTACH, ASK | ATTACH, 1, NULL,
                  "the root key that signs elsewhere, .pub.pem or .hss.pub"},
    [O_TO_BE_SIGNED] = {"to-be-signed", 0, "FILE", CLI_OUT, ASK, ASK, 1, NULL,
                        "where to write the bytes that it signs (ECDSA with SHA-256, or HSS)"},
    [O_ATTACH] = {"attach", 0, "SIGNATURE", CLI_IN, ATTACH, ATTACH, 1, NULL,
                  "its signature (r then s, DER, or HSS); checked before it is added"},
    [O_OUTPUT] = {"output", 'o', "OUT.trust", CLI_OUT, SIGN | ATTACH, 0, 1, NULL,
                  "another file for the manifest with the signatures; FILE.trust then stays as it is"},
};
static const struct cli_mode modes[] = {
    {.by = -1, .operand = {{"FILE.trust", CLI_IN}}},
    {.by = O_ATTACH, .operand = {{"FILE.trust", CLI_IN}}, .text = "Attaching a signature that was made elsewhere"},
    {.by = O_TO_BE_SIGNED, .operand = {{"FILE.trust", CLI_IN}}, .text = "Signing elsewhere"}};

static int write_to_be_signed(struct cli_args *args, const struct primum_trust_signing *signing) {
    struct primum_signer signer;
    int status = primum_signer_read(cli_text(args, O_PUBLIC), PRM_COSE_ESP256, &signer);

    if (status == PRIMUM_OK)
        status = primum_trust_signing_check(signing, &signer);
    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes message = primum_trust_message(&signer, signing->file.payload);
    status = primum_output_write(args->given[O_TO_BE_SIGNED].output[0], primum_span(&message));
    primum_bytes_free(&message);
    if (status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    if (status == PRIMUM_OK)
        cli_print("%s: what is to be signed of trust manifest %u\n", cli_text(args, O_TO_BE_SIGNED),
                     signing->file.view.number);
    return status;
}

static int attach(const struct cli_args *args, struct primum_trust_signing *signing) {
    struct primum_signer signer;
    struct primum_bytes signature = {NULL, 0};
    int status = primum_signer_read(cli_text(args, O_PUBLIC), PRM_COSE_ESP256, &signer);

    if (status == PRIMUM_OK)
        status = primum_trust_signing_check(signing, &signer);
    if (status == PRIMUM_OK)
        status = primum_read_file(cli_text(args, O_ATTACH), &signature);
    if (status == PRIMUM_OK)
        status = primum_trust_signing_add(signing, &signer, primum_span(&signature));
    primum_bytes_free(&signature);
    return status;
}

/* Adds what was asked for. Room for it in `out` is made first: a counted signature must not be lost to a full disk. */
static int add(const struct cli_args *args, struct primum_trust_signing *signing, struct primum_output *out) {
    int status = primum_output_reserve(out, PRM_UPDATE_TRUST_MAX);

    for (unsigned i = 0; i < args->given[O_KEY].count && status == PRIMUM_OK; i++)
        status = primum_trust_signing_sign(signing, args->given[O_KEY].text[i], cli_text(args, O_PASSPHRASE));
    if (status == PRIMUM_OK && cli_has(args, O_ATTACH))
        status = attach(args, signing);
    return status;
}

static int say_signed(const char *path, const struct primum_trust_signing *signing, size_t len) {
    cli_print("%s: trust manifest %u, %u signature%s, %zu bytes of %u\n", path, signing->file.view.number,
                 signing->signatures, signing->signatures == 1 ? "" : "s", len, PRM_UPDATE_TRUST_MAX);
    return PRIMUM_OK;
}

/* In place, under the file's lock from reading to writing: two keepers at once both find their signatures in it. */
static int sign_in_place(struct cli_args *args) {
    struct primum_trust_signing signing;
    struct primum_edit edit;
    int status = primum_edit_begin(args->operand[0], &edit);

    if (status != PRIMUM_OK)
        return status;
    status = primum_trust_signing_begin(args->operand[0], &edit.before, &signing);
    if (status == PRIMUM_OK)
        status = add(args, &signing, edit.output);
    if (status == PRIMUM_OK) {
        struct primum_bytes after = primum_trust_signing_write(&signing);
        status = primum_edit_commit(&edit, primum_span(&after));
        if (status == PRIMUM_OK)
            status = say_signed(args->operand[0], &signing, after.len);
        primum_bytes_free(&after);
    }
    primum_trust_signing_free(&signing);
    primum_edit_close(&edit);
    return status;
}

static int sign_to(struct cli_args *args, struct primum_trust_signing *signing) {
    struct primum_output *out = args->given[O_OUTPUT].output[0];
    int status = add(args, signing, out);

    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes after = primum_trust_signing_write(signing);
    status = primum_output_write(out, primum_span(&after));
    if (status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    if (status == PRIMUM_OK)
        status = say_signed(cli_text(args, O_OUTPUT), signing, after.len);
    primum_bytes_free(&after);
    return status;
}

static int run(struct cli_args *args) {
    struct primum_trust_signing signing;
    struct primum_bytes bytes;
    int status = cli_check_secret(args, O_KEY, O_PASSPHRASE);

    if (status == PRIMUM_OK && !cli_has(args, O_TO_BE_SIGNED) && !cli_has(args, O_OUTPUT))
        return sign_in_place(args);
    if (status == PRIMUM_OK)
        status = primum_read_file(args->operand[0], &bytes);
    if (status != PRIMUM_OK)
        return status;
    status = primum_trust_signing_begin(args->operand[0], &bytes, &signing);
    if (status == PRIMUM_OK)
        status = cli_has(args, O_TO_BE_SIGNED) ? write_to_be_signed(args, &signing) : sign_to(args, &signing);
    primum_trust_signing_free(&signing);
    return status;
}

const struct cli_verb cli_trust_sign = CLI_TABLE("trust sign", "add the signature of a root key", 1,
                                                 "Adds signatures of root keys to a trust manifest, in place unless -o "
                                                 "tells another file. Each keeper can do it on a "
                                                 "machine of his own: what is signed doesn't depend on other "
                                                 "signatures. No signature that is not right is added, and no "
                                                 "key signs twice.",
                                                 modes, options, run);

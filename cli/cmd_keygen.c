/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_keygen.c - `primum keygen`: a new signing key. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "host/file/secret.h"
#include "host/keys/hss_key.h"
#include "host/keys/keys.h"

enum { O_ALG, O_HEIGHT, O_WINTERNITZ, O_LEVELS, O_N, O_OUTPUT, O_PASSPHRASE };

static const struct cli_option options[] = {
    [O_ALG] = {"alg", 0, "ALG", CLI_TEXT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL,
               "ESP256: ECDSA over P-256 with SHA-256. ECDH-P256: for payloads encrypted to a group of devices (sign "
               "--encrypt-to). HSS-LMS: hash-based signatures (RFC 8554, SP 800-208), 2^(L*H) of them"},
    [O_HEIGHT] = {"height", 0, "H", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL,
                  "of HSS-LMS: the height of a tree, 5, 10, 15, 20 or 25"},
    [O_WINTERNITZ] = {"winternitz", 0, "W", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL,
                      "of HSS-LMS: 1, 2, 4 or 8 bits; more is smaller and slower; 4 unless given"},
    [O_LEVELS] = {"levels", 0, "L", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL,
                  "of HSS-LMS: trees below trees, 1 unless given; each costs a signature more"},
    [O_N] = {"n", 0, "32|24", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL, "of HSS-LMS: bytes of a hash; 24 is SHA-256/192"},
    [O_OUTPUT] = {"output", 'o', "NAME", CLI_STEM, CLI_ALWAYS, CLI_ALWAYS, 1, NULL,
                  "where to write NAME.pem and NAME.pub.pem, or NAME.hss and NAME.hss.pub"},
    [O_PASSPHRASE] = {"passphrase-file", 0, "FILE", CLI_IN, CLI_ALWAYS, 0, 1, NULL,
                      "encrypt the private key with the first line of FILE"},
};
static const struct cli_mode modes[] = {{.by = -1}};

static void say_made(const char *id, const char *private_, const char *public_, int encrypted) {
    cli_print("key id      %s\n", id);
    cli_print("private key %s%s\n", private_, encrypted ? " (encrypted)" : "");
    cli_print("public key  %s\n", public_);
}

/* Both files are open before there is a key, and appear together. */
static int make_p256(struct cli_args *args, const char *private_, const char *public_) {
    struct primum_output *private_out, *public_out;
    struct primum_key_made made;
    char *passphrase = NULL;
    int status = primum_files_output(&args->files, private_, 0600, &private_out);

    if (status == PRIMUM_OK)
        status = primum_files_output(&args->files, public_, 0644, &public_out);
    if (status == PRIMUM_OK && cli_has(args, O_PASSPHRASE))
        status = primum_secret_read(cli_text(args, O_PASSPHRASE), &passphrase);
    if (status == PRIMUM_OK)
        status = primum_key_make(passphrase, &made);
    primum_secret_free(passphrase);
    if (status != PRIMUM_OK)
        return status;
    status = primum_output_write(private_out, primum_span(&made.private_pem));
    if (status == PRIMUM_OK)
        status = primum_output_write(public_out, primum_span(&made.public_pem));
    if (status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    if (status == PRIMUM_OK) {
        char id[2 * PRM_KEY_ID_SIZE + 1];
        primum_hex(made.id, sizeof made.id, id);
        say_made(id, private_, public_, cli_has(args, O_PASSPHRASE));
    }
    primum_key_made_free(&made);
    return status;
}

static int run_p256(struct cli_args *args) {
    for (int i = O_HEIGHT; i <= O_N; i++) {
        if (cli_has(args, i))
            return cli_misuse(args, "--%s has no effect with --alg %s", options[i].name, cli_text(args, O_ALG));
    }
    char *private_ = primum_format("%s.pem", cli_text(args, O_OUTPUT));
    char *public_ = primum_format("%s.pub.pem", cli_text(args, O_OUTPUT));
    const int status = make_p256(args, private_, public_);
    free(private_);
    free(public_);
    return status;
}

static int run_hss(struct cli_args *args) {
    struct primum_hss_options hss = {
        .winternitz = 4, .levels = 1, .n = 32, .passphrase_file = cli_text(args, O_PASSPHRASE)};
    uint64_t *const value[] = {&hss.height, &hss.winternitz, &hss.levels, &hss.n};
    struct primum_hss_made made;
    char id[2 * PRIMUM_HSS_KID_SIZE + 1];

    if (!cli_has(args, O_HEIGHT))
        return cli_misuse(args, "--alg HSS-LMS needs --height");
    for (int i = O_HEIGHT; i <= O_N; i++) {
        if (cli_has(args, i) && !primum_parse_u64(cli_text(args, i), value[i - O_HEIGHT]))
            return cli_misuse(args, "--%s '%s' is not a number", options[i].name, cli_text(args, i));
    }
    const char *name = cli_text(args, O_OUTPUT);
    const int status = primum_hss_keygen(&args->files, name, &hss, &made);
    if (status != PRIMUM_OK)
        return status;
    char *private_ = primum_format("%s.hss", name), *public_ = primum_format("%s.hss.pub", name);
    primum_hex(made.public_key.kid, sizeof made.public_key.kid, id);
    say_made(id, private_, public_, made.encrypted);
    cli_print("signatures  %llu, %zu bytes each\n", (unsigned long long)made.signatures, made.public_key.sig_len);
    free(private_);
    free(public_);
    return PRIMUM_OK;
}

static int run(struct cli_args *args) {
    const char *alg = cli_text(args, O_ALG);

    if (strcmp(alg, "HSS-LMS") == 0)
        return run_hss(args);
    /* The same kind of key; two names, since one key does not serve both uses. */
    if (strcmp(alg, "ESP256") == 0 || strcmp(alg, "ECDH-P256") == 0)
        return run_p256(args);
    return cli_misuse(args, "algorithm '%s' is not known; ESP256, ECDH-P256 and HSS-LMS are", alg);
}

const struct cli_verb cli_keygen = CLI_TABLE(
    "keygen", "make a signing key", 1,
    "Makes a signing key: NAME.pem, the private key (PKCS#8, readable by you only), and NAME.pub.pem, the public key "
    "that devices are told to trust; for HSS-LMS NAME.hss, which changes with every signature and must never be copied "
    "(docs/keys.md), and NAME.hss.pub. Prints the key's id: the first 8 bytes of SHA-256 over the public key.\n\n"
    "A key in a token is made with the token's own tool (docs/keys.md); 'primum key show pkcs11:... -o NAME.pub.pem' "
    "then "
    "gets its public key.",
    modes, options, run);

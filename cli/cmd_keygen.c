/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_keygen.c - `primum keygen`: a new signing key. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "cli/cli.h"
#include "host/keys/hss_key.h"
#include "host/keys/keys.h"

static const char help[] =
    "Usage: primum keygen --alg ESP256|ECDH-P256 -o NAME [--passphrase-file FILE]\n"
    "       primum keygen --alg HSS-LMS --height H --winternitz W [--levels L] [--n 24]\n"
    "                     -o NAME [--passphrase-file FILE]\n"
    "\n"
    "Makes a signing key: NAME.pem, the private key (PKCS#8, readable by you only), and\n"
    "NAME.pub.pem, the public key that devices are told to trust; for HSS-LMS NAME.hss,\n"
    "which changes with every signature and must never be copied (docs/keys.md), and\n"
    "NAME.hss.pub. Prints the key's id. Existing files are never overwritten.\n"
    "A key in a token is made with the token's own tool (docs/keys.md); 'primum key show\n"
    "pkcs11:... -o NAME.pub.pem' then gets its public key.\n"
    "\n"
    "  --alg ESP256            ECDSA over P-256 with SHA-256\n"
    "  --alg ECDH-P256         for payloads encrypted to a group of devices (sign --encrypt-to)\n"
    "  --alg HSS-LMS           hash-based signatures (RFC 8554, SP 800-208), 2^(L*H) of them\n"
    "  --height H              5, 10, 15, 20 or 25: height of a tree\n"
    "  --winternitz W          1, 2, 4 or 8 bits: more is smaller and slower; 4 if not given\n"
    "  --levels L              trees below trees, 1 if not given; each costs a signature more\n"
    "  --n 32|24               bytes of a hash; 24 is SHA-256/192\n"
    "  -o, --output NAME       where to write NAME.pem and NAME.pub.pem, or .hss and .hss.pub\n"
    "  --passphrase-file FILE  encrypt the private key with the first line of FILE\n"
    "  -h, --help              this text\n";

struct options {
    const char *alg, *name, *passphrase_file;
    const char *height, *winternitz, *levels, *n; /* of HSS-LMS; NULL if not given */
};

/* Writes what is in the BIO to a new file. */
static int write_bio(BIO *bio, const char *path, unsigned mode) {
    char *data = NULL;
    const long len = BIO_get_mem_data(bio, &data);

    return primum_write_file(path, prm_span_of(data, (size_t)len), mode, PRIMUM_KEEP);
}

static int write_private(EVP_PKEY *key, const char *path, char *passphrase) {
    const EVP_CIPHER *cipher = passphrase != NULL ? EVP_aes_256_cbc() : NULL;
    BIO *bio = BIO_new(BIO_s_secmem());
    int status;

    if (bio == NULL || PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, NULL, 0, NULL, passphrase) != 1)
        status = primum_fail(PRIMUM_IO, "OpenSSL could not encode the key");
    else
        status = write_bio(bio, path, 0600);
    BIO_free(bio);
    return status;
}

static int write_public(EVP_PKEY *key, const char *path) {
    BIO *bio = BIO_new(BIO_s_mem());
    int status;

    if (bio == NULL || PEM_write_bio_PUBKEY(bio, key) != 1)
        status = primum_fail(PRIMUM_IO, "OpenSSL could not encode the public key");
    else
        status = write_bio(bio, path, 0644);
    BIO_free(bio);
    return status;
}

static int make(const struct options *options, char *passphrase, const char *private_path, const char *public_path) {
    struct prm_anchor anchor;
    char id[2 * PRM_KEY_ID_SIZE + 1];
    int status;

    /* Asked before anything is written, so that a name in use leaves no half a pair. */
    if (access(private_path, F_OK) == 0 || access(public_path, F_OK) == 0)
        return primum_fail(PRIMUM_REFUSED, "%s exists and is left as it is; choose another name",
                           access(private_path, F_OK) == 0 ? private_path : public_path);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    if (key == NULL)
        return primum_fail(PRIMUM_IO, "OpenSSL could not generate a key");
    status = primum_key_anchor(key, options->name, &anchor);
    if (status == PRIMUM_OK)
        status = write_private(key, private_path, passphrase);
    if (status == PRIMUM_OK)
        status = write_public(key, public_path);
    EVP_PKEY_free(key);
    if (status != PRIMUM_OK)
        return status;
    primum_hex(anchor.key_id, sizeof anchor.key_id, id);
    printf("key id      %s\nprivate key %s%s\npublic key  %s\n", id, private_path,
           passphrase != NULL ? " (encrypted)" : "", public_path);
    return PRIMUM_OK;
}

static int run_hss(const struct options *options) {
    struct primum_hss_options hss = {
        .winternitz = 4, .levels = 1, .n = 32, .passphrase_file = options->passphrase_file};

    if (options->height == NULL)
        return primum_fail(PRIMUM_USAGE, "keygen --alg HSS-LMS needs --height"), cli_usage("keygen");
    if (!primum_parse_u64(options->height, &hss.height) ||
        (options->winternitz != NULL && !primum_parse_u64(options->winternitz, &hss.winternitz)) ||
        (options->levels != NULL && !primum_parse_u64(options->levels, &hss.levels)) ||
        (options->n != NULL && !primum_parse_u64(options->n, &hss.n)))
        return primum_fail(PRIMUM_USAGE, "--height, --winternitz, --levels and --n are numbers"), cli_usage("keygen");
    return primum_hss_keygen(options->name, &hss);
}

static int run(const struct options *options) {
    char *passphrase = NULL;
    int status;

    if (options->alg == NULL || options->name == NULL)
        return primum_fail(PRIMUM_USAGE, "keygen needs --alg and -o"), cli_usage("keygen");
    if (strcmp(options->alg, "HSS-LMS") == 0)
        return run_hss(options);
    if (options->height != NULL || options->winternitz != NULL || options->levels != NULL || options->n != NULL)
        return primum_fail(PRIMUM_USAGE, "--height, --winternitz, --levels and --n are for HSS-LMS"),
               cli_usage("keygen");
    /* The same kind of key; two names, since one key does not serve both uses. */
    if (strcmp(options->alg, "ESP256") != 0 && strcmp(options->alg, "ECDH-P256") != 0)
        return primum_fail(PRIMUM_USAGE, "algorithm '%s' is not known; ESP256, ECDH-P256 and HSS-LMS are",
                           options->alg);
    if (options->passphrase_file != NULL &&
        (status = primum_passphrase(options->passphrase_file, &passphrase)) != PRIMUM_OK)
        return status;
    char *private_path = primum_format("%s.pem", options->name);
    char *public_path = primum_format("%s.pub.pem", options->name);
    status = make(options, passphrase, private_path, public_path);
    free(private_path);
    free(public_path);
    if (passphrase != NULL)
        OPENSSL_cleanse(passphrase, strlen(passphrase));
    free(passphrase);
    return status;
}

int cmd_keygen(int argc, char **argv) {
    static const struct option longs[] = {{"alg", required_argument, NULL, 'a'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"passphrase-file", required_argument, NULL, 'p'},
                                          {"height", required_argument, NULL, 'H'},
                                          {"winternitz", required_argument, NULL, 'W'},
                                          {"levels", required_argument, NULL, 'L'},
                                          {"n", required_argument, NULL, 'N'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct options options = {.alg = NULL};

    for (int c; (c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1;) {
        switch (c) {
        case 'a':
            options.alg = optarg;
            break;
        case 'o':
            options.name = optarg;
            break;
        case 'p':
            options.passphrase_file = optarg;
            break;
        case 'H':
            options.height = optarg;
            break;
        case 'W':
            options.winternitz = optarg;
            break;
        case 'L':
            options.levels = optarg;
            break;
        case 'N':
            options.n = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return PRIMUM_OK;
        default:
            return cli_usage("keygen");
        }
    }
    if (optind < argc)
        return primum_fail(PRIMUM_USAGE, "keygen takes no argument '%s'", argv[optind]), cli_usage("keygen");
    return run(&options);
}

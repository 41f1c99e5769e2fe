/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_trust_sign.c - `primum trust sign`: adds signatures of root keys to a trust manifest. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "cli/cli.h"
#include "host/keys/hss_key.h"
#include "host/keys/keys.h"
#include "host/keys/pkcs11.h"
#include "host/trust/trust_file.h"
#include "providers/openssl/crypto_openssl.h"
#include "update/update.h"

static const char help[] =
    "Usage: primum trust sign FILE.trust --key KEY... [-o OUT.trust]\n"
    "       primum trust sign FILE.trust --public PUB --to-be-signed FILE\n"
    "       primum trust sign FILE.trust --public PUB --attach SIGNATURE [-o OUT.trust]\n"
    "\n"
    "Adds signatures of root keys to a trust manifest, in place unless -o tells another file. Each\n"
    "keeper can do it on a machine of his own: what is signed doesn't depend on other signatures.\n"
    "\n"
    "  --key KEY               KEY.pem (P-256), KEY.hss (HSS-LMS), or pkcs11:... (RFC 7512); repeat\n"
    "                          for several\n"
    "  --passphrase-file FILE  first line opens encrypted keys and tokens; else it is asked for\n"
    "  --public PUB            the root key that signs elsewhere, .pub.pem or .hss.pub\n"
    "  --to-be-signed FILE     where to write the bytes that it signs (ECDSA with SHA-256, or HSS)\n"
    "  --attach SIGNATURE      its signature (r then s, DER, or HSS); checked before it is added\n"
    "  -o, --output OUT.trust  the manifest with the signatures\n"
    "  -h, --help              this text\n";

struct options {
    const char *key[PRM_TRUST_SIGNATURES_MAX];
    uint32_t keys;
    const char *passphrase_file, *public_, *to_be_signed, *attach, *output;
};

/* The manifest and the signatures that it is going to have. Owns: `added`. */
struct job {
    struct primum_trust_file file;
    prm_span signature[PRM_TRUST_SIGNATURES_MAX];
    uint32_t signatures;
    struct primum_bytes added[PRM_TRUST_SIGNATURES_MAX];
    uint32_t adds;
};

static int signed_already(const struct job *job, const struct primum_signer *signer) {
    struct prm_cose_sign1 parsed;

    for (uint32_t i = 0; i < job->signatures; i++)
        if (prm_cose_signature_parse(job->signature[i], &parsed) == PRM_OK && parsed.kid.len == sizeof signer->kid &&
            memcmp(parsed.kid.ptr, signer->kid, sizeof signer->kid) == 0)
            return 1;
    return 0;
}

/* There is room and use for a signature by this key; said before one is made, for a counted one would be lost. */
static int check_room(const struct job *job, const struct primum_signer *signer) {
    size_t len = job->file.payload.len + signer->sig_len + 64;

    for (uint32_t i = 0; i < job->signatures; i++)
        len += job->signature[i].len;
    if (signed_already(job, signer))
        return primum_fail(PRIMUM_REFUSED, "this key has signed already, and counts once");
    if (job->signatures == PRM_TRUST_SIGNATURES_MAX || len > PRM_UPDATE_TRUST_MAX)
        return primum_fail(PRIMUM_REFUSED,
                           "with one more signature no device could take it: %u signatures, %u bytes at most",
                           PRM_TRUST_SIGNATURES_MAX, PRM_UPDATE_TRUST_MAX);
    return PRIMUM_OK;
}

/* Only a signature that is right is added. */
static int add(struct job *job, const struct primum_signer *signer, prm_span signature) {
    struct primum_bytes message = primum_trust_message(signer, job->file.payload);
    struct primum_bytes raw = {primum_alloc(signature.len + PRM_P256_SIG_SIZE), signature.len + PRM_P256_SIG_SIZE};
    size_t len = 0;
    const int right = primum_signer_check(signer, primum_span(&message), signature, raw.data, &len);

    if (right) {
        struct primum_bytes *added = &job->added[job->adds++];
        *added = primum_trust_signature(signer, prm_span_of(raw.data, len));
        job->signature[job->signatures++] = primum_span(added);
    }
    primum_bytes_free(&message);
    primum_bytes_free(&raw);
    return right ? PRIMUM_OK : primum_fail(PRIMUM_REFUSED, "the signature is not right by the public key");
}

static int sign_file(const struct options *o, struct job *job, const char *path) {
    uint8_t raw[PRM_P256_SIG_SIZE];
    struct primum_signer signer;
    EVP_PKEY *key = NULL;
    int status = primum_key_read_private(path, o->passphrase_file, &key);

    if (status == PRIMUM_OK)
        status = primum_signer_of(key, path, PRM_COSE_ESP256, &signer);
    if (status == PRIMUM_OK)
        status = check_room(job, &signer);
    if (status == PRIMUM_OK) {
        struct primum_bytes message = primum_trust_message(&signer, job->file.payload);
        status = primum_key_sign(key, primum_span(&message), raw);
        primum_bytes_free(&message);
    }
    EVP_PKEY_free(key);
    return status == PRIMUM_OK ? add(job, &signer, prm_span_of(raw, sizeof raw)) : status;
}

static int sign_hss(const struct options *o, struct job *job, const char *path) {
    struct primum_hss_public pub;
    struct primum_signer signer;
    struct primum_bytes signature = {NULL, 0};
    int status = primum_hss_public_of(path, &pub);

    if (status == PRIMUM_OK &&
        primum_signer_make(PRM_COSE_HSS_LMS, prm_span_of(pub.bytes, pub.len), &signer) != PRIMUM_OK)
        status = primum_fail(PRIMUM_REFUSED, "%s is not a key for HSS-LMS", path);
    if (status == PRIMUM_OK)
        status = check_room(job, &signer);
    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes message = primum_trust_message(&signer, job->file.payload);
    status = primum_hss_sign(path, o->passphrase_file, &pub, primum_span(&message), &signature);
    primum_bytes_free(&message);
    if (status == PRIMUM_OK)
        status = add(job, &signer, primum_span(&signature));
    primum_bytes_free(&signature);
    return status;
}

static int sign_with_token(struct primum_pkcs11 *token, struct job *job) {
    uint8_t raw[PRM_P256_SIG_SIZE], hash[PRM_SHA256_SIZE];
    struct primum_signer signer;
    EVP_PKEY *key = NULL;
    int status = primum_pkcs11_public(token, &key);

    if (status == PRIMUM_OK)
        status = primum_signer_of(key, primum_pkcs11_name(token), PRM_COSE_ESP256, &signer);
    EVP_PKEY_free(key);
    if (status == PRIMUM_OK)
        status = check_room(job, &signer);
    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes message = primum_trust_message(&signer, job->file.payload);
    const prm_span bytes = primum_span(&message);
    status = prm_crypto_openssl.sha256(&bytes, 1, hash) == PRM_OK ? primum_pkcs11_sign(token, hash, raw)
                                                                  : primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
    primum_bytes_free(&message);
    return status == PRIMUM_OK ? add(job, &signer, prm_span_of(raw, sizeof raw)) : status;
}

static int sign_token(const struct options *o, struct job *job, const char *uri) {
    struct primum_pkcs11 *token;
    int status = primum_pkcs11_open(uri, o->passphrase_file, &token);

    if (status == PRIMUM_OK)
        status = primum_pkcs11_find_private(token);
    if (status == PRIMUM_OK)
        status = sign_with_token(token, job);
    primum_pkcs11_close(token);
    return status;
}

static int sign_one(const struct options *o, struct job *job, const char *key) {
    if (primum_pkcs11_is_uri(key))
        return sign_token(o, job, key);
    return primum_hss_is_key(key) ? sign_hss(o, job, key) : sign_file(o, job, key);
}

static int attach(const struct options *o, struct job *job) {
    struct primum_signer signer;
    struct primum_bytes signature = {NULL, 0};
    int status = primum_signer_read(o->public_, PRM_COSE_ESP256, &signer);

    if (status == PRIMUM_OK)
        status = check_room(job, &signer);
    if (status == PRIMUM_OK)
        status = primum_read_file(o->attach, &signature);
    if (status == PRIMUM_OK)
        status = add(job, &signer, primum_span(&signature));
    primum_bytes_free(&signature);
    return status;
}

static int write_to_be_signed(const struct options *o, const struct job *job) {
    struct primum_signer signer;
    int status = primum_signer_read(o->public_, PRM_COSE_ESP256, &signer);

    if (status == PRIMUM_OK)
        status = check_room(job, &signer);
    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes message = primum_trust_message(&signer, job->file.payload);
    status = primum_write_file(o->to_be_signed, primum_span(&message), 0644, PRIMUM_REPLACE);
    primum_bytes_free(&message);
    if (status == PRIMUM_OK)
        printf("%s: what is to be signed of trust manifest %u\n", o->to_be_signed, job->file.view.number);
    return status;
}

static int add_all(const struct options *o, struct job *job, const char *path) {
    const char *output = o->output != NULL ? o->output : path;
    int status = PRIMUM_OK;

    if (job->file.rest.len > 0)
        return primum_fail(PRIMUM_REFUSED, "%s has a release behind it; sign the manifest before they are put together",
                           path);
    if (o->to_be_signed != NULL)
        return write_to_be_signed(o, job);
    for (uint32_t i = 0; i < o->keys && status == PRIMUM_OK; i++)
        status = sign_one(o, job, o->key[i]);
    if (status == PRIMUM_OK && o->attach != NULL)
        status = attach(o, job);
    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes file = primum_trust_file_write(job->file.payload, job->signature, job->signatures);
    status = primum_write_file(output, primum_span(&file), 0644, PRIMUM_REPLACE);
    if (status == PRIMUM_OK)
        printf("%s: trust manifest %u, %u signature%s, %zu bytes of %u\n", output, job->file.view.number,
               job->signatures, job->signatures == 1 ? "" : "s", file.len, PRM_UPDATE_TRUST_MAX);
    primum_bytes_free(&file);
    return status;
}

static int run(const struct options *o, const char *path) {
    struct job job;

    memset(&job, 0, sizeof job);
    int status = primum_trust_file_read(path, &job.file);
    job.signatures = job.file.signatures;
    memcpy(job.signature, job.file.signature, sizeof job.signature);
    if (status == PRIMUM_OK)
        status = add_all(o, &job, path);
    for (uint32_t i = 0; i < job.adds; i++)
        primum_bytes_free(&job.added[i]);
    primum_trust_file_free(&job.file);
    return status;
}

/* 1 if exactly one of the three ways is asked for. */
static int check_needed(const struct options *o, int arguments) {
    const int ways = (o->keys > 0) + (o->to_be_signed != NULL) + (o->attach != NULL);

    if (arguments == 1 && ways == 1 && (o->public_ != NULL) == (o->keys == 0))
        return 1;
    (void)primum_fail(PRIMUM_USAGE, "trust sign needs a file and --key, or --public with --to-be-signed or --attach");
    return 0;
}

int cmd_trust_sign(int argc, char **argv) {
    static const struct option longs[] = {
        {"key", required_argument, NULL, 'k'},    {"passphrase-file", required_argument, NULL, 'p'},
        {"public", required_argument, NULL, 'P'}, {"to-be-signed", required_argument, NULL, 'T'},
        {"attach", required_argument, NULL, 'A'}, {"output", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    struct options o;

    memset(&o, 0, sizeof o);
    for (int c; (c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1;) {
        switch (c) {
        case 'k':
            if (o.keys == PRM_TRUST_SIGNATURES_MAX)
                return primum_fail(PRIMUM_USAGE, "a device looks at %u signatures at most", PRM_TRUST_SIGNATURES_MAX);
            o.key[o.keys++] = optarg;
            break;
        case 'p':
            o.passphrase_file = optarg;
            break;
        case 'P':
            o.public_ = optarg;
            break;
        case 'T':
            o.to_be_signed = optarg;
            break;
        case 'A':
            o.attach = optarg;
            break;
        case 'o':
            o.output = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return PRIMUM_OK;
        default:
            return cli_usage("trust sign");
        }
    }
    return check_needed(&o, argc - optind) ? run(&o, argv[optind]) : cli_usage("trust sign");
}

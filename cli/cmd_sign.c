/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_sign.c - `primum sign`: firmware in, a signed release out. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "boot/boot_format.h"
#include "cli/cli.h"
#include "cli/hss_key.h"
#include "cli/image.h"
#include "cli/keys.h"
#include "cli/manifest.h"
#include "cli/release.h"
#include "codec/cose.h"
#include "providers/openssl/crypto_openssl.h"

static const char help[] =
    "Usage: primum sign --vendor DNSNAME --class NAME --sequence N --version SEMVER\n"
    "                   --image a=FILE --image b=FILE --key KEY.pem -o OUT.suit\n"
    "\n"
    "Writes a release: a signed SUIT envelope for devices of one vendor and class.\n"
    "The manifest is deterministic: the same input gives the same bytes. The bytes of the\n"
    "signature repeat only with OpenSSL 3.2 or later (RFC 6979); before, they differ.\n"
    "\n"
    "  --vendor DNSNAME        the vendor, by a DNS name of his in lower case\n"
    "  --class NAME            the class of device\n"
    "  --device UUID           for this one device only\n"
    "  --sequence N            sequence number; a device never goes below its floor\n"
    "  --version SEMVER        version for people, like 1.2.0\n"
    "  --image SLOT=FILE       image for slot a or b: ELF, or raw binary linked for that slot\n"
    "  --key KEY               signing key, KEY.pem (P-256) or KEY.hss (HSS-LMS); repeat for\n"
    "                          several signatures (at most 4)\n"
    "  --passphrase-file FILE  first line opens encrypted keys; else they are asked for\n"
    "  --alg ESP256|ES256      COSE algorithm id, ESP256 unless told; the signature is the same\n"
    "  --name TEXT             the product's name, for people\n"
    "  --description TEXT      what this release is, for people\n"
    "  --detached              images beside the envelope (OUT.a.bin, OUT.b.bin), not in it\n"
    "  -o, --output OUT.suit   the release\n"
    "  -h, --help              this text\n";

struct options {
    const char *vendor, *class_, *device, *sequence, *alg, *passphrase_file, *output;
    const char *version, *name, *description;
    const char *image[PRM_BOOT_SLOTS];
    const char *key[PRM_SUIT_SIGNATURES_MAX];
    uint32_t keys;
    int detached;
};

/* What a run owns. */
struct job {
    struct cli_manifest_spec spec;
    struct cli_bytes image[PRM_BOOT_SLOTS];
    struct cli_bytes manifest, digest;
    struct cli_bytes block[PRM_SUIT_SIGNATURES_MAX];
};

static const char *skip_digits(const char *p) {
    return p + strspn(p, "0123456789");
}

/* A numeric identifier of semver.org 2.0.0: no leading zero. NULL if there is none. */
static const char *semver_number(const char *p) {
    const char *end = skip_digits(p);

    return end == p || (*p == '0' && end - p > 1) ? NULL : end;
}

/* Dot-separated identifiers after '-' or '+'. NULL if one is empty or holds something else. */
static const char *semver_identifiers(const char *p) {
    static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";

    for (;;) {
        const size_t len = strspn(p, allowed);
        if (len == 0)
            return NULL;
        p += len;
        if (*p != '.')
            return p;
        p++;
    }
}

static int is_semver(const char *p) {
    for (int i = 0; i < 3 && p != NULL; i++) {
        p = semver_number(p);
        if (p != NULL && i < 2)
            p = *p == '.' ? p + 1 : NULL;
    }
    if (p != NULL && *p == '-')
        p = semver_identifiers(p + 1);
    if (p != NULL && *p == '+')
        p = semver_identifiers(p + 1);
    return p != NULL && *p == '\0';
}

static int check_needed(const struct options *o) {
    const char *missing = o->vendor == NULL                              ? "--vendor"
                          : o->class_ == NULL                            ? "--class"
                          : o->sequence == NULL                          ? "--sequence"
                          : o->version == NULL                           ? "--version"
                          : o->image[0] == NULL && o->image[1] == NULL ? "--image"
                          : o->keys == 0                                 ? "--key"
                          : o->output == NULL                            ? "-o"
                                                                         : NULL;

    if (missing == NULL)
        return CLI_OK;
    (void)cli_fail(CLI_USAGE, "sign needs %s", missing);
    return cli_usage("sign");
}

/* The specification, but for the images. */
static int make_spec(const struct options *o, struct cli_manifest_spec *spec) {
    int status = cli_uuid_vendor(o->vendor, spec->vendor);

    if (status == CLI_OK)
        status = cli_uuid_class(spec->vendor, o->class_, spec->class_);
    if (status != CLI_OK)
        return status;
    if (!cli_parse_u64(o->sequence, &spec->sequence) || spec->sequence > INT64_MAX)
        return cli_fail(CLI_USAGE, "sequence '%s' is not a number from 0 to 2^63-1", o->sequence);
    if (!is_semver(o->version))
        return cli_fail(CLI_USAGE, "version '%s' is not a semantic version like 1.2.0", o->version);
    spec->has_device = o->device != NULL;
    if (o->device != NULL && !cli_uuid_parse(o->device, spec->device))
        return cli_fail(CLI_USAGE, "device '%s' is not a UUID", o->device);
    if (o->alg != NULL && strcmp(o->alg, "ESP256") != 0 && strcmp(o->alg, "ES256") != 0)
        return cli_fail(CLI_USAGE, "algorithm '%s' is not known; ESP256 and ES256 are", o->alg);
    spec->vendor_domain = o->vendor;
    spec->class_name = o->class_;
    spec->version = o->version;
    spec->name = o->name;
    spec->description = o->description;
    return CLI_OK;
}

static int load_images(const struct options *o, struct job *job) {
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        if (o->image[slot] == NULL)
            continue;
        const int status = cli_image_read(o->image[slot], slot, &job->image[slot]);
        if (status != CLI_OK)
            return status;
        const prm_span bytes = cli_span(&job->image[slot]);
        if (prm_crypto_openssl.sha256(&bytes, 1, job->spec.slot[slot].digest) != PRM_OK)
            return cli_fail(CLI_IO, "OpenSSL gives no SHA-256");
        job->spec.slot[slot].present = 1;
        job->spec.slot[slot].size = (uint32_t)bytes.len;
    }
    return CLI_OK;
}

static int sign_p256(const struct options *o, struct job *job, uint32_t i) {
    const int32_t alg = o->alg != NULL && strcmp(o->alg, "ES256") == 0 ? PRM_COSE_ES256 : PRM_COSE_ESP256;
    EVP_PKEY *key = NULL;
    int status = cli_key_read_private(o->key[i], o->passphrase_file, &key);

    if (status == CLI_OK)
        status = cli_manifest_sign(cli_span(&job->digest), key, o->key[i], alg, &job->block[i]);
    EVP_PKEY_free(key);
    return status;
}

/* The envelope as far as it is made; without images. */
static struct prm_suit_envelope envelope_of(const struct options *o, const struct job *job) {
    struct prm_suit_envelope envelope = {.digest_bytes = cli_span(&job->digest),
                                         .manifest_wrapped = cli_span(&job->manifest),
                                         .signatures = o->keys};

    for (uint32_t i = 0; i < o->keys; i++)
        envelope.signature[i] = cli_span(&job->block[i]);
    return envelope;
}

/* The size of the envelope in a slot; CLI_REFUSED if no device can hold it. */
static int check_size(const struct options *o, const struct job *job, size_t *need) {
    const prm_span none[PRM_BOOT_SLOTS] = {{NULL, 0}, {NULL, 0}};
    const struct prm_suit_envelope envelope = envelope_of(o, job);
    struct cli_bytes severed = cli_envelope_write(&envelope, none);

    *need = severed.len;
    cli_bytes_free(&severed);
    if (*need <= PRM_ENVELOPE_MAX)
        return CLI_OK;
    return cli_fail(CLI_REFUSED,
                    "the envelope without images has %zu bytes, and a device takes %u: shorten the texts, or use fewer keys "
                    "or keys with smaller signatures",
                    *need, PRM_ENVELOPE_MAX);
}

/* An HSS-LMS key signs last, in a place kept for it: its signatures are counted, and all that may fail is behind us. */
static int sign_all(const struct options *o, struct job *job) {
    int status = CLI_OK;
    size_t need;

    for (uint32_t i = 0; i < o->keys && status == CLI_OK; i++)
        status = cli_hss_is_key(o->key[i]) ? cli_hss_block_blank(o->key[i], &job->block[i]) : sign_p256(o, job, i);
    if (status == CLI_OK)
        status = check_size(o, job, &need);
    for (uint32_t i = 0; i < o->keys && status == CLI_OK; i++) {
        if (!cli_hss_is_key(o->key[i]))
            continue;
        cli_bytes_free(&job->block[i]);
        status = cli_hss_block_sign(cli_span(&job->digest), o->key[i], o->passphrase_file, &job->block[i]);
    }
    return status;
}

static int write_detached(const struct options *o, const struct job *job) {
    int status = CLI_OK;

    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS && status == CLI_OK; slot++) {
        if (job->image[slot].len == 0)
            continue;
        char *path = cli_release_detached_path(o->output, slot);
        status = cli_write_file(path, cli_span(&job->image[slot]), 0644, CLI_REPLACE);
        free(path);
    }
    return status;
}

/* Writes the release, after the check that a device can hold its envelope. */
static int write_release(const struct options *o, const struct job *job) {
    const struct prm_suit_envelope envelope = envelope_of(o, job);
    prm_span image[PRM_BOOT_SLOTS] = {{NULL, 0}, {NULL, 0}};
    size_t need = 0;
    int status = check_size(o, job, &need);

    if (status != CLI_OK)
        return status;
    if (o->detached)
        status = write_detached(o, job);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS && !o->detached; slot++)
        image[slot] = cli_span(&job->image[slot]);
    if (status != CLI_OK)
        return status;
    struct cli_bytes file = cli_envelope_write(&envelope, image);
    status = cli_write_file(o->output, cli_span(&file), 0644, CLI_REPLACE);
    if (status == CLI_OK)
        printf("%s: version %s, sequence %llu, %zu bytes (envelope %zu of %u), %u signature%s\n", o->output, o->version,
               (unsigned long long)job->spec.sequence, file.len, need, PRM_ENVELOPE_MAX, o->keys,
               o->keys == 1 ? "" : "s");
    cli_bytes_free(&file);
    return status;
}

static int run(const struct options *o) {
    struct job job;
    int status = check_needed(o);

    memset(&job, 0, sizeof job);
    if (status == CLI_OK)
        status = make_spec(o, &job.spec);
    if (status == CLI_OK)
        status = load_images(o, &job);
    if (status == CLI_OK)
        status = cli_manifest_write(&job.spec, &job.manifest);
    if (status == CLI_OK)
        status = cli_manifest_digest(cli_span(&job.manifest), &job.digest);
    if (status == CLI_OK)
        status = sign_all(o, &job);
    if (status == CLI_OK)
        status = write_release(o, &job);
    for (uint32_t i = 0; i < PRM_BOOT_SLOTS; i++)
        cli_bytes_free(&job.image[i]);
    for (uint32_t i = 0; i < PRM_SUIT_SIGNATURES_MAX; i++)
        cli_bytes_free(&job.block[i]);
    cli_bytes_free(&job.manifest);
    cli_bytes_free(&job.digest);
    return status;
}

static int add_image(struct options *o, const char *text) {
    const uint32_t slot = text[0] == 'b' ? 1 : 0;

    if ((text[0] != 'a' && text[0] != 'b') || text[1] != '=' || text[2] == '\0')
        return cli_fail(CLI_USAGE, "--image '%s' is not a=FILE or b=FILE", text);
    if (o->image[slot] != NULL)
        return cli_fail(CLI_USAGE, "slot %c has two images", text[0]);
    o->image[slot] = text + 2;
    return CLI_OK;
}

static int add_key(struct options *o, const char *path) {
    if (o->keys == PRM_SUIT_SIGNATURES_MAX)
        return cli_fail(CLI_USAGE, "a device looks at %u signatures at most", PRM_SUIT_SIGNATURES_MAX);
    o->key[o->keys++] = path;
    return CLI_OK;
}

/* Options that are one text each, by their letter. NULL for the others. */
static const char **text_option(struct options *o, int letter) {
    switch (letter) {
    case 'v':
        return &o->vendor;
    case 'c':
        return &o->class_;
    case 'd':
        return &o->device;
    case 's':
        return &o->sequence;
    case 'V':
        return &o->version;
    case 'p':
        return &o->passphrase_file;
    case 'a':
        return &o->alg;
    case 'n':
        return &o->name;
    case 't':
        return &o->description;
    case 'o':
        return &o->output;
    default:
        return NULL;
    }
}

int cmd_sign(int argc, char **argv) {
    static const struct option longs[] = {
        {"vendor", required_argument, NULL, 'v'},   {"class", required_argument, NULL, 'c'},
        {"device", required_argument, NULL, 'd'},   {"sequence", required_argument, NULL, 's'},
        {"version", required_argument, NULL, 'V'},  {"image", required_argument, NULL, 'i'},
        {"key", required_argument, NULL, 'k'},      {"passphrase-file", required_argument, NULL, 'p'},
        {"alg", required_argument, NULL, 'a'},      {"name", required_argument, NULL, 'n'},
        {"description", required_argument, NULL, 't'}, {"detached", no_argument, NULL, 'D'},
        {"output", required_argument, NULL, 'o'},   {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    struct options options;
    int status = CLI_OK;

    memset(&options, 0, sizeof options);
    for (int c; status == CLI_OK && (c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1;) {
        const char **text = text_option(&options, c);
        if (text != NULL) {
            *text = optarg;
        } else if (c == 'i') {
            status = add_image(&options, optarg);
        } else if (c == 'k') {
            status = add_key(&options, optarg);
        } else if (c == 'D') {
            options.detached = 1;
        } else if (c == 'h') {
            fputs(help, stdout);
            return CLI_OK;
        } else {
            return cli_usage("sign");
        }
    }
    if (status != CLI_OK)
        return status;
    if (optind < argc) {
        (void)cli_fail(CLI_USAGE, "sign takes no argument '%s'", argv[optind]);
        return cli_usage("sign");
    }
    return run(&options);
}

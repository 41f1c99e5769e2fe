/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_sign.c - `primum sign`: firmware in, a signed release out. */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "boot/boot_format.h"
#include "cli/cli.h"
#include "host/device/device.h"
#include "host/keys/hss_key.h"
#include "host/release/image.h"
#include "host/keys/keys.h"
#include "host/release/manifest.h"
#include "host/release/pending.h"
#include "host/keys/pkcs11.h"
#include "host/release/release.h"
#include "host/keys/signer.h"
#include "codec/cose.h"
#include "providers/openssl/crypto_openssl.h"
#include "update/update.h"

static const char help[] =
    "Usage: primum sign --vendor DNSNAME --class NAME --sequence N --version SEMVER\n"
    "                   --image a=FILE --image b=FILE [--services a=FILE --services b=FILE]\n"
    "                   [--encrypt-to PUB.pem]... --key KEY... -o OUT.suit\n"
    "       primum sign ... --public PUB.pem --to-be-signed FILE -o OUT.suit\n"
    "       primum sign --attach SIGNATURE... -o OUT.suit\n"
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
    "  --image SLOT=FILE       application for slot a or b: ELF, or raw binary linked for that slot\n"
    "  --services SLOT=FILE    services for the same slots; they and the application switch together\n"
    "  --encrypt-to PUB.pem    encrypt the application for the devices with this key (at most 4 keys)\n"
    "  --encrypt-services      encrypt the services too; the root can't restore such a release alone\n"
    "  --key KEY               signing key: KEY.pem (P-256), KEY.hss (HSS-LMS), or pkcs11:... (a\n"
    "                          P-256 key in a token, by its RFC 7512 URI); repeat for several\n"
    "                          signatures (at most 4)\n"
    "  --public PUB.pem        the public key of a token's key, if the token doesn't tell\n"
    "  --passphrase-file FILE  first line opens encrypted keys and tokens; else it is asked for\n"
    "  --alg ESP256|ES256      COSE algorithm id, ESP256 unless told; the signature is the same\n"
    "  --update-authorized[=PRIORITY]  install only with the application's consent; less is more urgent, 0\n"
    "  --minimum-battery MWH   install only with so much energy in the battery, in mWh\n"
    "  --use-before TIME       install only before 2027-01-31T12:00:00Z, or seconds since 1970\n"
    "  --name TEXT             the product's name, for people\n"
    "  --description TEXT      what this release is, for people\n"
    "  --detached              payloads beside the envelope (OUT.a0.bin, ...) with their lists of block\n"
    "                          digests (OUT.a0.blocks, ...), not in it\n"
    "  --plain                 no lists of block digests: for recipients that can't do with them. Ours\n"
    "                          refuse such a release on the wire\n"
    "  -o, --output OUT.suit   the release\n"
    "\n"
    "Signing elsewhere: OUT.pending waits for the signatures, and becomes OUT.suit with the last.\n"
    "  --public PUB.pem        whose signature it waits for, P-256 or HSS-LMS; for each one\n"
    "  --to-be-signed FILE     where to write the bytes that this key signs (ECDSA with SHA-256)\n"
    "  --digest                their SHA-256 instead, for a P-256 signer that takes that\n"
    "  --attach SIGNATURE      a file with a signature (r then s, DER, or HSS); checked before\n"
    "                          anything changes\n"
    "  --pending FILE          the file that waits, if it isn't OUT.pending\n"
    "\n"
    "  -h, --help              this text\n";

struct options {
    const char *vendor, *class_, *device, *sequence, *alg, *passphrase_file, *output;
    const char *version, *name, *description;
    const char *image[PRM_BOOT_SLOTS][PRM_COMPONENTS];
    const char *recipient[PRM_SUIT_RECIPIENTS_MAX];
    uint32_t recipients;
    int encrypt_services;
    struct primum_conditions_text conditions;
    const char *key[PRM_SUIT_SIGNATURES_MAX];
    uint32_t keys;
    const char *public_[PRM_SUIT_SIGNATURES_MAX], *to_be_signed[PRM_SUIT_SIGNATURES_MAX];
    uint32_t publics, to_be_signeds;
    const char *attach[PRM_SUIT_SIGNATURES_MAX];
    uint32_t attaches;
    const char *pending;
    int detached, digest, plain;
};

/* What a run owns. */
struct job {
    struct primum_manifest_spec spec;
    EVP_PKEY *recipient[PRM_SUIT_RECIPIENTS_MAX];
    struct primum_bytes manifest, fetch, digest;
    struct primum_bytes block[PRM_SUIT_SIGNATURES_MAX];
    struct primum_signer waits[PRM_SUIT_SIGNATURES_MAX]; /* whose signature a block still needs; else zeros */
    uint32_t blocks;
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

/* The options about signatures fit together. */
static int check_signing(const struct options *o) {
    int tokens = 0;

    for (uint32_t i = 0; i < o->keys; i++)
        tokens += primum_pkcs11_is_uri(o->key[i]);
    if (o->pending != NULL)
        return primum_fail(PRIMUM_USAGE, "--pending is for --attach; the file beside OUT.suit is OUT.pending");
    if (o->digest && o->to_be_signeds == 0)
        return primum_fail(PRIMUM_USAGE, "--digest is for --to-be-signed");
    if (o->to_be_signeds > 0 && o->publics != o->to_be_signeds)
        return primum_fail(PRIMUM_USAGE, "--public and --to-be-signed go together, one of each for each signature to come");
    if (o->keys + o->to_be_signeds > PRM_SUIT_SIGNATURES_MAX)
        return primum_fail(PRIMUM_USAGE, "a device looks at %u signatures at most", PRM_SUIT_SIGNATURES_MAX);
    if (o->to_be_signeds == 0 && o->publics > (tokens > 0 ? 1u : 0u))
        return primum_fail(PRIMUM_USAGE, "--public is for --to-be-signed, or once for a token that doesn't tell its own");
    return PRIMUM_OK;
}

static int check_needed(const struct options *o) {
    const char *missing = o->vendor == NULL                              ? "--vendor"
                          : o->class_ == NULL                            ? "--class"
                          : o->sequence == NULL                          ? "--sequence"
                          : o->version == NULL                           ? "--version"
                          : o->image[0][0] == NULL && o->image[1][0] == NULL ? "--image"
                          : o->keys + o->to_be_signeds == 0              ? "--key"
                          : o->output == NULL                            ? "-o"
                                                                         : NULL;

    if (missing == NULL)
        return check_signing(o);
    (void)primum_fail(PRIMUM_USAGE, "sign needs %s", missing);
    return cli_usage("sign");
}

/* The specification, but for the images. */
static int make_spec(const struct options *o, struct primum_manifest_spec *spec) {
    int status = primum_uuid_vendor(o->vendor, spec->vendor);

    if (status == PRIMUM_OK)
        status = primum_uuid_class(spec->vendor, o->class_, spec->class_);
    if (status != PRIMUM_OK)
        return status;
    if (!primum_parse_u64(o->sequence, &spec->sequence) || spec->sequence > INT64_MAX)
        return primum_fail(PRIMUM_USAGE, "sequence '%s' is not a number from 0 to 2^63-1", o->sequence);
    if (!is_semver(o->version))
        return primum_fail(PRIMUM_USAGE, "version '%s' is not a semantic version like 1.2.0", o->version);
    spec->has_device = o->device != NULL;
    if (o->device != NULL && !primum_uuid_parse(o->device, spec->device))
        return primum_fail(PRIMUM_USAGE, "device '%s' is not a UUID", o->device);
    if (o->alg != NULL && strcmp(o->alg, "ESP256") != 0 && strcmp(o->alg, "ES256") != 0)
        return primum_fail(PRIMUM_USAGE, "algorithm '%s' is not known; ESP256 and ES256 are", o->alg);
    spec->vendor_domain = o->vendor;
    spec->class_name = o->class_;
    spec->version = o->version;
    spec->name = o->name;
    spec->description = o->description;
    return primum_conditions_read(&o->conditions, &spec->conditions);
}

static int load_recipients(const struct options *o, struct job *job) {
    int status = PRIMUM_OK;

    for (uint32_t i = 0; i < o->recipients && status == PRIMUM_OK; i++)
        status = primum_key_open_public(o->recipient[i], &job->recipient[i]);
    return status;
}

static int load_image(const struct options *o, struct job *job, uint32_t slot, uint32_t component) {
    const uint32_t recipients = component == 0 || o->encrypt_services ? o->recipients : 0;
    struct primum_bytes image;
    int status = primum_image_read(o->image[slot][component], &primum_board_layout, slot, component, &image);

    if (status == PRIMUM_OK)
        status = primum_payload_make(primum_span(&image), job->recipient, recipients, !o->plain,
                                  &job->spec.slot[slot].payload[component]);
    primum_bytes_free(&image);
    return status;
}

static int load_images(const struct options *o, struct job *job) {
    int status = load_recipients(o, job);

    job->spec.components = o->image[0][1] != NULL || o->image[1][1] != NULL ? 2 : 1;
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS && status == PRIMUM_OK; slot++) {
        job->spec.slot[slot].present = o->image[slot][0] != NULL;
        if (job->spec.components > 1 && (o->image[slot][0] == NULL) != (o->image[slot][1] == NULL))
            return primum_fail(PRIMUM_USAGE, "slot %c has application or services, and needs both", slot == 0 ? 'a' : 'b');
        for (uint32_t i = 0; i < job->spec.components && job->spec.slot[slot].present && status == PRIMUM_OK; i++)
            status = load_image(o, job, slot, i);
    }
    return status;
}

static int32_t p256_alg(const struct options *o) {
    return o->alg != NULL && strcmp(o->alg, "ES256") == 0 ? PRM_COSE_ES256 : PRM_COSE_ESP256;
}

static int sign_p256(const struct options *o, struct job *job, uint32_t i) {
    EVP_PKEY *key = NULL;
    int status = primum_key_read_private(o->key[i], o->passphrase_file, &key);

    if (status == PRIMUM_OK)
        status = primum_manifest_sign(primum_span(&job->digest), key, o->key[i], p256_alg(o), &job->block[i]);
    EVP_PKEY_free(key);
    return status;
}

/* A block with room for a signature that is made elsewhere. */
static int wait_for(const struct options *o, struct job *job, uint32_t i) {
    struct primum_signer *signer = &job->waits[o->keys + i];
    const int status = primum_signer_read(o->public_[i], p256_alg(o), signer);

    if (status != PRIMUM_OK)
        return status;
    for (uint32_t k = o->keys; k < o->keys + i; k++) {
        if (memcmp(job->waits[k].kid, signer->kid, sizeof signer->kid) == 0)
            return primum_fail(PRIMUM_USAGE, "%s is given twice", o->public_[i]);
    }
    job->block[o->keys + i] = primum_signer_block(signer, prm_span_of(NULL, 0));
    return PRIMUM_OK;
}

/* The envelope as far as it is made; without images. */
static struct prm_suit_envelope envelope_of(const struct job *job) {
    const enum prm_suit_severed place = primum_manifest_fetch(&job->spec);
    struct prm_suit_envelope envelope = {.digest_bytes = primum_span(&job->digest),
                                         .manifest_wrapped = primum_span(&job->manifest),
                                         .signatures = job->blocks};

    envelope.severed[place] = envelope.severed_wrapped[place] = primum_span(&job->fetch);
    for (uint32_t i = 0; i < job->blocks; i++)
        envelope.signature[i] = primum_span(&job->block[i]);
    return envelope;
}

static int is_hss(const char *key) {
    return !primum_pkcs11_is_uri(key) && primum_hss_is_key(key);
}

static int sign_first(const struct options *o, struct job *job, uint32_t i) {
    const char *public_ = o->to_be_signeds == 0 ? o->public_[0] : NULL; /* else it is for a signature to come */

    if (primum_pkcs11_is_uri(o->key[i]))
        return primum_pkcs11_block_sign(primum_span(&job->digest), o->key[i], o->passphrase_file, public_, p256_alg(o),
                                     &job->block[i]);
    return is_hss(o->key[i]) ? primum_hss_block_blank(o->key[i], &job->block[i]) : sign_p256(o, job, i);
}

/* An HSS-LMS key signs last, in a place kept for it: its signatures are counted, and all that may fail is behind us. */
static int sign_all(const struct options *o, struct job *job) {
    int status = PRIMUM_OK;
    size_t header;

    job->blocks = o->keys + o->to_be_signeds;
    for (uint32_t i = 0; i < o->to_be_signeds && status == PRIMUM_OK; i++)
        status = wait_for(o, job, i);
    for (uint32_t i = 0; i < o->keys && status == PRIMUM_OK; i++)
        status = sign_first(o, job, i);
    if (status == PRIMUM_OK) {
        const struct prm_suit_envelope envelope = envelope_of(job);
        status = primum_envelope_fits(&envelope, &header);
    }
    for (uint32_t i = 0; i < o->keys && status == PRIMUM_OK; i++) {
        if (!is_hss(o->key[i]))
            continue;
        primum_bytes_free(&job->block[i]);
        status = primum_hss_block_sign(primum_span(&job->digest), o->key[i], o->passphrase_file, &job->block[i]);
    }
    return status;
}

/* Lists and payloads as files of their own, with the names that they would have in the envelope. */
static int write_detached(const struct options *o, const struct primum_member *members, size_t count) {
    int status = PRIMUM_OK;

    for (size_t i = 0; i < count && status == PRIMUM_OK; i++) {
        const char *name = members[i].name;
        const enum primum_part part = isupper((unsigned char)name[1]) ? PRIMUM_LIST : PRIMUM_PAYLOAD;
        const uint32_t slot = tolower((unsigned char)name[1]) == 'a' ? 0 : 1;
        char *path = primum_release_detached_path(o->output, slot, (uint32_t)(name[2] - '0'), part);
        status = primum_write_file(path, members[i].bytes, 0644, PRIMUM_REPLACE);
        free(path);
    }
    return status;
}

/* What the key of block `i` has to sign. */
static int write_to_be_signed(const struct options *o, const struct job *job, uint32_t i) {
    const struct primum_signer *signer = &job->waits[o->keys + i];
    const int hashed = o->digest && signer->alg != PRM_COSE_HSS_LMS; /* HSS hashes the message with its own salt */
    struct primum_bytes message = primum_signer_message(signer, primum_span(&job->digest));
    const prm_span bytes = primum_span(&message);
    uint8_t hash[PRM_SHA256_SIZE];
    char id[2 * PRIMUM_SIGNER_KID_SIZE + 1];
    int status = prm_crypto_openssl.sha256(&bytes, 1, hash) == PRM_OK ? PRIMUM_OK
                                                                      : primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");

    if (status == PRIMUM_OK)
        status = primum_write_file(o->to_be_signed[i], hashed ? prm_span_of(hash, sizeof hash) : bytes, 0644, PRIMUM_REPLACE);
    primum_hex(signer->kid, sizeof signer->kid, id);
    if (status == PRIMUM_OK)
        printf("%s: %s to be signed by key %s (%s)\n", o->to_be_signed[i],
               hashed ? "the SHA-256 of what is" : "what is", id, primum_signer_alg_name(signer));
    primum_bytes_free(&message);
    return status;
}

/* The file that waits comes first: a signature without it would be of no use. */
static int write_pending(const struct options *o, const struct job *job, prm_span envelope) {
    char *path = primum_pending_path(o->output);
    int status = primum_pending_write(path, job->waits, job->blocks, envelope);

    if (status == PRIMUM_OK)
        printf("%s: version %s, sequence %llu, waits for %u signature%s\n", path, o->version,
               (unsigned long long)job->spec.sequence, o->to_be_signeds, o->to_be_signeds == 1 ? "" : "s");
    for (uint32_t i = 0; i < o->to_be_signeds && status == PRIMUM_OK; i++)
        status = write_to_be_signed(o, job, i);
    free(path);
    return status;
}

static int write_complete(const struct options *o, const struct job *job, prm_span envelope, size_t header_len) {
    const int status = primum_write_file(o->output, envelope, 0644, PRIMUM_REPLACE);

    if (status == PRIMUM_OK)
        printf("%s: version %s, sequence %llu, %zu bytes (manifest %zu of %u, header %zu of %u), %u signature%s%s\n",
               o->output, o->version, (unsigned long long)job->spec.sequence, envelope.len, job->manifest.len,
               PRM_MANIFEST_MAX, header_len, PRM_UPDATE_HEADER_MAX, job->blocks, job->blocks == 1 ? "" : "s",
               o->recipients > 0 ? ", encrypted" : "");
    return status;
}

/* Writes the release, after the check that a device can hold its envelope. */
static int write_release(const struct options *o, const struct job *job) {
    const struct prm_suit_envelope envelope = envelope_of(job);
    struct primum_member payloads[PRIMUM_MEMBERS];
    const size_t count = primum_manifest_members(&job->spec, payloads);
    size_t header_len = 0;
    int status = primum_envelope_fits(&envelope, &header_len);

    if (status == PRIMUM_OK && o->detached)
        status = write_detached(o, payloads, count);
    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes file = primum_envelope_write(&envelope, payloads, o->detached ? 0 : count);
    status = o->to_be_signeds > 0 ? write_pending(o, job, primum_span(&file))
                                  : write_complete(o, job, primum_span(&file), header_len);
    primum_bytes_free(&file);
    return status;
}

static void free_job(struct job *job) {
    for (uint32_t i = 0; i < PRM_BOOT_SLOTS * PRM_COMPONENTS; i++)
        primum_payload_free(&job->spec.slot[i / PRM_COMPONENTS].payload[i % PRM_COMPONENTS]);
    for (uint32_t i = 0; i < PRM_SUIT_SIGNATURES_MAX; i++)
        primum_bytes_free(&job->block[i]);
    for (uint32_t i = 0; i < PRM_SUIT_RECIPIENTS_MAX; i++)
        EVP_PKEY_free(job->recipient[i]);
    primum_bytes_free(&job->manifest);
    primum_bytes_free(&job->fetch);
    primum_bytes_free(&job->digest);
}

/* Said before a signature is made for it: a counted one would be lost. */
static int check_not_pending(const struct options *o) {
    char *path = primum_pending_path(o->output);
    const int status = o->to_be_signeds > 0 && access(path, F_OK) == 0
                           ? primum_fail(PRIMUM_REFUSED, "%s exists and waits for signatures; attach them or remove it", path)
                           : PRIMUM_OK;

    free(path);
    return status;
}

static int attach(const struct options *o) {
    if (o->pending == NULL && o->output == NULL)
        return primum_fail(PRIMUM_USAGE, "--attach needs -o OUT.suit or --pending OUT.pending"), cli_usage("sign");
    if (o->vendor != NULL || o->class_ != NULL || o->keys + o->publics + o->to_be_signeds > 0)
        return primum_fail(PRIMUM_USAGE, "--attach completes a release that is made already; it takes --pending and -o only");
    return primum_pending_attach(o->attach, o->attaches, o->pending, o->output);
}

static int run(const struct options *o) {
    struct job job;

    if (o->attaches > 0)
        return attach(o);
    int status = check_needed(o);
    memset(&job, 0, sizeof job);
    if (status == PRIMUM_OK)
        status = check_not_pending(o);
    if (status == PRIMUM_OK)
        status = make_spec(o, &job.spec);
    if (status == PRIMUM_OK)
        status = load_images(o, &job);
    if (status == PRIMUM_OK)
        status = primum_manifest_write(&job.spec, &job.manifest, &job.fetch);
    if (status == PRIMUM_OK)
        status = primum_manifest_digest(primum_span(&job.manifest), &job.digest);
    if (status == PRIMUM_OK)
        status = sign_all(o, &job);
    if (status == PRIMUM_OK)
        status = write_release(o, &job);
    free_job(&job);
    return status;
}

static int add_image(struct options *o, const char *text, uint32_t component) {
    const uint32_t slot = text[0] == 'b' ? 1 : 0;

    if ((text[0] != 'a' && text[0] != 'b') || text[1] != '=' || text[2] == '\0')
        return primum_fail(PRIMUM_USAGE, "image '%s' is not a=FILE or b=FILE", text);
    if (o->image[slot][component] != NULL)
        return primum_fail(PRIMUM_USAGE, "slot %c has two images", text[0]);
    o->image[slot][component] = text + 2;
    return PRIMUM_OK;
}

/* One more for something that each signature has one of. */
static int add_signing(const char **list, uint32_t *count, const char *text) {
    if (*count == PRM_SUIT_SIGNATURES_MAX)
        return primum_fail(PRIMUM_USAGE, "a device looks at %u signatures at most", PRM_SUIT_SIGNATURES_MAX);
    list[(*count)++] = text;
    return PRIMUM_OK;
}

static int add_recipient(struct options *o, const char *path) {
    if (o->recipients == PRM_SUIT_RECIPIENTS_MAX)
        return primum_fail(PRIMUM_USAGE, "a payload is encrypted to %u keys at most; give groups of devices a key in common",
                        PRM_SUIT_RECIPIENTS_MAX);
    o->recipient[o->recipients++] = path;
    return PRIMUM_OK;
}

/* Options that may be given again. */
static int repeated_option(struct options *o, int letter, const char *text) {
    switch (letter) {
    case 'i':
        return add_image(o, text, 0);
    case 'S':
        return add_image(o, text, 1);
    case 'e':
        return add_recipient(o, text);
    case 'k':
        return add_signing(o->key, &o->keys, text);
    case 'P':
        return add_signing(o->public_, &o->publics, text);
    case 'T':
        return add_signing(o->to_be_signed, &o->to_be_signeds, text);
    case 'A':
        return add_signing(o->attach, &o->attaches, text);
    default:
        return cli_usage("sign");
    }
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
    case 'W':
        return &o->pending;
    case 'M':
        return &o->conditions.battery;
    case 'B':
        return &o->conditions.before;
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
        {"services", required_argument, NULL, 'S'}, {"encrypt-to", required_argument, NULL, 'e'},
        {"encrypt-services", no_argument, NULL, 'E'}, {"public", required_argument, NULL, 'P'},
        {"to-be-signed", required_argument, NULL, 'T'}, {"digest", no_argument, NULL, 'H'},
                                          {"plain", no_argument, NULL, 'L'},
        {"update-authorized", optional_argument, NULL, 'U'},
        {"minimum-battery", required_argument, NULL, 'M'}, {"use-before", required_argument, NULL, 'B'},
        {"attach", required_argument, NULL, 'A'},   {"pending", required_argument, NULL, 'W'},
        {"output", required_argument, NULL, 'o'},   {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    struct options options;
    int status = PRIMUM_OK;

    memset(&options, 0, sizeof options);
    for (int c; status == PRIMUM_OK && (c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1;) {
        const char **text = text_option(&options, c);
        if (text != NULL) {
            *text = optarg;
        } else if (c == 'D') {
            options.detached = 1;
        } else if (c == 'E') {
            options.encrypt_services = 1;
        } else if (c == 'H') {
            options.digest = 1;
        } else if (c == 'L') {
            options.plain = 1;
        } else if (c == 'U') {
            options.conditions.authorized = optarg != NULL ? optarg : "0";
        } else if (c == 'h') {
            fputs(help, stdout);
            return PRIMUM_OK;
        } else {
            status = repeated_option(&options, c, optarg);
        }
    }
    if (status != PRIMUM_OK)
        return status;
    if (optind < argc) {
        (void)primum_fail(PRIMUM_USAGE, "sign takes no argument '%s'", argv[optind]);
        return cli_usage("sign");
    }
    return run(&options);
}

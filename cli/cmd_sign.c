/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_sign.c - `primum sign`: firmware in, a signed release out; here, or with signatures that are made elsewhere. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot/boot_format.h"
#include "cli/cmd_sign.h"
#include "host/device/description.h"
#include "host/keys/pkcs11.h"
#include "host/release/image.h"
#include "trust/floor.h"
#include "update/update.h"

enum { HERE = 1 << 0, ATTACH = 1 << 1, ELSEWHERE = 1 << 2, MAKES = HERE | ELSEWHERE };

static const struct cli_option options[] = {
    [O_VENDOR] = {"vendor", 0, "DNSNAME", CLI_TEXT, MAKES, MAKES, 1, NULL,
                  "the vendor of the devices, by a DNS name of his in lower case (RFC 9124)"},
    [O_CLASS] = {"class", 0, "NAME", CLI_TEXT, MAKES, MAKES, 1, NULL, "the class of device, a name in the vendor's"},
    [O_DEVICE_ID] = {"device-id", 0, "UUID", CLI_TEXT, MAKES, 0, 1, NULL, "for this one device only"},
    [O_SEQUENCE] = {"sequence", 0, "N", CLI_TEXT, MAKES, MAKES, 1, NULL,
                    "sequence number; a device runs the highest that is fit to run, and none below its floor"},
    [O_VERSION] = {"version", 0, "SEMVER", CLI_TEXT, MAKES, MAKES, 1, NULL,
                   "version for people, like 1.2.0 (semver.org 2.0.0)"},
    [O_IMAGE] = {"image", 0, "SLOT=FILE", CLI_SLOT, MAKES, MAKES, 2, NULL,
                 "the application for slot a or b, linked for it: ELF, Intel HEX, SREC or raw binary"},
    [O_SERVICES] = {"services", 0, "SLOT=FILE", CLI_SLOT, MAKES, 0, 2, NULL,
                    "the services for the same slots; they and the application switch together"},
    [O_COMPONENTS] = {"components", 0, "N", CLI_TEXT, MAKES, 0, 1, NULL,
                      "how many images the devices run: 2, application and services, unless told 1"},
    [O_DEVICE] = {"device", 0, "FILE", CLI_IN, MAKES, 0, 1, NULL,
                  "a device's description ('primum device describe'): images are made for the memory of such devices, and not "
                  "for the emulated board's"},
    [O_ENCRYPT_TO] =
        {"encrypt-to", 0, "PUB.pem", CLI_IN, MAKES, 0, PRM_SUIT_RECIPIENTS_MAX, NULL,
         "encrypt the application for the devices with this key. Blocks are encrypted first and signed then, "
         "so that anyone can verify them"},
    [O_ENCRYPT_SERVICES] = {"encrypt-services", 0, NULL, CLI_FLAG, MAKES, 0, 1, "encrypt-to",
                            "encrypt the services too; the root, which has no key, can't restore such a release alone"},
    [O_AUTHORIZED] = {"update-authorized", 0, "PRIORITY", CLI_OPTIONAL, MAKES, 0, 1, NULL,
                      "install only with the application's consent; less is more urgent, 0 unless given"},
    [O_BATTERY] = {"minimum-battery", 0, "MWH", CLI_TEXT, MAKES, 0, 1, NULL,
                   "install only with so much energy in the battery, in mWh"},
    [O_BEFORE] = {"use-before", 0, "TIME", CLI_TEXT, MAKES, 0, 1, NULL,
                  "install only before 2027-01-31T12:00:00Z, or seconds since 1970"},
    [O_NAME] = {"name", 0, "TEXT", CLI_TEXT, MAKES, 0, 1, NULL, "the product's name, for people"},
    [O_DESCRIPTION] = {"description", 0, "TEXT", CLI_TEXT, MAKES, 0, 1, NULL, "what this release is, for people"},
    [O_DETACHED] =
        {"detached", 0, NULL, CLI_FLAG, MAKES, 0, 1, NULL,
         "payloads beside the envelope (OUT.a0.bin, OUT.a1.bin, ...: slot and component) with their lists of "
         "block digests (OUT.a0.blocks, ...), not in it"},
    [O_PLAIN] =
        {"plain", 0, NULL, CLI_FLAG, MAKES, 0, 1, NULL,
         "no lists of block digests: for recipients that can't do with them. Ours refuse such a release on the wire "
         "(LST1)"},
    [O_KEY] =
        {"key", 0, "KEY", CLI_KEY, MAKES, HERE, PRM_SUIT_SIGNATURES_MAX, NULL,
         "signing key: KEY.pem (P-256), KEY.hss (HSS-LMS), or pkcs11:... (a P-256 key in a token, by its RFC 7512 "
         "URI); repeat for several signatures"},
    [O_PASSPHRASE] = {"passphrase-file", 0, "FILE", CLI_IN, MAKES, 0, 1, "key",
                      "its first line opens encrypted keys and tokens; else it is asked for"},
    [O_ALG] =
        {"alg", 0, "ESP256|ES256", CLI_TEXT, MAKES, 0, 1, NULL,
         "COSE algorithm id of P-256 signatures, ESP256 unless told; the signature is the same, and devices accept "
         "ES256 by policy only"},
    [O_PUBLIC] =
        {"public", 0, "PUB", CLI_IN, MAKES, ELSEWHERE, PRM_SUIT_SIGNATURES_MAX, NULL,
         "whose signature the release waits for, P-256 or HSS-LMS; one for each. Without --to-be-signed, the public "
         "key of a token that doesn't tell it"},
    [O_TO_BE_SIGNED] =
        {"to-be-signed", 0, "FILE", CLI_OUT, ELSEWHERE, 0, PRM_SUIT_SIGNATURES_MAX, NULL,
         "where to write the bytes that this key signs (ECDSA with SHA-256, or HSS); one for each --public"},
    [O_DIGEST] = {"digest", 0, NULL, CLI_FLAG, ELSEWHERE, 0, 1, NULL,
                  "write their SHA-256 instead, for a P-256 signer that takes that"},
    [O_ATTACH] = {"attach", 0, "SIGNATURE", CLI_IN, ATTACH, 0, PRM_SUIT_SIGNATURES_MAX, NULL,
                  "a file with a signature (r then s, DER, or HSS); checked before anything changes"},
    [O_PENDING] = {"pending", 0, "FILE", CLI_IN, ATTACH, 0, 1, NULL, "the file that waits, if it isn't OUT.pending"},
    [O_OUTPUT] = {"output", 'o', "OUT.suit", CLI_STEM, CLI_ALWAYS, MAKES, 1, NULL, "the release"},
};
static const struct cli_mode modes[] = {
    {.by = -1},
    {.by = O_ATTACH,
     .names_output = 1,
     .text = "Attaching signatures that were made elsewhere; with the last one OUT.pending becomes OUT.suit"},
    {.by = O_TO_BE_SIGNED, .text = "Signing elsewhere: OUT.pending waits for the signatures"}};

/* ---- What is asked for ---- */

/* What the keys are. */
struct counts {
    unsigned tokens, p256;
};

static struct counts count_keys(const struct cli_args *args) {
    struct counts n = {0, 0};

    for (unsigned i = 0; i < args->given[O_KEY].count; i++) {
        n.tokens += primum_pkcs11_is_uri(args->given[O_KEY].text[i]) ? 1u : 0u;
        n.p256 += primum_hss_is_key(args->given[O_KEY].text[i]) ? 0u : 1u;
    }
    for (unsigned i = 0; i < args->given[O_PUBLIC].count && cli_has(args, O_TO_BE_SIGNED); i++)
        n.p256 += primum_key_is_public(args->given[O_PUBLIC].text[i]) ? 1u : 0u;
    return n;
}

/* Options that depend on what the keys are. */
static int check_keys(const struct cli_args *args) {
    const struct counts n = count_keys(args);
    const unsigned publics = args->given[O_PUBLIC].count, elsewhere = args->given[O_TO_BE_SIGNED].count;

    if (elsewhere > 0 && publics != elsewhere)
        return cli_misuse(args, "--public and --to-be-signed go together, one of each for each signature to come");
    if (elsewhere == 0 && publics > (n.tokens > 0 ? 1u : 0u))
        return cli_misuse(args,
                          "--public has no effect without --to-be-signed, or once for a token that doesn't tell its "
                          "own");
    if (args->given[O_KEY].count + elsewhere > PRM_SUIT_SIGNATURES_MAX)
        return cli_misuse(args, "a device looks at %u signatures at most", PRM_SUIT_SIGNATURES_MAX);
    if (n.p256 == 0 && (cli_has(args, O_ALG) || cli_has(args, O_DIGEST)))
        return cli_misuse(args, "--%s has no effect: no P-256 key signs", cli_has(args, O_ALG) ? "alg" : "digest");
    return cli_check_secret(args, O_KEY, O_PASSPHRASE);
}

static int read_sequence(const struct cli_args *args, uint64_t *value) {
    const char *sequence = cli_text(args, O_SEQUENCE);

    if (!primum_parse_u64(sequence, value) || *value == 0 || *value > PRM_SEQUENCE_MAX)
        return cli_misuse(args, "sequence '%s' is not a number from 1 to 2^48-1", sequence);
    if (*value > PRM_FLOOR_STEP)
        primum_warn("sequence %s: a release may be %" PRIu64 " above a device's floor at most, and devices begin at their "
                    "first release's. Count releases, or take seconds since 1970; a date with its time is too large",
                    sequence, PRM_FLOOR_STEP);
    return PRIMUM_OK;
}

/* The specification, but for the images. */
static int read_spec(const struct cli_args *args, struct primum_manifest_spec *spec) {
    const struct primum_conditions_text conditions = {
        .authorized =
            cli_has(args, O_AUTHORIZED) && cli_text(args, O_AUTHORIZED)[0] == '\0' ? "0" : cli_text(args, O_AUTHORIZED),
        .battery = cli_text(args, O_BATTERY),
        .before = cli_text(args, O_BEFORE)};
    int status = primum_uuid_vendor(cli_text(args, O_VENDOR), spec->vendor);

    if (status == PRIMUM_OK)
        status = primum_uuid_class(spec->vendor, cli_text(args, O_CLASS), spec->class_);
    if (status == PRIMUM_OK && cli_has(args, O_NAME))
        status = primum_text_check("--name", cli_text(args, O_NAME), CLI_NAME_MAX);
    if (status == PRIMUM_OK && cli_has(args, O_DESCRIPTION))
        status = primum_text_check("--description", cli_text(args, O_DESCRIPTION), CLI_DESCRIPTION_MAX);
    if (status != PRIMUM_OK)
        return status;
    if (read_sequence(args, &spec->sequence) != PRIMUM_OK)
        return PRIMUM_USAGE;
    if (!primum_is_semver(cli_text(args, O_VERSION)))
        return cli_misuse(args, "version '%s' is not a semantic version like 1.2.0", cli_text(args, O_VERSION));
    spec->has_device = cli_has(args, O_DEVICE_ID);
    if (spec->has_device && !primum_uuid_parse(cli_text(args, O_DEVICE_ID), spec->device))
        return cli_misuse(args, "device id '%s' is not a UUID", cli_text(args, O_DEVICE_ID));
    spec->vendor_domain = cli_text(args, O_VENDOR);
    spec->class_name = cli_text(args, O_CLASS);
    spec->version = cli_text(args, O_VERSION);
    spec->name = cli_text(args, O_NAME);
    spec->description = cli_text(args, O_DESCRIPTION);
    return primum_conditions_read(&conditions, &spec->conditions);
}

static int read_alg(const struct cli_args *args, int32_t *out) {
    const char *alg = cli_has(args, O_ALG) ? cli_text(args, O_ALG) : "ESP256";

    *out = strcmp(alg, "ES256") == 0 ? PRM_COSE_ES256 : PRM_COSE_ESP256;
    if (strcmp(alg, "ESP256") != 0 && strcmp(alg, "ES256") != 0)
        return cli_misuse(args, "algorithm '%s' is not known; ESP256 and ES256 are", alg);
    return PRIMUM_OK;
}

/* The files for each slot and component; NULL: none. */
struct images {
    const char *file[PRM_BOOT_SLOTS][PRM_COMPONENTS];
};

static int read_images(const struct cli_args *args, struct images *out) {
    static const int option[PRM_COMPONENTS] = {O_IMAGE, O_SERVICES};

    memset(out, 0, sizeof *out);
    for (uint32_t component = 0; component < PRM_COMPONENTS; component++) {
        for (unsigned i = 0; i < args->given[option[component]].count; i++) {
            const char *text = args->given[option[component]].text[i];
            const uint32_t slot = text[0] == 'b' ? 1 : 0;
            if ((text[0] != 'a' && text[0] != 'b') || text[1] != '=' || text[2] == '\0')
                return cli_misuse(args, "--%s '%s' is not a=FILE or b=FILE", options[option[component]].name, text);
            if (out->file[slot][component] != NULL)
                return cli_misuse(args, "--%s %c=... is given twice", options[option[component]].name, text[0]);
            out->file[slot][component] = text + 2;
        }
    }
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS && cli_has(args, O_SERVICES); slot++) {
        if ((out->file[slot][0] == NULL) != (out->file[slot][1] == NULL))
            return cli_misuse(args, "slot %c has application or services, and needs both", slot == 0 ? 'a' : 'b');
    }
    return PRIMUM_OK;
}

/* Where the devices have their images: as one of them is described, else as on the emulated board. */
static int read_device(const struct cli_args *args, const struct primum_manifest_spec *spec, struct prm_layout *out) {
    const char *path = cli_text(args, O_DEVICE);
    struct primum_description device;

    *out = primum_board_layout;
    if (path == NULL)
        return PRIMUM_OK;
    if (cli_has(args, O_COMPONENTS))
        return cli_misuse(args, "--components has no effect with --device: the description says it");
    const int status = primum_description_read(path, &device);
    if (status != PRIMUM_OK)
        return status;
    *out = device.layout;
    const int other = memcmp(device.fuses.vendor, spec->vendor, sizeof spec->vendor) != 0 ||
                      memcmp(device.fuses.class_, spec->class_, sizeof spec->class_) != 0 ||
                      (spec->has_device && memcmp(device.fuses.device, spec->device, sizeof spec->device) != 0);
    primum_description_free(&device);
    return other ? primum_fail(PRIMUM_REFUSED, "%s describes a device of another vendor, class or id, which would not take this",
                               path)
                 : PRIMUM_OK;
}

/* A device takes a release with as many images as it runs, and no other (SUT8). */
static int read_components(const struct cli_args *args, const struct prm_layout *layout, uint32_t *out) {
    uint64_t components = layout->components;

    if (cli_has(args, O_COMPONENTS) &&
        (!primum_parse_u64(cli_text(args, O_COMPONENTS), &components) || components < 1 || components > PRM_COMPONENTS))
        return cli_misuse(args, "components '%s' is not 1 or 2", cli_text(args, O_COMPONENTS));
    if (components == 1 && cli_has(args, O_SERVICES))
        return cli_misuse(args, "--services has no effect with --components 1");
    if (components == 2 && !cli_has(args, O_SERVICES))
        return cli_misuse(args,
                          "devices run services too, and would take no release without: --services, or --components 1 "
                          "for devices that have none");
    *out = (uint32_t)components;
    return PRIMUM_OK;
}

static int load_images(const struct cli_args *args, struct primum_making *making) {
    struct prm_layout layout;
    struct images images;
    int status = read_device(args, &making->spec, &layout);

    if (status == PRIMUM_OK)
        status = read_components(args, &layout, &making->spec.components);
    if (status == PRIMUM_OK)
        status = read_images(args, &images);
    for (unsigned i = 0; i < args->given[O_ENCRYPT_TO].count && status == PRIMUM_OK; i++)
        status = primum_making_recipient(making, args->given[O_ENCRYPT_TO].text[i]);
    for (uint32_t at = 0; at < PRM_BOOT_SLOTS * PRM_COMPONENTS && status == PRIMUM_OK; at++) {
        const uint32_t slot = at / PRM_COMPONENTS, component = at % PRM_COMPONENTS;
        struct primum_bytes image = {NULL, 0};
        if (images.file[slot][component] == NULL)
            continue;
        status = primum_image_read(images.file[slot][component], &layout, slot, component, &image);
        if (status == PRIMUM_OK)
            status = primum_making_image(making, primum_span(&image), slot, component,
                                         component == 0 || cli_has(args, O_ENCRYPT_SERVICES));
        primum_bytes_free(&image);
    }
    return status;
}

/* ---- What is written ---- */

/*
 * Everything but --to-be-signed, which is open already. Here nothing is spent yet. A file that waits for signatures is
 * never replaced: it may hold a counted one.
 */
static int open_outputs(struct cli_args *args, struct sign_outputs *out) {
    const char *path = cli_text(args, O_OUTPUT);
    const int force = args->files.force;
    int status;

    memset(out, 0, sizeof *out);
    args->files.force = force && !cli_has(args, O_TO_BE_SIGNED);
    out->path = cli_has(args, O_TO_BE_SIGNED) ? primum_pending_path(path) : primum_format("%s", path);
    status = primum_files_output(&args->files, out->path, 0644, &out->release);
    args->files.force = force;
    /* What the signatures are going to complete has its place too; it isn't written yet. */
    if (status == PRIMUM_OK && cli_has(args, O_TO_BE_SIGNED))
        status = primum_files_output(&args->files, path, 0644, &out->later);
    return status;
}

/* Lists and payloads as files of their own, with the names that they would have in the envelope. */
static int open_detached(struct cli_args *args, const struct primum_making *making, struct sign_outputs *out) {
    struct primum_member members[PRIMUM_MEMBERS];
    const size_t count = cli_has(args, O_DETACHED) ? primum_manifest_members(&making->spec, members) : 0;
    int status = PRIMUM_OK;

    for (size_t i = 0; i < count && status == PRIMUM_OK; i++) {
        const char *name = members[i].name;
        const enum primum_part part = isupper((unsigned char)name[1]) ? PRIMUM_LIST : PRIMUM_PAYLOAD;
        const uint32_t slot = tolower((unsigned char)name[1]) == 'a' ? 0 : 1;
        char *path = primum_release_detached_path(cli_text(args, O_OUTPUT), slot, (uint32_t)(name[2] - '0'), part);
        status = primum_files_output(&args->files, path, 0644, &out->payload[i]);
        free(path);
        if (status == PRIMUM_OK)
            status = primum_output_write(out->payload[i], members[i].bytes);
    }
    return status;
}

static int write_release(struct cli_args *args, struct primum_making *making, const struct sign_outputs *out) {
    struct primum_bytes envelope = primum_making_envelope(making, cli_has(args, O_DETACHED));
    struct primum_bytes file = {NULL, 0};
    int status = PRIMUM_OK;

    if (out->later != NULL)
        status = primum_pending_make(making->waits, making->blocks, primum_span(&envelope), &file);
    if (status == PRIMUM_OK)
        status = primum_output_write(out->release, primum_span(out->later != NULL ? &file : &envelope));
    for (unsigned i = 0; i < args->given[O_TO_BE_SIGNED].count && status == PRIMUM_OK; i++)
        status = sign_write_to_be_signed(args, making, i);
    if (status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    if (status == PRIMUM_OK)
        sign_say(args, making, out, envelope.len);
    primum_bytes_free(&file);
    primum_bytes_free(&envelope);
    return status;
}

/* Room on the disk for the whole, as long as it will be. */
static int reserve(const struct cli_args *args, const struct primum_making *making, const struct sign_outputs *out) {
    enum { PENDING_EXTRA = 1024 };
    struct primum_bytes envelope = primum_making_envelope(making, cli_has(args, O_DETACHED));
    const size_t len = envelope.len + (out->later != NULL ? PENDING_EXTRA : 0);

    primum_bytes_free(&envelope);
    return primum_output_reserve(out->release, len);
}

static int make(struct cli_args *args, struct primum_making *making, struct sign_outputs *out) {
    struct primum_signers signers = {.key = args->given[O_KEY].text,
                                     .keys = args->given[O_KEY].count,
                                     .public_ = args->given[O_PUBLIC].text,
                                     .publics = args->given[O_TO_BE_SIGNED].count,
                                     .secret_file = cli_text(args, O_PASSPHRASE)};
    int status = check_keys(args);

    making->plain = cli_has(args, O_PLAIN);
    if (!cli_has(args, O_TO_BE_SIGNED))
        signers.token_public = cli_text(args, O_PUBLIC); /* else it is for a signature to come */
    if (status == PRIMUM_OK)
        status = read_alg(args, &signers.alg);
    if (status == PRIMUM_OK)
        status = read_spec(args, &making->spec);
    if (status == PRIMUM_OK)
        status = open_outputs(args, out);
    if (status == PRIMUM_OK)
        status = load_images(args, making);
    if (status == PRIMUM_OK)
        status = primum_making_manifest(making);
    if (status == PRIMUM_OK)
        status = open_detached(args, making, out);
    if (status == PRIMUM_OK)
        status = primum_making_sign(making, &signers);
    if (status == PRIMUM_OK)
        status = reserve(args, making, out);
    if (status == PRIMUM_OK)
        status = primum_making_spend(making, &signers);
    return status == PRIMUM_OK ? write_release(args, making, out) : status;
}

static int run(struct cli_args *args) {
    struct primum_making making;
    struct sign_outputs out;

    if (cli_has(args, O_ATTACH))
        return sign_attach(args);
    memset(&making, 0, sizeof making);
    memset(&out, 0, sizeof out);
    const int status = make(args, &making, &out);
    primum_making_free(&making);
    free(out.path);
    return status;
}

const struct cli_verb cli_sign =
    CLI_TABLE("sign", "make a signed release from firmware images", 1,
              "Writes a release: a signed SUIT envelope for devices of one vendor and class. Images run in place, so "
              "each slot needs "
              "one linked for its address.\n\n"
              "The manifest is deterministic: the same input gives the same bytes. The bytes of a P-256 signature "
              "repeat only with "
              "OpenSSL 3.2 or later (RFC 6979); before, they differ.\n\n"
              "A token takes its PIN from pin-value or pin-source (the name of a file) of the URI, else from "
              "--passphrase-file, or asks. "
              "Other users of the machine can read a command line: prefer pin-source. A PIN is tried once.",
              modes, options, run);

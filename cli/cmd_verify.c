/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_verify.c - `primum verify`: may a release be trusted? The device's own boot code answers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "cli/cli.h"
#include "host/device/trial.h"
#include "host/keys/keys.h"
#include "host/trust/anchors.h"
#include "host/release/payload.h"
#include "host/release/release.h"
#include "host/trust/trust_check.h"
#include "trust/floor.h"

enum {
    O_TRUST,
    O_TRUST_MANIFEST,
    O_ROOT_KEY,
    O_NEED_ROOT,
    O_ALLOW_ES256,
    O_VENDOR,
    O_CLASS,
    O_DEVICE_ID,
    O_FLOOR,
    O_DEVICE_KEY,
    O_COMPONENTS,
    O_DEVICE,
    O_JSON
};
enum { BY_KEYS, BY_MANIFEST, BY_ROOTS, BY_DEVICE };
enum {
    KEYS = 1 << BY_KEYS,
    MANIFEST = 1 << BY_MANIFEST,
    ROOTS = 1 << BY_ROOTS,
    DEVICE = 1 << BY_DEVICE,
    RELEASE = KEYS | MANIFEST
};

static const struct cli_option options[] = {
    [O_TRUST] =
        {"trust", 0, "PUB", CLI_IN, KEYS, KEYS, PRM_TRUST_ANCHORS, NULL,
         "a key the device trusts, .pub.pem or .hss.pub; with keys of both kinds, a signature of each is needed"},
    [O_TRUST_MANIFEST] = {"trust-manifest", 0, "FILE.trust", CLI_IN, MANIFEST, MANIFEST, 1, NULL,
                          "the keys in force are those of this trust manifest, which the root keys must have signed"},
    [O_ROOT_KEY] = {"root-key", 0, "PUB", CLI_IN, MANIFEST | ROOTS, MANIFEST | ROOTS, PRM_TRUST_ANCHORS, NULL,
                    "a root key of the device"},
    [O_NEED_ROOT] = {"need-root", 0, "K", CLI_TEXT, MANIFEST | ROOTS, 0, 1, NULL,
                     "so many of them must have signed; 1 of one unless told"},
    [O_ALLOW_ES256] = {"allow-es256", 0, NULL, CLI_FLAG, RELEASE, 0, 1, NULL,
                       "the device also accepts the algorithm id ES256"},
    [O_VENDOR] = {"vendor", 0, "DNSNAME", CLI_TEXT, RELEASE, 0, 1, "class",
                  "the device's vendor; unless told the release's own is believed"},
    [O_CLASS] = {"class", 0, "NAME", CLI_TEXT, RELEASE, 0, 1, "vendor", "the device's class, likewise"},
    [O_DEVICE_ID] = {"device-id", 0, "UUID", CLI_TEXT, RELEASE, 0, 1, NULL, "the device's id, likewise"},
    [O_FLOOR] = {"floor", 0, "N", CLI_TEXT, RELEASE, 0, 1, NULL, "the device's rollback floor, 1 unless told"},
    [O_DEVICE_KEY] =
        {"device-key", 0, "FILE", CLI_IN, RELEASE | DEVICE, 0, 1, NULL,
         "a device's key.bin, to look into encrypted images too; without it all blocks are checked against the "
         "signature, and what they hold isn't"},
    [O_COMPONENTS] = {"components", 0, "N", CLI_TEXT, RELEASE, 0, 1, NULL,
                      "how many images the device runs: 2, application and services, unless told"},
    [O_DEVICE] = {"device", 0, "FILE", CLI_IN, DEVICE, DEVICE, 1, NULL,
                  "a device's description ('primum device describe' writes one): identity, keys, memory and floors are that "
                  "device's"},
    [O_JSON] = {"json", 0, NULL, CLI_FLAG, CLI_ALWAYS, 0, 1, NULL, "for programs"},
};
static const struct cli_mode modes[] = {
    [BY_KEYS] = {.by = -1, .operand = {{"FILE.suit", CLI_IN}}},
    [BY_MANIFEST] = {.by = O_TRUST_MANIFEST,
                     .operand = {{"FILE.suit", CLI_IN}},
                     .text = "With the keys of a trust manifest"},
    [BY_ROOTS] = {.by = O_ROOT_KEY, .operand = {{"FILE.trust", CLI_IN}}, .text = "A trust manifest itself"},
    [BY_DEVICE] = {.by = O_DEVICE, .operand = {{"FILE", CLI_IN}}, .text = "Either of them, for one device"}};

struct options {
    struct primum_trust_spec trust;
    uint32_t components;
    const char *vendor, *class_, *device_id, *floor, *device_key, *trust_manifest, *description;
    int json, has_components;
};

/* The identity of the device to ask: as told, else as the release claims. */
static int make_fuses(const struct options *o, const struct primum_claim *claim, struct prm_fuses *out) {
    uint8_t vendor[PRIMUM_UUID_SIZE] = {0}, class_[PRIMUM_UUID_SIZE] = {0}, device[PRIMUM_UUID_SIZE] = {0};
    int status = PRIMUM_OK;

    if (claim->vendor != NULL)
        memcpy(vendor, claim->vendor, sizeof vendor);
    if (claim->class_ != NULL)
        memcpy(class_, claim->class_, sizeof class_);
    if (claim->device != NULL)
        memcpy(device, claim->device, sizeof device);
    if (o->vendor != NULL) {
        status = primum_uuid_vendor(o->vendor, vendor);
        if (status == PRIMUM_OK)
            status = primum_uuid_class(vendor, o->class_, class_);
    }
    if (status == PRIMUM_OK && o->device_id != NULL && !primum_uuid_parse(o->device_id, device))
        status = primum_fail(PRIMUM_USAGE, "device id '%s' is not a UUID", o->device_id);
    return status == PRIMUM_OK ? primum_fuses_make(vendor, class_, device, out) : status;
}

/* A device as told or claimed, the release taken apart, and what is wrong with its payloads. */
struct question {
    struct primum_description device;
    struct primum_trial trial;
    struct primum_bytes content[PRM_BOOT_SLOTS][PRM_COMPONENTS];
    prm_result payload[PRM_BOOT_SLOTS]; /* the first thing wrong with a payload of the slot; NOT_TRIED: there is none */
    int plain;                          /* a payload has no list of its blocks' digests */
    int sealed;                         /* an image stays encrypted */
    int assumed;                        /* parts of the device that nobody has told */
    int sealed_last;                    /* the last component's, which the boot looks at in any case */
};

/* Checks one payload, and opens it if it can be. */
static int take_payload(const char *path, struct primum_release *release, const struct primum_claim *claim,
                        EVP_PKEY *key, uint32_t slot, uint32_t index, struct question *q) {
    const struct prm_suit_component *component = &claim->slot[slot].component[index];
    struct primum_bytes *content = &q->content[slot][index];
    struct primum_parts parts;
    const int status = primum_release_payload_for(release, path, claim, slot, index, &parts);

    if (status != PRIMUM_OK || parts.payload.len == 0)
        return status;
    prm_result result = primum_payload_check(parts.payload, parts.list, component, content);
    q->plain |= component->fetch.ptr == NULL;
    /* A ciphertext without a list: whoever has the key is told by the image's digest. */
    if (result == PRM_ERR_LIST_NONE && component->fetch.ptr == NULL && key != NULL)
        result = PRM_OK;
    if (result == PRM_OK && component->encryption.ptr != NULL && key == NULL) {
        q->sealed = 1;
        q->sealed_last |= index + 1 == q->device.layout.components;
    } else if (result == PRM_OK && component->encryption.ptr != NULL) {
        result = primum_payload_decrypt(component, key, content);
    }
    if (q->payload[slot] == PRM_OK || q->payload[slot] == PRM_ERR_NOT_TRIED)
        q->payload[slot] = result;
    q->trial.image[slot][index] = primum_span(content);
    return PRIMUM_OK;
}

static int open_key(const char *path, EVP_PKEY **out) {
    struct primum_bytes file = {NULL, 0};
    int status = PRIMUM_OK;

    *out = NULL;
    if (path == NULL)
        return PRIMUM_OK;
    status = primum_read_file(path, &file);
    if (status == PRIMUM_OK && file.len != PRIMUM_SCALAR_SIZE)
        status = primum_fail(PRIMUM_REFUSED, "%s is not a device's key.bin", path);
    if (status == PRIMUM_OK)
        status = primum_key_from_scalar(file.data, out);
    if (file.data != NULL)
        prm_wipe(file.data, file.len);
    primum_bytes_free(&file);
    return status;
}

/* Fills in which slots the release is for, and their images. */
static int find_images(const struct options *o, const char *path, struct primum_release *release,
                       const struct primum_claim *claim, struct question *q) {
    EVP_PKEY *key;
    int status = open_key(o->device_key, &key);

    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        q->payload[slot] =
            claim->install == PRM_OK || claim->install == PRM_ERR_SUIT_MISSING ? PRM_ERR_NOT_TRIED : claim->install;
        q->trial.use[slot] = claim->slot[slot].present;
        for (uint32_t i = 0; i < q->device.layout.components && claim->slot[slot].present && status == PRIMUM_OK; i++)
            status = take_payload(path, release, claim, key, slot, i, q);
    }
    EVP_PKEY_free(key);
    q->trial.services_only = q->sealed && q->device.layout.components > 1;
    /* One that the device can't follow is put into A, so that it says why. */
    if (!q->trial.use[0] && !q->trial.use[1])
        q->trial.use[0] = 1;
    return status;
}

/* What the device said of the image in a slot, and what we know of its payload. */
static prm_result verdict(const struct question *q, const struct prm_boot_report *report, uint32_t slot) {
    const prm_result boot = report->slot[slot].result;
    /* The digest is of what only its devices can read; that it is the image of these blocks, the signature says. */
    const prm_result said = q->sealed_last && boot == PRM_ERR_IMAGE_DIGEST ? PRM_OK : boot;

    if (q->payload[slot] != PRM_OK && q->payload[slot] != PRM_ERR_NOT_TRIED &&
        (said == PRM_OK || said == PRM_ERR_IMAGE_DIGEST))
        return q->payload[slot];
    return said;
}

/* The verdict on one slot, with the cases that only we can tell. */
static const char *slot_text(const struct question *q, prm_result result, uint32_t number) {
    if (result == PRM_ERR_IMAGE_DIGEST && q->payload[number] == PRM_ERR_NOT_TRIED)
        return "the image is neither in the release nor in a file beside it";
    if (result == PRM_OK && q->sealed)
        return q->assumed ? "right for a device as assumed below (encrypted: every block is the signed one; what it holds only "
                            "its devices can read)"
                          : "would run (encrypted: every block is the signed one; what it holds only its devices can read)";
    if (result == PRM_OK && q->plain)
        return q->assumed ? "right for a device as assumed below (without lists of block digests: no device takes it over its "
                            "wire)"
                          : "would run (without lists of block digests: no device takes it over its wire)";
    if (result != PRM_OK)
        return primum_result_text(result);
    return q->assumed ? "right for a device as assumed below" : "would run";
}

/* What nobody has told of the device, and is assumed. */
static const struct {
    const char *name, *text;
} assumptions[] = {{"identity", "the identity that the release names"}, {"memory", "the emulated board's memory"},
                   {"components", "2 images"},                          {"floor", "nothing accepted before"},
                   {"trust", "no other trust manifest"},                {"algorithms", "signatures of both kinds"}};
enum { A_IDENTITY, A_MEMORY, A_COMPONENTS, A_FLOOR, A_TRUST, A_ALGORITHMS, ASSUMPTIONS };

static int assumed_of(const struct options *o, const struct primum_claim *claim) {
    if (o->description != NULL)
        return 0;
    return 1 << A_MEMORY | 1 << A_TRUST | 1 << A_ALGORITHMS |
           (o->vendor == NULL || (claim->device != NULL && o->device_id == NULL)) << A_IDENTITY |
           !o->has_components << A_COMPONENTS | (o->floor == NULL) << A_FLOOR;
}

static void print_assumed(const struct question *q) {
    const char *between = "assumed: ";

    for (unsigned i = 0; i < ASSUMPTIONS; i++) {
        if ((q->assumed & 1 << i) == 0)
            continue;
        cli_print("%s%s", between, assumptions[i].text);
        between = ", ";
    }
    if (q->assumed != 0)
        cli_print(" (--device asks one device: 'primum help device describe')\n");
}

static json_t *json_assumed(const struct question *q) {
    json_t *list = json_array();

    for (unsigned i = 0; i < ASSUMPTIONS; i++) {
        if ((q->assumed & 1 << i) != 0)
            json_array_append_new(list, json_string(assumptions[i].name));
    }
    return list;
}

static int report_text(const char *path, const struct question *q, const struct prm_boot_report *report, int status) {
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        char code[5], hex[2 * PRM_KEY_ID_SIZE + 1];
        const struct prm_boot_slot_report *r = &report->slot[slot];
        const prm_result result = verdict(q, report, slot);
        if (!q->trial.use[slot])
            continue;
        primum_result_code(result, code);
        primum_hex(r->key_id, sizeof r->key_id, hex);
        cli_print("slot %c  %s: %s", 'A' + (int)slot, code, slot_text(q, result, slot));
        if (prm_diff(r->key_id, (uint8_t[PRM_KEY_ID_SIZE]){0}, PRM_KEY_ID_SIZE) != 0)
            cli_print(" (sequence %" PRIu64 ", signed by key %s)", r->sequence, hex);
        putchar('\n');
    }
    print_assumed(q);
    cli_print("%s: %s\n", path, status == PRIMUM_OK ? "trusted" : "refused");
    return status;
}

static int report_json(const struct question *q, const struct prm_boot_report *report, int status) {
    json_t *slots = json_array();

    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        char code[5], hex[2 * PRM_KEY_ID_SIZE + 1];
        const struct prm_boot_slot_report *r = &report->slot[slot];
        const prm_result result = verdict(q, report, slot);
        if (!q->trial.use[slot])
            continue;
        primum_result_code(result, code);
        primum_hex(r->key_id, sizeof r->key_id, hex);
        json_array_append_new(slots, json_pack("{s:s, s:s, s:s, s:I, s:s}", "slot", slot == 0 ? "a" : "b", "code", code,
                                               "text", slot_text(q, result, slot), "sequence", (json_int_t)r->sequence,
                                               "key_id", hex));
    }
    json_t *root = json_pack("{s:b, s:o, s:o}", "trusted", status == PRIMUM_OK, "slots", slots, "assumed",
                            json_assumed(q));
    const int printed = cli_json_print(root);
    return printed == PRIMUM_OK ? status : printed;
}

/* Who has signed a trust manifest, for people. */
static void print_roots(const struct options *o, const struct primum_trust_check *check) {
    char id[2 * PRIMUM_SIGNER_KID_SIZE + 1];

    for (size_t i = 0; i < o->trust.roots; i++) {
        primum_hex(check->kid[i], sizeof check->kid[i], id);
        cli_print("%-11s %s (key %s)\n", check->signed_[i] ? "signed by" : "not by", o->trust.root[i], id);
    }
    if (check->others > 0)
        cli_print("and %u signature%s that none of these keys made\n", check->others, check->others == 1 ? "" : "s");
}

/* Where the rules themselves are refused, no slot is looked at. */
static int refuse_rules(const struct options *o, const struct primum_trust_file *file,
                        const struct prm_boot_report *report) {
    struct primum_trust_check check;
    const int status = primum_trust_check(file, &o->trust, &check);

    if (status != PRIMUM_OK)
        return status;
    if (!o->json)
        print_roots(o, &check);
    if (check.count < o->trust.need_root)
        return primum_fail(PRIMUM_REFUSED, "%s has %u of the %u signatures of root keys that it needs",
                           o->trust_manifest, check.count, (unsigned)o->trust.need_root);
    return primum_fail(PRIMUM_REFUSED, "%s is signed by enough root keys, and a device still doesn't take it: %s",
                       o->trust_manifest, primum_result_text(report->result));
}

/* Asks, with everything in place; `envelope` is what a slot would hold. */
static int ask(const struct options *o, const char *path, struct primum_release *release, struct question *q,
               const struct primum_claim *claim, const struct primum_trust_file *manifest) {
    struct prm_boot_report report;
    int status = find_images(o, path, release, claim, q);

    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes envelope = primum_envelope_for_bank(&release->envelope);
    const size_t len = envelope.len;
    q->trial.envelope = primum_span(&envelope);
    status = primum_device_try(&q->trial, &report);
    primum_bytes_free(&envelope);
    if (status != PRIMUM_OK)
        return status;
    if (report.result == PRM_ERR_TRUST_NONE)
        return refuse_rules(o, manifest, &report);
    if (len > PRM_BANK_ENVELOPE_MAX)
        primum_warn("the envelope without images has %zu bytes; a device takes %u", len, PRM_BANK_ENVELOPE_MAX);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        if (q->trial.use[slot] && verdict(q, &report, slot) != PRM_OK)
            status = PRIMUM_REFUSED;
    }
    return o->json ? report_json(q, &report, status) : report_text(path, q, &report, status);
}

/* The keys that were told, in a device that has accepted nothing yet but the trust manifest, if there is one. */
static int take_trust(const struct options *o, struct primum_trust_file *file, struct primum_description *device) {
    memset(file, 0, sizeof *file);
    primum_description_board(device);
    device->layout.components = o->components;
    int status = primum_trust_make(&o->trust, &device->trust);
    if (status != PRIMUM_OK || o->trust_manifest == NULL)
        return status;
    status = primum_trust_file_read(o->trust_manifest, file);
    if (status != PRIMUM_OK)
        return status;
    const size_t len = file->file.len - file->rest.len;
    device->trust_slot[0] = (struct primum_bytes){primum_alloc(len), len};
    memcpy(device->trust_slot[0].data, file->file.data, len);
    device->trust_floor = file->view.number;
    /* Unless told: a device that has accepted nothing of this epoch yet. */
    device->floor = prm_floor_of(file->view.epoch, file->view.base) - 1;
    device->floor = device->floor < PRM_FLOOR_FIRST ? PRM_FLOOR_FIRST : device->floor;
    return PRIMUM_OK;
}

/* The device as it was described, or as far as it was told. */
static int take_device(const struct options *o, const struct primum_claim *claim, struct primum_trust_file *manifest,
                       struct primum_description *device) {
    memset(manifest, 0, sizeof *manifest);
    if (o->description != NULL)
        return primum_description_read(o->description, device);
    int status = take_trust(o, manifest, device);
    if (status == PRIMUM_OK && o->floor != NULL && !primum_parse_floor(o->floor, &device->floor))
        status = primum_fail(PRIMUM_USAGE, "floor '%s' is not a number from 1 to 2^63-1", o->floor);
    return status == PRIMUM_OK ? make_fuses(o, claim, &device->fuses) : status;
}

static int verify(const struct options *o, const char *path) {
    struct primum_release release;
    struct question q;
    struct primum_claim claim;
    struct primum_trust_file manifest;

    memset(&q, 0, sizeof q);
    q.trial.device = &q.device;
    int status = primum_release_read(path, &release);
    if (status != PRIMUM_OK)
        return status;
    primum_release_claim(&release, &claim);
    q.assumed = assumed_of(o, &claim);
    status = take_device(o, &claim, &manifest, &q.device);
    if (status == PRIMUM_OK)
        status = ask(o, path, &release, &q, &claim, &manifest);
    for (uint32_t i = 0; i < PRM_BOOT_SLOTS * PRM_COMPONENTS; i++)
        primum_bytes_free(&q.content[i / PRM_COMPONENTS][i % PRM_COMPONENTS]);
    primum_description_free(&q.device);
    primum_release_free(&release);
    primum_trust_file_free(&manifest);
    return status;
}

/* A manifest itself: the device that holds it in its slots says whether it is in force. */
static int verify_manifest(struct options *o, const char *path) {
    static const uint8_t nobody[PRIMUM_UUID_SIZE];
    struct primum_description device;
    struct primum_trust_check check;
    struct primum_trust_file file;
    struct primum_trial trial = {.device = &device};
    struct prm_boot_report report;

    o->trust_manifest = path;
    int status = take_trust(o, &file, &device);
    if (status == PRIMUM_OK)
        status = primum_fuses_make(nobody, nobody, nobody, &device.fuses);
    if (status == PRIMUM_OK)
        status = primum_device_try(&trial, &report);
    if (status == PRIMUM_OK && report.result == PRM_ERR_TRUST_NONE)
        status = refuse_rules(o, &file, &report);
    else if (status == PRIMUM_OK)
        status = primum_trust_check(&file, &o->trust, &check);
    if (status == PRIMUM_OK && o->json)
        status = cli_json_print(json_pack("{s:b, s:I, s:I, s:I}", "trusted", 1, "number", (json_int_t)file.view.number,
                                          "signed", (json_int_t)check.count, "needed", (json_int_t)o->trust.need_root));
    if (status == PRIMUM_OK && !o->json) {
        print_roots(o, &check);
        cli_print("%s: trust manifest %u, trusted (%u of %u signatures needed)\n", path, file.view.number,
                     check.count, (unsigned)o->trust.need_root);
    }
    primum_description_free(&device);
    primum_trust_file_free(&file);
    return status;
}

/* Would the device that is described take the manifest? */
static int verify_manifest_for_device(const struct options *o, const char *path) {
    struct primum_description device;
    struct primum_trust_file file;
    prm_result said = PRM_ERR_NOT_TRIED;
    char code[5];
    int status = primum_trust_file_read(path, &file);

    if (status != PRIMUM_OK)
        return status;
    status = primum_description_read(o->description, &device);
    if (status == PRIMUM_OK && !device.manifests)
        status = primum_fail(PRIMUM_REFUSED, "the device of %s takes no trust manifests", o->description);
    if (status == PRIMUM_OK)
        status = primum_device_try_trust(&device, prm_span_of(file.file.data, file.file.len - file.rest.len), &said);
    primum_result_code(said, code);
    const char *text = said == PRM_OK ? "would be taken" : primum_result_text(said);
    if (status == PRIMUM_OK && o->json)
        status = cli_json_print(json_pack("{s:b, s:I, s:s, s:s}", "trusted", said == PRM_OK, "number",
                                          (json_int_t)file.view.number, "code", code, "text", text));
    else if (status == PRIMUM_OK)
        cli_print("%s: trust manifest %u  %s: %s\n", path, file.view.number, code, text);
    primum_description_free(&device);
    primum_trust_file_free(&file);
    return status == PRIMUM_OK && said != PRM_OK ? PRIMUM_REFUSED : status;
}

/* A file of the other kind has its own way to be verified; a device is asked of both. */
static int check_kind(const struct cli_args *args, int *manifest) {
    uint8_t head[2] = {0, 0};
    FILE *file = fopen(args->operand[0], "rb");
    const size_t n = file != NULL ? fread(head, 1, sizeof head, file) : 0;

    if (file != NULL)
        fclose(file);
    *manifest = args->mode == BY_ROOTS;
    if (n < sizeof head)
        return PRIMUM_OK;
    *manifest = primum_trust_file_is(prm_span_of(head, n));
    if (args->mode != BY_DEVICE && *manifest != (args->mode == BY_ROOTS))
        return cli_misuse(args,
                          *manifest ? "%s is a trust manifest: it is verified with --root-key alone, or with --device"
                                    : "%s is not a trust manifest: of a release, tell the keys with --trust, or "
                                      "with --trust-manifest too",
                          args->operand[0]);
    return PRIMUM_OK;
}

static int run(struct cli_args *args) {
    struct options o = {.vendor = cli_text(args, O_VENDOR),
                        .class_ = cli_text(args, O_CLASS),
                        .device_id = cli_text(args, O_DEVICE_ID),
                        .description = cli_text(args, O_DEVICE),
                        .has_components = cli_has(args, O_COMPONENTS),
                        .floor = cli_text(args, O_FLOOR),
                        .device_key = cli_text(args, O_DEVICE_KEY),
                        .trust_manifest = cli_text(args, O_TRUST_MANIFEST),
                        .json = cli_has(args, O_JSON)};

    o.trust.allow_es256 = cli_has(args, O_ALLOW_ES256);
    o.trust.releases = args->given[O_TRUST].count;
    o.trust.roots = args->given[O_ROOT_KEY].count;
    memcpy(o.trust.release, args->given[O_TRUST].text, sizeof o.trust.release);
    memcpy(o.trust.root, args->given[O_ROOT_KEY].text, sizeof o.trust.root);
    int manifest = 0;
    uint64_t components = primum_board_layout.components;
    if (cli_has(args, O_COMPONENTS) &&
        (!primum_parse_u64(cli_text(args, O_COMPONENTS), &components) || components < 1 || components > PRM_COMPONENTS))
        return cli_misuse(args, "components '%s' is not 1 or 2", cli_text(args, O_COMPONENTS));
    o.components = (uint32_t)components;
    int status = primum_trust_need_root(&o.trust, cli_text(args, O_NEED_ROOT));
    if (status == PRIMUM_OK)
        status = check_kind(args, &manifest);
    if (status != PRIMUM_OK)
        return status;
    if (!manifest)
        return verify(&o, args->operand[0]);
    return o.description != NULL ? verify_manifest_for_device(&o, args->operand[0]) : verify_manifest(&o, args->operand[0]);
}

const struct cli_verb cli_verify = CLI_TABLE("verify", "say whether a release may be trusted", 0,
                                             "Says whether a device would run the release, or whether it would follow a "
                                             "trust manifest. It is the device's own code that decides, over the "
                                             "same bytes. With --device it is about that device; without, what nobody "
                                             "has told of the device is assumed, and the assumptions are printed. Exit "
                                             "status 0 only if nothing is refused.",
                                             modes, options, run);

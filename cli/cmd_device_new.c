/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_new.c - `primum device new` and `set-floor`: what the factory does once. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ec.h>

#include "cli/cli.h"
#include "host/device/device.h"
#include "host/keys/keys.h"
#include "host/trust/anchors.h"
#include "ports/mps2-an505/board.h"
#include "trust/floor.h"

enum { O_VENDOR, O_CLASS, O_DEVICE_ID, O_TRUST, O_ROOT_KEY, O_NEED_ROOT, O_ALLOW_ES256, O_FLOOR, O_ROT };

static const struct cli_option new_options[] = {
    [O_VENDOR] = {"vendor", 0, "DNSNAME", CLI_TEXT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL,
                  "the vendor, by a DNS name of his in lower case"},
    [O_CLASS] = {"class", 0, "NAME", CLI_TEXT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL, "the class of device"},
    [O_DEVICE_ID] = {"device-id", 0, "UUID", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL, "this one device; random unless told"},
    [O_TRUST] =
        {"trust", 0, "PUB", CLI_IN, CLI_ALWAYS, CLI_ALWAYS, PRM_TRUST_ANCHORS, NULL,
         "a key whose releases it runs, .pub.pem or .hss.pub; with keys of both kinds, a release needs a signature of "
         "each"},
    [O_ROOT_KEY] = {"root-key", 0, "PUB", CLI_IN, CLI_ALWAYS, 0, PRM_TRUST_ANCHORS, NULL,
                    "a key that may sign trust manifests, which replace the keys above"},
    [O_NEED_ROOT] = {"need-root", 0, "K", CLI_TEXT, CLI_ALWAYS, 0, 1, "root-key",
                     "so many of them must sign one; 1 of one unless told"},
    [O_ALLOW_ES256] = {"allow-es256", 0, NULL, CLI_FLAG, CLI_ALWAYS, 0, 1, NULL, "also accept the algorithm id ES256"},
    [O_FLOOR] = {"floor", 0, "N", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL, "rollback floor to start with, 1 unless told"},
    [O_ROT] = {"rot", 0, "rot.bin", CLI_IN, CLI_ALWAYS, 0, 1, NULL,
               "the immutable root; else $PRIMUM_ROT, else the one built beside this program"},
};
static const struct cli_mode new_modes[] = {{.by = -1, .operand = {{"DIR", CLI_FOLDER}}}};

enum { S_YES };

static const struct cli_option floor_options[] = {
    [S_YES] = {"yes", 0, NULL, CLI_FLAG, CLI_ALWAYS, 0, 1, NULL, "even if nothing in the device would run after it"},
};
static const struct cli_mode floor_modes[] = {{.by = -1, .operand = {{"DIR", CLI_FOLDER}, {"N", CLI_TEXT}}}};

struct options {
    struct primum_trust_spec trust;
    const char *vendor, *class_, *device_id, *rot, *floor;
};

/* The contents of a device's parts. */
struct parts {
    struct prm_trust trust;
    struct prm_fuses fuses;
    struct primum_bytes rot;
    uint64_t floor;
};

/* Where the build puts the root, seen from this program. Owns: the caller frees. */
static char *built_rot(void) {
    char self[PATH_MAX];
    const ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    self[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = '\0';
    return primum_format("%s/../../firmware/firmware/rot/rot.bin", self);
}

static int read_rot(const char *told, struct primum_bytes *out) {
    const char *variable = getenv("PRIMUM_ROT");
    char *built = built_rot();
    const char *path = told != NULL ? told : variable != NULL && variable[0] != '\0' ? variable : built;
    int status;

    if (path == built && access(built, R_OK) != 0)
        status = primum_fail(
            PRIMUM_IO, "no root: build the firmware, or name it with --rot or $PRIMUM_ROT (looked for %s)", built);
    else
        status = primum_read_file(path, out);
    if (status == PRIMUM_OK && (out->len == 0 || out->len > BOARD_TRUST_OFF)) {
        status = primum_fail(PRIMUM_REFUSED, "%s has %zu bytes; a root has 1 to %u", path, out->len, BOARD_TRUST_OFF);
        primum_bytes_free(out);
    }
    free(built);
    return status;
}

static int make_parts(const struct options *o, struct parts *parts) {
    uint8_t vendor[PRIMUM_UUID_SIZE], class_[PRIMUM_UUID_SIZE], device[PRIMUM_UUID_SIZE];
    int status = primum_uuid_vendor(o->vendor, vendor);

    if (status == PRIMUM_OK)
        status = primum_uuid_class(vendor, o->class_, class_);
    if (status != PRIMUM_OK)
        return status;
    if (o->device_id != NULL && !primum_uuid_parse(o->device_id, device))
        return primum_fail(PRIMUM_USAGE, "device id '%s' is not a UUID", o->device_id);
    if (o->device_id == NULL && !primum_uuid_random(device))
        return primum_fail(PRIMUM_IO, "OpenSSL gives no random numbers");
    parts->floor = PRM_FLOOR_FIRST;
    if (o->floor != NULL && !primum_parse_floor(o->floor, &parts->floor))
        return primum_fail(PRIMUM_USAGE, "floor '%s' is not a number from 1 to 2^63-1", o->floor);
    status = primum_fuses_make(vendor, class_, device, &parts->fuses);
    if (status == PRIMUM_OK)
        status = primum_trust_make(&o->trust, &parts->trust);
    if (status == PRIMUM_OK)
        status = read_rot(o->rot, &parts->rot);
    return status;
}

static int write_part(const char *dir, const char *file, prm_span bytes) {
    char *path = primum_device_path(dir, file);
    const int status = primum_write_file(path, bytes, 0644, PRIMUM_KEEP);

    free(path);
    return status;
}

/* Writes `used` bytes at the start of a part of `size` erased ones. */
static int write_erased(const char *dir, const char *file, size_t size, prm_span used) {
    uint8_t *bytes = primum_alloc(size);

    memset(bytes, 0xFF, size);
    if (used.len > 0)
        memcpy(bytes, used.ptr, used.len);
    const int status = write_part(dir, file, prm_span_of(bytes, size));
    free(bytes);
    return status;
}

static int write_rom(const char *dir, const struct parts *parts) {
    struct primum_bytes rom = {primum_alloc(BOARD_ROM_SIZE), BOARD_ROM_SIZE};

    memset(rom.data, 0xFF, rom.len);
    memcpy(rom.data, parts->rot.data, parts->rot.len);
    memcpy(rom.data + BOARD_TRUST_OFF, &parts->trust, sizeof parts->trust);
    const int status = write_part(dir, "rom.bin", primum_span(&rom));
    primum_bytes_free(&rom);
    return status;
}

/* Counters that were never written are damaged ones: the factory gives each its first value; and the first seed. */
static int write_counters(const char *dir, uint64_t floor) {
    struct primum_device device;
    int status = primum_device_open(dir, &device);

    if (status != PRIMUM_OK)
        return status;
    prm_result result = primum_device_provision(&device, floor);
    if (result == PRM_OK)
        result = primum_device_seed(&device);
    if (result != PRM_OK)
        status = primum_fail(PRIMUM_IO, "can't write the counters and the seed: %s", primum_result_text(result));
    const int closed = primum_device_close(&device);
    return status != PRIMUM_OK ? status : closed;
}

/* The key that releases are encrypted to; its private half is in the device alone. */
static int write_key(const char *dir) {
    uint8_t scalar[PRIMUM_SCALAR_SIZE] = {0};
    struct primum_bytes pem = {NULL, 0};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    char *private_path = primum_device_path(dir, "key.bin");
    int status =
        key != NULL ? primum_key_scalar(key, scalar) : primum_fail(PRIMUM_IO, "OpenSSL could not generate a key");

    if (status == PRIMUM_OK)
        status = primum_write_file(private_path, prm_span_of(scalar, sizeof scalar), 0600, PRIMUM_KEEP);
    prm_wipe(scalar, sizeof scalar);
    if (status == PRIMUM_OK)
        status = primum_key_public_pem(key, &pem);
    if (status == PRIMUM_OK)
        status = write_part(dir, "device.pub.pem", primum_span(&pem));
    primum_bytes_free(&pem);
    free(private_path);
    EVP_PKEY_free(key);
    return status;
}

static int write_device(const char *dir, const struct parts *parts) {
    int status = write_rom(dir, parts);

    if (status == PRIMUM_OK)
        status = write_key(dir);

    if (status == PRIMUM_OK)
        status = write_part(dir, "fuse.bin", prm_span_of(&parts->fuses, sizeof parts->fuses));
    if (status == PRIMUM_OK)
        status = write_erased(dir, "eeprom.img", BOARD_EEPROM_SIZE, prm_span_of(NULL, 0));
    if (status == PRIMUM_OK)
        status = write_erased(dir, "flash.img", BOARD_FLASH_SIZE, prm_span_of(NULL, 0));
    if (status == PRIMUM_OK)
        status = write_counters(dir, parts->floor);
    return status;
}

static void remove_device(const char *dir) {
    static const char *const files[] = {"rom.bin", "fuse.bin", "eeprom.img", "flash.img", "key.bin", "device.pub.pem"};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = primum_device_path(dir, files[i]);
        unlink(path);
        free(path);
    }
    rmdir(dir);
}

/* Makes the whole device beside its place and then moves it there, so that there is never half a device. */
static int make_device(const char *dir, const struct parts *parts) {
    char *temp = primum_format("%s.XXXXXX", dir);
    int status = PRIMUM_OK;

    if (mkdtemp(temp) == NULL) {
        status = primum_fail_errno("can't make a folder beside %s", dir);
        free(temp);
        return status;
    }
    status = write_device(temp, parts);
    if (status == PRIMUM_OK && chmod(temp, 0755) != 0)
        status = primum_fail_errno("can't set the mode of %s", temp);
    if (status == PRIMUM_OK && rename(temp, dir) != 0)
        status =
            errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
                ? primum_fail(PRIMUM_REFUSED, "%s exists and is left as it is; choose another folder or remove it", dir)
                : primum_fail_errno("can't make %s", dir);
    if (status != PRIMUM_OK)
        remove_device(temp);
    free(temp);
    return status;
}

static int run_new(const struct options *o, const char *dir) {
    struct parts parts;
    char device[PRIMUM_UUID_TEXT];
    const size_t len = strlen(dir);

    memset(&parts, 0, sizeof parts);
    char *trimmed = primum_format("%.*s", (int)(len > 1 && dir[len - 1] == '/' ? len - 1 : len), dir);
    int status = make_parts(o, &parts);
    if (status == PRIMUM_OK)
        status = make_device(trimmed, &parts);
    primum_bytes_free(&parts.rot);
    if (status == PRIMUM_OK) {
        primum_uuid_text(parts.fuses.device, device);
        cli_print("%s: device %s, class %s of %s, trusts %zu key%s, floor %" PRIu64 "\n", trimmed, device, o->class_,
                     o->vendor, o->trust.releases, o->trust.releases == 1 ? "" : "s", parts.floor);
        if (o->trust.roots > 0)
            cli_print("%s: %u of %zu root key%s can replace them\n", trimmed, parts.trust.need_root, o->trust.roots,
                         o->trust.roots == 1 ? "" : "s");
    }
    free(trimmed);
    return status;
}

static int new_device(struct cli_args *args) {
    struct options o = {.vendor = cli_text(args, O_VENDOR),
                        .class_ = cli_text(args, O_CLASS),
                        .device_id = cli_text(args, O_DEVICE_ID),
                        .rot = cli_text(args, O_ROT),
                        .floor = cli_text(args, O_FLOOR)};

    o.trust.allow_es256 = cli_has(args, O_ALLOW_ES256);
    o.trust.releases = args->given[O_TRUST].count;
    o.trust.roots = args->given[O_ROOT_KEY].count;
    memcpy(o.trust.release, args->given[O_TRUST].text, sizeof o.trust.release);
    memcpy(o.trust.root, args->given[O_ROOT_KEY].text, sizeof o.trust.root);
    const int status = primum_trust_need_root(&o.trust, cli_text(args, O_NEED_ROOT));
    return status == PRIMUM_OK ? run_new(&o, args->operand[0]) : status;
}

const struct cli_verb cli_device_new =
    CLI_TABLE("device new", "make a device: its root, trust anchors, identity, empty flash", 0,
              "Makes a new device in the folder DIR, which must not exist or be empty. DIR/device.pub.pem is the key "
              "to encrypt its "
              "releases to.",
              new_modes, new_options, new_device);

/* A floor that leaves nothing to run makes a device that runs into one that does not. */
static int check_floor(const struct primum_device *device, uint64_t present, uint64_t floor) {
    prm_result now = PRM_OK, then = PRM_OK;
    int status = primum_device_try_floor(device, present, &now);

    if (status == PRIMUM_OK)
        status = primum_device_try_floor(device, floor, &then);
    if (status == PRIMUM_OK && now == PRM_OK && then != PRM_OK)
        return primum_fail(PRIMUM_REFUSED,
                           "with floor %" PRIu64 " nothing in the device would run (%s); put a newer release into it "
                           "first, or say --yes",
                           floor, primum_result_text(then));
    return status;
}

static int raise_floor(struct primum_device *device, uint64_t floor, int sure, uint64_t *present) {
    const struct prm_counter *counter = &device->counter.counter;
    int status = PRIMUM_OK;
    prm_result result = counter->read(counter->ctx, present);

    if (result == PRM_OK && floor < *present)
        return primum_fail(PRIMUM_REFUSED, "the floor is %" PRIu64 " and never goes back", *present);
    if (result == PRM_OK && !sure)
        status = check_floor(device, *present, floor);
    if (result == PRM_OK && status == PRIMUM_OK)
        result = counter->advance_to(counter->ctx, floor);
    return result == PRM_OK ? status
                            : primum_fail(PRIMUM_IO, "the floor was not set: %s", primum_result_text(result));
}

static int run_floor(const char *dir, uint64_t floor, int sure) {
    struct primum_device device;
    uint64_t present = 0;
    int status = primum_device_open(dir, &device);

    if (status != PRIMUM_OK)
        return status;
    status = raise_floor(&device, floor, sure, &present);
    const int closed = primum_device_close(&device);
    if (status == PRIMUM_OK && closed == PRIMUM_OK)
        cli_print("%s: floor %" PRIu64 " (was %" PRIu64 ")\n", dir, floor, present);
    return status != PRIMUM_OK ? status : closed;
}

static int set_floor(struct cli_args *args) {
    uint64_t floor;

    if (!primum_parse_floor(args->operand[1], &floor))
        return cli_misuse(args, "floor '%s' is not a number from 1 to 2^63-1", args->operand[1]);
    return run_floor(args->operand[0], floor, cli_has(args, S_YES));
}

const struct cli_verb cli_device_set_floor =
    CLI_TABLE("device set-floor", "raise the rollback floor", 0,
              "Raises the rollback floor to N: releases with a sequence number below N run no more. The floor is a "
              "monotonic counter: it never goes back. One at which a device that runs would have nothing left to run "
              "is refused.",
              floor_modes, floor_options, set_floor);

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_flash.c - `primum device flash` and `erase`: a programmer in the factory. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/device.h"
#include "cli/release.h"

static const char help_flash[] =
    "Usage: primum device flash DIR --slot a|b FILE.suit\n"
    "\n"
    "Puts a release into a slot as a programmer does: it writes what it is given. If the\n"
    "device is going to refuse the release, a warning says why.\n"
    "\n"
    "  --slot a|b  the slot\n"
    "  -h, --help  this text\n";

static const char help_erase[] = "Usage: primum device erase DIR --slot a|b\n"
                                 "\n"
                                 "Erases a slot.\n";

/* Warns if the device is going to refuse what it is about to get. */
static int warn_of_refusal(struct cli_device *device, uint32_t slot, prm_span envelope, prm_span image) {
    struct prm_boot_report report;
    struct cli_trial trial;

    memset(&trial, 0, sizeof trial);
    trial.fuses = cli_span(&device->fuses);
    trial.trust = cli_device_trust(device);
    trial.envelope = envelope;
    trial.image[slot] = image;
    trial.use[slot] = 1;
    if (device->counter.counter.read(device->counter.counter.ctx, &trial.floor) != PRM_OK)
        cli_warn("the device's floor can't be read");
    const int status = cli_device_try(&trial, &report);
    if (status == CLI_OK && report.slot[slot].result != PRM_OK)
        cli_warn("the device is going to refuse this: %s", cli_result_text(report.slot[slot].result));
    return status;
}

static int program(const char *dir, uint32_t slot, const char *path, struct cli_release *release) {
    const prm_span no_images[PRM_BOOT_SLOTS] = {{NULL, 0}, {NULL, 0}};
    struct cli_device device;
    prm_span image;
    int status = cli_release_image(release, path, slot, &image);

    if (status == CLI_OK && image.len == 0)
        status = cli_fail(CLI_REFUSED, "%s has no image for slot %c", path, 'a' + (int)slot);
    if (status == CLI_OK)
        status = cli_device_open(dir, &device);
    if (status != CLI_OK)
        return status;
    struct cli_bytes envelope = cli_envelope_write(&release->envelope, no_images);
    status = warn_of_refusal(&device, slot, cli_span(&envelope), image);
    if (status == CLI_OK) {
        const prm_result result = cli_device_program(&device.flash.flash, slot, cli_span(&envelope), image);
        if (result != PRM_OK)
            status = cli_fail(CLI_IO, "the slot was not written: %s", cli_result_text(result));
    }
    const size_t envelope_len = envelope.len;
    cli_bytes_free(&envelope);
    const int closed = cli_device_close(&device);
    if (status == CLI_OK && closed == CLI_OK)
        printf("%s: slot %c holds %s (envelope %zu, image %zu bytes)\n", dir, 'A' + (int)slot, path, envelope_len,
               image.len);
    return status != CLI_OK ? status : closed;
}

static int flash(const char *dir, uint32_t slot, const char *path) {
    struct cli_release release;
    int status = cli_release_read(path, &release);

    if (status != CLI_OK)
        return status;
    status = program(dir, slot, path, &release);
    cli_release_free(&release);
    return status;
}

static int erase(const char *dir, uint32_t slot) {
    struct cli_device device;
    int status = cli_device_open(dir, &device);

    if (status != CLI_OK)
        return status;
    const prm_result result = cli_device_erase(&device.flash.flash, slot);
    if (result != PRM_OK)
        status = cli_fail(CLI_IO, "the slot was not erased: %s", cli_result_text(result));
    const int closed = cli_device_close(&device);
    if (status == CLI_OK && closed == CLI_OK)
        printf("%s: slot %c is empty\n", dir, 'A' + (int)slot);
    return status != CLI_OK ? status : closed;
}

/* Options of both verbs. 1 to go on; 0 to end with `*out`. */
static int parse(int argc, char **argv, const char *verb, const char *help, uint32_t *slot, int *out) {
    static const struct option longs[] = {
        {"slot", required_argument, NULL, 's'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int has_slot = 0;

    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        if (c == 'h') {
            fputs(help, stdout);
            *out = CLI_OK;
            return 0;
        }
        if (c != 's') {
            *out = cli_usage(verb);
            return 0;
        }
        has_slot = cli_parse_slot(optarg, slot);
        if (!has_slot) {
            *out = cli_fail(CLI_USAGE, "slot '%s' is neither a nor b", optarg);
            return 0;
        }
    }
    *out = has_slot ? CLI_OK : cli_fail(CLI_USAGE, "%s needs --slot a or --slot b", verb);
    return has_slot;
}

int cmd_device_flash(int argc, char **argv) {
    uint32_t slot = 0;
    int status;

    if (!parse(argc, argv, "device flash", help_flash, &slot, &status))
        return status;
    if (optind + 2 != argc) {
        (void)cli_fail(CLI_USAGE, "device flash needs a folder and a release file");
        return cli_usage("device flash");
    }
    return flash(argv[optind], slot, argv[optind + 1]);
}

int cmd_device_erase(int argc, char **argv) {
    uint32_t slot = 0;
    int status;

    if (!parse(argc, argv, "device erase", help_erase, &slot, &status))
        return status;
    if (optind + 1 != argc) {
        (void)cli_fail(CLI_USAGE, "device erase needs a folder");
        return cli_usage("device erase");
    }
    return erase(argv[optind], slot);
}

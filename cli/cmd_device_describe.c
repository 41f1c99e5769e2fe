/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_describe.c - `primum device describe`: what a device is to a release, as a file for `primum verify`. */
#include "cli/cli.h"
#include "host/device/description.h"

enum { O_P256_ONLY, O_OUTPUT };

static const struct cli_option options[] = {
    [O_P256_ONLY] = {"p256-only", 0, NULL, CLI_FLAG, CLI_ALWAYS, 0, 1, NULL,
                     "its root is the small one: it knows neither HSS-LMS nor trust manifests"},
    [O_OUTPUT] = {"output", 'o', "FILE.json", CLI_OUT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL, "the description"},
};
static const struct cli_mode modes[] = {{.by = -1, .operand = {{"DIR", CLI_FOLDER}}}};

static int run(struct cli_args *args) {
    struct primum_description description;
    struct primum_bytes bytes = {NULL, 0};
    struct primum_device device;
    int status = primum_device_open(args->operand[0], &device);

    if (status != PRIMUM_OK)
        return status;
    status = primum_description_of(&device, &description);
    description.hss = description.manifests = !cli_has(args, O_P256_ONLY);
    if (status == PRIMUM_OK)
        status = primum_description_write(&description, &bytes);
    if (status == PRIMUM_OK)
        status = primum_output_write(args->given[O_OUTPUT].output[0], primum_span(&bytes));
    const int closed = primum_device_close(&device);
    status = status != PRIMUM_OK ? status : closed;
    if (status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    if (status == PRIMUM_OK)
        cli_print("%s: the description of %s\n", cli_text(args, O_OUTPUT), args->operand[0]);
    primum_bytes_free(&bytes);
    primum_description_free(&description);
    return status;
}

const struct cli_verb cli_device_describe =
    CLI_TABLE("device describe", "write what a device is into a file, for 'primum verify --device'", 1,
              "Writes who the device is, which keys and algorithms it accepts, where its images lie, and what it has accepted "
              "so far. Whoever has the file can ask what this device says of a release, without the device. There is no "
              "secret in it. Of devices that are not emulated the file is written by hand or by their maker's tools: "
              "docs/format/device-description.md.",
              modes, options, run);

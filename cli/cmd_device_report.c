/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_report.c - `primum device report`: what the root said at the last boot. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "host/device/device.h"

enum { O_JSON };

static const struct cli_option options[] = {
    [O_JSON] = {"json", 0, NULL, CLI_FLAG, CLI_ALWAYS, 0, 1, NULL, "for programs"}};
static const struct cli_mode modes[] = {{.by = -1, .operand = {{"DIR", CLI_FOLDER}}}};

/* `*found` is NULL if there was no fault since power came on. */
static int read_fault(const char *dir, struct prm_fault_report *out, const struct prm_fault_report **found) {
    struct primum_bytes file = {NULL, 0};
    char *path = primum_device_path(dir, "fault.bin");
    const int there = access(path, F_OK) == 0;
    int status = there ? primum_read_file(path, &file) : PRIMUM_OK;

    if (status == PRIMUM_OK && file.len == sizeof *out)
        memcpy(out, file.data, sizeof *out);
    *found = prm_fault_report_valid(out) ? out : NULL;
    if (status == PRIMUM_OK && there && *found == NULL)
        status = primum_fail(PRIMUM_IO, "%s is not a report of a fault of this version, or it is damaged", path);
    free(path);
    primum_bytes_free(&file);
    return status;
}

static int report(const char *dir, int json) {
    struct prm_fault_report told = {0};
    const struct prm_fault_report *fault = NULL;
    struct prm_boot_report found;
    struct primum_bytes file = {NULL, 0};
    char *path = primum_device_path(dir, "report.bin");
    int status = access(path, F_OK) != 0
                     ? primum_fail(PRIMUM_IO, "no report in %s; 'primum device boot' makes one", dir)
                     : primum_read_file(path, &file);

    memset(&found, 0, sizeof found);
    if (status == PRIMUM_OK && file.len == sizeof found)
        memcpy(&found, file.data, sizeof found);
    if (status == PRIMUM_OK && !primum_report_valid(&found))
        status = primum_fail(PRIMUM_IO, "%s is not a boot report of this version, or it is damaged", path);
    free(path);
    primum_bytes_free(&file);
    if (status == PRIMUM_OK)
        status = read_fault(dir, &told, &fault);
    if (status != PRIMUM_OK)
        return status;
    if (json) {
        status = cli_report_print_json(&found, fault);
    } else {
        cli_report_print(&found);
        if (fault != NULL)
            cli_fault_print(fault);
    }
    return status != PRIMUM_OK || found.result == PRM_OK ? status : PRIMUM_REFUSED;
}

static int run(struct cli_args *args) {
    return report(args->operand[0], cli_has(args, O_JSON));
}

const struct cli_verb cli_device_report = CLI_TABLE("device report", "show the boot report of its last boot", 0,
                                                    "Shows what the root found in each slot at the last boot, why, and "
                                                    "what it chose; and the last fault since power came on, "
                                                    "with PC, LR and cause. Exit status 0 if an image was started "
                                                    "then, 1 if it was recovery.",
                                                    modes, options, run);

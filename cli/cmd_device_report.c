/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_report.c - `primum device report`: what the root said at the last boot. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "host/device/device.h"

static const char help[] = "Usage: primum device report DIR [--json]\n"
                           "\n"
                           "Shows the boot report of the last 'primum device boot'. Exit status 0 if an image was\n"
                           "started then, 1 if it was recovery.\n"
                           "\n"
                           "  --json      for programs\n"
                           "  -h, --help  this text\n";

static int run(const char *dir, int json) {
    struct prm_boot_report report;
    struct primum_bytes file = {NULL, 0};
    char *path = primum_device_path(dir, "report.bin");
    int status = access(path, F_OK) != 0
                     ? primum_fail(PRIMUM_IO, "no report in %s; 'primum device boot' makes one", dir)
                     : primum_read_file(path, &file);

    memset(&report, 0, sizeof report);
    if (status == PRIMUM_OK && file.len == sizeof report)
        memcpy(&report, file.data, sizeof report);
    if (status == PRIMUM_OK && !primum_report_valid(&report))
        status = primum_fail(PRIMUM_IO, "%s is not a boot report of this version, or it is damaged", path);
    free(path);
    primum_bytes_free(&file);
    if (status != PRIMUM_OK)
        return status;
    if (json)
        status = primum_report_print_json(&report);
    else
        primum_report_print(&report);
    return status != PRIMUM_OK || report.result == PRM_OK ? status : PRIMUM_REFUSED;
}

int cmd_device_report(int argc, char **argv) {
    static const struct option longs[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int json = 0;

    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        switch (c) {
        case 'j':
            json = 1;
            break;
        case 'h':
            fputs(help, stdout);
            return PRIMUM_OK;
        default:
            return cli_usage("device report");
        }
    }
    if (optind + 1 != argc) {
        (void)primum_fail(PRIMUM_USAGE, "device report needs a folder");
        return cli_usage("device report");
    }
    return run(argv[optind], json);
}

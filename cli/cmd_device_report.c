/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_report.c - `primum device report`: what the root said at the last boot. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/device.h"

static const char help[] = "Usage: primum device report DIR [--json]\n"
                           "\n"
                           "Shows the boot report of the last 'primum device boot'. Exit status 0 if an image was\n"
                           "started then, 1 if it was recovery.\n"
                           "\n"
                           "  --json      for programs\n"
                           "  -h, --help  this text\n";

static int run(const char *dir, int json) {
    struct prm_boot_report report;
    struct cli_bytes file = {NULL, 0};
    char *path = cli_device_path(dir, "report.bin");
    int status = access(path, F_OK) != 0 ? cli_fail(CLI_IO, "no report in %s; 'primum device boot' makes one", dir)
                                         : cli_read_file(path, &file);

    memset(&report, 0, sizeof report);
    if (status == CLI_OK && file.len == sizeof report)
        memcpy(&report, file.data, sizeof report);
    if (status == CLI_OK && !cli_report_valid(&report))
        status = cli_fail(CLI_IO, "%s is not a boot report of this version, or it is damaged", path);
    free(path);
    cli_bytes_free(&file);
    if (status != CLI_OK)
        return status;
    if (json)
        status = cli_report_print_json(&report);
    else
        cli_report_print(&report);
    return status != CLI_OK || report.result == PRM_OK ? status : CLI_REFUSED;
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
            return CLI_OK;
        default:
            return cli_usage("device report");
        }
    }
    if (optind + 1 != argc) {
        (void)cli_fail(CLI_USAGE, "device report needs a folder");
        return cli_usage("device report");
    }
    return run(argv[optind], json);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_file_report.c - a boot report and the report of a fault, as a device leaves them; checks are made good. */
#include "cli/print.h"
#include "host/device/device.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_text.h"

static struct {
    struct prm_boot_report boot;
    struct prm_fault_report fault;
} given;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    fuzz_seed(&given, sizeof given);
    fuzz_hear();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    FILE *const terminal = stdout;
    char *text = NULL;
    size_t len = 0;

    memset(&given, 0, sizeof given);
    memcpy(&given, data, size < sizeof given ? size : sizeof given);
    given.boot.magic = PRM_BOOT_REPORT_MAGIC;
    given.boot.version = PRM_BOOT_REPORT_VERSION;
    given.boot.size = sizeof given.boot;
    given.boot.check = prm_boot_report_check(&given.boot);
    MUST(primum_report_valid(&given.boot));
    stdout = open_memstream(&text, &len);
    MUST(stdout != NULL);
    cli_report_print(&given.boot);
    cli_fault_print(&given.fault);
    MUST(cli_report_print_json(&given.boot, &given.fault) == PRIMUM_OK);
    fclose(stdout);
    stdout = terminal;
    fuzz_plain(text, len);
    free(text);
    return 0;
}

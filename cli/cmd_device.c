/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device.c - `primum device`: finds the verb of the emulated device. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "host/device/device.h"

static const char help[] = "Usage: primum device VERB DIR [OPTION]...\n"
                           "\n"
                           "An emulated device (Cortex-M33 board mps2-an505 under QEMU) in the folder DIR.\n"
                           "\n"
                           "  new        make a device: its root, trust anchors, identity, empty flash\n"
                           "  flash      put a release into a slot, as a programmer in the factory does\n"
                           "  erase      erase a slot\n"
                           "  flip       flip one bit of a slot, for demonstrations and tests\n"
                           "  boot       run it and show its consoles\n"
                           "  send       send it a release over its wire\n"
                           "  stop       pull its plug, if it runs in the background\n"
                           "  report     show the boot report of its last boot\n"
                           "  set-floor  raise the rollback floor\n"
                           "\n"
                           "'primum device VERB --help' tells more. Exit status: 0 ok, 1 refused or recovery,\n"
                           "2 usage, 3 I/O.\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {{"new", cmd_device_new},   {"flash", cmd_device_flash}, {"erase", cmd_device_erase},
             {"flip", cmd_device_flip}, {"boot", cmd_device_boot},   {"report", cmd_device_report},
             {"send", cmd_device_send}, {"stop", cmd_device_stop},   {"set-floor", cmd_device_set_floor}};

int cmd_device(int argc, char **argv) {
    if (argc < 2) {
        fputs(help, stderr);
        return PRIMUM_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(help, stdout);
        return PRIMUM_OK;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    }
    (void)primum_fail(PRIMUM_USAGE, "'%s' is not a verb of device", argv[1]);
    return cli_usage("device");
}

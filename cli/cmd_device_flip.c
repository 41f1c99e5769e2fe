/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_flip.c - `primum device flip`: what a fault or a hand does to a flash, one bit of it. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "bank/geometry.h"
#include "host/device/device.h"
#include "ports/mps2-an505/board.h"

static const char help[] =
    "Usage: primum device flip DIR --slot a|b (--bit N | --envelope-bit N | --image-bit N | ...)\n"
    "\n"
    "Flips one bit of a slot, in either direction, which no programmer could. Bit N is bit\n"
    "N modulo 8 (0 is the lowest) of byte N/8. Flipping it again makes it good.\n"
    "\n"
    "  --slot a|b        the slot\n"
    "  --bit N           counted from the start of the slot\n"
    "  --envelope-bit N  counted from the start of the envelope\n"
    "  --image-bit N     counted from the start of the application's image\n"
    "  --services-bit N  counted from the start of the services' image\n"
    "  -h, --help        this text\n";

struct options {
    uint32_t slot;
    int has_slot, has_bit;
    uint32_t start, size; /* of what the bit is counted in: bytes from the slot's start, bytes */
    const char *bit;
};

static void choose(struct options *o, int what) {
    const struct prm_layout *layout = &primum_board_layout;

    o->start = what == 'i'   ? layout->component[0].off
               : what == 'v' ? layout->component[1].off
               : what == 'e' ? PRM_BANK_ENVELOPE_OFF(BOARD_FLASH_WRITE_SIZE)
                             : 0;
    o->has_bit++;
    o->bit = optarg;
    o->size = what == 'i'   ? layout->component[0].size
              : what == 'v' ? layout->component[1].size
              : what == 'e' ? PRM_BANK_ENVELOPE_MAX
                            : layout->bank_size;
}

static int run(const struct options *o, const char *dir) {
    struct primum_device device;
    uint64_t bit;

    if (!primum_parse_u64(o->bit, &bit) || bit / 8 >= o->size)
        return primum_fail(PRIMUM_USAGE, "bit '%s' is not a number below %" PRIu64, o->bit, (uint64_t)o->size * 8);
    const int status = primum_device_open(dir, &device);
    if (status != PRIMUM_OK)
        return status;
    const uint32_t at = o->start + (uint32_t)(bit / 8);
    uint8_t *byte = device.flash.bytes + primum_board_layout.bank_off[o->slot] + at;
    const uint8_t before = *byte;
    *byte ^= (uint8_t)(1u << (bit % 8));
    printf("%s: slot %c, byte 0x%06" PRIx32 " was 0x%02x, is 0x%02x\n", dir, 'A' + (int)o->slot, at, before, *byte);
    return primum_device_close(&device);
}

int cmd_device_flip(int argc, char **argv) {
    static const struct option longs[] = {{"slot", required_argument, NULL, 's'},
                                          {"bit", required_argument, NULL, 'b'},
                                          {"envelope-bit", required_argument, NULL, 'e'},
                                          {"image-bit", required_argument, NULL, 'i'},
                                          {"services-bit", required_argument, NULL, 'v'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct options options = {0, 0, 0, 0, 0, NULL};

    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        switch (c) {
        case 's':
            options.has_slot = primum_parse_slot(optarg, &options.slot);
            if (!options.has_slot)
                return primum_fail(PRIMUM_USAGE, "slot '%s' is neither a nor b", optarg);
            break;
        case 'b':
        case 'e':
        case 'i':
        case 'v':
            choose(&options, c);
            break;
        case 'h':
            fputs(help, stdout);
            return PRIMUM_OK;
        default:
            return cli_usage("device flip");
        }
    }
    if (optind + 1 != argc || !options.has_slot || options.has_bit != 1) {
        (void)primum_fail(PRIMUM_USAGE, "device flip needs a folder, --slot and one bit");
        return cli_usage("device flip");
    }
    return run(&options, argv[optind]);
}

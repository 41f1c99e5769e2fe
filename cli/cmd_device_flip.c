/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_flip.c - `primum device flip`: what a fault or a hand does to a flash, one bit of it. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli.h"
#include "bank/geometry.h"
#include "host/device/device.h"
#include "ports/mps2-an505/board.h"

enum { O_SLOT, O_BIT, O_ENVELOPE_BIT, O_IMAGE_BIT, O_SERVICES_BIT };

static const struct cli_option options[] = {
    [O_SLOT] = {"slot", 0, "a|b", CLI_TEXT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL, "the slot"},
    [O_BIT] = {"bit", 0, "N", CLI_TEXT, 1 << 0, 1 << 0, 1, NULL, "counted from the start of the slot"},
    [O_ENVELOPE_BIT] = {"envelope-bit", 0, "N", CLI_TEXT, 1 << 1, 0, 1, NULL, "counted from the start of the envelope"},
    [O_IMAGE_BIT] = {"image-bit", 0, "N", CLI_TEXT, 1 << 2, 0, 1, NULL,
                     "counted from the start of the application's image"},
    [O_SERVICES_BIT] = {"services-bit", 0, "N", CLI_TEXT, 1 << 3, 0, 1, NULL,
                        "counted from the start of the services' image"},
};
static const struct cli_mode modes[] = {{.by = -1, .operand = {{"DIR", CLI_FOLDER}}},
                                        {.by = O_ENVELOPE_BIT, .operand = {{"DIR", CLI_FOLDER}}, .text = "Or"},
                                        {.by = O_IMAGE_BIT, .operand = {{"DIR", CLI_FOLDER}}, .text = "Or"},
                                        {.by = O_SERVICES_BIT, .operand = {{"DIR", CLI_FOLDER}}, .text = "Or"}};

/* What the bit is counted in: bytes from the slot's start, bytes. */
struct place {
    uint32_t slot, start, size;
    const char *bit;
};

static void choose(const struct cli_args *args, struct place *out) {
    const struct prm_layout *layout = &primum_board_layout;
    const struct place places[] = {
        {0, 0, layout->bank_size, cli_text(args, O_BIT)},
        {0, PRM_BANK_ENVELOPE_OFF(BOARD_FLASH_WRITE_SIZE), PRM_BANK_ENVELOPE_MAX, cli_text(args, O_ENVELOPE_BIT)},
        {0, layout->component[0].off, layout->component[0].size, cli_text(args, O_IMAGE_BIT)},
        {0, layout->component[1].off, layout->component[1].size, cli_text(args, O_SERVICES_BIT)}};

    *out = places[args->mode];
}

static int flip(const struct place *o, const char *dir) {
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
    cli_print("%s: slot %c, byte 0x%06" PRIx32 " was 0x%02x, is 0x%02x\n", dir, 'A' + (int)o->slot, at, before,
                 *byte);
    return primum_device_close(&device);
}

static int run(struct cli_args *args) {
    struct place place;

    choose(args, &place);
    if (!primum_parse_slot(cli_text(args, O_SLOT), &place.slot))
        return cli_misuse(args, "slot '%s' is neither a nor b", cli_text(args, O_SLOT));
    return flip(&place, args->operand[0]);
}

const struct cli_verb cli_device_flip =
    CLI_TABLE("device flip", "flip one bit of a slot, for demonstrations and tests", 0,
              "Flips one bit of a slot, in either direction, which no programmer could. Bit N is bit N modulo 8 (0 is "
              "the lowest) of "
              "byte N/8. Flipping it again makes it good.",
              modes, options, run);

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image.c - load, parse, place, check: a firmware file becomes the bytes that a device will run, or is refused. Nothing
 * is signed that the device's own check of an image, called here, would not start.
 */
#include "host/release/image.h"

#include <string.h>

#include "boot/boot.h"
#include "boot/boot_verify.h"
#include "host/release/image_chunks.h"
#include "providers/openssl/crypto_openssl.h"

/* What an image is for. */
struct place {
    const struct prm_layout *layout;
    uint32_t slot, component;
};

/* Address at which it runs there, or in the other slot; bytes that there are for it. */
static uint32_t address(const struct place *place, uint32_t slot) {
    return prm_boot_image_base(place->layout, slot, place->component);
}

static uint32_t room(const struct place *place) {
    return place->layout->component[place->component].size;
}

static int check_extent(const char *path, const struct place *place, uint64_t low, uint64_t high) {
    const uint32_t slot = place->slot;
    const uint32_t want = address(place, slot);
    const uint32_t other = address(place, slot ^ 1u);
    const char name = slot == 0 ? 'a' : 'b';

    if (low == other)
        return primum_fail(PRIMUM_REFUSED, "%s is linked for slot %c (0x%08x); slot %c needs it linked at 0x%08x", path,
                           slot == 0 ? 'b' : 'a', other, name, want);
    if (low != want)
        return primum_fail(PRIMUM_REFUSED, "%s is linked at 0x%08llx; slot %c needs it linked at 0x%08x", path,
                           (unsigned long long)low, name, want);
    if (high - low > room(place))
        return primum_fail(PRIMUM_REFUSED, "%s spans %llu bytes; a slot has room for %u", path,
                           (unsigned long long)(high - low), room(place));
    return PRIMUM_OK;
}

/* The formats that give addresses. A file that is none of them is a raw binary. */
static const struct format {
    int (*is)(prm_span file);
    int (*read)(prm_span file, struct primum_chunks *out);
} formats[] = {
    {primum_image_is_elf, primum_image_elf_read},
    {primum_image_is_hex, primum_image_hex_read},
    {primum_image_is_srec, primum_image_srec_read},
};

static const struct format *format_of(prm_span file) {
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (formats[i].is(file))
            return &formats[i];
    }
    return NULL;
}

/* Replaces the file by the image that it describes. */
static int flatten(const char *path, const struct place *place, const struct format *format,
                   struct primum_bytes *file) {
    struct primum_chunks chunks = {.path = path};
    struct primum_bytes flat = {NULL, 0};
    uint64_t low, high;
    int status = format->read(primum_span(file), &chunks);

    primum_chunks_extent(&chunks, &low, &high);
    if (status == PRIMUM_OK)
        status = check_extent(path, place, low, high);
    if (status == PRIMUM_OK)
        status = primum_chunks_flatten(&chunks, &flat);
    primum_chunks_free(&chunks);
    if (status != PRIMUM_OK)
        return status;
    primum_bytes_free(file);
    *file = flat;
    return PRIMUM_OK;
}

/* What the device's root asks of an image whose digest is right: that it begins with a vector table that fits its
 * place. */
static int check_start(const char *path, const struct place *place, prm_span image) {
    uint8_t digest[PRM_SHA256_SIZE], measured[PRM_SHA256_SIZE];
    const struct prm_suit_component component = {.digest = digest, .size = (uint32_t)image.len};
    const struct prm_layout_component *const where = &place->layout->component[place->component];
    const uint32_t base = address(place, place->slot);
    prm_word word = {0};

    prm_result result = prm_crypto_openssl.sha256(&image, 1, digest);
    if (result == PRM_OK)
        result = prm_boot_verify_image(&prm_crypto_openssl, where, base, image, &component, measured, &word);
    if (result == PRM_OK)
        return PRIMUM_OK;
    if (result != PRM_ERR_IMAGE_ENTRY)
        return primum_fail(PRIMUM_IO, "%s: %s", path, primum_result_text(result));
    return primum_fail(
        PRIMUM_REFUSED,
        "%s can't start: it must begin with a vector table, a stack pointer in 0x%08x to 0x%08x and an odd "
        "entry in 0x%08x to 0x%08llx (is it a firmware for this board?)",
        path, where->ram_base, where->ram_base + where->ram_size, base, (unsigned long long)base + image.len);
}

int primum_image_read(const char *path, const struct prm_layout *layout, uint32_t slot, uint32_t component,
                      struct primum_bytes *out) {
    const struct place place = {layout, slot, component};
    int status = primum_read_file(path, out);

    if (status != PRIMUM_OK)
        return status;
    const struct format *const format = format_of(primum_span(out));
    if (format != NULL)
        status = flatten(path, &place, format, out);
    else if (out->len == 0)
        status = primum_fail(PRIMUM_REFUSED, "%s is empty", path);
    else if (out->len > room(&place))
        status = primum_fail(PRIMUM_REFUSED, "%s has %zu bytes; a slot has room for %u", path, out->len, room(&place));
    if (status == PRIMUM_OK)
        status = check_start(path, &place, primum_span(out));
    if (status != PRIMUM_OK)
        primum_bytes_free(out);
    return status;
}

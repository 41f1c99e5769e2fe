/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/endian.h"
#include "cli/keys.h"
#include "journal/state.h"
#include "ports/mps2-an505/board.h"
#include "providers/openssl/crypto_openssl.h"

const struct prm_layout cli_board_layout = {
    .journal_off = BOARD_JOURNAL_OFF,
    .trust_off = {BOARD_TRUST_0_OFF, BOARD_TRUST_1_OFF},
    .bank_off = {BOARD_SLOT_A_OFF, BOARD_SLOT_B_OFF},
    .bank_size = BOARD_SLOT_SIZE,
    .flash_base = BOARD_FLASH_BASE,
    .components = PRM_COMPONENTS,
    .component = {{BOARD_APP_OFF, BOARD_APP_SIZE, BOARD_NS_RAM_BASE, BOARD_NS_RAM_SIZE},
                  {BOARD_SERVICES_OFF, BOARD_SERVICES_SIZE, BOARD_SERVICES_RAM_BASE, BOARD_SERVICES_RAM_SIZE}},
};

char *cli_device_path(const char *dir, const char *file) {
    return cli_format("%s/%s", dir, file);
}

int cli_parse_slot(const char *text, uint32_t *slot) {
    *slot = text[0] == 'b' || text[0] == 'B' ? 1 : 0;
    return text[0] != '\0' && strchr("abAB", text[0]) != NULL && text[1] == '\0';
}

int cli_device_lock(const char *dir, int *fd) {
    char *path = cli_device_path(dir, "flash.img");
    int status = CLI_OK;

    *fd = open(path, O_RDWR | O_CLOEXEC);
    if (*fd < 0) {
        status = errno == ENOENT || errno == ENOTDIR
                     ? cli_fail(CLI_IO, "there is no device in %s; 'primum device new' makes one", dir)
                     : cli_fail_errno("can't open %s", path);
    } else if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK
                     ? cli_fail(CLI_REFUSED, "the device in %s is in use; end 'primum device boot' first", dir)
                     : cli_fail_errno("can't lock %s", path);
        close(*fd);
        *fd = -1;
    }
    free(path);
    return status;
}

static int open_flash(const char *dir, struct cli_device *device) {
    char *path = cli_device_path(dir, "flash.img");
    int status = CLI_OK;

    errno = 0;
    const prm_result result =
        prm_sim_flash_open(&device->flash, path, BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_WRITE_SIZE, NULL);
    if (result != PRM_OK)
        status = cli_fail_errno("can't use %s", path);
    else if (device->flash.flash.size != BOARD_FLASH_SIZE)
        status = cli_fail(CLI_IO, "%s has %u bytes, the board's flash has %u", path, device->flash.flash.size,
                          BOARD_FLASH_SIZE);
    free(path);
    return status;
}

static int open_counter(const char *dir, struct cli_device *device) {
    char *path = cli_device_path(dir, "eeprom.img");
    int status = CLI_OK;

    errno = 0;
    if (prm_sim_counter_open(&device->counter, path, BOARD_COUNTER_OFF, NULL) != PRM_OK)
        status = cli_fail_errno("can't use %s", path);
    else
        cli_device_open_trust(device);
    free(path);
    return status;
}

static int read_part(const char *dir, const char *file, size_t size, struct cli_bytes *out) {
    char *path = cli_device_path(dir, file);
    int status = cli_read_file(path, out);

    if (status == CLI_OK && out->len != size)
        status = cli_fail(CLI_IO, "%s has %zu bytes instead of %zu", path, out->len, size);
    free(path);
    return status;
}

int cli_device_open(const char *dir, struct cli_device *device) {
    memset(device, 0, sizeof *device);
    device->lock = -1;
    int status = cli_device_lock(dir, &device->lock);
    if (status == CLI_OK)
        status = open_flash(dir, device);
    if (status == CLI_OK)
        status = open_counter(dir, device);
    if (status == CLI_OK)
        status = read_part(dir, "rom.bin", BOARD_ROM_SIZE, &device->rom);
    if (status == CLI_OK)
        status = read_part(dir, "fuse.bin", BOARD_FUSES_SIZE, &device->fuses);
    if (status != CLI_OK)
        (void)cli_device_close(device);
    return status;
}

int cli_device_close(struct cli_device *device) {
    const prm_result flash = prm_sim_flash_close(&device->flash);
    const prm_result counter = prm_sim_counter_close(&device->counter);

    cli_bytes_free(&device->rom);
    cli_bytes_free(&device->fuses);
    if (device->lock >= 0)
        close(device->lock);
    device->lock = -1;
    if (flash != PRM_OK || counter != PRM_OK)
        return cli_fail(CLI_IO, "the device's files could not be written back");
    return CLI_OK;
}

prm_span cli_device_trust(const struct cli_device *device) {
    return prm_span_of(device->rom.data + BOARD_TRUST_OFF, sizeof(struct prm_trust));
}

int cli_fuses_make(const uint8_t *vendor, const uint8_t *class_, const uint8_t *device, struct prm_fuses *out) {
    memset(out, 0, sizeof *out);
    out->magic = PRM_FUSES_MAGIC;
    out->version = PRM_FUSES_VERSION;
    memcpy(out->vendor, vendor, sizeof out->vendor);
    memcpy(out->class_, class_, sizeof out->class_);
    memcpy(out->device, device, sizeof out->device);
    return cli_check8(prm_span_of(out, offsetof(struct prm_fuses, check)), out->check);
}

prm_result cli_device_erase(const struct prm_flash *flash, uint32_t slot) {
    const uint32_t off = cli_board_layout.bank_off[slot];

    for (uint32_t at = 0; at < cli_board_layout.bank_size; at += flash->erase_size) {
        const prm_result result = flash->erase(flash->ctx, off + at);
        if (result != PRM_OK)
            return result;
    }
    return PRM_OK;
}

/* Writes bytes of any length: the last write unit is filled up with erased bytes. */
static prm_result write_padded(const struct prm_flash *flash, uint32_t off, const uint8_t *bytes, size_t len) {
    const size_t padded = (len + flash->write_size - 1) / flash->write_size * flash->write_size;
    uint8_t *copy = cli_alloc(padded);

    memset(copy, 0xFF, padded);
    if (len > 0)
        memcpy(copy, bytes, len);
    const prm_result result = flash->write(flash->ctx, off, copy, (uint32_t)padded);
    free(copy);
    return result;
}

/*
 * Tells the journal what a bank holds, as an update would: once a device has accepted something, a boot refuses a newer
 * release that its journal knows nothing about. Bytes that are no release stay unknown: the boot says what is wrong.
 */
static prm_result note(const struct prm_flash *flash, uint32_t bank, prm_span envelope_bytes,
                       enum prm_bank_status status) {
    struct prm_suit_envelope envelope;
    uint8_t digest[PRM_SHA256_SIZE];
    struct prm_journal journal;
    struct prm_state state;

    if (prm_suit_envelope_parse(envelope_bytes, &envelope) != PRM_OK)
        return PRM_OK;
    prm_result result = prm_crypto_openssl.sha256(&envelope.manifest_wrapped, 1, digest);
    if (result == PRM_OK)
        result = prm_state_load(&journal, flash, &prm_crypto_openssl, cli_board_layout.journal_off, &state);
    if (result != PRM_OK)
        return result;
    state.bank[bank].status = (uint8_t)status;
    state.bank[bank].attempts = 0;
    memcpy(state.bank[bank].manifest, digest, sizeof state.bank[bank].manifest);
    return prm_state_store(&journal, &state);
}

prm_result cli_device_program(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t slot,
                              prm_span envelope, const prm_span image[PRM_COMPONENTS], enum prm_bank_status status) {
    const uint32_t off = layout->bank_off[slot];

    if (envelope.len > PRM_ENVELOPE_MAX)
        return PRM_ERR_FLASH_RANGE;
    prm_result result = cli_device_erase(flash, slot);
    for (uint32_t i = 0; i < layout->components && result == PRM_OK; i++) {
        if (image[i].len > layout->component[i].size)
            return PRM_ERR_FLASH_RANGE;
        result = write_padded(flash, off + layout->component[i].off, image[i].ptr, image[i].len);
    }
    if (result != PRM_OK)
        return result;
    /* The head last: a slot that was cut while being written stays empty. */
    uint8_t *head = cli_alloc(PRM_SLOT_HEADER_SIZE + envelope.len);
    prm_store_le32(head, PRM_SLOT_MAGIC);
    prm_store_le32(head + 4, (uint32_t)envelope.len);
    memcpy(head + PRM_SLOT_HEADER_SIZE, envelope.ptr, envelope.len);
    result = write_padded(flash, off, head, PRM_SLOT_HEADER_SIZE + envelope.len);
    free(head);
    return result == PRM_OK ? note(flash, slot, envelope, status) : result;
}

int cli_device_key(const char *dir, EVP_PKEY **out) {
    char *path = cli_device_path(dir, "key.bin");
    struct cli_bytes file = {NULL, 0};
    int status = CLI_OK;

    *out = NULL;
    if (access(path, F_OK) == 0) {
        status = read_part(dir, "key.bin", BOARD_KEY_SIZE, &file);
        if (status == CLI_OK)
            status = cli_key_from_scalar(file.data, out);
        if (file.data != NULL)
            prm_wipe(file.data, file.len);
        cli_bytes_free(&file);
    }
    free(path);
    return status;
}

/* The trust of the device that is asked. */
static prm_result put_trust(struct cli_device *device, const struct cli_trial *trial) {
    int given = 0;
    prm_result result;

    cli_device_open_trust(device);
    result = device->trust_counter.advance_to(device->trust_counter.ctx, trial->trust_floor);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++) {
        given |= trial->trust_slot[i].len > 0;
        if (trial->trust_slot[i].len > PRM_TRUST_SLOT_SIZE)
            return PRM_ERR_FLASH_RANGE;
        if (trial->trust_slot[i].len > 0)
            memcpy(device->flash.bytes + cli_board_layout.trust_off[i], trial->trust_slot[i].ptr,
                   trial->trust_slot[i].len);
    }
    return result == PRM_OK && given ? device->kept.write(device->kept.ctx, trial->kept) : result;
}

/* Runs the boot over a flash and an EEPROM in memory. */
static prm_result try_in_memory(const struct cli_trial *trial, uint8_t *bytes, uint32_t size,
                                struct prm_boot_report *report) {
    struct prm_layout layout = cli_board_layout;
    struct cli_device device;
    struct prm_boot_workspace workspace;
    struct prm_boot_plan plan;
    uint8_t eeprom[BOARD_KEPT_OFF + PRM_EEPROM_CELL_SIZE];
    prm_result result;

    layout.components = trial->components;
    memset(bytes, 0xFF, size);
    memset(eeprom, 0xFF, sizeof eeprom);
    memset(&device, 0, sizeof device);
    result = prm_sim_flash_init(&device.flash, bytes, size, BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_WRITE_SIZE, NULL);
    if (result == PRM_OK)
        result = prm_sim_counter_init(&device.counter, eeprom, sizeof eeprom, BOARD_COUNTER_OFF, NULL);
    if (result == PRM_OK)
        result = device.counter.counter.advance_to(device.counter.counter.ctx, trial->floor);
    if (result == PRM_OK)
        result = put_trust(&device, trial);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS && result == PRM_OK; slot++) {
        if (trial->use[slot])
            result = cli_device_program(&device.flash.flash, &layout, slot, trial->envelope, trial->image[slot],
                                        trial->services_only ? PRM_BANK_PARTIAL : PRM_BANK_CONFIRMED);
    }
    if (result != PRM_OK)
        return result;
    const struct prm_boot_platform platform = {.crypto = &prm_crypto_openssl,
                                               .flash = &device.flash.flash,
                                               .counter = &device.counter.counter,
                                               .layout = &layout,
                                               .rules = prm_boot_rules_manifest,
                                               .trust_counter = &device.trust_counter,
                                               .kept = &device.kept,
                                               .fuses = trial->fuses,
                                               .trust = trial->trust};
    const prm_result booted = prm_boot_run(&platform, &workspace, report, &plan);
    (void)booted; /* it is in the report */
    return PRM_OK;
}

int cli_device_try(const struct cli_trial *trial, struct prm_boot_report *report) {
    const uint32_t size = BOARD_SLOT_B_OFF + BOARD_SLOT_SIZE;
    uint8_t *bytes = cli_alloc(size);
    const prm_result result = try_in_memory(trial, bytes, size, report);

    free(bytes);
    if (result != PRM_OK)
        return cli_fail(CLI_REFUSED, "the release does not fit a slot: %s", cli_result_text(result));
    return CLI_OK;
}

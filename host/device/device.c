/* SPDX-License-Identifier: Apache-2.0 */
#include "host/device/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "bank/bank_act.h"
#include "bank/bank_format.h"
#include "host/keys/keys.h"
#include "journal/state.h"
#include "ports/mps2-an505/board.h"
#include "providers/openssl/crypto_openssl.h"
#include "trust/floor.h"

const struct prm_layout primum_board_layout = {
    .journal_off = BOARD_JOURNAL_OFF,
    .trust_off = {BOARD_TRUST_0_OFF, BOARD_TRUST_1_OFF},
    .bank_off = {BOARD_SLOT_A_OFF, BOARD_SLOT_B_OFF},
    .bank_size = BOARD_SLOT_SIZE,
    .chunk_size = BOARD_CHUNK_SIZE,
    .flash_base = BOARD_FLASH_BASE,
    .components = PRM_COMPONENTS,
    .trial_boots = BOARD_TRIAL_BOOTS,
    .component = {{BOARD_APP_OFF, BOARD_APP_SIZE, BOARD_NS_RAM_BASE, BOARD_NS_RAM_SIZE},
                  {BOARD_SERVICES_OFF, BOARD_SERVICES_SIZE, BOARD_SERVICES_RAM_BASE, BOARD_SERVICES_RAM_SIZE}},
};

char *primum_device_path(const char *dir, const char *file) {
    return primum_format("%s/%s", dir, file);
}

int primum_parse_slot(const char *text, uint32_t *slot) {
    *slot = text[0] == 'b' || text[0] == 'B' ? 1 : 0;
    return text[0] != '\0' && strchr("abAB", text[0]) != NULL && text[1] == '\0';
}

int primum_parse_floor(const char *text, uint64_t *floor) {
    return primum_parse_u64(text, floor) && *floor >= PRM_FLOOR_FIRST && *floor <= INT64_MAX;
}

int primum_device_lock(const char *dir, int *fd) {
    char *path = primum_device_path(dir, "flash.img");
    int status = PRIMUM_OK;

    *fd = open(path, O_RDWR | O_CLOEXEC);
    if (*fd < 0) {
        status = errno == ENOENT || errno == ENOTDIR
                     ? primum_fail(PRIMUM_IO, "there is no device in %s; 'primum device new' makes one", dir)
                     : primum_fail_errno("can't open %s", path);
    } else if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK
                     ? primum_fail(PRIMUM_REFUSED, "the device in %s is in use; end 'primum device boot' first", dir)
                     : primum_fail_errno("can't lock %s", path);
        close(*fd);
        *fd = -1;
    }
    free(path);
    return status;
}

/* A memory's file that could not be opened, or has another size than the part: then errno is 0. */
static int cant_use(const char *path, uint32_t size) {
    return errno != 0 ? primum_fail_errno("can't use %s", path)
                      : primum_fail(PRIMUM_IO, "%s does not have the %u bytes of the board's part", path, size);
}

static int open_flash(const char *dir, struct primum_device *device) {
    char *path = primum_device_path(dir, "flash.img");
    int status = PRIMUM_OK;

    errno = 0;
    const prm_result result =
        prm_sim_flash_open(&device->flash, path, BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_WRITE_SIZE, NULL);
    if (result != PRM_OK || device->flash.flash.size != BOARD_FLASH_SIZE)
        status = cant_use(path, BOARD_FLASH_SIZE);
    free(path);
    return status;
}

void primum_device_open_trust(struct primum_device *device) {
    device->trust_format =
        (struct prm_eeprom_counter){{&device->counter.eeprom, BOARD_TRUST_COUNTER_OFF, PRM_EEPROM_TRUST, PRM_EEPROM_VALUE_SIZE}, 0};
    device->kept_format = (struct prm_eeprom_cell){{&device->counter.eeprom, BOARD_KEPT_OFF, PRM_EEPROM_KEPT, PRM_CELL_SIZE}};
    device->trust_counter =
        (struct prm_counter){&device->trust_format, prm_eeprom_counter_read, prm_eeprom_counter_advance_to};
    device->kept = (struct prm_cell){&device->kept_format, prm_eeprom_cell_read, prm_eeprom_cell_write};
}

prm_result primum_device_provision(struct primum_device *device, uint64_t floor) {
    uint8_t nothing[PRM_CELL_SIZE];

    memset(nothing, 0xFF, sizeof nothing);
    PRM_TRY(prm_eeprom_counter_provision(&device->counter.format, floor));
    PRM_TRY(prm_eeprom_counter_provision(&device->trust_format, 0));
    return device->kept.write(device->kept.ctx, nothing);
}

static int open_counter(const char *dir, struct primum_device *device) {
    char *path = primum_device_path(dir, "eeprom.img");
    int status = PRIMUM_OK;

    errno = 0;
    if (prm_sim_counter_open(&device->counter, &prm_crypto_openssl, path, BOARD_COUNTER_OFF, NULL) != PRM_OK ||
        device->counter.size != BOARD_EEPROM_SIZE)
        status = cant_use(path, BOARD_EEPROM_SIZE);
    else
        primum_device_open_trust(device);
    free(path);
    return status;
}

static int read_part(const char *dir, const char *file, size_t size, struct primum_bytes *out) {
    char *path = primum_device_path(dir, file);
    int status = primum_read_file(path, out);

    if (status == PRIMUM_OK && out->len != size)
        status = primum_fail(PRIMUM_IO, "%s has %zu bytes instead of %zu", path, out->len, size);
    free(path);
    return status;
}

int primum_device_open(const char *dir, struct primum_device *device) {
    memset(device, 0, sizeof *device);
    device->lock = -1;
    int status = primum_device_lock(dir, &device->lock);
    if (status == PRIMUM_OK)
        status = open_flash(dir, device);
    if (status == PRIMUM_OK)
        status = open_counter(dir, device);
    if (status == PRIMUM_OK)
        status = read_part(dir, "rom.bin", BOARD_ROM_SIZE, &device->rom);
    if (status == PRIMUM_OK)
        status = read_part(dir, "fuse.bin", BOARD_FUSES_SIZE, &device->fuses);
    if (status != PRIMUM_OK)
        (void)primum_device_close(device);
    return status;
}

int primum_device_close(struct primum_device *device) {
    const prm_result flash = prm_sim_flash_close(&device->flash);
    const prm_result counter = prm_sim_counter_close(&device->counter);

    primum_bytes_free(&device->rom);
    primum_bytes_free(&device->fuses);
    if (device->lock >= 0)
        close(device->lock);
    device->lock = -1;
    if (flash != PRM_OK || counter != PRM_OK)
        return primum_fail(PRIMUM_IO, "the device's files could not be written back");
    return PRIMUM_OK;
}

prm_span primum_device_trust(const struct primum_device *device) {
    return prm_span_of(device->rom.data + BOARD_TRUST_OFF, sizeof(struct prm_trust));
}

int primum_fuses_make(const uint8_t *vendor, const uint8_t *class_, const uint8_t *device, struct prm_fuses *out) {
    memset(out, 0, sizeof *out);
    out->magic = PRM_FUSES_MAGIC;
    out->version = PRM_FUSES_VERSION;
    memcpy(out->vendor, vendor, sizeof out->vendor);
    memcpy(out->class_, class_, sizeof out->class_);
    memcpy(out->device, device, sizeof out->device);
    return primum_check8(prm_span_of(out, offsetof(struct prm_fuses, check)), out->check);
}

prm_result primum_device_erase(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t slot) {
    const uint32_t off = layout->bank_off[slot];

    return prm_bank_erase(flash, off, off + layout->bank_size);
}

/*
 * Tells the journal what a bank holds, as an update would: once a device has accepted something, a boot refuses a newer
 * release that its journal knows nothing about. Bytes that are no release stay unknown: the boot says what is wrong.
 */
static prm_result note(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t bank,
                       prm_span envelope_bytes, enum prm_bank_status status) {
    struct prm_suit_envelope envelope;
    uint8_t digest[PRM_SHA256_SIZE];
    struct prm_journal journal;
    struct prm_state state;

    if (prm_suit_envelope_parse(envelope_bytes, &envelope) != PRM_OK)
        return PRM_OK;
    prm_result result = prm_crypto_openssl.sha256(&envelope.manifest_wrapped, 1, digest);
    if (result == PRM_OK)
        result = prm_state_load(&journal, flash, &prm_crypto_openssl, layout->journal_off, &state);
    if (result != PRM_OK)
        return result;
    state.bank[bank].status = (uint8_t)status;
    state.bank[bank].attempts = 0;
    memcpy(state.bank[bank].manifest, digest, sizeof state.bank[bank].manifest);
    return prm_state_store(&journal, &state);
}

prm_result primum_device_program(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t slot,
                                 prm_span envelope, const prm_span image[PRM_COMPONENTS], enum prm_bank_status status) {
    const struct prm_bank bank = {flash, layout, slot};
    uint8_t header[PRM_BANK_HEADER_SIZE];
    uint8_t digest[PRM_SHA256_SIZE];

    if (envelope.len == 0 || envelope.len > PRM_BANK_ENVELOPE_MAX)
        return PRM_ERR_FLASH_RANGE;
    prm_result result = primum_device_erase(flash, layout, slot);
    for (uint32_t i = 0; i < layout->components && result == PRM_OK; i++) {
        if (image[i].len > layout->component[i].size)
            return PRM_ERR_FLASH_RANGE;
        result = prm_bank_act_image(&bank, i, 0, image[i]);
    }
    if (result == PRM_OK)
        result = prm_crypto_openssl.sha256(&envelope, 1, digest);
    if (result == PRM_OK) {
        /* The header last: a bank that was cut while being written stays empty. */
        prm_bank_header_encode((uint32_t)envelope.len, digest, header);
        result = prm_bank_act_envelope(&bank, envelope, header);
    }
    return result == PRM_OK ? note(flash, layout, slot, envelope, status) : result;
}

int primum_device_key(const char *dir, EVP_PKEY **out) {
    char *path = primum_device_path(dir, "key.bin");
    struct primum_bytes file = {NULL, 0};
    int status = PRIMUM_OK;

    *out = NULL;
    if (access(path, F_OK) == 0) {
        status = read_part(dir, "key.bin", BOARD_KEY_SIZE, &file);
        if (status == PRIMUM_OK)
            status = primum_key_from_scalar(file.data, out);
        if (file.data != NULL)
            prm_wipe(file.data, file.len);
        primum_bytes_free(&file);
    }
    free(path);
    return status;
}

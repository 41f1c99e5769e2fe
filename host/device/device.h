/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device.h - an emulated device as a folder: rom.bin (root code and trust anchors), fuse.bin (identity), flash.img and
 * eeprom.img, key.bin (its private key for encrypted payloads; device.pub.pem is the public half); report.bin holds the
 * boot report of the last boot. The board's QEMU and the host run on the same files.
 */
#ifndef PRIMUM_DEVICE_H
#define PRIMUM_DEVICE_H

#include <stdio.h>

#include <openssl/evp.h>

#include "boot/boot.h"
#include "journal/state.h"
#include "host/file/file.h"
#include "ports/eeprom/eeprom_cell.h"
#include "ports/sim/sim.h"
#include "primum/fault_report.h"

/* An open device: nobody else uses it while it is. Not to be moved. */
struct primum_device {
    int lock;
    struct primum_bytes rom, fuses;
    struct prm_sim_flash flash;
    struct prm_sim_counter counter;
    struct prm_eeprom_counter trust_format;
    struct prm_eeprom_cell kept_format;
    struct prm_counter trust_counter; /* these two over the memory of `counter` */
    struct prm_cell kept;
};

/* A file of a device's folder. Owns: the caller frees. */
char *primum_device_path(const char *dir, const char *file);

/* Takes the device for this process; `*fd` is closed to give it back. PRIMUM_OK, PRIMUM_REFUSED (in use) or PRIMUM_IO,
 * after saying why. */
int primum_device_lock(const char *dir, int *fd);

/* Locks and opens. PRIMUM_OK, or PRIMUM_REFUSED or PRIMUM_IO after saying why. `primum_device_close` gives PRIMUM_OK or
 * PRIMUM_IO. */
int primum_device_open(const char *dir, struct primum_device *device);
int primum_device_close(struct primum_device *device);

/* Where things are on the board. */
extern const struct prm_layout primum_board_layout;

/*
 * The device's private key for encrypted payloads (key.bin). Owns: the caller frees. PRIMUM_OK with NULL if the device
 * has none; PRIMUM_REFUSED, PRIMUM_IO after saying why.
 */
int primum_device_key(const char *dir, EVP_PKEY **out);

/* The anchors in the ROM of an open device. */
prm_span primum_device_trust(const struct primum_device *device);

/* "a" or "b" to a slot number; 0 if it is neither. */
int primum_parse_slot(const char *text, uint32_t *slot);

/* A rollback floor, 1 to 2^63-1; 0 if the text isn't one. */
int primum_parse_floor(const char *text, uint64_t *floor);

/* What a boot of the open device would come to if its floor were raised to this; nothing is changed. PRIMUM_OK or
 * PRIMUM_IO. */
int primum_device_try_floor(const struct primum_device *device, uint64_t floor, prm_result *booted);

/* Writes a slot as a programmer does: erased, images, envelope, header, and its status in the journal. Errors: FLASH_*.
 */
PRM_MUST_USE prm_result primum_device_program(const struct prm_flash *flash, const struct prm_layout *layout,
                                              uint32_t slot, prm_span envelope, const prm_span image[PRM_COMPONENTS],
                                              enum prm_bank_status status);
PRM_MUST_USE prm_result primum_device_erase(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t slot);

/*
 * device_trust.c. Puts a trust manifest into both trust slots as a programmer does; `manifest` empty: erases them. What the
 * device is going to make of it is in `*judged`. PRIMUM_OK, or PRIMUM_IO after saying why.
 */
int primum_device_put_trust(struct primum_device *device, prm_span manifest, prm_result *judged);

/* The counter and the cell of trust over an EEPROM, at the board's places. */
void primum_device_open_trust(struct primum_device *device);

/* What the factory writes to a blank EEPROM: both floors, and that no release is kept. Errors: as the counters. */
PRM_MUST_USE prm_result primum_device_provision(struct primum_device *device, uint64_t floor);

/*
 * The factory's first seed of a device's random numbers, from this machine's (docs/format/seed.md). Errors: as a cell's write,
 * ENTROPY_IO.
 */
PRM_MUST_USE prm_result primum_device_seed(struct primum_device *device);

/* Makes fuse.bin's contents. PRIMUM_OK or PRIMUM_IO. */
int primum_fuses_make(const uint8_t *vendor, const uint8_t *class_, const uint8_t *device, struct prm_fuses *out);

/* 1 for a whole boot report, 0 for anything else. */
static inline int primum_report_valid(const struct prm_boot_report *report) {
    return prm_boot_report_valid(report);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * description.h - what a device is to a release: who it is, whom it trusts, where its images lie, what it has accepted. As a
 * value, and as a file (docs/format/device-description.md), so that a release can be judged for devices that are elsewhere.
 */
#ifndef PRIMUM_DESCRIPTION_H
#define PRIMUM_DESCRIPTION_H

#include "host/device/device.h"

#define PRIMUM_DESCRIPTION_VERSION 1
#define PRIMUM_DESCRIPTION_FLASH_MAX 0x8000000u /* bytes of a flash that is tried in memory */

/* Owns: the trust slots' bytes; primum_description_free(). */
struct primum_description {
    struct prm_fuses fuses;
    struct prm_trust trust; /* the factory's */
    struct prm_layout layout;
    struct prm_sim_part part;
    int hss;                                         /* its root verifies HSS-LMS signatures */
    int manifests;                                   /* its root takes trust manifests; the rest is about them */
    uint64_t floor, trust_floor;                     /* of releases and of trust manifests */
    struct primum_bytes trust_slot[PRM_TRUST_SLOTS]; /* empty: blank */
    uint8_t kept[PRM_CELL_SIZE];
};

/* The emulated board with nothing in it: no identity, no keys, the first floor. */
void primum_description_board(struct primum_description *out);

/* An open device. PRIMUM_OK, or PRIMUM_REFUSED after saying which of its counters can't be read. */
int primum_description_of(const struct primum_device *device, struct primum_description *out);

void primum_description_free(struct primum_description *description);

/* PRIMUM_OK, or PRIMUM_REFUSED after saying what of flash and layout does not go together; `path` is for messages. */
int primum_description_check(const char *path, const struct primum_description *description);

/*
 * description_json.c. Reading is strict: what is unknown, missing, twice, of another type or out of its range is refused by
 * its name, and so are formats that this program doesn't know. PRIMUM_OK; PRIMUM_REFUSED, PRIMUM_IO after saying why.
 */
int primum_description_read(const char *path, struct primum_description *out);

/* The file's bytes. PRIMUM_OK, or PRIMUM_REFUSED (fuses or anchors are damaged) after saying so. Owns: the caller frees. */
int primum_description_write(const struct primum_description *description, struct primum_bytes *out);

#endif

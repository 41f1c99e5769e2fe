/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rig.h - a device in memory whose power can be cut inside any write or erase, and releases for it.
 *
 * The flash is the simulated port's, of a part with the units and habits of a real one; every change to flash or EEPROM is
 * one operation. A cut ends the device's code there and then (longjmp), as a reset does.
 */
#ifndef PRM_TESTS_CUT_RIG_H
#define PRM_TESTS_CUT_RIG_H

#include <setjmp.h>

#include <openssl/evp.h>

#include "bank/geometry.h"
#include "boot/boot.h"
#include "cli/cli.h"
#include "journal/state.h"
#include "ports/sim/sim.h"
#include "suit/suit_conditions.h"
#include "update/update.h"
#include "update/update_open.h"

#define RIG_EEPROM_SIZE 64u
#define RIG_RELEASES 8u
#define RIG_NEVER UINT32_MAX
#define RIG_PENDING 16u

/* What a cut leaves of the operation that it hits. */
enum rig_kind {
    RIG_NOT_DONE,
    RIG_HALF_DONE, /* the first half of its units */
    RIG_RANDOM,    /* a part done, then units with random bits, then a part not done; each part may be empty */
    RIG_UNREADABLE, /* the same, but units that can't be read, before they are erased */
    RIG_KINDS
};

/* A part of flash: `few` erase units of `few_size`, then as many of `erase_size` as are needed. */
struct rig_part {
    const char *name;
    uint32_t few, few_size;
    uint32_t erase_size, write_size;
    uint8_t erased;
    int blank_faults; /* blank memory can't be read */
    int buffered;     /* what was written is in a buffer that a cut loses, before it is committed */
    uint8_t trial_boots; /* of a device with this part; 0: it says nothing, which is PSA's one */
};
#define RIG_PARTS 8u
extern const struct rig_part rig_parts[RIG_PARTS]; /* the first is the emulated board's */

/* What the operations cost, by kind. */
struct rig_cost {
    uint32_t erases;
    uint32_t bytes;         /* written to flash */
    uint32_t image_erases;  /* of those, in the images' units */
    uint32_t image_bytes;
    uint32_t counter_bytes; /* written to the EEPROM */
};

/* A release, and the images that a device has when it runs it. Owns its bytes. */
struct rig_release {
    uint64_t sequence;
    struct primum_bytes file;
    struct primum_bytes bank_envelope;
    struct primum_bytes image[PRM_BANKS][PRM_COMPONENTS];
};

/* What is the same for every device of a run: its layout, keys, releases. */
struct rig_world {
    const struct rig_part *part;
    struct prm_sim_part flash;
    struct prm_layout layout;
    uint32_t images_off; /* in a bank: before them header, envelope, marks, list */
    uint32_t flash_size;
    uint32_t image_size[PRM_COMPONENTS];
    struct prm_fuses fuses;
    struct prm_trust trust;
    EVP_PKEY *vendor_key, *device_key;
    struct prm_anchor device_id;
    uint8_t vendor[PRIMUM_UUID_SIZE], class_[PRIMUM_UUID_SIZE];
    const char *description; /* of the releases made from here on; NULL: none */
    struct prm_suit_conditions conditions; /* likewise */
    int plain; /* 1: releases made from here on have no lists of block digests */
    int strange_condition; /* 1: that of the battery is replaced by one that nobody here knows */
};

struct rig {
    struct rig_world *world;
    uint8_t *bytes; /* of the flash */
    uint8_t eeprom_bytes[RIG_EEPROM_SIZE];
    struct prm_sim_flash host;
    struct prm_flash flash; /* the host's, with the power in between */
    struct prm_eeprom eeprom;
    struct prm_eeprom_counter counter_format;
    struct prm_counter counter;
    struct prm_cipher cipher;
    struct prm_suit_keys keys;
    struct prm_update_opener opener;
    struct prm_update_opener counting; /* the same, counting what it decrypts */
    struct prm_update_platform root, services; /* without and with decryption */
    struct prm_boot_platform boot;
    /* power */
    uint32_t operations; /* so far */
    uint32_t cut_at;     /* the operation that the power fails in, or RIG_NEVER */
    enum rig_kind cut_kind;
    uint64_t random;     /* state of the generator */
    jmp_buf off;
    struct {
        uint32_t off, len;
    } pending[RIG_PENDING]; /* written and not committed */
    uint32_t pendings;
    /* watching */
    uint32_t guarded; /* the bank that runs, or PRM_BANK_NONE */
    int guard_broken; /* somebody wrote to it */
    uint32_t decrypted; /* bytes */
    struct rig_cost cost;
};

/*
 * Images of these sizes; one component if `services_size` is 0. Without a part, on the first of them. Ends the process if
 * OpenSSL fails, or flash and layout don't agree.
 */
void rig_world_init(struct rig_world *world, uint32_t app_size, uint32_t services_size);
void rig_world_init_on(struct rig_world *world, const struct rig_part *part, uint32_t app_size, uint32_t services_size);
void rig_world_free(struct rig_world *world);

/* Makes and signs a release; if `encrypted`, the application is so, for the device or for `recipient`, if not NULL. */
void rig_release_make(const struct rig_world *world, uint64_t sequence, int encrypted, EVP_PKEY *recipient,
                      struct rig_release *out);
void rig_release_free(struct rig_release *release);

/* A device, blank. Not to be moved. */
void rig_init(struct rig *rig, struct rig_world *world);
void rig_free(struct rig *rig);

/* Puts a release into a bank as the factory does. */
void rig_factory(struct rig *rig, uint32_t bank, const struct rig_release *release);

/* The whole flash, for a copy of a device: rig_flash_size() bytes. */
size_t rig_flash_size(const struct rig *rig);
void rig_flash_save(const struct rig *rig, uint8_t *to);
void rig_flash_load(struct rig *rig, const uint8_t *from);

/* Fills a bank with random bits. */
void rig_destroy(struct rig *rig, uint32_t bank);

/* 1 if the bank holds this release's services, and its application unless `services_only`. */
int rig_holds(const struct rig *rig, uint32_t bank, const struct rig_release *release, int services_only);

uint64_t rig_floor(const struct rig *rig);
struct prm_state rig_state(const struct rig *rig);
/* Has the journal say that so many downloads came so far, as if they had. */
void rig_downloads(const struct rig *rig, uint32_t downloads);
uint32_t rig_random(struct rig *rig);

/* The crypto of the rig: OpenSSL's, which doesn't verify the same signature twice. */
extern const struct prm_crypto rig_crypto;

#endif

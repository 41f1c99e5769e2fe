/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rig.h - a device in memory that boots, with a power switch: its flash, EEPROM, fuses and factory trust, and the keys and
 * pens to make releases and trust manifests for it.
 */
#ifndef PRM_TESTS_HYBRID_RIG_H
#define PRM_TESTS_HYBRID_RIG_H

#include <openssl/evp.h>

#include "bank/geometry.h"
#include "boot/boot.h"
#include "ports/eeprom/eeprom_cell.h"
#include "ports/eeprom/eeprom_counter.h"
#include "tests/hybrid/lms_signer.h"
#include "trust/trust_store.h"

/* ---- keys ---- */

struct rig_key {
    uint8_t kind; /* enum prm_key_alg */
    uint8_t id[PRM_KEY_ID_SIZE];
    uint8_t public_key[PRM_KEY_MAX];
    uint8_t len;
    EVP_PKEY *pkey;      /* P-256 */
    struct lms_key *lms; /* HSS */
};

/* By name, made once in a process: names that begin with 'h' are HSS keys, all others P-256. */
const struct rig_key *rig_key(const char *name);

/* ---- COSE signatures over parts ---- */

enum rig_flaw { RIG_GOOD, RIG_BAD, RIG_UNKNOWN_ALG, RIG_NO_KID };
#define RIG_BLOCK_MAX 2600u
struct rig_block {
    size_t len;
    uint8_t bytes[RIG_BLOCK_MAX];
};

/* A COSE_Sign1 with detached payload (for releases), or a COSE_Signature (for trust manifests). */
void rig_sign1(struct rig_block *block, const struct rig_key *key, enum rig_flaw flaw, prm_span payload);
void rig_signature(struct rig_block *block, const struct rig_key *key, enum rig_flaw flaw, prm_span payload);

/* ---- the device ---- */

#define RIG_FLASH_SIZE 0x20000u
#define RIG_ERASE_SIZE 0x1000u
#define RIG_WRITE_SIZE 8u
#define RIG_BANK_SIZE 0x8000u
#define RIG_EEPROM_SIZE 512u
enum { RIG_FLOOR_OFF = 0, RIG_TRUST_FLOOR_OFF = 64, RIG_KEPT_OFF = 128 };
enum rig_cut { RIG_CUT_NONE, RIG_CUT_HALF, RIG_CUT_RANDOM, RIG_CUT_UNREADABLE, RIG_CUTS };

struct rig {
    uint8_t flash_bytes[RIG_FLASH_SIZE];
    uint8_t torn[RIG_FLASH_SIZE / RIG_WRITE_SIZE]; /* 1: this write unit can't be read */
    uint8_t eeprom_bytes[RIG_EEPROM_SIZE];
    struct prm_flash flash;
    struct prm_layout layout;
    struct prm_eeprom eeprom;
    struct prm_eeprom_counter floor_ee, trust_floor_ee;
    struct prm_eeprom_cell kept_ee;
    struct prm_counter floor, trust_floor;
    struct prm_cell kept;
    struct prm_fuses fuses;
    struct prm_trust factory;
    struct prm_boot_platform platform;
    struct prm_boot_workspace workspace;
    struct prm_boot_report report;
    struct prm_boot_plan plan;
    uint32_t writes;  /* calls that change something, so far */
    uint32_t cut_at;  /* the call at which the power goes; UINT32_MAX: never */
    enum rig_cut cut; /* how much of it was done */
    int dead;         /* the power is gone: every call fails */
    uint32_t random;
};

extern const struct prm_crypto rig_crypto;

/* A new device: blank flash, floors at their least, factory trust with no anchors yet. `rig` must not be moved. */
void rig_init(struct rig *rig);
/* Adds an anchor to the factory trust; rig_seal() when all is set. */
void rig_anchor(struct rig *rig, const struct rig_key *key, uint8_t roles);
void rig_seal(struct rig *rig);

/* The state that survives without power, to go back to. */
struct rig_state {
    uint8_t flash_bytes[RIG_FLASH_SIZE];
    uint8_t torn[RIG_FLASH_SIZE / RIG_WRITE_SIZE]; /* 1: this write unit can't be read */
    uint8_t eeprom_bytes[RIG_EEPROM_SIZE];
};
void rig_save(const struct rig *rig, struct rig_state *state);
void rig_restore(struct rig *rig, const struct rig_state *state);
void rig_power_on(struct rig *rig);
void rig_cut(struct rig *rig, uint32_t at, enum rig_cut cut);

/* Boots. The process ends if the answer is PRM_OK with a plan whose word is wrong. */
prm_result rig_boot(struct rig *rig);
uint32_t rig_trust_number(const struct rig *rig);
uint64_t rig_trust_floor(const struct rig *rig);
struct prm_trust_source rig_source(struct rig *rig);

/* The SUIT_Digest of release `sequence`, as signed. */
#define RIG_DIGEST_SIZE 36u
void rig_release_digest(const struct rig *rig, uint64_t sequence, uint8_t out[RIG_DIGEST_SIZE]);
/* The envelope of release `sequence` with these blocks; it may be longer than a bank takes. Returns its length. */
#define RIG_ENVELOPE_MAX 12000u
size_t rig_release_envelope(const struct rig *rig, uint64_t sequence, const struct rig_block *block, uint32_t blocks,
                            uint8_t out[RIG_ENVELOPE_MAX]);
/* Writes release `sequence` with these blocks, and its image, to a bank, and notes it as accepted. Returns 0 if the envelope is too long for that. */
int rig_install(struct rig *rig, uint32_t bank, uint64_t sequence, const struct rig_block *block, uint32_t blocks);
/* The same with one signature each by `key` and, if not NULL, `second`. */
void rig_release(struct rig *rig, uint32_t bank, uint64_t sequence, const struct rig_key *key,
                 const struct rig_key *second);

/* ---- trust manifests ---- */

struct rig_grant {
    const struct rig_key *key; /* NULL ends a list */
    const uint8_t *vendor, *class_;
    uint32_t components; /* 0: no limit */
};

#define RIG_TRUST_MAX 16384u /* all of a slot */
struct rig_manifest {
    size_t len;
    uint8_t bytes[RIG_TRUST_MAX];
};

struct rig_terms {
    uint32_t number, epoch;
    uint64_t base;
    uint32_t need[2];
};

size_t rig_payload(uint8_t *out, size_t cap, const struct rig_terms *terms, const struct rig_grant *grant);
void rig_envelope(struct rig_manifest *m, prm_span payload, const struct rig_block *block, uint32_t blocks);
/* Signed by these keys, of which NULL ends the list; rig_trust() makes one of epoch 0 and base 1. */
void rig_trust_of(struct rig_manifest *m, const struct rig_terms *terms, const struct rig_grant *grant,
                  const struct rig_key *const *root);
void rig_trust(struct rig_manifest *m, uint32_t number, uint32_t need_p256, uint32_t need_hss,
               const struct rig_grant *grant, const struct rig_key *const *root);
/* Puts it into a slot, as the factory could. */
void rig_put_trust(struct rig *rig, uint32_t slot, const struct rig_manifest *m);
prm_result rig_store(struct rig *rig, const struct rig_manifest *m);
/* After rig_boot(), with the rules that it found. */
prm_result rig_mend(struct rig *rig);

/* Lists for rig_trust() and rig_payload(). */
#define KEYS(...) ((const struct rig_key *const[]){__VA_ARGS__, NULL})
#define GRANTS(...) ((const struct rig_grant[]){__VA_ARGS__, {.key = NULL}})

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture.h - what the tests and fuzzers share: CBOR from diagnostic notation, keys, releases, and a simulated device
 * whose every seam call can fail, and whose every write can be torn by a power cut.
 *
 * Nothing in here is random: the same call gives the same bytes in every run.
 */
#ifndef PRM_TESTS_FIXTURE_H
#define PRM_TESTS_FIXTURE_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include "bank/geometry.h"
#include "boot/boot.h"
#include "codec/cbor.h"
#include "journal/state.h"
#include "ports/eeprom/eeprom_counter.h"

/* ---- bytes ---- */

/* The next of a repeatable stream of 64-bit words (splitmix64); `*state` is the seed and the position. */
uint64_t fx_random(uint64_t *state);
void fx_random_fill(uint64_t *state, void *dst, size_t len);

/* Hex digits to bytes, blanks ignored; returns how many bytes. Stops the process on anything else. */
size_t fx_unhex(const char *hex, uint8_t *out, size_t cap);

/* Bytes to lower-case hex digits and a 0. */
const char *fx_hex(const void *bytes, size_t len, char *out);

/* SHA-256 of one span, by OpenSSL. */
void fx_sha256(prm_span bytes, uint8_t out[PRM_SHA256_SIZE]);

/*
 * CBOR from diagnostic notation after printf's substitutions: integers, h'..', "..", [..], {..}, <<..>> (a bstr of what
 * stands inside), 107(..), true, false, null, and $'..' for raw bytes that may be no CBOR at all. Nothing is sorted:
 * adversarial maps are what it is for. Returns the length; stops the process if `fmt` is malformed or `cap` too small.
 */
size_t fx_cbor(uint8_t *out, size_t cap, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- keys and signatures (deterministic; for tests only) ---- */

struct fx_key {
    uint8_t secret[32];
    struct prm_anchor anchor;
};

/* A key pair that is a function of `seed`. */
void fx_key_make(struct fx_key *key, const char *seed);

/* ECDSA P-256 over a digest, with a nonce derived from key and digest. */
void fx_sign(const struct fx_key *key, const uint8_t digest[PRM_SHA256_SIZE], uint8_t sig[PRM_P256_SIG_SIZE]);

/* A COSE_Sign1 over SUIT_Digest bytes. `protected_` NULL: {1: alg, 4: kid}. Returns its length. */
size_t fx_sign1(const struct fx_key *key, int32_t alg, prm_span digest_bytes, const prm_span *protected_, uint8_t *out,
                size_t cap);

/* ---- releases ---- */

#define FX_IMAGE_SIZE 256u

extern const uint8_t fx_vendor[16], fx_class[16], fx_device_id[16];

struct fx_spec {
    uint64_t sequence;
    const struct fx_key *key[5];    /* signers, NULL ends */
    int32_t alg;                    /* 0: ESP256 */
    const uint8_t *vendor, *class_; /* NULL: the device's */
    const uint8_t *device;          /* NULL: no device condition */
    prm_span image[2];
    prm_span services[2];     /* ptr NULL: one component, the application */
    uint32_t claimed_size[2]; /* 0: the image's */
    uint32_t without;         /* PRM_SUIT_DID_...: conditions and the invocation to leave out */
};

/* A manifest as the profile has it. Returns its length. */
size_t fx_manifest(const struct fx_spec *spec, uint8_t *out, size_t cap);

/* A severed envelope around any manifest, signed by `spec`'s keys with its algorithm. Returns its length. */
size_t fx_wrap(const struct fx_spec *spec, prm_span manifest, uint8_t *out, size_t cap);

/* Both together. */
size_t fx_envelope(const struct fx_spec *spec, uint8_t *out, size_t cap);

/* ---- the simulated device ---- */

#define FX_ERASE 4096u
#define FX_WRITE 8u
#define FX_JOURNAL_OFF 0u
#define FX_SLOT_A_OFF 0x4000u
#define FX_SLOT_B_OFF 0x8000u
#define FX_SLOT_SIZE 0x4000u
#define FX_FLASH_SIZE 0xC000u
#define FX_IMAGES_OFF 0x2000u /* in a slot; before them header, envelope, marks and list */
#define FX_ENVELOPE_OFF PRM_BANK_ENVELOPE_OFF(FX_WRITE)
#define FX_APP_SIZE 0x1000u /* with two components: the room of the application, then of the services */
#define FX_SERVICES_OFF (FX_IMAGES_OFF + FX_APP_SIZE)
#define FX_SERVICES_SIZE (FX_SLOT_SIZE - FX_SERVICES_OFF)
#define FX_TRIAL_BOOTS 3u
#define FX_FLASH_BASE 0x80000000u
#define FX_RAM_BASE 0x28200000u
#define FX_RAM_SIZE 0x1FF000u
#define FX_SERVICES_RAM_BASE 0x38010100u
#define FX_SERVICES_RAM_SIZE 0xFF00u
#define FX_EEPROM_SIZE 256u
#define FX_COUNTER_OFF 64u

enum fx_op {
    FX_READ,
    FX_VIEW,
    FX_WRITE_OP,
    FX_ERASE_OP,
    FX_BLANK_OP,
    FX_COMMIT_OP,
    FX_EEPROM_READ,
    FX_EEPROM_WRITE,
    FX_SHA256,
    FX_WITNESS,
    FX_OPS
};

/* What a power cut leaves of the unit that was being written or erased. */
enum fx_tear { FX_TEAR_OLD, FX_TEAR_NEW, FX_TEAR_HALF, FX_TEAR_RANDOM, FX_TEARS };

#define FX_NEVER UINT32_MAX

struct fx_faults {
    uint32_t calls; /* seam calls so far */
    uint32_t calls_of[FX_OPS];
    uint32_t fail_at;    /* the call that fails, counted over all seams; FX_NEVER */
    uint32_t fails_from; /* all calls from this one on fail; FX_NEVER */
    uint32_t broken;     /* bit op: every call of that kind fails */
    enum fx_op failed;   /* which call that was */
    int damaged;         /* 1: reads and views that fail answer FLASH_DAMAGED */
    uint32_t cut_at;     /* the write or erase (counted over flash and EEPROM) that power fails in; FX_NEVER */
    uint32_t cut_units;  /* how many units of it are done before */
    enum fx_tear tear;
    uint64_t random;
    uint32_t changes;        /* writes and erases so far */
    uint32_t writes, erases; /* of the flash */
    jmp_buf *cut;            /* where a cut leads */
};

/* Not to be moved after fx_device_init(). One device at a time: the crypto seam has no context. */
struct fx_device {
    uint8_t bytes[FX_FLASH_SIZE];
    uint8_t eeprom_bytes[FX_EEPROM_SIZE];
    struct prm_fuses fuses;
    struct prm_trust trust;
    struct fx_faults faults;
    struct prm_flash flash;
    struct prm_eeprom eeprom;
    struct prm_eeprom_counter format;
    struct prm_counter counter;
    struct prm_layout layout;
    struct prm_boot_platform platform;
    struct prm_boot_workspace workspace;
    struct prm_boot_report report;
    struct prm_boot_plan plan;
};

/*
 * A new device: blank flash, a floor of 1 (the least there is), fuses of the fixture's identity, one anchor per key (NULL ends); one component,
 * the application.
 */
void fx_device_init(struct fx_device *device, const struct prm_crypto *crypto, const struct fx_key *const *keys);

/* The same device with two components: application and services. */
void fx_device_two(struct fx_device *device);

/* Computes the check digests of fuses and anchors anew. */
void fx_device_seal(struct fx_device *device);

void fx_faults_clear(struct fx_device *device);

/* What a slot's header says of its length, and a header that says so; whatever the number. */
uint32_t fx_envelope_len(const uint8_t *slot);
void fx_put_header(uint8_t *slot, uint32_t len);

/* Erases a slot and puts header, envelope and the application's image there, as a programmer in the factory would. */
void fx_flash_slot(struct fx_device *device, uint32_t slot, prm_span envelope, prm_span image);

/* The bytes of a component's place in a slot. */
uint8_t *fx_place(struct fx_device *device, uint32_t slot, uint32_t component);

/* An application for a slot that would run: stack pointer, entry, then bytes that are a function of `seed`. */
void fx_image(uint32_t slot, uint64_t seed, uint8_t out[FX_IMAGE_SIZE]);

/* The same for services, where they stand on a device with two components. */
void fx_services(uint32_t slot, uint64_t seed, uint8_t out[FX_IMAGE_SIZE]);

/*
 * Makes and flashes a release for both slots with images of `seed`, for every component of the device, into `slot`, and notes in
 * the journal that it was accepted.
 */
void fx_install(struct fx_device *device, uint32_t slot, const struct fx_key *key, uint64_t sequence, uint64_t seed);

/* As a factory delivers a device: this release alone was ever accepted, the floor stands at it, and the journal is blank. */
void fx_factory(struct fx_device *device, uint32_t slot, const struct fx_key *key, uint64_t sequence, uint64_t seed);

/* What the journal says, read without the device's faults; and saying it, as an update service would. */
struct prm_state fx_state(struct fx_device *device);
void fx_state_put(struct fx_device *device, const struct prm_state *state);

/* Gives a bank this status in the journal, about the release that it holds. */
void fx_bank_status(struct fx_device *device, uint32_t bank, enum prm_bank_status status, uint8_t attempts);

/* Boots: prm_boot_run() with everything in the device. */
prm_result fx_boot(struct fx_device *device);

/* What is left wrong after a boot, or NULL: the report's shape, its check word, and that plan and result agree. */
const char *fx_boot_wrong(const struct fx_device *device, prm_result result);

/* The address that the plan leads to. */
uint32_t fx_plan_address(const struct fx_device *device);
uint32_t fx_image_address(uint32_t slot);
uint32_t fx_services_address(uint32_t slot);

#endif

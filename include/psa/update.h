/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update.h - PSA Certified Firmware Update API 1.0 (Arm IHI 0093), as the services give it to the application.
 *
 * Component 0, PRIMUM_FWU_RELEASE, is everything that a bank holds. What is written to it is a file as
 * docs/format/suit-profile.md draws it, manifest included, from front to back. A trust manifest (docs/format/trust.md) may come
 * before it in the same file; it is kept at once and judges the release that follows.
 *
 *     READY --start--> WRITING --finish--> CANDIDATE --install--> STAGED --reboot--> TRIAL --accept--> UPDATED
 *
 *     WRITING, CANDIDATE --cancel--> FAILED      STAGED --reject--> FAILED      FAILED, UPDATED --clean--> READY
 *     TRIAL --reject--> REJECTED --reboot--> FAILED          WRITING --an error in the data--> FAILED
 *     TRIAL --reboot--> FAILED (a port may give a trial more than one boot)      STAGED --refused by the boot--> FAILED
 *
 * WRITING, UPDATED and the FAILED after a cancel end with a reset; what was written stays, and the same release sent
 * again goes on from there. A call in a state that has no arrow for it returns PSA_ERROR_BAD_STATE and changes nothing.
 * What was accepted before is never cleaned: it is the way back until another release is written over it.
 *
 * Component 1, PRIMUM_FWU_TRUST, is the rules by which releases are judged: a trust manifest alone. It has no trial, and its
 * staging is volatile (PSA_FWU_FLAG_VOLATILE_STAGING): until it is installed nothing is kept of it over a reset.
 *
 *     READY --start--> WRITING --finish--> CANDIDATE --install--> STAGED --reboot--> READY, in force
 *
 * The two take turns: one isn't started while the other is in WRITING.
 */
#ifndef PSA_UPDATE_H
#define PSA_UPDATE_H

#include <stddef.h>
#include <stdint.h>

#include "psa/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PSA_FWU_API_VERSION_MAJOR 1
#define PSA_FWU_API_VERSION_MINOR 0

#define PSA_ERROR_DEPENDENCY_NEEDED ((psa_status_t)-156)
#define PSA_ERROR_FLASH_ABUSE ((psa_status_t)-160)
#define PSA_ERROR_INSUFFICIENT_POWER ((psa_status_t)-161)
#define PSA_SUCCESS_REBOOT ((psa_status_t)1)
#define PSA_SUCCESS_RESTART ((psa_status_t)2)

typedef uint8_t psa_fwu_component_t;

#define PRIMUM_FWU_RELEASE ((psa_fwu_component_t)0)
#define PRIMUM_FWU_TRUST ((psa_fwu_component_t)1)

/* The release's: its semantic version, numbers that don't fit as the largest; the rules': zeros, and their number as build. */
typedef struct psa_fwu_image_version_t {
    uint8_t major;
    uint8_t minor;
    uint16_t patch;
    uint32_t build; /* of a release: the lower half of its sequence number */
} psa_fwu_image_version_t;

#define PSA_FWU_READY 0u
#define PSA_FWU_WRITING 1u
#define PSA_FWU_CANDIDATE 2u
#define PSA_FWU_STAGED 3u
#define PSA_FWU_FAILED 4u
#define PSA_FWU_TRIAL 5u
#define PSA_FWU_REJECTED 6u
#define PSA_FWU_UPDATED 7u

#define PSA_FWU_FLAG_VOLATILE_STAGING 0x00000001u
#define PSA_FWU_FLAG_ENCRYPTION 0x00000002u /* of a release, where the device has a key to decrypt with */

/* What goes beyond the API: how far a download is. */
typedef struct psa_fwu_impl_info_t {
    uint32_t written; /* bytes taken so far in WRITING, else 0: the next psa_fwu_write() continues here, or begins anew
                         at 0 */
    uint32_t reason;  /* the device's own word for `error` (src/base/result.h), or 0; in CANDIDATE, for why the last
                         psa_fwu_install() refused */
    int32_t priority; /* in CANDIDATE, of the release: less is more urgent; 0 if it says nothing */
} psa_fwu_impl_info_t;

typedef struct psa_fwu_component_info_t {
    uint8_t state;
    psa_status_t error;
    psa_fwu_image_version_t version; /* of what runs, or is in force */
    uint32_t max_size;
    uint32_t flags;
    uint32_t location; /* the bank that runs, or the trust slot: 0 or 1 */
    psa_fwu_impl_info_t impl;
} psa_fwu_component_info_t;

#define PSA_FWU_LOG2_WRITE_ALIGN 0u
#define PSA_FWU_MAX_WRITE_SIZE 1024u

/*
 * Errors: DOES_NOT_EXIST (no such component, in every call), NOT_PERMITTED (from an interrupt, while another call is under
 * way). A state that can't be read is FAILED, with STORAGE_FAILURE as its error.
 */
psa_status_t psa_fwu_query(psa_fwu_component_t component, psa_fwu_component_info_t *info);

/* The manifest is part of the release: `manifest` is NULL and its size 0, else INVALID_ARGUMENT. Errors:
 * STORAGE_FAILURE. */
psa_status_t psa_fwu_start(psa_fwu_component_t component, const void *manifest, size_t manifest_size);

/*
 * The next bytes. Offset 0 begins the release anew; any other than the next one is INVALID_ARGUMENT, as are no bytes
 * and more than PSA_FWU_MAX_WRITE_SIZE. In FAILED afterwards: INVALID_SIGNATURE (altered, or signed by nobody known),
 * NOT_PERMITTED (for another device, or not newer), INVALID_ARGUMENT (not a release, or not a trust manifest),
 * STORAGE_FAILURE, HARDWARE_FAILURE, CORRUPTION_DETECTED, FLASH_ABUSE (64 downloads changed a bank since a release was
 * accepted; each restart gives back 8).
 */
psa_status_t psa_fwu_write(psa_fwu_component_t component, size_t image_offset, const void *block, size_t block_size);

/* Still in WRITING afterwards: INVALID_ARGUMENT (it isn't whole). In FAILED: as psa_fwu_write(). */
psa_status_t psa_fwu_finish(psa_fwu_component_t component);

psa_status_t psa_fwu_cancel(psa_fwu_component_t component);
psa_status_t psa_fwu_clean(psa_fwu_component_t component);

/*
 * Of both components, those in CANDIDATE; BAD_STATE if there is none, or one is STAGED, on TRIAL or REJECTED.
 * PSA_SUCCESS_REBOOT: staged. PSA_SUCCESS: a trust manifest that is in force already, now UPDATED; nothing was written and no
 * restart is needed. Still in CANDIDATE afterwards: NOT_PERMITTED (the application has not authorized it, see
 * primum/update.h: "UPD7"; or the release's last time has passed or the time isn't known: "UPD9"), INSUFFICIENT_POWER
 * ("UPD8"), STORAGE_FAILURE.
 */
psa_status_t psa_fwu_install(void);

/* Doesn't return if it is permitted; else NOT_PERMITTED. */
psa_status_t psa_fwu_request_reboot(void);

/*
 * PSA_SUCCESS (it was staged), or PSA_SUCCESS_REBOOT (it was on trial). `error` is shown by psa_fwu_query(): of a trial until
 * the next download or clean, over resets (of more than 16 bits: as GENERIC_ERROR); of a staged one until the reset. A trial
 * that ran out by itself was given no error: FAILED, with the reason "BOO4". Rules that were staged are in the device already:
 * BAD_STATE if nothing else is.
 */
psa_status_t psa_fwu_reject(psa_status_t error);

psa_status_t psa_fwu_accept(void);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot_report.h - what the immutable root tells about this boot: what it found in every slot, why, and what it chose.
 *
 * Written by the root at each boot to a fixed place in retained memory (the board's map says where), read by the
 * application and by `primum device report`. All integers little-endian. docs/format/boot-report.md draws it.
 *
 * The report is information, not authority: the application can overwrite its copy, and nothing in the root reads it back.
 */
#ifndef PRIMUM_BOOT_REPORT_H
#define PRIMUM_BOOT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#define PRM_BOOT_REPORT_MAGIC 0x424D5250u /* bytes "PRMB" */
#define PRM_BOOT_REPORT_VERSION 2u /* 1 had neither boots nor resets */
#define PRM_BOOT_SLOTS 2u
#define PRM_BOOT_SLOT_NONE 0xFFFFFFFFu

/*
 * What else is to be told, in `notes`. Above the bits stands the number of the trust manifest in force (0: the factory's
 * rules); PRM_BOOT_TRUST_MAX stands for that and all above. Older roots leave `notes` 0.
 */
#define PRM_BOOT_NOTE_REVOKED(slot) (1u << (slot)) /* runs on, but its key is revoked: update it */
#define PRM_BOOT_NOTE_TRUST_WAITS 0x4u /* a newer trust manifest couldn't take effect durably; tried again */
#define PRM_BOOT_TRUST_SHIFT 8u
#define PRM_BOOT_TRUST_MAX 0xFFFFFFu

struct prm_boot_slot_report {
    uint32_t result;             /* PRM_OK: fit to run; else why not (a prm_result) */
    uint32_t image_size;         /* bytes; 0 if the manifest was not authenticated */
    uint64_t sequence;           /* SUIT sequence number; 0 if the manifest was not authenticated */
    uint8_t key_id[8];           /* the anchor that signed; zeros if none */
    uint8_t manifest_digest[32]; /* SHA-256 of the bstr-wrapped manifest; zeros if not authenticated */
    uint8_t image_digest[32];    /* measured, not claimed; zeros if the image was not hashed */
};

struct prm_boot_report {
    uint32_t magic;
    uint16_t version;
    uint16_t size;      /* bytes of this struct */
    uint32_t result;    /* PRM_OK: a slot was started; else why the device is in recovery */
    uint32_t chosen;    /* 0 = A, 1 = B, PRM_BOOT_SLOT_NONE = recovery */
    uint64_t floor;     /* the rollback floor at this boot */
    uint32_t decisions; /* how often the choice has changed in this device's life, from the boot journal */
    uint32_t journal;   /* PRM_OK or what was wrong with the boot journal */
    uint8_t vendor[16]; /* this device, from its fuses (RFC 9562 UUIDs) */
    uint8_t class_[16];
    uint8_t device[16];
    struct prm_boot_slot_report slot[PRM_BOOT_SLOTS];
    uint32_t notes; /* PRM_BOOT_NOTE_..., and the number of the trust rules */
    uint32_t boots; /* how often this device has started, this start included; 0: not counted */
    uint32_t resets; /* how often the root reset itself since power came on, as a part didn't answer */
    uint32_t check; /* prm_boot_report_check() of everything before it */
};

#ifdef __cplusplus
#define PRM_BOOT_REPORT_ASSERT(c) static_assert(c, "the format is fixed")
#else
#define PRM_BOOT_REPORT_ASSERT(c) _Static_assert(c, "the format is fixed")
#endif
PRM_BOOT_REPORT_ASSERT(sizeof(struct prm_boot_slot_report) == 88);
PRM_BOOT_REPORT_ASSERT(offsetof(struct prm_boot_report, slot) == 80);
PRM_BOOT_REPORT_ASSERT(sizeof(struct prm_boot_report) == 272);

/* The check word over a report: tells a report from leftover memory. Not a protection against intent. */
static inline uint32_t prm_boot_report_check(const struct prm_boot_report *report) {
    const uint8_t *p = (const uint8_t *)report;
    uint32_t sum = PRM_BOOT_REPORT_MAGIC;

    for (size_t i = 0; i < offsetof(struct prm_boot_report, check); i++)
        sum = ((sum << 5) | (sum >> 27)) + p[i];
    return sum;
}

/* 1 if these are a whole report of this version. */
static inline int prm_boot_report_valid(const struct prm_boot_report *report) {
    return report->magic == PRM_BOOT_REPORT_MAGIC && report->version == PRM_BOOT_REPORT_VERSION &&
           report->size == sizeof *report && report->check == prm_boot_report_check(report);
}

#endif

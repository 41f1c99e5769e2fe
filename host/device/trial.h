/* SPDX-License-Identifier: Apache-2.0 */
/* trial.h - what a device says of a release: its own boot code answers, over a flash and an EEPROM in memory. */
#ifndef PRIMUM_TRIAL_H
#define PRIMUM_TRIAL_H

#include "host/device/description.h"

/* All borrowed. */
struct primum_trial {
    const struct primum_description *device;
    prm_span envelope; /* in every slot that is used */
    prm_span image[PRM_BOOT_SLOTS][PRM_COMPONENTS];
    int use[PRM_BOOT_SLOTS]; /* put the release into this slot */
    int services_only;       /* judge the services, and leave the application out: it can't be read without a key */
};

/*
 * What a device that takes trust manifests says of one that comes over its wire: `*said` is PRM_OK if it takes it. PRIMUM_OK, or
 * PRIMUM_IO after saying why.
 */
int primum_device_try_trust(const struct primum_description *device, prm_span manifest, prm_result *said);

/* PRIMUM_OK with the report, or PRIMUM_REFUSED (it fits no slot) after saying so. */
int primum_device_try(const struct primum_trial *trial, struct prm_boot_report *report);

#endif

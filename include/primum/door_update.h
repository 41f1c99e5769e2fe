/* SPDX-License-Identifier: Apache-2.0 */
/* door_update.h - the operations of PRIMUM_SERVICE_UPDATE, and what stands in their vectors. */
#ifndef PRIMUM_DOOR_UPDATE_H
#define PRIMUM_DOOR_UPDATE_H

#include <stdint.h>

#include "primum/door.h"

enum primum_update_operation {
    PRIMUM_UPDATE_QUERY,      /* in: component; out: psa_fwu_component_info_t */
    PRIMUM_UPDATE_START,      /* in: struct primum_update_start */
    PRIMUM_UPDATE_WRITE,      /* in: struct primum_update_write, then the block */
    PRIMUM_UPDATE_FINISH,     /* in: component */
    PRIMUM_UPDATE_CANCEL,     /* in: component */
    PRIMUM_UPDATE_CLEAN,      /* in: component */
    PRIMUM_UPDATE_INSTALL,    /* nothing */
    PRIMUM_UPDATE_REBOOT,     /* nothing */
    PRIMUM_UPDATE_REJECT,     /* in: psa_status_t */
    PRIMUM_UPDATE_ACCEPT,     /* nothing */
    PRIMUM_UPDATE_ALIVE,      /* nothing */
    PRIMUM_UPDATE_CONDITIONS, /* in: struct primum_update_told */
    PRIMUM_UPDATE_OPERATIONS
};

struct primum_update_start {
    uint32_t component;
    uint32_t manifest; /* never looked at */
    uint32_t manifest_size;
};

struct primum_update_write {
    uint32_t component;
    uint32_t offset;
};

struct primum_update_told {
    uint32_t authorized;
    uint32_t battery_percent;
    uint32_t battery_mwh;
    uint32_t utc;
};

#endif

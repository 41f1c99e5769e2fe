/* SPDX-License-Identifier: Apache-2.0 */
/* wire_update.h - a release from the wire into a bank: what the root does in recovery, and the services for a lone
 * application. */
#ifndef PRM_FIRMWARE_WIRE_UPDATE_H
#define PRM_FIRMWARE_WIRE_UPDATE_H

#include "firmware/wire/wire.h"
#include "update/update.h"

struct wire_update {
    const struct prm_update_platform *platform;
    uint32_t running;
    uint64_t running_sequence;
    prm_result result; /* of the last file */
    struct wire wire;
    struct prm_update update;
};

/*
 * Takes files, as prm_update_open() does with `running` and its sequence number, until one ends as the update core
 * wants it. A whole release is then staged; one that is incomplete because this image can't decrypt (PRM_BANK_PARTIAL)
 * is good enough where nothing runs; so is a trust manifest alone, which takes effect at the next boot. Returns PRM_OK: reset. `say` hears the result of every file that ends or is
 * refused. `now_ms` may wrap.
 */
prm_result wire_update_take(struct wire_update *w, const struct prm_update_platform *platform, uint32_t running,
                            uint64_t running_sequence, uint32_t (*now_ms)(void), void (*say)(prm_result result));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* trust_source.h - whom a device asks which rules are in force. */
#ifndef PRM_TRUST_TRUST_SOURCE_H
#define PRM_TRUST_TRUST_SOURCE_H

#include "suit/device.h"
#include "trust/trust.h"

struct prm_crypto;
struct prm_flash;
struct prm_layout;
struct prm_counter;

/* Everything that tells which rules are in force; all borrowed. */
struct prm_trust_source {
    const struct prm_crypto *crypto;
    const struct prm_flash *flash;
    const struct prm_layout *layout;
    const struct prm_fuses *fuses;    /* verified */
    const struct prm_trust *factory;  /* verified: the root keys, and the rules as long as there are no others */
    uint8_t *payload;                 /* PRM_TRUST_PAYLOAD_MAX bytes of scratch */
    const struct prm_counter *counter;       /* the rollback floor (floor.h) */
    const struct prm_counter *trust_counter; /* the trust floor: the number of the manifest in force; 0: none ever was */
};

/* What both counters say. */
struct prm_trust_floors {
    uint64_t trust;
    uint64_t release;
};

#endif

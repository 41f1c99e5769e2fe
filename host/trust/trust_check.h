/* SPDX-License-Identifier: Apache-2.0 */
/* trust_check.h - which of the root keys have signed a trust manifest. What a device makes of it, the device's code
 * says. */
#ifndef PRIMUM_TRUST_CHECK_H
#define PRIMUM_TRUST_CHECK_H

#include "host/trust/anchors.h"
#include "host/trust/trust_file.h"

struct primum_trust_check {
    int signed_[PRM_TRUST_ANCHORS];                         /* by root key, in the order of the specification */
    uint8_t kid[PRM_TRUST_ANCHORS][PRIMUM_SIGNER_KID_SIZE]; /* the keys' ids */
    uint32_t count;                                         /* keys that have signed */
    uint32_t others;                                        /* signatures that are right by none of them */
};

/* PRIMUM_OK whatever the answer is; what reading a key gives, after saying why. */
int primum_trust_check(const struct primum_trust_file *file, const struct primum_trust_spec *roots,
                       struct primum_trust_check *out);

#endif

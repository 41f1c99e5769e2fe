/* SPDX-License-Identifier: Apache-2.0 */
/* handoff.h - what the root tells the services it starts: in Secure RAM, written by the root alone, at every boot. */
#ifndef PRM_BOOT_HANDOFF_H
#define PRM_BOOT_HANDOFF_H

#include "base/harden.h"

#define PRM_HANDOFF_MAGIC 0x484D5250u /* bytes "PRMH" */

struct prm_handoff {
    uint32_t magic;
    uint32_t bank;     /* that runs: 0 or 1 */
    uint32_t app_base; /* address of the application's image; 0: there is none yet, take one over the wire */
    uint32_t app_size; /* bytes */
    prm_answer trial;  /* PRM_YES: this release isn't accepted yet */
    uint32_t reserved;
    uint64_t sequence; /* of the release that runs */
};
_Static_assert(sizeof(struct prm_handoff) == 32, "the format is fixed");

#endif

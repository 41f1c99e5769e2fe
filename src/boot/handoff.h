/* SPDX-License-Identifier: Apache-2.0 */
/* handoff.h - what the root tells the services it starts: in Secure RAM, written by the root alone, at every boot. */
#ifndef PRM_BOOT_HANDOFF_H
#define PRM_BOOT_HANDOFF_H

#include "base/harden.h"

#define PRM_HANDOFF_MAGIC 0x484D5250u /* bytes "PRMH" */
#define PRM_HANDOFF_VERSION 2u        /* 1 had 32 bytes, and 0 in this place */

struct prm_handoff {
    uint32_t magic;
    uint32_t bank;     /* that runs: 0 or 1 */
    uint32_t app_base; /* address of the application's image; 0: there is none yet, take one over the wire */
    uint32_t app_size; /* bytes */
    prm_answer trial;  /* PRM_YES: this release isn't accepted yet */
    uint32_t version;
    uint64_t sequence; /* of the release that runs */
    uint32_t boots;    /* how often this device has started; 0: not counted */
    uint32_t resets;   /* how often the root reset itself since power came on, as a part didn't answer */
    uint32_t resets_not;   /* its complement: what RAM holds when power comes on is no count */
    uint32_t reserved[53]; /* zeros: for what the identity is made of */
};
/* PRM_YES if it was written by a root that speaks of it as this code does. */
static inline prm_answer prm_handoff_is_ours(const struct prm_handoff *handoff) {
    return handoff->magic == PRM_HANDOFF_MAGIC && handoff->version == PRM_HANDOFF_VERSION ? PRM_YES : PRM_NO;
}
_Static_assert(sizeof(struct prm_handoff) == 256, "the format is fixed");

#endif

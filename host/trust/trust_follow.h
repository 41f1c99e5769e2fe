/* SPDX-License-Identifier: Apache-2.0 */
/* trust_follow.h - whether a new trust manifest may come after what devices believe now. */
#ifndef PRIMUM_TRUST_FOLLOW_H
#define PRIMUM_TRUST_FOLLOW_H

#include "host/trust/trust_make.h"

/* What devices believe now: the last trust manifest, or the release keys of the factory, whose number and epoch are 0. */
struct primum_trust_before {
    const char *path; /* of the manifest; NULL: the keys are the factory's, or there is nothing yet */
    uint32_t number, epoch;
    struct prm_anchor key[PRM_TRUST_ANCHORS];
    uint32_t keys;
};

/*
 * Adds a file to it: a trust manifest, alone, or a public key. Begin with zeros. PRIMUM_OK; PRIMUM_USAGE (a manifest
 * beside something else, too many keys), or what reading the file gives, after saying why.
 */
int primum_trust_before_add(struct primum_trust_before *before, const char *path);

/*
 * PRIMUM_OK, or PRIMUM_REFUSED after saying why: the number is not above the one before, or too far above for a device;
 * the epoch is neither the one before nor the next; or it is the next, and every release key of before is listed
 * still: then whoever signed the numbers that the epoch leaves behind signs on in it.
 */
int primum_trust_follows(const struct primum_trust_list *list, const struct primum_trust_before *before);

#endif

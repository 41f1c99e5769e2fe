/* SPDX-License-Identifier: Apache-2.0 */
/* trust_make.h - the content of a trust manifest, as people write it. */
#ifndef PRIMUM_TRUST_MAKE_H
#define PRIMUM_TRUST_MAKE_H

#include "host/file/uuid.h"
#include "host/trust/trust_file.h"

struct primum_trust_list_key {
    struct prm_anchor anchor;
    char *path; /* owned by the process */
    int has_vendor, has_class;
    uint8_t vendor[PRIMUM_UUID_SIZE], class_[PRIMUM_UUID_SIZE];
    uint32_t components; /* 0: no limit */
};

/* Begin with zeros. */
struct primum_trust_list {
    uint32_t number;
    struct primum_trust_list_key key[PRM_TRUST_ANCHORS];
    uint32_t keys;
    uint8_t need[PRM_KEY_ALGS];
    int has_need[PRM_KEY_ALGS]; /* else one of each kind listed */
};

/*
 * Adds "PUB[,vendor=DNSNAME[,class=NAME]][,components=0+1]". The file's name is the longest beginning that names a
 * file, so that it may hold commas. PRIMUM_OK; PRIMUM_USAGE (a setting twice, unknown, or of no effect; the key is
 * listed already), or what reading the key gives, after saying why.
 */
int primum_trust_list_add(struct primum_trust_list *list, const char *text);

/*
 * The manifest without signatures, and what it says. Refused is what the device's own reader doesn't take, and a list
 * that no release could satisfy. Owns: the caller frees `*file`.
 */
int primum_trust_list_write(const struct primum_trust_list *list, struct prm_trust_view *view,
                            struct primum_bytes *file);

#endif

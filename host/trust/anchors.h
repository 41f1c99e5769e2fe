/* SPDX-License-Identifier: Apache-2.0 */
/* anchors.h - the trust anchors of a device, from public key files. */
#ifndef PRIMUM_ANCHORS_H
#define PRIMUM_ANCHORS_H

#include "host/file/file.h"
#include "trust/trust.h"

/*
 * The factory's trust, from public key files, as a device holds it: `release` keys, and `root` keys of which
 * `need_root` must sign a trust manifest (0: none is ever taken). A key may be both. At most PRM_TRUST_ANCHORS. Exit
 * codes as above.
 */
struct primum_trust_spec {
    const char *release[PRM_TRUST_ANCHORS], *root[PRM_TRUST_ANCHORS];
    size_t releases, roots;
    uint64_t need_root;
    int allow_es256;
};
int primum_trust_make(const struct primum_trust_spec *spec, struct prm_trust *out);

/* The number of root keys needed, as told; NULL: 1 of 1, and with several it must be told. */
int primum_trust_need_root(struct primum_trust_spec *spec, const char *text);

#endif

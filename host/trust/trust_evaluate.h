/* SPDX-License-Identifier: Apache-2.0 */
/* trust_evaluate.h - whether any release could have the signatures that a trust manifest asks for. */
#ifndef PRIMUM_TRUST_EVALUATE_H
#define PRIMUM_TRUST_EVALUATE_H

#include "host/file/file.h"
#include "trust/trust_manifest.h"

/*
 * Looks at all devices that a key is limited to, and at all that none is, and at every set of components. PRIMUM_OK,
 * with a warning for keys whose devices could take nothing; PRIMUM_REFUSED after saying why, if no device could take
 * any release.
 */
int primum_trust_evaluate(const struct prm_trust_view *view);

#endif

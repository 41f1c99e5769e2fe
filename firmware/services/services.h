/* SPDX-License-Identifier: Apache-2.0 */
/* services.h - the parts of the services' firmware. */
#ifndef SERVICES_H
#define SERVICES_H

#include "psa/fwu.h"

/*
 * The opener over this device's private key, whose only copy in RAM it is from then on. NULL if the device has none, or
 * one that is no key: then encrypted payloads are left out.
 */
const struct prm_update_opener *services_opener(void);

/* What the application calls goes to this update service, from now on. Borrowed. */
void services_gate_open(struct prm_fwu *fwu);

#endif

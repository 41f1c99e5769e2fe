/* SPDX-License-Identifier: Apache-2.0 */
/* grants.h - what the services give the application of the board: one table for each product, chosen by linking. */
#ifndef SERVICES_GRANTS_H
#define SERVICES_GRANTS_H

#include "ports/mps2-an505/grants.h"

extern const struct mps2_grants services_grants;

#endif

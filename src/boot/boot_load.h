/* SPDX-License-Identifier: Apache-2.0 */
/* boot_load.h - bytes in, nothing understood. */
#ifndef PRM_BOOT_BOOT_LOAD_H
#define PRM_BOOT_BOOT_LOAD_H

#include "boot/boot.h"

/*
 * Copies what the signature covers to the workspace, and has the envelope point there: what is verified is what is used.
 * Errors: CBOR_LIMIT (more than the workspace holds).
 */
PRM_MUST_USE prm_result prm_boot_load_signed(struct prm_suit_envelope *envelope, struct prm_boot_workspace *workspace);

#endif

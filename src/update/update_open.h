/* SPDX-License-Identifier: Apache-2.0 */
/* update_open.h - opens payloads encrypted as docs/format/payload.md says (SUIT encryption, A128CTR). Not linked by the root. */
#ifndef PRM_UPDATE_UPDATE_OPEN_H
#define PRM_UPDATE_UPDATE_OPEN_H

#include "suit/suit_encrypt.h"
#include "update/update.h"

/* Fills `*opener` to open with `keys`; both are borrowed for as long as it is used. */
void prm_update_opener_init(struct prm_update_opener *opener, const struct prm_suit_keys *keys);

#endif

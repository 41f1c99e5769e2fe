/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.h - what the boot journal says: what was chosen last and why, and what each bank holds. docs/format/journal.md draws it.
 *
 * Written by the root (its choice, the count of a trial) and by the update service (everything else), never at the same time.
 * The journal permits nothing: an image runs because it was verified at this boot. It only forbids.
 */
#ifndef PRM_JOURNAL_STATE_H
#define PRM_JOURNAL_STATE_H

#include "journal/journal.h"
#include "journal/status.h"

/*
 * Loads the newest state. A blank journal, or a version that this code doesn't know, says nothing of any bank (both
 * FACTORY, as on a new device), and is PRM_OK: the next record starts it anew. Errors: FLASH_*, CRYPTO, ARGUMENT; then the
 * state says nothing either. What may run in such a state is bounded by the rollback floor: prm_boot_decide_bank().
 */
PRM_MUST_USE prm_result prm_state_load(struct prm_journal *journal, const struct prm_flash *flash,
                                       const struct prm_crypto *crypto, uint32_t off, struct prm_state *state);

/*
 * Appends the state if it differs from the last one in the journal; else writes nothing. 64 bytes.
 * Errors and Cut: as prm_journal_append().
 */
PRM_MUST_USE prm_result prm_state_store(struct prm_journal *journal, const struct prm_state *state);

#endif

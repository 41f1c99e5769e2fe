/* SPDX-License-Identifier: Apache-2.0 */
/* trust_store.h - getting a newer trust manifest into the device; it takes effect at the next boot (boot.h). */
#ifndef PRM_TRUST_TRUST_STORE_H
#define PRM_TRUST_TRUST_STORE_H

#include "seam/counter.h"
#include "trust/trust_manifest.h"

/*
 * Verifies a trust manifest and keeps it in a slot. `*rules`, on success, are its rules: judge the release that came with
 * it by them. The manifest that the floor stands at is never overwritten, only a copy of it or one that waits. The
 * same manifest again is PRM_OK and writes nothing. On failure `*rules` are the rules in force.
 *
 * Where no manifest is whole although the floor isn't 0 (recovery), the lost one is taken again.
 * Errors: TRUST_OLD (its number is not above the one in force), the others of prm_trust_verify(), WORD, FLASH_*, COUNTER_*;
 * CBOR_TRAILING, ARGUMENT (longer than PRM_TRUST_SLOT_SIZE), UNSUPPORTED (no slots). Cut: the rules in force are in a
 * slot, and the new ones or not; one that waited for the next boot may be lost.
 */
PRM_MUST_USE prm_result prm_trust_store(const struct prm_trust_source *source, const struct prm_counter *trust_counter,
                                        prm_span bytes, struct prm_trust_rules *rules);

/*
 * Whether prm_trust_store() would take it, with nothing written: the same errors, but for those of writing.
 */
PRM_MUST_USE prm_result prm_trust_judge(const struct prm_trust_source *source, const struct prm_counter *trust_counter,
                                        prm_span bytes);

/*
 * Makes the other slot a copy of the one with the rules in force (of prm_trust_find()), so that damage to either is
 * harmless; whoever starts after the root calls it once. Nothing to do if it is one, if the rules wait for the next boot, or are the factory's.
 * Errors: WORD, FLASH_*, COUNTER_*. Cut: the other slot holds anything.
 */
PRM_MUST_USE prm_result prm_trust_mend(const struct prm_trust_source *source, const struct prm_counter *trust_counter,
                                       const struct prm_trust_rules *rules);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/endian.h"
#include "boot/boot_stages.h"

enum { STATE_VERSION = 1 };

static void encode(const struct prm_boot_state *state, uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    prm_wipe(payload, PRM_JOURNAL_PAYLOAD_SIZE);
    prm_store_le32(payload, STATE_VERSION);
    prm_store_le32(payload + 4, state->decisions);
    prm_store_le32(payload + 8, state->chosen);
    prm_store_le32(payload + 12, state->result[0]);
    prm_store_le32(payload + 16, state->result[1]);
    prm_store_le64(payload + 20, state->sequence);
    for (unsigned i = 0; i < sizeof state->manifest; i++)
        payload[28 + i] = state->manifest[i];
}

prm_result prm_boot_act_journal(struct prm_journal *journal, const struct prm_boot_state *last,
                                struct prm_boot_state *next) {
    uint8_t before[PRM_JOURNAL_PAYLOAD_SIZE];
    uint8_t after[PRM_JOURNAL_PAYLOAD_SIZE];

    next->decisions = last->decisions;
    encode(last, before);
    encode(next, after);
    /* A new device has no record yet, and its first decision counts even if it equals the default. */
    if (journal->generation != 0 && prm_diff(before, after, sizeof after) == 0)
        return PRM_OK;
    next->decisions++;
    encode(next, after);
    return prm_journal_append(journal, after);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/state.h"

#include "base/endian.h"
#include "base/harden.h"

/* Where the fields stand in the payload. */
enum { STATE_VERSION = 3, CHOSEN_AT = 1, DOWNLOADS_AT = 2, DECISIONS_AT = 4, RESULT_AT = 8, BANK_AT = 16 };
enum { NONE_CHOSEN = 0xFF };
_Static_assert(BANK_AT + PRM_BANKS * sizeof(struct prm_bank_state) <= PRM_JOURNAL_PAYLOAD_SIZE, "the format is fixed");
_Static_assert(PRM_DOWNLOADS_MAX <= UINT8_MAX, "a byte counts them");

/* One copy, for a root's size. */
__attribute__((noinline)) static void copy(uint8_t *to, const uint8_t *from, size_t len) {
    for (size_t i = 0; i < len; i++)
        to[i] = from[i];
}

static void encode(const struct prm_state *state, uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    prm_wipe(payload, PRM_JOURNAL_PAYLOAD_SIZE);
    payload[0] = STATE_VERSION;
    payload[CHOSEN_AT] = (uint8_t)(state->chosen < PRM_BANKS ? state->chosen : NONE_CHOSEN);
    payload[DOWNLOADS_AT] = (uint8_t)state->downloads;
    prm_store_le32(payload + DECISIONS_AT, state->decisions);
    for (uint32_t i = 0; i < PRM_BANKS; i++)
        prm_store_le32(payload + RESULT_AT + 4 * i, state->result[i]);
    copy(payload + BANK_AT, (const uint8_t *)state->bank, sizeof state->bank);
}

static prm_result parse(const uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE], struct prm_state *state) {
    if (payload[0] != STATE_VERSION)
        return PRM_ERR_JOURNAL_VERSION;
    state->chosen = payload[CHOSEN_AT] < PRM_BANKS ? payload[CHOSEN_AT] : UINT32_MAX;
    state->downloads = payload[DOWNLOADS_AT];
    state->decisions = prm_load_le32(payload + DECISIONS_AT);
    for (uint32_t i = 0; i < PRM_BANKS; i++)
        state->result[i] = prm_load_le32(payload + RESULT_AT + 4 * i);
    copy((uint8_t *)state->bank, payload + BANK_AT, sizeof state->bank);
    return PRM_OK;
}

prm_result prm_state_load(struct prm_journal *journal, const struct prm_flash *flash, const struct prm_crypto *crypto,
                          uint32_t off, struct prm_state *state) {
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];

    prm_wipe(state, sizeof *state);
    state->chosen = UINT32_MAX;
    state->found = PRM_OK;
    const prm_result loaded = prm_journal_load(journal, flash, crypto, off, payload);
    if (loaded == PRM_OK)
        state->found = parse(payload, state);
    if (loaded == PRM_ERR_JOURNAL_VERSION)
        state->found = loaded;
    return loaded == PRM_ERR_JOURNAL_EMPTY || loaded == PRM_ERR_JOURNAL_VERSION ? PRM_OK : loaded;
}

prm_result prm_state_store(struct prm_journal *journal, const struct prm_state *state) {
    uint8_t before[PRM_JOURNAL_PAYLOAD_SIZE];
    uint8_t after[PRM_JOURNAL_PAYLOAD_SIZE];
    struct prm_journal newest;

    encode(state, after);
    const prm_result loaded = prm_journal_load(&newest, journal->flash, journal->crypto, journal->off, before);
    if (loaded != PRM_ERR_JOURNAL_EMPTY && loaded != PRM_ERR_JOURNAL_VERSION) {
        PRM_TRY(loaded);
        if (prm_diff(before, after, sizeof after) == 0)
            return PRM_OK;
    }
    *journal = newest;
    return prm_journal_append(journal, after);
}

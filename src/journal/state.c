/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/state.h"

#include "base/endian.h"
#include "base/harden.h"

enum { STATE_VERSION = 2, BANK_OFF = 20 };

static void copy(uint8_t *to, const uint8_t *from, size_t len) {
    for (size_t i = 0; i < len; i++)
        to[i] = from[i];
}

static void encode(const struct prm_state *state, uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    prm_wipe(payload, PRM_JOURNAL_PAYLOAD_SIZE);
    prm_store_le32(payload, STATE_VERSION);
    prm_store_le32(payload + 4, state->decisions);
    prm_store_le32(payload + 8, state->chosen);
    for (uint32_t i = 0; i < PRM_BANKS; i++)
        prm_store_le32(payload + 12 + 4 * i, state->result[i]);
    copy(payload + BANK_OFF, (const uint8_t *)state->bank, sizeof state->bank);
}

static void parse(const uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE], struct prm_state *state) {
    if (prm_load_le32(payload) != STATE_VERSION)
        return;
    state->decisions = prm_load_le32(payload + 4);
    state->chosen = prm_load_le32(payload + 8);
    for (uint32_t i = 0; i < PRM_BANKS; i++)
        state->result[i] = prm_load_le32(payload + 12 + 4 * i);
    copy((uint8_t *)state->bank, payload + BANK_OFF, sizeof state->bank);
}

prm_result prm_state_load(struct prm_journal *journal, const struct prm_flash *flash, const struct prm_crypto *crypto,
                          uint32_t off, struct prm_state *state) {
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];

    prm_wipe(state, sizeof *state);
    state->chosen = UINT32_MAX;
    const prm_result loaded = prm_journal_load(journal, flash, crypto, off, payload);
    if (loaded == PRM_ERR_JOURNAL_EMPTY)
        return PRM_OK;
    PRM_TRY(loaded);
    parse(payload, state);
    return PRM_OK;
}

prm_result prm_state_store(struct prm_journal *journal, const struct prm_state *state) {
    uint8_t before[PRM_JOURNAL_PAYLOAD_SIZE];
    uint8_t after[PRM_JOURNAL_PAYLOAD_SIZE];
    struct prm_journal newest;

    encode(state, after);
    const prm_result loaded = prm_journal_load(&newest, journal->flash, journal->crypto, journal->off, before);
    if (loaded == PRM_OK && prm_diff(before, after, sizeof after) == 0)
        return PRM_OK;
    if (loaded != PRM_ERR_JOURNAL_EMPTY)
        PRM_TRY(loaded);
    *journal = newest;
    return prm_journal_append(journal, after);
}

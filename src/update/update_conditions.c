/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_conditions.h"

#include "bank/bank_format.h"
#include "bank/bank_load.h"
#include "bank/bank_parse.h"
#include "suit/suit_conditions_parse.h"

/* The envelope that stands in a bank. */
static prm_result load(const struct prm_update_platform *p, uint32_t bank, prm_span *envelope) {
    const struct prm_bank place = {p->flash, p->layout, bank};
    uint8_t header[PRM_BANK_HEADER_SIZE];
    uint32_t len;

    PRM_TRY(prm_bank_load_header(&place, header));
    PRM_TRY(prm_bank_header_parse(header, &len));
    return prm_bank_load_envelope(&place, len, envelope);
}

/* The manifest is the one that was verified when the journal's record was made. */
static prm_result verify(const struct prm_update_platform *p, uint32_t bank, prm_span manifest_wrapped) {
    struct prm_journal journal;
    struct prm_state state;
    uint8_t digest[PRM_SHA256_SIZE] = {0};

    PRM_TRY(prm_state_load(&journal, p->flash, p->crypto, p->layout->journal_off, &state));
    PRM_TRY(p->crypto->sha256(&manifest_wrapped, 1, digest));
    return prm_diff(digest, state.bank[bank].manifest, PRM_STATE_MANIFEST_SIZE) == 0 ? PRM_OK : PRM_ERR_SUIT_DIGEST;
}

prm_result prm_update_conditions(const struct prm_update_platform *platform, uint32_t bank,
                                 struct prm_suit_conditions *out) {
    struct prm_suit_envelope envelope;
    struct prm_suit_manifest manifest;
    prm_span bytes;

    *out = (struct prm_suit_conditions){.authorized = PRM_NO, .use_before = UINT64_MAX};
    if (bank >= PRM_BANKS)
        return PRM_ERR_UPDATE_STATE;
    PRM_TRY(load(platform, bank, &bytes));
    PRM_TRY(prm_suit_envelope_parse(bytes, &envelope));
    PRM_TRY(verify(platform, bank, envelope.manifest_wrapped));
    PRM_TRY(prm_suit_manifest_parse(envelope.manifest, &manifest));
    return prm_suit_conditions_parse(&manifest, out);
}

prm_result prm_update_version(const struct prm_update_platform *platform, uint32_t bank, uint64_t sequence,
                              struct prm_suit_version *out) {
    struct prm_suit_envelope envelope;
    struct prm_suit_manifest manifest;
    prm_span bytes;

    *out = (struct prm_suit_version){0, 0, 0};
    if (bank >= PRM_BANKS)
        return PRM_ERR_UPDATE_STATE;
    PRM_TRY(load(platform, bank, &bytes));
    PRM_TRY(prm_suit_envelope_parse(bytes, &envelope));
    PRM_TRY(prm_suit_manifest_parse(envelope.manifest, &manifest));
    if (manifest.sequence != sequence)
        return PRM_ERR_UPDATE_STALE;
    return prm_suit_version_parse(&manifest, out);
}

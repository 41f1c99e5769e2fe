/* SPDX-License-Identifier: Apache-2.0 */
#include "psa/fwu_trust.h"

#include "psa/fwu_status.h"
#include "trust/trust_store.h"

void prm_fwu_trust_init(struct prm_fwu *fwu) {
    const struct prm_trust_rules *rules = fwu->platform->rules;

    fwu->trust = (struct prm_fwu_trust){.state = PSA_FWU_READY};
    if (rules == NULL)
        return;
    fwu->trust.number = rules->trust.number;
    fwu->trust.slot = rules->slot < PRM_TRUST_SLOTS ? rules->slot : 0;
}

prm_answer prm_fwu_is_trust(const struct prm_fwu *fwu, psa_fwu_component_t component) {
    return component == PRIMUM_FWU_TRUST && fwu->platform->rules != NULL ? PRM_YES : PRM_NO;
}

prm_answer prm_fwu_trust_has_bytes(const struct prm_fwu *fwu) {
    return fwu->trust.state == PSA_FWU_WRITING || fwu->trust.state == PSA_FWU_CANDIDATE ? PRM_YES : PRM_NO;
}

psa_status_t prm_fwu_trust_query(const struct prm_fwu *fwu, psa_fwu_component_info_t *info) {
    const struct prm_fwu_trust *trust = &fwu->trust;

    info->state = trust->state;
    info->error = trust->state == PSA_FWU_FAILED ? trust->error : PSA_SUCCESS;
    info->version.build = trust->number;
    info->max_size = PRM_UPDATE_TRUST_MAX;
    info->flags = PSA_FWU_FLAG_VOLATILE_STAGING;
    info->location = trust->slot;
    info->impl.written = trust->state == PSA_FWU_WRITING ? trust->written : 0;
    info->impl.reason = trust->reason;
    return PSA_SUCCESS;
}

/* Forgets the bytes, if there are any. */
static void become(struct prm_fwu *fwu, uint8_t state, psa_status_t error, prm_result reason) {
    if (prm_fwu_trust_has_bytes(fwu) == PRM_YES && state != PSA_FWU_CANDIDATE)
        prm_wipe(fwu->update.trust_bytes, sizeof fwu->update.trust_bytes);
    fwu->trust.state = state;
    fwu->trust.error = error;
    fwu->trust.reason = reason;
    fwu->trust.written = state == PSA_FWU_CANDIDATE ? fwu->trust.written : 0;
}

static psa_status_t failed(struct prm_fwu *fwu, prm_result result) {
    const psa_status_t status = prm_fwu_status(result);

    become(fwu, PSA_FWU_FAILED, status, result);
    return status;
}

psa_status_t prm_fwu_trust_may_start(const struct prm_fwu *fwu) {
    return fwu->trust.state == PSA_FWU_READY ? PSA_SUCCESS : PSA_ERROR_BAD_STATE;
}

psa_status_t prm_fwu_trust_start(struct prm_fwu *fwu) {
    become(fwu, PSA_FWU_WRITING, PSA_SUCCESS, 0);
    return PSA_SUCCESS;
}

psa_status_t prm_fwu_trust_write(struct prm_fwu *fwu, size_t image_offset, const void *block, size_t block_size) {
    struct prm_fwu_trust *trust = &fwu->trust;
    const uint8_t *from = block;

    if (trust->state != PSA_FWU_WRITING)
        return PSA_ERROR_BAD_STATE;
    if (block_size == 0 || block_size > PSA_FWU_MAX_WRITE_SIZE || (image_offset != 0 && image_offset != trust->written) ||
        image_offset > sizeof fwu->update.trust_bytes - block_size)
        return PSA_ERROR_INVALID_ARGUMENT;
    for (size_t i = 0; i < block_size; i++)
        fwu->update.trust_bytes[image_offset + i] = from[i];
    trust->written = (uint32_t)(image_offset + block_size);
    return PSA_SUCCESS;
}

/* What a manifest is judged by, and what came of it. */
static struct prm_trust_source source_of(struct prm_fwu *fwu, prm_span *bytes) {
    const struct prm_update_platform *p = fwu->platform;

    *bytes = prm_span_of(fwu->update.trust_bytes, fwu->trust.written);
    return (struct prm_trust_source){p->crypto, p->flash, p->layout, p->fuses, p->trust, fwu->update.trust_payload,
                                     p->counter, p->trust_counter};
}

psa_status_t prm_fwu_trust_finish(struct prm_fwu *fwu) {
    prm_span bytes;

    if (fwu->trust.state != PSA_FWU_WRITING)
        return PSA_ERROR_BAD_STATE;
    const struct prm_trust_source source = source_of(fwu, &bytes);
    const prm_result result = prm_trust_judge(&source, bytes);
    if (result == PRM_ERR_CBOR_TRUNCATED)
        return PSA_ERROR_INVALID_ARGUMENT;
    if (result != PRM_OK)
        return failed(fwu, result);
    become(fwu, PSA_FWU_CANDIDATE, PSA_SUCCESS, 0);
    return PSA_SUCCESS;
}

psa_status_t prm_fwu_trust_cancel(struct prm_fwu *fwu) {
    if (prm_fwu_trust_has_bytes(fwu) != PRM_YES)
        return PSA_ERROR_BAD_STATE;
    become(fwu, PSA_FWU_FAILED, PSA_SUCCESS, 0);
    return PSA_SUCCESS;
}

psa_status_t prm_fwu_trust_clean(struct prm_fwu *fwu) {
    if (fwu->trust.state != PSA_FWU_FAILED && fwu->trust.state != PSA_FWU_UPDATED)
        return PSA_ERROR_BAD_STATE;
    become(fwu, PSA_FWU_READY, PSA_SUCCESS, 0);
    return PSA_SUCCESS;
}

/* What was stored is in force already if the floor stands at its number: a number is used once. */
static uint8_t installed(const struct prm_fwu *fwu) {
    const struct prm_update_platform *p = fwu->platform;
    uint64_t floor;

    if (p->trust_counter->read(p->trust_counter->ctx, &floor) != PRM_OK || floor != p->rules->trust.number)
        return PSA_FWU_STAGED;
    return PSA_FWU_UPDATED;
}

prm_result prm_fwu_trust_install(struct prm_fwu *fwu) {
    prm_span bytes;
    const struct prm_trust_source source = source_of(fwu, &bytes);
    const prm_result result = prm_trust_store(&source, bytes, fwu->platform->rules);

    if (result == PRM_OK)
        become(fwu, installed(fwu), PSA_SUCCESS, 0);
    else if (prm_fwu_status(result) != PSA_ERROR_STORAGE_FAILURE)
        (void)failed(fwu, result);
    return result;
}

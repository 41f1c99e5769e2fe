/* SPDX-License-Identifier: Apache-2.0 */
#include "psa/fwu.h"

#include "primum/update.h"
#include "psa/fwu_status.h"
#include "psa/fwu_trust.h"

#define AT(state) (1u << (state))

/* In which states each call is possible (IHI 0093, 4.2): the table that everything below goes by. */
enum call { START, WRITE, FINISH, CANCEL, CLEAN, REJECT, ACCEPT, CALLS };
static const uint8_t possible[CALLS] = {
    [START] = AT(PSA_FWU_READY),
    [WRITE] = AT(PSA_FWU_WRITING),
    [FINISH] = AT(PSA_FWU_WRITING),
    [CANCEL] = AT(PSA_FWU_WRITING) | AT(PSA_FWU_CANDIDATE),
    [CLEAN] = AT(PSA_FWU_FAILED) | AT(PSA_FWU_UPDATED),
    [REJECT] = AT(PSA_FWU_STAGED) | AT(PSA_FWU_TRIAL),
    [ACCEPT] = AT(PSA_FWU_TRIAL),
};

/* What the journal says of the two banks, in the API's words. */
static uint8_t state_of(const struct prm_state *state, uint32_t running) {
    static const uint8_t here[] = {[PRM_BANK_TRIAL] = PSA_FWU_TRIAL, [PRM_BANK_REJECTED] = PSA_FWU_REJECTED};
    static const uint8_t there[] = {[PRM_BANK_CANDIDATE] = PSA_FWU_CANDIDATE,
                                    [PRM_BANK_STAGED] = PSA_FWU_STAGED,
                                    [PRM_BANK_REJECTED] = PSA_FWU_FAILED};
    const uint8_t own = state->bank[running].status;
    const uint8_t other = state->bank[running ^ 1u].status;

    if (own < sizeof here && here[own] != PSA_FWU_READY)
        return here[own];
    return other < sizeof there ? there[other] : PSA_FWU_READY;
}

static prm_result load(const struct prm_fwu *fwu, struct prm_state *state) {
    const struct prm_update_platform *p = fwu->platform;
    struct prm_journal journal;

    return prm_state_load(&journal, p->flash, p->crypto, p->layout->journal_off, state);
}

/* What component 0 is at, and why. */
struct standing {
    uint8_t state;
    psa_status_t error;
    prm_result reason;
};

/* A bank that is REJECTED: what the application said; if it said nothing, what the boot found wrong. */
static void tell_rejection(const struct prm_state *state, uint32_t bank, struct standing *now) {
    const uint8_t *error = state->bank[bank].error;

    if (state->bank[bank].status != PRM_BANK_REJECTED)
        return;
    now->error = (int16_t)(error[0] | (uint16_t)(error[1] << 8));
    now->reason = now->error == PSA_SUCCESS && state->result[bank] != PRM_OK ? state->result[bank] : 0;
    if (now->reason != 0 && now->reason != PRM_ERR_BANK_REJECTED)
        now->error = prm_fwu_status(now->reason);
}

/* A journal that can't be read is a failure of the storage, in every call; to whoever only asks it is a FAILED state. */
static psa_status_t stand(const struct prm_fwu *fwu, struct standing *now) {
    struct prm_state state;

    *now = (struct standing){fwu->volatile_state, PSA_SUCCESS, 0};
    if (now->state == PSA_FWU_FAILED)
        *now = (struct standing){PSA_FWU_FAILED, fwu->error, fwu->reason};
    if (now->state != PSA_FWU_READY)
        return PSA_SUCCESS;
    const prm_result loaded = load(fwu, &state);
    if (loaded != PRM_OK) {
        *now = (struct standing){PSA_FWU_FAILED, prm_fwu_status(loaded), loaded};
        return now->error;
    }
    now->state = state_of(&state, fwu->running);
    now->reason = now->state == PSA_FWU_CANDIDATE ? fwu->reason : 0;
    if (now->state == PSA_FWU_REJECTED || now->state == PSA_FWU_FAILED)
        tell_rejection(&state, now->state == PSA_FWU_REJECTED ? fwu->running : fwu->running ^ 1u, now);
    return PSA_SUCCESS;
}

static psa_status_t state_now(const struct prm_fwu *fwu, uint8_t *state) {
    struct standing now;

    const psa_status_t status = stand(fwu, &now);
    *state = now.state;
    return status;
}

/* PSA_SUCCESS if the table allows the call now. */
static psa_status_t allow(const struct prm_fwu *fwu, enum call call, psa_fwu_component_t component) {
    uint8_t now;

    if (component != PRIMUM_FWU_RELEASE)
        return PSA_ERROR_DOES_NOT_EXIST;
    const psa_status_t status = state_now(fwu, &now);
    if (status != PSA_SUCCESS)
        return status;
    return (possible[call] & AT(now)) != 0 ? PSA_SUCCESS : PSA_ERROR_BAD_STATE;
}

/* Leaves `state` until the reset. */
static void become(struct prm_fwu *fwu, uint8_t state, psa_status_t error, prm_result reason) {
    /* The memory of a download is also the trust manifest's: only the one that was writing gives it up. */
    if (state != PSA_FWU_WRITING && fwu->volatile_state == PSA_FWU_WRITING)
        prm_update_close(&fwu->update);
    fwu->volatile_state = state;
    fwu->error = error;
    fwu->reason = reason;
    fwu->written = 0;
}

/* What went wrong once ends the update: what is in flash already serves the next one. */
static psa_status_t failed(struct prm_fwu *fwu, prm_result result) {
    const psa_status_t status = prm_fwu_status(result);

    become(fwu, PSA_FWU_FAILED, status, result);
    return status;
}

prm_result prm_fwu_init(struct prm_fwu *fwu, const struct prm_update_platform *platform, uint32_t running,
                        uint64_t sequence) {
    struct prm_suit_version version;
    struct prm_state state;

    prm_wipe(fwu, sizeof *fwu);
    fwu->platform = platform;
    fwu->running = running & 1u;
    fwu->sequence = sequence;
    fwu->moment.authorized = PRM_NO;
    fwu->volatile_state = PSA_FWU_READY;
    prm_fwu_trust_init(fwu);
    /* One that can't be told is 0.0.0: nothing depends on it. */
    const prm_result told = prm_update_version(platform, fwu->running, sequence, &version);
    (void)told;
    fwu->version = (psa_fwu_image_version_t){version.major, version.minor, version.patch, (uint32_t)sequence};
    PRM_TRY(load(fwu, &state));
    if (state.bank[fwu->running].status != PRM_BANK_CONFIRMED)
        return PRM_OK;
    return prm_update_accept(platform, fwu->running, sequence);
}

psa_status_t prm_fwu_conditions(struct prm_fwu *fwu, uint32_t authorized, uint32_t battery_percent, uint32_t battery_mwh,
                                uint32_t utc) {
    fwu->moment = (struct prm_update_moment){.authorized = PRM_NO};
    if (authorized > 1 || battery_percent > 100)
        return PSA_ERROR_INVALID_ARGUMENT;
    fwu->moment = (struct prm_update_moment){.authorized = authorized == 1 ? PRM_YES : PRM_NO,
                                             .battery_percent = battery_percent,
                                             .battery_mwh = battery_mwh,
                                             .utc = utc};
    return PSA_SUCCESS;
}

/* What the release that waits asks for. */
static prm_result asked(const struct prm_fwu *fwu, struct prm_suit_conditions *conditions) {
    return prm_update_conditions(fwu->platform, fwu->running ^ 1u, conditions);
}

/* Everything that may come for this layout: trust manifest, header, and for each bank the images with the pages before them.
 */
static uint32_t max_size(const struct prm_layout *layout) {
    uint32_t size = PRM_UPDATE_TRUST_MAX + PRM_UPDATE_HEADER_MAX;

    for (uint32_t i = 0; i < layout->components; i++)
        size += PRM_BANKS *
                (layout->component[i].size + prm_update_block_count(layout->component[i].size) * PRM_SHA256_SIZE);
    return size;
}

psa_status_t prm_fwu_query(struct prm_fwu *fwu, psa_fwu_component_t component, psa_fwu_component_info_t *info) {
    struct prm_suit_conditions conditions;
    struct standing now;

    prm_wipe(info, sizeof *info);
    if (prm_fwu_is_trust(fwu, component) == PRM_YES)
        return prm_fwu_trust_query(fwu, info);
    if (component != PRIMUM_FWU_RELEASE)
        return PSA_ERROR_DOES_NOT_EXIST;
    (void)stand(fwu, &now);
    info->state = now.state;
    info->error = now.error;
    info->version = fwu->version;
    info->max_size = max_size(fwu->platform->layout);
    info->flags = fwu->platform->opener != NULL ? PSA_FWU_FLAG_ENCRYPTION : 0;
    info->location = fwu->running;
    info->impl.written = fwu->written;
    info->impl.reason = now.reason;
    if (now.state == PSA_FWU_CANDIDATE && asked(fwu, &conditions) == PRM_OK)
        info->impl.priority = conditions.priority;
    return PSA_SUCCESS;
}

psa_status_t prm_fwu_start(struct prm_fwu *fwu, psa_fwu_component_t component, const void *manifest,
                           size_t manifest_size) {
    const prm_answer is_trust = prm_fwu_is_trust(fwu, component);
    const psa_status_t status = is_trust == PRM_YES ? prm_fwu_trust_may_start(fwu) : allow(fwu, START, component);

    if (status != PSA_SUCCESS)
        return status;
    if (manifest != NULL || manifest_size != 0)
        return PSA_ERROR_INVALID_ARGUMENT;
    if (fwu->volatile_state == PSA_FWU_WRITING || prm_fwu_trust_has_bytes(fwu) == PRM_YES)
        return PSA_ERROR_INSUFFICIENT_MEMORY;
    if (is_trust == PRM_YES)
        return prm_fwu_trust_start(fwu);
    const prm_result opened = prm_update_open(&fwu->update, fwu->platform, fwu->running, fwu->sequence);
    if (opened != PRM_OK)
        return prm_fwu_status(opened);
    become(fwu, PSA_FWU_WRITING, PSA_SUCCESS, 0);
    return PSA_SUCCESS;
}

psa_status_t prm_fwu_write(struct prm_fwu *fwu, psa_fwu_component_t component, size_t image_offset, const void *block,
                           size_t block_size) {
    const psa_status_t status = allow(fwu, WRITE, component);
    prm_result result = PRM_OK;

    if (prm_fwu_is_trust(fwu, component) == PRM_YES)
        return prm_fwu_trust_write(fwu, image_offset, block, block_size);
    if (status != PSA_SUCCESS)
        return status;
    if (block_size == 0 || block_size > PSA_FWU_MAX_WRITE_SIZE || (image_offset != 0 && image_offset != fwu->written) ||
        image_offset > max_size(fwu->platform->layout) - block_size)
        return PSA_ERROR_INVALID_ARGUMENT;
    /* Sent again from its beginning: what is in flash already isn't written twice. */
    if (image_offset == 0 && fwu->written != 0)
        result = prm_update_open(&fwu->update, fwu->platform, fwu->running, fwu->sequence);
    if (result == PRM_OK)
        result = prm_update_push(&fwu->update, prm_span_of(block, block_size));
    if (result != PRM_OK)
        return failed(fwu, result);
    fwu->written = (uint32_t)(image_offset + block_size);
    return PSA_SUCCESS;
}

/* The other bank counts for nothing any more. */
static psa_status_t discard(struct prm_fwu *fwu) {
    return prm_fwu_status(prm_update_clean(fwu->platform, fwu->running ^ 1u));
}

psa_status_t prm_fwu_finish(struct prm_fwu *fwu, psa_fwu_component_t component) {
    const psa_status_t status = allow(fwu, FINISH, component);
    uint8_t now;

    if (prm_fwu_is_trust(fwu, component) == PRM_YES)
        return prm_fwu_trust_finish(fwu);
    if (status != PSA_SUCCESS)
        return status;
    /* A trust manifest without a release behind it is component 1's: here the release is still to come. */
    if (prm_update_is_trust(&fwu->update) == PRM_YES)
        return PSA_ERROR_INVALID_ARGUMENT;
    prm_result result = prm_update_finish(&fwu->update);
    if (result == PRM_ERR_UPDATE_INCOMPLETE)
        return prm_fwu_status(result);
    if (result != PRM_OK)
        return failed(fwu, result);
    become(fwu, PSA_FWU_READY, PSA_SUCCESS, 0);
    /* Payloads that this device can't decrypt were left out: not a release to be installed. */
    if (state_now(fwu, &now) != PSA_SUCCESS || now != PSA_FWU_CANDIDATE)
        return failed(fwu, PRM_ERR_UPDATE_ENCRYPTED);
    /* Conditions that nobody here understands: it could never be installed. */
    struct prm_suit_conditions conditions;
    result = asked(fwu, &conditions);
    if (result == PRM_OK)
        return PSA_SUCCESS;
    const psa_status_t discarded = discard(fwu);
    return discarded == PSA_SUCCESS ? failed(fwu, result) : discarded;
}

psa_status_t prm_fwu_cancel(struct prm_fwu *fwu, psa_fwu_component_t component) {
    psa_status_t status = allow(fwu, CANCEL, component);

    if (prm_fwu_is_trust(fwu, component) == PRM_YES)
        return prm_fwu_trust_cancel(fwu);
    /* What was being written stays until it is cleaned: a reset instead, and it can be gone on with. */
    if (status == PSA_SUCCESS && fwu->volatile_state != PSA_FWU_WRITING)
        status = discard(fwu);
    if (status == PSA_SUCCESS)
        become(fwu, PSA_FWU_FAILED, PSA_SUCCESS, 0);
    return status;
}

psa_status_t prm_fwu_clean(struct prm_fwu *fwu, psa_fwu_component_t component) {
    psa_status_t status = allow(fwu, CLEAN, component);

    if (prm_fwu_is_trust(fwu, component) == PRM_YES)
        return prm_fwu_trust_clean(fwu);
    if (status == PSA_SUCCESS)
        status = discard(fwu);
    if (status == PSA_SUCCESS)
        become(fwu, PSA_FWU_READY, PSA_SUCCESS, 0);
    return status;
}

/* PSA_SUCCESS if something waits to be installed, and nothing that was is still under way. */
static psa_status_t may_install(const struct prm_fwu *fwu, uint8_t *now) {
    const psa_status_t status = state_now(fwu, now);

    if (status != PSA_SUCCESS)
        return status;
    if (*now == PSA_FWU_STAGED || *now == PSA_FWU_TRIAL || *now == PSA_FWU_REJECTED || fwu->trust.state == PSA_FWU_STAGED)
        return PSA_ERROR_BAD_STATE;
    return *now == PSA_FWU_CANDIDATE || fwu->trust.state == PSA_FWU_CANDIDATE ? PSA_SUCCESS : PSA_ERROR_BAD_STATE;
}

/* All that can be refused before anything changes. */
static prm_result judge(const struct prm_fwu *fwu, uint8_t now) {
    struct prm_suit_conditions conditions = {.authorized = PRM_NO, .use_before = UINT64_MAX};

    if (now == PSA_FWU_CANDIDATE)
        PRM_TRY(asked(fwu, &conditions));
    return prm_update_conditions_decide(&conditions, &fwu->moment, PRIMUM_BATTERY_MIN_PERCENT);
}

psa_status_t prm_fwu_install(struct prm_fwu *fwu) {
    uint8_t now;
    const psa_status_t status = may_install(fwu, &now);

    if (status != PSA_SUCCESS)
        return status;
    prm_result result = judge(fwu, now);
    if (result == PRM_OK && fwu->trust.state == PSA_FWU_CANDIDATE)
        result = prm_fwu_trust_install(fwu);
    if (result == PRM_OK && now == PSA_FWU_CANDIDATE)
        result = prm_update_install(fwu->platform, fwu->running ^ 1u);
    fwu->reason = result == PRM_OK ? 0 : result;
    if (fwu->trust.state == PSA_FWU_CANDIDATE)
        fwu->trust.reason = fwu->reason;
    if (result != PRM_OK)
        return prm_fwu_status(result);
    /* A trust manifest that is in force already waits for nothing. */
    return now == PSA_FWU_CANDIDATE || fwu->trust.state == PSA_FWU_STAGED ? PSA_SUCCESS_REBOOT : PSA_SUCCESS;
}

psa_status_t prm_fwu_request_reboot(struct prm_fwu *fwu) {
    return fwu->moment.authorized == PRM_YES ? PSA_SUCCESS : PSA_ERROR_NOT_PERMITTED;
}

psa_status_t prm_fwu_reject(struct prm_fwu *fwu, psa_status_t error) {
    uint8_t now;
    psa_status_t status = state_now(fwu, &now);

    if (status != PSA_SUCCESS)
        return status;
    if ((possible[REJECT] & AT(now)) == 0) /* rules that root keys signed are not the application's to take back */
        return fwu->trust.state == PSA_FWU_STAGED ? PSA_ERROR_NOT_PERMITTED : PSA_ERROR_BAD_STATE;
    if (now == PSA_FWU_STAGED) {
        status = discard(fwu);
        if (status == PSA_SUCCESS)
            become(fwu, PSA_FWU_FAILED, error, 0);
        return status;
    }
    const int16_t told = error >= INT16_MIN && error <= INT16_MAX ? (int16_t)error : PSA_ERROR_GENERIC_ERROR;
    status = prm_fwu_status(prm_update_reject(fwu->platform, fwu->running, told));
    return status == PSA_SUCCESS ? PSA_SUCCESS_REBOOT : status;
}

psa_status_t prm_fwu_accept(struct prm_fwu *fwu) {
    psa_status_t status = allow(fwu, ACCEPT, 0);

    if (status == PSA_SUCCESS)
        status = prm_fwu_status(prm_update_accept(fwu->platform, fwu->running, fwu->sequence));
    if (status == PSA_SUCCESS)
        become(fwu, PSA_FWU_UPDATED, PSA_SUCCESS, 0);
    return status;
}

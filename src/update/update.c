/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update.h"

#include "update/update_stages.h"

/*
 * In recovery: go on where an earlier one was, else take the first bank; but never one that holds services alone, since
 * those may be what runs here and asks.
 */
static uint32_t recovery_bank(const struct prm_state *state) {
    const uint8_t first = state->bank[0].status;
    const uint8_t second = state->bank[1].status;

    if (first == PRM_BANK_PARTIAL && second == PRM_BANK_PARTIAL)
        return state->chosen == 0 ? 1 : 0;
    if (first == PRM_BANK_PARTIAL || second == PRM_BANK_PARTIAL)
        return first == PRM_BANK_PARTIAL ? 1 : 0;
    return second == PRM_BANK_WRITING ? 1 : 0;
}

/* PRM_YES if the bank that runs needs no way back: it was not tried out, or it was accepted. */
static prm_answer stands_alone(enum prm_bank_status running) {
    return running == PRM_BANK_FACTORY || running == PRM_BANK_CONFIRMED || running == PRM_BANK_PARTIAL ? PRM_YES
                                                                                                       : PRM_NO;
}

prm_result prm_update_open(struct prm_update *update, const struct prm_update_platform *platform, uint32_t running,
                           uint64_t running_sequence) {
    prm_wipe(update, sizeof *update);
    update->platform = platform;
    update->running = running;
    update->running_sequence = running_sequence;
    update->current = PRM_COMPONENTS;
    update->result = PRM_ERR_UPDATE_STATE;
    prm_wire_init(&update->wire, update->header, sizeof update->header);
    PRM_TRY(prm_state_load(&update->journal, platform->flash, platform->crypto, platform->layout->journal_off,
                           &update->state));
    if (running == PRM_BANK_NONE) {
        update->bank = recovery_bank(&update->state);
    } else {
        if (running >= PRM_BANKS)
            return PRM_ERR_UPDATE_STATE;
        update->bank = running ^ 1u;
        if (stands_alone((enum prm_bank_status)update->state.bank[running].status) != PRM_YES ||
            update->state.bank[update->bank].status == PRM_BANK_STAGED)
            return PRM_ERR_UPDATE_STATE;
    }
    update->result = PRM_OK;
    return PRM_OK;
}

/* Every payload can be opened here: found out before the bank's old contents are given up. Keeps no key. */
static prm_result may_open(struct prm_update *u) {
    const struct prm_update_opener *opener = u->platform->opener;
    prm_result result = PRM_OK;

    for (uint32_t i = 0; i < u->payloads && result == PRM_OK; i++)
        if (u->payload[i].encryption.ptr != NULL && opener != NULL)
            result = opener->open(opener->ctx, u->payload[i].encryption, u->content_key, u->content_iv);
    prm_wipe(u->content_key, sizeof u->content_key);
    return result;
}

/* The header is whole: from here on it is a signed release, or the end. */
static prm_result on_header(struct prm_update *u) {
    u->header_len = u->wire.header_len;
    PRM_TRY(prm_update_verify_header(u));
    PRM_TRY(may_open(u));
    return prm_update_act_begin(u);
}

/* Bytes that a payload has on the wire: its blocks and the pages before them. */
static uint64_t wire_len(const struct prm_update_payload *p) {
    return (uint64_t)p->size + (uint64_t)prm_update_block_count(p->size) * PRM_SHA256_SIZE;
}

/* A payload begins: one that is wanted here, or one to be passed over. */
static prm_result on_payload(struct prm_update *u) {
    const struct prm_update_opener *opener = u->platform->opener;

    u->current = PRM_COMPONENTS;
    u->filled = 0;
    for (uint32_t i = 0; i < u->payloads; i++) {
        struct prm_update_payload *p = &u->payload[i];
        if (p->wanted != PRM_YES || p->name.len != u->wire.name.len ||
            prm_diff(p->name.ptr, u->wire.name.ptr, p->name.len) != 0)
            continue;
        if (u->wire.payload_len != wire_len(p))
            return PRM_ERR_UPDATE_INCOMPLETE;
        if (p->encryption.ptr != NULL)
            PRM_TRY(opener->open(opener->ctx, p->encryption, u->content_key, u->content_iv));
        u->current = i;
        p->done = 0;
    }
    return PRM_OK;
}

/* An authentic block: decrypted and written, unless an earlier attempt did so. */
static prm_result on_block(struct prm_update *u, struct prm_update_payload *p) {
    const struct prm_update_opener *opener = u->platform->opener;
    prm_answer done;

    PRM_TRY(prm_update_verify_block(u, p));
    PRM_TRY(prm_update_act_is_done(u, p, &done));
    if (done == PRM_YES) {
        u->skipped++;
    } else {
        if (p->encryption.ptr != NULL)
            PRM_TRY(opener->decrypt(opener->ctx, u->content_key, u->content_iv, p->done * PRM_BLOCK_SIZE, u->block,
                                    u->filled));
        PRM_TRY(prm_update_act_block(u, p, (uint32_t)u->filled));
    }
    p->done++;
    u->filled = 0;
    return PRM_OK;
}

/* Where the next bytes go, and how many make it whole. A page comes before the first of its blocks. */
struct piece {
    uint8_t *to;
    size_t whole;
    prm_answer is_page;
};

static struct piece next_piece(struct prm_update *u, const struct prm_update_payload *p, prm_answer page_is_here) {
    const uint32_t left = prm_update_block_count(p->size) - p->done;
    const uint32_t tail = p->size - p->done * PRM_BLOCK_SIZE;

    if (p->done % PRM_BLOCKS_PER_PAGE == 0 && page_is_here != PRM_YES)
        return (struct piece){u->page, (left < PRM_BLOCKS_PER_PAGE ? left : PRM_BLOCKS_PER_PAGE) * PRM_SHA256_SIZE, PRM_YES};
    return (struct piece){u->block, tail < PRM_BLOCK_SIZE ? tail : PRM_BLOCK_SIZE, PRM_NO};
}

static prm_result on_data(struct prm_update *u, prm_span data) {
    if (u->current >= u->payloads)
        return PRM_OK;
    struct prm_update_payload *p = &u->payload[u->current];
    while (data.len > 0) {
        const struct piece piece = next_piece(u, p, u->page_is_here);
        const size_t n = piece.whole - u->filled < data.len ? piece.whole - u->filled : data.len;
        for (size_t i = 0; i < n; i++)
            piece.to[u->filled + i] = data.ptr[i];
        u->filled += n;
        data = prm_span_of(data.ptr + n, data.len - n);
        if (u->filled < piece.whole)
            return PRM_OK;
        if (piece.is_page == PRM_YES) {
            PRM_TRY(prm_update_verify_page(u, p));
            u->page_is_here = PRM_YES;
            u->filled = 0;
        } else {
            PRM_TRY(on_block(u, p));
            if (p->done % PRM_BLOCKS_PER_PAGE == 0)
                u->page_is_here = PRM_NO;
        }
    }
    return PRM_OK;
}

static prm_result on_event(struct prm_update *u, enum prm_wire_event event) {
    switch (event) {
    case PRM_WIRE_HEADER:
        return on_header(u);
    case PRM_WIRE_PAYLOAD:
        u->page_is_here = PRM_NO;
        return on_payload(u);
    case PRM_WIRE_DATA:
        return on_data(u, u->wire.data);
    case PRM_WIRE_PAYLOAD_END:
        prm_wipe(u->content_key, sizeof u->content_key);
        u->current = PRM_COMPONENTS;
        return PRM_OK;
    default:
        return PRM_OK;
    }
}

static prm_result push(struct prm_update *u, prm_span bytes) {
    enum prm_wire_event event;

    PRM_TRY(prm_update_take_trust(u, &bytes));
    if (bytes.len == 0)
        return PRM_OK;
    do {
        PRM_TRY(prm_wire_next(&u->wire, &bytes, &event));
        PRM_TRY(on_event(u, event));
    } while (event != PRM_WIRE_MORE);
    return PRM_OK;
}

prm_result prm_update_push(struct prm_update *update, prm_span bytes) {
    PRM_TRY(update->result);
    update->result = push(update, bytes);
    if (update->result != PRM_OK)
        prm_wipe(update->content_key, sizeof update->content_key);
    return update->result;
}

/* PRM_OK if every wanted payload came whole. The application (0) may be left out, what starts before it may not. */
static prm_result complete(const struct prm_update *u, enum prm_bank_status *status) {
    *status = PRM_BANK_CANDIDATE;
    if (u->payloads == 0)
        return PRM_ERR_UPDATE_INCOMPLETE;
    for (uint32_t i = 0; i < u->payloads; i++) {
        const struct prm_update_payload *p = &u->payload[i];
        if (p->wanted == PRM_YES && p->done != prm_update_block_count(p->size))
            return PRM_ERR_UPDATE_INCOMPLETE;
        if (p->wanted != PRM_YES && i + 1 == u->payloads)
            return PRM_ERR_UPDATE_ENCRYPTED;
        if (p->wanted != PRM_YES)
            *status = PRM_BANK_PARTIAL;
    }
    return PRM_OK;
}

prm_result prm_update_finish(struct prm_update *update) {
    enum prm_bank_status status;

    PRM_TRY(update->result);
    if (prm_update_is_trust(update) == PRM_YES)
        return PRM_OK;
    PRM_TRY(complete(update, &status));
    const prm_result images = prm_update_verify_images(update);
    /* Marked as whole and yet not what was signed: the flash changed. The next download starts anew, or none would end. */
    if (images == PRM_ERR_IMAGE_DIGEST)
        PRM_TRY(prm_update_act_status(update, PRM_BANK_EMPTY));
    PRM_TRY(images);
    return prm_update_act_status(update, status);
}

void prm_update_close(struct prm_update *update) {
    prm_wipe(update, sizeof *update);
    update->result = PRM_ERR_UPDATE_STATE;
}

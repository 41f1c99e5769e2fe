/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update.h"

#include <string.h>

#include "bank/bank_format.h"
#include "bank/bank_load.h"
#include "trust/floor.h"
#include "update/update_act.h"
#include "update/update_decide.h"
#include "update/update_load.h"
#include "update/update_trust_wire.h"
#include "update/update_verify.h"

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
    update->place.flash = platform->flash;
    update->place.layout = platform->layout;
    update->current = PRM_COMPONENTS;
    update->result = PRM_ERR_UPDATE_STATE;
    prm_wire_init(&update->wire, update->header, sizeof update->header);
    PRM_TRY(prm_state_load(&update->journal, platform->flash, platform->crypto, platform->layout->journal_off,
                           &update->state));
    if (running == PRM_BANK_NONE) {
        update->place.bank = recovery_bank(&update->state);
    } else {
        if (running >= PRM_BANKS)
            return PRM_ERR_UPDATE_STATE;
        update->place.bank = running ^ 1u;
        if (stands_alone((enum prm_bank_status)update->state.bank[running].status) != PRM_YES ||
            update->state.bank[update->place.bank].status == PRM_BANK_STAGED)
            return PRM_ERR_UPDATE_STATE;
    }
    update->result = PRM_OK;
    return PRM_OK;
}

/* The key of a payload that is encrypted and wanted; nothing for others. On failure there is none. */
static prm_result open_key(struct prm_update *u, uint32_t component) {
    const struct prm_update_opener *opener = u->platform->opener;
    const prm_span encryption = u->verified.source[component].encryption;

    if (encryption.ptr == NULL || u->plan.wanted[component] != PRM_YES)
        return PRM_OK;
    return opener->open(opener->ctx, encryption, u->content_key, u->content_iv);
}

/* No payload is on the wire, and no key is kept. */
static void end_payload(struct prm_update *u) {
    u->current = PRM_COMPONENTS;
    prm_wipe(u->content_key, sizeof u->content_key);
}

/* Every payload can be opened here: found out before the bank's old contents are given up. */
static prm_result may_open(struct prm_update *u) {
    for (uint32_t i = 0; i < u->plan.components; i++)
        PRM_TRY(open_key(u, i));
    end_payload(u);
    return PRM_OK;
}

/*
 * Newer than what runs; where services run alone, their own release is what completes them. Every release of the next epoch
 * is newer than any of this one, and every release is newer than one that is only kept, which runs as number 0.
 */
static uint64_t least_number(const struct prm_update *u, uint64_t floor) {
    const uint64_t running = prm_floor_accept(floor, u->running_sequence);

    if (u->running == PRM_BANK_NONE)
        return 0;
    return u->state.bank[u->running].status == PRM_BANK_PARTIAL ? running : running + 1;
}

static prm_result verify_header(struct prm_update *u) {
    const struct prm_update_platform *p = u->platform;
    struct prm_update_judge judge = {.crypto = p->crypto,
                                     .trust = p->trust,
                                     .fuses = p->fuses,
                                     .layout = p->layout,
                                     .bank = u->place.bank,
                                     .floor = UINT64_MAX};

    if (p->rules != NULL) {
        judge.trust = &p->rules->trust;
        judge.rules_diff = p->rules->diff;
    }
    PRM_TRY(p->counter->read(p->counter->ctx, &judge.floor));
    judge.least = least_number(u, judge.floor);
    return prm_update_verify_header(&judge, prm_span_of(u->header, u->wire.header_len), &u->verified);
}

enum { MAP_HEAD_AT = 2, MAP_OF_TWO = 0xA2 };

/*
 * The header as the bank keeps it: authentication and manifest are the first two of its map, so it is the header's beginning
 * with another count. What the install sequence said is behind it, untouched.
 */
static prm_span bank_envelope(struct prm_update *u) {
    u->header[MAP_HEAD_AT] = MAP_OF_TWO;
    return prm_span_of(u->header, u->verified.bank_len);
}

/* PRM_YES if the journal says that this release is being written here. */
static prm_answer is_same_release(const struct prm_update *u) {
    const struct prm_bank_state *bank = &u->state.bank[u->place.bank];

    if (bank->status != PRM_BANK_WRITING && bank->status != PRM_BANK_PARTIAL && bank->status != PRM_BANK_CANDIDATE)
        return PRM_NO;
    return prm_diff(bank->manifest, u->verified.manifest_digest, PRM_STATE_MANIFEST_SIZE) == 0 ? PRM_YES : PRM_NO;
}

static prm_result set_status(struct prm_update *u, enum prm_bank_status status) {
    return prm_update_act_status(&u->journal, &u->state, &u->plan, &u->verified.word, status);
}

/* Bytes of page `number` of a list. */
static uint32_t page_len(const struct prm_update_source *source, uint32_t number) {
    const uint32_t left = prm_update_block_count(source->size) - number * PRM_BLOCKS_PER_PAGE;

    return (left < PRM_BLOCKS_PER_PAGE ? left : PRM_BLOCKS_PER_PAGE) * PRM_DIGEST_SIZE;
}

/* Reads a page of a list from the flash and looks at it, adding to `*word`. Errors: UPDATE_BLOCK, FLASH_*, CRYPTO. */
static prm_result load_page(struct prm_update *u, uint32_t component, uint32_t number, prm_word *word) {
    const struct prm_update_source *source = &u->verified.source[component];
    const uint32_t len = page_len(source, number);

    PRM_TRY(prm_bank_load_page(&u->place, component, number, u->page, len));
    return prm_update_verify_piece(u->platform->crypto, prm_update_page_digest(source, number), prm_span_of(u->page, len), word);
}

/* PRM_OK if every list that is wanted stands in the flash as it was signed. Errors: as load_page(). */
static prm_result load_lists(struct prm_update *u) {
    for (uint32_t i = 0; i < u->plan.components; i++) {
        const uint32_t pages = u->plan.wanted[i] == PRM_YES ? prm_update_page_count(u->verified.source[i].size) : 0;
        for (uint32_t n = 0; n < pages; n++) {
            prm_word word = u->verified.word;
            PRM_TRY(load_page(u, i, n, &word));
        }
    }
    return PRM_OK;
}

/*
 * Whether an earlier attempt can be gone on with: header, envelope and all lists are there. No image is marked before they
 * are, so that nothing is lost where one of them isn't, torn by a cut as it may be: then the head is written anew.
 */
static prm_result find_earlier(struct prm_update *u, prm_span envelope, const uint8_t *header) {
    u->resumes = PRM_NO;
    if (is_same_release(u) != PRM_YES)
        return PRM_OK;
    PRM_TRY(prm_update_load_is_same(&u->place, header, envelope, &u->resumes));
    if (u->resumes != PRM_YES)
        return PRM_OK;
    const prm_result lists = load_lists(u);
    if (lists == PRM_OK)
        return PRM_OK;
    u->resumes = PRM_NO;
    return lists == PRM_ERR_UPDATE_BLOCK || lists == PRM_ERR_FLASH_DAMAGED ? PRM_OK : lists;
}

/* The header is whole: from here on it is a signed release, or the end. */
static prm_result on_header(struct prm_update *u) {
    const struct prm_update_platform *p = u->platform;
    uint8_t header[PRM_BANK_HEADER_SIZE];
    uint8_t digest[PRM_SHA256_SIZE];

    PRM_TRY(verify_header(u));
    PRM_TRY(prm_update_decide(&u->verified, &u->place, p->opener != NULL ? PRM_YES : PRM_NO, &u->plan));
    PRM_TRY(may_open(u));
    const prm_span envelope = bank_envelope(u);
    PRM_TRY(p->crypto->sha256(&envelope, 1, digest));
    prm_bank_header_encode((uint32_t)envelope.len, digest, header);
    PRM_TRY(find_earlier(u, envelope, header));
    if (u->state.downloads >= PRM_DOWNLOADS_MAX)
        return PRM_ERR_FLASH_WEAR;
    u->state.downloads++;
    PRM_TRY(set_status(u, PRM_BANK_WRITING));
    return u->resumes == PRM_YES ? PRM_OK : prm_update_act_begin(&u->plan, &u->verified.word, envelope, header);
}

static prm_answer is_named(const struct prm_wire *wire, prm_span name) {
    return wire->name.len == name.len && prm_diff(wire->name.ptr, name.ptr, name.len) == 0 ? PRM_YES : PRM_NO;
}

/* A payload or list begins: one that is wanted here, or one to be passed over. */
static prm_result on_payload(struct prm_update *u) {
    end_payload(u);
    u->filled = 0;
    for (uint32_t i = 0; i < u->plan.components; i++) {
        const struct prm_update_source *source = &u->verified.source[i];
        u->is_list = is_named(&u->wire, source->list);
        if (u->plan.wanted[i] != PRM_YES || (u->is_list != PRM_YES && is_named(&u->wire, source->name) != PRM_YES))
            continue;
        u->current = i;
        u->left = u->is_list == PRM_YES ? prm_update_block_count(source->size) * PRM_DIGEST_SIZE : source->size;
        if (u->wire.payload_len != u->left)
            return PRM_ERR_UPDATE_INCOMPLETE;
        /* Each comes once: nothing is programmed twice. */
        if ((u->is_list == PRM_YES ? u->progress[i].pages : u->progress[i].blocks) != 0)
            return PRM_ERR_CBOR_KEY;
        if (u->is_list == PRM_YES)
            return PRM_OK;
        return u->pages == u->plan.pages ? open_key(u, i) : PRM_ERR_LIST_NONE;
    }
    return PRM_OK;
}

/* A whole page of a list: kept in the flash until its blocks come, unless an earlier attempt did so. */
static prm_result on_page(struct prm_update *u) {
    const struct prm_update_platform *p = u->platform;
    const uint32_t number = u->progress[u->current].pages;
    const prm_span page = prm_span_of(u->page, u->filled);
    prm_word word = u->verified.word;

    PRM_TRY(prm_update_verify_piece(p->crypto, prm_update_page_digest(&u->verified.source[u->current], number), page, &word));
    u->progress[u->current].pages++;
    u->pages++;
    return u->resumes == PRM_YES ? PRM_OK : prm_update_act_page(&u->plan, &word, u->current, number, page);
}

/* Gets the page of the blocks that come now: from the flash, so it is looked at once more. */
static prm_result get_page(struct prm_update *u, uint32_t number) {
    u->page_word = u->verified.word;
    const prm_result result = load_page(u, u->current, number, &u->page_word);
    if (result == PRM_OK)
        return PRM_OK;
    /* Whole when it was written, and yet not what was signed: the flash changed. The next download starts anew, or none would end. */
    PRM_TRY(set_status(u, PRM_BANK_EMPTY));
    return result == PRM_ERR_UPDATE_BLOCK || result == PRM_ERR_FLASH_DAMAGED ? PRM_ERR_LIST_CHANGED : result;
}

/* A whole block: if it is authentic it is decrypted and written, unless an earlier attempt did so. */
static prm_result on_block(struct prm_update *u) {
    const struct prm_update_platform *p = u->platform;
    const struct prm_update_source *source = &u->verified.source[u->current];
    const uint32_t number = u->progress[u->current].blocks;
    const prm_span block = prm_span_of(u->block, u->filled);
    prm_answer done;

    if (number % PRM_BLOCKS_PER_PAGE == 0)
        PRM_TRY(get_page(u, number / PRM_BLOCKS_PER_PAGE));
    prm_word word = u->page_word;
    PRM_TRY(prm_update_verify_piece(p->crypto, prm_update_block_digest(u->page, number), block, &word));
    PRM_TRY(prm_update_load_is_whole(&u->plan, u->current, number * PRM_BLOCK_SIZE, &done));
    u->progress[u->current].blocks++;
    if (done == PRM_YES) {
        u->skipped++;
        return PRM_OK;
    }
    if (source->encryption.ptr != NULL)
        PRM_TRY(p->opener->decrypt(p->opener->ctx, u->content_key, u->content_iv, number * PRM_BLOCK_SIZE, u->block,
                                   u->filled));
    return prm_update_act_block(&u->plan, &word, u->current, number, block);
}

/* Fills the page or block that is coming in; what is whole goes on. */
static prm_result on_data(struct prm_update *u, prm_span data) {
    while (u->current < PRM_COMPONENTS && data.len > 0) {
        uint8_t *to = u->is_list == PRM_YES ? u->page : u->block;
        const uint32_t most = u->is_list == PRM_YES ? PRM_PAGE_SIZE : PRM_BLOCK_SIZE;
        const uint32_t whole = u->left < most ? u->left : most;
        const size_t n = whole - u->filled < data.len ? whole - u->filled : data.len;
        memcpy(to + u->filled, data.ptr, n);
        u->filled += n;
        data = prm_span_of(data.ptr + n, data.len - n);
        if (u->filled < whole)
            return PRM_OK;
        PRM_TRY(u->is_list == PRM_YES ? on_page(u) : on_block(u));
        u->left -= whole;
        u->filled = 0;
    }
    return PRM_OK;
}

static prm_result on_event(struct prm_update *u, enum prm_wire_event event) {
    switch (event) {
    case PRM_WIRE_HEADER:
        return on_header(u);
    case PRM_WIRE_PAYLOAD:
        return on_payload(u);
    case PRM_WIRE_DATA:
        return on_data(u, u->wire.data);
    case PRM_WIRE_PAYLOAD_END:
        end_payload(u);
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
        end_payload(update);
    return update->result;
}

/* PRM_OK if every wanted payload came whole. The application (0) may be left out, what starts before it may not. */
static prm_result complete(const struct prm_update *u, enum prm_bank_status *status) {
    *status = PRM_BANK_CANDIDATE;
    if (u->plan.components == 0)
        return PRM_ERR_UPDATE_INCOMPLETE;
    for (uint32_t i = 0; i < u->plan.components; i++) {
        const prm_answer wanted = u->plan.wanted[i];
        if (wanted == PRM_YES && u->progress[i].blocks != prm_update_block_count(u->verified.source[i].size))
            return PRM_ERR_UPDATE_INCOMPLETE;
        if (wanted != PRM_YES && i + 1 == u->plan.components)
            return PRM_ERR_UPDATE_ENCRYPTED;
        if (wanted != PRM_YES)
            *status = PRM_BANK_PARTIAL;
    }
    return PRM_OK;
}

/* The images in flash are the signed ones (payloads left out excepted). */
static prm_result verify_images(const struct prm_update *u) {
    const struct prm_update_platform *p = u->platform;

    for (uint32_t i = 0; i < u->plan.components; i++) {
        const struct prm_update_source *source = &u->verified.source[i];
        prm_span image;
        if (u->plan.wanted[i] != PRM_YES)
            continue;
        PRM_TRY(prm_bank_load_image(&u->place, i, source->size, &image));
        PRM_TRY(prm_update_verify_image(p->crypto, source, image));
    }
    return PRM_OK;
}

prm_result prm_update_finish(struct prm_update *update) {
    enum prm_bank_status status;

    PRM_TRY(update->result);
    if (prm_update_is_trust(update) == PRM_YES)
        return PRM_OK;
    PRM_TRY(complete(update, &status));
    const prm_result images = verify_images(update);
    /* Marked as whole, and not what was signed or not to be read: as for a list, the next download starts anew. */
    if (images != PRM_OK)
        PRM_TRY(set_status(update, PRM_BANK_EMPTY));
    PRM_TRY(images);
    return set_status(update, status);
}

void prm_update_close(struct prm_update *update) {
    prm_wipe(update, sizeof *update);
    update->result = PRM_ERR_UPDATE_STATE;
}

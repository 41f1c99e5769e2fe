/* SPDX-License-Identifier: Apache-2.0 */
/* One bank, layer by layer. Two functions, since what the second one needs is not yet on the stack while signatures are verified. */
#include <string.h>

#include "bank/bank_load.h"
#include "bank/bank_parse.h"
#include "boot/boot_run.h"

prm_result prm_boot_examine_signed(struct prm_boot_run *b, uint32_t bank, prm_span *manifest, prm_word *word) {
    struct prm_boot_candidate *candidate = &b->candidate[bank];
    const struct prm_bank place = {b->platform->flash, b->platform->layout, bank};
    uint8_t header[PRM_BANK_HEADER_SIZE];
    struct prm_suit_envelope envelope;
    prm_span bytes;
    uint32_t len;

    PRM_TRY(prm_bank_load_header(&place, header));
    PRM_TRY(prm_bank_header_parse(header, &len));
    PRM_TRY(prm_bank_load_envelope(&place, len, &bytes));
    PRM_TRY(prm_suit_envelope_parse(bytes, &envelope));
    PRM_TRY(prm_boot_load_signed(&envelope, b->workspace));
    PRM_TRY(prm_release_verify_kept(&envelope, b->platform->crypto, &b->rules->trust, b->kept, &b->tries,
                                    &candidate->verified, word));
    candidate->kept = candidate->verified.revoked;
    *manifest = envelope.manifest;
    return PRM_OK;
}

uint32_t prm_boot_image_base(const struct prm_layout *layout, uint32_t bank, uint32_t component) {
    return layout->flash_base + layout->bank_off[bank] + layout->component[component].off;
}

void prm_boot_bind(const uint8_t in[PRM_CELL_SIZE], uint64_t floor, uint8_t out[PRM_CELL_SIZE]) {
    for (unsigned i = PRM_CELL_SIZE; i-- > 0; floor >>= 8)
        out[i] = (uint8_t)(in[i] ^ floor);
}

/* One image; the report is told what was measured, whatever it is. */
static prm_result image_verify(struct prm_boot_run *b, uint32_t bank, uint32_t i, uint32_t base,
                               const struct prm_suit_component *component, prm_span image, prm_word *word) {
    uint8_t digest[PRM_SHA256_SIZE];
    const prm_result result = prm_boot_verify_image(b->platform->crypto, &b->platform->layout->component[i], base, image,
                                                    component, digest, word);

    memcpy(b->report->slot[bank].image_digest, digest, sizeof digest);
    return result;
}

/* The images of one bank, the first to start last: its place and size stay in the candidate. */
static prm_result examine_images(struct prm_boot_run *b, uint32_t bank, const struct prm_suit_component component[],
                                 prm_word *word) {
    const struct prm_layout *layout = b->platform->layout;
    struct prm_boot_candidate *candidate = &b->candidate[bank];
    const struct prm_bank place = {b->platform->flash, layout, bank};
    prm_span image;

    for (uint32_t i = 0; i < layout->components; i++) {
        const uint32_t base = prm_boot_image_base(layout, bank, i);
        if (i == 0 && layout->components > 1 && b->state.bank[bank].status == PRM_BANK_PARTIAL) {
            /* Left out, knowingly: the step is taken, and nothing of that place is handed over. */
            prm_word_step(word, PRM_K_IMAGE, 0);
            continue;
        }
        b->report->slot[bank].image_size = component[i].size;
        PRM_TRY(prm_bank_load_image(&place, i, component[i].size, &image));
        PRM_TRY(image_verify(b, bank, i, base, &component[i], image, word));
        if (i == 0) {
            candidate->app_base = base;
            candidate->app_size = component[i].size;
        }
        candidate->image_base = base;
        candidate->image_size = component[i].size;
    }
    return PRM_OK;
}

/*
 * Manifest, counter and journal read a second time, for what no signature stands against: the age of an authentic release,
 * and that it was rejected or not accepted in time. If one instruction is lost as the number, the floor or the bank's status is read,
 * the first reading may permit such a release; this one refuses it, and has its own difference for the word.
 */
static prm_result look_again(struct prm_boot_run *b, uint32_t bank, prm_span bytes, uint64_t sequence, prm_word *word) {
    const struct prm_boot_platform *platform = b->platform;
    const uint8_t *digest = b->candidate[bank].verified.manifest_digest;
    struct prm_release_age age = {b->age.trust, UINT64_MAX, UINT32_MAX};
    const prm_span whole = prm_span_of(b->workspace->manifest, (size_t)(bytes.ptr + bytes.len - b->workspace->manifest));
    uint8_t kept[PRM_CELL_SIZE];
    uint8_t hashed[PRM_SHA256_SIZE];
    struct prm_suit_manifest manifest;
    struct prm_journal journal;
    struct prm_state state;

    prm_wipe(hashed, sizeof hashed);
    PRM_TRY(prm_suit_manifest_parse(bytes, &manifest));
    PRM_TRY(platform->counter->read(platform->counter->ctx, &age.floor));
    age.floor = prm_floor_raised(age.trust, age.floor);
    prm_boot_bind(b->kept, b->age.floor ^ age.floor, kept);
    age.other = prm_diff(digest, kept, sizeof kept);
    /* A journal that can't be read knows nothing of any bank, here too. */
    const prm_result loaded =
        prm_state_load(&journal, platform->flash, platform->crypto, platform->layout->journal_off, &state);
    (void)loaded;
    const prm_result again = prm_boot_decide_bank(&state.bank[bank], prm_layout_trial_boots(platform->layout), digest,
                                                  manifest.sequence, &age);
    word->diff |= PRM_OK ^ again;
    /*
     * If one bit of the copy is changed after the hash that the signatures cover, all that was read of it since is the fault's;
     * this line lets the word see that the copy is not what was signed.
     */
    PRM_TRY(platform->crypto->sha256(&whole, 1, hashed));
    word->diff |= prm_diff(hashed, digest, sizeof hashed);
    /*
     * What is good only because it is kept is compared with the note once more, by its own address: prm_release_verify_kept() has that in
     * one register for word and branch. If the instruction that puts it there is lost, both may compare a digest with itself.
     */
    word->diff |= prm_smear(b->candidate[bank].verified.revoked ^ PRM_NO) & prm_diff(digest, b->kept, PRM_SHA256_SIZE);
    PRM_TRY(prm_boot_verify_again(sequence, manifest.sequence, &age, word));
    return again;
}

prm_result prm_boot_examine_fit(struct prm_boot_run *b, uint32_t bank, prm_span bytes, prm_word *word) {
    struct prm_boot_candidate *candidate = &b->candidate[bank];
    const struct prm_layout *layout = b->platform->layout;
    const uint8_t *digest = candidate->verified.manifest_digest;
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_manifest manifest;

    PRM_TRY(prm_suit_manifest_parse(bytes, &manifest));
    b->report->slot[bank].sequence = manifest.sequence;
    if (manifest.components != layout->components)
        return PRM_ERR_SUIT_COMPONENT;
    b->age.other = prm_diff(digest, b->kept, PRM_SHA256_SIZE);
    PRM_TRY(prm_boot_decide_bank(&b->state.bank[bank], prm_layout_trial_boots(layout), digest, manifest.sequence,
                                 &b->age));
    PRM_TRY(prm_suit_select(&manifest, bank, component));
    PRM_TRY(prm_release_verify_fit(b->fuses, component, layout->components, manifest.sequence, &b->age, word));
    PRM_TRY(examine_images(b, bank, component, word));
    PRM_TRY(look_again(b, bank, bytes, manifest.sequence, word));
    /* If it were any other release, would its number do? */
    b->age.other = UINT32_MAX;
    candidate->kept = prm_floor_wrong(&b->age, manifest.sequence) == 0 ? candidate->verified.revoked : PRM_YES;
    candidate->sequence = candidate->kept == PRM_NO ? manifest.sequence : 0;
    return PRM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/cut/story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


enum { APP_SIZE = 9 * 4096 + 3001, SERVICES_SIZE = 2 * 4096 + 1777, CHUNK = 1024, BOOTS_MAX = 40 };
enum { OLD, NEXT, LATER, LATER_PLAIN, RELEASES };

/* A device as a story finds it. */
struct snapshot {
    uint8_t *flash;
    uint8_t eeprom[RIG_EEPROM_SIZE];
};

struct story_book {
    struct rig_world world;
    struct rig rig;
    struct rig_release release[RELEASES];
    uint8_t manifest[RELEASES][PRM_STATE_MANIFEST_SIZE];
    struct snapshot snapshot[STORIES];
    struct snapshot filled[STORIES][STORY_VARIANTS]; /* the same with the journal filled; made when it is needed */
};

/* A story as it goes on: what its people remember over a power cut is what the device tells them, and this. */
struct play {
    struct story_book *book;
    struct story_run *run;
    struct rig *rig;
    unsigned target; /* the release that is new */
    int ended;       /* the story is over: from here on the new release is installed and accepted */
    int finished;    /* that too */
    int came_up;     /* something ran once */
    uint64_t floor;  /* the highest that a boot has seen */
    unsigned trials[RELEASES];  /* boots since it was staged */
    int accepted[RELEASES];     /* somebody has begun to accept it */
    int rejected[RELEASES];     /* that is done, and it was not staged since */
};

static void PRIMUM_PRINTF(2, 3) fail(struct play *p, const char *format, ...) {
    va_list args;

    if (p->run->failure[0] != '\0')
        return;
    va_start(args, format);
    (void)vsnprintf(p->run->failure, sizeof p->run->failure, format, args);
    va_end(args);
}

/* Whatever is done must succeed: only the power fails here. */
static int ok(struct play *p, prm_result result, const char *what) {
    char code[5];

    if (result == PRM_OK)
        return 1;
    primum_result_code(result, code);
    fail(p, "%s: %s", what, code);
    return 0;
}

/* ---- what everybody does ---- */

static int is_about(const struct play *p, uint32_t bank, unsigned release, enum prm_bank_status status) {
    const struct prm_state state = rig_state(p->rig);

    return state.bank[bank].status == status &&
           memcmp(state.bank[bank].manifest, p->book->manifest[release], PRM_STATE_MANIFEST_SIZE) == 0;
}

/* Brings the new release into a bank; 1 if it is whole there. `bank`: where it went. */
static int download(struct play *p, const struct prm_update_platform *platform, uint32_t running, uint64_t sequence,
                    uint32_t *bank) {
    static struct prm_update update;
    const struct primum_bytes *file = &p->book->release[p->target].file;
    prm_result result = prm_update_open(&update, platform, running, sequence);

    for (size_t at = 0; at < file->len && result == PRM_OK; at += CHUNK)
        result = prm_update_push(&update,
                                 prm_span_of(file->data + at, file->len - at < CHUNK ? file->len - at : CHUNK));
    if (result == PRM_OK)
        result = prm_update_finish(&update);
    *bank = update.place.bank;
    prm_update_close(&update);
    return ok(p, result, "download");
}

static int install(struct play *p, const struct prm_update_platform *platform, uint32_t bank) {
    p->trials[p->target] = 0;
    p->rejected[p->target] = 0;
    return ok(p, prm_update_install(platform, bank), "install");
}

/* The root with nothing to run: takes the release, without decryption. */
static void recover(struct play *p) {
    uint32_t bank;

    if (!download(p, &p->rig->root, PRM_BANK_NONE, 0, &bank))
        return;
    if (rig_state(p->rig).bank[bank].status != PRM_BANK_PARTIAL)
        (void)install(p, &p->rig->root, bank);
}

/* Gets the new release into the other bank and staged, from wherever that is now. */
static void renew(struct play *p, const struct prm_boot_plan *plan) {
    uint32_t bank = plan->bank ^ 1u;
    const int candidate = is_about(p, bank, p->target, PRM_BANK_CANDIDATE);

    if (is_about(p, bank, p->target, PRM_BANK_STAGED))
        return; /* it waits for the next boot */
    if (!candidate && !download(p, &p->rig->services, plan->bank, plan->sequence, &bank))
        return;
    if (bank == plan->bank)
        fail(p, "the download went to the bank that runs");
    if (!p->ended && p->run->story == STORY_DOWNLOAD)
        p->ended = 1;
    else
        (void)install(p, &p->rig->services, bank);
}

static void accept(struct play *p, const struct prm_boot_plan *plan) {
    p->accepted[p->target] = 1;
    if (ok(p, prm_update_accept(&p->rig->services, plan->bank, plan->sequence), "accept"))
        p->ended = 1;
}

/* The application of the new release, on trial. */
static void on_trial(struct play *p, const struct prm_boot_plan *plan) {
    if (!p->ended && p->run->story == STORY_BOOT) {
        p->ended = 1;
        return;
    }
    if (!p->ended && p->run->story == STORY_RUN_OUT)
        return;
    if (!p->ended && p->run->story == STORY_REJECT) {
        if (ok(p, prm_update_reject(&p->rig->services, plan->bank, -132), "reject"))
            p->rejected[p->target] = 1;
        return;
    }
    accept(p, plan);
}

static int is_tried_once(const struct story_book *book) {
    return prm_layout_trial_boots(&book->world.layout) == 1;
}

/* The one boot of its trial was lost to a cut: it was installed, although whoever did so never heard of it. */
static int is_spent(const struct play *p, uint32_t bank) {
    return is_tried_once(p->book) && is_about(p, bank, p->target, PRM_BANK_REJECTED);
}

/* An application that stands: the new one is content, an old one gets the new one. */
static void settled(struct play *p, const struct prm_boot_plan *plan) {
    const uint32_t other = plan->bank ^ 1u;

    if (plan->app_base != 0 && plan->sequence == p->book->release[p->target].sequence) {
        p->ended = 1;
        p->finished = 1;
        return;
    }
    if (!p->ended && p->run->story == STORY_INSTALL) {
        if (!is_about(p, other, p->target, PRM_BANK_STAGED) && !is_spent(p, other))
            (void)install(p, &p->rig->services, other);
        p->ended = 1;
        return;
    }
    if (!p->ended && (p->run->story == STORY_REJECT || p->run->story == STORY_RUN_OUT)) {
        p->ended = 1;
        return;
    }
    renew(p, plan);
}

/* ---- boots ---- */

static int release_of(const struct play *p, uint64_t sequence) {
    if (p->book->release[p->target].sequence == sequence)
        return (int)p->target;
    return sequence == p->book->release[OLD].sequence ? OLD : sequence == p->book->release[NEXT].sequence ? NEXT : -1;
}

/* What a boot chose is authentic, and may run. */
static void judge(struct play *p, const struct prm_boot_report *report, const struct prm_boot_plan *plan) {
    const int index = release_of(p, plan->sequence);
    const int services_only = plan->app_base == 0;

    if (index < 0 || !rig_holds(p->rig, plan->bank, &p->book->release[index], services_only)) {
        fail(p, "what boots from bank %u is not release %d", plan->bank, index);
        return;
    }
    if ((plan->image_base ^ plan->word) != prm_boot_image_base(&p->book->world.layout, plan->bank, 1))
        fail(p, "the plan does not lead to the services");
    if (report->journal != PRM_OK)
        fail(p, "the journal failed");
    const uint64_t floor = rig_floor(p->rig);
    if (floor > plan->sequence)
        fail(p, "the floor is above what boots");
    if (floor < p->floor)
        fail(p, "the floor has fallen");
    p->floor = floor;
    if (p->rejected[index])
        fail(p, "a rejected release boots");
    if (plan->trial == PRM_YES && ++p->trials[index] > prm_layout_trial_boots(&p->book->world.layout))
        fail(p, "a trial has boot %u", p->trials[index]);
    if (plan->trial != PRM_YES && !services_only && !p->accepted[index])
        fail(p, "release %d runs for good, and nobody accepted it", index);
}

/*
 * Nothing to run is right where both banks were destroyed, before something came up; and after it, where a trial has no more
 * boots than there were cuts, so that these may have lost all of them before anybody accepted.
 */
static int may_recover(const struct play *p) {
    if (p->run->story != STORY_RECOVERY && p->run->story != STORY_RECOVERY_PLAIN)
        return 0;
    return !p->came_up || (prm_layout_trial_boots(&p->book->world.layout) <= p->run->cuts &&
                           !is_about(p, 0, p->target, PRM_BANK_CONFIRMED) && !is_about(p, 1, p->target, PRM_BANK_CONFIRMED));
}

/* From power on to power off, or to the cut. */
static void power_cycle(struct play *p) {
    struct prm_boot_workspace workspace;
    struct prm_boot_report report;
    struct prm_boot_plan plan;
    struct rig *rig = p->rig;

    rig->guarded = PRM_BANK_NONE;
    const prm_result result = prm_boot_run(&rig->boot, &workspace, &report, &plan);
    if (result != PRM_OK) {
        if (!may_recover(p))
            (void)ok(p, result, "nothing boots");
        else
            recover(p);
        return;
    }
    p->came_up = 1;
    judge(p, &report, &plan);
    rig->guarded = plan.bank;
    if (plan.trial != PRM_YES && rig_state(rig).bank[plan.bank].status == PRM_BANK_CONFIRMED)
        (void)ok(p, prm_update_accept(&rig->services, plan.bank, plan.sequence), "raising the floor at a start");
    if (plan.trial == PRM_YES)
        on_trial(p, &plan);
    else
        settled(p, &plan);
}

/* ---- a run ---- */

static void load(struct rig *rig, const struct snapshot *s) {
    rig_flash_load(rig, s->flash);
    memcpy(rig->eeprom_bytes, s->eeprom, sizeof s->eeprom);
}

static struct snapshot save(const struct rig *rig) {
    struct snapshot s = {.flash = primum_alloc(rig_flash_size(rig))};

    rig_flash_save(rig, s.flash);
    memcpy(s.eeprom, rig->eeprom_bytes, sizeof s.eeprom);
    return s;
}

static uint32_t record_place(const struct rig *rig) {
    return PRM_JOURNAL_PLACE(rig->flash.write_size);
}

/* Bytes of one of the journal's two areas. */
static uint32_t area_size(const struct rig *rig) {
    return PRM_JOURNAL_AREA(prm_flash_unit_size(&rig->flash, 0), rig->flash.write_size);
}

/* Fills the journal's unit until `left` places are blank, without changing what it says of the banks. */
static void fill_journal(struct rig *rig, uint32_t left) {
    struct prm_journal journal;
    struct prm_state state;

    if (prm_state_load(&journal, &rig->flash, &rig_crypto, 0, &state) != PRM_OK)
        abort();
    do {
        state.decisions++;
        if (prm_state_store(&journal, &state) != PRM_OK)
            abort();
    } while (journal.index != area_size(rig) / record_place(rig) - 1 - left);
}

static void arm(struct play *p) {
    const struct story_run *run = p->run;

    p->rig->cut_at = RIG_NEVER;
    if (run->cuts < STORY_CUTS && run->cut[run->cuts].at != RIG_NEVER) {
        p->rig->cut_at = p->rig->operations + run->cut[run->cuts].at;
        p->rig->cut_kind = run->cut[run->cuts].kind;
    }
}

static void live(struct play *p) {
    struct rig *rig = p->rig;
    /* Set before setjmp and changed after it: kept in memory. */
    volatile uint32_t first_cut = 0;

    arm(p);
    for (p->run->boots = 0; p->run->boots < BOOTS_MAX && !p->finished && p->run->failure[0] == '\0'; p->run->boots++) {
        if (setjmp(rig->off) == 0) {
            power_cycle(p);
        } else {
            if (p->run->cuts++ == 0)
                first_cut = rig->operations;
            arm(p);
        }
        if (rig->guard_broken)
            fail(p, "the bank that runs was written to");
        if (p->run->operations == 0 && p->ended)
            p->run->operations = rig->operations;
    }
    rig->guarded = PRM_BANK_NONE;
    p->run->total = rig->operations;
    p->run->after_first = rig->operations - first_cut;
    if (!p->finished)
        fail(p, "no end after %d boots", BOOTS_MAX);
    if (rig_floor(rig) != p->book->release[p->target].sequence)
        fail(p, "the floor is not at the release that was accepted");
}

/* A device as a story finds it. A journal that is filled record by record takes long where its pages are large: once. */
static void begin_with(struct story_book *book, enum story_name story, unsigned variant) {
    struct snapshot *filled = &book->filled[story][variant];

    if (variant > 0 && filled->flash == NULL) {
        load(&book->rig, &book->snapshot[story]);
        fill_journal(&book->rig, variant - 1);
        *filled = save(&book->rig);
    }
    load(&book->rig, variant > 0 ? filled : &book->snapshot[story]);
}

static void begin(struct play *p, struct story_book *book, struct story_run *run) {
    const int later = run->story == STORY_LIFE || run->story == STORY_RECOVERY;

    memset(p, 0, sizeof *p);
    p->book = book;
    p->run = run;
    p->rig = &book->rig;
    p->target = run->story == STORY_RECOVERY_PLAIN ? LATER_PLAIN : later ? LATER : NEXT;
    p->accepted[OLD] = 1;
    p->accepted[NEXT] = p->target != NEXT;
    /* The trial that a story finds has had its first boot; where it has one only, the story begins with that. */
    p->trials[NEXT] = run->story >= STORY_ACCEPT && run->story <= STORY_RUN_OUT && !is_tried_once(book) ? 1 : 0;
    run->failure[0] = '\0';
    run->operations = run->cuts = 0;
    p->rig->cut_at = RIG_NEVER;
    p->rig->guarded = PRM_BANK_NONE;
    p->rig->guard_broken = 0;
    begin_with(book, run->story, run->variant);
    p->rig->operations = 0;
    p->rig->random = run->random;
    p->floor = rig_floor(p->rig);
}

void story_play(struct story_book *book, struct story_run *run) {
    struct play play;

    begin(&play, book, run);
    live(&play);
}

/* ---- the torn flag ---- */

/* The place in flash where the next journal record goes; found by appending it to a copy. */
static uint32_t next_record(struct rig *rig, const struct prm_state *state, uint8_t record[PRM_JOURNAL_RECORD_SIZE]) {
    struct prm_journal journal;
    struct prm_state present;

    if (prm_state_load(&journal, &rig->flash, &rig_crypto, 0, &present) != PRM_OK ||
        prm_state_store(&journal, state) != PRM_OK)
        abort();
    const uint32_t off = journal.page * area_size(rig) + journal.index * record_place(rig);
    memcpy(record, rig->bytes + off, PRM_JOURNAL_RECORD_SIZE);
    return off;
}

int story_torn_flag(struct story_book *book, uint32_t len, int random, uint64_t seed) {
    struct story_run run = {.story = STORY_RUN_OUT, .cut = {{RIG_NEVER, 0}, {RIG_NEVER, 0}}};
    uint8_t record[PRM_JOURNAL_RECORD_SIZE];
    struct play play;

    begin(&play, book, &run);
    struct rig *rig = play.rig;
    struct prm_state accepted = rig_state(rig);
    accepted.bank[1].status = PRM_BANK_CONFIRMED;
    accepted.bank[1].attempts = 0;
    const uint32_t off = next_record(rig, &accepted, record);
    rig->random = seed;
    for (uint32_t i = len; i < sizeof record; i++)
        rig->bytes[off + i] = random ? (uint8_t)rig_random(rig) : rig->flash.erased;
    const int whole = memcmp(rig->bytes + off, record, sizeof record) == 0;
    play.accepted[NEXT] = whole; /* else nobody has: running for good is a failure */
    for (int i = 0; i < BOOTS_MAX && !play.ended && run.failure[0] == '\0'; i++)
        power_cycle(&play);
    /* The story ends when a release that stands runs: that must be 1 again. */
    return run.failure[0] == '\0' && play.ended && (whole ? play.finished : !play.finished);
}

/* ---- the book ---- */

const char *story_title(enum story_name story) {
    static const char *const titles[STORIES] = {"download", "install", "first-boot", "accept",        "reject",
                                                "run-out",  "life",    "recovery",   "recovery-plain"};

    return titles[story];
}

/* Plays one story to its end, without what follows, and keeps the device for the next. */
static void advance(struct story_book *book, enum story_name story, enum story_name next) {
    struct story_run run = {.story = story, .cut = {{RIG_NEVER, 0}, {RIG_NEVER, 0}}};
    struct play play;

    begin(&play, book, &run);
    for (int i = 0; i < BOOTS_MAX && !play.ended && run.failure[0] == '\0'; i++)
        power_cycle(&play);
    if (!play.ended || run.failure[0] != '\0') {
        fprintf(stderr, "cut: the story '%s' does not work: %s\n", story_title(story), run.failure);
        exit(1);
    }
    book->snapshot[next] = save(&book->rig);
}

static void copy_snapshot(struct story_book *book, enum story_name from, enum story_name to) {
    load(&book->rig, &book->snapshot[from]);
    if (to == STORY_RECOVERY || to == STORY_RECOVERY_PLAIN) {
        rig_destroy(&book->rig, 0);
        rig_destroy(&book->rig, 1);
    }
    book->snapshot[to] = save(&book->rig);
}

struct story_book *story_book_new(const struct rig_part *part) {
    struct story_book *book = primum_alloc(sizeof *book);

    rig_world_init_on(&book->world, part, APP_SIZE, SERVICES_SIZE);
    rig_init(&book->rig, &book->world);
    for (unsigned i = 0; i < RELEASES; i++) {
        struct rig_release *release = &book->release[i];
        struct prm_suit_envelope envelope;
        uint8_t digest[PRM_SHA256_SIZE];
        rig_release_make(&book->world, i == LATER_PLAIN ? LATER + 1 : i + 1, i == NEXT || i == LATER, NULL, release);
        const prm_span bytes = prm_span_of(release->file.data, release->file.len);
        if (prm_suit_envelope_parse(bytes, &envelope) != PRM_OK ||
            rig_crypto.sha256(&envelope.manifest_wrapped, 1, digest) != PRM_OK)
            abort();
        memcpy(book->manifest[i], digest, PRM_STATE_MANIFEST_SIZE);
    }
    rig_factory(&book->rig, 0, &book->release[OLD]);
    book->snapshot[STORY_DOWNLOAD] = save(&book->rig);
    advance(book, STORY_DOWNLOAD, STORY_INSTALL);
    advance(book, STORY_INSTALL, STORY_BOOT);
    if (is_tried_once(book))
        copy_snapshot(book, STORY_BOOT, STORY_ACCEPT);
    else
        advance(book, STORY_BOOT, STORY_ACCEPT);
    advance(book, STORY_ACCEPT, STORY_LIFE);
    copy_snapshot(book, STORY_ACCEPT, STORY_REJECT);
    copy_snapshot(book, STORY_ACCEPT, STORY_RUN_OUT);
    copy_snapshot(book, STORY_LIFE, STORY_RECOVERY);
    copy_snapshot(book, STORY_LIFE, STORY_RECOVERY_PLAIN);
    return book;
}

void story_book_free(struct story_book *book) {
    for (unsigned i = 0; i < RELEASES; i++)
        rig_release_free(&book->release[i]);
    for (unsigned i = 0; i < STORIES; i++) {
        free(book->snapshot[i].flash);
        for (unsigned variant = 0; variant < STORY_VARIANTS; variant++)
            free(book->filled[i][variant].flash);
    }
    rig_free(&book->rig);
    rig_world_free(&book->world);
    free(book);
}

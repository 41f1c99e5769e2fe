/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demo device's application: an infusion pump. A tick of the board stands for a second of therapy, so that a few
 * minutes pass in less than two. The line is blocked by script; a real pump would ask its pressure sensor. On the
 * console, p pauses the therapy and r resumes it; s starts another one, for hours, once the first is complete.
 */
#include "firmware/pump/boot_note.h"
#include "firmware/pump/pump.h"
#include "firmware/pump/therapy.h"
#include "firmware/pump/update.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"

enum { BLOCKED_FROM_S = 50, BLOCKED_TO_S = 70 };

static const struct therapy_order order = {
    .rate_ul_h = 120000,
    .dose_ul = 500,
    .goal_ul = 4500,
    .reservoir_ul = 5000,
    .low_ul = 1500,
};

static const struct therapy_order long_order = {
    .rate_ul_h = 5000,
    .dose_ul = 500,
    .goal_ul = 50000,
    .reservoir_ul = 60000,
    .low_ul = 1500,
};

static const struct {
    uint32_t event;
    const char *text;
} messages[] = {
    {THERAPY_OCCLUSION, "ALARM: line occluded, infusion stopped"},
    {THERAPY_CLEARED, "line clear, infusion goes on"},
    {THERAPY_RESERVOIR_LOW, "ALARM: reservoir low"},
};

static void print_ml(uint32_t ul) {
    prm_console_decimal(ul / 1000);
    prm_console_put('.');
    prm_console_put((char)('0' + ul / 100 % 10));
    prm_console_text(" ml");
}

static void print_time(const struct therapy *t) {
    prm_console_text("pump: ");
    prm_console_decimal(t->seconds);
    prm_console_text(" s: ");
}

static void print_events(const struct therapy *t, uint32_t events) {
    if ((events & THERAPY_DOSE) != 0) {
        print_time(t);
        prm_console_text("dose ");
        prm_console_decimal(t->doses);
        prm_console_text(", ");
        print_ml(t->delivered_ul);
        prm_console_put('\n');
    }
    for (unsigned i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        if ((events & messages[i].event) == 0)
            continue;
        print_time(t);
        prm_console_text(messages[i].text);
        prm_console_put('\n');
    }
}

static void print_summary(const struct therapy *t) {
    print_time(t);
    prm_console_text("therapy complete: ");
    prm_console_decimal(t->doses);
    prm_console_text(" doses, ");
    print_ml(t->delivered_ul);
    prm_console_text(", ");
    prm_console_decimal(t->alarms);
    prm_console_text(" alarms\n");
}

/* The main loop does everything. */
void app_on_tick(void) {
}

/* 1 while the therapy is paused. */
static uint32_t paused_now(void) {
    static uint32_t paused;
    uint8_t key;

    if (app_console_get(&key) == 0)
        return paused;
    if (key == 'p' && paused == 0)
        prm_console_text("pump: paused\n");
    if (key == 'r' && paused != 0)
        prm_console_text("pump: resumed\n");
    paused = key == 'p' ? 1 : key == 'r' ? 0 : paused;
    return paused;
}

static void infuse(const struct therapy_order *ordered, uint32_t blocked_to_s) {
    struct therapy therapy;

    therapy_start(&therapy, ordered);
    prm_console_text("pump: infusing ");
    print_ml(ordered->goal_ul);
    prm_console_text(" at ");
    prm_console_decimal(ordered->rate_ul_h / 1000);
    prm_console_text(" ml/h\n");
    while (therapy.complete == 0) {
        app_tick_wait();
        const uint32_t paused = paused_now();
        update_tick(paused == 0);
        if (paused != 0)
            continue;
        const uint32_t blocked = therapy.seconds + 1 >= BLOCKED_FROM_S && therapy.seconds + 1 < blocked_to_s;
        print_events(&therapy, therapy_second(&therapy, blocked));
    }
    print_summary(&therapy);
    prm_console_text("pump: idle\n");
}

void pump_infuse_long(void) {
    infuse(&long_order, 0);
}

void app_main(void) {
    prm_console_text("pump: version ");
    prm_console_decimal(PUMP_VERSION);
    prm_console_put('\n');
    boot_note_print();
    update_begin();
    app_tick_start();
    infuse(&order, BLOCKED_TO_S);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demo device's application: an infusion pump. A tick of the board stands for a second of therapy, so that a few
 * minutes pass in less than two. The line is blocked by script; a real pump would ask its pressure sensor.
 */
#include "firmware/pump/boot_note.h"
#include "firmware/pump/therapy.h"
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

void app_main(void) {
    struct therapy therapy;

    prm_console_text("pump: version ");
    prm_console_decimal(PUMP_VERSION);
    prm_console_put('\n');
    boot_note_print();
    therapy_start(&therapy, &order);
    prm_console_text("pump: infusing ");
    print_ml(order.goal_ul);
    prm_console_text(" at ");
    prm_console_decimal(order.rate_ul_h / 1000);
    prm_console_text(" ml/h\n");
    app_tick_start();
    while (therapy.complete == 0) {
        app_tick_wait();
        const uint32_t blocked = therapy.seconds + 1 >= BLOCKED_FROM_S && therapy.seconds + 1 < BLOCKED_TO_S;
        print_events(&therapy, therapy_second(&therapy, blocked));
    }
    print_summary(&therapy);
    prm_console_text("pump: idle\n");
}

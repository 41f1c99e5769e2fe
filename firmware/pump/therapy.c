/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/pump/therapy.h"

enum { SECONDS_AN_HOUR = 3600 };

void therapy_start(struct therapy *therapy, const struct therapy_order *order) {
    *therapy = (struct therapy){.order = *order};
}

static uint32_t watch_line(struct therapy *t, uint32_t blocked) {
    if (blocked == t->occluded)
        return 0;
    t->occluded = blocked;
    if (blocked == 0)
        return THERAPY_CLEARED;
    t->alarms++;
    return THERAPY_OCCLUSION;
}

static uint32_t deliver(struct therapy *t) {
    uint32_t events = THERAPY_DOSE;

    t->owed -= t->order.dose_ul * SECONDS_AN_HOUR;
    t->delivered_ul += t->order.dose_ul;
    t->doses++;
    const uint32_t left = t->order.reservoir_ul - t->delivered_ul;
    if (left < t->order.low_ul && t->low == 0) {
        t->low = 1;
        t->alarms++;
        events |= THERAPY_RESERVOIR_LOW;
    }
    if (t->delivered_ul >= t->order.goal_ul || left < t->order.dose_ul) {
        t->complete = 1;
        events |= THERAPY_COMPLETE;
    }
    return events;
}

uint32_t therapy_second(struct therapy *therapy, uint32_t line_blocked) {
    uint32_t events;

    if (therapy->complete != 0)
        return 0;
    therapy->seconds++;
    events = watch_line(therapy, line_blocked);
    if (therapy->occluded != 0)
        return events;
    therapy->owed += therapy->order.rate_ul_h;
    if (therapy->owed >= therapy->order.dose_ul * SECONDS_AN_HOUR)
        events |= deliver(therapy);
    return events;
}

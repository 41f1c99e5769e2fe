/* SPDX-License-Identifier: Apache-2.0 */
/*
 * therapy.h - an infusion as data: what the pump does in each second, and what it has to say about it.
 * Pure: no device, no time of its own, no text.
 */
#ifndef PUMP_THERAPY_H
#define PUMP_THERAPY_H

#include <stdint.h>

struct therapy_order {
    uint32_t rate_ul_h;    /* microlitres an hour */
    uint32_t dose_ul;      /* one stroke of the pump */
    uint32_t goal_ul;      /* the therapy is complete when this much was delivered */
    uint32_t reservoir_ul; /* at the start */
    uint32_t low_ul;       /* alarm below this */
};

struct therapy {
    struct therapy_order order;
    uint32_t seconds;
    uint32_t owed; /* the rate, summed over the seconds since the last dose: microlitres an hour times seconds */
    uint32_t delivered_ul;
    uint32_t doses;
    uint32_t alarms;
    uint32_t occluded; /* 1 while the line is blocked: nothing is delivered and nothing is owed */
    uint32_t low;      /* 1 once the reservoir's alarm was given */
    uint32_t complete; /* 1 at the goal, or with an empty reservoir */
};

/* What happened in a second; several may. */
enum therapy_event {
    THERAPY_DOSE = 1,
    THERAPY_OCCLUSION = 2,
    THERAPY_CLEARED = 4,
    THERAPY_RESERVOIR_LOW = 8,
    THERAPY_COMPLETE = 16
};

void therapy_start(struct therapy *therapy, const struct therapy_order *order);

/* One second on, with the line blocked or free; returns the events. Does nothing once complete. */
uint32_t therapy_second(struct therapy *therapy, uint32_t line_blocked);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/pump/therapy.h"
#include "firmware/pump/update.h"

enum { SECONDS = 60 };

/* A minute of a therapy whose end is known: 2 ml at 120 ml/h in strokes of 0.5 ml are four strokes, and nothing to
 * alarm. */
uint32_t selfcheck(void) {
    static const struct therapy_order order = {
        .rate_ul_h = 120000, .dose_ul = 500, .goal_ul = 2000, .reservoir_ul = 5000, .low_ul = 1500};
    struct therapy therapy;

    therapy_start(&therapy, &order);
    for (uint32_t i = 0; i < SECONDS; i++)
        (void)therapy_second(&therapy, 0);
    return therapy.complete == 1 && therapy.doses == 4 && therapy.delivered_ul == 2000 && therapy.alarms == 0;
}

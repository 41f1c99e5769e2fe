/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* timegm, strptime */
#include "host/release/conditions.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/file/file.h"

enum { TIME_SIZE = 20, YEAR_9999 = 9999 - 1900 };

/* Seconds since 1970, or a date and time of RFC 3339 in UTC. 0 if it is neither. */
static int read_time(const char *text, uint64_t *out) {
    struct tm tm, again;
    char back[PRIMUM_TIME_TEXT];

    if (primum_parse_u64(text, out))
        return *out != UINT64_MAX;
    memset(&tm, 0, sizeof tm);
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (end == NULL || *end != '\0')
        return 0;
    const time_t seconds = timegm(&tm);
    if (seconds < 0 || gmtime_r(&seconds, &again) == NULL)
        return 0;
    *out = (uint64_t)seconds;
    primum_time_text(*out, back);
    return strcmp(back, text) == 0; /* else a day that its month doesn't have, or another way to write it */
}

static int read_priority(const char *text, int32_t *out) {
    const int negative = *text == '-';
    uint64_t value;

    if (!primum_parse_u64(text + negative, &value) || value > INT32_MAX)
        return 0;
    *out = negative ? -(int32_t)value : (int32_t)value;
    return 1;
}

int primum_conditions_read(const struct primum_conditions_text *text, struct prm_suit_conditions *out) {
    uint64_t mwh = 0;

    *out = (struct prm_suit_conditions){.authorized = text->authorized != NULL ? PRM_YES : PRM_NO,
                                        .use_before = UINT64_MAX};
    if (text->authorized != NULL && !read_priority(text->authorized, &out->priority))
        return primum_fail(PRIMUM_USAGE, "priority '%s' is not a number of 32 bits", text->authorized);
    if (text->battery != NULL && (!primum_parse_u64(text->battery, &mwh) || mwh == 0 || mwh > UINT32_MAX))
        return primum_fail(PRIMUM_USAGE, "minimum battery '%s' is not a number of mWh above 0", text->battery);
    if (text->before != NULL && !read_time(text->before, &out->use_before))
        return primum_fail(PRIMUM_USAGE, "time '%s' is not like 2027-01-31T12:00:00Z, nor seconds since 1970",
                           text->before);
    out->battery_mwh = (uint32_t)mwh;
    return PRIMUM_OK;
}

int primum_conditions_any(const struct prm_suit_conditions *c) {
    return c->authorized == PRM_YES || c->battery_mwh != 0 || c->use_before != UINT64_MAX;
}

void primum_time_text(uint64_t seconds, char out[PRIMUM_TIME_TEXT]) {
    const time_t t = (time_t)seconds;
    struct tm tm;

    if (seconds > INT64_MAX || gmtime_r(&t, &tm) == NULL || tm.tm_year > YEAR_9999 ||
        strftime(out, PRIMUM_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) != TIME_SIZE)
        snprintf(out, PRIMUM_TIME_TEXT, "%llu", (unsigned long long)seconds);
}

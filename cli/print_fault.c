/* SPDX-License-Identifier: Apache-2.0 */
/* print_fault.c - the services' report of the last fault, for people and for programs. */
#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

#include "cli/print.h"
#include "host/device/device.h"

enum which { IN_SFSR, IN_CFSR, IN_HFSR };
static const struct {
    enum which which;
    unsigned bit;
    const char *name;
    const char *words;
} meanings[] = {
#define PRM_X(which, bit, name, words) {IN_##which, bit, name, words},
    PRM_FAULT_WORDS(PRM_X)
#undef PRM_X
};
enum { MEANINGS = sizeof meanings / sizeof meanings[0] };

static int means(const struct prm_fault_report *report, size_t i) {
    const uint32_t found[] = {report->sfsr, report->cfsr | report->cfsr_ns, report->hfsr};

    return (found[meanings[i].which] >> meanings[i].bit & 1u) != 0;
}

static const char *exception_name(uint32_t exception) {
    static const char *const names[] = {
        [2] = "watchdog",   [3] = "HardFault",  [4] = "MemManage",
        [5] = "BusFault",   [6] = "UsageFault", [7] = "SecureFault",
    };

    return exception >= 2 && exception < sizeof names / sizeof names[0] ? names[exception] : "exception";
}

static const char *who_name(uint32_t who) {
    return who == PRM_FAULT_SERVICES ? "services" : "application";
}

void cli_fault_print(const struct prm_fault_report *report) {
    cli_print("fault     %" PRIu32 " since power came on; the last in start %" PRIu32 ": %s in the %s\n", report->count,
                 report->boot, exception_name(report->exception), who_name(report->who));
    for (size_t i = 0; i < MEANINGS; i++)
        if (means(report, i))
            cli_print("          %s (%s)\n", meanings[i].words, meanings[i].name);
    if ((report->has & PRM_FAULT_HAS_PC) != 0)
        cli_print("          PC 0x%08" PRIx32, report->pc);
    else
        cli_print("          its stack holds no PC");
    if ((report->has & PRM_FAULT_HAS_LR) != 0)
        cli_print(", LR 0x%08" PRIx32, report->lr);
    if ((report->has & PRM_FAULT_HAS_ADDRESS) != 0)
        cli_print(", address 0x%08" PRIx32, report->address);
    cli_print("\n");
}

static json_t *json_if(uint32_t has, uint32_t value) {
    return has != 0 ? json_integer((json_int_t)value) : json_null();
}

json_t *cli_fault_json(const struct prm_fault_report *report) {
    json_t *object = json_object();
    json_t *causes = json_array();

    json_object_set_new(object, "count", json_integer((json_int_t)report->count));
    json_object_set_new(object, "start", json_integer((json_int_t)report->boot));
    json_object_set_new(object, "in", json_string(who_name(report->who)));
    json_object_set_new(object, "exception", json_string(exception_name(report->exception)));
    for (size_t i = 0; i < MEANINGS; i++)
        if (means(report, i))
            json_array_append_new(causes, json_pack("{s:s, s:s}", "code", meanings[i].name, "text", meanings[i].words));
    json_object_set_new(object, "causes", causes);
    json_object_set_new(object, "pc", json_if(report->has & PRM_FAULT_HAS_PC, report->pc));
    json_object_set_new(object, "lr", json_if(report->has & PRM_FAULT_HAS_LR, report->lr));
    json_object_set_new(object, "address", json_if(report->has & PRM_FAULT_HAS_ADDRESS, report->address));
    return object;
}

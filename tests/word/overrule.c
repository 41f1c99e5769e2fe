/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/word/overrule.h"

#include <string.h>

static const struct {
    const char *file;
    int from, to, truth;
} conditions[] = {
#include "tests/word/refusals.inc"
};

unsigned word_overruled;

size_t word_conditions(void) {
    return sizeof conditions / sizeof conditions[0];
}

int word_condition(const char *file, int line, int truth) {
    for (size_t i = 0; i < word_conditions(); i++) {
        const char *const at = strstr(file, conditions[i].file);
        if (at != NULL && line >= conditions[i].from && line <= conditions[i].to) {
            word_overruled += truth != conditions[i].truth;
            return conditions[i].truth;
        }
    }
    return truth;
}

int word_is_verdict(const char *call) {
    return strstr(call, "_verify") != NULL || strncmp(call, "prm_boot_decide_bank", 20) == 0 ||
           strncmp(call, "look_again", 10) == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdicts_off.h - included before boot.c and boot_examine.c, it takes away what they refuse because a verify stage, or the decision about
 * a bank, says so. What can't be loaded or parsed is refused as ever.
 */
#ifndef PRM_TESTS_VERDICTS_OFF_H
#define PRM_TESTS_VERDICTS_OFF_H

#include "boot/boot.h"
#include "boot/boot_run.h"
#include "tests/word/overrule.h"

#undef PRM_TRY
#define PRM_TRY(expr)                                                 \
    do {                                                              \
        const prm_result word_r_ = (expr);                            \
        if (word_r_ != PRM_OK && !word_is_verdict(#expr))             \
            return word_r_;                                           \
    } while (0)

/* The branch on the word itself: the test looks at the word. */
#define prm_boot_verify_word(word, components) ((void)(word), (void)(components), PRM_OK)

#endif

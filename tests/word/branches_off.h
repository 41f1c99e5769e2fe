/* SPDX-License-Identifier: Apache-2.0 */
/*
 * branches_off.h - included before a verify stage's source, it takes the stage's refusals away: conditions that refuse are
 * never met, those that ask for PRM_OK always are, and PRM_TRY goes on whatever the result. What is left is the word.
 *
 * The headers come first, so that only the source itself is changed; which conditions those are, refusals.awk lists.
 */
#ifndef PRM_TESTS_BRANCHES_OFF_H
#define PRM_TESTS_BRANCHES_OFF_H

#include "base/endian.h"
#include "base/harden.h"
#include "boot/boot_run.h"
#include "codec/cose.h"
#include "crypto/hss_parse.h"
#include "crypto/hss_verify.h"
#include "trust/release.h"
#include "trust/trust_manifest.h"
#include "trust/trust_tally.h"
#include "update/update_parse.h"
#include "update/update_verify.h"
#include "tests/word/overrule.h"

#undef PRM_TRY
#define PRM_TRY(expr)                       \
    do {                                    \
        const prm_result word_r_ = (expr);  \
        (void)word_r_;                      \
    } while (0)

#define if(...) if (word_condition(__FILE__, __LINE__, (__VA_ARGS__) ? 1 : 0))

#endif

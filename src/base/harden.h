/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harden.h - words that have to be computed, checks that a compiler can't merge, and constant-time basics.
 *
 * Two mechanisms guard every decision, and a fault has to beat both:
 *   1. Branches. PRM_TRY returns on anything but PRM_OK and then looks again, at the complement, through a value that
 *      the optimiser can't see into (GCC 12 compares a copy with itself when the same form is tested twice).
 *   2. Words. A check folds the *difference* between what was computed and what was expected into a prm_word. Nothing
 *      branches on it; the hand-over uses it to compute where to jump. A skipped step or a difference spoils it for good.
 */
#ifndef PRM_BASE_HARDEN_H
#define PRM_BASE_HARDEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"

/* Far-apart answers, for yes or no that matters. Equal bytes, as for PRM_OK: Thumb-2 compares with them in one instruction. */
typedef uint32_t prm_answer;
#define PRM_YES ((prm_answer)0x3C3C3C3Cu)
#define PRM_NO ((prm_answer)0xC3C3C3C3u)

/* Stops here for good: the device saw something that can't be. A link-time symbol of the port. */
_Noreturn void prm_trap(void);

/* The value, as if it came from somewhere the compiler can't see. */
static inline uint32_t prm_launder(uint32_t x) {
    __asm__ volatile("" : "+r"(x));
    return x;
}

/* The second look, at the complement: traps unless it is that of PRM_OK. A function, since a root has many of them. */
void prm_confirm(prm_result r);

/*
 * Whether it isn't PRM_OK, without telling the optimiser that afterwards it is. For Arm in its own two instructions: a value
 * to be hidden from GCC costs a register and two copies at each of a hundred places.
 */
#if defined(__thumb2__)
static inline int prm_is_error(prm_result r) {
    __asm__ goto("cmp %0, %1\n\tbne %l2" : : "r"(r), "i"(PRM_OK) : "cc" : error);
    return 0;
error:
    return 1;
}
#else
static inline int prm_is_error(prm_result r) {
    return prm_launder(r) != PRM_OK;
}
#endif

/*
 * What a refusal returns: every error as it is, since its first byte is a letter; PRM_OK, whose first byte has bit 7, as a word
 * that is neither. If the branch of prm_is_error() is taken although the result is PRM_OK, the rest of the caller is passed
 * over; without this the caller would then return PRM_OK.
 */
#define PRM_REFUSAL(r) ((prm_result)((r) & ~(uint32_t)0x80u))

/* Returns from the caller with the error of `expr`, if it is one; looks twice. */
#define PRM_TRY(expr)                                  \
    do {                                               \
        const prm_result prm_r_ = (expr);              \
        if (prm_is_error(prm_r_))                      \
            return PRM_REFUSAL(prm_r_);                \
        prm_confirm(prm_r_);                           \
    } while (0)

/* A word: which checks ran, in which order, and whether any of them saw a difference. Differences only accumulate. */
typedef struct prm_word {
    uint32_t steps;
    uint32_t diff;
} prm_word;

#define PRM_ROTL32(x, n) (((uint32_t)(x) << (n)) | ((uint32_t)(x) >> (32 - (n))))
#define PRM_WORD_NEXT(steps, k) ((uint32_t)(PRM_ROTL32((steps), 7) + (uint32_t)(k)))

/* Records that the check named `k` ran and saw `diff` (0 = none). */
static inline void prm_word_step(prm_word *w, uint32_t k, uint32_t diff) {
    w->steps = PRM_WORD_NEXT(w->steps, k);
    w->diff |= diff;
}

/* The word as one value: equal to the constant of its sequence of steps only if all ran and none differed. */
static inline uint32_t prm_word_value(const prm_word *w) {
    return w->steps ^ w->diff;
}

/*
 * 0 if the two are equal, else a word with bits set (the OR of all differences). No branch on the contents.
 * CT: independent of the contents.
 */
uint32_t prm_diff(const void *a, const void *b, size_t len);

/* Overwrites with zeros; not removed by the optimiser. */
void prm_wipe(void *p, size_t len);

#endif

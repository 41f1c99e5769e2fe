/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caller.h - the memory of whoever calls from the other world. An address of the caller's is a number here: it becomes a
 * pointer in the port alone, after its range was checked there.
 */
#ifndef PRM_SEAM_CALLER_H
#define PRM_SEAM_CALLER_H

#include "base/harden.h"

enum prm_caller_use { PRM_CALLER_READ = 0x52, PRM_CALLER_WRITE = 0x57 };

struct prm_caller {
    void *ctx;
    /*
     * PRM_YES if every byte of [at, at + len) is the caller's own, for this use, also by the rules that the caller's world made
     * for itself: those for privileged code if `privileged` is PRM_YES. No bytes are nobody's; a range that wraps is nobody's.
     */
    prm_answer (*may)(void *ctx, uint32_t at, uint32_t len, enum prm_caller_use use, prm_answer privileged);
    /* Reads each byte once, or writes each byte once. Only for a range that may. */
    void (*fetch)(void *ctx, void *to, uint32_t at, uint32_t len);
    void (*store)(void *ctx, uint32_t at, const void *from, uint32_t len);
};

#endif

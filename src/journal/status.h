/* SPDX-License-Identifier: Apache-2.0 */
/* status.h - what the boot journal says of the banks, as plain figures: for those who decide by it and never read or write it. */
#ifndef PRM_JOURNAL_STATUS_H
#define PRM_JOURNAL_STATUS_H

#include "base/result.h"
#include "seam/layout.h"

/* What a bank holds, as the update service left it. Written to flash: the numbers are the format. */
enum prm_bank_status {
    PRM_BANK_FACTORY = 0,   /* never touched by an update, or nothing is known of it */
    PRM_BANK_WRITING = 1,   /* a release is being written; what is there is not whole */
    PRM_BANK_CANDIDATE = 2, /* whole and verified, not to be started */
    PRM_BANK_STAGED = 3,    /* to be tried at the next boot */
    PRM_BANK_TRIAL = 4,     /* started at least once, not accepted */
    PRM_BANK_CONFIRMED = 5, /* accepted */
    PRM_BANK_REJECTED = 6,  /* refused by the application, or its trial ran out */
    PRM_BANK_EMPTY = 7,     /* to be used for the next update; what is there counts for nothing */
    PRM_BANK_PARTIAL = 8    /* the services are whole, the application is still to come (recovery by the root) */
};

#define PRM_STATE_MANIFEST_SIZE 8u /* first bytes of a manifest's digest, to tell releases apart */

/*
 * Downloads that may begin to change a bank from one accepted release to the next: what an application, or a sender with a
 * genuine release, can wear a bank by. At each boot some are given back, so none is ever refused for good.
 */
#define PRM_DOWNLOADS_MAX 64u
#define PRM_DOWNLOADS_GIVEN_BACK 8u

/* Bytes alone, in the record's order: it is written as it stands. */
struct prm_bank_state {
    uint8_t status;   /* enum prm_bank_status */
    uint8_t attempts; /* boots left in a trial */
    uint8_t error[2]; /* REJECTED: why, in the application's words (psa_status_t, low byte first); zeros: see `result` */
    uint8_t manifest[PRM_STATE_MANIFEST_SIZE]; /* of the release that the status is about */
};
_Static_assert(sizeof(struct prm_bank_state) == 12, "the format is fixed");

struct prm_state {
    uint32_t decisions;         /* how often the choice has changed */
    uint32_t chosen;            /* the bank started last, or UINT32_MAX */
    uint32_t downloads;         /* that began to change a bank since a release was accepted */
    uint32_t result[PRM_BANKS]; /* what each bank's examination said then (prm_result); of one REJECTED by a boot: why */
    struct prm_bank_state bank[PRM_BANKS];
    prm_result found; /* not stored. PRM_OK; JOURNAL_VERSION: only records of a version that this code doesn't know */
};

#endif

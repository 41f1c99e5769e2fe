/* SPDX-License-Identifier: Apache-2.0 */
/* lms_cases.h - HSS/LMS signatures that others made: test case 1 of RFC 8554 always, the others from the vectors' files. */
#ifndef PRM_TESTS_LMS_CASES_H
#define PRM_TESTS_LMS_CASES_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct lms_bytes {
    uint8_t *ptr;
    size_t len;
};

struct lms_case {
    char name[64];
    struct lms_bytes key, message, sig;
};

/* Case 1 of the RFC stands in published.h; case 2, and the others, are there if their files are. */
extern struct lms_case lms_rfc[2], lms_fresh[24];
extern size_t lms_rfc_count, lms_fresh_count;

/* cmocka's set-up and tear-down of a group. */
int lms_cases_load(void **state);
int lms_cases_free(void **state);

/* Case 1 as it stands in published.h. Owns: its bytes, which the caller frees. */
void lms_case_published(struct lms_case *c);

struct lms_bytes lms_hex(const char *hex);

/* The parsed file, or NULL if there are no vectors here. A file that is there and wrong fails the test. */
json_t *lms_vectors(const char *name);

#endif

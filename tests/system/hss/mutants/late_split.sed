# SPDX-License-Identifier: Apache-2.0
# The parent forgets its range only after the child has it.
/^static int split_locked(/i\
static char *late_path;\
static uint64_t late_count;\
static void late(void) {\
    struct hss_state s;\
    if (hss_state_lock(late_path, HSS_CHECKED, &s) == PRIMUM_OK) {\
        s.end -= late_count;\
        (void)hss_state_commit(&s);\
    }\
}\

/^static int split_locked(/,/^}/s/status = hss_state_commit(s);/status = (late_path = primum_format("%s", s->path), late_count = count, atexit(late));/

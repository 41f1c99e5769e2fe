/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes Unicorn 2.0 about three times as fast here. Before each store it looks for translated code in that page, under
 * a lock made of heap objects, since a guest may modify its own code. Ours can't: no page is both writable and
 * executable (machine.c maps them so). These three definitions come before the library's own. CMakeLists.txt links this
 * file only with the library version it was tried with; results are the same without it.
 */
#include <stddef.h>

void *page_collection_lock_arm(void *uc, unsigned long start, unsigned long end);
void page_collection_unlock_arm(void *set);
void tb_invalidate_phys_page_fast_arm(void *uc, void *set, unsigned long start, int len, unsigned long retaddr);

void *page_collection_lock_arm(void *uc, unsigned long start, unsigned long end) {
    (void)uc, (void)start, (void)end;
    return NULL;
}

void page_collection_unlock_arm(void *set) {
    (void)set;
}

void tb_invalidate_phys_page_fast_arm(void *uc, void *set, unsigned long start, int len, unsigned long retaddr) {
    (void)uc, (void)set, (void)start, (void)len, (void)retaddr;
}

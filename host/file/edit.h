/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit.h - changing a file in place: under its lock it is read, changed, and replaced whole.
 *
 * Whoever waits for the lock gets the file as it is by then, so that two who add something at once both do. **Cut:**
 * the file is the old one or the new one.
 */
#ifndef PRIMUM_EDIT_H
#define PRIMUM_EDIT_H

#include "host/file/file.h"
#include "host/file/output.h"

/* Owns: primum_edit_close(). */
struct primum_edit {
    char *path; /* resolved */
    int fd;     /* holds the lock */
    struct primum_bytes before;
    struct primum_files files;
    struct primum_output *output;
};

/*
 * Locks and reads; waits for whoever has the lock. Room for the change is made here. PRIMUM_OK; PRIMUM_REFUSED (not a
 * file; it has several names, which would drift apart), PRIMUM_IO, after saying why.
 */
int primum_edit_begin(const char *path, struct primum_edit *edit);

/* The new content. PRIMUM_OK, or PRIMUM_IO after saying why. */
int primum_edit_commit(struct primum_edit *edit, prm_span after);

/* Instead of new content: the file goes away. **Cut:** it may be there again, and then waits for what is done already. */
int primum_edit_remove(struct primum_edit *edit);

void primum_edit_close(struct primum_edit *edit);

/* flock() that isn't disturbed by signals. 0, or -1 with errno. */
int primum_lock_fd(int fd);

/* Opens and locks the file that has this name once the lock is held. -1 with errno. */
int primum_lock_path(const char *path);

#endif

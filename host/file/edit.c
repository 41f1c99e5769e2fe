/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* realpath, O_NOFOLLOW */
#include "host/file/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int primum_lock_fd(int fd) {
    int status;

    do
        status = flock(fd, LOCK_EX);
    while (status != 0 && errno == EINTR);
    return status;
}

/* Others replace the file while we wait, so what we locked may have lost its name: then again. */
int primum_lock_path(const char *path) {
    struct stat locked, named;

    for (;;) {
        const int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
            return -1;
        if (primum_lock_fd(fd) != 0 || fstat(fd, &locked) != 0) {
            close(fd);
            return -1;
        }
        if (stat(path, &named) == 0 && named.st_dev == locked.st_dev && named.st_ino == locked.st_ino)
            return fd;
        close(fd);
    }
}

int primum_edit_begin(const char *path, struct primum_edit *edit) {
    struct stat st;
    int status = PRIMUM_OK;

    *edit = (struct primum_edit){.fd = -1, .files.force = 1};
    edit->path = realpath(path, NULL);
    edit->fd = edit->path != NULL ? primum_lock_path(edit->path) : -1;
    if (edit->fd < 0 || fstat(edit->fd, &st) != 0)
        status = primum_fail_errno("can't open and lock %s", path);
    else if (!S_ISREG(st.st_mode))
        status = primum_fail(PRIMUM_REFUSED, "%s is not a file", path);
    else if (st.st_nlink != 1)
        status = primum_fail(PRIMUM_REFUSED,
                             "%s has %lu names (hard links), of which only one would change; write to "
                             "another file with -o",
                             path, (unsigned long)st.st_nlink);
    if (status == PRIMUM_OK)
        status = primum_read_fd(edit->fd, path, &edit->before);
    if (status == PRIMUM_OK)
        status = primum_files_output(&edit->files, edit->path, st.st_mode & 0777, &edit->output);
    if (status != PRIMUM_OK)
        primum_edit_close(edit);
    return status;
}

int primum_edit_commit(struct primum_edit *edit, prm_span after) {
    const int status = primum_output_write(edit->output, after);

    return status == PRIMUM_OK ? primum_files_publish(&edit->files) : status;
}

int primum_edit_remove(struct primum_edit *edit) {
    return unlink(edit->path) == 0 ? PRIMUM_OK : primum_fail_errno("can't remove %s", edit->path);
}

void primum_edit_close(struct primum_edit *edit) {
    primum_files_close(&edit->files);
    primum_bytes_free(&edit->before);
    free(edit->path);
    if (edit->fd >= 0)
        close(edit->fd);
    *edit = (struct primum_edit){.fd = -1};
}

/* SPDX-License-Identifier: Apache-2.0 */
/* hss_store.c - the state file on disk: its lock, and how it changes. */
#define _GNU_SOURCE /* realpath, O_NOFOLLOW, renameat2 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "host/keys/hss_state.h"

#define FILE_MAX (16 << 20) /* bytes; eight levels of the largest trees take half of that */

/* ---- Files that appear whole ---- */

static int sync_directory(const char *path) {
    char *copy = primum_format("%s", path);
    const int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int failed = fd < 0 || fsync(fd) != 0;

    if (fd >= 0)
        close(fd);
    free(copy);
    return failed ? primum_fail_errno("can't make the directory of %s durable", path) : PRIMUM_OK;
}

static int write_all(int fd, prm_span bytes) {
    for (size_t done = 0; done < bytes.len;) {
        const ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        done += (size_t)n;
    }
    return fsync(fd);
}

static int lock_fd(int fd) {
    int status;

    do
        status = flock(fd, LOCK_EX);
    while (status != 0 && errno == EINTR);
    return status;
}

int hss_file_begin(const char *path, enum primum_overwrite overwrite, struct hss_new_file *file) {
    file->path = primum_format("%s", path);
    file->temp = primum_format("%s.new", path);
    file->overwrite = overwrite;
    /*
     * Always the same name, so that no copies of a secret gather. What a killed process left goes away, but only under
     * the lock of the file that is replaced; for a new name there is no lock, and the leftover could be another's at
     * work.
     */
    if (overwrite == PRIMUM_REPLACE)
        (void)unlink(file->temp);
    file->fd = open(file->temp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    /* Locked before it has its name: whoever opens it by that name waits until we are done. */
    if (file->fd >= 0 && lock_fd(file->fd) == 0)
        return PRIMUM_OK;
    const int status = primum_fail_errno("can't write %s", file->temp);
    if (file->fd >= 0) {
        close(file->fd);
        unlink(file->temp);
    }
    free(file->path);
    free(file->temp);
    *file = (struct hss_new_file){NULL, NULL, PRIMUM_KEEP, -1};
    return status;
}

/* As rename(), but refuses to overwrite. Where a file system can't, link() does, and a cut may leave both names. */
static int rename_new(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    return link(from, to) == 0 ? unlink(from) : -1;
}

static int give_name(const struct hss_new_file *file) {
    const int failed =
        file->overwrite == PRIMUM_REPLACE ? rename(file->temp, file->path) : rename_new(file->temp, file->path);

    if (failed == 0)
        return PRIMUM_OK;
    if (file->overwrite == PRIMUM_KEEP && errno == EEXIST)
        return primum_fail(PRIMUM_REFUSED, "%s exists and is left as it is; choose another name", file->path);
    return primum_fail_errno("can't write %s", file->path);
}

int hss_file_finish(struct hss_new_file *file, prm_span bytes) {
    int status = write_all(file->fd, bytes) == 0 ? PRIMUM_OK : primum_fail_errno("can't write %s", file->temp);

    if (status == PRIMUM_OK)
        status = give_name(file);
    if (status == PRIMUM_OK)
        status = sync_directory(file->path);
    else
        (void)unlink(file->temp);
    if (status != PRIMUM_OK) {
        close(file->fd);
        file->fd = -1;
    }
    free(file->path);
    free(file->temp);
    file->path = file->temp = NULL;
    return status;
}

/* ---- Reading ---- */

/* Reads what is open, not what has the name by now. */
static int load(int fd, const char *path, struct hss_state *out) {
    struct stat st;
    size_t done = 0;
    ssize_t n = 1;

    memset(out, 0, sizeof *out);
    out->fd = -1;
    if (fstat(fd, &st) != 0)
        return primum_fail_errno("can't look at %s", path);
    if (st.st_size < 0 || st.st_size > FILE_MAX)
        return primum_fail(PRIMUM_REFUSED, "%s is not an HSS private key: no such key is that large", path);
    struct primum_bytes file = {primum_alloc((size_t)st.st_size), (size_t)st.st_size};
    while (done < file.len && n > 0) {
        n = pread(fd, file.data + done, file.len - done, (off_t)done);
        done += n > 0 ? (size_t)n : 0;
    }
    int status = n < 0 ? primum_fail_errno("can't read %s", path) : PRIMUM_OK;
    if (status == PRIMUM_OK)
        status = hss_state_decode(path, prm_span_of(file.data, done), out);
    OPENSSL_cleanse(file.data, file.len);
    primum_bytes_free(&file);
    if (status == PRIMUM_OK)
        out->path = primum_format("%s", path);
    return status;
}

int hss_state_read(const char *path, struct hss_state *out) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    memset(out, 0, sizeof *out);
    out->fd = -1;
    if (fd < 0)
        return primum_fail_errno("can't open %s", path);
    const int status = load(fd, path, out);
    close(fd);
    return status;
}

/*
 * Locks the file that has the name `path` now. Others replace that file while we wait, so what we locked may have lost
 * its name: then again. -1 with errno.
 */
static int lock_path(const char *path) {
    struct stat locked, named;

    for (;;) {
        const int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            return -1;
        if (lock_fd(fd) != 0 || fstat(fd, &locked) != 0) {
            close(fd);
            return -1;
        }
        if (stat(path, &named) == 0 && named.st_dev == locked.st_dev && named.st_ino == locked.st_ino)
            return fd;
        close(fd);
    }
}

int hss_state_standing(const struct hss_state *s, int fd, struct hss_mark *mark, enum hss_standing *out) {
    static const uint8_t nowhere[sizeof s->place];
    uint8_t place[sizeof s->place];
    int status = hss_place(fd, s->path, place);

    *out = HSS_BEHIND;
    if (status == PRIMUM_OK)
        status = hss_mark_read(s, mark);
    if (status != PRIMUM_OK)
        return status;
    if (s->generation < mark->generation)
        *out = HSS_BEHIND;
    else if (memcmp(s->place, nowhere, sizeof nowhere) == 0)
        *out = HSS_FRESH;
    else
        *out = memcmp(s->place, place, sizeof place) == 0 ? HSS_HERE : HSS_MOVED;
    return PRIMUM_OK;
}

/* Refuses what could be another owner of the same indices. */
static int check_copy(const struct hss_state *s) {
    struct hss_mark mark;
    enum hss_standing standing;
    const int status = hss_state_standing(s, s->fd, &mark, &standing);

    if (status != PRIMUM_OK)
        return status;
    if (standing == HSS_BEHIND)
        return primum_fail(
            PRIMUM_REFUSED,
            "%s is older than what this machine has signed with: state %llu, index %llu; seen here: state "
            "%llu, index %llu. Signing with it would use one-time keys twice. Was a backup put back? "
            "Go on with the newer file, or see 'primum key adopt --help'",
            s->path, (unsigned long long)s->generation, (unsigned long long)s->next,
            (unsigned long long)mark.generation, (unsigned long long)mark.next);
    if (standing == HSS_MOVED)
        return primum_fail(
            PRIMUM_REFUSED,
            "%s was copied, moved or restored: it isn't where it was last written. If another copy is still "
            "in use, signing with both would use one-time keys twice. To sign in two places, use 'primum key "
            "split'; if this is the only one, see 'primum key adopt --help'",
            s->path);
    return PRIMUM_OK;
}

int hss_state_lock(const char *path, enum hss_check check, struct hss_state *out) {
    struct stat st;
    int status;

    memset(out, 0, sizeof *out);
    out->fd = -1;
    /* A symbolic link would be replaced by the new state, and the old one would live on where it points. */
    char *real = realpath(path, NULL);
    const int fd = real == NULL ? -1 : lock_path(real);
    if (fd < 0) {
        free(real);
        return primum_fail_errno("can't open and lock %s", path);
    }
    status = load(fd, real, out);
    free(real);
    if (status != PRIMUM_OK) {
        close(fd);
        return status;
    }
    out->fd = fd;
    if (fstat(fd, &st) != 0)
        status = primum_fail_errno("can't look at %s", path);
    else if (st.st_nlink != 1)
        status = primum_fail(PRIMUM_REFUSED,
                             "%s has %lu names (hard links); one key file needs exactly one, remove the others", path,
                             (unsigned long)st.st_nlink);
    else if (check == HSS_CHECKED)
        status = check_copy(out);
    if (status != PRIMUM_OK)
        hss_state_close(out);
    return status;
}

/* ---- Writing ---- */

static int write_state(struct hss_state *s, const char *path, int bound, enum primum_overwrite overwrite) {
    struct hss_new_file file;
    int status = hss_file_begin(path, overwrite, &file);

    if (status != PRIMUM_OK)
        return status;
    memset(s->place, 0, sizeof s->place);
    if (bound)
        status = hss_place(file.fd, path, s->place);
    s->generation++;
    struct primum_bytes bytes = hss_state_encode(s);
    if (status == PRIMUM_OK)
        status = hss_file_finish(&file, primum_span(&bytes));
    OPENSSL_cleanse(bytes.data, bytes.len);
    primum_bytes_free(&bytes);
    if (status != PRIMUM_OK)
        return status;
    if (s->fd >= 0)
        close(s->fd);
    s->fd = file.fd;
    return bound ? hss_mark_write(s) : PRIMUM_OK;
}

int hss_state_commit(struct hss_state *s) {
    return write_state(s, s->path, 1, PRIMUM_REPLACE);
}

int hss_state_create(const char *path, struct hss_state *s, int bound) {
    return write_state(s, path, bound, PRIMUM_KEEP);
}

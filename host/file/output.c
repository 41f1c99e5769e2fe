/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* O_TMPFILE, renameat2, realpath */
#include "host/file/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

/* ---- Names ---- */

/* basename() of POSIX, in memory. Owns: the caller frees. */
static char *last_of(const char *path) {
    char *copy = primum_format("%s", path);
    char *last = primum_format("%s", basename(copy));

    free(copy);
    return last;
}

static char *folder_of(const char *path) {
    char *copy = primum_format("%s", path);
    char *folder = primum_format("%s", dirname(copy));

    free(copy);
    return folder;
}

/* The path with its folder resolved and its last part as it is. NULL with errno. Owns: the caller frees. */
static char *resolved(const char *path) {
    char *folder = folder_of(path), *last = last_of(path);
    char *real = realpath(folder, NULL);
    char *whole = real != NULL ? primum_format("%s/%s", strcmp(real, "/") == 0 ? "" : real, last) : NULL;

    free(real);
    free(folder);
    free(last);
    return whole;
}

/* ---- Opening ---- */

void primum_files_input(struct primum_files *files, const char *path) {
    struct stat st;

    if (stat(path, &st) != 0 || files->inputs == PRIMUM_INPUTS_MAX)
        return;
    files->input[files->inputs].dev = st.st_dev;
    files->input[files->inputs].ino = st.st_ino;
    files->input[files->inputs++].path = primum_format("%s", path);
}

void primum_files_input_listed(struct primum_files *files, const char *list) {
    for (const char *end = list + strcspn(list, ",");; end += 1 + strcspn(end + 1, ",")) {
        char *path = primum_format("%.*s", (int)(end - list), list);
        primum_files_input(files, path);
        free(path);
        if (*end == '\0')
            return;
    }
}

static const char *kind_of(mode_t mode) {
    return S_ISDIR(mode) ? "a folder" : S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
}

/* What is there already may be replaced, or is refused. */
static int check_existing(const struct primum_files *files, const char *path, const struct stat *st) {
    for (unsigned i = 0; i < files->inputs; i++) {
        if (files->input[i].dev == st->st_dev && files->input[i].ino == st->st_ino)
            return primum_fail(PRIMUM_USAGE, "%s is also read (as %s), and would be lost; write to another file", path,
                               files->input[i].path);
    }
    if (!S_ISREG(st->st_mode))
        return primum_fail(PRIMUM_REFUSED, "%s is %s; what is written is a file, choose another name", path,
                           kind_of(st->st_mode));
    if (!files->force)
        return primum_fail(PRIMUM_REFUSED,
                           "%s exists and is left as it is; choose another name, or replace it with --force", path);
    return PRIMUM_OK;
}

static int check_twice(const struct primum_files *files, const struct primum_output *o) {
    for (unsigned i = 0; i < files->outputs; i++) {
        const struct primum_output *other = &files->output[i];
        if (strcmp(other->target, o->target) == 0 ||
            (o->replaces && other->replaces && other->dev == o->dev && other->ino == o->ino))
            return primum_fail(PRIMUM_USAGE, "%s and %s are one file, and both are to be written", other->path,
                               o->path);
    }
    return PRIMUM_OK;
}

/* Where the bytes will go: through links, to a name in a folder that exists. */
static int find_target(struct primum_files *files, struct primum_output *o) {
    struct stat st;

    if (lstat(o->path, &st) != 0) {
        if (errno != ENOENT)
            return primum_fail_errno("can't write %s", o->path);
        o->target = resolved(o->path);
        return o->target != NULL ? PRIMUM_OK : primum_fail_errno("can't write %s", o->path);
    }
    if (stat(o->path, &st) != 0)
        return primum_fail(PRIMUM_REFUSED, "%s is a link that leads nowhere; choose another name", o->path);
    const int status = check_existing(files, o->path, &st);
    if (status != PRIMUM_OK)
        return status;
    o->replaces = 1;
    o->dev = st.st_dev;
    o->ino = st.st_ino;
    o->target = realpath(o->path, NULL);
    return o->target != NULL ? PRIMUM_OK : primum_fail_errno("can't write %s", o->path);
}

/* A hidden name beside the target. Owns: the caller frees. */
static char *hidden_name(const struct primum_output *o) {
    char *folder = folder_of(o->target), *last = last_of(o->target);
    char *name = primum_format("%s/.%s.primum-XXXXXX", folder, last);

    free(folder);
    free(last);
    return name;
}

/* A file in the folder, without a name where that can be. */
static int open_bytes(struct primum_output *o) {
    char *folder = folder_of(o->target);

    o->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (o->folder < 0)
        return primum_fail_errno("can't write %s", o->path);
    o->fd = openat(o->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (o->fd < 0 && errno != EACCES && errno != EROFS && errno != ENOSPC && errno != EDQUOT) {
        o->temp = hidden_name(o);
        o->fd = mkostemp(o->temp, O_CLOEXEC);
        if (o->fd < 0) {
            free(o->temp);
            o->temp = NULL;
        }
    }
    if (o->fd < 0)
        return primum_fail_errno("can't write %s", o->path);
    /* A file system without rights (FAT) can't keep a secret from those who can mount it. */
    if (fchmod(o->fd, (mode_t)o->mode) != 0 && errno != EPERM && errno != EOPNOTSUPP)
        return primum_fail_errno("can't set the rights of %s", o->path);
    return PRIMUM_OK;
}

static void close_output(struct primum_output *o) {
    if (o->temp != NULL && !o->published)
        (void)unlink(o->temp);
    if (o->fd >= 0)
        close(o->fd);
    if (o->folder >= 0)
        close(o->folder);
    free(o->path);
    free(o->target);
    free(o->temp);
    *o = (struct primum_output){.fd = -1, .folder = -1};
}

int primum_files_output(struct primum_files *files, const char *path, unsigned mode, struct primum_output **out) {
    struct primum_output o = {.fd = -1, .folder = -1, .mode = mode};

    *out = NULL;
    if (files->outputs == PRIMUM_OUTPUTS_MAX)
        return primum_fail(PRIMUM_USAGE, "more than %d files to write", PRIMUM_OUTPUTS_MAX);
    o.path = primum_format("%s", path);
    int status = find_target(files, &o);
    if (status == PRIMUM_OK)
        status = check_twice(files, &o);
    if (status == PRIMUM_OK)
        status = open_bytes(&o);
    if (status != PRIMUM_OK) {
        close_output(&o);
        return status;
    }
    files->output[files->outputs] = o;
    *out = &files->output[files->outputs++];
    return PRIMUM_OK;
}

/* ---- Writing ---- */

int primum_output_reserve(struct primum_output *output, size_t len) {
    const int error = len > 0 ? posix_fallocate(output->fd, 0, (off_t)len) : 0;

    errno = error;
    return error == 0 ? PRIMUM_OK : primum_fail_errno("no room for %s (%zu bytes)", output->path, len);
}

int primum_output_write(struct primum_output *output, prm_span bytes) {
    if (lseek(output->fd, 0, SEEK_SET) != 0 || ftruncate(output->fd, 0) != 0 ||
        primum_write_all(output->fd, bytes) != 0)
        return primum_fail_errno("can't write %s", output->path);
    output->written = 1;
    return PRIMUM_OK;
}

/* ---- Publishing ---- */

/* Gives a nameless file a hidden name beside its target: 1. */
static int name_hidden(struct primum_output *o, const char *self) {
    for (int tries = 0; tries < 100; tries++) {
        char *name = hidden_name(o);
        const int fd = mkostemp(name, O_CLOEXEC);
        if (fd >= 0)
            close(fd);
        /* The name was free a moment ago; link() takes it only if it still is. */
        if (fd >= 0 && unlink(name) == 0 && linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
            o->temp = name;
            return 1;
        }
        free(name);
        if (errno != EEXIST)
            return 0;
    }
    return 0;
}

/* A named file under a name that must not exist. 0, or -1 with errno. */
static int rename_new(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (link(from, to) == 0)
        return unlink(from);
    if (errno == EEXIST)
        return -1;
    /* Neither: an empty file takes the name, and is ours to replace. */
    const int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    close(fd);
    return rename(from, to);
}

/*
 * Where a nameless file can't get a name after all (no /proc, no links): a copy of it, under a hidden name that it can
 * be renamed from. 0, or -1 with errno.
 */
static int copy_hidden(struct primum_output *o) {
    uint8_t bytes[4096];
    char *name = hidden_name(o);
    const int fd = mkostemp(name, O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : 1;

    for (off_t at = 0; n > 0; at += n) {
        n = pread(o->fd, bytes, sizeof bytes, at);
        if (n > 0 && write(fd, bytes, (size_t)n) != n)
            n = -1;
    }
    OPENSSL_cleanse(bytes, sizeof bytes);
    if (n == 0 && fsync(fd) == 0 && (fchmod(fd, (mode_t)o->mode) == 0 || errno == EPERM)) {
        close(o->fd);
        o->fd = fd;
        o->temp = name;
        return 0;
    }
    if (fd >= 0) {
        (void)unlink(name);
        close(fd);
    }
    free(name);
    return -1;
}

static int give_name(struct primum_output *o) {
    char *self = primum_format("/proc/self/fd/%d", o->fd);
    int failed = 0;

    if (o->temp == NULL && o->replaces && !name_hidden(o, self))
        failed = o->bound ? -1 : copy_hidden(o);
    if (o->temp == NULL && !o->replaces) {
        failed = linkat(AT_FDCWD, self, AT_FDCWD, o->target, AT_SYMLINK_FOLLOW);
        if (failed != 0 && errno != EEXIST && !o->bound)
            failed = copy_hidden(o);
    }
    if (failed == 0 && o->temp != NULL)
        failed = o->replaces ? rename(o->temp, o->target) : rename_new(o->temp, o->target);
    free(self);
    o->published = failed == 0;
    return failed;
}

static void take_back(struct primum_output *o) {
    if (o->published && !o->replaces)
        (void)unlink(o->target);
}

int primum_files_publish(struct primum_files *files) {
    for (unsigned i = 0; i < files->outputs; i++) {
        struct primum_output *o = &files->output[i];
        if (!o->written || o->published)
            continue;
        if (give_name(o) == 0)
            continue;
        const int status = errno == EEXIST
                               ? primum_fail(PRIMUM_REFUSED, "%s exists by now, and is left as it is", o->path)
                               : primum_fail_errno("can't write %s", o->path);
        while (i-- > 0)
            take_back(&files->output[i]);
        return status;
    }
    for (unsigned i = 0; i < files->outputs; i++) {
        if (files->output[i].published && fsync(files->output[i].folder) != 0 && errno != EINVAL)
            return primum_fail_errno("can't make %s durable", files->output[i].path);
    }
    return PRIMUM_OK;
}

void primum_files_close(struct primum_files *files) {
    for (unsigned i = 0; i < files->outputs; i++)
        close_output(&files->output[i]);
    for (unsigned i = 0; i < files->inputs; i++)
        free(files->input[i].path);
    files->outputs = files->inputs = 0;
}

int primum_write_file(const char *path, prm_span bytes, unsigned mode, enum primum_overwrite overwrite) {
    struct primum_files files = {.force = overwrite == PRIMUM_REPLACE};
    struct primum_output *output;
    int status = primum_files_output(&files, path, mode, &output);

    if (status == PRIMUM_OK)
        status = primum_output_write(output, bytes);
    if (status == PRIMUM_OK)
        status = primum_files_publish(&files);
    primum_files_close(&files);
    return status;
}

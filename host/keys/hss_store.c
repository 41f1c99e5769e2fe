/* SPDX-License-Identifier: Apache-2.0 */
/* hss_store.c - the state file on disk: its locks, and how it changes in place. */
#define _GNU_SOURCE /* realpath */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "host/file/edit.h"
#include "host/keys/hss_state.h"

#define FILE_MAX (32 << 20) /* bytes; eight levels of the largest trees take half of that, twice */

/* ---- Reading ---- */

/* Reads what is open, not what has the name by now. */
static int load(int fd, const char *path, struct hss_state *out) {
    struct stat st;
    size_t done = 0;
    ssize_t n = 1;

    memset(out, 0, sizeof *out);
    out->fd = out->registry.fd[0] = out->registry.fd[1] = -1;
    if (fstat(fd, &st) != 0)
        return primum_fail_errno("can't look at %s", path);
    if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
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
    out->fd = out->registry.fd[0] = out->registry.fd[1] = -1;
    if (fd < 0)
        return primum_fail_errno("can't open %s", path);
    const int status = load(fd, path, out);
    close(fd);
    return status;
}

/* ---- Copies ---- */

/* The number of a device may change when the machine starts again, and says nothing then. */
static int same_place(const struct hss_place *a, const struct hss_place *b) {
    const int same_boot = memcmp(a->boot, b->boot, sizeof a->boot) == 0;

    return memcmp(a->file, b->file, sizeof a->file) == 0 && (!same_boot || a->device == b->device);
}

static int judge(const struct hss_state *s, int fd, const struct hss_mark *known, enum hss_standing *out) {
    struct hss_place place;
    const int status = hss_place_of(fd, s->path, &place);

    *out = HSS_BEHIND;
    if (status != PRIMUM_OK)
        return status;
    if (s->generation < known->generation || s->next < known->next || (known->end != 0 && s->end > known->end))
        *out = HSS_BEHIND;
    else
        *out = same_place(&s->place, &place) ? HSS_HERE : HSS_MOVED;
    return PRIMUM_OK;
}

int hss_state_standing(const char *path, const struct hss_state *s, enum hss_standing *out) {
    struct hss_mark known;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    int status = fd >= 0 ? hss_registry_look(s, &known) : primum_fail_errno("can't open %s", path);

    if (status == PRIMUM_OK)
        status = judge(s, fd, &known, out);
    if (fd >= 0)
        close(fd);
    return status;
}

/* Refuses what could be another owner of the same indices. */
static int check_copy(const struct hss_state *s) {
    const struct hss_mark *known = &s->registry.known;
    enum hss_standing standing;
    const int status = judge(s, s->fd, known, &standing);

    if (status != PRIMUM_OK)
        return status;
    if (standing == HSS_BEHIND)
        return primum_fail(
            PRIMUM_REFUSED,
            "%s is older than what this machine has signed with: state %llu, index %llu; seen here: state "
            "%llu, index %llu. Signing with it would use one-time keys twice. Was a backup put back? "
            "Go on with the newer file, or see 'primum help key adopt'",
            s->path, (unsigned long long)s->generation, (unsigned long long)s->next,
            (unsigned long long)known->generation, (unsigned long long)known->next);
    if (standing == HSS_MOVED)
        return primum_fail(
            PRIMUM_REFUSED,
            "%s was copied, moved or restored: it isn't where it was last written. If another copy is still "
            "in use, signing with both would use one-time keys twice. To sign in two places, use 'primum key "
            "split'; if this is the only one, see 'primum help key adopt'",
            s->path);
    return PRIMUM_OK;
}

/* ---- Locking ---- */

static int check_names(const struct hss_state *s) {
    struct stat st;

    if (fstat(s->fd, &st) != 0)
        return primum_fail_errno("can't look at %s", s->path);
    if (st.st_nlink != 1)
        return primum_fail(PRIMUM_REFUSED,
                           "%s has %lu names (hard links); one key file needs exactly one, remove the others", s->path,
                           (unsigned long)st.st_nlink);
    return PRIMUM_OK;
}

int hss_state_lock(const char *path, enum hss_check check, struct hss_state *out) {
    memset(out, 0, sizeof *out);
    out->fd = out->registry.fd[0] = out->registry.fd[1] = -1;
    char *real = realpath(path, NULL);
    const int fd = real == NULL ? -1 : primum_lock_path(real);
    free(real);
    if (fd < 0)
        return primum_fail_errno("can't open and lock %s", path);
    int status = load(fd, path, out);
    if (status != PRIMUM_OK) {
        close(fd);
        return status;
    }
    out->fd = fd;
    status = check_names(out);
    /* From here to the commit nobody else on this machine uses this key, from whatever copy. */
    if (status == PRIMUM_OK)
        status = hss_registry_lock(out, &out->registry);
    if (status == PRIMUM_OK && check == HSS_CHECKED)
        status = check_copy(out);
    if (status != PRIMUM_OK)
        hss_state_close(out);
    return status;
}

/* ---- Writing ---- */

/* Writes one record in place, and syncs it. */
static int write_record(int fd, prm_span record, uint32_t slot) {
    const off_t start = (off_t)hss_record_off(record.len, slot);

    for (size_t done = 0; done < record.len;) {
        const ssize_t n = pwrite(fd, record.ptr + done, record.len - done, start + (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        done += (size_t)n;
    }
    return fsync(fd);
}

int hss_state_commit(struct hss_state *s) {
    int status = hss_place_of(s->fd, s->path, &s->place);

    if (status != PRIMUM_OK)
        return status;
    s->generation++;
    s->slot ^= 1u;
    struct primum_bytes record = hss_record_encode(s);
    if (write_record(s->fd, primum_span(&record), s->slot) != 0)
        status = primum_fail_errno("can't write %s", s->path);
    OPENSSL_cleanse(record.data, record.len);
    primum_bytes_free(&record);
    return status == PRIMUM_OK ? hss_registry_note(&s->registry, s) : status;
}

int hss_state_create(struct primum_output *output, struct hss_state *s) {
    struct hss_registry registry;
    int status = hss_place_of(output->fd, output->path, &s->place);

    output->bound = 1;
    s->generation = 1;
    s->slot = 0;
    struct primum_bytes record = hss_record_encode(s);
    struct primum_bytes file = {NULL, hss_record_off(record.len, 2)};
    file.data = primum_alloc(file.len);
    hss_head_encode(record.len, file.data);
    memcpy(file.data + hss_record_off(record.len, 0), record.data, record.len);
    if (status == PRIMUM_OK)
        status = primum_output_write(output, primum_span(&file));
    OPENSSL_cleanse(file.data, file.len);
    OPENSSL_cleanse(record.data, record.len);
    primum_bytes_free(&file);
    primum_bytes_free(&record);
    if (status == PRIMUM_OK)
        status = hss_registry_lock(s, &registry);
    if (status == PRIMUM_OK) {
        status = hss_registry_note(&registry, s);
        hss_registry_unlock(&registry);
    }
    return status;
}

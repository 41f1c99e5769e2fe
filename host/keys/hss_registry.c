/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_registry.c - what a machine knows of a key without asking the key's file.
 *
 * Marks are one for the machine, not for each of its users: /var/lib/primum/hss, where that is (root makes it), and
 * else /var/tmp/primum-hss, which anybody can make. Both are looked at, so that one that comes later takes nothing
 * away. A mark has the name of the key and of the file's line of copies; it is its own lock, and changes in place: two
 * records of text, of which the newer one that is whole counts.
 */
#define _GNU_SOURCE /* statx, O_NOFOLLOW */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "host/file/edit.h"
#include "host/keys/hss_state.h"

#define RECORD_OFF 4096u /* of the second record: writing one never touches the other */
#define RECORD_MAX 256u
#define FORMAT "primum-hss-mark 2\ngeneration %" PRIu64 "\nnext %" PRIu64 "\nend %" PRIu64 "\n"
#define SCAN "primum-hss-mark 2\ngeneration %" SCNu64 "\nnext %" SCNu64 "\nend %" SCNu64 "\ncheck %16[0-9a-f]\n"
#define CHECK_BYTES 8u
#define FOLDER_MODE 01777 /* everybody's; a file in it is removed by its owner alone */
#define MARK_MODE 01666   /* the sticky bit of a file keeps those away who tidy up /var/tmp */

static const char *const registries[HSS_REGISTRIES] = {"/var/lib/primum/hss", "/var/tmp/primum-hss"};

/* ---- Places ---- */

static size_t read_whole(const char *path, uint8_t *out, size_t cap) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd >= 0 ? read(fd, out, cap) : 0;

    if (fd >= 0)
        close(fd);
    return n > 0 ? (size_t)n : 0;
}

int hss_place_of(int fd, const char *path, struct hss_place *out) {
    uint8_t in[8 + 8 + 4 + 64], boot[64], hash[32];
    struct statx st;

    memset(in, 0, sizeof in);
    memset(&st, 0, sizeof st);
    if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &st) != 0)
        return primum_fail_errno("can't look at %s", path);
    hss_put64(in, st.stx_ino);
    if ((st.stx_mask & STATX_BTIME) != 0) {
        hss_put64(in + 8, (uint64_t)st.stx_btime.tv_sec);
        hss_put32(in + 16, st.stx_btime.tv_nsec);
    }
    const size_t id = read_whole("/etc/machine-id", in + 20, sizeof in - 20);
    hss_sha256(prm_span_of(in, 20 + id), out->file);
    hss_sha256(prm_span_of(boot, read_whole("/proc/sys/kernel/random/boot_id", boot, sizeof boot)), hash);
    memcpy(out->boot, hash, sizeof out->boot);
    out->device = makedev(st.stx_dev_major, st.stx_dev_minor);
    return PRIMUM_OK;
}

/* ---- Marks ---- */

/* The mark's name in a folder. Owns: the caller frees. */
static char *mark_path(const char *folder, const struct hss_state *s) {
    uint8_t public_key[HSS_PUBLIC_MAX], kid[32];
    char kid_text[2 * HSS_KID_SIZE + 1], lineage[2 * sizeof s->lineage + 1];

    hss_sha256(prm_span_of(public_key, hss_state_public(s, public_key)), kid);
    primum_hex(kid, HSS_KID_SIZE, kid_text);
    primum_hex(s->lineage, sizeof s->lineage, lineage);
    return primum_format("%s/%s-%s", folder, kid_text, lineage);
}

static size_t format_mark(const struct hss_mark *mark, char out[RECORD_MAX]) {
    uint8_t hash[32];
    char check[2 * CHECK_BYTES + 1];
    const int len = snprintf(out, RECORD_MAX, FORMAT, mark->generation, mark->next, mark->end);

    hss_sha256(prm_span_of(out, (size_t)len), hash);
    primum_hex(hash, CHECK_BYTES, check);
    return (size_t)len + (size_t)snprintf(out + len, RECORD_MAX - (size_t)len, "check %s\n", check);
}

/* One record: 1 if it is whole. */
static int read_record(int fd, uint32_t slot, struct hss_mark *out) {
    char text[RECORD_MAX] = "", again[RECORD_MAX], check[2 * CHECK_BYTES + 1];
    const ssize_t n = pread(fd, text, sizeof text - 1, slot * RECORD_OFF);

    if (n <= 0 || sscanf(text, SCAN, &out->generation, &out->next, &out->end, check) != 4)
        return 0;
    const size_t len = format_mark(out, again);
    return (size_t)n >= len && memcmp(text, again, len) == 0;
}

/* The newer record and its slot. 1; 0 if there is none that is whole; `*empty` if nothing was ever written. */
static int read_mark(int fd, struct hss_mark *out, uint32_t *slot, int *empty) {
    struct hss_mark record[2] = {{0, 0, 0}, {0, 0, 0}};
    struct stat st = {.st_size = 0};
    const int whole[2] = {read_record(fd, 0, &record[0]), read_record(fd, 1, &record[1])};

    *slot = whole[0] && whole[1] ? record[1].generation > record[0].generation : whole[1] ? 1u : 0u;
    *out = whole[*slot] ? record[*slot] : (struct hss_mark){0, 0, 0};
    *empty = fstat(fd, &st) == 0 && st.st_size == 0;
    return whole[*slot];
}

static void take_newer(struct hss_mark *known, const struct hss_mark *mark) {
    if (mark->generation > known->generation)
        known->generation = mark->generation;
    if (mark->next > known->next)
        known->next = mark->next;
    if (mark->end != 0 && (known->end == 0 || mark->end < known->end))
        known->end = mark->end;
}

int hss_mark_read(int fd, const char *path, const char *key, struct hss_mark *known) {
    struct hss_mark mark;
    struct stat st;
    uint32_t slot;
    int empty;

    if (read_mark(fd, &mark, &slot, &empty)) {
        take_newer(known, &mark);
        return PRIMUM_OK;
    }
    if (empty || (fstat(fd, &st) == 0 && st.st_size <= RECORD_OFF))
        return PRIMUM_OK;
    return primum_fail(
        PRIMUM_REFUSED,
        "%s is damaged: this machine no longer knows how far %s was used. Remove it only if you are sure "
        "that no newer copy of the key was ever used here",
        path, key);
}

/* ---- Folders ---- */

static int make_folder(const char *path, mode_t mode) {
    if (mkdir(path, 0755) != 0)
        return errno == EEXIST;
    return chmod(path, mode) == 0;
}

/* 1 if the registry is there, or could be made. */
static int have_registry(unsigned which) {
    if (access(registries[which], F_OK) == 0)
        return 1;
    if (which == 0 && (geteuid() != 0 || !make_folder("/var/lib/primum", 0755)))
        return 0;
    return make_folder(registries[which], FOLDER_MODE);
}

/* Opens a mark, without a lock. -1 with errno. Not through a link: who may write to the folder is not who owns the key.
 */
static int open_mark(const char *path, int make) {
    for (;;) {
        int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0 || errno != ENOENT || !make)
            return fd;
        fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0)
            (void)fchmod(fd, MARK_MODE);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
}

/* Opens, locks and reads the mark of one registry. `*have` says whether there is one. */
static int lock_one(const struct hss_state *s, struct hss_registry *out, unsigned which, int *have) {
    char *path = mark_path(registries[which], s);
    const int make = !*have;
    int status = PRIMUM_OK;

    out->fd[which] = open_mark(path, make);
    if (out->fd[which] >= 0 && primum_lock_fd(out->fd[which]) == 0) {
        *have = 1;
        status = hss_mark_read(out->fd[which], path, s->path, &out->known);
    } else if (out->fd[which] >= 0 || errno != ENOENT) {
        status = primum_fail_errno("can't use %s, this machine's mark of the key", path);
    }
    free(path);
    return status;
}

int hss_registry_lock(const struct hss_state *s, struct hss_registry *out) {
    int have = 0, status = PRIMUM_OK;

    *out = (struct hss_registry){{-1, -1}, {0, 0, 0}};
    for (unsigned i = 0; i < HSS_REGISTRIES && status == PRIMUM_OK; i++) {
        if (have ? access(registries[i], F_OK) == 0 : have_registry(i))
            status = lock_one(s, out, i, &have);
    }
    if (status == PRIMUM_OK && !have)
        status = primum_fail(PRIMUM_IO,
                             "there is no place for what this machine knows of its keys; as root: install -d -m "
                             "1777 %s",
                             registries[0]);
    if (status != PRIMUM_OK)
        hss_registry_unlock(out);
    return status;
}

int hss_registry_note(const struct hss_registry *registry, const struct hss_state *s) {
    const struct hss_mark now = {s->generation, s->next, s->end};
    struct hss_mark before;
    char text[RECORD_MAX];
    const size_t len = format_mark(&now, text);
    uint32_t slot;
    int empty;

    for (unsigned i = 0; i < HSS_REGISTRIES; i++) {
        const int fd = registry->fd[i];
        if (fd < 0)
            continue;
        const uint32_t to = read_mark(fd, &before, &slot, &empty) ? slot ^ 1u : 0;
        if (pwrite(fd, text, len, to * RECORD_OFF) != (ssize_t)len || fsync(fd) != 0)
            return primum_fail_errno("can't write this machine's mark of %s", s->path);
    }
    return PRIMUM_OK;
}

void hss_registry_unlock(struct hss_registry *registry) {
    for (unsigned i = 0; i < HSS_REGISTRIES; i++) {
        if (registry->fd[i] >= 0)
            close(registry->fd[i]);
        registry->fd[i] = -1;
    }
}

int hss_registry_look(const struct hss_state *s, struct hss_mark *out) {
    int status = PRIMUM_OK;

    *out = (struct hss_mark){0, 0, 0};
    for (unsigned i = 0; i < HSS_REGISTRIES && status == PRIMUM_OK; i++) {
        char *path = mark_path(registries[i], s);
        const int fd = open_mark(path, 0);
        if (fd >= 0) {
            status = hss_mark_read(fd, path, s->path, out);
            close(fd);
        }
        free(path);
    }
    return status;
}

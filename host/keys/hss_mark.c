/* SPDX-License-Identifier: Apache-2.0 */
/* hss_mark.c - what a machine knows of a key file without asking the file. */
#define _GNU_SOURCE /* statx */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/keys/hss_state.h"

#define MARK_MAX 256u
#define MARK_FORMAT "primum-hss-mark 1\ngeneration %" PRIu64 "\nnext %" PRIu64 "\nend %" PRIu64 "\n"
#define MARK_SCAN "primum-hss-mark 1\ngeneration %" SCNu64 "\nnext %" SCNu64 "\nend %" SCNu64 "\n"

int hss_place(int fd, const char *path, uint8_t out[32]) {
    uint8_t in[8 + 8 + 4 + 64];
    struct statx st;
    size_t len = 20;

    memset(in, 0, sizeof in);
    memset(&st, 0, sizeof st);
    if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &st) != 0)
        return primum_fail_errno("can't look at %s", path);
    hss_put64(in, st.stx_ino);
    if ((st.stx_mask & STATX_BTIME) != 0) {
        hss_put64(in + 8, (uint64_t)st.stx_btime.tv_sec);
        hss_put32(in + 16, st.stx_btime.tv_nsec);
    }
    const int id = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
    if (id >= 0) {
        const ssize_t n = read(id, in + len, sizeof in - len);
        len += n > 0 ? (size_t)n : 0;
        close(id);
    }
    hss_sha256(prm_span_of(in, len), out);
    return PRIMUM_OK;
}

/* Where marks are kept. Owns: the caller frees. */
static char *mark_directory(void) {
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");

    if (state != NULL && state[0] == '/')
        return primum_format("%s/primum/hss", state);
    if (home != NULL && home[0] == '/')
        return primum_format("%s/.local/state/primum/hss", home);
    return primum_format("/var/lib/primum/hss");
}

/* mkdir -p. Once made, the directories stay, so this rarely does more than one call. */
static int make_directory(char *path) {
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return PRIMUM_OK;
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        const int failed = mkdir(path, 0700) != 0 && errno != EEXIST;
        *p = '/';
        if (failed)
            return PRIMUM_IO;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST ? PRIMUM_OK : PRIMUM_IO;
}

/* The mark's file; its directory is there. Owns: the caller frees. NULL after saying why. */
static char *mark_path(const struct hss_state *s) {
    uint8_t public_key[HSS_PUBLIC_MAX], kid[32];
    char kid_text[2 * HSS_KID_SIZE + 1], lineage[2 * sizeof s->lineage + 1];
    char *directory = mark_directory();
    char *path = NULL;

    hss_sha256(prm_span_of(public_key, hss_state_public(s, public_key)), kid);
    primum_hex(kid, HSS_KID_SIZE, kid_text);
    primum_hex(s->lineage, sizeof s->lineage, lineage);
    if (make_directory(directory) == PRIMUM_OK)
        path = primum_format("%s/%s-%s", directory, kid_text, lineage);
    else
        (void)primum_fail_errno(
            "can't keep a mark of the key's state in %s (set XDG_STATE_HOME to a directory that lasts)", directory);
    free(directory);
    return path;
}

/* The mark in an open file, or 0. */
static int parse(int fd, struct hss_mark *out) {
    char text[MARK_MAX], again[MARK_MAX];
    const ssize_t n = read(fd, text, sizeof text - 1);

    if (n <= 0)
        return 0;
    text[n] = '\0';
    if (sscanf(text, MARK_SCAN, &out->generation, &out->next, &out->end) != 3)
        return 0;
    (void)snprintf(again, sizeof again, MARK_FORMAT, out->generation, out->next, out->end);
    return strcmp(text, again) == 0;
}

int hss_mark_read(const struct hss_state *s, struct hss_mark *out) {
    char *path = mark_path(s);
    int status = PRIMUM_OK;

    memset(out, 0, sizeof *out);
    if (path == NULL)
        return PRIMUM_IO;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno != ENOENT)
        status = primum_fail_errno("can't open %s", path);
    else if (fd >= 0 && !parse(fd, out))
        status = primum_fail(PRIMUM_REFUSED,
                             "%s is damaged: this machine no longer knows how far %s was used. Remove it only if you "
                             "are sure that no newer copy of the key was ever used here",
                             path, s->path);
    if (fd >= 0)
        close(fd);
    free(path);
    return status;
}

int hss_mark_write(const struct hss_state *s) {
    char text[MARK_MAX];
    struct hss_new_file file;
    char *path = mark_path(s);
    const int len = snprintf(text, sizeof text, MARK_FORMAT, s->generation, s->next, s->end);
    int status = path == NULL ? PRIMUM_IO : hss_file_begin(path, PRIMUM_REPLACE, &file);

    free(path);
    if (status == PRIMUM_OK)
        status = hss_file_finish(&file, prm_span_of(text, (size_t)len));
    if (status == PRIMUM_OK)
        close(file.fd);
    return status;
}

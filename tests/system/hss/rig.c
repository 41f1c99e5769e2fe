/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/system/hss/rig.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/keys/hss_check.h"
#include "crypto/hss_parse.h"

#define WORDS_MAX 20
#define SIGNATURES_MAX 20000u

static char program[PATH_MAX], folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* The marks that this test's keys left with the machine: those with the key's id. */
static void clean_marks(void) {
    static const char *const registries[] = {"/var/lib/primum/hss", "/var/tmp/primum-hss"};
    char id[2 * PRIMUM_HSS_KID_SIZE + 1], path[PATH_MAX];
    struct primum_hss_public pub;

    if (access("k.hss.pub", R_OK) != 0 || primum_hss_public_read("k.hss.pub", &pub) != PRIMUM_OK)
        return;
    primum_hex(pub.kid, sizeof pub.kid, id);
    for (size_t i = 0; i < sizeof registries / sizeof registries[0]; i++) {
        DIR *dir = opendir(registries[i]);
        for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
            snprintf(path, sizeof path, "%s/%s", registries[i], entry->d_name);
            if (strncmp(entry->d_name, id, strlen(id)) == 0)
                (void)unlink(path);
        }
        if (dir != NULL)
            closedir(dir);
    }
}

/* Also when a test fails, as those of the mutants must. */
static void clean(void) {
    if (folder[0] != '\0' && chdir(folder) == 0)
        clean_marks();
    if (folder[0] != '\0' && chdir("/tmp") == 0)
        (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    folder[0] = '\0';
}

/*
 * The machine's marks of these tests are kept in memory, and by nobody else's view of the file system: where that can't be
 * had, they go to the machine's own place, and are taken away again.
 */
static void own_registry(void) {
    static int done;

    if (done++ == 0 && geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
        (void)mount("none", "/var/lib", "tmpfs", 0, "mode=755");
}

void rig_begin(const char *path) {
    if (program[0] == '\0') {
        (void)atexit(clean);
        if (realpath(path, program) == NULL)
            fail_msg("no program %s", path);
    }
    own_registry();
    /* In memory where there is such a place: a kill loses nothing that the kernel holds, and thousands of syncs cost time. */
    snprintf(folder, sizeof folder, "%s/primum-hss-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    /* Leak detection can't work under ptrace, and what is signed doesn't depend on it. */
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    assert_int_equal(mkdir("out", 0700), 0);
}

void rig_end(void) {
    clean();
}

const char *rig_program(void) {
    return program;
}

static uid_t user;

void rig_user(uid_t uid) {
    user = uid;
}

pid_t rig_start(const char *const words[]) {
    char *argv[WORDS_MAX + 1] = {program};

    for (int i = 0; words[i] != NULL; i++) {
        assert_true(i < WORDS_MAX - 1);
        argv[i + 1] = (char *)(uintptr_t)words[i];
    }
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    const int log = open("log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        _exit(120);
    if (user != 0 && (setgid(user) != 0 || setuid(user) != 0))
        _exit(122);
    execv(program, argv);
    _exit(121);
}

int rig_wait(pid_t pid) {
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int rig_run(const char *const words[]) {
    return rig_wait(rig_start(words));
}

int rig_said(const char *text) {
    size_t len = 0;
    char *log = (char *)rig_read("log", &len);
    const int found = log != NULL && memmem(log, len, text, strlen(text)) != NULL;

    free(log);
    return found;
}

void rig_write(const char *path, const void *bytes, size_t len) {
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
        fail_msg("can't write %s", path);
}

uint8_t *rig_read(const char *path, size_t *len) {
    struct stat st;
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        return NULL;
    assert_int_equal(fstat(fileno(file), &st), 0);
    uint8_t *bytes = malloc((size_t)st.st_size + 1u);
    assert_non_null(bytes);
    *len = fread(bytes, 1, (size_t)st.st_size, file);
    fclose(file);
    return bytes;
}

void rig_keygen(const char *height, const char *winternitz, const char *levels) {
    const char *const words[] = {"keygen", "--alg", "HSS-LMS", "--height", height, "--winternitz", winternitz, "--levels",
                                 levels, "-o", "k", NULL};

    assert_int_equal(rig_run(words), 0);
}

const char *const *rig_sign_words(const char *key, const char *name) {
    static char message[64], out[64];
    static const char *words[9];

    snprintf(message, sizeof message, "message-%s", name);
    snprintf(out, sizeof out, "out/%s", name);
    rig_write(message, name, strlen(name));
    const char *const all[] = {"key", "sign", key, "--input", message, "-o", out, NULL};
    memcpy(words, all, sizeof all);
    return words;
}

/* ---- Judging ---- */

/* What one signature used: its index, and for each level what was signed there. */
struct use {
    uint64_t index;
    uint32_t levels, bits_below[PRM_HSS_LEVELS_MAX]; /* of the index, below the leaf of each level */
    uint8_t key[PRM_HSS_LEVELS_MAX][56];             /* the key that the level above signed; [0] is unused */
    char name[64];
};

/* 1 if the bytes are a signature, whole. */
static int read_whole(const struct primum_hss_public *pub, const uint8_t *sig, size_t len, struct use *use) {
    struct prm_hss_view view;

    if (prm_hss_parse(prm_span_of(pub->bytes, pub->len), prm_span_of(sig, len), &view) != PRM_OK)
        return 0;
    use->levels = view.levels;
    for (uint32_t i = 0; i < view.levels; i++)
        use->index = (use->index << view.level[i].h) | view.level[i].q;
    for (uint32_t i = view.levels, bits = 0; i-- > 0; bits += view.level[i].h) {
        use->bits_below[i] = bits;
        memcpy(use->key[i], view.level[i].key, 24u + view.level[i].ots.n);
    }
    return 1;
}

/* 1 if enough of a one-level signature is there to tell its index. */
static int read_cut(const uint8_t *sig, size_t len, struct use *use) {
    if (len < 8 || memcmp(sig, "\0\0\0\0", 4) != 0)
        return 0;
    use->levels = 1;
    use->index = ((uint64_t)sig[4] << 24) | ((uint64_t)sig[5] << 16) | ((uint64_t)sig[6] << 8) | sig[7];
    return 1;
}

static void compare(const struct use *a, const struct use *b) {
    if (a->index == b->index)
        fail_msg("one-time key %llu was used twice: %s and %s", (unsigned long long)a->index, a->name, b->name);
    /* Two signatures that share the upper leaf of a level must have had it sign the same key. */
    for (uint32_t i = 0; i + 1 < a->levels && i + 1 < b->levels; i++) {
        if (a->index >> a->bits_below[i] == b->index >> b->bits_below[i] &&
            memcmp(a->key[i + 1], b->key[i + 1], sizeof a->key[0]) != 0)
            fail_msg("a one-time key of level %u signed two lower trees: %s and %s", i + 1u, a->name, b->name);
    }
}

static void take(const struct primum_hss_public *pub, const char *name, struct rig_verdict *verdict, struct use *uses,
                 unsigned *count) {
    char path[PATH_MAX];
    size_t len = 0;
    struct use *use = &uses[*count];

    assert_true(*count < SIGNATURES_MAX);
    memset(use, 0, sizeof *use);
    snprintf(use->name, sizeof use->name, "%s", name);
    snprintf(path, sizeof path, "out/%s", name);
    uint8_t *sig = rig_read(path, &len);
    assert_non_null(sig);
    const int whole = read_whole(pub, sig, len, use);
    if (strchr(name, '.') == NULL) {
        /* Named as asked for: must be complete, and sign that very name. */
        if (!whole || !primum_hss_check(pub, prm_span_of(name, strlen(name)), prm_span_of(sig, len)))
            fail_msg("%s is not a valid signature", name);
        verdict->complete++;
    } else {
        verdict->cut++;
    }
    if (whole || read_cut(sig, len, use)) {
        if (use->index > verdict->highest)
            verdict->highest = use->index;
        for (unsigned i = 0; i < *count; i++)
            compare(&uses[i], use);
        (*count)++;
    }
    free(sig);
}

struct rig_verdict rig_judge(void) {
    struct rig_verdict verdict = {0, 0, 0};
    struct primum_hss_public pub;
    struct use *uses = calloc(SIGNATURES_MAX, sizeof *uses);
    unsigned count = 0;
    DIR *dir = opendir("out");

    assert_non_null(uses);
    assert_non_null(dir);
    assert_int_equal(primum_hss_public_read("k.hss.pub", &pub), PRIMUM_OK);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.')
            take(&pub, entry->d_name, &verdict, uses, &count);
    }
    closedir(dir);
    free(uses);
    return verdict;
}

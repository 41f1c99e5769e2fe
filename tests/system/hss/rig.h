/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rig.h - runs the `primum` under test in a folder of its own, and judges every signature that came out of it.
 *
 * The program's path is the test's first argument, so that the same tests judge a program with a fault built in
 * (mutants.sh). Anything that goes wrong in the rig itself ends the test with a message.
 */
#ifndef HSS_RIG_H
#define HSS_RIG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A new empty folder that is the working directory. The marks of its keys are the machine's, and taken away at the end. */
void rig_begin(const char *program);
/* Removes the folder. */
void rig_end(void);
const char *rig_program(void);

/* Starts `primum` with up to 15 words after it, NULL at the end; quiet = its output goes to a file "log". */
/* Programs that are started from now on run as this user; 0: as the test itself does. */
void rig_user(uid_t uid);

pid_t rig_start(const char *const words[]);
/* Its exit status, or 128 + signal. */
int rig_wait(pid_t pid);
/* Both. */
int rig_run(const char *const words[]);
/* What `primum` says in "log" contains the text: 1, else 0. */
int rig_said(const char *text);

void rig_write(const char *path, const void *bytes, size_t len);
/* Owns: the caller frees. NULL if there is no such file. */
uint8_t *rig_read(const char *path, size_t *len);

/* `primum keygen --alg HSS-LMS -o k` with the given shape. */
void rig_keygen(const char *height, const char *winternitz, const char *levels);

/*
 * Signs with k.hss a message that is `name` itself, into out/<name>. To give to rig_start() as words: valid until the next
 * call in this process.
 */
const char *const *rig_sign_words(const char *key, const char *name);

/*
 * Looks at every file in out/, whatever its name: a file named like its message must be a complete and valid signature by
 * k.hss.pub; any other (a temporary one of a killed process) may be cut short. Then: no index twice among all of them, and no
 * upper one-time key that signed two different lower keys. Fails the test with a message if not.
 */
struct rig_verdict {
    unsigned complete, cut; /* files */
    uint64_t highest;       /* index */
};
struct rig_verdict rig_judge(void);

#endif

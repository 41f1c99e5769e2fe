/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output.h - files that a person named to be written, in one run, beside those that the run reads.
 *
 * The rule for all of them: nothing that is read is written over, whatever name or link it has; what exists is left
 * alone unless replacing was asked for; what isn't a regular file (a device, a FIFO, a folder) is never written to. All
 * of it is asked, and room made, before any work: primum_files_output(). The bytes go into a file without a name in the
 * same folder, are synced, and get the name at the end, all of them or none: primum_files_publish().
 *
 * **Cut:** killed anywhere, a name leads to what it led to before or to all of the new bytes. Only on file systems
 * without nameless files (FAT, NFS), and where a file is replaced, can a hidden `.NAME.primum-XXXXXX` be left behind.
 */
#ifndef PRIMUM_OUTPUT_H
#define PRIMUM_OUTPUT_H

#include <sys/types.h>

#include "host/file/file.h"

enum { PRIMUM_INPUTS_MAX = 32, PRIMUM_OUTPUTS_MAX = 16 };

struct primum_output {
    char *path;   /* as it was given; for messages */
    char *target; /* links resolved */
    char *temp;   /* the hidden name; NULL: it has none */
    int fd, folder;
    int replaces, written, published;
    int bound; /* the content names this very file: a copy would not do */
    unsigned mode;
    dev_t dev; /* of what is replaced */
    ino_t ino;
};

/* Begin with zeros and `force`. Owns: primum_files_close(). */
struct primum_files {
    int force; /* existing files are replaced */
    struct {
        dev_t dev;
        ino_t ino;
        char *path;
    } input[PRIMUM_INPUTS_MAX];
    unsigned inputs;
    struct primum_output output[PRIMUM_OUTPUTS_MAX];
    unsigned outputs;
};

/* Notes a file that is read; what isn't there is for its reader to complain of. */
void primum_files_input(struct primum_files *files, const char *path);
/* The same of a list "FILE,setting,...", whose file's name can hold commas too: whatever file a beginning of it names.
 */
void primum_files_input_listed(struct primum_files *files, const char *list);

/*
 * Opens an output. The answer comes before anything is spent: PRIMUM_OK; PRIMUM_USAGE (also an input, or given twice),
 * PRIMUM_REFUSED (exists; not a file), PRIMUM_IO (no such folder, no right to write there), after saying why.
 */
int primum_files_output(struct primum_files *files, const char *path, unsigned mode, struct primum_output **out);

/* Makes room for `len` bytes, so that a full disk is known now. PRIMUM_OK, or PRIMUM_IO after saying why. */
int primum_output_reserve(struct primum_output *output, size_t len);

/* The whole content, onto the disk. PRIMUM_OK, or PRIMUM_IO after saying why. */
int primum_output_write(struct primum_output *output, prm_span bytes);

/*
 * Gives every output that was written its name, in the order in which they were opened. If one can't have it, those
 * before it that are new lose theirs again. PRIMUM_OK; PRIMUM_REFUSED (somebody made such a file meanwhile), PRIMUM_IO.
 */
int primum_files_publish(struct primum_files *files);

/* Gives up what wasn't published. */
void primum_files_close(struct primum_files *files);

#endif

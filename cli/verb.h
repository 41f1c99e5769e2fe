/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verb.h - verbs as tables. A table says which options a verb has, in which of its ways of use each has an effect and
 * in which it can't be missing, which files it reads and writes, and what it is for. From it come the parser, the
 * refusal of every option without effect, the safe opening of what is written, the help, the man page and the shell's
 * completion.
 */
#ifndef PRM_CLI_VERB_H
#define PRM_CLI_VERB_H

#include <stdio.h>

#include "host/file/output.h"

enum { CLI_OPTIONS_MAX = 40, CLI_MOST = 8, CLI_OPERANDS_MAX = 2, CLI_MODES_MAX = 4 };

/* What a value is. */
enum cli_kind {
    CLI_FLAG,     /* there is none */
    CLI_TEXT,     /* text or a number, for the verb to check */
    CLI_OPTIONAL, /* the same, only behind '='; else "" */
    CLI_IN,       /* a file that is read */
    CLI_OUT,      /* a file that is written: it is open before the verb runs */
    CLI_STEM,     /* of this the verb makes the names of what it writes, and opens them first of all */
    CLI_KEY,      /* a file that is read, or a pkcs11: URI */
    CLI_SLOT,     /* a=FILE, b=FILE: files that are read */
    CLI_LISTED,   /* FILE,limit,...: a file that is read */
    CLI_FOLDER    /* a device */
};

struct cli_option {
    const char *name;  /* without dashes */
    char letter;       /* of the short form, or 0 */
    const char *value; /* "FILE" */
    enum cli_kind kind;
    unsigned modes;   /* in which it has an effect: 1 << mode, or CLI_ALWAYS */
    unsigned needed;  /* in which it can't be missing */
    unsigned most;    /* how often it may be given; 0 is once */
    const char *with; /* without this option it has no effect; NULL: none */
    const char *text;
};
#define CLI_ALWAYS 0xFFu

struct cli_operand {
    const char *name; /* "FILE.suit"; NULL: none */
    enum cli_kind kind;
};

/* A way to use a verb: the first whose option is given, else the one without. */
struct cli_mode {
    int by; /* index of the option; -1: what is meant without one */
    struct cli_operand operand[CLI_OPERANDS_MAX];
    int names_output; /* what is written follows from another name */
    const char *text; /* what its options are listed under; NULL for the first */
};

struct cli_args;
struct cli_verb {
    const char *name;    /* "trust sign" */
    const char *summary; /* a line */
    const char *about;   /* paragraphs, split by blank lines */
    int writes;          /* it has --force */
    const struct cli_mode *mode;
    unsigned modes;
    const struct cli_option *option;
    unsigned options;
    int (*run)(struct cli_args *args);
};

struct cli_args {
    const struct cli_verb *verb;
    unsigned mode;
    struct {
        unsigned count;
        const char *text[CLI_MOST];
        struct primum_output *output[CLI_MOST]; /* of CLI_OUT */
    } given[CLI_OPTIONS_MAX];
    const char *operand[CLI_OPERANDS_MAX];
    unsigned operands;
    struct primum_files files;
};

/* Reads the command line behind the verb's name, checks it, opens what is written, runs, cleans up. */
int cli_run(const struct cli_verb *verb, int argc, char **argv);

/* The option's first value; NULL if it wasn't given. */
static inline const char *cli_text(const struct cli_args *args, int option) {
    return args->given[option].count > 0 ? args->given[option].text[0] : NULL;
}
static inline int cli_has(const struct cli_args *args, int option) {
    return args->given[option].count > 0;
}

/* Says what is wrong with the command line, and where help is; PRIMUM_USAGE. */
int cli_misuse(const struct cli_args *args, const char *format, ...) PRIMUM_PRINTF(2, 3);

/* ---- All verbs ---- */

extern const struct cli_verb *const cli_verbs[];
extern const unsigned cli_verbs_count;
/* The groups: "trust", "device", "key". NULL-terminated names and what they are about. */
struct cli_group {
    const char *name, *about;
};
extern const struct cli_group cli_groups[];
extern const unsigned cli_groups_count;
/* The verb of this name; NULL if there is none. */
const struct cli_verb *cli_find(const char *name);

/* help.c: of a verb, of a group (NULL: the program), the man page, a completion for bash. */
void cli_help_verb(FILE *out, const struct cli_verb *verb);
void cli_help_group(FILE *out, const char *group);
void cli_help_man(FILE *out);
void cli_help_completion(FILE *out);
int cli_is_group(const char *name);

#endif

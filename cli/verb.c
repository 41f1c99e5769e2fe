/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/verb.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "host/keys/pkcs11.h"

int cli_misuse(const struct cli_args *args, const char *format, ...) {
    va_list list;

    va_start(list, format);
    char *text = primum_vformat(format, list);
    va_end(list);
    (void)primum_fail(PRIMUM_USAGE, "%s; see 'primum help %s'", text, args->verb->name);
    free(text);
    return PRIMUM_USAGE;
}

/* ---- Words ---- */

/* The index of an option by its long name of `len` bytes, or by its letter; -1 if there is none. */
static int find_option(const struct cli_verb *verb, const char *name, size_t len, char letter) {
    for (unsigned i = 0; i < verb->options; i++) {
        const struct cli_option *o = &verb->option[i];
        if (letter != 0 ? o->letter == letter : strncmp(o->name, name, len) == 0 && o->name[len] == '\0')
            return (int)i;
    }
    return -1;
}

static int add_value(struct cli_args *args, int option, const char *text) {
    const struct cli_option *o = &args->verb->option[option];
    const unsigned most = o->most > 0 ? o->most : 1;

    if (args->given[option].count == most)
        return most == 1 ? cli_misuse(args, "--%s is given twice", o->name)
                         : cli_misuse(args, "--%s is given more than %u times", o->name, most);
    if (text[0] == '\0' && o->kind != CLI_FLAG && o->kind != CLI_OPTIONAL)
        return cli_misuse(args, "--%s needs a value, and it is empty", o->name);
    args->given[option].text[args->given[option].count++] = text;
    return PRIMUM_OK;
}

/* An option as it is written: "--name", "--name=value", "-n", "-nvalue". */
struct word {
    const char *name, *value; /* value: NULL if it isn't in the same word */
    size_t len;
    int is_long;
};

static struct word word_of(const char *text) {
    struct word w = {.is_long = text[1] == '-'};
    const char *equals = w.is_long ? strchr(text, '=') : NULL;

    w.name = text + (w.is_long ? 2 : 1);
    w.len = equals != NULL ? (size_t)(equals - w.name) : w.is_long ? strlen(w.name) : 1;
    w.value = equals != NULL ? equals + 1 : !w.is_long && w.name[1] != '\0' ? w.name + 1 : NULL;
    return w;
}

static int take_force(struct cli_args *args) {
    if (args->files.force)
        return cli_misuse(args, "--force is given twice");
    args->files.force = 1;
    return PRIMUM_OK;
}

/* One option at argv[*at]; moves on past its value. */
static int take_option(struct cli_args *args, int argc, char **argv, int *at) {
    struct word w = word_of(argv[(*at)++]);
    const int option = find_option(args->verb, w.name, w.len, w.is_long ? 0 : w.name[0]);

    if (w.is_long && args->verb->writes && strcmp(w.name, "force") == 0)
        return take_force(args);
    if (option < 0)
        return cli_misuse(args, "'%s' is not an option of it", argv[*at - 1]);
    const struct cli_option *o = &args->verb->option[option];
    if (o->kind == CLI_FLAG)
        return w.value == NULL ? add_value(args, option, "") : cli_misuse(args, "--%s takes no value", o->name);
    if (o->kind == CLI_OPTIONAL)
        return add_value(args, option, w.value != NULL ? w.value : "");
    /* What looks like an option was not meant as a value; behind '=' it can be one. */
    if (w.value == NULL && (*at >= argc || strncmp(argv[*at], "--", 2) == 0))
        return cli_misuse(args, "--%s needs a value (%s)", o->name, o->value);
    return add_value(args, option, w.value != NULL ? w.value : argv[(*at)++]);
}

static int take_words(struct cli_args *args, int argc, char **argv) {
    int only_operands = 0, status = PRIMUM_OK;

    for (int at = 0; at < argc && status == PRIMUM_OK;) {
        if (!only_operands && strcmp(argv[at], "--") == 0) {
            only_operands = 1;
            at++;
        } else if (!only_operands && argv[at][0] == '-' && argv[at][1] != '\0') {
            status = take_option(args, argc, argv, &at);
        } else if (args->operands == CLI_OPERANDS_MAX) {
            status = cli_misuse(args, "'%s' is one argument too many", argv[at]);
        } else {
            args->operand[args->operands++] = argv[at++];
        }
    }
    return status;
}

/* ---- Does it fit together? ---- */

static void choose_mode(struct cli_args *args) {
    for (unsigned i = 0; i < args->verb->modes; i++) {
        const int by = args->verb->mode[i].by;
        if (by < 0)
            args->mode = i;
    }
    for (unsigned i = args->verb->modes; i-- > 0;) {
        const int by = args->verb->mode[i].by;
        if (by >= 0 && args->given[by].count > 0)
            args->mode = i;
    }
}

/* "--attach", or what is meant without such an option. */
static const char *mode_name(const struct cli_args *args) {
    const int by = args->verb->mode[args->mode].by;

    return by >= 0 ? args->verb->option[by].name : NULL;
}

static int check_option(const struct cli_args *args, unsigned option) {
    const struct cli_option *o = &args->verb->option[option];
    const unsigned bit = 1u << args->mode;
    const char *mode = mode_name(args);

    if (args->given[option].count == 0)
        return (o->needed & bit) == 0
                   ? PRIMUM_OK
                   : cli_misuse(args, "%s needs --%s %s", args->verb->name, o->name, o->value != NULL ? o->value : "");
    if ((o->modes & bit) == 0) {
        for (unsigned i = 0; i < args->verb->modes; i++) {
            const int by = args->verb->mode[i].by;
            if (mode == NULL && (o->modes & 1u << i) != 0 && by >= 0)
                return cli_misuse(args, "--%s has no effect without --%s", o->name, args->verb->option[by].name);
        }
        return cli_misuse(args, "--%s has no effect with --%s", o->name, mode != NULL ? mode : "");
    }
    if (o->with == NULL || args->given[find_option(args->verb, o->with, strlen(o->with), 0)].count > 0)
        return PRIMUM_OK;
    return cli_misuse(args, "--%s has no effect without --%s", o->name, o->with);
}

static int check_operands(const struct cli_args *args) {
    const struct cli_operand *wanted = args->verb->mode[args->mode].operand;
    unsigned count = 0;

    while (count < CLI_OPERANDS_MAX && wanted[count].name != NULL)
        count++;
    if (args->operands > count)
        return cli_misuse(args, "'%s' is one argument too many", args->operand[count]);
    if (args->operands < count)
        return cli_misuse(args, "%s needs %s", args->verb->name, wanted[args->operands].name);
    for (unsigned i = 0; i < count; i++) {
        if (args->operand[i][0] == '\0')
            return cli_misuse(args, "%s is empty", wanted[i].name);
    }
    return PRIMUM_OK;
}

static int check(struct cli_args *args) {
    int status = PRIMUM_OK;

    choose_mode(args);
    for (unsigned i = 0; i < args->verb->options && status == PRIMUM_OK; i++)
        status = check_option(args, i);
    return status == PRIMUM_OK ? check_operands(args) : status;
}

/* ---- Files ---- */

/* Notes what a value reads. */
static void note_input(struct cli_args *args, enum cli_kind kind, const char *text) {
    if (kind == CLI_IN || (kind == CLI_KEY && !primum_pkcs11_is_uri(text)))
        primum_files_input(&args->files, text);
    else if (kind == CLI_SLOT && text[0] != '\0' && text[1] == '=')
        primum_files_input(&args->files, text + 2);
    else if (kind == CLI_LISTED)
        primum_files_input_listed(&args->files, text);
}

static int open_files(struct cli_args *args) {
    const struct cli_verb *verb = args->verb;
    int status = PRIMUM_OK;

    for (unsigned i = 0; i < args->operands; i++)
        note_input(args, verb->mode[args->mode].operand[i].kind, args->operand[i]);
    for (unsigned i = 0; i < verb->options; i++) {
        for (unsigned k = 0; k < args->given[i].count; k++)
            note_input(args, verb->option[i].kind, args->given[i].text[k]);
    }
    for (unsigned i = 0; i < verb->options; i++) {
        for (unsigned k = 0; verb->option[i].kind == CLI_OUT && k < args->given[i].count && status == PRIMUM_OK; k++)
            status = primum_files_output(&args->files, args->given[i].text[k], 0644, &args->given[i].output[k]);
    }
    return status;
}

/* --force is for something that is written. */
static int check_force(const struct cli_args *args) {
    int writes = 0;

    for (unsigned i = 0; i < args->verb->options; i++) {
        const enum cli_kind kind = args->verb->option[i].kind;
        writes |= (kind == CLI_OUT || kind == CLI_STEM) && args->given[i].count > 0;
    }
    if (args->files.force && !writes && !args->verb->mode[args->mode].names_output)
        return cli_misuse(args, "--force has no effect: no file is named to be written");
    return PRIMUM_OK;
}

int cli_run(const struct cli_verb *verb, int argc, char **argv) {
    struct cli_args *args = primum_alloc(sizeof *args);

    args->verb = verb;
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            cli_help_verb(stdout, verb);
            free(args);
            return PRIMUM_OK;
        }
    }
    int status = take_words(args, argc, argv);
    if (status == PRIMUM_OK)
        status = check(args);
    if (status == PRIMUM_OK)
        status = check_force(args);
    if (status == PRIMUM_OK)
        status = open_files(args);
    if (status == PRIMUM_OK)
        status = verb->run(args);
    primum_files_close(&args->files);
    free(args);
    return status;
}

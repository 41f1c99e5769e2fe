/* SPDX-License-Identifier: Apache-2.0 */
/* help.c - what the tables of the verbs say, to people at a terminal, to man and to a shell. */
#include <stdlib.h>
#include <string.h>

#include "cli/man.h"
#include "cli/verb.h"

enum { WIDTH = 88, OPTION_COLUMN = 26 };

/* ---- Plain text ---- */

/* Words, broken into lines that begin at `column`; the first line goes on where it stands, at `at`. */
static void put_words(FILE *out, const char *text, int at, int column) {
    for (const char *word = text; *word != '\0';) {
        const int len = (int)strcspn(word, " \n");
        if (at > column && at + 1 + len > WIDTH) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        }
        fprintf(out, "%s%.*s", at > column ? " " : "", len, word);
        at += len + (at > column ? 1 : 0);
        word += len;
        word += strspn(word, " ");
        if (*word == '\n') {
            word++;
            if (*word == '\n') {
                fprintf(out, "\n\n%*s", column, "");
                at = column;
                word++;
            }
        }
    }
    fputc('\n', out);
}

/* "--vendor DNSNAME", "--update-authorized[=PRIORITY]". */
static char *option_form(const struct cli_option *o) {
    if (o->kind == CLI_FLAG)
        return primum_format("--%s", o->name);
    if (o->kind == CLI_OPTIONAL)
        return primum_format("--%s[=%s]", o->name, o->value);
    return o->letter != 0 ? primum_format("-%c %s", o->letter, o->value) : primum_format("--%s %s", o->name, o->value);
}

static void put_usage(FILE *out, const struct cli_verb *verb, unsigned mode) {
    char *text = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&text, &len);
    unsigned optional = 0;

    if (memory == NULL)
        exit(primum_fail(PRIMUM_IO, "out of memory"));
    for (unsigned i = 0; i < verb->options; i++) {
        const struct cli_option *o = &verb->option[i];
        const int chooses = verb->mode[mode].by == (int)i;
        if ((o->modes & 1u << mode) == 0)
            continue;
        if ((o->needed & 1u << mode) == 0 && !chooses) {
            optional++;
            continue;
        }
        char *form = option_form(o);
        fprintf(memory, "%s%s ", form, o->most > 1 ? "..." : "");
        free(form);
    }
    fprintf(memory, "%s", optional > 0 || verb->writes ? "[OPTION]... " : "");
    for (unsigned i = 0; i < CLI_OPERANDS_MAX && verb->mode[mode].operand[i].name != NULL; i++)
        fprintf(memory, "%s ", verb->mode[mode].operand[i].name);
    fclose(memory);
    const int column = fprintf(out, "%s primum %s ", mode == 0 ? "Usage:" : "      ", verb->name);
    put_words(out, text, column, column);
    free(text);
}

static void put_option(FILE *out, const char *form, const char *text) {
    int at = fprintf(out, "  %s", form);

    if (at > OPTION_COLUMN - 2) {
        fputc('\n', out);
        at = 0;
    }
    fprintf(out, "%*s", OPTION_COLUMN - at, "");
    put_words(out, text, OPTION_COLUMN, OPTION_COLUMN);
}

/* 1 if the option is to be listed with this mode: it has no effect in one before. */
static int listed_in(const struct cli_option *o, unsigned mode) {
    return (o->modes & 1u << mode) != 0 && (o->modes & ((1u << mode) - 1u)) == 0;
}

void cli_help_verb(FILE *out, const struct cli_verb *verb) {
    for (unsigned mode = 0; mode < verb->modes; mode++)
        put_usage(out, verb, mode);
    fputc('\n', out);
    put_words(out, verb->about, 0, 0);
    for (unsigned mode = 0; mode < verb->modes; mode++) {
        int first = 1;
        for (unsigned i = 0; i < verb->options; i++) {
            if (!listed_in(&verb->option[i], mode))
                continue;
            if (first)
                fprintf(out, "\n%s%s", mode > 0 ? verb->mode[mode].text : "", mode > 0 ? ":\n" : "");
            first = 0;
            char *form = option_form(&verb->option[i]);
            put_option(out, form, verb->option[i].text);
            free(form);
        }
    }
    fputc('\n', out);
    if (verb->writes)
        put_option(out, "--force", CLI_FORCE_TEXT);
    put_option(out, "-h, --help", "this text");
}

int cli_is_group(const char *name) {
    for (unsigned i = 0; i < cli_groups_count; i++) {
        if (strcmp(cli_groups[i].name, name) == 0)
            return 1;
    }
    return 0;
}

/* The group that a verb belongs to: its first word, if it has two. Bytes of it, or 0. */
static size_t group_len(const struct cli_verb *verb) {
    const char *blank = strchr(verb->name, ' ');

    return blank != NULL ? (size_t)(blank - verb->name) : 0;
}

void cli_help_group(FILE *out, const char *group) {
    const size_t len = group != NULL ? strlen(group) : 0;

    fprintf(out, "Usage: primum %s%sVERB [OPTION]...\n\n", group != NULL ? group : "", group != NULL ? " " : "");
    for (unsigned i = 0; group != NULL && i < cli_groups_count; i++) {
        if (strcmp(cli_groups[i].name, group) == 0)
            put_words(out, cli_groups[i].about, 0, 0);
    }
    if (group == NULL)
        put_words(out, CLI_PROGRAM_ABOUT, 0, 0);
    fputc('\n', out);
    for (unsigned i = 0; i < cli_verbs_count; i++) {
        const struct cli_verb *verb = cli_verbs[i];
        if (group == NULL || (group_len(verb) == len && strncmp(verb->name, group, len) == 0))
            fprintf(out, "  %-18s%s\n", verb->name + (group != NULL ? len + 1 : 0), verb->summary);
    }
    fprintf(out, "\n'primum help %s%sVERB' tells more. Exit status: 0 ok, 1 refused, 2 usage, 3 I/O.\n",
            group != NULL ? group : "", group != NULL ? " " : "");
}

/* ---- man ---- */

/* One character for mdoc; the first of a line must not look like a macro. */
static void put_man_char(FILE *out, char c, int first) {
    if (first && (c == '.' || c == '\''))
        fputs("\\&", out);
    if (c == '\\')
        fputs("\\e", out);
    else if (c == '-')
        fputs("\\-", out);
    else
        fputc(c, out);
}

/* 1 if a sentence or a clause ends here: the next begins a line, as the formatter wants it. */
static int ends_sentence(const char *p) {
    return strchr(".:;", *p) != NULL && p[1] == ' ' && p[2] != '\0';
}

static void put_man(FILE *out, const char *text) {
    int first = 1;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n' && p[1] == '\n') {
            fputs("\n.Pp\n", out);
            first = 1;
            p++;
            continue;
        }
        put_man_char(out, *p, first);
        first = ends_sentence(p);
        if (first) {
            fputc('\n', out);
            p++;
        }
    }
    fputc('\n', out);
}

static void put_man_form(FILE *out, const struct cli_option *o) {
    if (o->letter != 0)
        fprintf(out, "Fl %c , ", o->letter);
    fprintf(out, "Fl \\-%s", o->name);
    if (o->kind == CLI_OPTIONAL)
        fprintf(out, " Ns Op = Ns Ar %s", o->value);
    else if (o->kind != CLI_FLAG)
        fprintf(out, " Ar %s", o->value);
}

static void put_man_synopsis(FILE *out, const struct cli_verb *verb, unsigned mode) {
    fprintf(out, ".Nm primum\n.Cm %s\n", verb->name);
    for (unsigned i = 0; i < verb->options; i++) {
        const struct cli_option *o = &verb->option[i];
        if ((o->modes & 1u << mode) == 0)
            continue;
        const int needed = (o->needed & 1u << mode) != 0 || verb->mode[mode].by == (int)i;
        fputs(needed ? "." : ".Op ", out);
        if (o->letter != 0)
            fprintf(out, "Fl %c", o->letter);
        else
            fprintf(out, "Fl \\-%s", o->name);
        if (o->kind == CLI_OPTIONAL)
            fprintf(out, " Ns Op = Ns Ar %s", o->value);
        else if (o->kind != CLI_FLAG)
            fprintf(out, " Ar %s%s", o->value, o->most > 1 ? " ..." : "");
        fputc('\n', out);
    }
    if (verb->writes)
        fputs(".Op Fl \\-force\n", out);
    for (unsigned i = 0; i < CLI_OPERANDS_MAX && verb->mode[mode].operand[i].name != NULL; i++)
        fprintf(out, ".Ar %s\n", verb->mode[mode].operand[i].name);
}

static void put_man_verb(FILE *out, const struct cli_verb *verb) {
    fprintf(out, ".Ss %s\n", verb->name);
    put_man(out, verb->about);
    for (unsigned mode = 0; mode < verb->modes; mode++) {
        int open = 0;
        for (unsigned i = 0; i < verb->options; i++) {
            if (!listed_in(&verb->option[i], mode))
                continue;
            if (!open && mode > 0) {
                fputs(".Pp\n", out);
                put_man(out, verb->mode[mode].text);
            }
            if (!open)
                fputs(".Bl -tag -width Ds\n", out);
            open = 1;
            fputs(".It ", out);
            put_man_form(out, &verb->option[i]);
            fputc('\n', out);
            put_man(out, verb->option[i].text);
        }
        if (open)
            fputs(".El\n", out);
    }
    if (verb->writes) {
        fputs(".Bl -tag -width Ds\n.It Fl \\-force\n", out);
        put_man(out, CLI_FORCE_TEXT);
        fputs(".El\n", out);
    }
}

void cli_help_man(FILE *out) {
    fputs(CLI_MAN_HEAD, out);
    for (unsigned i = 0; i < cli_verbs_count; i++) {
        for (unsigned mode = 0; mode < cli_verbs[i]->modes; mode++)
            put_man_synopsis(out, cli_verbs[i], mode);
    }
    fputs(CLI_MAN_DESCRIPTION, out);
    for (unsigned i = 0; i < cli_verbs_count; i++)
        put_man_verb(out, cli_verbs[i]);
    fputs(CLI_MAN_TAIL, out);
}

/* ---- Completion ---- */

/* Bash asks with the words so far; a verb may be two of them. Files are completed where nothing else fits. */
void cli_help_completion(FILE *out) {
    fputs("# SPDX-License-Identifier: Apache-2.0\n# bash completion for primum; made by 'primum help --completion'\n"
          "_primum() {\n    local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words=\n"
          "    case $verb in\n    ",
          out);
    for (unsigned i = 0; i < cli_groups_count; i++)
        fprintf(out, "%s%s", i > 0 ? " | " : "", cli_groups[i].name);
    fputs(") [ \"$COMP_CWORD\" -lt 3 ] || verb=\"$verb ${COMP_WORDS[2]}\" ;;\n    esac\n    if [ \"$COMP_CWORD\" = 1 "
          "]; then\n"
          "        words=\"",
          out);
    for (unsigned i = 0; i < cli_verbs_count; i++) {
        if (group_len(cli_verbs[i]) == 0)
            fprintf(out, "%s ", cli_verbs[i]->name);
    }
    for (unsigned i = 0; i < cli_groups_count; i++)
        fprintf(out, "%s ", cli_groups[i].name);
    fputs("--help --version\"\n    else\n        case $verb in\n", out);
    for (unsigned i = 0; i < cli_groups_count; i++) {
        fprintf(out, "        %s) words=\"", cli_groups[i].name);
        for (unsigned k = 0; k < cli_verbs_count; k++) {
            const size_t len = group_len(cli_verbs[k]);
            if (len > 0 && strncmp(cli_verbs[k]->name, cli_groups[i].name, len) == 0)
                fprintf(out, "%s ", cli_verbs[k]->name + len + 1);
        }
        fputs("--help\" ;;\n", out);
    }
    for (unsigned i = 0; i < cli_verbs_count; i++) {
        fprintf(out, "        \"%s\") words=\"", cli_verbs[i]->name);
        for (unsigned k = 0; k < cli_verbs[i]->options; k++)
            fprintf(out, "--%s ", cli_verbs[i]->option[k].name);
        fprintf(out, "%s--help\" ;;\n", cli_verbs[i]->writes ? "--force " : "");
    }
    fputs("        esac\n    fi\n    if [[ $word == -* || $COMP_CWORD = 1 || -n $words && $verb != *\\ * && "
          "$COMP_CWORD = 2 ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n    fi\n}\n"
          "complete -o default -F _primum primum\n",
          out);
}

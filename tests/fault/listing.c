/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/listing.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fault/machine.h"

enum { SP = 13, LR = 14, PC = 15, FILES_MAX = 256, WORD = 4 };

static const char *const conditions[] = {"eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc",
                                         "hi", "ls", "ge", "lt", "gt", "le", "hs", "lo"};

static int begins(const char *s, const char *with) {
    return strncmp(s, with, strlen(with)) == 0;
}

/* The number of the register whose name these n characters are; -1 if it is none. */
static int register_of(const char *s, size_t n) {
    static const struct {
        const char *name;
        int number;
    } named[] = {{"sp", SP}, {"lr", LR}, {"pc", PC}, {"ip", 12}, {"fp", 11}, {"sl", 10}, {"r9", 9}, {"sb", 9}};

    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (n == 2 && memcmp(s, named[i].name, 2) == 0)
            return named[i].number;
    if (n == 2 && s[0] == 'r' && isdigit((unsigned char)s[1]))
        return s[1] - '0';
    if (n == 3 && s[0] == 'r' && s[1] == '1' && s[2] >= '0' && s[2] <= '2')
        return 10 + s[2] - '0';
    return -1;
}

/* All registers that a text names, lists like {r4-r7, lr} too. */
static uint32_t registers_in(const char *s, const char *end) {
    uint32_t mask = 0;
    int from = -1;

    while (s < end) {
        size_t n = 0;
        while (s + n < end && isalnum((unsigned char)s[n]))
            n++;
        const int r = register_of(s, n);
        if (r >= 0) {
            mask |= 1u << r;
            for (int k = from; from >= 0 && k < r; k++)
                mask |= 1u << k;
        }
        s += n > 0 ? n : 1;
        from = r >= 0 && n > 0 && s < end && *s == '-' ? r : -1;
    }
    return mask;
}

static int is_conditional(const char *mnemonic) {
    size_t n = strcspn(mnemonic, ".");

    if (begins(mnemonic, "adc") || begins(mnemonic, "sbc") || begins(mnemonic, "mrs") || begins(mnemonic, "rrx"))
        return 1;
    for (size_t i = 0; n > 2 && i < sizeof conditions / sizeof conditions[0]; i++)
        if (memcmp(mnemonic + n - 2, conditions[i], 2) == 0)
            return 1;
    return begins(mnemonic, "it") && n <= 5;
}

/* What a load fills: the registers before the memory operand, or a list. */
static void read_load(struct insn *insn, const char *mnemonic, const char *operands) {
    const char *const memory = strpbrk(operands, "[{");

    if (begins(mnemonic, "pop") || begins(mnemonic, "ldm")) {
        if (memory != NULL)
            insn->loads = registers_in(memory, memory + strcspn(memory, "}"));
        insn->width = WORD;
    } else if (begins(mnemonic, "ldr") && memory != NULL) {
        insn->loads = registers_in(operands, memory);
        insn->width = mnemonic[3] == 'b' ? 1 : mnemonic[3] == 'h' ? 2 : WORD;
    }
}

static void read_instruction(struct insn *insn, const char *mnemonic, const char *operands) {
    const char *const end = operands + strcspn(operands, "@;<");

    insn->named = registers_in(operands, end) & ~(1u << PC);
    if (begins(mnemonic, "push") || begins(mnemonic, "pop"))
        insn->named |= 1u << SP;
    if (is_conditional(mnemonic))
        insn->named |= LISTING_FLAGS;
    read_load(insn, mnemonic, operands);
    /* bl, blx, bx; a load of the program counter; b to another function is not seen as one. */
    insn->boundary = (begins(mnemonic, "bl") && !begins(mnemonic, "bls") && !begins(mnemonic, "blt") &&
                      !begins(mnemonic, "ble")) ||
                     begins(mnemonic, "bx") || (insn->loads & (1u << PC)) != 0;
}

/* "…/build/firmware/../../src/x.c:12", or "build/./src/x.c:12" as the build's map of paths may write it, is src/x.c. */
static uint16_t file_of(struct listing *l, const char *path) {
    for (const char *up = strstr(path, "/../"); up != NULL; up = strstr(path, "/../"))
        path = up + 4;
    for (const char *here = strstr(path, "/./"); here != NULL; here = strstr(path, "/./"))
        path = here + 3;
    while (begins(path, "../"))
        path += 3;
    for (size_t i = 1; i < l->n_files; i++)
        if (strcmp(l->files[i], path) == 0)
            return (uint16_t)i;
    if (l->n_files == FILES_MAX)
        die("too many source files in the listing");
    l->files[l->n_files] = strdup(path);
    if (l->files[l->n_files] == NULL)
        die("out of memory");
    return (uint16_t)l->n_files++;
}

/* One line: a place in the source, or "10000042:\tbl\t10003f74 <prm_trap>". */
static void read_line(struct listing *l, char *line, uint16_t *file, uint32_t *number, uint32_t *last) {
    uint32_t address;
    int at = 0;

    line[strcspn(line, "\n")] = '\0';
    char *const colon = strrchr(line, ':');
    /* A path, absolute or not: as the compiler was told to write it. */
    if (strchr(line, '\t') == NULL && colon != NULL && colon > line + 2 && colon[-2] == '.' && isdigit((unsigned char)colon[1])) {
        *colon = '\0';
        *file = file_of(l, line);
        *number = (uint32_t)strtoul(colon + 1, NULL, 10);
        return;
    }
    if (sscanf(line, "%8x:\t%n", &address, &at) != 1 || at == 0 || !islower((unsigned char)line[at]) ||
        address - (uint32_t)BOARD_ROM_BASE >= BOARD_TRUST_OFF)
        return;
    char *operands = line + at + strcspn(line + at, "\t");
    if (*operands == '\t')
        *operands++ = '\0';
    struct insn *insn = &l->at[(address - (uint32_t)BOARD_ROM_BASE) / 2u];
    insn->size = 2;
    insn->file = *file;
    insn->line = *number;
    read_instruction(insn, line + at, operands);
    *last = address;
}

void listing_load(struct listing *l, const char *path) {
    char line[1024];
    uint16_t file = 0;
    uint32_t number = 0, last = 0;

    memset(l, 0, sizeof *l);
    l->files = calloc(FILES_MAX, sizeof *l->files);
    if (l->files == NULL)
        die("out of memory");
    l->files[l->n_files++] = strdup("?");
    if (path == NULL)
        return;
    FILE *f = fopen(path, "r");
    if (f == NULL)
        die("can't read %s", path);
    while (fgets(line, sizeof line, f) != NULL)
        read_line(l, line, &file, &number, &last);
    fclose(f);
    if (last == 0)
        die("%s lists no instructions", path);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_files.h"

#include <unistd.h>

#include "base/endian.h"
#include "cli/cli.h"
#include "host/device/device.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_text.h"

int fuzz_run(const char *verb, const char *const *word) {
    const struct cli_verb *found = cli_find(verb);
    char *argv[16];
    int argc = 0;

    for (; word[argc] != NULL; argc++)
        argv[argc] = (char *)(uintptr_t)word[argc];
    argv[argc] = NULL;
    MUST(found != NULL);
    return cli_run(found, argc, argv);
}

static char prepared[] = "/tmp/primum-fuzz-XXXXXX";

/* What a word of a line stands for, in `room`. */
static const char *meant(const char *word, const char *path, char room[64]) {
    if (strcmp(word, "@") == 0)
        return path;
    if (strncmp(word, "%/", 2) != 0)
        return word;
    snprintf(room, 64, "%s/%s", prepared, word + 2);
    return room;
}

/* Runs one line over the file, with stdout caught and looked at. */
static void run_line(const struct fuzz_line *line, const char *path) {
    const char *word[9];
    char room[9][64];
    FILE *const terminal = stdout;
    char *text = NULL;
    size_t len = 0, n = 0;

    for (; line->word[n] != NULL; n++)
        word[n] = meant(line->word[n], path, room[n]);
    word[n] = NULL;
    stdout = open_memstream(&text, &len);
    MUST(stdout != NULL);
    (void)fuzz_run(line->verb, word);
    fclose(stdout);
    stdout = terminal;
    fuzz_plain(text, len);
    free(text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    char here[4096];
    fuzz_files_seed();
    MUST(getcwd(here, sizeof here) != NULL && mkdtemp(prepared) != NULL && chdir(prepared) == 0);
    fuzz_prepare();
    MUST(chdir(here) == 0);
    fuzz_hear();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[FUZZ_PATH];
    const int fd = fuzz_file(data, size, path);

    for (unsigned i = 0; i < fuzz_lines_count; i++)
        run_line(&fuzz_lines[i], path);
    close(fd);
    return 0;
}

void fuzz_image(const char *path, uint32_t slot, uint32_t component) {
    const struct prm_layout_component *c = &primum_board_layout.component[component];
    uint8_t bytes[64] = {0};

    prm_store_le32(bytes, c->ram_base + 0x100u);
    prm_store_le32(bytes + 4, primum_board_layout.flash_base + primum_board_layout.bank_off[slot] + c->off + 9u);
    MUST(primum_write_file(path, prm_span_of(bytes, sizeof bytes), 0600, PRIMUM_REPLACE) == PRIMUM_OK);
}

void fuzz_files_seed(void) {
    char folder[] = "/tmp/primum-seed-XXXXXX", here[4096];
    struct primum_bytes file;

    if (getenv("PRM_FUZZ_SEED") == NULL)
        return;
    MUST(getcwd(here, sizeof here) != NULL && mkdtemp(folder) != NULL && chdir(folder) == 0);
    fuzz_make("seed");
    MUST(primum_read_file("seed", &file) == PRIMUM_OK && chdir(here) == 0);
    fuzz_seed(file.data, file.len);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/file/uuid.h"

#define BAR 40u
#define MOMENT_S 0.5 /* work that takes less is not shown */
#define LINE_S 5.0   /* between lines, where there is no terminal to draw a bar on */

void cli_text_put(FILE *out, prm_span text, int quoted) {
    char *shown = quoted ? primum_text_quoted(text) : primum_text_plain(text);

    fputs(shown, out);
    free(shown);
}

void cli_print(const char *format, ...) {
    const size_t len = strlen(format);
    const int ends = len > 0 && format[len - 1] == '\n';
    va_list args;

    va_start(args, format);
    char *text = primum_vformat(format, args);
    va_end(args);
    const size_t said = strlen(text) - (ends ? 1 : 0);
    cli_text_put(stdout, prm_span_of(text, said), 0);
    if (ends)
        putchar('\n');
    free(text);
}

int cli_json_print(json_t *document) {
    const int failed = json_dumpf(document, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);

    putchar('\n');
    json_decref(document);
    return failed == 0 ? PRIMUM_OK : primum_fail(PRIMUM_IO, "can't write the output");
}

json_t *cli_json_hex(prm_span bytes) {
    if (bytes.ptr == NULL)
        return json_null();
    char *hex = primum_alloc(2 * bytes.len + 1);
    primum_hex(bytes.ptr, bytes.len, hex);
    json_t *value = json_string(hex);
    free(hex);
    return value;
}

json_t *cli_json_uuid(const uint8_t *uuid) {
    char text[PRIMUM_UUID_TEXT];

    if (uuid == NULL)
        return json_null();
    primum_uuid_text(uuid, text);
    return json_string(text);
}

/* ---- What the rooms of host/ say ---- */

static void say(void *ctx, const char *line) {
    (void)ctx;
    fflush(stdout);
    fprintf(stderr, "primum: %s\n", line);
}

static void draw(const char *title, uint32_t done, uint32_t count, double seconds) {
    char bar[BAR + 1u];
    const uint32_t full = (uint32_t)((uint64_t)done * BAR / count);
    const double left = done > 0 ? seconds * (double)(count - done) / (double)done : 0;

    memset(bar, '.', BAR);
    memset(bar, '#', full);
    bar[BAR] = '\0';
    fprintf(stderr, "\r%s [%s] %3u %%, %.0f s left   ", title, bar, (unsigned)((uint64_t)done * 100u / count), left);
    if (done == count)
        fputc('\n', stderr);
    fflush(stderr);
}

/* On a terminal a bar, once the work has taken a moment; else a line every five seconds. */
static void show_progress(void *ctx, const char *title, uint32_t done, uint32_t count, double seconds) {
    static double said;
    static int drawn;

    (void)ctx;
    said = seconds < said ? 0 : said; /* other work */
    if (isatty(STDERR_FILENO)) {
        drawn = done < count ? drawn || seconds > MOMENT_S : drawn;
        if (drawn)
            draw(title, done, count, seconds);
        drawn = done < count && drawn;
    } else if (done < count && seconds - said > LINE_S) {
        fprintf(stderr, "%s: %u %%, %.0f s so far\n", title, (unsigned)((uint64_t)done * 100u / count), seconds);
        said = seconds;
    }
}

void cli_hear(void) {
    primum_on_message(say, NULL);
    primum_on_progress(show_progress, NULL);
}

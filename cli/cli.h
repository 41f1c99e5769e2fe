/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - what the verbs of `primum` share: exit codes, errors, files, identifiers.
 *
 * Each verb is one file cmd_<verb>.c with one function that main() calls with argv starting at the verb's name. A verb
 * prints its result on stdout and everything else on stderr, and returns the process's exit status.
 */
#ifndef PRM_CLI_H
#define PRM_CLI_H

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/span.h"

enum cli_exit {
    CLI_OK = 0,
    CLI_REFUSED = 1, /* the answer is no: not trusted, recovery, won't overwrite */
    CLI_USAGE = 2,   /* the command line is wrong */
    CLI_IO = 3       /* a file, a program or a time limit failed */
};

#define CLI_PRINTF(f, a) __attribute__((format(printf, f, a)))

int cmd_keygen(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_inspect(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_trust(int argc, char **argv);
int cmd_trust_make(int argc, char **argv);
int cmd_trust_sign(int argc, char **argv);
int cmd_device(int argc, char **argv);
int cmd_key(int argc, char **argv);

/* Prints "primum: <message>" on stderr and returns `code`, so that a verb can end with it. */
int cli_fail(int code, const char *format, ...) CLI_PRINTF(2, 3);
/* The same with ": <what errno says>", and CLI_IO. */
int cli_fail_errno(const char *format, ...) CLI_PRINTF(1, 2);
/* "primum: warning: ...", nothing more. */
void cli_warn(const char *format, ...) CLI_PRINTF(1, 2);

/* After getopt_long() returned '?': points to the verb's help; CLI_USAGE. */
int cli_usage(const char *verb);

/* The text of a result ("signed by a key that is not ..."); its short code ("SIG2") in `code`. */
const char *cli_result_text(prm_result result);
void cli_result_code(prm_result result, char code[5]);

/* Bytes on the heap. Owns: `data`; free with cli_bytes_free(). */
struct cli_bytes {
    uint8_t *data;
    size_t len;
};

void cli_bytes_free(struct cli_bytes *bytes);
static inline prm_span cli_span(const struct cli_bytes *bytes) {
    return prm_span_of(bytes->data, bytes->len);
}

/* Memory that can't be had ends the process with CLI_IO: a command line has nothing better to do. */
void *cli_alloc(size_t len);

/* Reads a whole file (at most 64 MiB). CLI_OK, or CLI_IO after saying what is wrong. */
int cli_read_file(const char *path, struct cli_bytes *out);

/*
 * Writes a whole file so that `path` is at any time either what it was or complete: a temporary file beside it, synced,
 * then renamed. With `keep`, an existing file is left alone and the answer is CLI_REFUSED. CLI_OK, CLI_IO otherwise.
 */
enum cli_overwrite { CLI_KEEP, CLI_REPLACE };
int cli_write_file(const char *path, prm_span bytes, unsigned mode, enum cli_overwrite overwrite);

/* printf into memory. Owns: the caller frees. Never NULL. */
char *cli_format(const char *format, ...) CLI_PRINTF(1, 2);

/* Bytes as lower-case hex, with a final NUL: `out` holds 2*len+1. */
void cli_hex(const uint8_t *bytes, size_t len, char *out);

/* A decimal number to UINT64_MAX, nothing else in the text; 0 if it isn't one. */
int cli_parse_u64(const char *text, uint64_t *out);

/* ids.c: RFC 9562 UUIDs. Texts are 36 characters and a NUL. */
#define CLI_UUID_SIZE 16
#define CLI_UUID_TEXT 37
void cli_uuid_text(const uint8_t uuid[CLI_UUID_SIZE], char out[CLI_UUID_TEXT]);
/* 1 if the text is a UUID in its usual form. */
int cli_uuid_parse(const char *text, uint8_t out[CLI_UUID_SIZE]);
/* Version 4. 1, or 0 if there is no randomness. */
int cli_uuid_random(uint8_t out[CLI_UUID_SIZE]);
/*
 * RFC 9124's identifiers: the vendor's is version 5 of its DNS name in the DNS namespace, the class's is version 5 of its
 * name in the vendor's. CLI_OK, or CLI_USAGE after saying what is wrong with the names.
 */
int cli_uuid_vendor(const char *dns_name, uint8_t out[CLI_UUID_SIZE]);
int cli_uuid_class(const uint8_t vendor[CLI_UUID_SIZE], const char *name, uint8_t out[CLI_UUID_SIZE]);

#endif

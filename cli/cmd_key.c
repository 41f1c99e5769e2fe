/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_key.c - `primum key`: look at, use and divide HSS-LMS keys, whose files change with every signature. */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "host/keys/hss_key.h"
#include "host/keys/hss_state.h"
#include "host/keys/pkcs11.h"

static const char help[] =
    "Usage: primum key show FILE [--json | --pem]\n"
    "       primum key show 'pkcs11:...' [--json | --pem] [-o PUB.pem]\n"
    "       primum key sign NAME.hss --input FILE -o SIGNATURE [--passphrase-file FILE]\n"
    "       primum key split NAME.hss --count N -o OTHER.hss\n"
    "       primum key adopt NAME.hss --skip N\n"
    "\n"
    "An HSS-LMS key is a stock of one-time keys; its file says which are left. Using one\n"
    "twice lets others forge signatures, so the file must never exist twice.\n"
    "\n"
    "  show    type, id, how many signatures are left, and whether the file may sign here;\n"
    "          of NAME.hss or NAME.hss.pub. --pem prints the public key. Of a P-256 key in\n"
    "          a token, by its RFC 7512 URI: the id, and the public key into a file\n"
    "  sign    the bare HSS signature (RFC 8554) of a file, for a signer without releases\n"
    "  split   gives N signatures to a new file, for a second site or as a reserve. The two\n"
    "          files never share a one-time key. Move the new file, don't copy it\n"
    "  adopt   makes a file usable that was copied, moved or restored from a backup, N\n"
    "          signatures further on. Only right if no other copy is used any more, and N\n"
    "          is at least the number of signatures made after the copy was taken. If you\n"
    "          don't know, don't adopt: take a file split off before (docs/keys.md)\n"
    "\n"
    "  --count N               signatures to split off\n"
    "  --skip N                signatures to give up for safety; 0 if the file only moved\n"
    "  --input FILE            what to sign\n"
    "  --passphrase-file FILE  first line opens an encrypted key or a token; else it is asked for\n"
    "  --json                  for machines\n"
    "  --pem                   only the public key\n"
    "  -o, --output FILE       what to write\n"
    "  -h, --help              this text\n";

struct options {
    const char *count, *skip, *input, *output, *passphrase_file;
    int json, pem;
};

static const char *const standing_text[] = {"not used yet; becomes bound to the place where it signs first",
                                            "as written here", "copied, moved or restored: refuses to sign",
                                            "older than this machine's mark: refuses to sign"};
static const char *const standing_word[] = {"fresh", "here", "moved", "behind"};

/* "HSS/LMS SHA-256 H10 W4, 2 levels" */
static char *type_text(const uint8_t *public_key) {
    struct hss_set set;
    const uint32_t levels = hss_get32(public_key);

    (void)hss_set_from_types(hss_get32(public_key + 4), hss_get32(public_key + 8), &set);
    return primum_format("HSS-LMS SHA-256%s, height %u, Winternitz %u, %u level%s", set.n == 24 ? "/192" : "", set.h,
                         set.w, (unsigned)levels, levels == 1 ? "" : "s");
}

static int show_public(const char *path, const struct options *o) {
    struct primum_hss_public pub;
    char id[2 * PRIMUM_HSS_KID_SIZE + 1];
    const int status = primum_hss_public_read(path, &pub);

    if (status != PRIMUM_OK)
        return status;
    char *type = type_text(pub.bytes);
    char *pem = primum_hss_public_pem(&pub);
    primum_hex(pub.kid, sizeof pub.kid, id);
    if (o->pem)
        fputs(pem, stdout);
    else if (o->json)
        printf("{\"kind\": \"public\", \"type\": \"%s\", \"key_id\": \"%s\"}\n", type, id);
    else
        printf("key id      %s\ntype        %s\nprivate     no, this is the public key\n", id, type);
    free(type);
    free(pem);
    return PRIMUM_OK;
}

static void print_state(const struct hss_state *s, const struct primum_hss_public *pub, enum hss_standing standing,
                        const struct options *o) {
    char id[2 * PRIMUM_HSS_KID_SIZE + 1];
    char *type = type_text(pub->bytes);
    const unsigned long long left = s->end - s->next, all = s->end - s->first;

    primum_hex(pub->kid, sizeof pub->kid, id);
    if (o->json)
        printf("{\"kind\": \"private\", \"type\": \"%s\", \"key_id\": \"%s\", \"left\": %llu, \"of\": %llu, \"next\": "
               "%llu, "
               "\"end\": %llu, \"signature_bytes\": %zu, \"encrypted\": %s, \"standing\": \"%s\"}\n",
               type, id, left, all, (unsigned long long)s->next, (unsigned long long)s->end, pub->sig_len,
               s->sealed.kind != HSS_SEAL_NONE ? "true" : "false", standing_word[standing]);
    else
        printf("key id      %s\ntype        %s\nsignatures  %llu left of %llu, %zu bytes each\nindices     %llu to "
               "%llu not "
               "used yet\nseed        %s\nfile        %s\n",
               id, type, left, all, pub->sig_len, (unsigned long long)s->next,
               (unsigned long long)(left > 0 ? s->end - 1u : s->next),
               s->sealed.kind != HSS_SEAL_NONE ? "encrypted" : "not encrypted", standing_text[standing]);
    free(type);
}

static int show(const char *path, const struct options *o) {
    struct hss_state s;
    struct hss_mark mark;
    struct primum_hss_public pub;
    enum hss_standing standing = HSS_BEHIND;

    if (primum_pkcs11_is_uri(path))
        return primum_pkcs11_show(path, &(struct primum_pkcs11_show){o->passphrase_file, o->output, o->json, o->pem});
    if (!primum_hss_is_key(path))
        return show_public(path, o);
    int status = hss_state_read(path, &s);
    if (status != PRIMUM_OK)
        return status;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    status = fd < 0 ? primum_fail_errno("can't open %s", path) : hss_state_standing(&s, fd, &mark, &standing);
    if (fd >= 0)
        close(fd);
    if (status == PRIMUM_OK)
        status = primum_hss_public_of(path, &pub);
    if (status == PRIMUM_OK && o->pem) {
        char *pem = primum_hss_public_pem(&pub);
        fputs(pem, stdout);
        free(pem);
    } else if (status == PRIMUM_OK) {
        print_state(&s, &pub, standing, o);
    }
    hss_state_close(&s);
    return status;
}

static int sign(const char *path, const struct options *o) {
    struct primum_bytes message, signature;

    if (o->input == NULL || o->output == NULL)
        return primum_fail(PRIMUM_USAGE, "key sign needs --input and -o"), cli_usage("key");
    int status = primum_read_file(o->input, &message);
    if (status != PRIMUM_OK)
        return status;
    status = primum_hss_sign(path, o->passphrase_file, NULL, primum_span(&message), &signature);
    if (status == PRIMUM_OK)
        status = primum_write_file(o->output, primum_span(&signature), 0644, PRIMUM_REPLACE);
    primum_bytes_free(&signature);
    primum_bytes_free(&message);
    return status;
}

static int split(const char *path, const struct options *o) {
    uint64_t count = 0;

    if (o->count == NULL || o->output == NULL)
        return primum_fail(PRIMUM_USAGE, "key split needs --count and -o"), cli_usage("key");
    if (!primum_parse_u64(o->count, &count) || count == 0)
        return primum_fail(PRIMUM_USAGE, "count '%s' is not a number of signatures", o->count);
    return primum_hss_split(path, count, o->output);
}

static int adopt(const char *path, const struct options *o) {
    uint64_t skip = 0;

    if (o->skip == NULL)
        return primum_fail(PRIMUM_USAGE, "key adopt needs --skip"), cli_usage("key");
    if (!primum_parse_u64(o->skip, &skip))
        return primum_fail(PRIMUM_USAGE, "skip '%s' is not a number of signatures", o->skip);
    return primum_hss_adopt(path, skip);
}

static const struct {
    const char *name;
    int (*run)(const char *path, const struct options *o);
} actions[] = {{"show", show}, {"sign", sign}, {"split", split}, {"adopt", adopt}};

static int run(int argc, char **argv, const struct options *o) {
    if (argc != 2)
        return primum_fail(PRIMUM_USAGE, "key needs an action and one key file"), cli_usage("key");
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(argv[0], actions[i].name) == 0)
            return actions[i].run(argv[1], o);
    }
    return primum_fail(PRIMUM_USAGE, "'%s' is not an action; show, sign, split and adopt are", argv[0]),
           cli_usage("key");
}

int cmd_key(int argc, char **argv) {
    static const struct option longs[] = {{"count", required_argument, NULL, 'n'},
                                          {"skip", required_argument, NULL, 's'},
                                          {"input", required_argument, NULL, 'i'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"passphrase-file", required_argument, NULL, 'p'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"pem", no_argument, NULL, 'e'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct options o;

    memset(&o, 0, sizeof o);
    for (int c; (c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1;) {
        if (c == 'n') {
            o.count = optarg;
        } else if (c == 's') {
            o.skip = optarg;
        } else if (c == 'i') {
            o.input = optarg;
        } else if (c == 'o') {
            o.output = optarg;
        } else if (c == 'p') {
            o.passphrase_file = optarg;
        } else if (c == 'j') {
            o.json = 1;
        } else if (c == 'e') {
            o.pem = 1;
        } else if (c == 'h') {
            fputs(help, stdout);
            return PRIMUM_OK;
        } else {
            return cli_usage("key");
        }
    }
    return run(argc - optind, argv + optind, &o);
}

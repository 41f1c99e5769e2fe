/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_trust_make.c - `primum trust make`: release keys, their limits and needs in; an unsigned trust manifest out. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "host/keys/keys.h"
#include "host/trust/trust_file.h"
#include "codec/cbor.h"

static const char help[] =
    "Usage: primum trust make --number N --release-key PUB[,LIMIT]... [--need-p256 N] [--need-hss N]\n"
    "                         -o OUT.trust\n"
    "\n"
    "Writes a trust manifest without signatures: the keys that may sign releases, instead of all\n"
    "that a device believed before. A key that is left out is revoked, for good.\n"
    "\n"
    "  --number N               above the number of every earlier one, 1 to 2^32-1\n"
    "  --release-key PUB        .pub.pem or .hss.pub, at most 8; with limits after commas:\n"
    "                             vendor=DNSNAME            only for devices of this vendor\n"
    "                             vendor=DNSNAME,class=NAME only for this class of device\n"
    "                             components=0+1            only for releases of these components\n"
    "  --need-p256 N            signatures by P-256 keys that a release must have\n"
    "  --need-hss N             signatures by HSS-LMS keys; unless told, one of each kind listed\n"
    "  -o, --output OUT.trust   the manifest\n"
    "  -h, --help               this text\n";

enum { PAYLOAD_CAP = 2 * PRM_TRUST_PAYLOAD_MAX, COMPONENT_MAX = 31 };

struct key {
    struct prm_anchor anchor;
    int has_vendor, has_class;
    uint8_t vendor[PRIMUM_UUID_SIZE], class_[PRIMUM_UUID_SIZE];
    uint32_t components; /* 0: no limit */
};

struct options {
    struct key key[PRM_TRUST_ANCHORS];
    uint32_t keys;
    const char *number, *output, *need[PRM_KEY_ALGS];
};

/* "0+1" */
static int parse_components(const char *text, uint32_t *out) {
    char *end;

    for (*out = 0;; text = end + 1) {
        const unsigned long component = strtoul(text, &end, 10);
        if (end == text || component > COMPONENT_MAX)
            return 0;
        *out |= 1u << component;
        if (*end != '+')
            return *end == '\0' && *out != UINT32_MAX;
    }
}

static int add_limit(struct key *key, const char *text) {
    if (strncmp(text, "vendor=", 7) == 0) {
        key->has_vendor = 1;
        return primum_uuid_vendor(text + 7, key->vendor);
    }
    if (strncmp(text, "class=", 6) == 0) {
        if (!key->has_vendor)
            return primum_fail(PRIMUM_USAGE, "class '%s' is a vendor's: give vendor=DNSNAME before it", text + 6);
        key->has_class = 1;
        return primum_uuid_class(key->vendor, text + 6, key->class_);
    }
    if (strncmp(text, "components=", 11) == 0 && parse_components(text + 11, &key->components))
        return PRIMUM_OK;
    return primum_fail(PRIMUM_USAGE, "'%s' is not a limit: vendor=, class= and components= are", text);
}

static int add_key(struct options *o, const char *text) {
    char *copy = primum_format("%s", text), *next = NULL;
    int status = o->keys == PRM_TRUST_ANCHORS
                     ? primum_fail(PRIMUM_USAGE, "a device holds %u release keys at most", PRM_TRUST_ANCHORS)
                     : PRIMUM_OK;

    if (status == PRIMUM_OK) {
        struct key *key = &o->key[o->keys++];
        const char *path = strtok_r(copy, ",", &next);
        status =
            path != NULL ? primum_key_read_anchor(path, &key->anchor) : primum_fail(PRIMUM_USAGE, "a key needs a file");
        for (const char *limit; status == PRIMUM_OK && (limit = strtok_r(NULL, ",", &next)) != NULL;)
            status = add_limit(key, limit);
    }
    free(copy);
    return status;
}

static void put_key(struct prm_cbor_writer *w, const struct key *key) {
    const uint32_t limits = (uint32_t)(key->has_vendor + key->has_class + (key->components != 0));

    prm_cbor_put_head(w, PRM_CBOR_ARRAY, limits > 0 ? 3 : 2);
    prm_cbor_put_int(w, key->anchor.alg);
    prm_cbor_put_bstr(w, prm_span_of(key->anchor.public_key, key->anchor.key_len));
    if (limits == 0)
        return;
    prm_cbor_put_head(w, PRM_CBOR_MAP, limits);
    if (key->has_vendor) {
        prm_cbor_put_int(w, 1);
        prm_cbor_put_bstr(w, prm_span_of(key->vendor, sizeof key->vendor));
    }
    if (key->has_class) {
        prm_cbor_put_int(w, 2);
        prm_cbor_put_bstr(w, prm_span_of(key->class_, sizeof key->class_));
    }
    if (key->components != 0) {
        prm_cbor_put_int(w, 3);
        prm_cbor_put_int(w, key->components);
    }
}

/* What a release needs of one kind: as told, else one if there is such a key. */
static int need_of(const struct options *o, uint32_t kind, uint64_t *out) {
    *out = 0;
    for (uint32_t i = 0; i < o->keys; i++)
        *out |= o->key[i].anchor.alg == kind;
    if (o->need[kind] != NULL && (!primum_parse_u64(o->need[kind], out) || *out > PRM_TRUST_ANCHORS))
        return primum_fail(PRIMUM_USAGE, "'%s' is not a number from 0 to %u", o->need[kind], PRM_TRUST_ANCHORS);
    return PRIMUM_OK;
}

static int put_payload(const struct options *o, struct prm_cbor_writer *w) {
    uint64_t number, need[PRM_KEY_ALGS];

    if (!primum_parse_u64(o->number, &number) || number == 0 || number > UINT32_MAX)
        return primum_fail(PRIMUM_USAGE, "number '%s' is not one from 1 to 2^32-1", o->number);
    for (uint32_t i = 0; i < PRM_KEY_ALGS; i++) {
        const int status = need_of(o, i, &need[i]);
        if (status != PRIMUM_OK)
            return status;
    }
    prm_cbor_put_head(w, PRM_CBOR_MAP, 4);
    prm_cbor_put_int(w, 1);
    prm_cbor_put_int(w, 1);
    prm_cbor_put_int(w, 2);
    prm_cbor_put_int(w, (int64_t)number);
    prm_cbor_put_int(w, 3);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, PRM_KEY_ALGS);
    for (uint32_t i = 0; i < PRM_KEY_ALGS; i++)
        prm_cbor_put_int(w, (int64_t)need[i]);
    prm_cbor_put_int(w, 4);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, o->keys);
    for (uint32_t i = 0; i < o->keys; i++)
        put_key(w, &o->key[i]);
    return PRIMUM_OK;
}

static int run(const struct options *o) {
    uint8_t bytes[PAYLOAD_CAP];
    struct prm_cbor_writer w = {bytes, sizeof bytes, 0};
    struct prm_trust_view view;
    prm_span payload = {NULL, 0};
    int status = put_payload(o, &w);

    if (status != PRIMUM_OK)
        return status;
    /* The device's own reader has the last word on what it will take. */
    prm_result result = prm_cbor_written(&w, &payload);
    if (result == PRM_OK)
        result = payload.len <= PRM_TRUST_PAYLOAD_MAX ? prm_trust_payload_parse(payload, &view) : PRM_ERR_TRUST_FORMAT;
    if (result != PRM_OK)
        return primum_fail(PRIMUM_REFUSED, "no device would take this: %s", primum_result_text(result));
    struct primum_bytes file = primum_trust_file_write(payload, NULL, 0);
    status = primum_write_file(o->output, primum_span(&file), 0644, PRIMUM_REPLACE);
    primum_bytes_free(&file);
    if (status == PRIMUM_OK)
        printf("%s: trust manifest %u, %u release key%s, needs %u P-256 and %u HSS-LMS; not signed yet\n", o->output,
               view.number, view.keys, view.keys == 1 ? "" : "s", view.need[0], view.need[1]);
    return status;
}

int cmd_trust_make(int argc, char **argv) {
    static const struct option longs[] = {{"number", required_argument, NULL, 'n'},
                                          {"release-key", required_argument, NULL, 'r'},
                                          {"need-p256", required_argument, NULL, 'p'},
                                          {"need-hss", required_argument, NULL, 'l'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct options options;
    int status = PRIMUM_OK;

    memset(&options, 0, sizeof options);
    for (int c; status == PRIMUM_OK && (c = getopt_long(argc, argv, "o:h", longs, NULL)) != -1;) {
        switch (c) {
        case 'n':
            options.number = optarg;
            break;
        case 'r':
            status = add_key(&options, optarg);
            break;
        case 'p':
            options.need[PRM_KEY_P256] = optarg;
            break;
        case 'l':
            options.need[PRM_KEY_HSS] = optarg;
            break;
        case 'o':
            options.output = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return PRIMUM_OK;
        default:
            return cli_usage("trust make");
        }
    }
    if (status != PRIMUM_OK)
        return status;
    if (optind != argc || options.number == NULL || options.keys == 0 || options.output == NULL) {
        (void)primum_fail(PRIMUM_USAGE, "trust make needs --number, --release-key and -o, and nothing else");
        return cli_usage("trust make");
    }
    return run(&options);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print_suit.h"

#include "host/file/file.h"
#include "host/file/uuid.h"
#include "cli/print_diag.h"
#include "cli/suit_names.h"
#include "codec/cbor.h"
#include "codec/cose.h"
#include "suit/suit.h"

enum { TRY_EACH = 15, SET_PARAMETERS = 19, OVERRIDE_PARAMETERS = 20, RUN_SEQUENCE = 32, NESTING_MAX = 6 };
enum { PARAMETER_VENDOR = 1, PARAMETER_CLASS = 2, PARAMETER_DIGEST = 3, PARAMETER_DEVICE = 24 };

static void print_sequence(FILE *out, prm_span bytes, int indent, int nesting);

static void print_name(FILE *out, int indent, const char *name, int32_t key) {
    if (name != NULL)
        fprintf(out, "%*s%s", indent, "", name);
    else
        fprintf(out, "%*s(%d)", indent, "", key);
}

/* [-16, h'...'] as "sha-256 ..."; 0 if it is something else. */
static int print_digest(FILE *out, prm_span bytes) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    char hex[2 * PRM_SHA256_SIZE + 1];

    if (prm_cbor_head(&r, PRM_CBOR_ARRAY) != 2 || prm_cbor_int(&r) != PRM_COSE_SHA256)
        return 0;
    const uint8_t *digest = prm_cbor_bytes(&r, PRM_SHA256_SIZE);
    if (prm_cbor_end(&r) != PRM_OK)
        return 0;
    primum_hex(digest, PRM_SHA256_SIZE, hex);
    fprintf(out, "sha-256 %s", hex);
    return 1;
}

/* A parameter's value; identifiers and digests the way people write them. */
static void print_value(FILE *out, int32_t key, prm_span item) {
    struct prm_cbor r = prm_cbor_reader(item);
    char uuid[PRIMUM_UUID_TEXT];
    const int is_id = key == PARAMETER_VENDOR || key == PARAMETER_CLASS || key == PARAMETER_DEVICE;

    if (is_id || key == PARAMETER_DIGEST) {
        const prm_span bytes = prm_cbor_bstr(&r);
        if (r.err == PRM_OK && key == PARAMETER_DIGEST && print_digest(out, bytes))
            return;
        if (r.err == PRM_OK && is_id && bytes.len == PRIMUM_UUID_SIZE) {
            primum_uuid_text(bytes.ptr, uuid);
            fputs(uuid, out);
            return;
        }
    }
    cli_diag_line(out, item);
}

static void print_parameters(FILE *out, prm_span item, int indent) {
    struct prm_cbor r = prm_cbor_reader(item);

    fputc('\n', out);
    for (uint64_t n = prm_cbor_head(&r, PRM_CBOR_MAP); n > 0 && r.err == PRM_OK; n--) {
        const int32_t key = prm_cbor_int(&r);
        const prm_span value = prm_cbor_skip(&r);
        if (r.err != PRM_OK)
            break;
        print_name(out, indent, cli_suit_parameter_name(key), key);
        fputs(" = ", out);
        print_value(out, key, value);
        fputc('\n', out);
    }
    if (prm_cbor_end(&r) != PRM_OK)
        fprintf(out, "%*s(not a map of parameters)\n", indent, "");
}

static void print_alternatives(FILE *out, prm_span item, int indent, int nesting) {
    struct prm_cbor r = prm_cbor_reader(item);
    unsigned number = 1;

    fputc('\n', out);
    for (uint64_t n = prm_cbor_head(&r, PRM_CBOR_ARRAY); n > 0 && r.err == PRM_OK; n--, number++) {
        fprintf(out, "%*salternative %u\n", indent, "", number);
        if (prm_cbor_peek(&r) == PRM_CBOR_SIMPLE) {
            prm_cbor_null(&r);
            fprintf(out, "%*s(none: go on)\n", indent + 2, "");
        } else {
            print_sequence(out, prm_cbor_bstr(&r), indent + 2, nesting + 1);
        }
    }
}

static void print_argument(FILE *out, int32_t command, prm_span item, int indent, int nesting) {
    struct prm_cbor r = prm_cbor_reader(item);

    switch (command) {
    case SET_PARAMETERS:
    case OVERRIDE_PARAMETERS:
        print_parameters(out, item, indent);
        break;
    case TRY_EACH:
        print_alternatives(out, item, indent, nesting);
        break;
    case RUN_SEQUENCE:
        fputc('\n', out);
        print_sequence(out, prm_cbor_bstr(&r), indent, nesting + 1);
        break;
    default:
        /* For most commands a report policy; for some the thing itself. */
        fputc(' ', out);
        cli_diag_line(out, item);
        fputc('\n', out);
    }
}

static void print_sequence(FILE *out, prm_span bytes, int indent, int nesting) {
    struct prm_cbor r = prm_cbor_reader(bytes);

    if (nesting > NESTING_MAX) {
        fprintf(out, "%*s(nested too deep)\n", indent, "");
        return;
    }
    for (uint64_t n = prm_cbor_head(&r, PRM_CBOR_ARRAY) / 2; n > 0 && r.err == PRM_OK; n--) {
        const int32_t command = prm_cbor_int(&r);
        const prm_span argument = prm_cbor_skip(&r);
        if (r.err != PRM_OK)
            break;
        print_name(out, indent, cli_suit_command_name(command), command);
        print_argument(out, command, argument, indent + 2, nesting);
    }
    if (prm_cbor_end(&r) != PRM_OK)
        fprintf(out, "%*s(not a command sequence)\n", indent, "");
}

void cli_suit_print_sequence(FILE *out, prm_span sequence, int indent) {
    print_sequence(out, sequence, indent, 0);
}

/* One map of texts, of the manifest or of a component. */
static void print_text_map(FILE *out, struct prm_cbor *r, int indent, int component) {
    for (uint64_t n = prm_cbor_head(r, PRM_CBOR_MAP); n > 0 && r->err == PRM_OK; n--) {
        if (prm_cbor_peek(r) == PRM_CBOR_ARRAY && !component) {
            fprintf(out, "%*scomponent ", indent, "");
            cli_diag_line(out, prm_cbor_skip(r));
            fputc('\n', out);
            print_text_map(out, r, indent + 2, 1);
            continue;
        }
        const int32_t key = prm_cbor_int(r);
        print_name(out, indent, cli_suit_text_name(component, key), key);
        fputc(' ', out);
        cli_diag_line(out, prm_cbor_skip(r));
        fputc('\n', out);
    }
}

void cli_suit_print_texts(FILE *out, prm_span text, int indent) {
    struct prm_cbor r = prm_cbor_reader(text);

    for (uint64_t n = prm_cbor_head(&r, PRM_CBOR_MAP); n > 0 && r.err == PRM_OK; n--) {
        fprintf(out, "%*slanguage ", indent, "");
        cli_diag_text(out, prm_cbor_tstr(&r));
        fputc('\n', out);
        print_text_map(out, &r, indent + 2, 0);
    }
    if (prm_cbor_end(&r) != PRM_OK)
        fprintf(out, "%*s(not a map of texts)\n", indent, "");
}

static void print_common(FILE *out, prm_span bytes) {
    enum { DEPENDENCIES = 1, COMPONENTS = 2, SHARED = 4 };
    struct prm_cbor r = prm_cbor_reader(bytes);

    for (uint64_t n = prm_cbor_head(&r, PRM_CBOR_MAP); n > 0 && r.err == PRM_OK; n--) {
        const int32_t key = prm_cbor_int(&r);
        if (key == SHARED) {
            fputs("  shared-sequence\n", out);
            print_sequence(out, prm_cbor_bstr(&r), 4, 0);
            continue;
        }
        print_name(out, 2, key == COMPONENTS ? "components" : key == DEPENDENCIES ? "dependencies" : NULL, key);
        fputc(' ', out);
        cli_diag_line(out, prm_cbor_skip(&r));
        fputc('\n', out);
    }
    if (prm_cbor_end(&r) != PRM_OK)
        fputs("  (not a common section)\n", out);
}

/* A member that is a byte string in words; 0 if it is another kind of value. */
static int print_section(FILE *out, int32_t key, prm_span item) {
    struct prm_cbor r = prm_cbor_reader(item);
    const prm_span content = prm_cbor_bstr(&r);

    if (r.err != PRM_OK)
        return 0;
    if (key == PRM_SUIT_KEY_TEXT) {
        fputs(" (shown above)\n", out);
        return 1;
    }
    fputc('\n', out);
    if (key == 3)
        print_common(out, content);
    else
        print_sequence(out, content, 2, 0);
    return 1;
}

void cli_suit_print_manifest(FILE *out, prm_span manifest) {
    struct prm_cbor r = prm_cbor_reader(manifest);

    for (uint64_t n = prm_cbor_head(&r, PRM_CBOR_MAP); n > 0 && r.err == PRM_OK; n--) {
        const int32_t key = prm_cbor_int(&r);
        const prm_span value = prm_cbor_skip(&r);
        if (r.err != PRM_OK)
            break;
        print_name(out, 0, cli_suit_member_name(key), key);
        if (print_section(out, key, value))
            continue;
        fputc(' ', out);
        if (prm_cbor_peek(&(struct prm_cbor){value, 0, PRM_OK}) == PRM_CBOR_ARRAY && print_digest(out, value))
            fputs(" (severed; only its digest is here)", out);
        else
            cli_diag_line(out, value);
        fputc('\n', out);
    }
    if (prm_cbor_end(&r) != PRM_OK)
        fputs("(the manifest is malformed from here on)\n", out);
}

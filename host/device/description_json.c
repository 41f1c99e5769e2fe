/* SPDX-License-Identifier: Apache-2.0 */
/* description_json.c - a device's description as a file: docs/format/device-description.md. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "bank/bank_format.h"
#include "host/device/description.h"
#include "host/file/uuid.h"
#include "host/keys/keys.h"
#include "trust/floor.h"
#include "trust/trust_manifest.h"

enum { P256_LEN = 64, HSS_LEN = 60, HSS_192_LEN = 52, FORMAT_MANIFEST = 2, FILE_MAX_BYTES = 1 << 18 };

static const char *const kinds[PRM_KEY_ALGS] = {"P-256", "HSS-LMS"};
static const struct {
    const char *name;
    uint8_t bit;
} roles[] = {{"release", PRM_ROLE_RELEASE}, {"root", PRM_ROLE_ROOT}, {"debug", PRM_ROLE_DEBUG}};
enum { ROLES = sizeof roles / sizeof roles[0] };

/* ---- Reading. After the first thing wrong, all further calls give zeros and do nothing. ---- */

struct reader {
    const char *path;
    int status;
};

static void wrong(struct reader *r, const char *where, const char *what) {
    if (r->status == PRIMUM_OK)
        r->status = primum_fail(PRIMUM_REFUSED, "%s: '%s' %s", r->path, where, what);
}

/* An object with these members, all of them, and no others; NULL ends the list. */
static json_t *object(struct reader *r, json_t *json, const char *where, const char *const *names) {
    size_t known = 0;
    const char *name;
    json_t *value;

    if (!json_is_object(json)) {
        wrong(r, where, "is not an object");
        return NULL;
    }
    for (; names[known] != NULL; known++) {
        if (json_object_get(json, names[known]) == NULL)
            wrong(r, names[known], "is missing");
    }
    json_object_foreach(json, name, value) {
        size_t i = 0;
        while (i < known && strcmp(names[i], name) != 0)
            i++;
        if (i == known)
            wrong(r, name, "is unknown");
    }
    return r->status == PRIMUM_OK ? json : NULL;
}

/* An array of `least` to `most`; its count. */
static size_t array(struct reader *r, const json_t *json, const char *where, size_t least, size_t most) {
    if (r->status != PRIMUM_OK)
        return 0;
    if (!json_is_array(json) || json_array_size(json) < least || json_array_size(json) > most) {
        wrong(r, where, "is not a list, or has too many or too few");
        return 0;
    }
    return json_array_size(json);
}

static uint64_t number(struct reader *r, const json_t *json, const char *where, uint64_t least, uint64_t most) {
    const json_int_t value = json_integer_value(json);

    if (r->status != PRIMUM_OK)
        return 0;
    if (!json_is_integer(json) || value < 0 || (uint64_t)value < least || (uint64_t)value > most) {
        wrong(r, where, "is not a number in its range");
        return 0;
    }
    return (uint64_t)value;
}

static uint64_t number_in(struct reader *r, const json_t *from, const char *name, uint64_t least, uint64_t most) {
    return number(r, json_object_get(from, name), name, least, most);
}

static uint32_t u32_in(struct reader *r, const json_t *from, const char *name) {
    return (uint32_t)number_in(r, from, name, 0, UINT32_MAX);
}

/* Bytes as lower-case hex, at most `most`; their count. */
static size_t bytes(struct reader *r, const json_t *json, const char *where, uint8_t *out, size_t most) {
    const char *text = json_string_value(json);
    const size_t len = json_string_length(json);

    if (r->status != PRIMUM_OK)
        return 0;
    if (text == NULL || len % 2 != 0 || len / 2 > most) {
        wrong(r, where, "is not bytes in hex, or is too long");
        return 0;
    }
    if (!primum_unhex(text, len / 2, out)) {
        wrong(r, where, "is not bytes in lower-case hex");
        return 0;
    }
    return len / 2;
}

static void read_identity(struct reader *r, json_t *json, struct primum_description *d) {
    static const char *const names[] = {"vendor", "class", "device", NULL};
    uint8_t id[3][PRIMUM_UUID_SIZE];

    if (object(r, json, "identity", names) == NULL)
        return;
    for (unsigned i = 0; i < 3; i++) {
        const char *text = json_string_value(json_object_get(json, names[i]));
        if (text == NULL || !primum_uuid_parse(text, id[i])) {
            wrong(r, names[i], "is not a UUID");
            return;
        }
    }
    const int status = primum_fuses_make(id[0], id[1], id[2], &d->fuses);
    r->status = r->status != PRIMUM_OK ? r->status : status;
}

/* What a device's formats are called, and which of them this program knows. */
static const struct {
    const char *name;
    uint32_t version;
} formats[] = {{"bank", PRM_BANK_VERSION}, {"fuses", PRM_FUSES_VERSION}, {"trust", PRM_TRUST_VERSION}, {"trust_manifest", FORMAT_MANIFEST}};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static void read_formats(struct reader *r, json_t *json) {
    const char *names[FORMATS + 1] = {NULL};

    for (size_t i = 0; i < FORMATS; i++)
        names[i] = formats[i].name;
    json = object(r, json, "formats", names);
    for (size_t i = 0; i < FORMATS && json != NULL; i++) {
        if (number_in(r, json, names[i], 0, UINT32_MAX) != formats[i].version)
            wrong(r, names[i], "is a format that this program does not know: take the one of the device's release");
    }
}

static void read_algorithms(struct reader *r, const json_t *json, struct primum_description *d) {
    static const char *const known[] = {"ESP256", "ES256", "HSS-LMS"};
    unsigned seen = 0;

    for (size_t i = 0, n = array(r, json, "algorithms", 1, 3); i < n; i++) {
        const char *name = json_string_value(json_array_get(json, i));
        unsigned k = 0;
        while (k < 3 && (name == NULL || strcmp(known[k], name) != 0))
            k++;
        if (k == 3 || (seen & 1u << k) != 0)
            wrong(r, "algorithms", "are ESP256, ES256 and HSS-LMS, each once");
        seen |= 1u << k;
    }
    if (r->status == PRIMUM_OK && (seen & 1u) == 0)
        wrong(r, "algorithms", "lack ESP256, which every device has");
    d->trust.policy = (seen & 2u) != 0 ? PRM_TRUST_ALLOW_ES256 : 0;
    d->hss = (seen & 4u) != 0;
}

static void read_flash(struct reader *r, json_t *json, struct primum_description *d) {
    static const char *const names[] = {"base", "write", "erased", "units", NULL};
    static const char *const unit_names[] = {"count", "size", NULL};

    json = object(r, json, "flash", names);
    d->layout.flash_base = u32_in(r, json, "base");
    d->part.write_size = (uint32_t)number_in(r, json, "write", PRM_FLASH_WRITE_MIN, PRM_FLASH_WRITE_MAX);
    d->part.erased = (uint8_t)number_in(r, json, "erased", 0, UINT8_MAX);
    const json_t *units = json_object_get(json, "units");
    for (size_t i = 0, n = array(r, units, "units", 1, PRM_FLASH_KINDS); i < n; i++) {
        json_t *unit = object(r, json_array_get(units, i), "units", unit_names);
        d->part.units[i].count = (uint32_t)number_in(r, unit, "count", 1, UINT32_MAX);
        d->part.units[i].size = (uint32_t)number_in(r, unit, "size", 1, UINT32_MAX);
    }
}

static void read_banks(struct reader *r, json_t *json, struct primum_description *d) {
    static const char *const names[] = {"at", "size", "chunk", "trial_boots", NULL};

    json = object(r, json, "banks", names);
    const json_t *at = json_object_get(json, "at");
    for (size_t i = 0, n = array(r, at, "at", PRM_BANKS, PRM_BANKS); i < n; i++)
        d->layout.bank_off[i] = (uint32_t)number(r, json_array_get(at, i), "at", 0, UINT32_MAX);
    d->layout.bank_size = (uint32_t)number_in(r, json, "size", 1, UINT32_MAX);
    d->layout.chunk_size = (uint32_t)number_in(r, json, "chunk", 1, UINT32_MAX);
    d->layout.trial_boots = (uint8_t)number_in(r, json, "trial_boots", 1, UINT8_MAX);
}

static void read_components(struct reader *r, const json_t *json, struct primum_description *d) {
    static const char *const names[] = {"at", "size", "ram", "ram_size", NULL};

    d->layout.components = (uint32_t)array(r, json, "components", 1, PRM_COMPONENTS);
    for (uint32_t i = 0; i < d->layout.components; i++) {
        const json_t *one = object(r, json_array_get(json, i), "components", names);
        d->layout.component[i] = (struct prm_layout_component){u32_in(r, one, "at"), u32_in(r, one, "size"),
                                                               u32_in(r, one, "ram"), u32_in(r, one, "ram_size")};
    }
}

static void read_key(struct reader *r, json_t *json, struct prm_anchor *out) {
    static const char *const names[] = {"kind", "roles", "key", NULL};

    json = object(r, json, "keys", names);
    const char *kind = json_string_value(json_object_get(json, "kind"));
    while (out->alg < PRM_KEY_ALGS && (kind == NULL || strcmp(kinds[out->alg], kind) != 0))
        out->alg++;
    const json_t *list = json_object_get(json, "roles");
    for (size_t i = 0, n = array(r, list, "roles", 1, ROLES); i < n; i++) {
        const char *name = json_string_value(json_array_get(list, i));
        size_t k = 0;
        while (k < ROLES && (name == NULL || strcmp(roles[k].name, name) != 0))
            k++;
        if (k == ROLES || (out->roles & roles[k].bit) != 0)
            wrong(r, "roles", "are release, root and debug, each once");
        else
            out->roles |= roles[k].bit;
    }
    out->key_len = (uint8_t)bytes(r, json_object_get(json, "key"), "key", out->public_key, sizeof out->public_key);
    if (out->alg == PRM_KEY_ALGS)
        wrong(r, "kind", "is neither P-256 nor HSS-LMS");
    else if (out->alg == PRM_KEY_P256 ? out->key_len != P256_LEN : out->key_len != HSS_LEN && out->key_len != HSS_192_LEN)
        wrong(r, "key", "has another length than keys of its kind");
    if (r->status == PRIMUM_OK)
        r->status = primum_check8(prm_span_of(out->public_key, out->key_len), out->key_id);
}

static void read_trust(struct reader *r, json_t *json, struct primum_description *d) {
    static const char *const names[] = {"keys", "needs", "epoch", "base", NULL};
    static const char *const need_names[] = {"P-256", "HSS-LMS", "root", NULL};
    struct prm_trust *t = &d->trust;

    t->magic = PRM_TRUST_MAGIC;
    t->version = PRM_TRUST_VERSION;
    json = object(r, json, "trust", names);
    const json_t *needs = object(r, json_object_get(json, "needs"), "needs", need_names);
    for (uint32_t i = 0; i < PRM_KEY_ALGS; i++)
        t->need[i] = (uint8_t)number_in(r, needs, need_names[i], 0, UINT8_MAX);
    t->need_root = (uint8_t)number_in(r, needs, "root", 0, UINT8_MAX);
    t->epoch = (uint32_t)number_in(r, json, "epoch", 0, PRM_EPOCH_MAX);
    t->base = number_in(r, json, "base", 1, PRM_SEQUENCE_MAX);
    const json_t *keys = json_object_get(json, "keys");
    t->count = (uint32_t)array(r, keys, "keys", 1, PRM_TRUST_ANCHORS);
    for (uint32_t i = 0; i < t->count && r->status == PRIMUM_OK; i++)
        read_key(r, json_array_get(keys, i), &t->anchor[i]);
    if (r->status == PRIMUM_OK)
        r->status = primum_check8(prm_span_of(t, offsetof(struct prm_trust, check)), t->check);
}

static uint64_t read_floor(struct reader *r, json_t *json) {
    static const char *const names[] = {"epoch", "sequence", NULL};

    json = object(r, json, "floor", names);
    const uint32_t epoch = (uint32_t)number_in(r, json, "epoch", 0, PRM_EPOCH_MAX);
    const uint64_t floor = prm_floor_of(epoch, number_in(r, json, "sequence", 0, PRM_SEQUENCE_MAX));
    if (floor < PRM_FLOOR_FIRST)
        wrong(r, "floor", "is 0, which is a damaged counter");
    return floor;
}

/* null: the device takes no trust manifests. */
static void read_manifests(struct reader *r, json_t *json, struct primum_description *d) {
    static const char *const names[] = {"at", "floor", "slots", "kept", NULL};

    memset(d->kept, 0xFF, sizeof d->kept);
    d->manifests = !json_is_null(json);
    if (!d->manifests)
        return;
    json = object(r, json, "trust_manifests", names);
    const json_t *at = json_object_get(json, "at"), *slots = json_object_get(json, "slots");
    for (size_t i = 0, n = array(r, at, "at", PRM_TRUST_SLOTS, PRM_TRUST_SLOTS); i < n; i++)
        d->layout.trust_off[i] = (uint32_t)number(r, json_array_get(at, i), "at", 1, UINT32_MAX);
    d->trust_floor = number_in(r, json, "floor", 0, UINT32_MAX);
    for (size_t i = 0, n = array(r, slots, "slots", PRM_TRUST_SLOTS, PRM_TRUST_SLOTS); i < n; i++) {
        d->trust_slot[i] = (struct primum_bytes){primum_alloc(PRM_TRUST_SLOT_SIZE), 0};
        d->trust_slot[i].len = bytes(r, json_array_get(slots, i), "slots", d->trust_slot[i].data, PRM_TRUST_SLOT_SIZE);
    }
    const json_t *kept = json_object_get(json, "kept");
    if (r->status == PRIMUM_OK && bytes(r, kept, "kept", d->kept, sizeof d->kept) != sizeof d->kept)
        wrong(r, "kept", "is not the 32 bytes of the cell");
}

static void read_all(struct reader *r, json_t *json, struct primum_description *d) {
    static const char *const names[] = {"description", "identity", "formats",    "algorithms", "flash",           "journal",
                                        "banks",       "trust",    "components", "floor",      "trust_manifests", NULL};

    if (object(r, json, "description", names) == NULL)
        return;
    if (number_in(r, json, "description", 0, UINT32_MAX) != PRIMUM_DESCRIPTION_VERSION)
        wrong(r, "description", "is a version that this program does not know");
    read_identity(r, json_object_get(json, "identity"), d);
    read_formats(r, json_object_get(json, "formats"));
    read_algorithms(r, json_object_get(json, "algorithms"), d);
    read_flash(r, json_object_get(json, "flash"), d);
    d->layout.journal_off = u32_in(r, json, "journal");
    read_banks(r, json_object_get(json, "banks"), d);
    read_components(r, json_object_get(json, "components"), d);
    d->floor = read_floor(r, json_object_get(json, "floor"));
    read_manifests(r, json_object_get(json, "trust_manifests"), d);
    read_trust(r, json_object_get(json, "trust"), d);
}

int primum_description_read(const char *path, struct primum_description *out) {
    struct reader r = {path, PRIMUM_OK};
    struct primum_bytes file;
    json_error_t error;

    memset(out, 0, sizeof *out);
    const int status = primum_read_file(path, &file);
    if (status != PRIMUM_OK)
        return status;
    json_t *json = file.len <= FILE_MAX_BYTES
                       ? json_loadb((const char *)file.data, file.len, JSON_REJECT_DUPLICATES, &error)
                       : NULL;
    if (file.len > FILE_MAX_BYTES)
        r.status = primum_fail(PRIMUM_REFUSED, "%s has %zu bytes; a device's description has %d at most", path, file.len,
                               FILE_MAX_BYTES);
    else if (json == NULL)
        r.status = primum_fail(PRIMUM_REFUSED, "%s is not a device's description: line %d: %s", path, error.line, error.text);
    else
        read_all(&r, json, out);
    json_decref(json);
    primum_bytes_free(&file);
    if (r.status == PRIMUM_OK)
        r.status = primum_description_check(path, out);
    if (r.status != PRIMUM_OK)
        primum_description_free(out);
    return r.status;
}

/* ---- Writing ---- */

static json_t *json_hex(prm_span from) {
    char *hex = primum_alloc(2 * from.len + 1);

    primum_hex(from.ptr, from.len, hex);
    json_t *json = json_string(hex);
    free(hex);
    return json;
}

static json_t *json_uuid(const uint8_t *uuid) {
    char text[PRIMUM_UUID_TEXT];

    primum_uuid_text(uuid, text);
    return json_string(text);
}

static json_t *put_trust(const struct prm_trust *t) {
    json_t *keys = json_array();

    for (uint32_t i = 0; i < t->count; i++) {
        const struct prm_anchor *a = &t->anchor[i];
        json_t *list = json_array();
        for (size_t k = 0; k < ROLES; k++) {
            if ((a->roles & roles[k].bit) != 0)
                json_array_append_new(list, json_string(roles[k].name));
        }
        json_array_append_new(keys, json_pack("{s:s, s:o, s:o}", "kind", kinds[a->alg], "roles", list, "key",
                                              json_hex(prm_span_of(a->public_key, a->key_len))));
    }
    return json_pack("{s:o, s:{s:i, s:i, s:i}, s:I, s:I}", "keys", keys, "needs", "P-256", t->need[PRM_KEY_P256], "HSS-LMS",
                     t->need[PRM_KEY_HSS], "root", t->need_root, "epoch", (json_int_t)t->epoch, "base", (json_int_t)t->base);
}

static json_t *put_flash(const struct primum_description *d) {
    json_t *units = json_array();

    for (uint32_t i = 0; i < PRM_FLASH_KINDS; i++) {
        if (d->part.units[i].count > 0)
            json_array_append_new(units, json_pack("{s:I, s:I}", "count", (json_int_t)d->part.units[i].count, "size",
                                                   (json_int_t)d->part.units[i].size));
    }
    return json_pack("{s:I, s:I, s:I, s:o}", "base", (json_int_t)d->layout.flash_base, "write",
                     (json_int_t)d->part.write_size, "erased", (json_int_t)d->part.erased, "units", units);
}

static json_t *put_components(const struct prm_layout *layout) {
    json_t *list = json_array();

    for (uint32_t i = 0; i < layout->components; i++) {
        const struct prm_layout_component *c = &layout->component[i];
        json_array_append_new(list, json_pack("{s:I, s:I, s:I, s:I}", "at", (json_int_t)c->off, "size", (json_int_t)c->size,
                                              "ram", (json_int_t)c->ram_base, "ram_size", (json_int_t)c->ram_size));
    }
    return list;
}

static json_t *put_manifests(const struct primum_description *d) {
    if (!d->manifests)
        return json_null();
    return json_pack("{s:[I, I], s:I, s:[o, o], s:o}", "at", (json_int_t)d->layout.trust_off[0],
                     (json_int_t)d->layout.trust_off[1], "floor", (json_int_t)d->trust_floor, "slots",
                     json_hex(primum_span(&d->trust_slot[0])), json_hex(primum_span(&d->trust_slot[1])), "kept",
                     json_hex(prm_span_of(d->kept, sizeof d->kept)));
}

static json_t *put_formats(void) {
    json_t *json = json_object();

    for (size_t i = 0; i < FORMATS; i++)
        json_object_set_new(json, formats[i].name, json_integer(formats[i].version));
    return json;
}

static json_t *put_algorithms(const struct primum_description *d) {
    json_t *json = json_pack("[s]", "ESP256");

    if ((d->trust.policy & PRM_TRUST_ALLOW_ES256) != 0)
        json_array_append_new(json, json_string("ES256"));
    if (d->hss)
        json_array_append_new(json, json_string("HSS-LMS"));
    return json;
}

/* What can't be said in the file would be left out of it, or made good by reading it: refused. */
static int is_whole(const struct primum_description *d) {
    uint8_t fuses[PRM_CHECK_SIZE] = {0}, trust[PRM_CHECK_SIZE] = {0};

    (void)primum_check8(prm_span_of(&d->fuses, offsetof(struct prm_fuses, check)), fuses);
    (void)primum_check8(prm_span_of(&d->trust, offsetof(struct prm_trust, check)), trust);
    int whole = d->fuses.magic == PRM_FUSES_MAGIC && d->fuses.version == PRM_FUSES_VERSION &&
                d->trust.magic == PRM_TRUST_MAGIC && d->trust.version == PRM_TRUST_VERSION && d->trust.count >= 1 &&
                d->trust.count <= PRM_TRUST_ANCHORS && memcmp(fuses, d->fuses.check, sizeof fuses) == 0 &&
                memcmp(trust, d->trust.check, sizeof trust) == 0;
    for (uint32_t i = 0; whole && i < d->trust.count; i++)
        whole = d->trust.anchor[i].alg < PRM_KEY_ALGS && d->trust.anchor[i].key_len <= PRM_KEY_MAX;
    return whole;
}

int primum_description_write(const struct primum_description *d, struct primum_bytes *out) {
    const struct prm_layout *l = &d->layout;

    *out = (struct primum_bytes){NULL, 0};
    if (!is_whole(d))
        return primum_fail(PRIMUM_REFUSED, "the device's fuses or trust anchors are damaged: it runs nothing, and there is "
                                           "nothing to describe");
    json_t *json = json_pack(
        "{s:i, s:{s:o, s:o, s:o}, s:o, s:o, s:o, s:I, s:{s:[I, I], s:I, s:I, s:i}, s:o, s:o, s:{s:I, s:I}, s:o}",
        "description", PRIMUM_DESCRIPTION_VERSION, "identity", "vendor", json_uuid(d->fuses.vendor), "class",
        json_uuid(d->fuses.class_), "device", json_uuid(d->fuses.device), "formats", put_formats(), "algorithms",
        put_algorithms(d), "flash", put_flash(d), "journal", (json_int_t)l->journal_off, "banks", "at",
        (json_int_t)l->bank_off[0], (json_int_t)l->bank_off[1], "size", (json_int_t)l->bank_size, "chunk",
        (json_int_t)l->chunk_size, "trial_boots", (int)prm_layout_trial_boots(l), "components", put_components(l), "trust",
        put_trust(&d->trust), "floor", "epoch", (json_int_t)(d->floor >> PRM_EPOCH_BITS), "sequence",
        (json_int_t)(d->floor & PRM_SEQUENCE_MAX), "trust_manifests", put_manifests(d));
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    json_decref(json);
    if (text == NULL)
        return primum_fail(PRIMUM_IO, "out of memory");
    char *line = primum_format("%s\n", text);
    free(text);
    *out = (struct primum_bytes){(uint8_t *)line, strlen(line)};
    return PRIMUM_OK;
}

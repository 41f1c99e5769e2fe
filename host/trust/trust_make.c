/* SPDX-License-Identifier: Apache-2.0 */
#include "host/trust/trust_make.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/cbor.h"
#include "host/keys/keys.h"
#include "host/trust/trust_evaluate.h"

enum { PAYLOAD_CAP = 2 * PRM_TRUST_PAYLOAD_MAX };

/* ---- Reading ---- */

/* "0+1", of the components that a device can have. */
static int parse_components(const char *text, uint32_t *out) {
    char *end;

    for (*out = 0;; text = end + 1) {
        if (*text < '0' || *text > '9')
            return primum_fail(PRIMUM_USAGE, "components '%s' are not numbers with + between", text);
        const unsigned long component = strtoul(text, &end, 10);
        if (component >= PRM_COMPONENTS)
            return primum_fail(PRIMUM_USAGE,
                               "there is no component %lu: releases have 0 (the application) and 1 (the "
                               "services)",
                               component);
        if ((*out & 1u << component) != 0)
            return primum_fail(PRIMUM_USAGE, "component %lu is given twice", component);
        *out |= 1u << component;
        if (*end == '\0')
            return PRIMUM_OK;
        if (*end != '+')
            return primum_fail(PRIMUM_USAGE, "components '%s' are not numbers with + between", text);
    }
}

static int limit_vendor(struct primum_trust_list_key *key, const char *value) {
    if (key->has_vendor)
        return primum_fail(PRIMUM_USAGE, "%s: vendor= is given twice", key->path);
    key->has_vendor = 1;
    return primum_uuid_vendor(value, key->vendor);
}

static int limit_class(struct primum_trust_list_key *key, const char *value) {
    if (key->has_class)
        return primum_fail(PRIMUM_USAGE, "%s: class= is given twice", key->path);
    if (!key->has_vendor)
        return primum_fail(PRIMUM_USAGE, "%s: class '%s' is a vendor's: give vendor=DNSNAME before it", key->path,
                           value);
    key->has_class = 1;
    return primum_uuid_class(key->vendor, value, key->class_);
}

static int limit_components(struct primum_trust_list_key *key, const char *value) {
    return key->components == 0 ? parse_components(value, &key->components)
                                : primum_fail(PRIMUM_USAGE, "%s: components= is given twice", key->path);
}

static int add_limit(struct primum_trust_list_key *key, const char *text) {
    static const struct {
        const char *name;
        int (*take)(struct primum_trust_list_key *key, const char *value);
    } limits[] = {{"vendor=", limit_vendor}, {"class=", limit_class}, {"components=", limit_components}};

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const size_t len = strlen(limits[i].name);
        if (strncmp(text, limits[i].name, len) == 0)
            return limits[i].take(key, text + len);
    }
    return primum_fail(PRIMUM_USAGE, "'%s' is not a limit: vendor=, class= and components= are", text);
}

/* Bytes of the file's name at the start of the text: the longest that is one, else up to the first comma. */
static size_t name_len(const char *text) {
    size_t best = 0;

    for (const char *end = text + strcspn(text, ",");; end += 1 + strcspn(end + 1, ",")) {
        char *path = primum_format("%.*s", (int)(end - text), text);
        if (access(path, F_OK) == 0)
            best = (size_t)(end - text);
        free(path);
        if (*end == '\0')
            break;
    }
    return best > 0 ? best : strcspn(text, ",");
}

/* One key may stand in a list for devices of several kinds, but not twice for the same. */
static int same_entry(const struct primum_trust_list_key *a, const struct primum_trust_list_key *b) {
    return a->anchor.key_len == b->anchor.key_len &&
           memcmp(a->anchor.public_key, b->anchor.public_key, a->anchor.key_len) == 0 &&
           a->has_vendor == b->has_vendor && a->has_class == b->has_class &&
           memcmp(a->vendor, b->vendor, sizeof a->vendor) == 0 && memcmp(a->class_, b->class_, sizeof a->class_) == 0 &&
           a->components == b->components;
}

int primum_trust_list_add(struct primum_trust_list *list, const char *text) {
    const size_t len = name_len(text);

    if (list->keys == PRM_TRUST_ANCHORS)
        return primum_fail(PRIMUM_USAGE, "a device holds %u release keys at most", PRM_TRUST_ANCHORS);
    struct primum_trust_list_key *key = &list->key[list->keys];
    key->path = primum_format("%.*s", (int)len, text);
    int status = primum_key_read_anchor(key->path, &key->anchor);
    char *limits = primum_format("%s", text[len] == ',' ? text + len + 1 : ""), *next = limits;
    while (status == PRIMUM_OK && next != NULL && text[len] == ',') {
        char *limit = strsep(&next, ",");
        status = add_limit(key, limit);
    }
    free(limits);
    for (uint32_t i = 0; i < list->keys && status == PRIMUM_OK; i++) {
        if (same_entry(&list->key[i], key))
            status = primum_fail(PRIMUM_USAGE, "%s and %s are one key with the same limits; it counts once",
                                 list->key[i].path, key->path);
    }
    list->keys += status == PRIMUM_OK ? 1u : 0u;
    return status;
}

/* ---- Writing ---- */

static void put_key(struct prm_cbor_writer *w, const struct primum_trust_list_key *key) {
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
static uint8_t need_of(const struct primum_trust_list *list, uint32_t kind) {
    uint8_t listed = 0;

    for (uint32_t i = 0; i < list->keys; i++)
        listed |= list->key[i].anchor.alg == kind;
    return list->has_need[kind] ? list->need[kind] : listed;
}

static void put_payload(const struct primum_trust_list *list, struct prm_cbor_writer *w) {
    prm_cbor_put_head(w, PRM_CBOR_MAP, 6);
    prm_cbor_put_int(w, 1);
    prm_cbor_put_int(w, 2);
    prm_cbor_put_int(w, 2);
    prm_cbor_put_int(w, (int64_t)list->number);
    prm_cbor_put_int(w, 3);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, PRM_KEY_ALGS);
    for (uint32_t i = 0; i < PRM_KEY_ALGS; i++)
        prm_cbor_put_int(w, need_of(list, i));
    prm_cbor_put_int(w, 4);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, list->keys);
    for (uint32_t i = 0; i < list->keys; i++)
        put_key(w, &list->key[i]);
    prm_cbor_put_int(w, 5);
    prm_cbor_put_head(w, PRM_CBOR_UINT, list->epoch);
    prm_cbor_put_int(w, 6);
    prm_cbor_put_head(w, PRM_CBOR_UINT, list->base != 0 ? list->base : 1);
}

int primum_trust_list_write(const struct primum_trust_list *list, struct prm_trust_view *view,
                            struct primum_bytes *file) {
    uint8_t bytes[PAYLOAD_CAP];
    struct prm_cbor_writer w = {bytes, sizeof bytes, 0};
    prm_span payload = {NULL, 0};

    *file = (struct primum_bytes){NULL, 0};
    put_payload(list, &w);
    /* The device's own reader has the last word on what it will take. */
    prm_result result = prm_cbor_written(&w, &payload);
    if (result == PRM_OK)
        result = payload.len <= PRM_TRUST_PAYLOAD_MAX ? prm_trust_payload_parse(payload, view) : PRM_ERR_TRUST_FORMAT;
    if (result != PRM_OK)
        return primum_fail(PRIMUM_REFUSED, "no device would take this: %s (a key counts once, however often it is listed)",
                           primum_result_text(result));
    const int status = primum_trust_evaluate(view);
    if (status == PRIMUM_OK)
        *file = primum_trust_file_write(payload, NULL, 0);
    return status;
}

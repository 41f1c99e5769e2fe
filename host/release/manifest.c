/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/manifest.h"

#include <string.h>

#include "host/keys/cose.h"
#include "host/keys/keys.h"
#include "codec/cbor.h"
#include "providers/openssl/crypto_openssl.h"

/* What is measured against PRM_BANK_ENVELOPE_MAX comes out of these; a part that doesn't fit its scratch is too large
 * anyway. */
#define SCRATCH 8192u

enum key { KEY_VERSION = 1, KEY_SEQUENCE = 2, KEY_COMMON = 3, COMMON_COMPONENTS = 2, COMMON_SHARED = 4 };
enum command {
    CHECK_VENDOR = 1,
    CHECK_CLASS = 2,
    CHECK_IMAGE = 3,
    CHECK_USE_BEFORE = 4,
    CHECK_SLOT = 5,
    SET_COMPONENT = 12,
    TRY_EACH = 15,
    OVERRIDE = 20,
    FETCH = 21,
    INVOKE = 23,
    CHECK_DEVICE = 24,
    CHECK_BATTERY = 26,
    CHECK_AUTHORIZED = 27
};
enum parameter {
    P_VENDOR = 1,
    P_CLASS = 2,
    P_DIGEST = 3,
    P_USE_BEFORE = 4,
    P_SLOT = 5,
    P_SIZE = 14,
    P_ENCRYPTION = 19,
    P_URI = 21,
    P_DEVICE = 24,
    P_FETCH = 25,
    P_BATTERY = 26,
    P_PRIORITY = 27
};
enum text { TEXT_DESCRIPTION = 1, TEXT_VENDOR = 1, TEXT_CLASS = 2, TEXT_NAME = 5, TEXT_VERSION = 6 };
/* Report policies (SUIT_Rep_Policy), as the draft's examples have them; they tell an updater what to report. */
enum policy { REPORT_ALL = 15, REPORT_SUCCESS = 5, REPORT_FAILURE = 2 };

struct scratch {
    struct prm_cbor_writer w;
    uint8_t bytes[SCRATCH];
};

static struct prm_cbor_writer *begin(struct scratch *s) {
    s->w = (struct prm_cbor_writer){s->bytes, sizeof s->bytes, 0};
    return &s->w;
}

/* Puts what was written to `s` as a byte string; what overflowed keeps its length, so that the whole overflows too. */
static void put_wrapped(struct prm_cbor_writer *w, const struct scratch *s) {
    prm_span bytes;

    prm_cbor_put_head(w, PRM_CBOR_BSTR, s->w.len);
    if (prm_cbor_written(&s->w, &bytes) == PRM_OK)
        prm_cbor_put_raw(w, bytes);
    else
        w->len = SIZE_MAX; /* where the writer's counting ends */
}

static void put_uuid(struct prm_cbor_writer *w, int key, const uint8_t *uuid) {
    prm_cbor_put_int(w, key);
    prm_cbor_put_bstr(w, prm_span_of(uuid, PRIMUM_UUID_SIZE));
}

static void put_pair(struct prm_cbor_writer *w, int a, int b) {
    prm_cbor_put_int(w, a);
    prm_cbor_put_int(w, b);
}

static void put_digest(struct prm_cbor_writer *w, const uint8_t *sha256) {
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 2);
    prm_cbor_put_int(w, PRM_COSE_SHA256);
    prm_cbor_put_bstr(w, prm_span_of(sha256, PRM_SHA256_SIZE));
}

/* The parameter pair 3: bstr .cbor SUIT_Digest. */
static void put_image_digest(struct prm_cbor_writer *w, const uint8_t *sha256) {
    struct scratch digest;

    put_digest(begin(&digest), sha256);
    prm_cbor_put_int(w, P_DIGEST);
    put_wrapped(w, &digest);
}

static unsigned slot_count(const struct primum_manifest_spec *spec) {
    return (unsigned)spec->slot[0].present + (unsigned)spec->slot[1].present;
}

/* Commands from here on are for one component; a sequence begins with the first, so a lone one needs no choice. */
static void put_for_component(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec, uint32_t component) {
    if (spec->components > 1)
        put_pair(w, SET_COMPONENT, (int)component);
}

static void put_for_all(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec) {
    if (spec->components == 1)
        return;
    prm_cbor_put_int(w, SET_COMPONENT);
    prm_cbor_put_head(w, PRM_CBOR_SIMPLE, PRM_CBOR_TRUE);
}

/* Items that the choice of a component takes. */
static unsigned choice_items(const struct primum_manifest_spec *spec) {
    return spec->components > 1 ? 2 : 0;
}

/* Commands that hold for one slot: override {5: slot}, condition-component-slot, and override with what `put` writes.
 */
typedef void (*put_parameters)(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec, uint32_t slot,
                               uint32_t component);

enum { SLOT_ITEMS = 6 };

static void put_slot_commands(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec, uint32_t slot,
                              uint32_t component, put_parameters put) {
    prm_cbor_put_int(w, OVERRIDE);
    prm_cbor_put_head(w, PRM_CBOR_MAP, 1);
    put_pair(w, P_SLOT, (int)slot);
    put_pair(w, CHECK_SLOT, REPORT_SUCCESS);
    prm_cbor_put_int(w, OVERRIDE);
    put(w, spec, slot, component);
}

/* The slots as alternatives of a try-each; a try-each needs two, so a lone slot stands in the sequence itself. */
static void put_slots(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec, uint32_t component,
                      put_parameters put) {
    if (slot_count(spec) == 1) {
        put_slot_commands(w, spec, spec->slot[0].present ? 0 : 1, component, put);
        return;
    }
    prm_cbor_put_int(w, TRY_EACH);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, PRM_BOOT_SLOTS);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        struct scratch alternative;
        prm_cbor_put_head(begin(&alternative), PRM_CBOR_ARRAY, SLOT_ITEMS);
        put_slot_commands(&alternative.w, spec, slot, component, put);
        put_wrapped(w, &alternative);
    }
}

/* Items that put_slots() writes. */
static unsigned slots_items(const struct primum_manifest_spec *spec) {
    return slot_count(spec) == 1 ? SLOT_ITEMS : 2;
}

static void put_image(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec, uint32_t slot,
                      uint32_t component) {
    const struct primum_payload *payload = &spec->slot[slot].payload[component];

    prm_cbor_put_head(w, PRM_CBOR_MAP, 2);
    put_image_digest(w, payload->digest);
    prm_cbor_put_int(w, P_SIZE);
    prm_cbor_put_head(w, PRM_CBOR_UINT, payload->size);
}

/* For whom; then each component's images; then the conditions. */
static void put_shared(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec) {
    const unsigned each = choice_items(spec) + slots_items(spec);

    prm_cbor_put_head(w, PRM_CBOR_ARRAY,
                      2 * choice_items(spec) + 2 + spec->components * each + 4 + (spec->has_device ? 2u : 0u));
    put_for_all(w, spec);
    prm_cbor_put_int(w, OVERRIDE);
    prm_cbor_put_head(w, PRM_CBOR_MAP, 2 + (spec->has_device ? 1u : 0u));
    put_uuid(w, P_VENDOR, spec->vendor);
    put_uuid(w, P_CLASS, spec->class_);
    if (spec->has_device)
        put_uuid(w, P_DEVICE, spec->device);
    for (uint32_t i = 0; i < spec->components; i++) {
        put_for_component(w, spec, i);
        put_slots(w, spec, i, put_image);
    }
    put_for_all(w, spec);
    put_pair(w, CHECK_VENDOR, REPORT_ALL);
    put_pair(w, CHECK_CLASS, REPORT_ALL);
    if (spec->has_device)
        put_pair(w, CHECK_DEVICE, REPORT_ALL);
}

static void put_common(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec) {
    struct scratch shared;

    prm_cbor_put_head(w, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(w, COMMON_COMPONENTS);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, spec->components);
    for (uint32_t i = 0; i < spec->components; i++) {
        const uint8_t id = (uint8_t)i;
        prm_cbor_put_head(w, PRM_CBOR_ARRAY, 1);
        prm_cbor_put_bstr(w, prm_span_of(&id, 1));
    }
    put_shared(begin(&shared), spec);
    prm_cbor_put_int(w, COMMON_SHARED);
    put_wrapped(w, &shared);
}

static void put_source(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec, uint32_t slot,
                       uint32_t component) {
    const struct primum_payload *payload = &spec->slot[slot].payload[component];
    const unsigned encrypted = payload->info.len > 0, listed = payload->list.len > 0;
    char name[PRIMUM_PAYLOAD_NAME];
    struct scratch fetch;

    primum_payload_name(slot, component, name);
    prm_cbor_put_head(w, PRM_CBOR_MAP, 1 + encrypted + listed);
    if (encrypted) {
        prm_cbor_put_int(w, P_ENCRYPTION);
        prm_cbor_put_bstr(w, primum_span(&payload->info));
    }
    prm_cbor_put_int(w, P_URI);
    prm_cbor_put_tstr(w, name);
    if (!listed)
        return;
    primum_list_name(slot, component, name);
    primum_payload_put_fetch(begin(&fetch), payload, name);
    prm_cbor_put_int(w, P_FETCH);
    put_wrapped(w, &fetch);
}

/* What an updater does: fetch each payload for its slot, and check it. */
static void put_fetch(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec) {
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, spec->components * (choice_items(spec) + slots_items(spec) + 4));
    for (uint32_t i = 0; i < spec->components; i++) {
        put_for_component(w, spec, i);
        put_slots(w, spec, i, put_source);
        put_pair(w, FETCH, REPORT_FAILURE);
        put_pair(w, CHECK_IMAGE, REPORT_ALL);
    }
}

/* When an updater may go on: parameters, then the conditions that look at them. */
static void put_conditions(struct prm_cbor_writer *w, const struct prm_suit_conditions *c) {
    const unsigned timed = c->use_before != UINT64_MAX, powered = c->battery_mwh != 0, asked = c->authorized == PRM_YES;

    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 2 + 2 * (timed + powered + asked));
    prm_cbor_put_int(w, OVERRIDE);
    prm_cbor_put_head(w, PRM_CBOR_MAP, timed + powered + asked);
    if (timed) {
        prm_cbor_put_int(w, P_USE_BEFORE);
        prm_cbor_put_head(w, PRM_CBOR_UINT, c->use_before);
    }
    if (powered) {
        prm_cbor_put_int(w, P_BATTERY);
        prm_cbor_put_head(w, PRM_CBOR_UINT, c->battery_mwh);
    }
    if (asked)
        put_pair(w, P_PRIORITY, c->priority);
    if (timed)
        put_pair(w, CHECK_USE_BEFORE, REPORT_ALL);
    if (powered)
        put_pair(w, CHECK_BATTERY, REPORT_ALL);
    if (asked)
        put_pair(w, CHECK_AUTHORIZED, REPORT_ALL);
}

static void put_text_pair(struct prm_cbor_writer *w, int key, const char *text) {
    if (text == NULL)
        return;
    prm_cbor_put_int(w, key);
    prm_cbor_put_tstr(w, text);
}

static void put_text(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec) {
    prm_cbor_put_head(w, PRM_CBOR_MAP, 1);
    prm_cbor_put_tstr(w, "en");
    prm_cbor_put_head(w, PRM_CBOR_MAP, 1 + (spec->description != NULL ? 1u : 0u));
    put_text_pair(w, TEXT_DESCRIPTION, spec->description);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 1);
    prm_cbor_put_bstr(w, prm_span_of("", 1));
    prm_cbor_put_head(w, PRM_CBOR_MAP, 3 + (spec->name != NULL ? 1u : 0u));
    put_text_pair(w, TEXT_VENDOR, spec->vendor_domain);
    put_text_pair(w, TEXT_CLASS, spec->class_name);
    put_text_pair(w, TEXT_NAME, spec->name);
    put_text_pair(w, TEXT_VERSION, spec->version);
}

/* Both components are checked; the last one, which starts the other, is invoked. */
static void put_validate(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec) {
    struct scratch sequence;

    prm_cbor_put_head(begin(&sequence), PRM_CBOR_ARRAY, choice_items(spec) + 2);
    put_for_all(&sequence.w, spec);
    put_pair(&sequence.w, CHECK_IMAGE, REPORT_ALL);
    prm_cbor_put_int(w, PRM_SUIT_KEY_VALIDATE);
    put_wrapped(w, &sequence);
}

static void put_invoke(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec) {
    struct scratch sequence;

    prm_cbor_put_head(begin(&sequence), PRM_CBOR_ARRAY, choice_items(spec) + 2);
    put_for_component(&sequence.w, spec, spec->components - 1);
    put_pair(&sequence.w, INVOKE, REPORT_FAILURE);
    prm_cbor_put_int(w, PRM_SUIT_KEY_INVOKE);
    put_wrapped(w, &sequence);
}

enum prm_suit_severed primum_manifest_fetch(const struct primum_manifest_spec *spec) {
    return primum_conditions_any(&spec->conditions) ? PRM_SUIT_SEVERED_FETCH : PRM_SUIT_SEVERED_INSTALL;
}

static void put_manifest(struct prm_cbor_writer *w, const struct primum_manifest_spec *spec, const uint8_t *fetch) {
    const int conditions = primum_conditions_any(&spec->conditions);
    struct scratch part;

    prm_cbor_put_head(w, PRM_CBOR_MAP, conditions ? 8 : 7);
    put_pair(w, KEY_VERSION, 1);
    prm_cbor_put_int(w, KEY_SEQUENCE);
    prm_cbor_put_head(w, PRM_CBOR_UINT, spec->sequence);
    put_common(begin(&part), spec);
    prm_cbor_put_int(w, KEY_COMMON);
    put_wrapped(w, &part);
    put_validate(w, spec);
    put_invoke(w, spec);
    prm_cbor_put_int(w, conditions ? PRM_SUIT_KEY_PAYLOAD_FETCH : PRM_SUIT_KEY_INSTALL);
    put_digest(w, fetch);
    if (conditions) {
        put_conditions(begin(&part), &spec->conditions);
        prm_cbor_put_int(w, PRM_SUIT_KEY_INSTALL);
        put_wrapped(w, &part);
    }
    put_text(begin(&part), spec);
    prm_cbor_put_int(w, PRM_SUIT_KEY_TEXT);
    put_wrapped(w, &part);
}

static struct primum_bytes copy(prm_span bytes) {
    struct primum_bytes out = {primum_alloc(bytes.len), bytes.len};

    memcpy(out.data, bytes.ptr, bytes.len);
    return out;
}

int primum_manifest_write(const struct primum_manifest_spec *spec, struct primum_bytes *out,
                          struct primum_bytes *fetch) {
    struct scratch part, wrapped;
    uint8_t digest[PRM_SHA256_SIZE];
    prm_span bytes;

    *out = (struct primum_bytes){NULL, 0};
    *fetch = (struct primum_bytes){NULL, 0};
    put_fetch(begin(&part), spec);
    put_wrapped(begin(&wrapped), &part);
    if (prm_cbor_written(&wrapped.w, &bytes) != PRM_OK)
        return primum_fail(PRIMUM_REFUSED,
                           "the install sequence is larger than %u bytes: the images are too large, or there "
                           "are too many recipients",
                           SCRATCH);
    if (prm_crypto_openssl.sha256(&bytes, 1, digest) != PRM_OK)
        return primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
    *fetch = copy(bytes);
    put_manifest(begin(&part), spec, digest);
    put_wrapped(begin(&wrapped), &part);
    if (prm_cbor_written(&wrapped.w, &bytes) != PRM_OK) {
        primum_bytes_free(fetch);
        return primum_fail(PRIMUM_REFUSED,
                           "the manifest is larger than %u bytes; shorten the name, description or version", SCRATCH);
    }
    *out = copy(bytes);
    return PRIMUM_OK;
}

size_t primum_manifest_members(const struct primum_manifest_spec *spec, struct primum_member out[PRIMUM_MEMBERS]) {
    size_t n = 0;

    for (uint32_t i = 0; i < PRIMUM_MEMBERS; i++) {
        const enum primum_part part = i < PRIMUM_MEMBERS / PRIMUM_PARTS ? PRIMUM_LIST : PRIMUM_PAYLOAD;
        const uint32_t slot = i / PRM_COMPONENTS % PRM_BOOT_SLOTS, component = i % PRM_COMPONENTS;
        const struct primum_payload *payload = &spec->slot[slot].payload[component];
        const struct primum_bytes *bytes = part == PRIMUM_LIST ? &payload->list : &payload->bytes;
        if (!spec->slot[slot].present || component >= spec->components || (part == PRIMUM_LIST && bytes->len == 0))
            continue;
        (part == PRIMUM_LIST ? primum_list_name : primum_payload_name)(slot, component, out[n].name);
        out[n++].bytes = primum_span(bytes);
    }
    return n;
}

int primum_manifest_digest(prm_span wrapped, struct primum_bytes *out) {
    uint8_t sha256[PRM_SHA256_SIZE];
    struct scratch digest;

    *out = (struct primum_bytes){NULL, 0};
    if (prm_crypto_openssl.sha256(&wrapped, 1, sha256) != PRM_OK)
        return primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
    put_digest(begin(&digest), sha256);
    *out = copy(prm_span_of(digest.bytes, digest.w.len));
    return PRIMUM_OK;
}

int primum_manifest_sign(prm_span digest, EVP_PKEY *key, const char *key_path, int32_t alg, struct primum_bytes *out) {
    uint8_t bytes[PRIMUM_COSE_HEADER_MAX], sig[PRM_P256_SIG_SIZE];
    struct prm_anchor anchor;
    int status = primum_key_anchor(key, key_path, &anchor);

    *out = (struct primum_bytes){NULL, 0};
    if (status != PRIMUM_OK)
        return status;
    const prm_span header = primum_cose_header(alg, anchor.key_id, bytes);
    struct primum_bytes message = primum_cose_message(header, digest);
    status = primum_key_sign(key, primum_span(&message), sig);
    primum_bytes_free(&message);
    if (status == PRIMUM_OK)
        *out = primum_cose_block(header, prm_span_of(sig, sizeof sig));
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of a manifest, read as a table of facts.
 *
 * No stack of sequences: a sequence holds commands, one of which (try-each) holds alternatives, whose commands may not
 * be try-each again. Two nested loops, so the depth is the text's, not the input's.
 *
 * Which commands may stand in a sequence is a set of their numbers, and a condition that was read sets the bit of its own
 * number in `did`. If the bit came from a table and the load from that table were disturbed, the condition that was read
 * could be noted as another one; a shift by the number itself has no table.
 */
#include "suit/suit.h"

#include <string.h>

#include "base/endian.h"
#include "codec/cbor.h"

enum command {
    CONDITION_VENDOR = 1,
    CONDITION_CLASS = 2,
    CONDITION_IMAGE_MATCH = 3,
    CONDITION_COMPONENT_SLOT = 5,
    DIRECTIVE_SET_COMPONENT_INDEX = 12,
    DIRECTIVE_TRY_EACH = 15,
    DIRECTIVE_OVERRIDE_PARAMETERS = 20,
    DIRECTIVE_FETCH = 21,
    DIRECTIVE_INVOKE = 23,
    CONDITION_DEVICE = 24
};

enum parameter {
    PARAMETER_OLD_LIST = -1, /* was ours until payloads became exactly what is signed; never SUIT's to give */
    PARAMETER_VENDOR = 1,
    PARAMETER_CLASS = 2,
    PARAMETER_IMAGE_DIGEST = 3,
    PARAMETER_COMPONENT_SLOT = 5,
    PARAMETER_IMAGE_SIZE = 14,
    PARAMETER_ENCRYPTION_INFO = 19,
    PARAMETER_URI = 21,
    PARAMETER_DEVICE = 24,
    PARAMETER_FETCH_ARGUMENTS = 25
};

/* The wrapped SUIT_Digest, [-16, 32 bytes]: deterministic CBOR has one encoding of its heads, 82 2F 58 20. */
enum { UUID_SIZE = 16, DIGEST_HEAD = 0x20582F82, DIGEST_HEAD_SIZE = 4, DIGEST_SIZE = DIGEST_HEAD_SIZE + PRM_SHA256_SIZE };

/* Sets of commands, and of parameters. */
#define COMMAND(code) (1u << (code))
#define PARAMETER(key) (1u << (key))
#define COMMANDS_OF_BOTH                                                                                             \
    (COMMAND(CONDITION_IMAGE_MATCH) | COMMAND(CONDITION_COMPONENT_SLOT) | COMMAND(DIRECTIVE_SET_COMPONENT_INDEX) | \
     COMMAND(DIRECTIVE_OVERRIDE_PARAMETERS))

/* What may stand in the sequences that count at boot, and in the one that says where payloads come from. */
static const struct rules {
    uint32_t commands;
    uint32_t parameters;
} boot_rules = {COMMANDS_OF_BOTH | COMMAND(CONDITION_VENDOR) | COMMAND(CONDITION_CLASS) | COMMAND(CONDITION_DEVICE) |
              COMMAND(DIRECTIVE_INVOKE),
          PARAMETER(PARAMETER_VENDOR) | PARAMETER(PARAMETER_CLASS) | PARAMETER(PARAMETER_DEVICE) |
              PARAMETER(PARAMETER_IMAGE_DIGEST) | PARAMETER(PARAMETER_IMAGE_SIZE) |
              PARAMETER(PARAMETER_COMPONENT_SLOT)},
  install_rules = {COMMANDS_OF_BOTH | COMMAND(DIRECTIVE_FETCH),
             PARAMETER(PARAMETER_COMPONENT_SLOT) | PARAMETER(PARAMETER_ENCRYPTION_INFO) | PARAMETER(PARAMETER_URI) |
                 PARAMETER(PARAMETER_FETCH_ARGUMENTS)};

/* Where the walk stands. */
struct walk {
    struct prm_suit_component *component;
    uint32_t components;
    uint32_t slot; /* the slot that this walk is for */
    const struct rules *rules;
    uint32_t selected; /* bit i: component i; commands apply to all selected */
};

/* A sequence of commands that is being read. */
struct sequence {
    struct prm_cbor r;
    uint32_t items; /* still to come: two for each command */
};

/* Where a parameter goes, by its key: the offset in the component, and what kind of value it is. */
enum kind { KIND_SLOT, KIND_SIZE, KIND_UUID, KIND_DIGEST, KIND_BYTES, KIND_TEXT, KIND_MASK = 7, KIND_BITS = 3 };
#define PLACE(field, kind) (uint8_t)(offsetof(struct prm_suit_component, field) / 4 << KIND_BITS | (kind))
static const uint8_t places[] = {
    [PARAMETER_VENDOR] = PLACE(vendor, KIND_UUID),
    [PARAMETER_CLASS] = PLACE(class_, KIND_UUID),
    [PARAMETER_IMAGE_DIGEST] = PLACE(digest, KIND_DIGEST),
    [PARAMETER_COMPONENT_SLOT] = PLACE(slot, KIND_SLOT),
    [PARAMETER_IMAGE_SIZE] = PLACE(size, KIND_SIZE),
    [PARAMETER_ENCRYPTION_INFO] = PLACE(encryption, KIND_BYTES),
    [PARAMETER_URI] = PLACE(uri, KIND_TEXT),
    [PARAMETER_DEVICE] = PLACE(device, KIND_UUID),
    [PARAMETER_FETCH_ARGUMENTS] = PLACE(fetch, KIND_BYTES),
};

static prm_answer is_in(uint32_t set, uint32_t number) {
    return number < 32 && (set >> number & 1u) != 0 ? PRM_YES : PRM_NO;
}

/* A number: the slot may be set anew, the size may not, nor be 0, which would read as not set. */
static prm_result number(struct prm_cbor *r, uint32_t kind, struct prm_suit_component *c) {
    const uint32_t value = prm_cbor_head32(r, PRM_CBOR_UINT);

    if (kind == KIND_SLOT) {
        c->slot = value;
        return PRM_OK;
    }
    if (c->size != 0 || value == 0)
        return PRM_ERR_SUIT_PARAMETER;
    c->size = value;
    return PRM_OK;
}

/* One parameter, as far as it concerns component `c`. The value is read anew for each component selected. */
static prm_result parameter(struct prm_cbor *r, uint32_t place, struct prm_suit_component *c) {
    const uint8_t **where = (const uint8_t **)(void *)((uint8_t *)c + (place >> KIND_BITS) * 4);
    const uint32_t kind = place & KIND_MASK;

    if (kind <= KIND_SIZE)
        return number(r, kind, c);
    prm_span value = kind == KIND_TEXT ? prm_cbor_tstr(r) : prm_cbor_bstr(r);
    if (*where != NULL)
        return PRM_ERR_SUIT_PARAMETER;
    if (kind >= KIND_BYTES) {
        ((prm_span *)where)->len = value.len;
    } else if (value.len != (kind == KIND_UUID ? UUID_SIZE : DIGEST_SIZE)) {
        return PRM_ERR_SUIT_PARAMETER;
    } else if (kind == KIND_DIGEST) {
        if (prm_load_le32(value.ptr) != DIGEST_HEAD)
            return PRM_ERR_SUIT_PARAMETER;
        value.ptr += DIGEST_HEAD_SIZE;
    }
    *where = value.ptr;
    return PRM_OK;
}

static void override_parameters(struct prm_cbor *r, const struct walk *w) {
    const struct prm_cbor start = *r;
    struct prm_suit_component *c = w->component;

    for (uint32_t selected = w->selected; selected != 0 && r->err == PRM_OK; selected >>= 1, c++) {
        struct prm_cbor_map map;
        if ((selected & 1u) == 0)
            continue;
        *r = start;
        for (prm_cbor_map(r, &map); prm_cbor_next(r, &map);) {
            const uint32_t key = (uint32_t)prm_cbor_int(r);
            prm_result result = key == (uint32_t)PARAMETER_OLD_LIST ? PRM_ERR_LIST_OLD : PRM_ERR_SUIT_PARAMETER;
            if (is_in(w->rules->parameters, key) == PRM_YES)
                result = parameter(r, places[key], c);
            prm_cbor_fail(r, result); /* PRM_OK records nothing */
        }
    }
}

/* An index, true for all, or an array of indices; not none: a condition would hold for want of anyone to fail it. */
static void set_component_index(struct prm_cbor *r, struct walk *w) {
    const int major = prm_cbor_peek(r);
    uint32_t count = 1;

    w->selected = 0;
    if (major == PRM_CBOR_SIMPLE) {
        if (prm_cbor_head32(r, PRM_CBOR_SIMPLE) == PRM_CBOR_TRUE)
            w->selected = (1u << w->components) - 1u;
        count = 0;
    } else if (major == PRM_CBOR_ARRAY) {
        count = prm_cbor_head32(r, PRM_CBOR_ARRAY);
    }
    for (; count > 0 && r->err == PRM_OK; count--) {
        const uint32_t index = prm_cbor_head32(r, PRM_CBOR_UINT);
        if (index >= w->components) {
            w->selected = 0;
            break;
        }
        w->selected |= 1u << index;
    }
    if (w->selected == 0)
        prm_cbor_fail(r, PRM_ERR_SUIT_COMPONENT);
}

/*
 * A condition, the invocation or the fetching: noted for every selected component. The slot alone, which selects, is
 * judged: PRM_NO if that of a selected component isn't this one. The argument is a report policy.
 */
static prm_answer note(struct prm_cbor *r, const struct walk *w, uint32_t code) {
    struct prm_suit_component *c = w->component;
    prm_answer holds = PRM_YES;

    (void)prm_cbor_head32(r, PRM_CBOR_UINT);
    for (uint32_t selected = w->selected; selected != 0; selected >>= 1, c++) {
        if ((selected & 1u) == 0)
            continue;
        if (code != CONDITION_COMPONENT_SLOT)
            c->did |= COMMAND(code);
        else if (c->slot != w->slot)
            holds = PRM_NO;
    }
    return holds;
}

/* One command other than try-each. PRM_NO: a condition that selects did not hold. */
static prm_answer command(struct prm_cbor *r, struct walk *w, uint32_t code) {
    if (is_in(w->rules->commands, code) != PRM_YES)
        prm_cbor_fail(r, PRM_ERR_SUIT_COMMAND);
    else if (code == DIRECTIVE_SET_COMPONENT_INDEX)
        set_component_index(r, w);
    else if (code == DIRECTIVE_OVERRIDE_PARAMETERS)
        override_parameters(r, w);
    else
        return note(r, w, code);
    return PRM_YES;
}

/* Goes on to the end (PRM_YES), a condition that did not hold (PRM_NO) or the argument of a try-each (its code). */
static uint32_t run(struct sequence *s, struct walk *w) {
    while (s->items > 0 && s->r.err == PRM_OK) {
        if ((s->items & 1u) != 0)
            prm_cbor_fail(&s->r, PRM_ERR_SUIT_COMMAND);
        s->items -= 2;
        const uint32_t code = (uint32_t)prm_cbor_int(&s->r);
        if (code == DIRECTIVE_TRY_EACH)
            return code;
        if (command(&s->r, w, code) != PRM_YES)
            return PRM_NO;
    }
    return PRM_YES;
}

static inline uint32_t begin(struct sequence *s, prm_span bytes, struct walk *w) {
    s->r = prm_cbor_reader(bytes);
    s->items = prm_cbor_head32(&s->r, PRM_CBOR_ARRAY);
    return run(s, w);
}

/*
 * Takes the first alternative that holds; reads the heads of all. One that doesn't hold leaves nothing: what it set, noted and
 * selected is undone, so no condition counts that stands where this device doesn't go.
 */
static void try_each(struct prm_cbor *r, struct walk *w) {
    struct prm_suit_component before[PRM_SUIT_COMPONENTS_MAX];
    const uint32_t selected = w->selected;
    uint32_t taken = PRM_NO;

    memcpy(before, w->component, sizeof before);

    for (uint32_t n = prm_cbor_head32(r, PRM_CBOR_ARRAY); n > 0 && r->err == PRM_OK; n--) {
        const prm_span bytes = prm_cbor_bstr(r);
        struct sequence s;
        if (taken == PRM_YES)
            continue;
        memcpy(w->component, before, sizeof before);
        w->selected = selected;
        taken = begin(&s, bytes, w);
        if (taken == DIRECTIVE_TRY_EACH)
            prm_cbor_fail(&s.r, PRM_ERR_SUIT_COMMAND);
        prm_cbor_fail(r, taken == PRM_YES ? prm_cbor_end(&s.r) : s.r.err); /* PRM_OK records nothing */
    }
    if (taken != PRM_YES)
        prm_cbor_fail(r, PRM_ERR_SUIT_COMPONENT);
}

/* One command sequence. It starts with component 0 selected. */
static prm_result sequence(prm_span bytes, struct walk *w) {
    struct sequence s;

    if (bytes.ptr == NULL)
        return PRM_OK;
    w->selected = 1;
    uint32_t stop = begin(&s, bytes, w);
    for (; stop == DIRECTIVE_TRY_EACH; stop = run(&s, w))
        try_each(&s.r, w);
    if (stop != PRM_YES)
        prm_cbor_fail(&s.r, PRM_ERR_SUIT_COMPONENT);
    return prm_cbor_end(&s.r);
}

static prm_result sequences(const struct prm_suit_manifest *manifest, struct walk *w) {
    PRM_TRY(sequence(manifest->shared, w));
    PRM_TRY(sequence(manifest->validate, w));
    PRM_TRY(sequence(manifest->invoke, w));
    return manifest->load.ptr == NULL ? PRM_OK : PRM_ERR_SUIT_SECTION;
}

/* What a failed walk leaves: nothing. */
static prm_result finish(prm_result result, struct prm_suit_component out[PRM_SUIT_COMPONENTS_MAX]) {
    if (result != PRM_OK)
        prm_wipe(out, PRM_SUIT_COMPONENTS_MAX * sizeof out[0]);
    return result;
}

prm_result prm_suit_select(const struct prm_suit_manifest *manifest, uint32_t slot,
                           struct prm_suit_component out[PRM_SUIT_COMPONENTS_MAX]) {
    struct walk w = {.component = out, .components = manifest->components, .slot = slot, .rules = &boot_rules};

    prm_wipe(out, PRM_SUIT_COMPONENTS_MAX * sizeof out[0]);
    return finish(sequences(manifest, &w), out);
}

prm_result prm_suit_select_install(prm_span install, uint32_t components, uint32_t slot,
                                   struct prm_suit_component out[PRM_SUIT_COMPONENTS_MAX]) {
    struct walk w = {.component = out, .components = components, .slot = slot, .rules = &install_rules};

    return finish(sequence(install, &w), out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of a manifest, read as a table of facts.
 *
 * No stack of sequences: a sequence holds commands, one of which (try-each) holds alternatives, whose commands may not
 * be try-each again. Two nested loops, so the depth is the text's, not the input's.
 */
#include "suit/suit.h"

#include "codec/cbor.h"
#include "codec/cose.h"

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
    PARAMETER_BLOCKS = -1, /* ours: SUIT leaves negative numbers to the implementation */
    PARAMETER_VENDOR = 1,
    PARAMETER_CLASS = 2,
    PARAMETER_IMAGE_DIGEST = 3,
    PARAMETER_COMPONENT_SLOT = 5,
    PARAMETER_IMAGE_SIZE = 14,
    PARAMETER_ENCRYPTION_INFO = 19,
    PARAMETER_URI = 21,
    PARAMETER_DEVICE = 24
};

enum { UUID_SIZE = 16 };

/* Where the walk stands. */
struct walk {
    struct prm_suit_component *component;
    uint32_t components;
    uint32_t selected;   /* bit i: component i; commands apply to all selected */
    uint32_t slot;       /* the slot that this walk is for */
    prm_answer installs; /* PRM_YES: an install sequence, which alone says where payloads come from */
};

/* Puts a pointer where none was: a parameter is set once. */
static void set_once(struct prm_cbor *r, const uint8_t **where, const uint8_t *value) {
    if (*where != NULL)
        prm_cbor_fail(r, PRM_ERR_SUIT_PARAMETER);
    *where = value;
}

static void set_span_once(struct prm_cbor *r, prm_span *where, prm_span value) {
    if (where->ptr != NULL)
        prm_cbor_fail(r, PRM_ERR_SUIT_PARAMETER);
    *where = value;
}

/* SUIT_Digest wrapped in a bstr; NULL after an error. */
static const uint8_t *wrapped_digest(struct prm_cbor *r) {
    struct prm_cbor inner = prm_cbor_reader(prm_cbor_bstr(r));

    if (prm_cbor_head(&inner, PRM_CBOR_ARRAY) != 2 || prm_cbor_int(&inner) != PRM_COSE_SHA256)
        prm_cbor_fail(&inner, PRM_ERR_SUIT_PARAMETER);
    const uint8_t *bytes = prm_cbor_bytes(&inner, PRM_SHA256_SIZE);
    const prm_result end = prm_cbor_end(&inner);
    if (end != PRM_OK)
        prm_cbor_fail(r, end);
    return bytes;
}

/* A parameter of an install sequence: where the payload comes from. */
static void install_parameter(struct prm_cbor *r, int32_t key, struct prm_suit_component *c) {
    switch (key) {
    case PARAMETER_URI:
        set_span_once(r, &c->uri, prm_cbor_tstr(r));
        break;
    case PARAMETER_ENCRYPTION_INFO:
        set_span_once(r, &c->encryption, prm_cbor_bstr(r));
        break;
    case PARAMETER_BLOCKS:
        set_span_once(r, &c->blocks, prm_cbor_bstr(r));
        break;
    default:
        prm_cbor_fail(r, PRM_ERR_SUIT_PARAMETER);
    }
}

/* One parameter, as far as it concerns component `c`. The value is read anew for each component selected. */
static void parameter(struct prm_cbor *r, int32_t key, prm_answer installs, struct prm_suit_component *c) {
    switch (key) {
    case PARAMETER_VENDOR:
        set_once(r, &c->vendor, prm_cbor_bytes(r, UUID_SIZE));
        break;
    case PARAMETER_CLASS:
        set_once(r, &c->class_, prm_cbor_bytes(r, UUID_SIZE));
        break;
    case PARAMETER_DEVICE:
        set_once(r, &c->device, prm_cbor_bytes(r, UUID_SIZE));
        break;
    case PARAMETER_IMAGE_DIGEST:
        set_once(r, &c->digest, wrapped_digest(r));
        break;
    case PARAMETER_IMAGE_SIZE:
        if (c->size != 0)
            prm_cbor_fail(r, PRM_ERR_SUIT_PARAMETER);
        c->size = prm_cbor_head32(r, PRM_CBOR_UINT);
        if (c->size == 0) /* would read as not set, and could be set again */
            prm_cbor_fail(r, PRM_ERR_SUIT_PARAMETER);
        break;
    case PARAMETER_COMPONENT_SLOT:
        c->slot = prm_cbor_head32(r, PRM_CBOR_UINT);
        break;
    default:
        if (installs == PRM_YES)
            install_parameter(r, key, c);
        else
            prm_cbor_fail(r, PRM_ERR_SUIT_PARAMETER);
    }
}

static void override_parameters(struct prm_cbor *r, struct walk *w) {
    const struct prm_cbor start = *r;

    for (uint32_t i = 0; i < w->components && r->err == PRM_OK; i++) {
        prm_span last = {NULL, 0};
        if ((w->selected & (1u << i)) == 0)
            continue;
        *r = start;
        for (uint32_t n = prm_cbor_head32(r, PRM_CBOR_MAP); n > 0 && r->err == PRM_OK; n--) {
            prm_cbor_key(r, &last);
            parameter(r, prm_cbor_int(r), w->installs, &w->component[i]);
        }
    }
    if (w->selected == 0)
        prm_cbor_fail(r, PRM_ERR_SUIT_COMPONENT);
}

/* An index, or true for all, or an array of indices. */
static void set_component_index(struct prm_cbor *r, struct walk *w) {
    const uint32_t all = (1u << w->components) - 1u;
    uint32_t count = 1;

    w->selected = 0;
    if (prm_cbor_peek(r) == PRM_CBOR_SIMPLE) {
        if (prm_cbor_head(r, PRM_CBOR_SIMPLE) != PRM_CBOR_TRUE)
            prm_cbor_fail(r, PRM_ERR_SUIT_COMPONENT);
        w->selected = all;
        return;
    }
    if (prm_cbor_peek(r) == PRM_CBOR_ARRAY)
        count = prm_cbor_head32(r, PRM_CBOR_ARRAY);
    if (count == 0) /* none selected: a condition would hold for want of anyone to fail it */
        prm_cbor_fail(r, PRM_ERR_SUIT_COMPONENT);
    for (; count > 0 && r->err == PRM_OK; count--) {
        const uint32_t index = prm_cbor_head32(r, PRM_CBOR_UINT);
        if (index >= w->components)
            prm_cbor_fail(r, PRM_ERR_SUIT_COMPONENT);
        else
            w->selected |= 1u << index;
    }
}

/* Notes for every selected component that a condition or the invocation stands here. Its argument is a report policy. */
static void note(struct prm_cbor *r, struct walk *w, uint32_t did) {
    (void)prm_cbor_head32(r, PRM_CBOR_UINT);
    for (uint32_t i = 0; i < w->components; i++)
        if ((w->selected & (1u << i)) != 0)
            w->component[i].did |= did;
}

/* PRM_YES if the slot set for every selected component is the one this walk is for. */
static prm_answer component_slot(struct prm_cbor *r, const struct walk *w) {
    prm_answer match = PRM_YES;

    (void)prm_cbor_head32(r, PRM_CBOR_UINT);
    for (uint32_t i = 0; i < w->components; i++)
        if ((w->selected & (1u << i)) != 0 && w->component[i].slot != w->slot)
            match = PRM_NO;
    return match;
}

/* One command other than try-each. PRM_NO: a condition that selects did not hold. */
static prm_answer command(struct prm_cbor *r, struct walk *w, int32_t code) {
    switch (code) {
    case CONDITION_VENDOR:
        note(r, w, PRM_SUIT_DID_VENDOR);
        break;
    case CONDITION_CLASS:
        note(r, w, PRM_SUIT_DID_CLASS);
        break;
    case CONDITION_DEVICE:
        note(r, w, PRM_SUIT_DID_DEVICE);
        break;
    case CONDITION_IMAGE_MATCH:
        note(r, w, PRM_SUIT_DID_IMAGE);
        break;
    case DIRECTIVE_INVOKE:
        note(r, w, PRM_SUIT_DID_INVOKE);
        break;
    case DIRECTIVE_FETCH:
        if (w->installs != PRM_YES)
            prm_cbor_fail(r, PRM_ERR_SUIT_COMMAND);
        note(r, w, PRM_SUIT_DID_FETCH);
        break;
    case CONDITION_COMPONENT_SLOT:
        return component_slot(r, w);
    case DIRECTIVE_SET_COMPONENT_INDEX:
        set_component_index(r, w);
        break;
    case DIRECTIVE_OVERRIDE_PARAMETERS:
        override_parameters(r, w);
        break;
    default:
        prm_cbor_fail(r, PRM_ERR_SUIT_COMMAND);
    }
    return PRM_YES;
}

/* One alternative of a try-each: PRM_NO as soon as a selecting condition does not hold. */
static prm_answer alternative(prm_span bytes, struct walk *w, prm_result *err) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    prm_answer holds = PRM_YES;

    for (uint32_t n = prm_cbor_head32(&r, PRM_CBOR_ARRAY); n > 0 && r.err == PRM_OK && holds == PRM_YES; n -= 2) {
        if ((n & 1u) != 0)
            prm_cbor_fail(&r, PRM_ERR_SUIT_COMMAND);
        else
            holds = command(&r, w, prm_cbor_int(&r));
    }
    *err = holds == PRM_YES ? prm_cbor_end(&r) : r.err;
    return holds;
}

/* Takes the first alternative that holds; reads the heads of all. */
static void try_each(struct prm_cbor *r, struct walk *w) {
    prm_answer taken = PRM_NO;

    for (uint32_t n = prm_cbor_head32(r, PRM_CBOR_ARRAY); n > 0 && r->err == PRM_OK; n--) {
        const prm_span bytes = prm_cbor_bstr(r);
        prm_result err = PRM_OK;
        if (taken == PRM_YES || r->err != PRM_OK)
            continue;
        taken = alternative(bytes, w, &err);
        if (err != PRM_OK)
            prm_cbor_fail(r, err);
    }
    if (taken != PRM_YES)
        prm_cbor_fail(r, PRM_ERR_SUIT_COMPONENT);
}

/* One command sequence. It starts with component 0 selected. */
static prm_result sequence(prm_span bytes, struct walk *w) {
    struct prm_cbor r = prm_cbor_reader(bytes);

    if (bytes.ptr == NULL)
        return PRM_OK;
    w->selected = 1;
    const uint32_t items = prm_cbor_head32(&r, PRM_CBOR_ARRAY);
    if ((items & 1u) != 0)
        prm_cbor_fail(&r, PRM_ERR_SUIT_COMMAND);
    for (uint32_t n = items; n > 0 && r.err == PRM_OK; n -= 2) {
        const int32_t code = prm_cbor_int(&r);
        if (code == DIRECTIVE_TRY_EACH)
            try_each(&r, w);
        else if (command(&r, w, code) != PRM_YES)
            prm_cbor_fail(&r, PRM_ERR_SUIT_COMPONENT);
    }
    return prm_cbor_end(&r);
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
    struct walk w = {.component = out, .components = manifest->components, .slot = slot, .installs = PRM_NO};

    prm_wipe(out, PRM_SUIT_COMPONENTS_MAX * sizeof out[0]);
    return finish(sequences(manifest, &w), out);
}

prm_result prm_suit_select_install(prm_span install, uint32_t components, uint32_t slot,
                                   struct prm_suit_component out[PRM_SUIT_COMPONENTS_MAX]) {
    struct walk w = {.component = out, .components = components, .slot = slot, .installs = PRM_YES};

    return finish(sequence(install, &w), out);
}

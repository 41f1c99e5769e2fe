/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_suit.c - the layers of a release, without the signature between them: the input as an envelope, as a manifest,
 * and as command sequences, an install sequence among them. What is accepted lies within the input; what is refused
 * leaves zeros.
 */
#include "tests/fuzz/fuzz.h"

#include "suit/suit_conditions_parse.h"
#include "tests/unit/fixture.h"

static void within(prm_span s, prm_span all) {
    MUST(s.ptr == NULL ? s.len == 0 : s.ptr >= all.ptr && s.len <= all.len && s.ptr + s.len <= all.ptr + all.len);
}

static void field(const uint8_t *p, size_t len, prm_span all) {
    if (p != NULL)
        within(prm_span_of(p, len), all);
}

static void components(const struct prm_suit_component c[], uint32_t count, prm_span all) {
    static const struct prm_suit_component zero;

    for (uint32_t i = 0; i < PRM_SUIT_COMPONENTS_MAX; i++) {
        if (i >= count)
            MUST(memcmp(&c[i], &zero, sizeof zero) == 0);
        field(c[i].vendor, 16, all);
        field(c[i].class_, 16, all);
        field(c[i].device, 16, all);
        field(c[i].digest, PRM_SHA256_SIZE, all);
        within(c[i].uri, all);
        within(c[i].encryption, all);
        within(c[i].fetch, all);
    }
}

/* Follows the sequences for each slot, then `install` on top of them. */
static void commands(const struct prm_suit_manifest *m, prm_span install, prm_span all) {
    static const struct prm_suit_component zero[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_component c[PRM_SUIT_COMPONENTS_MAX], before[PRM_SUIT_COMPONENTS_MAX];

    for (uint32_t slot = 0; slot < 3; slot++) {
        if (prm_suit_select(m, slot, c) != PRM_OK) {
            MUST(memcmp(c, zero, sizeof zero) == 0);
            continue;
        }
        components(c, m->components, all);
        for (uint32_t i = 0; i < m->components; i++) /* where payloads come from is said elsewhere */
            MUST(c[i].uri.ptr == NULL && c[i].encryption.ptr == NULL && c[i].fetch.ptr == NULL &&
                 (c[i].did & PRM_SUIT_DID_FETCH) == 0);
        memcpy(before, c, sizeof before);
        if (prm_suit_select_install(install, m->components, slot, c) != PRM_OK) {
            MUST(memcmp(c, zero, sizeof zero) == 0);
            continue;
        }
        components(c, m->components, all);
        for (uint32_t i = 0; i < m->components; i++) { /* what was said is not unsaid */
            MUST(before[i].vendor == NULL || before[i].vendor == c[i].vendor);
            MUST(before[i].class_ == NULL || before[i].class_ == c[i].class_);
            MUST(before[i].digest == NULL || before[i].digest == c[i].digest);
            MUST(before[i].size == 0 || before[i].size == c[i].size);
            MUST((before[i].did & ~c[i].did) == 0);
        }
    }
}

static void conditions(const struct prm_suit_manifest *m) {
    struct prm_suit_conditions c;

    if (prm_suit_conditions_parse(m, &c) != PRM_OK || m->severed[PRM_SUIT_SEVERED_FETCH] == NULL)
        MUST(c.authorized == PRM_NO && c.priority == 0 && c.battery_mwh == 0 && c.use_before == UINT64_MAX);
}

static void manifest(prm_span bytes, prm_span all) {
    static const struct prm_suit_manifest zero;
    struct prm_suit_manifest m;

    if (prm_suit_manifest_parse(bytes, &m) != PRM_OK) {
        MUST(memcmp(&m, &zero, sizeof zero) == 0);
        return;
    }
    MUST(m.components >= 1 && m.components <= PRM_SUIT_COMPONENTS_MAX && m.sequence <= INT64_MAX);
    within(m.component_ids, all);
    within(m.shared, all);
    within(m.install, all);
    within(m.text, all);
    commands(&m, m.install, all);
    conditions(&m);
}

static void envelope(prm_span bytes) {
    static const struct prm_suit_envelope zero;
    struct prm_suit_envelope e;

    if (prm_suit_envelope_parse(bytes, &e) != PRM_OK) {
        MUST(memcmp(&e, &zero, sizeof zero) == 0);
        return;
    }
    MUST(e.signatures <= PRM_SUIT_SIGNATURES_MAX && e.digest != NULL);
    field(e.digest, PRM_SHA256_SIZE, e.digest_bytes);
    within(e.digest_bytes, bytes);
    within(e.manifest, e.manifest_wrapped);
    within(e.manifest_wrapped, bytes);
    within(e.payload_pairs, bytes);
    for (uint32_t i = 0; i < PRM_SUIT_SIGNATURES_MAX; i++)
        within(e.signature[i], bytes);
    for (uint32_t i = 0; i < 3; i++) {
        within(e.severed_wrapped[i], bytes);
        within(e.severed[i], e.severed_wrapped[i]);
    }
    manifest(e.manifest, bytes);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static uint8_t seed[2048];
    static struct fx_key key;
    const struct fx_spec spec = {.sequence = 1,
                                 .key = {&key, &key},
                                 .device = fx_device_id,
                                 .image = {prm_span_of("a", 1), prm_span_of("b", 1)}};

    (void)argc;
    (void)argv;
    fx_key_make(&key, "key");
    fuzz_seed(seed, fx_envelope(&spec, seed, sizeof seed));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const prm_span all = prm_span_of(data, size);

    envelope(all);
    manifest(all, all);
    if (size == 0)
        return 0;
    /* Split in three: shared, validate, invoke; the first byte says how many components. */
    const size_t third = (size - 1) / 3;
    const struct prm_suit_manifest m = {.components = 1u + data[0] % PRM_SUIT_COMPONENTS_MAX,
                                        .shared = prm_span_of(data + 1, third),
                                        .validate = prm_span_of(data + 1 + third, third),
                                        .invoke = prm_span_of(data + 1 + 2 * third, size - 1 - 2 * third)};
    commands(&m, m.invoke, all);
    const struct prm_suit_manifest only = {.components = m.components, .shared = prm_span_of(data + 1, size - 1)};
    commands(&only, prm_span_of(NULL, 0), all);
    const struct prm_suit_manifest none = {.components = m.components};
    commands(&none, prm_span_of(data + 1, size - 1), all);
    const struct prm_suit_manifest waits = {.install = prm_span_of(data + 1, size - 1), .severed = {data}};
    conditions(&waits);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "host/trust/trust_evaluate.h"

#include <string.h>

#include "host/file/uuid.h"
#include "host/keys/keys.h"

static int same_id(const uint8_t *a, const uint8_t *b) {
    return a != NULL && b != NULL && memcmp(a, b, PRIMUM_UUID_SIZE) == 0;
}

/* 1 if the key may sign for the devices that another key is limited to. */
static int serves(const struct prm_trust_key *key, const struct prm_trust_key *device) {
    return (key->vendor == NULL || same_id(key->vendor, device->vendor)) &&
           (key->class_ == NULL || same_id(key->class_, device->class_));
}

static int same_key(const struct prm_trust_key *a, const struct prm_trust_key *b) {
    return a->key.len == b->key.len && memcmp(a->key.ptr, b->key.ptr, a->key.len) == 0;
}

/* 1 if a release of `components` for these devices can have the signatures that are needed. A key counts once. */
static int can_be_signed(const struct prm_trust_view *view, const struct prm_trust_key *device, uint32_t components) {
    int counts[PRM_TRUST_ANCHORS] = {0};
    uint32_t of_kind[PRM_KEY_ALGS] = {0};

    for (uint32_t i = 0; i < view->keys; i++) {
        const struct prm_trust_key *key = &view->key[i];
        counts[i] = serves(key, device) && (components & ~key->components) == 0;
        for (uint32_t k = 0; k < i; k++)
            counts[i] = counts[i] && !(counts[k] && same_key(&view->key[k], key));
        of_kind[key->kind & 1u] += counts[i] ? 1u : 0u;
    }
    for (uint32_t kind = 0; kind < PRM_KEY_ALGS; kind++) {
        if (of_kind[kind] < view->need[kind])
            return 0;
    }
    return 1;
}

/* 1 if some release can be signed for the devices that the key is limited to: of one component, or of all. */
static int is_of_use(const struct prm_trust_view *view, const struct prm_trust_key *device) {
    for (uint32_t components = 1; components < 1u << PRM_COMPONENTS; components++) {
        if (can_be_signed(view, device, components))
            return 1;
    }
    return 0;
}

int primum_trust_evaluate(const struct prm_trust_view *view) {
    char id[2 * PRM_KEY_ID_SIZE + 1];
    uint8_t kid[PRM_KEY_ID_SIZE] = {0};
    uint32_t of_use = 0;

    for (uint32_t i = 0; i < view->keys; i++)
        of_use += is_of_use(view, &view->key[i]) ? 1u : 0u;
    if (of_use == 0)
        return primum_fail(
            PRIMUM_REFUSED,
            "no release could ever be signed by this list: of keys that may sign for the same devices there "
            "are fewer than the %u P-256 and %u HSS-LMS that are needed, and a key counts once",
            view->need[PRM_KEY_P256], view->need[PRM_KEY_HSS]);
    for (uint32_t i = 0; i < view->keys; i++) {
        if (is_of_use(view, &view->key[i]))
            continue;
        (void)primum_check8(view->key[i].key, kid);
        primum_hex(kid, sizeof kid, id);
        primum_warn("devices that key %s is limited to could take no release: too few keys serve them", id);
    }
    return PRIMUM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "host/trust/trust_follow.h"

#include <inttypes.h>
#include <string.h>

#include "host/keys/keys.h"

static int add_manifest(struct primum_trust_before *before, const char *path, struct primum_bytes *bytes) {
    struct primum_trust_file file;
    const int status = primum_trust_file_parse(path, bytes, &file);

    if (status == PRIMUM_OK) {
        before->path = path;
        before->number = file.view.number;
        before->epoch = file.view.epoch;
        before->keys = file.view.keys;
        for (uint32_t i = 0; i < file.view.keys; i++) {
            before->key[i] = (struct prm_anchor){.alg = file.view.key[i].kind,
                                                 .key_len = (uint8_t)file.view.key[i].key.len};
            memcpy(before->key[i].public_key, file.view.key[i].key.ptr, file.view.key[i].key.len);
        }
    }
    primum_trust_file_free(&file);
    return status;
}

int primum_trust_before_add(struct primum_trust_before *before, const char *path) {
    struct primum_bytes bytes = {NULL, 0};
    int status = primum_read_file(path, &bytes);

    if (status != PRIMUM_OK)
        return status;
    const int is_manifest = primum_trust_file_is(primum_span(&bytes));
    if (before->path != NULL || (is_manifest && before->keys > 0))
        status = primum_fail(PRIMUM_USAGE, "%s: what devices believe now is one trust manifest, or, before the first, "
                                           "the factory's release keys", path);
    else if (is_manifest)
        return add_manifest(before, path, &bytes);
    else if (before->keys == PRM_TRUST_ANCHORS)
        status = primum_fail(PRIMUM_USAGE, "a device holds %u release keys at most", PRM_TRUST_ANCHORS);
    else
        status = primum_key_read_anchor(path, &before->key[before->keys]);
    before->keys += status == PRIMUM_OK ? 1u : 0u;
    primum_bytes_free(&bytes);
    return status;
}

static int is_listed(const struct primum_trust_list *list, const struct prm_anchor *key) {
    for (uint32_t i = 0; i < list->keys; i++) {
        const struct prm_anchor *listed = &list->key[i].anchor;
        if (listed->alg == key->alg && listed->key_len == key->key_len &&
            memcmp(listed->public_key, key->public_key, key->key_len) == 0)
            return 1;
    }
    return 0;
}

static int leaves_one_out(const struct primum_trust_list *list, const struct primum_trust_before *before) {
    for (uint32_t i = 0; i < before->keys; i++)
        if (!is_listed(list, &before->key[i]))
            return 1;
    return 0;
}

int primum_trust_follows(const struct primum_trust_list *list, const struct primum_trust_before *before) {
    if (list->number <= before->number)
        return primum_fail(PRIMUM_REFUSED, "%s is number %" PRIu32 "; no device takes %" PRIu32 " after it: give a "
                                           "higher --number", before->path, before->number, list->number);
    if (list->number - before->number > PRM_TRUST_NUMBER_STEP)
        return primum_fail(PRIMUM_REFUSED, "a device whose last manifest is number %" PRIu32 " takes none above %" PRIu32,
                           before->number, before->number + PRM_TRUST_NUMBER_STEP);
    if (list->epoch != before->epoch && list->epoch != before->epoch + 1)
        return primum_fail(PRIMUM_REFUSED, "devices are in epoch %" PRIu32 " and take that or the next, not %" PRIu32,
                           before->epoch, list->epoch);
    if (list->epoch == before->epoch || leaves_one_out(list, before))
        return PRIMUM_OK;
    return primum_fail(PRIMUM_REFUSED,
                       "epoch %" PRIu32 " still lists every release key of before: whoever signed the numbers that it is "
                       "to leave behind signs on in it. Leave that key out, with a new one in its place; or, if no "
                       "number ran away, stay in epoch %" PRIu32,
                       list->epoch, before->epoch);
}

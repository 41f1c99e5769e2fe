/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a device in any state: a root key, two release keys, three manifests, trust floor, cell and slots. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>

#include "host/keys/keys.h"
#include "host/trust/trust_make.h"
#include "host/trust/trust_sign.h"
#include "tests/states/device.h"
#include "trust/floor.h"
#include "trust/trust_store.h"

enum { TRUST_FLOOR_OFF = 0, KEPT_OFF = 2 * PRM_EEPROM_COUNTER_SIZE };

/* For each: the manifest in force, the one that waits, what the two slots hold (numbers; 0: nothing), if bank A's is kept. */
static const struct {
    uint32_t floor;
    uint32_t slot[PRM_TRUST_SLOTS];
    int kept, torn;
    uint32_t sent; /* the manifest that comes with the release */
    uint32_t epoch; /* of the rules in force */
} kinds[TRUSTS] = {
    [TRUST_FACTORY] = {0, {0, 0}, 0, 0, 0, 0},      [TRUST_BOTH_SLOTS] = {1, {1, 1}, 0, 0, 1, 0},
    [TRUST_FIRST_SLOT] = {1, {1, 0}, 0, 0, 1, 0},   [TRUST_SECOND_SLOT] = {1, {0, 1}, 0, 0, 1, 0},
    [TRUST_LOST] = {1, {0, 0}, 0, 0, 1, 0},         [TRUST_OLDER] = {2, {1, 1}, 0, 0, 2, 0},
    [TRUST_ADDS] = {1, {1, 2}, 0, 0, 2, 0},         [TRUST_REVOKES] = {1, {3, 1}, 0, 0, 3, 0},
    [TRUST_REVOKED] = {3, {3, 3}, 1, 0, 3, 0},      [TRUST_REVOKED_ALL] = {3, {3, 3}, 0, 0, 3, 0},
    [TRUST_REVOKED_TORN] = {3, {3, 1}, 1, 1, 3, 0}, [TRUST_OPENS] = {1, {1, 4}, 0, 0, 4, 0},
    [TRUST_EPOCH] = {4, {4, 4}, 1, 0, 4, 1},     [TRUST_EPOCH_LOST] = {4, {0, 0}, 1, 0, 4, 1},
};

static void need(int ok, const char *what) {
    if (ok)
        return;
    fprintf(stderr, "states: %s\n", what);
    exit(3);
}

static prm_result eeprom_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct device *d = ctx;

    if (len > sizeof d->eeprom_bytes || off > sizeof d->eeprom_bytes - len)
        return PRM_ERR_COUNTER_IO;
    memcpy(dst, d->eeprom_bytes + off, len);
    return PRM_OK;
}

static prm_result eeprom_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct device *d = ctx;

    if (len > sizeof d->eeprom_bytes || off > sizeof d->eeprom_bytes - len)
        return PRM_ERR_COUNTER_IO;
    memcpy(d->eeprom_bytes + off, src, len);
    return PRM_OK;
}

void trust_layout(struct device *d) {
    struct prm_trust *trust = &d->world.trust;

    d->root_key = EVP_EC_gen("P-256");
    d->second_key = EVP_EC_gen("P-256");
    need(d->root_key != NULL && d->second_key != NULL, "key generation");
    need(primum_key_anchor(d->root_key, "root", &trust->anchor[1]) == PRIMUM_OK, "the root key");
    trust->anchor[0].roles = PRM_ROLE_RELEASE;
    trust->anchor[1].roles = PRM_ROLE_ROOT;
    trust->count = 2;
    trust->need_root = 1;
    need(primum_check8(prm_span_of(trust, offsetof(struct prm_trust, check)), trust->check) == PRIMUM_OK, "the anchors");
    for (uint32_t slot = 0; slot < PRM_TRUST_SLOTS; slot++) {
        d->world.layout.trust_off[slot] = d->world.flash_size;
        d->world.flash_size += PRM_TRUST_SLOT_SIZE;
        d->world.flash.units[1].count += PRM_TRUST_SLOT_SIZE / d->world.flash.units[1].size;
    }
}

/* Signed by the root key. */
static void sign(struct device *d, struct primum_bytes *file, struct primum_bytes *out) {
    struct primum_trust_signing signing;
    struct primum_signer signer;
    uint8_t der[80];
    size_t len = sizeof der;

    need(primum_signer_of(d->root_key, "root", PRM_COSE_ESP256, &signer) == PRIMUM_OK &&
             primum_trust_signing_begin("manifest", file, &signing) == PRIMUM_OK,
         "a trust manifest");
    struct primum_bytes message = primum_trust_message(&signer, signing.file.payload);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    need(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, d->root_key) == 1 &&
             EVP_DigestSign(md, der, &len, message.data, message.len) == 1,
         "signing a trust manifest");
    EVP_MD_CTX_free(md);
    need(primum_trust_signing_add(&signing, &signer, prm_span_of(der, len)) == PRIMUM_OK, "a signature");
    *out = primum_trust_signing_write(&signing);
    primum_bytes_free(&message);
    primum_trust_signing_free(&signing);
}

static void make_manifest(struct device *d, uint32_t number, int first, int second, struct primum_bytes *out) {
    struct primum_trust_list list;
    struct prm_trust_view view;
    struct primum_bytes file;

    memset(&list, 0, sizeof list);
    list.number = number;
    list.epoch = number == 4 ? 1 : 0;
    list.base = number == 4 ? EPOCH_BASE : 1;
    if (first)
        list.key[list.keys++].anchor = d->world.trust.anchor[0];
    if (second)
        need(primum_key_anchor(d->second_key, "second", &list.key[list.keys++].anchor) == PRIMUM_OK, "the second key");
    list.need[PRM_KEY_P256] = 1;
    list.has_need[PRM_KEY_P256] = 1;
    need(primum_trust_list_write(&list, &view, &file) == PRIMUM_OK, "the content of a trust manifest");
    sign(d, &file, out);
}

void trust_init(struct device *d) {
    struct prm_update_platform *const both[2] = {&d->rig.root, &d->rig.services};

    d->eeprom = (struct prm_eeprom){d, eeprom_read, eeprom_write, &rig_crypto};
    d->trust_floor_format = (struct prm_eeprom_counter){{&d->eeprom, TRUST_FLOOR_OFF, PRM_EEPROM_TRUST, PRM_EEPROM_VALUE_SIZE}, 0};
    d->kept_format = (struct prm_eeprom_cell){{&d->eeprom, KEPT_OFF, PRM_EEPROM_KEPT, PRM_CELL_SIZE}};
    d->trust_floor = (struct prm_counter){&d->trust_floor_format, prm_eeprom_counter_read_mending, prm_eeprom_counter_advance_to};
    d->kept = (struct prm_cell){&d->kept_format, prm_eeprom_cell_read_mending, prm_eeprom_cell_write};
    d->rig.boot.rules = prm_boot_rules_manifest;
    d->rig.boot.trust_counter = &d->trust_floor;
    d->rig.boot.kept = &d->kept;
    for (int i = 0; i < 2; i++) {
        both[i]->rules = &d->rules;
        both[i]->trust_counter = &d->trust_floor;
    }
    make_manifest(d, 1, 1, 0, &d->manifest[0]);
    make_manifest(d, 2, 1, 1, &d->manifest[1]);
    make_manifest(d, 3, 0, 1, &d->manifest[2]);
    make_manifest(d, 4, 0, 1, &d->manifest[3]);
}

void trust_free(struct device *d) {
    for (int i = 0; i < MANIFESTS; i++)
        primum_bytes_free(&d->manifest[i]);
    EVP_PKEY_free(d->root_key);
    EVP_PKEY_free(d->second_key);
}

/* The digest of bank A's release as a cell has it. */
static void kept_digest(const struct device *d, const struct stored *stored, uint8_t digest[PRM_SHA256_SIZE]) {
    const struct rig_release *release = &d->release[stored->newer == 0 ? NEWER : OLDER];
    struct prm_suit_envelope envelope;

    need(prm_suit_envelope_parse(prm_span_of(release->file.data, release->file.len), &envelope) == PRM_OK &&
             rig_crypto.sha256(&envelope.manifest_wrapped, 1, digest) == PRM_OK,
         "a release's digest");
}

/* Where the floor stood when the release was noted: not above that; in its own epoch, not above the release. */
static uint64_t kept_floor(const struct stored *stored) {
    const uint64_t sequence = stored->newer == 0 ? SEQUENCE_NEWER : SEQUENCE_OLDER;
    const uint64_t most = kinds[stored->trust].epoch == 1 ? prm_floor_of(1, EPOCH_BASE) - 1 : sequence;
    const uint64_t floor = trust_floor_of(stored);

    return floor < most && kinds[stored->trust].epoch == 0 ? floor : most;
}

void trust_put(struct device *d, const struct stored *stored) {
    uint8_t kept[PRM_CELL_SIZE];

    for (uint32_t slot = 0; slot < PRM_TRUST_SLOTS; slot++) {
        const uint32_t number = kinds[stored->trust].slot[slot];
        uint8_t *at = d->rig.bytes + d->world.layout.trust_off[slot];
        memset(at, number == 0 && kinds[stored->trust].floor != 0 ? 0xA5 : 0xFF, PRM_TRUST_SLOT_SIZE);
        if (number != 0)
            memcpy(at, d->manifest[number - 1].data, d->manifest[number - 1].len);
    }
    memset(d->eeprom_bytes, 0xFF, sizeof d->eeprom_bytes);
    memset(kept, 0xFF, sizeof kept);
    if (kinds[stored->trust].kept) {
        kept_digest(d, stored, kept);
        /* The note holds at the floor at which it was made. */
        for (uint32_t i = 0; i < 8; i++)
            kept[PRM_CELL_SIZE - 1 - i] ^= (uint8_t)(kept_floor(stored) >> 8 * i);
    }
    need(prm_eeprom_counter_provision(&d->trust_floor_format, kinds[stored->trust].floor) == PRM_OK &&
             d->kept.write(d->kept.ctx, kept) == PRM_OK,
         "the trust floor can't be set");
    if (kinds[stored->trust].torn) /* both records */
        for (uint32_t i = KEPT_OFF; i < sizeof d->eeprom_bytes; i += 20)
            d->eeprom_bytes[i] ^= 0x11;
    if ((stored->torn & 2u) != 0)
        d->eeprom_bytes[TRUST_FLOOR_OFF + PRM_EEPROM_RECORD_SIZE(8) + 9] ^= 0x40;
}

void trust_start(struct device *d) {
    uint8_t payload[PRM_TRUST_PAYLOAD_MAX];
    const struct prm_trust_source source = {&rig_crypto,     &d->rig.flash,   &d->world.layout,
                                            &d->world.fuses, &d->world.trust, payload,
                                            &d->rig.counter, &d->trust_floor};

    if (prm_trust_find(&source, &d->rules) != PRM_OK)
        return; /* then nothing is permitted, and that shows */
    const prm_result mended = prm_trust_mend(&source, &d->rules);
    (void)mended;
}

uint64_t trust_floor_of(const struct stored *stored) {
    return prm_floor_of(kinds[stored->trust].epoch, stored->floor);
}

uint64_t trust_floor_after(const struct stored *stored) {
    return prm_floor_of(kinds[stored->trust].sent == 4 ? 1 : 0, SEQUENCE_GOOD);
}

const struct rig_release *trust_good(const struct device *d, const struct stored *stored) {
    const int second = kinds[stored->trust].sent >= 3;

    return &d->release[second ? (stored->plain ? GOOD_SECOND_PLAIN : GOOD_SECOND) : (stored->plain ? GOOD_PLAIN : GOOD)];
}

prm_span trust_manifest(const struct device *d, const struct stored *stored) {
    const uint32_t sent = kinds[stored->trust].sent;

    return sent == 0 ? prm_span_of(NULL, 0) : prm_span_of(d->manifest[sent - 1].data, d->manifest[sent - 1].len);
}

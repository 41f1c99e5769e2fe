/* SPDX-License-Identifier: Apache-2.0 */
/* The device and its power. */
#include "tests/hybrid/rig.h"

#include <stdlib.h>
#include <string.h>

#include "providers/openssl/crypto_openssl.h"
#include "tests/vectors/lms_model.h"
#include "trust/floor.h"

static prm_result plain_sha256(const prm_span *parts, size_t n, uint8_t out[32]) {
    return lms_plain.sha256(parts, n, out);
}

static prm_result plain_pull(prm_part_fn next, void *ctx, size_t n, uint8_t out[32]) {
    return lms_plain.sha256_pull(next, ctx, n, out);
}

static prm_result plain_witness(const uint8_t *key, const uint8_t *digest, const uint8_t *sig, uint8_t witness[32]) {
    return prm_crypto_openssl.p256_witness(key, digest, sig, witness);
}

const struct prm_crypto rig_crypto = {.sha256 = plain_sha256,
                                       .p256_witness = plain_witness,
                                       .sha256_pull = plain_pull,
                                       .sha256_chain = prm_sha256_chain_plain};

static uint8_t random_byte(struct rig *rig) {
    rig->random = rig->random * 1664525u + 1013904223u;
    return (uint8_t)(rig->random >> 24);
}

/* Does a change, or as much of it as the power lasts. `all` are the bytes as they are to be. */
static int change(struct rig *rig, uint8_t *at, const uint8_t *all, uint32_t len) {
    const int goes = rig->writes++ == rig->cut_at;

    for (uint32_t i = 0; i < len; i++) {
        if (!goes || (rig->cut == RIG_CUT_HALF && i < len / 2))
            at[i] = all[i];
        else if (rig->cut == RIG_CUT_RANDOM)
            at[i] = random_byte(rig);
    }
    rig->dead |= goes;
    return !goes;
}

/* The same for flash: what a cut leaves may be units that can't be read, before they are erased. */
static prm_result change_flash(struct rig *rig, uint32_t off, const uint8_t *all, uint32_t len) {
    const int whole = change(rig, rig->flash_bytes + off, all, len);

    if (whole || rig->cut == RIG_CUT_UNREADABLE)
        memset(rig->torn + off / RIG_WRITE_SIZE, whole ? 0 : 1, len / RIG_WRITE_SIZE);
    return whole ? PRM_OK : PRM_ERR_FLASH_IO;
}

static prm_result readable(const struct rig *rig, uint32_t off, uint32_t len) {
    if (rig->dead)
        return PRM_ERR_FLASH_IO;
    if (len > RIG_FLASH_SIZE || off > RIG_FLASH_SIZE - len)
        return PRM_ERR_FLASH_RANGE;
    for (uint32_t unit = off / RIG_WRITE_SIZE; len > 0 && unit <= (off + len - 1) / RIG_WRITE_SIZE; unit++)
        if (rig->torn[unit] != 0)
            return PRM_ERR_FLASH_DAMAGED;
    return PRM_OK;
}

static prm_result flash_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    const struct rig *rig = ctx;
    const prm_result result = readable(rig, off, len);

    memset(dst, 0, len);
    if (result == PRM_OK)
        memcpy(dst, rig->flash_bytes + off, len);
    return result;
}

static prm_result flash_view(void *ctx, uint32_t off, uint32_t len, prm_span *out) {
    const struct rig *rig = ctx;
    const prm_result result = readable(rig, off, len);

    *out = result == PRM_OK ? prm_span_of(rig->flash_bytes + off, len) : prm_span_of(NULL, 0);
    return result;
}

static prm_result flash_blank(void *ctx, uint32_t off, uint32_t len) {
    const struct rig *rig = ctx;
    const prm_result result = readable(rig, off, len);

    if (result != PRM_OK)
        return result == PRM_ERR_FLASH_DAMAGED ? PRM_ERR_FLASH_NOT_ERASED : result;
    for (uint32_t i = 0; i < len; i++)
        if (rig->flash_bytes[off + i] != 0xFF)
            return PRM_ERR_FLASH_NOT_ERASED;
    return PRM_OK;
}

static prm_result flash_commit(void *ctx) {
    const struct rig *rig = ctx;

    return rig->dead ? PRM_ERR_FLASH_IO : PRM_OK;
}

static prm_result flash_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct rig *rig = ctx;

    if (rig->dead)
        return PRM_ERR_FLASH_IO;
    if (len > RIG_FLASH_SIZE || off > RIG_FLASH_SIZE - len || (off | len) % rig->flash.write_size != 0)
        return PRM_ERR_FLASH_RANGE;
    if (flash_blank(ctx, off, len) != PRM_OK)
        return PRM_ERR_FLASH_NOT_ERASED;
    return change_flash(rig, off, src, len);
}

static prm_result flash_erase(void *ctx, uint32_t off) {
    static uint8_t blank[0x1000];
    struct rig *rig = ctx;

    if (rig->dead)
        return PRM_ERR_FLASH_IO;
    if (off % sizeof blank != 0 || off >= RIG_FLASH_SIZE)
        return PRM_ERR_FLASH_RANGE;
    memset(blank, 0xFF, sizeof blank);
    return change_flash(rig, off, blank, sizeof blank);
}

static prm_result eeprom_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct rig *rig = ctx;

    if (rig->dead || len > RIG_EEPROM_SIZE || off > RIG_EEPROM_SIZE - len)
        return PRM_ERR_COUNTER_IO;
    memcpy(dst, rig->eeprom_bytes + off, len);
    return PRM_OK;
}

static prm_result eeprom_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct rig *rig = ctx;

    if (rig->dead || len > RIG_EEPROM_SIZE || off > RIG_EEPROM_SIZE - len)
        return PRM_ERR_COUNTER_IO;
    return change(rig, rig->eeprom_bytes + off, src, len) ? PRM_OK : PRM_ERR_COUNTER_IO;
}

void rig_seal(struct rig *rig) {
    const prm_span fuses = prm_span_of(&rig->fuses, offsetof(struct prm_fuses, check));
    const prm_span trust = prm_span_of(&rig->factory, offsetof(struct prm_trust, check));
    uint8_t digest[32];

    (void)rig_crypto.sha256(&fuses, 1, digest);
    memcpy(rig->fuses.check, digest, PRM_CHECK_SIZE);
    (void)rig_crypto.sha256(&trust, 1, digest);
    memcpy(rig->factory.check, digest, PRM_CHECK_SIZE);
}

static void init_platform(struct rig *rig) {
    rig->flash = (struct prm_flash){.ctx = rig,
                                    .size = RIG_FLASH_SIZE,
                                    .write_size = RIG_WRITE_SIZE,
                                    .units = {{RIG_FLASH_SIZE / RIG_ERASE_SIZE, RIG_ERASE_SIZE}},
                                    .erased = 0xFF,
                                    .rww = PRM_YES,
                                    .read = flash_read,
                                    .view = flash_view,
                                    .write = flash_write,
                                    .erase = flash_erase,
                                    .blank = flash_blank,
                                    .commit = flash_commit};
    rig->eeprom = (struct prm_eeprom){rig, eeprom_read, eeprom_write, &prm_crypto_openssl};
    rig->floor_ee = (struct prm_eeprom_counter){{&rig->eeprom, RIG_FLOOR_OFF, PRM_EEPROM_FLOOR, PRM_EEPROM_VALUE_SIZE}, PRM_FLOOR_FIRST};
    rig->trust_floor_ee = (struct prm_eeprom_counter){{&rig->eeprom, RIG_TRUST_FLOOR_OFF, PRM_EEPROM_TRUST, PRM_EEPROM_VALUE_SIZE}, 0};
    rig->kept_ee = (struct prm_eeprom_cell){{&rig->eeprom, RIG_KEPT_OFF, PRM_EEPROM_KEPT, PRM_CELL_SIZE}};
    rig->floor = (struct prm_counter){&rig->floor_ee, prm_eeprom_counter_read_mending, prm_eeprom_counter_advance_to};
    rig->trust_floor =
        (struct prm_counter){&rig->trust_floor_ee, prm_eeprom_counter_read_mending, prm_eeprom_counter_advance_to};
    rig->kept = (struct prm_cell){&rig->kept_ee, prm_eeprom_cell_read_mending, prm_eeprom_cell_write};
    rig->layout = (struct prm_layout){
        .trust_off = {0x4000, 0x8000},
        .bank_off = {0x10000, 0x18000},
        .bank_size = RIG_BANK_SIZE,
        .chunk_size = PRM_BANK_CHUNK(RIG_ERASE_SIZE, RIG_WRITE_SIZE),
        .flash_base = 0x80000000u,
        .components = 1,
        .trial_boots = 3,
        .component = {{.off = 0x2000, .size = 0x6000, .ram_base = 0x28000000u, .ram_size = 0x10000}},
    };
    rig->platform = (struct prm_boot_platform){
        .crypto = &rig_crypto,
        .flash = &rig->flash,
        .counter = &rig->floor,
        .layout = &rig->layout,
        .rules = prm_boot_rules_manifest,
        .trust_counter = &rig->trust_floor,
        .kept = &rig->kept,
        .fuses = prm_span_of(&rig->fuses, sizeof rig->fuses),
        .trust = prm_span_of(&rig->factory, sizeof rig->factory),
    };
}

void rig_init(struct rig *rig) {
    memset(rig, 0, sizeof *rig);
    memset(rig->flash_bytes, 0xFF, sizeof rig->flash_bytes);
    memset(rig->eeprom_bytes, 0xFF, sizeof rig->eeprom_bytes);
    rig->cut_at = UINT32_MAX;
    rig->random = 1;
    rig->fuses.magic = PRM_FUSES_MAGIC;
    rig->fuses.version = PRM_FUSES_VERSION;
    memset(rig->fuses.vendor, 0xA1, 16);
    memset(rig->fuses.class_, 0xB2, 16);
    memset(rig->fuses.device, 0xC3, 16);
    rig->factory.magic = PRM_TRUST_MAGIC;
    rig->factory.version = PRM_TRUST_VERSION;
    rig->factory.need[PRM_KEY_P256] = 1;
    rig->factory.base = 1;
    init_platform(rig);
    if (prm_eeprom_counter_provision(&rig->floor_ee, PRM_FLOOR_FIRST) != PRM_OK ||
        prm_eeprom_counter_provision(&rig->trust_floor_ee, 0) != PRM_OK)
        abort();
    rig_power_on(rig);
}

void rig_anchor(struct rig *rig, const struct rig_key *key, uint8_t roles) {
    struct prm_anchor *anchor = &rig->factory.anchor[rig->factory.count++];

    if (rig->factory.count > PRM_TRUST_ANCHORS)
        abort();
    memcpy(anchor->key_id, key->id, sizeof key->id);
    memcpy(anchor->public_key, key->public_key, key->len);
    anchor->alg = key->kind;
    anchor->roles = roles;
    anchor->key_len = key->len;
}

void rig_save(const struct rig *rig, struct rig_state *state) {
    memcpy(state->flash_bytes, rig->flash_bytes, sizeof state->flash_bytes);
    memcpy(state->torn, rig->torn, sizeof state->torn);
    memcpy(state->eeprom_bytes, rig->eeprom_bytes, sizeof state->eeprom_bytes);
}

void rig_power_on(struct rig *rig) {
    rig->writes = 0;
    rig->dead = 0;
    rig->cut_at = UINT32_MAX;
}

void rig_restore(struct rig *rig, const struct rig_state *state) {
    memcpy(rig->flash_bytes, state->flash_bytes, sizeof state->flash_bytes);
    memcpy(rig->torn, state->torn, sizeof state->torn);
    memcpy(rig->eeprom_bytes, state->eeprom_bytes, sizeof state->eeprom_bytes);
    rig_power_on(rig);
}

void rig_cut(struct rig *rig, uint32_t at, enum rig_cut cut) {
    rig_power_on(rig);
    rig->cut_at = at;
    rig->cut = cut;
}

prm_result rig_boot(struct rig *rig) {
    const prm_result result = prm_boot_run(&rig->platform, &rig->workspace, &rig->report, &rig->plan);

    if (result == PRM_OK && rig->plan.word != PRM_WORD_RUN_1)
        abort();
    return result;
}

uint32_t rig_trust_number(const struct rig *rig) {
    return rig->report.notes >> PRM_BOOT_TRUST_SHIFT;
}

uint64_t rig_trust_floor(const struct rig *rig) {
    uint64_t value;

    return rig->trust_floor.read(rig->trust_floor.ctx, &value) == PRM_OK ? value : UINT64_MAX;
}

struct prm_trust_source rig_source(struct rig *rig) {
    return (struct prm_trust_source){&rig_crypto,   &rig->flash,             &rig->layout, &rig->fuses,
                                     &rig->factory, rig->workspace.manifest, &rig->floor,  &rig->trust_floor};
}

void rig_put_trust(struct rig *rig, uint32_t slot, const struct rig_manifest *m) {
    uint8_t *at = rig->flash_bytes + rig->layout.trust_off[slot];

    memset(at, 0xFF, PRM_TRUST_SLOT_SIZE);
    memset(rig->torn + rig->layout.trust_off[slot] / RIG_WRITE_SIZE, 0, PRM_TRUST_SLOT_SIZE / RIG_WRITE_SIZE);
    memcpy(at, m->bytes, m->len);
}

prm_result rig_mend(struct rig *rig) {
    const struct prm_trust_source source = rig_source(rig);

    return prm_trust_mend(&source, &rig->workspace.rules);
}

prm_result rig_store(struct rig *rig, const struct rig_manifest *m) {
    const struct prm_trust_source source = rig_source(rig);

    return prm_trust_store(&source, prm_span_of(m->bytes, m->len), &rig->workspace.rules);
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memmem */
#include "tests/cut/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>

#include "bank/bank_format.h"
#include "base/endian.h"
#include "host/keys/keys.h"
#include "host/release/manifest.h"
#include "host/release/payload.h"
#include "host/release/release.h"
#include "codec/cose.h"
#include "providers/openssl/cipher_openssl.h"
#include "providers/openssl/crypto_openssl.h"

#define FLASH_BASE 0x80000000u
enum { RAM_SIZE = 0x10000, GRANULE = 512 };
static const uint32_t ram_base[PRM_COMPONENTS] = {0x28200000, 0x38010100};

const struct rig_part rig_parts[RIG_PARTS] = {
    {"4K/8", 0, 0, 4096, 8, 0xFF, 0, 0, 3},          /* the emulated board; STM32U3, L5 with one bank */
    {"512/512", 0, 0, 512, 512, 0x00, 1, 0, 1},      /* LPC55 */
    {"2K/8", 0, 0, 2048, 8, 0xFF, 0, 0, 0},          /* STM32L5 with two banks */
    {"4K/4", 0, 0, 4096, 4, 0xFF, 0, 0, 3},          /* nRF5340, nRF91 */
    {"4K/16", 0, 0, 4096, 16, 0xFF, 0, 1, 1},        /* nRF54L, whose write buffer is volatile */
    {"8K/16", 0, 0, 8192, 16, 0xFF, 0, 0, 3},        /* STM32U5, H5, MAX32657 */
    {"8x8K,32K/128", 8, 8192, 32768, 128, 0xFF, 0, 0, 1}, /* RA6M4, RA8M1 */
    {"128K/32", 0, 0, 131072, 32, 0xFF, 0, 0, 2},    /* STM32H7 and its like */
};

static void need(int ok, const char *what) {
    if (ok)
        return;
    fprintf(stderr, "rig: %s failed\n", what);
    exit(3);
}

/* ---- crypto: a signature's witness is computed once ---- */

enum { MEMO = 64 };
static struct memo {
    uint8_t in[PRM_P256_PUBLIC_SIZE + PRM_SHA256_SIZE + PRM_P256_SIG_SIZE];
    uint8_t witness[32];
    prm_result result;
} memo[MEMO];
static unsigned memo_used;

static prm_result witness_once(const uint8_t public_key[PRM_P256_PUBLIC_SIZE], const uint8_t digest[PRM_SHA256_SIZE],
                               const uint8_t sig[PRM_P256_SIG_SIZE], uint8_t witness[32]) {
    struct memo m;

    memcpy(m.in, public_key, PRM_P256_PUBLIC_SIZE);
    memcpy(m.in + PRM_P256_PUBLIC_SIZE, digest, PRM_SHA256_SIZE);
    memcpy(m.in + PRM_P256_PUBLIC_SIZE + PRM_SHA256_SIZE, sig, PRM_P256_SIG_SIZE);
    for (unsigned i = 0; i < MEMO && i < memo_used; i++) {
        if (memcmp(memo[i].in, m.in, sizeof m.in) != 0)
            continue;
        memcpy(witness, memo[i].witness, 32);
        return memo[i].result;
    }
    m.result = prm_crypto_openssl.p256_witness(public_key, digest, sig, m.witness);
    memcpy(witness, m.witness, 32);
    memo[memo_used++ % MEMO] = m;
    return m.result;
}

static prm_result sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    return prm_crypto_openssl.sha256(parts, n, out);
}

const struct prm_crypto rig_crypto = {.sha256 = sha256, .p256_witness = witness_once};

/* ---- power ---- */

uint32_t rig_random(struct rig *rig) {
    /* splitmix64 */
    uint64_t z = rig->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) >> 16);
}

/* How an operation of so many units is cut: `done` first, then `torn`, the rest not begun. */
static void draw_tear(struct rig *rig, uint32_t units, uint32_t *done, uint32_t *torn) {
    *done = *torn = 0;
    if (rig->cut_kind == RIG_HALF_DONE)
        *done = units / 2;
    if (rig->cut_kind == RIG_RANDOM || rig->cut_kind == RIG_UNREADABLE) {
        *done = rig_random(rig) % (units + 1);
        *torn = rig_random(rig) % (units - *done + 1);
        if (rig_random(rig) % 4 == 0) { /* all of it, often enough */
            *done = 0;
            *torn = units;
        }
    }
}

/* What a cut leaves of flash that was to become `with`, or blank if NULL. */
static void tear(struct rig *rig, uint32_t off, const uint8_t *with, uint32_t len) {
    const uint32_t w = rig->flash.write_size;
    uint32_t done, torn;

    draw_tear(rig, len / w, &done, &torn);
    prm_sim_flash_set(&rig->host, off, done * w, with);
    for (uint32_t at = off + done * w; at < off + (done + torn) * w; at += w) {
        uint8_t unit[PRM_FLASH_WRITE_MAX];
        for (uint32_t i = 0; i < w; i++)
            unit[i] = (uint8_t)rig_random(rig);
        prm_sim_flash_set(&rig->host, at, w, unit);
        if (rig->cut_kind == RIG_UNREADABLE)
            prm_sim_flash_damage(&rig->host, at, w);
    }
}

/* Of what is still in the buffer a cut leaves anything, too. */
static void lose_buffer(struct rig *rig) {
    for (uint32_t i = 0; i < rig->pendings; i++) {
        uint8_t *with = primum_alloc(rig->pending[i].len);
        memcpy(with, rig->bytes + rig->pending[i].off, rig->pending[i].len);
        prm_sim_flash_set(&rig->host, rig->pending[i].off, rig->pending[i].len, NULL);
        tear(rig, rig->pending[i].off, with, rig->pending[i].len);
        free(with);
    }
    rig->pendings = 0;
}

_Noreturn static void power_off(struct rig *rig) {
    lose_buffer(rig);
    longjmp(rig->off, 1);
}

/* 1 if the power fails in this operation. */
static int fails(struct rig *rig) {
    return rig->operations++ == rig->cut_at;
}

static void watch(struct rig *rig, uint32_t off) {
    const struct prm_layout *layout = &rig->world->layout;

    if (rig->guarded < PRM_BANKS && off >= layout->bank_off[rig->guarded] &&
        off < layout->bank_off[rig->guarded] + layout->bank_size)
        rig->guard_broken = 1;
}

/* 1 if a place is in an image, not in header, marks or journal. */
static int in_image(const struct rig *rig, uint32_t off) {
    const struct prm_layout *layout = &rig->world->layout;

    for (uint32_t bank = 0; bank < PRM_BANKS; bank++)
        if (off >= layout->bank_off[bank] + rig->world->images_off && off < layout->bank_off[bank] + layout->bank_size)
            return 1;
    return 0;
}

static prm_result flash_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct rig *rig = ctx;

    return rig->host.flash.read(rig->host.flash.ctx, off, dst, len);
}

static prm_result flash_view(void *ctx, uint32_t off, uint32_t len, prm_span *out) {
    struct rig *rig = ctx;

    return rig->host.flash.view(rig->host.flash.ctx, off, len, out);
}

static prm_result flash_blank(void *ctx, uint32_t off, uint32_t len) {
    struct rig *rig = ctx;

    return rig->host.flash.blank(rig->host.flash.ctx, off, len);
}

static prm_result flash_commit(void *ctx) {
    struct rig *rig = ctx;

    if (rig->world->part->buffered && fails(rig))
        power_off(rig);
    rig->pendings = 0;
    return PRM_OK;
}

static prm_result flash_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct rig *rig = ctx;

    watch(rig, off);
    if (fails(rig)) {
        if (rig->host.flash.blank(rig->host.flash.ctx, off, len) == PRM_OK)
            tear(rig, off, src, len);
        power_off(rig);
    }
    rig->cost.bytes += len;
    rig->cost.image_bytes += in_image(rig, off) ? len : 0;
    const prm_result written = rig->host.flash.write(rig->host.flash.ctx, off, src, len);
    if (written == PRM_OK && rig->world->part->buffered) {
        need(rig->pendings < RIG_PENDING, "committing what was written");
        rig->pending[rig->pendings].off = off;
        rig->pending[rig->pendings++].len = len;
    }
    return written;
}

static prm_result flash_erase(void *ctx, uint32_t off) {
    struct rig *rig = ctx;

    watch(rig, off);
    if (fails(rig)) {
        tear(rig, off, NULL, prm_flash_unit_size(&rig->flash, off));
        power_off(rig);
    }
    rig->cost.erases++;
    rig->cost.image_erases += in_image(rig, off) ? 1 : 0;
    return rig->host.flash.erase(rig->host.flash.ctx, off);
}

static prm_result eeprom_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct rig *rig = ctx;

    memcpy(dst, rig->eeprom_bytes + off, len);
    return PRM_OK;
}

static prm_result eeprom_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct rig *rig = ctx;

    if (fails(rig)) {
        uint32_t done, torn;
        draw_tear(rig, len, &done, &torn);
        memcpy(rig->eeprom_bytes + off, src, done);
        for (uint32_t i = done; i < done + torn; i++)
            rig->eeprom_bytes[off + i] = (uint8_t)rig_random(rig);
        power_off(rig);
    }
    rig->cost.counter_bytes += len;
    memcpy(rig->eeprom_bytes + off, src, len);
    return PRM_OK;
}

/* The opener, counting what is decrypted. */
static prm_result open_payload(const void *ctx, prm_span info, uint8_t key[16], uint8_t iv[16]) {
    const struct rig *rig = ctx;

    return rig->opener.open(rig->opener.ctx, info, key, iv);
}

static prm_result decrypt(const void *ctx, const uint8_t key[16], const uint8_t iv[16], uint32_t off, uint8_t *data,
                          size_t len) {
    struct rig *rig = (struct rig *)(uintptr_t)ctx;

    rig->decrypted += (uint32_t)len;
    return rig->opener.decrypt(rig->opener.ctx, key, iv, off, data, len);
}

/* ---- world ---- */

static uint32_t round_up(uint32_t size, uint32_t unit) {
    return (size + unit - 1) / unit * unit;
}

/* Journal, then the two banks, each part as large as it must be. */
static void lay_out(struct rig_world *world) {
    const struct rig_part *part = world->part;
    const uint32_t e = part->erase_size, w = part->write_size;
    const uint32_t app = round_up(world->image_size[0], e), services = round_up(world->image_size[1], e);
    struct prm_layout *l = &world->layout;

    l->chunk_size = PRM_BANK_CHUNK(e, w);
    world->images_off = round_up(PRM_BANK_HEAD_SIZE(w, l->chunk_size, app, services), e);
    l->bank_size = world->images_off + app + services;
    l->bank_off[0] = round_up(2 * PRM_JOURNAL_AREA(part->few > 0 ? part->few_size : e, w), e);
    if (part->few > 0)
        l->bank_off[0] = round_up(part->few * part->few_size, e);
    l->bank_off[1] = l->bank_off[0] + l->bank_size;
    l->flash_base = FLASH_BASE;
    l->components = services > 0 ? 2 : 1;
    l->trial_boots = part->trial_boots;
    l->component[0] = (struct prm_layout_component){world->images_off, app, ram_base[0], RAM_SIZE};
    l->component[1] = (struct prm_layout_component){world->images_off + app, services, ram_base[1], RAM_SIZE};
    world->flash_size = l->bank_off[1] + l->bank_size;
    world->flash = (struct prm_sim_part){
        .write_size = w,
        .units = {{part->few, part->few_size}, {(world->flash_size - part->few * part->few_size) / e, e}},
        .erased = part->erased,
        .blank_faults = part->blank_faults};
}

void rig_world_init(struct rig_world *world, uint32_t app_size, uint32_t services_size) {
    rig_world_init_on(world, &rig_parts[0], app_size, services_size);
}

void rig_world_init_on(struct rig_world *world, const struct rig_part *part, uint32_t app_size, uint32_t services_size) {
    uint8_t device[PRIMUM_UUID_SIZE] = {1};

    memset(world, 0, sizeof *world);
    world->part = part;
    world->conditions = (struct prm_suit_conditions){.authorized = PRM_NO, .use_before = UINT64_MAX};
    world->image_size[0] = app_size;
    world->image_size[1] = services_size;
    lay_out(world);
    world->vendor_key = EVP_EC_gen("P-256");
    world->device_key = EVP_EC_gen("P-256");
    need(world->vendor_key != NULL && world->device_key != NULL, "key generation");
    need(primum_uuid_vendor("rig.example", world->vendor) == PRIMUM_OK &&
             primum_uuid_class(world->vendor, "rig", world->class_) == PRIMUM_OK,
         "identity");
    world->fuses = (struct prm_fuses){.magic = PRM_FUSES_MAGIC, .version = PRM_FUSES_VERSION};
    memcpy(world->fuses.vendor, world->vendor, PRIMUM_UUID_SIZE);
    memcpy(world->fuses.class_, world->class_, PRIMUM_UUID_SIZE);
    memcpy(world->fuses.device, device, PRIMUM_UUID_SIZE);
    world->trust = (struct prm_trust){.magic = PRM_TRUST_MAGIC, .version = PRM_TRUST_VERSION, .count = 1, .need = {1, 0}, .base = 1};
    need(primum_key_anchor(world->vendor_key, "vendor", &world->trust.anchor[0]) == PRIMUM_OK &&
             primum_key_anchor(world->device_key, "device", &world->device_id) == PRIMUM_OK &&
             primum_check8(prm_span_of(&world->fuses, offsetof(struct prm_fuses, check)), world->fuses.check) == PRIMUM_OK &&
             primum_check8(prm_span_of(&world->trust, offsetof(struct prm_trust, check)), world->trust.check) == PRIMUM_OK,
         "anchors");
}

void rig_world_free(struct rig_world *world) {
    EVP_PKEY_free(world->vendor_key);
    EVP_PKEY_free(world->device_key);
}

/* ---- releases ---- */

/* An image that a boot takes: stack pointer, entry, then bytes of its own. */
static struct primum_bytes make_image(const struct rig_world *world, uint64_t sequence, uint32_t bank, uint32_t component) {
    const uint32_t base = FLASH_BASE + world->layout.bank_off[bank] + world->layout.component[component].off;
    struct rig noise = {.random = sequence * 16 + bank * 4 + component};
    struct primum_bytes image = {primum_alloc(world->image_size[component]), world->image_size[component]};

    for (size_t i = 0; i < image.len; i++)
        image.data[i] = (uint8_t)rig_random(&noise);
    prm_store_le32(image.data, ram_base[component] + 0x1000);
    prm_store_le32(image.data + 4, base + 9);
    return image;
}

/* condition-minimum-battery, 15 becomes condition-version, 15. */
static void make_strange(struct primum_bytes *manifest) {
    static const uint8_t known[] = {0x18, 26, 15};
    uint8_t *at = memmem(manifest->data, manifest->len, known, sizeof known);

    need(at != NULL, "finding the condition");
    at[1] = 28;
}

static void sign(const struct rig_world *world, struct primum_manifest_spec *spec, struct rig_release *out) {
    struct primum_bytes manifest, fetch, digest, block;
    struct primum_member members[PRIMUM_MEMBERS];

    need(primum_manifest_write(spec, &manifest, &fetch) == PRIMUM_OK, "manifest");
    if (world->strange_condition)
        make_strange(&manifest);
    need(primum_manifest_digest(primum_span(&manifest), &digest) == PRIMUM_OK, "digest");
    need(primum_manifest_sign(primum_span(&digest), world->vendor_key, "vendor", PRM_COSE_ESP256, &block) == PRIMUM_OK, "sign");
    struct prm_suit_envelope envelope = {.digest_bytes = primum_span(&digest),
                                         .manifest_wrapped = primum_span(&manifest),
                                         .signatures = 1,
                                         .signature = {primum_span(&block)}};
    envelope.severed_wrapped[primum_manifest_fetch(spec)] = primum_span(&fetch);
    const size_t count = primum_manifest_members(spec, members);
    out->file = primum_envelope_write(&envelope, members, count);
    out->bank_envelope = primum_envelope_for_bank(&envelope);
    primum_bytes_free(&manifest);
    primum_bytes_free(&fetch);
    primum_bytes_free(&digest);
    primum_bytes_free(&block);
}

void rig_release_make(const struct rig_world *world, uint64_t sequence, int encrypted, EVP_PKEY *recipient,
                      struct rig_release *out) {
    EVP_PKEY *const keys[1] = {recipient != NULL ? recipient : world->device_key};
    struct primum_manifest_spec spec;

    memset(out, 0, sizeof *out);
    memset(&spec, 0, sizeof spec);
    out->sequence = spec.sequence = sequence;
    spec.vendor_domain = "rig.example";
    spec.class_name = "rig";
    spec.version = "1.0.0";
    spec.description = world->description;
    spec.conditions = world->conditions;
    spec.components = world->layout.components;
    memcpy(spec.vendor, world->vendor, sizeof spec.vendor);
    memcpy(spec.class_, world->class_, sizeof spec.class_);
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        spec.slot[bank].present = 1;
        for (uint32_t i = 0; i < spec.components; i++) {
            out->image[bank][i] = make_image(world, sequence, bank, i);
            need(primum_payload_make(primum_span(&out->image[bank][i]), keys, encrypted && i == 0 ? 1 : 0, !world->plain,
                                  &spec.slot[bank].payload[i]) == PRIMUM_OK,
                 "payload");
        }
    }
    sign(world, &spec, out);
    for (uint32_t i = 0; i < PRM_BANKS * PRM_COMPONENTS; i++)
        primum_payload_free(&spec.slot[i / PRM_COMPONENTS].payload[i % PRM_COMPONENTS]);
}

void rig_release_free(struct rig_release *release) {
    primum_bytes_free(&release->file);
    primum_bytes_free(&release->bank_envelope);
    for (uint32_t i = 0; i < PRM_BANKS * PRM_COMPONENTS; i++)
        primum_bytes_free(&release->image[i / PRM_COMPONENTS][i % PRM_COMPONENTS]);
}

/* ---- device ---- */

void rig_init(struct rig *rig, struct rig_world *world) {
    memset(rig, 0, sizeof *rig);
    rig->world = world;
    rig->bytes = primum_alloc(world->flash_size);
    memset(rig->bytes, world->part->erased, world->flash_size);
    memset(rig->eeprom_bytes, 0xFF, sizeof rig->eeprom_bytes);
    need(prm_sim_flash_init(&rig->host, rig->bytes, &world->flash, NULL) == PRM_OK, "flash");
    const char *wrong = prm_bank_geometry_wrong(&rig->host.flash, &world->layout, GRANULE);
    need(wrong == NULL, wrong);
    rig->flash = rig->host.flash;
    rig->flash.ctx = rig;
    rig->flash.read = flash_read;
    rig->flash.view = flash_view;
    rig->flash.write = flash_write;
    rig->flash.erase = flash_erase;
    rig->flash.blank = flash_blank;
    rig->flash.commit = flash_commit;
    rig->eeprom = (struct prm_eeprom){rig, eeprom_read, eeprom_write, &prm_crypto_openssl};
    rig->counter_format = (struct prm_eeprom_counter){{&rig->eeprom, 0, PRM_EEPROM_FLOOR, PRM_EEPROM_VALUE_SIZE}, 1};
    rig->counter =
        (struct prm_counter){&rig->counter_format, prm_eeprom_counter_read_mending, prm_eeprom_counter_advance_to};
    rig->cipher = prm_cipher_openssl(world->device_key);
    rig->keys = (struct prm_suit_keys){.cipher = &rig->cipher,
                                       .agree_kid = prm_span_of(world->device_id.key_id, PRM_KEY_ID_SIZE)};
    prm_update_opener_init(&rig->opener, &rig->keys);
    rig->counting = (struct prm_update_opener){.ctx = rig, .open = open_payload, .decrypt = decrypt};
    rig->root = (struct prm_update_platform){.crypto = &rig_crypto,
                                             .flash = &rig->flash,
                                             .counter = &rig->counter,
                                             .layout = &world->layout,
                                             .fuses = &world->fuses,
                                             .trust = &world->trust};
    rig->services = rig->root;
    rig->services.opener = &rig->counting;
    rig->boot = (struct prm_boot_platform){.crypto = &rig_crypto,
                                           .flash = &rig->flash,
                                           .counter = &rig->counter,
                                           .layout = &world->layout,
                                           .rules = prm_boot_rules_factory,
                                           .fuses = prm_span_of(&world->fuses, sizeof world->fuses),
                                           .trust = prm_span_of(&world->trust, sizeof world->trust)};
    rig->cut_at = RIG_NEVER;
    rig->guarded = PRM_BANK_NONE;
    need(prm_eeprom_counter_provision(&rig->counter_format, 1) == PRM_OK, "floor");
    rig->operations = 0;
    rig->cost = (struct rig_cost){0};
}

void rig_free(struct rig *rig) {
    need(prm_sim_flash_close(&rig->host) == PRM_OK, "closing the flash");
    free(rig->bytes);
}

/* Bytes of any length at a place that is blank. */
static void put(struct rig *rig, uint32_t off, const struct primum_bytes *bytes) {
    const uint32_t w = rig->flash.write_size;
    uint8_t *units = primum_alloc(round_up((uint32_t)bytes->len, w));

    memset(units, 0x77, round_up((uint32_t)bytes->len, w));
    memcpy(units, bytes->data, bytes->len);
    prm_sim_flash_set(&rig->host, off, round_up((uint32_t)bytes->len, w), units);
    free(units);
}

void rig_factory(struct rig *rig, uint32_t bank, const struct rig_release *release) {
    const struct prm_bank b = {&rig->flash, &rig->world->layout, bank};
    const prm_span envelope = primum_span(&release->bank_envelope);
    uint8_t header[PRM_BANK_HEADER_SIZE], digest[PRM_SHA256_SIZE];
    const struct primum_bytes head = {header, sizeof header};

    need(sha256(&envelope, 1, digest) == PRM_OK, "digest");
    prm_bank_header_encode((uint32_t)envelope.len, digest, header);
    prm_sim_flash_set(&rig->host, b.layout->bank_off[bank], b.layout->bank_size, NULL);
    put(rig, b.layout->bank_off[bank], &head);
    put(rig, prm_bank_envelope_off(&b), &release->bank_envelope);
    for (uint32_t i = 0; i < b.layout->components; i++)
        put(rig, prm_bank_image_off(&b, i), &release->image[bank][i]);
}

void rig_destroy(struct rig *rig, uint32_t bank) {
    const uint32_t size = rig->world->layout.bank_size;
    uint8_t *noise = primum_alloc(size);

    for (uint32_t i = 0; i < size; i++)
        noise[i] = (uint8_t)rig_random(rig);
    prm_sim_flash_set(&rig->host, rig->world->layout.bank_off[bank], size, noise);
    free(noise);
}

size_t rig_flash_size(const struct rig *rig) {
    return rig->world->flash_size + rig->world->flash_size / rig->flash.write_size;
}

void rig_flash_save(const struct rig *rig, uint8_t *to) {
    memcpy(to, rig->bytes, rig->world->flash_size);
    memcpy(to + rig->world->flash_size, rig->host.state, rig->world->flash_size / rig->flash.write_size);
}

void rig_flash_load(struct rig *rig, const uint8_t *from) {
    memcpy(rig->bytes, from, rig->world->flash_size);
    memcpy(rig->host.state, from + rig->world->flash_size, rig->world->flash_size / rig->flash.write_size);
    rig->pendings = 0;
}

int rig_holds(const struct rig *rig, uint32_t bank, const struct rig_release *release, int services_only) {
    const uint8_t *at = rig->bytes + rig->world->layout.bank_off[bank];

    for (uint32_t i = services_only ? 1 : 0; i < rig->world->layout.components; i++)
        if (memcmp(at + rig->world->layout.component[i].off, release->image[bank][i].data, release->image[bank][i].len) !=
            0)
            return 0;
    return 1;
}

uint64_t rig_floor(const struct rig *rig) {
    uint64_t floor = 0;

    return rig->counter.read(rig->counter.ctx, &floor) == PRM_OK ? floor : UINT64_MAX;
}

struct prm_state rig_state(const struct rig *rig) {
    struct prm_journal journal;
    struct prm_state state;

    need(prm_state_load(&journal, &rig->flash, &rig_crypto, 0, &state) == PRM_OK, "reading the journal");
    return state;
}

void rig_downloads(const struct rig *rig, uint32_t downloads) {
    struct prm_journal journal;
    struct prm_state state;

    need(prm_state_load(&journal, &rig->flash, &rig_crypto, 0, &state) == PRM_OK, "reading the journal");
    state.downloads = downloads;
    need(prm_state_store(&journal, &state) == PRM_OK, "writing the journal");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated device: NOR flash and EEPROM in memory, with errors and power cuts on demand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "tests/unit/fixture.h"
#include "trust/floor.h"

/* The device whose crypto seam is in use, and what is behind it. */
static struct fx_device *current;
static const struct prm_crypto *behind;

static void need(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "fixture: %s\n", what);
        abort();
    }
}

/* Counts a call; 1 if it is one that fails. */
static int fails(struct fx_faults *f, enum fx_op op) {
    const uint32_t index = f->calls++;

    f->calls_of[op]++;
    if (index != f->fail_at && index < f->fails_from && (f->broken >> op & 1u) == 0)
        return 0;
    f->failed = op;
    return 1;
}

static int out_of_range(const struct fx_device *d, uint32_t off, uint32_t len, uint32_t unit) {
    return len > d->flash.size || off > d->flash.size - len || ((off | len) & (unit - 1)) != 0;
}

static prm_result read_error(const struct fx_device *d) {
    return d->faults.damaged ? PRM_ERR_FLASH_DAMAGED : PRM_ERR_FLASH_IO;
}

static prm_result flash_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct fx_device *d = ctx;
    const prm_result result = fails(&d->faults, FX_READ)      ? read_error(d)
                              : out_of_range(d, off, len, 1u) ? PRM_ERR_FLASH_RANGE
                                                              : PRM_OK;
    if (result == PRM_OK)
        memcpy(dst, d->bytes + off, len);
    else
        memset(dst, 0, len);
    return result;
}

static prm_result flash_view(void *ctx, uint32_t off, uint32_t len, prm_span *out) {
    struct fx_device *d = ctx;

    *out = prm_span_of(NULL, 0);
    if (fails(&d->faults, FX_VIEW))
        return read_error(d);
    if (out_of_range(d, off, len, 1u))
        return PRM_ERR_FLASH_RANGE;
    *out = prm_span_of(d->bytes + off, len);
    return PRM_OK;
}

/* What a cut leaves of `len` bytes that were to become `next`. */
static void tear(struct fx_faults *f, uint8_t *at, const uint8_t *next, uint32_t len) {
    for (uint32_t i = 0; i < len; i++) {
        const uint8_t random = (uint8_t)fx_random(&f->random);
        switch (f->tear) {
        case FX_TEAR_OLD:
            break;
        case FX_TEAR_NEW:
            at[i] = next[i];
            break;
        case FX_TEAR_HALF:
            at[i] = i < len / 2 ? next[i] : at[i];
            break;
        default:
            at[i] = random;
        }
    }
}

/* Carries out a change of whole units, up to the cut if this is where one is due. */
static void change(struct fx_device *d, uint8_t *at, const uint8_t *next, uint32_t len, uint32_t unit) {
    struct fx_faults *f = &d->faults;

    if (f->changes++ != f->cut_at) {
        memcpy(at, next, len);
        return;
    }
    const uint32_t done = f->cut_units * unit < len ? f->cut_units * unit : len;
    memcpy(at, next, done);
    if (done < len)
        tear(f, at + done, next + done, unit);
    longjmp(*f->cut, 1);
}

static prm_result is_blank(const struct fx_device *d, uint32_t off, uint32_t len) {
    for (uint32_t i = 0; i < len; i++)
        if (d->bytes[off + i] != 0xFF)
            return PRM_ERR_FLASH_NOT_ERASED;
    return PRM_OK;
}

static prm_result flash_blank(void *ctx, uint32_t off, uint32_t len) {
    struct fx_device *d = ctx;

    if (fails(&d->faults, FX_BLANK_OP))
        return PRM_ERR_FLASH_IO;
    return out_of_range(d, off, len, 1u) ? PRM_ERR_FLASH_RANGE : is_blank(d, off, len);
}

static prm_result flash_commit(void *ctx) {
    struct fx_device *d = ctx;

    return fails(&d->faults, FX_COMMIT_OP) ? PRM_ERR_FLASH_IO : PRM_OK;
}

static prm_result flash_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct fx_device *d = ctx;

    if (fails(&d->faults, FX_WRITE_OP))
        return PRM_ERR_FLASH_IO;
    if (out_of_range(d, off, len, FX_WRITE))
        return PRM_ERR_FLASH_RANGE;
    PRM_TRY(is_blank(d, off, len));
    d->faults.writes++;
    change(d, d->bytes + off, src, len, FX_WRITE);
    return PRM_OK;
}

static prm_result flash_erase(void *ctx, uint32_t off) {
    struct fx_device *d = ctx;
    uint8_t erased[FX_ERASE];

    if (fails(&d->faults, FX_ERASE_OP))
        return PRM_ERR_FLASH_IO;
    if (out_of_range(d, off, FX_ERASE, FX_ERASE))
        return PRM_ERR_FLASH_RANGE;
    memset(erased, 0xFF, sizeof erased);
    d->faults.erases++;
    change(d, d->bytes + off, erased, FX_ERASE, FX_ERASE);
    return PRM_OK;
}

static prm_result eeprom_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct fx_device *d = ctx;

    memset(dst, 0, len);
    if (fails(&d->faults, FX_EEPROM_READ) || len > FX_EEPROM_SIZE || off > FX_EEPROM_SIZE - len)
        return PRM_ERR_COUNTER_IO;
    memcpy(dst, d->eeprom_bytes + off, len);
    return PRM_OK;
}

static prm_result eeprom_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    struct fx_device *d = ctx;

    if (fails(&d->faults, FX_EEPROM_WRITE) || len > FX_EEPROM_SIZE || off > FX_EEPROM_SIZE - len)
        return PRM_ERR_COUNTER_IO;
    change(d, d->eeprom_bytes + off, src, len, 1u);
    return PRM_OK;
}

static prm_result crypto_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    if (fails(&current->faults, FX_SHA256)) {
        memset(out, 0, PRM_SHA256_SIZE);
        return PRM_ERR_CRYPTO;
    }
    return behind->sha256(parts, n, out);
}

static prm_result crypto_witness(const uint8_t public_key[PRM_P256_PUBLIC_SIZE], const uint8_t digest[PRM_SHA256_SIZE],
                                 const uint8_t sig[PRM_P256_SIG_SIZE], uint8_t witness[32]) {
    if (fails(&current->faults, FX_WITNESS)) {
        memset(witness, 0xFF, 32);
        return PRM_ERR_CRYPTO;
    }
    return behind->p256_witness(public_key, digest, sig, witness);
}

static const struct prm_crypto crypto = {.sha256 = crypto_sha256, .p256_witness = crypto_witness};

void fx_faults_clear(struct fx_device *device) {
    device->faults = (struct fx_faults){.fail_at = FX_NEVER, .fails_from = FX_NEVER, .cut_at = FX_NEVER, .random = 1};
}

void fx_device_seal(struct fx_device *device) {
    uint8_t digest[PRM_SHA256_SIZE];

    fx_sha256(prm_span_of(&device->fuses, offsetof(struct prm_fuses, check)), digest);
    memcpy(device->fuses.check, digest, sizeof device->fuses.check);
    fx_sha256(prm_span_of(&device->trust, offsetof(struct prm_trust, check)), digest);
    memcpy(device->trust.check, digest, sizeof device->trust.check);
}

void fx_device_init(struct fx_device *d, const struct prm_crypto *provider, const struct fx_key *const *keys) {
    memset(d, 0, sizeof *d);
    memset(d->bytes, 0xFF, sizeof d->bytes);
    memset(d->eeprom_bytes, 0xFF, sizeof d->eeprom_bytes);
    current = d;
    behind = provider;
    fx_faults_clear(d);
    d->fuses = (struct prm_fuses){.magic = PRM_FUSES_MAGIC, .version = PRM_FUSES_VERSION};
    memcpy(d->fuses.vendor, fx_vendor, 16);
    memcpy(d->fuses.class_, fx_class, 16);
    memcpy(d->fuses.device, fx_device_id, 16);
    d->trust = (struct prm_trust){.magic = PRM_TRUST_MAGIC, .version = PRM_TRUST_VERSION, .need = {1, 0}, .base = 1};
    for (; keys[d->trust.count] != NULL && d->trust.count < PRM_TRUST_ANCHORS; d->trust.count++)
        d->trust.anchor[d->trust.count] = keys[d->trust.count]->anchor;
    fx_device_seal(d);
    d->flash = (struct prm_flash){.ctx = d,
                                  .size = FX_FLASH_SIZE,
                                  .write_size = FX_WRITE,
                                  .units = {{FX_FLASH_SIZE / FX_ERASE, FX_ERASE}},
                                  .erased = 0xFF,
                                  .rww = PRM_YES,
                                  .read = flash_read,
                                  .view = flash_view,
                                  .write = flash_write,
                                  .erase = flash_erase,
                                  .blank = flash_blank,
                                  .commit = flash_commit};
    /* What fails in the boot's cryptography doesn't fail here as well. */
    d->eeprom = (struct prm_eeprom){d, eeprom_read, eeprom_write, provider};
    d->format = (struct prm_eeprom_counter){{&d->eeprom, FX_COUNTER_OFF, PRM_EEPROM_FLOOR, PRM_EEPROM_VALUE_SIZE}, PRM_FLOOR_FIRST};
    need(prm_eeprom_counter_provision(&d->format, PRM_FLOOR_FIRST) == PRM_OK, "the floor can't be provisioned");
    fx_faults_clear(d);
    d->counter = (struct prm_counter){&d->format, prm_eeprom_counter_read, prm_eeprom_counter_advance_to};
    d->layout = (struct prm_layout){
        .journal_off = FX_JOURNAL_OFF,
        .bank_off = {FX_SLOT_A_OFF, FX_SLOT_B_OFF},
        .bank_size = FX_SLOT_SIZE,
        .chunk_size = PRM_BANK_CHUNK(FX_ERASE, FX_WRITE),
        .flash_base = FX_FLASH_BASE,
        .components = 1,
        .trial_boots = FX_TRIAL_BOOTS,
        .component = {{FX_IMAGES_OFF, FX_SLOT_SIZE - FX_IMAGES_OFF, FX_RAM_BASE, FX_RAM_SIZE}}};
    d->platform = (struct prm_boot_platform){.crypto = &crypto,
                                             .flash = &d->flash,
                                             .counter = &d->counter,
                                             .layout = &d->layout,
                                             .rules = prm_boot_rules_factory,
                                             .fuses = prm_span_of(&d->fuses, sizeof d->fuses),
                                             .trust = prm_span_of(&d->trust, sizeof d->trust)};
}

void fx_device_two(struct fx_device *d) {
    d->layout.components = 2;
    d->layout.component[0].size = FX_APP_SIZE;
    d->layout.component[1] =
        (struct prm_layout_component){FX_SERVICES_OFF, FX_SERVICES_SIZE, FX_SERVICES_RAM_BASE, FX_SERVICES_RAM_SIZE};
}

uint8_t *fx_place(struct fx_device *d, uint32_t slot, uint32_t component) {
    return d->bytes + d->layout.bank_off[slot] + d->layout.component[component].off;
}

void fx_flash_slot(struct fx_device *d, uint32_t slot, prm_span envelope, prm_span image) {
    uint8_t *at = d->bytes + d->layout.bank_off[slot];
    uint8_t digest[PRM_SHA256_SIZE];

    if (envelope.len > PRM_BANK_ENVELOPE_MAX || image.len > d->layout.component[0].size) {
        fprintf(stderr, "fixture: a release that is larger than a slot\n");
        abort();
    }
    memset(at, 0xFF, FX_SLOT_SIZE);
    fx_sha256(envelope, digest);
    prm_bank_header_encode((uint32_t)envelope.len, digest, at);
    memcpy(at + FX_ENVELOPE_OFF, envelope.ptr, envelope.len);
    if (image.len > 0)
        memcpy(fx_place(d, slot, 0), image.ptr, image.len);
}

uint32_t fx_envelope_len(const uint8_t *slot) {
    return prm_load_le32(slot + 4) & 0xFFFFu;
}

void fx_put_header(uint8_t *slot, uint32_t len) {
    prm_store_le32(slot, PRM_BANK_MAGIC);
    prm_store_le32(slot + 4, len ^ PRM_BANK_VERSION << 16);
}

uint32_t fx_image_address(uint32_t slot) {
    return FX_FLASH_BASE + (slot == 0 ? FX_SLOT_A_OFF : FX_SLOT_B_OFF) + FX_IMAGES_OFF;
}

uint32_t fx_services_address(uint32_t slot) {
    return FX_FLASH_BASE + (slot == 0 ? FX_SLOT_A_OFF : FX_SLOT_B_OFF) + FX_SERVICES_OFF;
}

uint32_t fx_plan_address(const struct fx_device *device) {
    return device->plan.image_base ^ device->plan.word;
}

static void make_image(uint64_t stream, uint32_t stack, uint32_t base, uint8_t out[FX_IMAGE_SIZE]) {
    fx_random_fill(&stream, out, FX_IMAGE_SIZE);
    prm_store_le32(out, stack);
    prm_store_le32(out + 4, base + 0x40u + 1u);
}

void fx_image(uint32_t slot, uint64_t seed, uint8_t out[FX_IMAGE_SIZE]) {
    make_image(seed * 2 + slot, FX_RAM_BASE + FX_RAM_SIZE, fx_image_address(slot), out);
}

void fx_services(uint32_t slot, uint64_t seed, uint8_t out[FX_IMAGE_SIZE]) {
    make_image(~(seed * 2 + slot), FX_SERVICES_RAM_BASE + FX_SERVICES_RAM_SIZE, fx_services_address(slot), out);
}

void fx_install(struct fx_device *d, uint32_t slot, const struct fx_key *key, uint64_t sequence, uint64_t seed) {
    uint8_t image[2][FX_IMAGE_SIZE], services[2][FX_IMAGE_SIZE], envelope[2048];
    struct fx_spec spec = {.sequence = sequence, .key = {key}};

    for (uint32_t i = 0; i < 2; i++) {
        fx_image(i, seed, image[i]);
        fx_services(i, seed, services[i]);
        spec.image[i] = prm_span_of(image[i], sizeof image[i]);
        if (d->layout.components == 2)
            spec.services[i] = prm_span_of(services[i], sizeof services[i]);
    }
    fx_flash_slot(d, slot, prm_span_of(envelope, fx_envelope(&spec, envelope, sizeof envelope)), spec.image[slot]);
    if (d->layout.components == 2)
        memcpy(fx_place(d, slot, 1), services[slot], sizeof services[slot]);
    fx_bank_status(d, slot, PRM_BANK_CONFIRMED, 0);
}

/* ---- the journal ---- */

/* Loads the journal on the side: no call of it is counted or fails. */
static void load_state(struct fx_device *d, struct prm_journal *journal, struct prm_state *state) {
    const struct fx_faults faults = d->faults;

    fx_faults_clear(d);
    need(prm_state_load(journal, &d->flash, &crypto, FX_JOURNAL_OFF, state) == PRM_OK, "the journal can't be read");
    d->faults = faults;
}

struct prm_state fx_state(struct fx_device *d) {
    struct prm_journal journal;
    struct prm_state state;

    load_state(d, &journal, &state);
    return state;
}

void fx_state_put(struct fx_device *d, const struct prm_state *state) {
    const struct fx_faults faults = d->faults;
    struct prm_journal journal;
    struct prm_state before;

    load_state(d, &journal, &before);
    fx_faults_clear(d);
    need(prm_state_store(&journal, state) == PRM_OK, "the journal can't be written");
    d->faults = faults;
}

void fx_bank_status(struct fx_device *d, uint32_t bank, enum prm_bank_status status, uint8_t attempts) {
    const uint8_t *at = d->bytes + d->layout.bank_off[bank];
    struct prm_state state = fx_state(d);
    struct prm_suit_envelope envelope;
    uint8_t digest[PRM_SHA256_SIZE];

    need(prm_suit_envelope_parse(prm_span_of(at + FX_ENVELOPE_OFF, fx_envelope_len(at)), &envelope) == PRM_OK,
         "no release in that bank");
    fx_sha256(envelope.manifest_wrapped, digest);
    state.bank[bank] = (struct prm_bank_state){.status = (uint8_t)status, .attempts = attempts};
    memcpy(state.bank[bank].manifest, digest, PRM_STATE_MANIFEST_SIZE);
    fx_state_put(d, &state);
}

void fx_factory(struct fx_device *d, uint32_t slot, const struct fx_key *key, uint64_t sequence, uint64_t seed) {
    const struct fx_faults faults = d->faults;

    fx_install(d, slot, key, sequence, seed);
    memset(d->bytes + FX_JOURNAL_OFF, 0xFF, 2 * FX_ERASE);
    fx_faults_clear(d);
    need(prm_eeprom_counter_provision(&d->format, sequence) == PRM_OK, "the floor can't be provisioned");
    d->faults = faults;
}

/* ---- booting ---- */

prm_result fx_boot(struct fx_device *d) {
    /* What was there before must not matter. */
    memset(&d->report, 0xA5, sizeof d->report);
    memset(&d->plan, 0x5A, sizeof d->plan);
    memset(&d->workspace, 0x69, sizeof d->workspace);
    return prm_boot_run(&d->platform, &d->workspace, &d->report, &d->plan);
}

/* The application's place: its own, or none where services run alone. */
static int is_app_right(const struct prm_boot_plan *p, uint32_t components) {
    if (components == 1)
        return p->app_base == fx_image_address(p->bank) && p->app_size == p->image_size;
    return p->app_base == fx_image_address(p->bank) || (p->app_base == 0 && p->app_size == 0);
}

/* What is wrong with a plan to run something, or NULL. */
static const char *plan_wrong(const struct fx_device *d) {
    const struct prm_boot_report *r = &d->report;
    const struct prm_boot_plan *p = &d->plan;
    const uint32_t components = d->layout.components;

    if (p->bank >= PRM_BANKS || r->slot[p->bank].result != PRM_OK)
        return "a bank was chosen that isn't fit to run";
    if (p->first != components - 1 || p->word != prm_boot_word_run(components))
        return "the plan's component or word";
    if (fx_plan_address(d) != (components == 2 ? fx_services_address(p->bank) : fx_image_address(p->bank)))
        return "the plan leads elsewhere than to the image of its bank";
    if (!is_app_right(p, components))
        return "the application's place or size";
    if (p->trial != PRM_YES && p->trial != PRM_NO)
        return "neither on trial nor not";
    if (r->slot[p->bank].sequence != p->sequence)
        return "the sequence numbers of plan and report";
    return r->slot[p->bank].image_size == p->image_size ? NULL : "the sizes of plan and report";
}

const char *fx_boot_wrong(const struct fx_device *d, prm_result result) {
    const struct prm_boot_report *r = &d->report;

    if (r->magic != PRM_BOOT_REPORT_MAGIC || r->version != PRM_BOOT_REPORT_VERSION || r->size != sizeof *r)
        return "the report's head";
    if (r->check != prm_boot_report_check(r))
        return "the report's check word";
    if (r->notes != 0)
        return "the report's notes, on a device with its factory's rules";
    if (r->result != result || r->chosen != d->plan.bank)
        return "the report tells another result or choice than the plan";
    if (result != PRM_OK) {
        /* Not on trial may be said as PRM_NO. */
        const struct prm_boot_plan none = {.bank = PRM_BOOT_SLOT_NONE,
                                           .trial = d->plan.trial == PRM_NO ? PRM_NO : 0};
        return memcmp(&d->plan, &none, sizeof none) == 0 ? NULL : "a refusal left a plan";
    }
    return plan_wrong(d);
}

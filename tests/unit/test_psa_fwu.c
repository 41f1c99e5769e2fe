/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PSA firmware update state machine: every call in every state, against the table of the specification (IHI
 * 0093, 4.2 and the return values of 5.5), written down here a second time. The device is a flash and a counter in
 * memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bank/geometry.h"
#include "codec/cbor.h"
#include "primum/update.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "psa/fwu.h"
#include "suit/suit.h"

_Noreturn void prm_trap(void) {
    abort();
}

enum { UNIT = 4096, JOURNAL_OFF = 0, BANK_SIZE = 4 * UNIT, FLASH_SIZE = 2 * UNIT + 2 * BANK_SIZE, SEQUENCE = 7 };

static uint8_t bytes[FLASH_SIZE];
static uint64_t floor_value;
static uint32_t changes; /* writes and erases of the flash */
static prm_result flash_result;
static prm_result counter_result;

static prm_result flash_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    (void)ctx;
    memset(dst, 0, len);
    if (flash_result == PRM_OK)
        memcpy(dst, bytes + off, len);
    return flash_result;
}

static prm_result flash_view(void *ctx, uint32_t off, uint32_t len, prm_span *out) {
    (void)ctx;
    *out = prm_span_of(bytes + off, len);
    return flash_result;
}

static prm_result flash_blank(void *ctx, uint32_t off, uint32_t len) {
    (void)ctx;
    for (uint32_t i = 0; i < len; i++)
        if (bytes[off + i] != 0xFF)
            return PRM_ERR_FLASH_NOT_ERASED;
    return flash_result;
}

static prm_result flash_commit(void *ctx) {
    (void)ctx;
    return flash_result;
}

static prm_result flash_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    if (flash_blank(ctx, off, len) != PRM_OK)
        return PRM_ERR_FLASH_NOT_ERASED;
    memcpy(bytes + off, src, len);
    changes++;
    return flash_result;
}

static prm_result flash_erase(void *ctx, uint32_t off) {
    (void)ctx;
    memset(bytes + off, 0xFF, UNIT);
    changes++;
    return flash_result;
}

static const struct prm_flash flash = {.size = FLASH_SIZE,
                                       .write_size = 8,
                                       .units = {{FLASH_SIZE / UNIT, UNIT}},
                                       .erased = 0xFF,
                                       .rww = PRM_YES,
                                       .read = flash_read,
                                       .view = flash_view,
                                       .write = flash_write,
                                       .erase = flash_erase,
                                       .blank = flash_blank,
                                       .commit = flash_commit};

static prm_result counter_read(void *ctx, uint64_t *value) {
    (void)ctx;
    *value = floor_value;
    return counter_result;
}

static prm_result counter_advance(void *ctx, uint64_t value) {
    (void)ctx;
    if (counter_result == PRM_OK && value > floor_value)
        floor_value = value;
    return counter_result;
}

static const struct prm_counter counter = {NULL, counter_read, counter_advance};
static const struct prm_layout layout = {
    .journal_off = JOURNAL_OFF,
    .bank_off = {2 * UNIT, 2 * UNIT + BANK_SIZE},
    .bank_size = BANK_SIZE,
    .chunk_size = UNIT,
    .components = 2,
    .component = {{2 * UNIT, UNIT, 0, 0}, {3 * UNIT, UNIT, 0, 0}},
};
static const struct prm_fuses fuses;
static const struct prm_trust trust = {.count = 1};
static const struct prm_update_platform platform = {
    .crypto = &prm_crypto_mbedtls,
    .flash = &flash,
    .counter = &counter,
    .layout = &layout,
    .fuses = &fuses,
    .trust = &trust,
};
static struct prm_fwu fwu;

static struct prm_cbor_writer *item(struct prm_cbor_writer *w, int key) {
    prm_cbor_put_int(w, key);
    return w;
}

/*
 * What the other bank holds, as far as an installation looks: header, and an envelope without images. `install` is the
 * manifest's install sequence; `fetches`: the digest of another sequence stands beside it. Gives the manifest's digest.
 */
static void fill_bank(prm_span install, int fetches, uint8_t digest[PRM_SHA256_SIZE]) {
    static const uint8_t common[] = {0xA1, 0x02, 0x81, 0x81, 0x41, 0x00}; /* {2: [[h'00']]} */
    static const uint8_t head[4] = {0x82, 0x2F, 0x58, 0x20};
    uint8_t manifest[256], wrapped[260], auth[40], *const bank = bytes + 2 * UNIT + BANK_SIZE;
    struct prm_cbor_writer m = {manifest, sizeof manifest, 0}, w = {wrapped, sizeof wrapped, 0}, a = {auth, 40, 0};
    struct prm_cbor_writer e = {bank + PRM_BANK_ENVELOPE_OFF(8), 1024, 0};

    prm_cbor_put_head(&m, PRM_CBOR_MAP, fetches ? 5 : 4);
    prm_cbor_put_int(item(&m, 1), 1);
    prm_cbor_put_int(item(&m, 2), SEQUENCE + 1);
    prm_cbor_put_bstr(item(&m, 3), prm_span_of(common, sizeof common));
    if (fetches) {
        prm_cbor_put_raw(item(&m, PRM_SUIT_KEY_PAYLOAD_FETCH), prm_span_of(head, sizeof head));
        prm_cbor_put_raw(&m, prm_span_of(bytes, PRM_SHA256_SIZE));
    }
    prm_cbor_put_bstr(item(&m, PRM_SUIT_KEY_INSTALL), install);
    prm_cbor_put_bstr(&w, prm_span_of(manifest, m.len));
    const prm_span all = prm_span_of(wrapped, w.len);
    assert_int_equal(platform.crypto->sha256(&all, 1, digest), PRM_OK);
    prm_cbor_put_head(&a, PRM_CBOR_ARRAY, 1);
    prm_cbor_put_head(&a, PRM_CBOR_BSTR, sizeof head + PRM_SHA256_SIZE);
    prm_cbor_put_raw(&a, prm_span_of(head, sizeof head));
    prm_cbor_put_raw(&a, prm_span_of(digest, PRM_SHA256_SIZE));
    prm_cbor_put_head(&e, PRM_CBOR_TAG, PRM_SUIT_TAG_ENVELOPE);
    prm_cbor_put_head(&e, PRM_CBOR_MAP, 2);
    prm_cbor_put_bstr(item(&e, PRM_SUIT_KEY_AUTH), prm_span_of(auth, a.len));
    prm_cbor_put_raw(item(&e, PRM_SUIT_KEY_MANIFEST), all);
    prm_bank_header_encode((uint32_t)e.len, digest, bank); /* nobody here looks at its digest */
}

static void journal(uint8_t running, uint8_t other, const uint8_t digest[PRM_SHA256_SIZE]) {
    struct prm_journal j;
    struct prm_state state;

    assert_int_equal(prm_state_load(&j, &flash, platform.crypto, JOURNAL_OFF, &state), PRM_OK);
    state.chosen = 0;
    state.bank[0] = (struct prm_bank_state){.status = running};
    state.bank[1] = (struct prm_bank_state){.status = other};
    memcpy(state.bank[1].manifest, digest, PRM_STATE_MANIFEST_SIZE);
    assert_int_equal(prm_state_store(&j, &state), PRM_OK);
}

static uint8_t status_of(uint32_t bank) {
    struct prm_journal j;
    struct prm_state state;

    assert_int_equal(prm_state_load(&j, &flash, platform.crypto, JOURNAL_OFF, &state), PRM_OK);
    return state.bank[bank].status;
}

static uint8_t state_now(void) {
    psa_fwu_component_info_t info;

    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    return info.state;
}

/* A start with another release in the other bank, which asks for what `install` says. */
static void boot_asking(uint8_t running, uint8_t other, prm_span install, int fetches) {
    uint8_t digest[PRM_SHA256_SIZE];

    memset(bytes, 0xFF, sizeof bytes);
    floor_value = 0;
    flash_result = PRM_OK;
    counter_result = PRM_OK;
    fill_bank(install, fetches, digest);
    journal(running, other, digest);
    assert_int_equal(prm_fwu_init(&fwu, &platform, 0, SEQUENCE), PRM_OK);
}

static void boot(uint8_t running, uint8_t other) {
    static const uint8_t anything[] = {0x82, 0x15, 0x02}; /* [21, 2], which fetches: no condition is there */

    boot_asking(running, other, prm_span_of(anything, sizeof anything), 0);
}

/* Brings the device into a state as an application would. */
static void reach(uint8_t state) {
    switch (state) {
    case PSA_FWU_WRITING:
        boot(PRM_BANK_CONFIRMED, PRM_BANK_EMPTY);
        assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 0), PSA_SUCCESS);
        break;
    case PSA_FWU_CANDIDATE:
        boot(PRM_BANK_CONFIRMED, PRM_BANK_CANDIDATE);
        break;
    case PSA_FWU_STAGED:
        boot(PRM_BANK_CONFIRMED, PRM_BANK_STAGED);
        break;
    case PSA_FWU_FAILED:
        boot(PRM_BANK_CONFIRMED, PRM_BANK_REJECTED);
        break;
    case PSA_FWU_TRIAL:
        boot(PRM_BANK_TRIAL, PRM_BANK_CONFIRMED);
        break;
    case PSA_FWU_REJECTED:
        boot(PRM_BANK_TRIAL, PRM_BANK_CONFIRMED);
        assert_int_equal(prm_fwu_reject(&fwu, -1), PSA_SUCCESS_REBOOT);
        break;
    case PSA_FWU_UPDATED:
        boot(PRM_BANK_TRIAL, PRM_BANK_CONFIRMED);
        assert_int_equal(prm_fwu_accept(&fwu), PSA_SUCCESS);
        break;
    default:
        boot(PRM_BANK_FACTORY, PRM_BANK_FACTORY);
    }
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
    assert_int_equal(state_now(), state);
}

enum { QUERY, START, WRITE, FINISH, CANCEL, CLEAN, INSTALL, REBOOT, REJECT, ACCEPT, CALLS, STATES = 8 };

static psa_status_t call(int which, psa_fwu_component_t component) {
    static const uint8_t first = 0xD8; /* how a release begins */
    psa_fwu_component_info_t info;

    switch (which) {
    case QUERY:
        return prm_fwu_query(&fwu, component, &info);
    case START:
        return prm_fwu_start(&fwu, component, NULL, 0);
    case WRITE:
        return prm_fwu_write(&fwu, component, 0, &first, 1);
    case FINISH:
        return prm_fwu_finish(&fwu, component);
    case CANCEL:
        return prm_fwu_cancel(&fwu, component);
    case CLEAN:
        return prm_fwu_clean(&fwu, component);
    case INSTALL:
        return prm_fwu_install(&fwu);
    case REBOOT:
        return prm_fwu_request_reboot(&fwu);
    case REJECT:
        return prm_fwu_reject(&fwu, -5);
    default:
        return prm_fwu_accept(&fwu);
    }
}

#define BAD                                                                                                            \
    { PSA_ERROR_BAD_STATE, -1 }
#define SAME(status)                                                                                                   \
    { (status), -1 }

/* [call][state]: what comes back, and the state afterwards (-1: the same). finish: nothing was written, so nothing is
 * whole. */
static const struct {
    psa_status_t status;
    int after;
} specified[CALLS][STATES] = {
    /* READY, WRITING, CANDIDATE, STAGED, FAILED, TRIAL, REJECTED, UPDATED */
    [QUERY] = {SAME(0), SAME(0), SAME(0), SAME(0), SAME(0), SAME(0), SAME(0), SAME(0)},
    [START] = {{0, PSA_FWU_WRITING}, BAD, BAD, BAD, BAD, BAD, BAD, BAD},
    [WRITE] = {BAD, SAME(0), BAD, BAD, BAD, BAD, BAD, BAD},
    [FINISH] = {BAD, SAME(PSA_ERROR_INVALID_ARGUMENT), BAD, BAD, BAD, BAD, BAD, BAD},
    [CANCEL] = {BAD, {0, PSA_FWU_FAILED}, {0, PSA_FWU_FAILED}, BAD, BAD, BAD, BAD, BAD},
    [CLEAN] = {BAD, BAD, BAD, BAD, {0, PSA_FWU_READY}, BAD, BAD, {0, PSA_FWU_READY}},
    [INSTALL] = {BAD, BAD, {PSA_SUCCESS_REBOOT, PSA_FWU_STAGED}, BAD, BAD, BAD, BAD, BAD},
    [REBOOT] = {SAME(0), SAME(0), SAME(0), SAME(0), SAME(0), SAME(0), SAME(0), SAME(0)},
    [REJECT] = {BAD, BAD, BAD, {0, PSA_FWU_FAILED}, BAD, {PSA_SUCCESS_REBOOT, PSA_FWU_REJECTED}, BAD, BAD},
    [ACCEPT] = {BAD, BAD, BAD, BAD, BAD, {0, PSA_FWU_UPDATED}, BAD, BAD},
};

static void every_call_in_every_state(void **arg) {
    (void)arg;
    for (int c = 0; c < CALLS; c++)
        for (uint8_t s = 0; s < STATES; s++) {
            reach(s);
            const uint32_t before = changes;
            const psa_status_t status = call(c, 0);
            const int after = specified[c][s].after < 0 ? s : specified[c][s].after;
            if (status != specified[c][s].status || state_now() != after)
                fail_msg("call %d in state %d: %d, then state %d", c, s, status, state_now());
            if (specified[c][s].status == PSA_ERROR_BAD_STATE)
                assert_int_equal(changes, before);
        }
}

static void another_component_does_not_exist(void **arg) {
    static const int with_component[] = {QUERY, START, WRITE, FINISH, CANCEL, CLEAN};

    (void)arg;
    for (unsigned i = 0; i < sizeof with_component / sizeof with_component[0]; i++)
        for (uint8_t s = 0; s < STATES; s++)
            for (unsigned component = 1; component < 256; component += 127) {
                reach(s);
                assert_int_equal(call(with_component[i], (psa_fwu_component_t)component), PSA_ERROR_DOES_NOT_EXIST);
                assert_int_equal(state_now(), s);
            }
}

static void arguments(void **arg) {
    uint8_t block[PSA_FWU_MAX_WRITE_SIZE + 1] = {0xD8};

    (void)arg;
    reach(PSA_FWU_READY);
    assert_int_equal(prm_fwu_start(&fwu, 0, block, 1), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 1), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(state_now(), PSA_FWU_READY);
    reach(PSA_FWU_WRITING);
    assert_int_equal(prm_fwu_write(&fwu, 0, 0, block, 0), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_write(&fwu, 0, 0, block, sizeof block), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_write(&fwu, 0, 1, block, 1), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_write(&fwu, 0, SIZE_MAX, block, 1), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(state_now(), PSA_FWU_WRITING);
    assert_int_equal(prm_fwu_write(&fwu, 0, 0, block, 1), PSA_SUCCESS);
    assert_int_equal(prm_fwu_write(&fwu, 0, 0, block, 1), PSA_SUCCESS); /* anew */
    assert_int_equal(prm_fwu_write(&fwu, 0, 2, block, 1), PSA_ERROR_INVALID_ARGUMENT);
}

static void what_is_no_release_fails(void **arg) {
    psa_fwu_component_info_t info;

    (void)arg;
    reach(PSA_FWU_WRITING);
    assert_int_equal(prm_fwu_write(&fwu, 0, 0, "no release", 10), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    assert_int_equal(info.state, PSA_FWU_FAILED);
    assert_int_equal(info.error, PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(info.impl.reason, PRM_ERR_SUIT_ENVELOPE);
    assert_int_equal(prm_fwu_clean(&fwu, 0), PSA_SUCCESS);
    assert_int_equal(state_now(), PSA_FWU_READY);
}

static void consent(void **arg) {
    (void)arg;
    boot(PRM_BANK_CONFIRMED, PRM_BANK_CANDIDATE);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_NOT_PERMITTED); /* by default */
    assert_int_equal(prm_fwu_request_reboot(&fwu), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(prm_fwu_conditions(&fwu, 0, 100, 0, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, PRIMUM_BATTERY_MIN_PERCENT - 1, 0, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_INSUFFICIENT_POWER);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, PRIMUM_BATTERY_MIN_PERCENT, 0, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_conditions(&fwu, 2, 100, 0, 0), PSA_ERROR_INVALID_ARGUMENT); /* and takes it back */
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(status_of(1), PRM_BANK_CANDIDATE);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 101, 0, 0), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_SUCCESS_REBOOT);
    assert_int_equal(status_of(1), PRM_BANK_STAGED);
}

static uint32_t reason_now(void) {
    psa_fwu_component_info_t info;

    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    return info.impl.reason;
}

/* [20, {4: 1000, 26: 500, 27: -1}, 4, 15, 26, 15, 27, 15] */
static const uint8_t all_three[] = {0x88, 0x14, 0xA3, 0x04, 0x19, 0x03, 0xE8, 0x18, 0x1A, 0x19, 0x01, 0xF4, 0x18,
                                    0x1B, 0x20, 0x04, 0x0F, 0x18, 0x1A, 0x0F, 0x18, 0x1B, 0x0F};

/* What a release asks for counts when it is installed from the bank, after a reset, with nothing left in RAM. */
static void conditions_of_the_release(void **arg) {
    static const struct {
        uint32_t authorized, percent, mwh, utc;
        psa_status_t status;
        uint32_t reason;
    } cases[] = {
        {0, 100, 500, 999, PSA_ERROR_NOT_PERMITTED, PRM_ERR_UPDATE_CONSENT},
        {1, 100, 499, 999, PSA_ERROR_INSUFFICIENT_POWER, PRM_ERR_UPDATE_BATTERY},
        {1, 100, 0, 999, PSA_ERROR_INSUFFICIENT_POWER, PRM_ERR_UPDATE_BATTERY},
        {1, PRIMUM_BATTERY_MIN_PERCENT - 1, 500, 999, PSA_ERROR_INSUFFICIENT_POWER, PRM_ERR_UPDATE_BATTERY},
        {1, 100, 500, 1000, PSA_ERROR_NOT_PERMITTED, PRM_ERR_UPDATE_TIME},
        {1, 100, 500, UINT32_MAX, PSA_ERROR_NOT_PERMITTED, PRM_ERR_UPDATE_TIME},
        {1, 100, 500, 0, PSA_ERROR_NOT_PERMITTED, PRM_ERR_UPDATE_TIME},
        {1, PRIMUM_BATTERY_MIN_PERCENT, 500, 999, PSA_SUCCESS_REBOOT, 0},
    };
    psa_fwu_component_info_t info;

    (void)arg;
    boot_asking(PRM_BANK_CONFIRMED, PRM_BANK_CANDIDATE, prm_span_of(all_three, sizeof all_three), 1);
    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    assert_int_equal(info.impl.priority, -1);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(status_of(1), PRM_BANK_CANDIDATE);
        assert_int_equal(
            prm_fwu_conditions(&fwu, cases[i].authorized, cases[i].percent, cases[i].mwh, cases[i].utc), PSA_SUCCESS);
        assert_int_equal(prm_fwu_install(&fwu), cases[i].status);
        assert_int_equal(reason_now(), cases[i].reason);
    }
    assert_int_equal(status_of(1), PRM_BANK_STAGED);
}

/* What can't be read, or isn't what was verified, isn't installed, whatever the application says. */
static void conditions_that_cannot_be_known(void **arg) {
    static const uint8_t unknown[] = {0x82, 0x18, 0x1C, 0x0F}; /* [28, 15]: a version */
    uint8_t *const bank = bytes + 2 * UNIT + BANK_SIZE;

    (void)arg;
    boot_asking(PRM_BANK_CONFIRMED, PRM_BANK_CANDIDATE, prm_span_of(unknown, sizeof unknown), 1);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 500, 999), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(reason_now(), PRM_ERR_SUIT_COMMAND);
    for (unsigned bit = 0; bit < 8 * 110; bit++) {
        boot_asking(PRM_BANK_CONFIRMED, PRM_BANK_CANDIDATE, prm_span_of(all_three, sizeof all_three), 1);
        assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 500, 999), PSA_SUCCESS);
        bank[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const int in_auth = bit / 8 >= PRM_BANK_ENVELOPE_OFF(8) + 6 && bit / 8 < PRM_BANK_ENVELOPE_OFF(8) + 6 + 39;
        const int in_digest = bit / 8 >= 8 && bit / 8 < PRM_BANK_HEADER_SIZE; /* the header's, which permits nothing */
        if (!in_auth && !in_digest) /* the digest that the root checks; the journal's is what counts here */
            assert_true(prm_fwu_install(&fwu) < 0);
    }
    memset(bank, 0xFF, UNIT);
    assert_true(prm_fwu_install(&fwu) < 0);
    assert_int_equal(status_of(1), PRM_BANK_CANDIDATE);
}

static void what_the_journal_keeps(void **arg) {
    psa_fwu_component_info_t info;

    (void)arg;
    reach(PSA_FWU_TRIAL);
    assert_int_equal(prm_fwu_accept(&fwu), PSA_SUCCESS);
    assert_int_equal(status_of(0), PRM_BANK_CONFIRMED);
    assert_int_equal(floor_value, SEQUENCE);
    reach(PSA_FWU_TRIAL);
    assert_int_equal(prm_fwu_reject(&fwu, -77), PSA_SUCCESS_REBOOT);
    assert_int_equal(status_of(0), PRM_BANK_REJECTED);
    assert_int_equal(floor_value, 0);
    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    assert_int_equal(info.error, -77);
    assert_int_equal(info.version.build, SEQUENCE);
    /* The next boot takes the other bank; why it does is still known. */
    assert_int_equal(prm_fwu_init(&fwu, &platform, 1, SEQUENCE - 1), PRM_OK);
    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    assert_int_equal(info.state, PSA_FWU_FAILED);
    assert_int_equal(info.error, -77);
    reach(PSA_FWU_TRIAL);
    assert_int_equal(prm_fwu_reject(&fwu, -70000), PSA_SUCCESS_REBOOT);
    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    assert_int_equal(info.error, PSA_ERROR_GENERIC_ERROR);
    boot(PRM_BANK_CONFIRMED, PRM_BANK_REJECTED); /* its trial ran out */
    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    assert_int_equal(info.state, PSA_FWU_FAILED);
    assert_int_equal(info.error, 0);
    reach(PSA_FWU_CANDIDATE);
    assert_int_equal(prm_fwu_cancel(&fwu, 0), PSA_SUCCESS);
    assert_int_equal(status_of(1), PRM_BANK_EMPTY);
    /* Sent halfway before a reset: another start is possible. */
    boot(PRM_BANK_CONFIRMED, PRM_BANK_WRITING);
    assert_int_equal(state_now(), PSA_FWU_READY);
}

static void a_cut_accept_is_finished_at_the_next_start(void **arg) {
    (void)arg;
    reach(PSA_FWU_TRIAL);
    counter_result = PRM_ERR_COUNTER_IO;
    assert_int_equal(prm_fwu_accept(&fwu), PSA_ERROR_STORAGE_FAILURE);
    assert_int_equal(floor_value, 0);
    counter_result = PRM_OK;
    assert_int_equal(prm_fwu_init(&fwu, &platform, 0, SEQUENCE), PRM_OK);
    assert_int_equal(floor_value, SEQUENCE);
}

static void storage_that_fails(void **arg) {
    psa_fwu_component_info_t info;

    (void)arg;
    /* Whoever only asks is answered: the query has no error of its own for it. */
    reach(PSA_FWU_CANDIDATE);
    flash_result = PRM_ERR_FLASH_IO;
    assert_int_equal(prm_fwu_query(&fwu, 0, &info), PSA_SUCCESS);
    flash_result = PRM_OK;
    assert_int_equal(info.state, PSA_FWU_FAILED);
    assert_int_equal(info.error, PSA_ERROR_STORAGE_FAILURE);
    assert_int_equal(info.impl.reason, PRM_ERR_FLASH_IO);
    assert_int_equal(state_now(), PSA_FWU_CANDIDATE);
    for (int c = START; c < CALLS; c++) {
        reach(PSA_FWU_CANDIDATE);
        flash_result = PRM_ERR_FLASH_IO;
        if (c != REBOOT)
            assert_int_equal(call(c, 0), PSA_ERROR_STORAGE_FAILURE);
        flash_result = PRM_OK;
        assert_int_equal(state_now(), PSA_FWU_CANDIDATE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_in_every_state),
        cmocka_unit_test(another_component_does_not_exist),
        cmocka_unit_test(arguments),
        cmocka_unit_test(what_is_no_release_fails),
        cmocka_unit_test(consent),
        cmocka_unit_test(conditions_of_the_release),
        cmocka_unit_test(conditions_that_cannot_be_known),
        cmocka_unit_test(what_the_journal_keeps),
        cmocka_unit_test(a_cut_accept_is_finished_at_the_next_start),
        cmocka_unit_test(storage_that_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

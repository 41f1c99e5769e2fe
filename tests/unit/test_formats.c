/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_formats.c - every format that a device stores or is handed has a number. One that is older or newer than what this
 * code reads is refused by a reason of its own (damage has another), although everything else about it is right.
 */
#include "tests/unit/unit.h"

#include "bank/bank_format.h"
#include "bank/bank_parse.h"
#include "base/endian.h"
#include "boot/boot_parse.h"
#include "boot/handoff.h"
#include "ports/eeprom/eeprom_cell.h"
#include "providers/openssl/crypto_openssl.h"
#include "update/update_parse.h"

static struct fx_device d;

/* Each makes the format with this number, its check made anew, and says what the reader answers. */

static prm_result bank_header(uint32_t number) {
    uint8_t header[PRM_BANK_HEADER_SIZE];
    uint32_t len;

    prm_bank_header_encode(100, (const uint8_t *)"digests!", header);
    prm_store_le32(header + 4, 100 | number << 16);
    return prm_bank_header_parse(header, &len);
}

static prm_result journal_record(uint32_t number) {
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];
    struct prm_journal journal;
    struct prm_state state;

    memset(d.bytes + FX_JOURNAL_OFF, 0xFF, 2 * FX_ERASE);
    assert_result(prm_journal_load(&journal, &d.flash, &prm_crypto_openssl, FX_JOURNAL_OFF, payload),
                  PRM_ERR_JOURNAL_EMPTY);
    payload[0] = (uint8_t)number;
    assert_result(prm_journal_append(&journal, payload), PRM_OK);
    assert_result(prm_state_load(&journal, &d.flash, &prm_crypto_openssl, FX_JOURNAL_OFF, &state), PRM_OK);
    return state.found;
}

static prm_result fuses(uint32_t number) {
    const struct prm_fuses *parsed;

    d.fuses.version = number;
    fx_device_seal(&d);
    return prm_boot_fuses_parse(d.platform.fuses, &parsed);
}

static prm_result anchors(uint32_t number) {
    const struct prm_trust *parsed;

    d.trust.version = number;
    fx_device_seal(&d);
    return prm_boot_trust_parse(d.platform.trust, &parsed);
}

static void renumber(uint8_t *record, uint32_t contents, uint32_t number) {
    uint8_t digest[PRM_SHA256_SIZE];

    record[3] = (uint8_t)number;
    fx_sha256(prm_span_of(record, 8 + contents), digest);
    memcpy(record + 8 + contents, digest, PRM_EEPROM_CHECK_SIZE);
}

static prm_result counter(uint32_t number) {
    uint8_t *const record = d.eeprom_bytes + FX_COUNTER_OFF;
    uint64_t value;

    renumber(record, 8, number);
    renumber(record + PRM_EEPROM_RECORD_SIZE(8), 8, number);
    return prm_eeprom_counter_read(&d.format, &value);
}

static prm_result cell(uint32_t number) {
    struct prm_eeprom_cell kept = {{&d.eeprom, 128, PRM_EEPROM_KEPT, PRM_CELL_SIZE}};
    uint8_t contents[PRM_CELL_SIZE] = {1, 2, 3};

    assert_result(prm_eeprom_cell_write(&kept, contents), PRM_OK);
    renumber(d.eeprom_bytes + 128, PRM_CELL_SIZE, number);
    renumber(d.eeprom_bytes + 128 + PRM_EEPROM_RECORD_SIZE(PRM_CELL_SIZE), PRM_CELL_SIZE, number);
    return prm_eeprom_cell_read(&kept, contents);
}

static prm_result hand_over(uint32_t number) {
    const struct prm_handoff handoff = {.magic = PRM_HANDOFF_MAGIC, .version = number};

    return prm_handoff_is_ours(&handoff) == PRM_YES ? PRM_OK : PRM_ERR_UNSUPPORTED;
}

static prm_result boot_report(uint32_t number) {
    struct prm_boot_report report = {.magic = PRM_BOOT_REPORT_MAGIC, .version = (uint16_t)number, .size = sizeof report};

    report.check = prm_boot_report_check(&report);
    return prm_boot_report_valid(&report) ? PRM_OK : PRM_ERR_UNSUPPORTED;
}

/* [number, 2048, "#A0", [digest]] for a payload of one page. */
static prm_result payload_list(uint32_t number) {
    uint8_t bytes[10 + 34] = {0x84, (uint8_t)number, 0x19, 0x08, 0x00, 0x63, '#', 'A', '0', 0x81, 0x58, 0x20};
    struct prm_update_blocks blocks;

    return prm_update_blocks_parse(prm_span_of(bytes, sizeof bytes), 1000, &blocks);
}

/* What a reader without results of its own says of a format that it doesn't take. */
#define NOT_OURS PRM_ERR_UNSUPPORTED

static const struct {
    const char *name;
    prm_result (*with)(uint32_t number);
    uint32_t number; /* that this code reads */
    prm_result otherwise;
} formats[] = {
    {"bank header", bank_header, PRM_BANK_VERSION, PRM_ERR_SLOT_VERSION},
    {"journal record", journal_record, 3, PRM_ERR_JOURNAL_VERSION},
    {"identity fuses", fuses, PRM_FUSES_VERSION, PRM_ERR_DEVICE_VERSION},
    {"trust anchors", anchors, PRM_TRUST_VERSION, PRM_ERR_TRUST_ANCHORS_VERSION},
    {"counter", counter, PRM_EEPROM_NUMBER, PRM_ERR_COUNTER_VERSION},
    {"kept release", cell, PRM_EEPROM_NUMBER, PRM_ERR_COUNTER_VERSION},
    {"hand-over", hand_over, PRM_HANDOFF_VERSION, NOT_OURS},
    {"boot report", boot_report, PRM_BOOT_REPORT_VERSION, NOT_OURS},
    {"payload list", payload_list, PRM_FETCH_VERSION, PRM_ERR_UPDATE_FORMAT},
};

static int setup(void **state) {
    static const struct fx_key *keys[2];
    static struct fx_key key;

    (void)state;
    if (keys[0] == NULL)
        fx_key_make(&key, "formats");
    keys[0] = &key;
    fx_device_init(&d, &prm_crypto_openssl, keys);
    return 0;
}

static void another_number_is_refused_by_name(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        for (uint32_t number = 0; number < 24; number++) {
            (void)setup(NULL);
            const prm_result result = formats[i].with(number);
            const prm_result expected = number == formats[i].number ? PRM_OK : formats[i].otherwise;
            if (result != expected)
                fail_msg("%s %u: %08x instead of %08x", formats[i].name, number, result, expected);
        }
    }
}

/* No reader takes its format's damage for another version of it. */
static void blank_is_not_another_version(void **state) {
    const struct prm_fuses *parsed;
    uint8_t header[PRM_BANK_HEADER_SIZE];
    uint64_t value;
    uint32_t len;

    (void)state;
    for (unsigned fill = 0; fill < 256; fill += 255) {
        (void)setup(NULL);
        memset(header, (int)fill, sizeof header);
        assert_result(prm_bank_header_parse(header, &len), PRM_ERR_SLOT_HEADER);
        memset(&d.fuses, (int)fill, sizeof d.fuses);
        assert_result(prm_boot_fuses_parse(d.platform.fuses, &parsed), PRM_ERR_DEVICE_FUSES);
        memset(d.eeprom_bytes, (int)fill, sizeof d.eeprom_bytes);
        assert_result(prm_eeprom_counter_read(&d.format, &value), PRM_ERR_COUNTER_DAMAGED);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(another_number_is_refused_by_name, setup),
        cmocka_unit_test_setup(blank_is_not_another_version, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

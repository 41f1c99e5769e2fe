/* SPDX-License-Identifier: Apache-2.0 */
/* print_report.c - a boot report for people and for programs. */
#include <inttypes.h>

#include <jansson.h>

#include "cli/print.h"
#include "host/device/device.h"
#include "host/file/uuid.h"
#include "trust/floor.h"

static void print_id(const char *label, const uint8_t *uuid) {
    char text[PRIMUM_UUID_TEXT];

    primum_uuid_text(uuid, text);
    cli_print("%-9s %s\n", label, text);
}

static void print_slot(const struct prm_boot_slot_report *slot, uint32_t number) {
    char code[5], hex[2 * PRM_SHA256_SIZE + 1];

    primum_result_code(slot->result, code);
    cli_print("slot %c    %s: %s\n", 'A' + (int)number, code,
                 slot->result == PRM_OK ? "fit to run" : primum_result_text(slot->result));
    primum_hex(slot->key_id, sizeof slot->key_id, hex);
    if (prm_diff(slot->manifest_digest, (uint8_t[32]){0}, 32) != 0)
        cli_print("          sequence %" PRIu64 ", %" PRIu32 " bytes, signed by key %s\n", slot->sequence,
                     slot->image_size, hex);
    primum_hex(slot->image_digest, sizeof slot->image_digest, hex);
    if (prm_diff(slot->image_digest, (uint8_t[32]){0}, 32) != 0)
        cli_print("          measured sha-256 %s\n", hex);
}

/* What the rules were, and who runs in spite of them. */
static void print_notes(const struct prm_boot_report *report) {
    const uint32_t number = report->notes >> PRM_BOOT_TRUST_SHIFT;

    if (number == 0)
        puts("trust     the factory's keys");
    else
        cli_print("trust     manifest %s%" PRIu32 " is in force\n", number == PRM_BOOT_TRUST_MAX ? "at least " : "",
                     number);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++)
        if ((report->notes & PRM_BOOT_NOTE_REVOKED(slot)) != 0)
            cli_print("note      slot %c %s, but its key is revoked%s\n", 'A' + (int)slot,
                         report->chosen == slot ? "runs on" : "may still run",
                         report->chosen == slot ? ": update it" : "");
    if ((report->notes & PRM_BOOT_NOTE_TRUST_WAITS) != 0)
        puts("note      a newer trust manifest waits: it could not take effect durably");
}

void cli_report_print(const struct prm_boot_report *report) {
    char code[5];

    print_id("vendor", report->vendor);
    print_id("class", report->class_);
    print_id("device", report->device);
    if (report->floor == UINT64_MAX)
        puts("floor     not readable");
    else
        cli_print("floor     epoch %" PRIu64 ", sequence %" PRIu64 "\n", report->floor >> PRM_EPOCH_BITS,
                  report->floor & PRM_SEQUENCE_MAX);
    print_notes(report);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++)
        print_slot(&report->slot[slot], slot);
    primum_result_code(report->result, code);
    if (report->result == PRM_OK)
        cli_print("started   %c\n", 'A' + (int)(report->chosen & 1u));
    else
        cli_print("recovery  %s: %s\n", code, primum_result_text(report->result));
    primum_result_code(report->journal, code);
    if (report->boots != 0)
        cli_print("starts    %" PRIu32 "\n", report->boots);
    if (report->resets != 0)
        cli_print("note      a part did not answer: the root reset itself %" PRIu32 " times since power came on\n",
                     report->resets);
    cli_print("journal   %s%s%s; decisions so far: %" PRIu32 "\n", code, report->journal == PRM_OK ? "" : ": ",
                 report->journal == PRM_OK ? "" : primum_result_text(report->journal), report->decisions);
}

/* A result as its code and its text. */
static json_t *json_result(prm_result result) {
    char code[5];

    primum_result_code(result, code);
    return json_pack("{s:s, s:s}", "code", code, "text", primum_result_text(result));
}

static json_t *json_slot(const struct prm_boot_slot_report *slot, uint32_t number) {
    json_t *object = json_object();

    json_object_set_new(object, "slot", json_string(number == 0 ? "a" : "b"));
    json_object_set_new(object, "fit", json_boolean(slot->result == PRM_OK));
    json_object_set_new(object, "result", json_result(slot->result));
    json_object_set_new(object, "sequence", json_integer((json_int_t)slot->sequence));
    json_object_set_new(object, "image_size", json_integer((json_int_t)slot->image_size));
    json_object_set_new(object, "key_id", cli_json_hex(prm_span_of(slot->key_id, sizeof slot->key_id)));
    json_object_set_new(object, "manifest_digest", cli_json_hex(prm_span_of(slot->manifest_digest, sizeof slot->manifest_digest)));
    json_object_set_new(object, "image_digest", cli_json_hex(prm_span_of(slot->image_digest, sizeof slot->image_digest)));
    return object;
}

int cli_report_print_json(const struct prm_boot_report *report, const struct prm_fault_report *fault) {
    json_t *root = json_object();
    json_t *slots = json_array();

    json_object_set_new(root, "started",
                        report->result != PRM_OK ? json_null() : json_string(report->chosen == 0 ? "a" : "b"));
    json_object_set_new(root, "result", json_result(report->result));
    json_object_set_new(root, "vendor", cli_json_uuid(report->vendor));
    json_object_set_new(root, "class", cli_json_uuid(report->class_));
    json_object_set_new(root, "device", cli_json_uuid(report->device));
    /* A floor that can't be read is all ones, which JSON's integers here can't hold. */
    json_object_set_new(root, "floor",
                        report->floor > INT64_MAX ? json_null() : json_integer((json_int_t)report->floor));
    json_object_set_new(root, "starts", json_integer((json_int_t)report->boots));
    json_object_set_new(root, "resets", json_integer((json_int_t)report->resets));
    json_object_set_new(root, "decisions", json_integer((json_int_t)report->decisions));
    json_object_set_new(root, "journal", json_result(report->journal));
    json_object_set_new(root, "trust_number", json_integer((json_int_t)(report->notes >> PRM_BOOT_TRUST_SHIFT)));
    json_object_set_new(root, "trust_waits", json_boolean((report->notes & PRM_BOOT_NOTE_TRUST_WAITS) != 0));
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        json_t *entry = json_slot(&report->slot[slot], slot);
        json_object_set_new(entry, "key_revoked", json_boolean((report->notes & PRM_BOOT_NOTE_REVOKED(slot)) != 0));
        json_array_append_new(slots, entry);
    }
    json_object_set_new(root, "slots", slots);
    json_object_set_new(root, "fault", fault == NULL ? json_null() : cli_fault_json(fault));
    return cli_json_print(root);
}

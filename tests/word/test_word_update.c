/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_word_update.c - the word alone, for the header of an update: with the refusing branches of src/update, src/trust and
 * src/crypto off, each forged header is verified, and none with the word that the stage that writes asks for.
 *
 * Left to branches, since that word says nothing of them: a release that isn't newer than the one that runs; a payload's size against
 * its place; and the digest of the sequence that fetches, where it stands beside the manifest. If one of those branches is lost, the
 * digests of blocks may be anybody's; prm_update_finish() and every boot still measure the images by the digests in the manifest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "suit/suit.h"
#include "tests/cut/rig.h"
#include "tests/word/overrule.h"
#include "update/update_verify.h"
#include "update/update_wire.h"

enum { APP_SIZE = 3 * 2048 + 7, SERVICES_SIZE = 2048 + 5, SEQUENCE = 6, OTHER = 1, COUNT_AT = 2 };

static struct rig_world world;
static struct rig_release release;
static struct rig rig;
static struct prm_update_judge judge;
/* Where no anchor fits and nothing refuses that, the two behind the last one are looked at: "none" and "ambiguous". */
static struct {
    struct prm_trust trust;
    struct prm_anchor behind[2];
} believed;
static struct prm_trust *const trust = &believed.trust;
static struct prm_fuses fuses;
static uint8_t header[PRM_UPDATE_HEADER_MAX];
static struct prm_update_verified verified;

static int make(void **state) {
    (void)state;
    rig_world_init(&world, APP_SIZE, SERVICES_SIZE);
    rig_release_make(&world, SEQUENCE, 0, NULL, &release);
    rig_init(&rig, &world);
    return 0;
}

static int unmake(void **state) {
    (void)state;
    rig_free(&rig);
    rig_release_free(&release);
    rig_world_free(&world);
    return 0;
}

static int set_up(void **state) {
    (void)state;
    *trust = world.trust;
    fuses = world.fuses;
    judge = (struct prm_update_judge){.crypto = rig.root.crypto,
                                      .trust = trust,
                                      .fuses = &fuses,
                                      .layout = &world.layout,
                                      .bank = OTHER,
                                      .floor = SEQUENCE};
    word_overruled = 0;
    return 0;
}

/* The header of what is on the wire, in `header`; an empty span if the wire's reader refuses it. */
static prm_span header_of_file(void) {
    prm_span bytes = prm_span_of(release.file.data, release.file.len);
    enum prm_wire_event event;
    struct prm_wire wire;

    prm_wire_init(&wire, header, sizeof header);
    if (prm_wire_next(&wire, &bytes, &event) != PRM_OK || event != PRM_WIRE_HEADER)
        return prm_span_of(NULL, 0);
    return prm_span_of(header, wire.header_len);
}

/* 1 if the parsers take it as far as the verify stage has to have it: with their refusals off there would be nothing to look at. */
static int is_read(prm_span bytes) {
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_envelope envelope;
    struct prm_suit_manifest manifest;

    if (prm_suit_envelope_parse(bytes, &envelope) != PRM_OK ||
        prm_suit_manifest_parse(envelope.manifest, &manifest) != PRM_OK ||
        manifest.components != world.layout.components || prm_suit_select(&manifest, OTHER, component) != PRM_OK)
        return 0;
    for (uint32_t i = 0; i < manifest.components; i++)
        if (component[i].vendor == NULL || component[i].class_ == NULL || component[i].digest == NULL)
            return 0;
    return 1;
}

/* Verifies a header that can be read; nothing refuses it. Whether it gets the word of a right one. */
static int has_the_word(prm_span bytes) {
    assert_true(is_read(bytes));
    assert_int_equal(prm_update_verify_header(&judge, bytes, &verified), PRM_OK);
    return prm_word_value(&verified.word) == prm_update_word_header(world.layout.components);
}

static void is_forgery(const char *what) {
    if (has_the_word(header_of_file()))
        fail_msg("%s: the word is right", what);
}

/* The harness itself. */
static void an_authentic_header_has_the_word(void **state) {
    (void)state;
    assert_true(has_the_word(header_of_file()));
    assert_int_equal(word_overruled, 0);
}

static void a_key_that_is_not_believed_is_seen(void **state) {
    (void)state;
    trust->anchor[0].public_key[5] ^= 1;
    is_forgery("another key with the same key id");
    set_up(NULL);
    trust->need[PRM_KEY_P256]++;
    is_forgery("one signature too few");
    set_up(NULL);
    judge.rules_diff = 1;
    is_forgery("rules that were wrong themselves");
}

static void another_device_is_seen(void **state) {
    (void)state;
    for (unsigned bit = 0; bit < sizeof fuses.vendor * 8; bit++) {
        set_up(NULL);
        fuses.vendor[bit / 8] ^= (uint8_t)(1u << bit % 8);
        is_forgery("another vendor");
        set_up(NULL);
        fuses.class_[bit / 8] ^= (uint8_t)(1u << bit % 8);
        is_forgery("another class");
    }
    assert_true(word_overruled > 0);
}

static void a_release_below_the_floor_is_seen(void **state) {
    (void)state;
    judge.floor = SEQUENCE + 1;
    is_forgery("below the floor");
    judge.floor = UINT64_MAX;
    is_forgery("a floor that can't be read");
}

/* Envelope and manifest, as far as the bank keeps them; but for the count of members, which the wire's reader makes itself. */
static void every_flip_has_a_wrong_word(void **state) {
    unsigned wrong = 0;

    (void)state;
    assert_true(has_the_word(header_of_file()));
    const size_t len = verified.bank_len;
    for (size_t bit = 0; bit < len * 8; bit++) {
        if (bit / 8 == COUNT_AT)
            continue;
        release.file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const prm_span bytes = header_of_file();
        if (bytes.ptr != NULL && is_read(bytes)) {
            if (has_the_word(bytes))
                fail_msg("bit %u: the word is right", (unsigned)bit);
            wrong++;
        }
        release.file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    print_message("%u of %u flips are read, each with a wrong word\n", wrong, (unsigned)len * 8);
    assert_true(wrong > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_authentic_header_has_the_word, set_up),
        cmocka_unit_test_setup(a_key_that_is_not_believed_is_seen, set_up),
        cmocka_unit_test_setup(another_device_is_seen, set_up),
        cmocka_unit_test_setup(a_release_below_the_floor_is_seen, set_up),
        cmocka_unit_test_setup(every_flip_has_a_wrong_word, set_up),
    };

    return cmocka_run_group_tests(tests, make, unmake);
}

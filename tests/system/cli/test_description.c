/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_description.c - the reader of a device's description is strict: whatever is left out, added, given twice or of another
 * kind is refused by its name; what is written is read as it was.
 */
#define _GNU_SOURCE /* memfd_create */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "host/device/description.h"
#include "host/keys/keys.h"

static char said[4096];

static void hear(void *ctx, const char *line) {
    (void)ctx;
    snprintf(said, sizeof said, "%s", line);
}

static int read_text(const char *text, size_t len, struct primum_description *out) {
    char path[32];
    const int fd = memfd_create("description", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    said[0] = '\0';
    const int status = primum_description_read(path, out);
    close(fd);
    assert_int_equal(status == PRIMUM_OK, said[0] == '\0');
    return status;
}

static int read_json(const json_t *json, struct primum_description *out) {
    char *text = json_dumps(json, 0);
    const int status = read_text(text, strlen(text), out);

    free(text);
    return status;
}

/* A device with everything: keys of both kinds, a trust manifest, epochs. */
static void make(struct primum_description *d) {
    static const uint8_t id[3][16] = {{1}, {2}, {3}};

    primum_description_board(d);
    assert_int_equal(primum_fuses_make(id[0], id[1], id[2], &d->fuses), PRIMUM_OK);
    d->trust = (struct prm_trust){.magic = PRM_TRUST_MAGIC,
                                  .version = PRM_TRUST_VERSION,
                                  .count = 2,
                                  .policy = PRM_TRUST_ALLOW_ES256,
                                  .need = {1, 1},
                                  .need_root = 1,
                                  .epoch = 3,
                                  .base = 7};
    d->trust.anchor[0] = (struct prm_anchor){.alg = PRM_KEY_P256, .roles = PRM_ROLE_RELEASE | PRM_ROLE_ROOT, .key_len = 64, .public_key = {9}};
    d->trust.anchor[1] = (struct prm_anchor){.alg = PRM_KEY_HSS, .roles = PRM_ROLE_RELEASE, .key_len = 60, .public_key = {8}};
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(primum_check8(prm_span_of(d->trust.anchor[i].public_key, d->trust.anchor[i].key_len),
                                       d->trust.anchor[i].key_id), PRIMUM_OK);
    assert_int_equal(primum_check8(prm_span_of(&d->trust, offsetof(struct prm_trust, check)), d->trust.check), PRIMUM_OK);
    d->floor = UINT64_C(3) << 48 | 44;
    d->trust_floor = 12;
    d->trust_slot[1] = (struct primum_bytes){primum_alloc(5), 5};
    memcpy(d->trust_slot[1].data, "\xd8\x62trst", 5);
    d->kept[3] = 0;
}

static void what_is_written_is_read(void **state) {
    struct primum_description d, again;
    struct primum_bytes text, text_again;

    (void)state;
    make(&d);
    for (int p256_only = 0; p256_only < 2; p256_only++) {
        d.hss = d.manifests = !p256_only;
        assert_int_equal(primum_description_write(&d, &text), PRIMUM_OK);
        assert_int_equal(read_text((char *)text.data, text.len, &again), PRIMUM_OK);
        assert_memory_equal(&again.fuses, &d.fuses, sizeof d.fuses);
        assert_memory_equal(&again.trust, &d.trust, sizeof d.trust);
        assert_memory_equal(again.part.units, d.part.units, sizeof d.part.units);
        assert_int_equal(again.part.write_size, d.part.write_size);
        assert_int_equal(again.part.erased, d.part.erased);
        assert_int_equal(again.hss, d.hss);
        assert_int_equal(again.manifests, d.manifests);
        assert_int_equal(again.floor, d.floor);
        if (d.manifests) {
            assert_memory_equal(&again.layout, &d.layout, sizeof d.layout);
            assert_memory_equal(again.kept, d.kept, sizeof d.kept);
            assert_int_equal(again.trust_floor, 12);
            assert_int_equal(again.trust_slot[1].len, 5);
        }
        assert_int_equal(primum_description_write(&again, &text_again), PRIMUM_OK);
        assert_int_equal(text.len, text_again.len);
        assert_memory_equal(text.data, text_again.data, text.len);
        primum_bytes_free(&text);
        primum_bytes_free(&text_again);
        primum_description_free(&again);
    }
    /* A device whose fuses or anchors are damaged has nothing to be described: reading would make them good. */
    d.fuses.class_[0] ^= 1;
    assert_int_equal(primum_description_write(&d, &text), PRIMUM_REFUSED);
    d.fuses.class_[0] ^= 1;
    d.trust.need[0] ^= 1;
    assert_int_equal(primum_description_write(&d, &text), PRIMUM_REFUSED);
    primum_description_free(&d);
}

static unsigned tried, refused;

/* With one change made: refused, and what is said names it (`name` "": anything). */
static void must_refuse(const json_t *root, const char *name) {
    struct primum_description out;

    tried++;
    if (read_json(root, &out) == PRIMUM_REFUSED && strstr(said, name) != NULL) {
        refused++;
        return;
    }
    char *text = json_dumps(root, 0);
    fail_msg("'%s' is not refused by its name: said '%s': %s", name, said, text);
    free(text);
}

/* Values that are none for any member. */
static void misuse_value(const json_t *root, json_t *object, const char *name) {
    json_t *const bad[] = {json_integer(-1), json_real(1.5), json_true(), json_string("x"), json_object(), json_integer(INT64_MAX)};
    json_t *kept = json_incref(json_object_get(object, name));

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        json_object_set_new(object, name, bad[i]);
        must_refuse(root, "");
    }
    json_object_del(object, name);
    must_refuse(root, name);
    json_object_set_new(object, name, kept);
}

static void misuse(const json_t *root, json_t *at) {
    const char *name;
    json_t *value, *copy;
    size_t i;

    if (json_is_object(at)) {
        json_object_set_new(at, "colour\xc2\x9b", json_string("red"));
        must_refuse(root, "colour\\u009b");
        json_object_del(at, "colour\xc2\x9b");
        copy = json_copy(at);
        json_object_foreach(copy, name, value) {
            misuse(root, json_object_get(at, name));
            misuse_value(root, at, name);
        }
        json_decref(copy);
    }
    json_array_foreach(at, i, value) misuse(root, value);
}

static void whatever_is_odd_is_refused(void **state) {
    struct primum_description d, out;
    struct primum_bytes text;

    (void)state;
    make(&d);
    assert_int_equal(primum_description_write(&d, &text), PRIMUM_OK);
    json_t *root = json_loadb((char *)text.data, text.len, 0, NULL);
    misuse(root, root);
    assert_int_equal(read_json(root, &out), PRIMUM_OK);
    primum_description_free(&out);
    json_decref(root);
    assert_true(tried > 200 && refused == tried);
    printf("    %u descriptions refused\n", refused);

    /* Twice, in each place where a member begins a line. */
    unsigned twice = 0;
    for (const char *line = (char *)text.data; (line = strchr(line, '\n')) != NULL;) {
        line++;
        const char *quote = strchr(line, '"'), *end = strchr(line, '\n');
        if (quote == NULL || end == NULL || quote > end || strchr(line, ':') == NULL || strchr(line, ':') > end)
            continue;
        char *doubled = primum_format("%.*s%.*s: 1,\n%s", (int)(line - (char *)text.data), (char *)text.data,
                                      (int)(strchr(line, ':') - line), line, line);
        assert_int_equal(read_text(doubled, strlen(doubled), &out), PRIMUM_REFUSED);
        assert_non_null(strstr(said, "duplicate"));
        free(doubled);
        twice++;
    }
    assert_true(twice > 30);
    /* Cut off anywhere, and followed by anything. */
    for (size_t len = 0; len + 2 < text.len; len += 7)
        assert_int_equal(read_text((char *)text.data, len, &out), PRIMUM_REFUSED);
    char *more = primum_format("%s{}", (char *)text.data);
    assert_int_equal(read_text(more, strlen(more), &out), PRIMUM_REFUSED);
    free(more);
    primum_bytes_free(&text);
    primum_description_free(&d);
}

/* Numbers that are numbers, and no device. */
static void no_such_device(void **state) {
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"\"chunk\": 4096", "\"chunk\": 8192", "a chunk"},
        {"\"size\": 2097152", "\"size\": 2097151", "a bank"},
        {"\"count\": 4096", "\"count\": 4095000", "the flash"},
        {"\"count\": 4096", "\"count\": 1", "the flash"},
        {"\"count\": 4096", "\"count\": 3", "a trust slot lies in the flash"},
        /* 128 MiB, modulo 2^64 */
        {"\"count\": 4096,", "\"count\": 4294967294, \"size\": 2147483648}, {\"count\": 4294967294, \"size\": 2147483648}, "
                             "{\"count\": 2129920,", "more than 128 MiB"},
        {"\"write\": 8", "\"write\": 12", "a write unit"},
        {"\"at\": 65536", "\"at\": 512", "the images"},
        {"\"journal\": 0", "\"journal\": 2097152", "the journal"},
        {"\"trust\": 3", "\"trust\": 2", "does not know"},
        {"\"description\": 1", "\"description\": 2", "does not know"},
        {"\"ESP256\",", "", "lack ESP256"},
        {"\"HSS-LMS\"\n", "\"ES256\"\n", "each once"},
        {"\"sequence\": 44", "\"sequence\": 281474976710656", "sequence"},
    };
    struct primum_description d, out;
    struct primum_bytes text;

    (void)state;
    make(&d);
    assert_int_equal(primum_description_write(&d, &text), PRIMUM_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *at = strstr((char *)text.data, cases[i].from);
        assert_non_null(at);
        char *changed = primum_format("%.*s%s%s", (int)(at - (char *)text.data), (char *)text.data, cases[i].to,
                                      at + strlen(cases[i].from));
        if (read_text(changed, strlen(changed), &out) != PRIMUM_REFUSED || strstr(said, cases[i].says) == NULL)
            fail_msg("%s: said '%s'", cases[i].to, said);
        free(changed);
    }
    primum_bytes_free(&text);
    primum_description_free(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(whatever_is_odd_is_refused),
        cmocka_unit_test(no_such_device),
    };

    primum_on_message(hear, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

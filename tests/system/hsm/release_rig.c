/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/hsm/release_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/endian.h"
#include "codec/cose.h"
#include "ports/mps2-an505/board.h"
#include "suit/suit.h"
#include "tests/system/hss/rig.h"

#define WORDS_MAX 18

static void put32(uint8_t *to, uint32_t value) {
    for (unsigned i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

/* A vector table for slot A, and something behind it. */
static void write_image(const char *path, uint32_t stack, uint32_t off) {
    uint8_t image[6000];

    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (uint8_t)(i * 7 + (i >> 8));
    put32(image, stack);
    put32(image + 4, BOARD_FLASH_BASE + BOARD_SLOT_A_OFF + off + 0x101u);
    rig_write(path, image, sizeof image);
}

void release_begin(const char *program) {
    static const char *const k[] = {"keygen", "--alg", "ESP256", "-o", "k", NULL};
    static const char *const other[] = {"keygen", "--alg", "ESP256", "-o", "other", NULL};

    rig_begin(program);
    write_image("app.bin", BOARD_NS_RAM_BASE + 0x1000u, BOARD_APP_OFF);
    write_image("services.bin", BOARD_SERVICES_RAM_BASE + 0x1000u, BOARD_SERVICES_OFF);
    rig_write("rot.bin", "root", 4);
    assert_int_equal(rig_run(k), 0);
    assert_int_equal(rig_run(other), 0);
}

int release_sign(const char *const more[]) {
    const char *words[WORDS_MAX] = {"sign",           "--vendor=example.com", "--class=pump",
                                    "--sequence=3",   "--version=1.0.0",      "--image=a=app.bin",
                                    "--services=a=services.bin", "--force"};
    int n = 8;

    for (; *more != NULL; more++) {
        assert_true(n < WORDS_MAX - 1);
        words[n++] = *more;
    }
    return rig_run(words);
}

int release_sign_by(const char *key, const char *out) {
    const char *const more[] = {"--key", key, "-o", out, NULL};

    return release_sign(more);
}

void release_shell(const char *command) {
    const int status = system(command);

    if (status != 0)
        fail_msg("'%s' ended with %d", command, status);
}

/* The file with the bytes of its signatures made zero. */
static uint8_t *without_signatures(const char *path, size_t *len) {
    struct prm_suit_envelope envelope;
    struct prm_cose_sign1 sign1;
    uint8_t *file = rig_read(path, len);

    if (file == NULL)
        fail_msg("no %s", path);
    assert_true(prm_suit_envelope_parse(prm_span_of(file, *len), &envelope) == PRM_OK);
    for (uint32_t i = 0; i < envelope.signatures; i++) {
        assert_true(prm_cose_sign1_parse(envelope.signature[i], &sign1) == PRM_OK);
        memset(file + (sign1.signature.ptr - file), 0, sign1.signature.len);
    }
    return file;
}

static size_t first_difference(const uint8_t *x, const uint8_t *y, size_t len) {
    size_t i = 0;

    while (i < len && x[i] == y[i])
        i++;
    return i;
}

void release_same(const char *a, const char *b) {
    size_t a_len = 0, b_len = 0;
    uint8_t *x = without_signatures(a, &a_len), *y = without_signatures(b, &b_len);

    if (a_len != b_len || memcmp(x, y, a_len) != 0)
        fail_msg("%s (%zu bytes) and %s (%zu) differ beyond their signatures, in byte %zu", a, a_len, b, b_len,
                 first_difference(x, y, a_len < b_len ? a_len : b_len));
    free(x);
    free(y);
}

int release_verify(const char *release, const char *pub) {
    const char *const words[] = {"verify", release, "--trust", pub, NULL};

    return rig_run(words);
}

void release_boots(const char *release, const char *pub) {
    const char *const make[] = {"device", "new",     "dev", "--vendor",  "example.com", "--class",
                                "pump",   "--trust", pub,   "--rot=rot.bin", NULL};
    const char *const flash[] = {"device", "flash", "dev", "--slot", "a", release, NULL};
    const char *const boot[] = {"device", "boot", "dev", "--on", "host", NULL};

    release_shell("rm -rf dev");
    assert_int_equal(rig_run(make), 0);
    assert_int_equal(rig_run(flash), 0);
    assert_int_equal(rig_run(boot), 0);
    assert_int_equal(rig_said("started   A"), 1);
}

int release_exists(const char *path) {
    return access(path, F_OK) == 0;
}

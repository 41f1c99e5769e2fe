/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hsm_detached.c - `primum sign --to-be-signed` and `--attach`: OpenSSL's own program signs, as someone else's
 * signer would. The release is the one of a file key and boots; what isn't a right signature changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/keys/keys.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/system/hsm/release_rig.h"
#include "tests/system/hss/rig.h"

static const char *program;

static int begin(void **state) {
    (void)state;
    release_begin(program);
    assert_int_equal(release_sign_by("k.pem", "file.suit"), 0);
    return 0;
}

static int end(void **state) {
    (void)state;
    rig_end();
    return 0;
}

static size_t envelope_len; /* of file.suit */

static void write_at(const char *path, size_t at, const uint8_t *bytes, size_t len) {
    FILE *file = fopen(path, "r+b");

    if (file == NULL || fseek(file, (long)at, SEEK_SET) != 0 || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
        fail_msg("can't write %s", path);
}

static void prepare(void) {
    const char *const more[] = {"--public=k.pub.pem", "--to-be-signed=tbs", "-o", "out.suit", NULL};

    assert_int_equal(release_sign(more), 0);
    assert_int_equal(release_exists("out.pending"), 1);
    assert_int_equal(release_exists("out.suit"), 0);
}

static int attach(const char *signature) {
    const char *const words[] = {"sign", "--attach", signature, "-o", "out.suit", NULL};

    return rig_run(words);
}

/* sig.der to sig.raw */
static void der_to_raw(void) {
    size_t len = 0;
    uint8_t raw[PRM_P256_SIG_SIZE], *der = rig_read("sig.der", &len);

    assert_non_null(der);
    assert_int_equal(primum_key_sig_from_der(prm_span_of(der, len), raw), 1);
    rig_write("sig.raw", raw, sizeof raw);
    free(der);
}

/* out.suit is complete, and the release of the file key. */
static void check_complete(void) {
    release_same("out.suit", "file.suit");
    assert_int_equal(release_exists("out.pending"), 0);
    assert_int_equal(release_verify("out.suit", "k.pub.pem"), 0);
}

static void test_der(void **state) {
    (void)state;
    prepare();
    release_shell("openssl dgst -sha256 -sign k.pem -out sig.der tbs");
    assert_int_equal(attach("sig.der"), 0);
    check_complete();
    release_boots("out.suit", "k.pub.pem");
}

static void test_raw(void **state) {
    (void)state;
    prepare();
    release_shell("openssl dgst -sha256 -sign k.pem -out sig.der tbs");
    der_to_raw();
    assert_int_equal(attach("sig.raw"), 0);
    check_complete();
}

static void test_digest(void **state) {
    const char *const more[] = {"--public=k.pub.pem", "--to-be-signed=hash", "--digest", "-o", "out.suit", NULL};
    size_t len = 0;

    (void)state;
    assert_int_equal(release_sign(more), 0);
    free(rig_read("hash", &len));
    assert_int_equal(len, PRM_SHA256_SIZE);
    release_shell("openssl pkeyutl -sign -inkey k.pem -in hash -out sig.der");
    assert_int_equal(attach("sig.der"), 0);
    check_complete();
}

/* The same command writes the same bytes. */
static void test_repeats(void **state) {
    (void)state;
    prepare();
    release_shell("mv tbs tbs.1; mv out.pending 1.pending");
    prepare();
    release_shell("cmp tbs tbs.1 && cmp out.pending 1.pending");
}

/* Refused, and all is as before. */
static void refuse(const char *signature, int status) {
    if (attach(signature) != status)
        fail_msg("%s is not refused", signature);
    release_shell("cmp out.pending kept.pending");
    assert_int_equal(release_exists("out.suit"), 0);
}

static void refuse_bytes(const uint8_t *bytes, size_t len) {
    rig_write("bad", bytes, len);
    refuse("bad", 1);
}

/* Every byte of a signature changed, every length of it, and signatures that are of something else. */
static void test_tampered(void **state) {
    size_t len = 0;

    (void)state;
    prepare();
    release_shell("cp out.pending kept.pending; openssl dgst -sha256 -sign k.pem -out sig.der tbs");
    der_to_raw();
    for (int form = 0; form < 2; form++) {
        uint8_t *sig = rig_read(form == 0 ? "sig.raw" : "sig.der", &len);
        assert_non_null(sig);
        for (size_t i = 0; i < len; i++) {
            sig[i] ^= (uint8_t)(1u << (i % 8));
            refuse_bytes(sig, len);
            sig[i] ^= (uint8_t)(1u << (i % 8));
            refuse_bytes(sig, i);
        }
        free(sig);
    }
    release_shell("openssl dgst -sha256 -sign other.pem -out other.der tbs");
    refuse("other.der", 1);
    assert_int_equal(rig_said("waits for key"), 1);
    release_shell("openssl dgst -sha256 -sign k.pem -out app.der app.bin; cat sig.der sig.der > two.der");
    refuse("app.der", 1);
    refuse("two.der", 1);
    refuse("none", 3);
    assert_int_equal(attach("sig.der"), 0);
    check_complete();
}

/* Two P-256 keys and an HSS-LMS key, elsewhere all of them; attached in any order, the result is the same but for the
 * signatures. */
static void test_several(void **state) {
    const char *const more[] = {"--public=k.pub.pem", "--to-be-signed=1", "--public=k.hss.pub", "--to-be-signed=2",
                                "--public=other.pub.pem", "--to-be-signed=3", "--digest", NULL};
    const char *const by_files[] = {"--key=k.pem", "--key=k.hss", "--key=other.pem", "-o", "files.suit", NULL};
    const char *const hss[] = {"key", "sign", "k.hss", "--input", "2", "-o", "2.sig", NULL};
    const char *const two[] = {"sign", "--attach=1.sig", "--attach=2.sig", "--pending=out.pending", NULL};
    const char *words[9];

    (void)state;
    rig_keygen("5", "8", "2");
    assert_int_equal(release_sign(by_files), 0);
    memcpy(words, more, sizeof more);
    words[7] = "-oout.suit";
    words[8] = NULL;
    assert_int_equal(release_sign(words), 0);
    /* With --digest the signer gets a hash, but for HSS, which gets the message. */
    release_shell("openssl pkeyutl -sign -inkey k.pem -in 1 -out 1.sig");
    release_shell("openssl pkeyutl -sign -inkey other.pem -in 3 -out 3.sig");
    assert_int_equal(rig_run(hss), 0);
    assert_int_equal(attach("3.sig"), 0);
    assert_int_equal(rig_said("waits for 2 more signatures"), 1);
    assert_int_equal(release_exists("out.suit"), 0);
    assert_int_equal(attach("3.sig"), 0); /* once more does no harm */
    assert_int_equal(rig_run(two), 0);
    release_same("out.suit", "files.suit");
    assert_int_equal(release_exists("out.pending"), 0);
    assert_int_equal(release_verify("out.suit", "k.pub.pem"), 0);
    assert_int_equal(release_verify("out.suit", "other.pub.pem"), 0);
}

/* One good and one bad: neither. */
static void test_all_or_none(void **state) {
    const char *const more[] = {"--public=k.pub.pem", "--to-be-signed=1", "--public=other.pub.pem", "--to-be-signed=2",
                                "-o", "out.suit", NULL};
    const char *const both[] = {"sign", "--attach=1.sig", "--attach=bad.sig", "-o", "out.suit", NULL};

    (void)state;
    assert_int_equal(release_sign(more), 0);
    release_shell("cp out.pending kept.pending; openssl dgst -sha256 -sign k.pem -out 1.sig 1");
    release_shell("openssl dgst -sha256 -sign other.pem -out bad.sig 1");
    assert_int_equal(rig_run(both), 1);
    release_shell("cmp out.pending kept.pending");
}

/* A file key here, another elsewhere. */
static void test_mixed(void **state) {
    const char *const more[] = {"--key=k.pem", "--public=other.pub.pem", "--to-be-signed=tbs", "-o", "out.suit", NULL};
    const char *const by_files[] = {"--key=k.pem", "--key=other.pem", "-o", "files.suit", NULL};

    (void)state;
    assert_int_equal(release_sign(by_files), 0);
    assert_int_equal(release_sign(more), 0);
    release_shell("openssl dgst -sha256 -sign other.pem -out sig.der tbs");
    assert_int_equal(attach("sig.der"), 0);
    release_same("out.suit", "files.suit");
    assert_int_equal(release_verify("out.suit", "k.pub.pem"), 0);
    assert_int_equal(release_verify("out.suit", "other.pub.pem"), 0);
}

/*
 * Attaches the right signature to a pending file with one bit changed: 1 if that is refused, 0 if it made no
 * difference.
 */
static int refused_with_flip(uint8_t *file, size_t len, size_t at, int mend) {
    const prm_span envelope = prm_span_of(file + len - 2 - PRM_SHA256_SIZE - envelope_len, envelope_len);
    const uint8_t bit = (uint8_t)(1u << (at % 8));
    uint8_t digest[PRM_SHA256_SIZE];

    (void)unlink("out.suit");
    file[at] ^= bit;
    assert_true(prm_crypto_openssl.sha256(&envelope, 1, digest) == PRM_OK);
    rig_write("out.pending", file, len);
    if (mend)
        write_at("out.pending", len - sizeof digest, digest, sizeof digest);
    file[at] ^= bit;
    const int status = attach("sig.der");
    if (status == 0)
        check_complete();
    else if (status != 1 || release_exists("out.suit"))
        fail_msg("byte %zu: exit status %d", at, status);
    return status == 1;
}

/* A pending file changed anywhere is refused; with its digest put right, a byte before the payloads gives the one right
 * release, or none. */
static void test_pending_tampered(void **state) {
    size_t len = 0;
    unsigned refused = 0, tried = 0;

    (void)state;
    prepare();
    release_shell("openssl dgst -sha256 -sign k.pem -out sig.der tbs; cp out.pending kept.pending");
    free(rig_read("file.suit", &envelope_len));
    uint8_t *file = rig_read("kept.pending", &len);
    assert_non_null(file);
    /* Each payload: its name, a head, the digests of three blocks, and the image. */
    const size_t payloads = 2 * (4 + 3 + 3 * PRM_SHA256_SIZE + 6000), header = len - payloads - 2 - PRM_SHA256_SIZE;
    assert_true(header > 300 && header < 2000);
    for (size_t i = 0; i < len; i += 97)
        assert_int_equal(refused_with_flip(file, len, i, 0), 1);
    for (size_t i = 0; i < header; i += 2, tried++)
        refused += (unsigned)refused_with_flip(file, len, i, 1);
    printf("%u of %u changed bytes refused, the others made no difference\n", refused, tried);
    assert_true(refused > tried / 2);
    free(file);
}

static void test_usage(void **state) {
    const char *const no_public[] = {"--to-be-signed=tbs", "-o", "out.suit", NULL};
    const char *const twice[] = {"--public=k.pub.pem", "--to-be-signed=1", "--public=k.pub.pem", "--to-be-signed=2",
                                 "-o", "out.suit", NULL};
    const char *const again[] = {"--public=k.pub.pem", "--to-be-signed=tbs", "-o", "out.suit", NULL};
    const char *const garbage[] = {"--public=app.bin", "--to-be-signed=tbs", "-o", "x.suit", NULL};
    const char *const idle[] = {"--key=k.pem", "--public=k.pub.pem", "-o", "out.suit", NULL};
    const char *const digest[] = {"--key=k.pem", "--digest", "-o", "out.suit", NULL};
    const char *const mixed[] = {"--key=k.pem", "--attach=x", "-o", "out.suit", NULL};
    const char *const nowhere[] = {"sign", "--attach=x", NULL};

    (void)state;
    assert_int_equal(release_sign(no_public), 2);
    assert_int_equal(release_sign(twice), 2);
    assert_int_equal(release_sign(garbage), 1);
    assert_int_equal(release_sign(digest), 2);
    assert_int_equal(release_sign(idle), 2);
    assert_int_equal(release_sign(mixed), 2);
    assert_int_equal(rig_run(nowhere), 2);
    assert_int_equal(release_exists("out.pending"), 0);
    prepare();
    /* What may hold a signature already isn't written over. */
    assert_int_equal(release_sign(again), 1);
    /* A release is no pending file, and a pending file is no release. */
    assert_int_equal(release_verify("out.pending", "k.pub.pem"), 1);
    release_shell("cp file.suit out.pending; openssl dgst -sha256 -sign k.pem -out sig.der tbs");
    assert_int_equal(attach("sig.der"), 1);
}

/* With the payloads beside the envelope. */
static void test_payloads_beside(void **state) {
    const char *const more[] = {"--public=k.pub.pem", "--to-be-signed=tbs", "--detached", "-o", "out.suit", NULL};
    const char *const by_file[] = {"--key=k.pem", "--detached", "-o", "file.suit", NULL};

    (void)state;
    assert_int_equal(release_sign(by_file), 0);
    assert_int_equal(release_sign(more), 0);
    release_shell("openssl dgst -sha256 -sign k.pem -out sig.der tbs");
    assert_int_equal(attach("sig.der"), 0);
    check_complete();
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_der, begin, end),
        cmocka_unit_test_setup_teardown(test_raw, begin, end),
        cmocka_unit_test_setup_teardown(test_digest, begin, end),
        cmocka_unit_test_setup_teardown(test_repeats, begin, end),
        cmocka_unit_test_setup_teardown(test_tampered, begin, end),
        cmocka_unit_test_setup_teardown(test_several, begin, end),
        cmocka_unit_test_setup_teardown(test_all_or_none, begin, end),
        cmocka_unit_test_setup_teardown(test_mixed, begin, end),
        cmocka_unit_test_setup_teardown(test_pending_tampered, begin, end),
        cmocka_unit_test_setup_teardown(test_usage, begin, end),
        cmocka_unit_test_setup_teardown(test_payloads_beside, begin, end)};

    if (argc < 2)
        return 2;
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

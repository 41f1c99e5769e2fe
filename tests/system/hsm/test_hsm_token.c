/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hsm_token.c - `primum sign --key pkcs11:...` and `primum key show pkcs11:...` with tokens of SoftHSM2: the
 * release is the one of a file key and boots; and what can be wrong with a PIN, a token or a key is said, and no
 * release made of it.
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

#include "host/keys/hss_state.h"
#include "tests/system/hsm/release_rig.h"
#include "tests/system/hsm/token.h"
#include "tests/system/hss/rig.h"

#define KEY "pkcs11:token=vault;object=release;type=private"
#define WITH_PIN "pin-value=" TOKEN_PIN

static const char *program;

static int begin(void **state) {
    (void)state;
    release_begin(program);
    token_begin();
    token_make("vault");
    token_import(&(struct token_key){.token = "vault", .label = "release", .id = 1}, "k.pem");
    return 0;
}

static int end(void **state) {
    (void)state;
    rig_end();
    return 0;
}

/* Refused with this exit status and these words; nothing written, and the PIN stays out of what is said. */
static void refuse(const char *key, int status, const char *said) {
    (void)unlink("no.suit");
    assert_int_equal(release_sign_by(key, "no.suit"), status);
    if (!rig_said(said))
        fail_msg("%s: does not say '%s'", key, said);
    assert_int_equal(rig_said(TOKEN_PIN), 0);
    assert_int_equal(release_exists("no.suit"), 0);
}

static void test_equal(void **state) {
    (void)state;
    assert_int_equal(release_sign_by("k.pem", "file.suit"), 0);
    assert_int_equal(release_sign_by(KEY "?" WITH_PIN, "token.suit"), 0);
    release_same("file.suit", "token.suit");
    assert_int_equal(release_verify("token.suit", "k.pub.pem"), 0);
    assert_int_equal(release_verify("token.suit", "other.pub.pem"), 1);
    release_boots("token.suit", "k.pub.pem");
}

static void test_es256(void **state) {
    const char *const by_file[] = {"--alg=ES256", "--key=k.pem", "-o", "file.suit", NULL};
    const char *const by_token[] = {"--alg=ES256", "--key=" KEY "?" WITH_PIN, "-o", "token.suit", NULL};

    (void)state;
    assert_int_equal(release_sign(by_file), 0);
    assert_int_equal(release_sign(by_token), 0);
    release_same("file.suit", "token.suit");
}

static void test_pins(void **state) {
    const char *const from_file[] = {"--key=" KEY, "--passphrase-file=pin", "-o", "2.suit", NULL};
    char key[512], here[256];

    (void)state;
    rig_write("pin", TOKEN_PIN "\nnot this\n", sizeof TOKEN_PIN "\nnot this\n" - 1);
    assert_non_null(getcwd(here, sizeof here));
    snprintf(key, sizeof key, KEY "?pin-source=%s/pin", here);
    assert_int_equal(release_sign_by(key, "1.suit"), 0);
    snprintf(key, sizeof key, KEY "?pin-source=file://%s/pin", here);
    assert_int_equal(release_sign_by(key, "1.suit"), 0);
    assert_int_equal(release_sign(from_file), 0);
    release_same("1.suit", "2.suit");
    /* A module that p11-kit isn't told of. */
    snprintf(key, sizeof key, KEY "?" WITH_PIN "&module-path=%s", token_module());
    assert_int_equal(release_sign_by(key, "3.suit"), 0);
    release_same("1.suit", "3.suit");
    refuse(KEY "?" WITH_PIN "&module-path=/nonexistent.so", 3, "can't load the PKCS#11 module /nonexistent.so");
    refuse(KEY "?pin-source=%7Crm", 2, "absolute name of a file");
    refuse(KEY, 2, "wants a PIN");
}

/* One wrong PIN costs one try, and is said so; the next right one works. */
static void test_wrong_pin(void **state) {
    (void)state;
    refuse(KEY "?pin-value=wrong", 1, "the PIN is wrong; it was tried once");
    assert_int_equal(rig_said("before the token locks"), 1);
    assert_int_equal(rig_said("wrong;object"), 0);
    assert_int_equal(release_sign_by(KEY "?" WITH_PIN, "1.suit"), 0);
    assert_int_equal(release_verify("1.suit", "k.pub.pem"), 0);
}

static void test_names(void **state) {
    (void)state;
    refuse("pkcs11:token=vualt;object=release?" WITH_PIN, 1, "no token matches pkcs11:token=vualt;object=release");
    refuse("pkcs11:token=vault;object=relaese?" WITH_PIN, 1, "no private key that matches");
    refuse("pkcs11:token=vault;object=release;id=%02?" WITH_PIN, 1, "no private key that matches");
    refuse("pkcs11:toke=vault;object=release?" WITH_PIN, 2, "something that is not known");
    refuse("pkcs11:token=%zz?" WITH_PIN, 2, "not a PKCS#11 URI");
    token_import(&(struct token_key){.token = "vault", .label = "release", .id = 2}, "other.pem");
    refuse(KEY "?" WITH_PIN, 1, "2 private keys match");
    assert_int_equal(release_sign_by("pkcs11:token=vault;object=release;id=%01?" WITH_PIN, "1.suit"), 0);
    assert_int_equal(release_verify("1.suit", "k.pub.pem"), 0);
    assert_int_equal(release_sign_by("pkcs11:token=vault;id=%02?" WITH_PIN, "2.suit"), 0);
    assert_int_equal(release_verify("2.suit", "other.pub.pem"), 0);
    token_make("vault");
    refuse("pkcs11:token=vault;id=%02?" WITH_PIN, 1, "2 tokens match");
}

static void test_not_p256(void **state) {
    (void)state;
    token_generate(&(struct token_key){.token = "vault", .label = "big", .id = 3, .curve = TOKEN_P384});
    refuse("pkcs11:token=vault;object=big?" WITH_PIN, 1, "is not a P-256 key");
}

static void test_no_public(void **state) {
    const char *const right[] = {"--key=pkcs11:token=vault;object=bare?" WITH_PIN, "--public=other.pub.pem", "-o",
                                 "1.suit", NULL};
    const char *const wrong[] = {"--key=pkcs11:token=vault;object=bare?" WITH_PIN, "--public=k.pub.pem", "-o", "2.suit",
                                 NULL};

    (void)state;
    token_import(&(struct token_key){.token = "vault", .label = "bare", .id = 4, .no_public = 1}, "other.pem");
    refuse("pkcs11:token=vault;object=bare?" WITH_PIN, 1, "no public key that matches");
    assert_int_equal(rig_said("--public PUB.pem"), 1);
    assert_int_equal(release_sign(right), 0);
    assert_int_equal(release_verify("1.suit", "other.pub.pem"), 0);
    /* A signature that isn't right by the key it names never gets into a release. */
    assert_int_equal(release_sign(wrong), 1);
    assert_int_equal(rig_said("not right by the public key"), 1);
    assert_int_equal(release_exists("2.suit"), 0);
    /* A public key that was put beside the wrong private one: the same. */
    token_import(&(struct token_key){.token = "vault", .label = "mixed", .id = 4}, "k.pem");
    refuse("pkcs11:token=vault;object=bare?" WITH_PIN, 1, "not right by the public key");
}

static void test_show(void **state) {
    const char *const show[] = {"key", "show", "pkcs11:token=vault;object=release", "-o", "shown.pub.pem", NULL};
    const char *const none[] = {"key", "show", "pkcs11:token=vault;object=none?" WITH_PIN, NULL};

    (void)state;
    /* A public key needs no PIN. */
    assert_int_equal(rig_run(show), 0);
    assert_int_equal(rig_said("key id "), 1);
    release_shell("cmp shown.pub.pem k.pub.pem");
    assert_int_equal(rig_run(show), 1); /* never over an existing file */
    assert_int_equal(rig_run(none), 1);
}

/* A key that was made in the token, and one that wants the PIN again for each signature. */
static void test_generated(void **state) {
    const char *const show[] = {"key", "show", "pkcs11:token=vault;object=born", "-o", "born.pub.pem", NULL};

    (void)state;
    token_generate(
        &(struct token_key){.token = "vault", .label = "born", .id = 5, .always_authenticate = 1});
    assert_int_equal(rig_run(show), 0);
    assert_int_equal(release_sign_by("pkcs11:token=vault;object=born?" WITH_PIN, "1.suit"), 0);
    assert_int_equal(release_verify("1.suit", "born.pub.pem"), 0);
    release_boots("1.suit", "born.pub.pem");
}

static uint64_t next_of(const char *path) {
    struct hss_state s;

    assert_int_equal(hss_state_read(path, &s), 0);
    const uint64_t next = s.next;
    hss_state_close(&s);
    return next;
}

/* With a counted key beside it: no index is spent when the token refuses. */
static void test_hybrid(void **state) {
    const char *const right[] = {"--key=k.hss", "--key=" KEY "?" WITH_PIN, "-o", "1.suit", NULL};
    const char *const wrong[] = {"--key=k.hss", "--key=" KEY "?pin-value=wrong", "-o", "2.suit", NULL};
    const char *const by_file[] = {"--key=k.hss", "--key=k.pem", "-o", "3.suit", NULL};

    (void)state;
    rig_keygen("5", "8", "1");
    assert_int_equal(release_sign(wrong), 1);
    assert_int_equal(next_of("k.hss"), 0);
    assert_int_equal(release_sign(right), 0);
    assert_int_equal(next_of("k.hss"), 1);
    assert_int_equal(release_verify("1.suit", "k.pub.pem"), 0);
    assert_int_equal(release_sign(by_file), 0);
    release_same("1.suit", "3.suit");
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_equal, begin, end),
        cmocka_unit_test_setup_teardown(test_es256, begin, end),
        cmocka_unit_test_setup_teardown(test_pins, begin, end),
        cmocka_unit_test_setup_teardown(test_wrong_pin, begin, end),
        cmocka_unit_test_setup_teardown(test_names, begin, end),
        cmocka_unit_test_setup_teardown(test_not_p256, begin, end),
        cmocka_unit_test_setup_teardown(test_no_public, begin, end),
        cmocka_unit_test_setup_teardown(test_show, begin, end),
        cmocka_unit_test_setup_teardown(test_generated, begin, end),
        cmocka_unit_test_setup_teardown(test_hybrid, begin, end)};

    if (argc < 2)
        return 2;
    program = argv[1];
    if (token_module() == NULL) {
        printf("skipped: no SoftHSM2 module (libsofthsm2.so); scripts/setup.sh installs it\n");
        return 77;
    }
    /* PINs are never asked for here. */
    if (freopen("/dev/null", "r", stdin) == NULL)
        return 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/hsm/token.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <p11-kit/p11-kit.h>

#include "host/keys/keys.h"
#include "tests/system/hss/rig.h"

#define SO_PIN "so-pin-5820"
#define SLOTS_MAX 16u

static CK_FUNCTION_LIST *module;

static void need(CK_RV rv, const char *what) {
    if (rv != CKR_OK)
        fail_msg("%s: %s", what, p11_kit_strerror(rv));
}

/* p11-kit's own answer, so that whatever it is set up for is what gets tested. */
static char *module_by_name(void) {
    CK_FUNCTION_LIST **all = p11_kit_modules_load(NULL, 0);
    CK_FUNCTION_LIST *found = all != NULL ? p11_kit_module_for_name(all, "softhsm2") : NULL;
    char *path = found != NULL ? p11_kit_module_get_filename(found) : NULL;

    if (all != NULL)
        p11_kit_modules_release(all);
    return path;
}

const char *token_module(void) {
    static const char *const usual[] = {"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so",
                                        "/usr/local/lib/softhsm/libsofthsm2.so"};
    static char path[PATH_MAX];
    char *named = path[0] == '\0' ? module_by_name() : NULL;

    if (named != NULL && access(named, R_OK) == 0)
        snprintf(path, sizeof path, "%s", named);
    free(named);
    for (size_t i = 0; path[0] == '\0' && i < sizeof usual / sizeof usual[0]; i++) {
        if (access(usual[i], R_OK) == 0)
            snprintf(path, sizeof path, "%s", usual[i]);
    }
    return path[0] != '\0' ? path : NULL;
}

void token_begin(void) {
    char here[PATH_MAX - 64], text[PATH_MAX + 64];

    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(mkdir("tokens", 0700), 0);
    snprintf(text, sizeof text, "directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n",
             here);
    rig_write("softhsm2.conf", text, strlen(text));
    snprintf(text, sizeof text, "%s/softhsm2.conf", here);
    setenv("SOFTHSM2_CONF", text, 1);
    /* p11-kit finds the module by the user's own configuration, merged with the machine's where that has it too. */
    assert_int_equal(mkdir(".config", 0700), 0);
    assert_int_equal(mkdir(".config/pkcs11", 0700), 0);
    assert_int_equal(mkdir(".config/pkcs11/modules", 0700), 0);
    snprintf(text, sizeof text, "module: %s\n", token_module());
    rig_write(".config/pkcs11/modules/softhsm2.module", text, strlen(text));
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", here, 1);
}

static void load(void) {
    module = p11_kit_module_load(token_module(), 0);
    if (module == NULL)
        fail_msg("can't load %s", token_module());
    need(p11_kit_module_initialize(module), "C_Initialize");
}

static void unload(void) {
    need(p11_kit_module_finalize(module), "C_Finalize");
    p11_kit_module_release(module);
}

/* The slot whose token has the label; NULL: the one that is free. */
static CK_SLOT_ID slot_of(const char *label) {
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG n = SLOTS_MAX;
    CK_TOKEN_INFO info;

    need(module->C_GetSlotList(CK_TRUE, slots, &n), "C_GetSlotList");
    for (CK_ULONG i = 0; i < n; i++) {
        need(module->C_GetTokenInfo(slots[i], &info), "C_GetTokenInfo");
        if (label == NULL && (info.flags & CKF_TOKEN_INITIALIZED) == 0)
            return slots[i];
        if (label != NULL && p11_kit_space_strlen(info.label, sizeof info.label) == strlen(label) &&
            memcmp(info.label, label, strlen(label)) == 0)
            return slots[i];
    }
    fail_msg("no slot for token %s", label != NULL ? label : "(new)");
    return 0;
}

static CK_SESSION_HANDLE open_session(CK_SLOT_ID slot, CK_USER_TYPE user, const char *pin) {
    CK_SESSION_HANDLE session = 0;
    char text[32];

    snprintf(text, sizeof text, "%s", pin);
    need(module->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session), "C_OpenSession");
    need(module->C_Login(session, user, (CK_UTF8CHAR_PTR)text, strlen(text)), "C_Login");
    return session;
}

void token_make(const char *label) {
    char padded[33], so_pin[] = SO_PIN, pin[] = TOKEN_PIN;

    load();
    const CK_SLOT_ID slot = slot_of(NULL);
    snprintf(padded, sizeof padded, "%-32s", label);
    need(module->C_InitToken(slot, (CK_UTF8CHAR_PTR)so_pin, strlen(so_pin), (CK_UTF8CHAR_PTR)padded), "C_InitToken");
    /* A token of this name may be there already: it is the new one that has no PIN yet. */
    unload();
    load();
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG n = SLOTS_MAX;
    CK_TOKEN_INFO info;
    int made = 0;
    need(module->C_GetSlotList(CK_TRUE, slots, &n), "C_GetSlotList");
    for (CK_ULONG i = 0; i < n && !made; i++) {
        need(module->C_GetTokenInfo(slots[i], &info), "C_GetTokenInfo");
        if ((info.flags & CKF_TOKEN_INITIALIZED) == 0 || (info.flags & CKF_USER_PIN_INITIALIZED) != 0)
            continue;
        const CK_SESSION_HANDLE session = open_session(slots[i], CKU_SO, SO_PIN);
        need(module->C_InitPIN(session, (CK_UTF8CHAR_PTR)pin, strlen(pin)), "C_InitPIN");
        made = 1;
    }
    assert_true(made);
    unload();
}

/* ---- Keys ---- */

static CK_BBOOL yes = CK_TRUE;
static CK_KEY_TYPE ec = CKK_EC;
static CK_OBJECT_CLASS private_class = CKO_PRIVATE_KEY, public_class = CKO_PUBLIC_KEY;
static uint8_t p256[] = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
static uint8_t p384[] = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};

#define PART_MAX 16u
struct part {
    CK_ATTRIBUTE at[PART_MAX];
    CK_ULONG n;
};

static void add(struct part *part, CK_ATTRIBUTE_TYPE type, void *value, CK_ULONG len) {
    assert_true(part->n < PART_MAX);
    part->at[part->n++] = (CK_ATTRIBUTE){type, value, len};
}

/* What both halves say. */
static struct part common_of(const struct token_key *key, CK_OBJECT_CLASS *class_, uint8_t *id) {
    struct part part = {.n = 0};

    add(&part, CKA_CLASS, class_, sizeof *class_);
    add(&part, CKA_KEY_TYPE, &ec, sizeof ec);
    add(&part, CKA_TOKEN, &yes, sizeof yes);
    add(&part, CKA_LABEL, (void *)(uintptr_t)key->label, strlen(key->label));
    *id = key->id;
    if (key->id != 0)
        add(&part, CKA_ID, id, 1);
    return part;
}

static void add_private(struct part *part, const struct token_key *key) {
    add(part, CKA_PRIVATE, &yes, sizeof yes);
    add(part, CKA_SENSITIVE, &yes, sizeof yes);
    add(part, CKA_SIGN, &yes, sizeof yes);
    if (key->always_authenticate)
        add(part, CKA_ALWAYS_AUTHENTICATE, &yes, sizeof yes);
}

static void add_curve(struct part *part, const struct token_key *key) {
    if (key->curve == TOKEN_P384)
        add(part, CKA_EC_PARAMS, p384, sizeof p384);
    else
        add(part, CKA_EC_PARAMS, p256, sizeof p256);
}

void token_generate(const struct token_key *key) {
    CK_MECHANISM mechanism = {CKM_EC_KEY_PAIR_GEN, NULL, 0};
    CK_OBJECT_HANDLE pub, priv;
    uint8_t id;
    struct part a = common_of(key, &public_class, &id), b = common_of(key, &private_class, &id);

    load();
    const CK_SESSION_HANDLE session = open_session(slot_of(key->token), CKU_USER, TOKEN_PIN);
    add_curve(&a, key);
    add_private(&b, key);
    need(module->C_GenerateKeyPair(session, &mechanism, a.at, a.n, b.at, b.n, &pub, &priv), "C_GenerateKeyPair");
    if (key->no_public)
        need(module->C_DestroyObject(session, pub), "C_DestroyObject");
    unload();
}

void token_import(const struct token_key *key, const char *pem_path) {
    uint8_t scalar[PRIMUM_SCALAR_SIZE], point[3 + PRM_P256_PUBLIC_SIZE] = {0x04, 0x41, 0x04}, id;
    struct prm_anchor anchor;
    EVP_PKEY *pkey = NULL;
    CK_OBJECT_HANDLE object;
    struct part a = common_of(key, &public_class, &id), b = common_of(key, &private_class, &id);

    assert_int_equal(primum_key_read_private(pem_path, NULL, &pkey), 0);
    assert_int_equal(primum_key_scalar(pkey, scalar), 0);
    assert_int_equal(primum_key_anchor(pkey, pem_path, &anchor), 0);
    EVP_PKEY_free(pkey);
    memcpy(point + 3, anchor.public_key, sizeof anchor.public_key);
    load();
    const CK_SESSION_HANDLE session = open_session(slot_of(key->token), CKU_USER, TOKEN_PIN);
    add_curve(&a, key);
    add(&a, CKA_EC_POINT, point, sizeof point);
    add_private(&b, key);
    add_curve(&b, key);
    add(&b, CKA_VALUE, scalar, sizeof scalar);
    need(module->C_CreateObject(session, b.at, b.n, &object), "C_CreateObject (private)");
    if (!key->no_public)
        need(module->C_CreateObject(session, a.at, a.n, &object), "C_CreateObject (public)");
    unload();
}

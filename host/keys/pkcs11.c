/* SPDX-License-Identifier: Apache-2.0 */
#include "host/keys/pkcs11.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include "host/file/secret.h"
#include "host/keys/keys.h"
#include "host/keys/pkcs11_object.h"

#define SLOTS_MAX 64u

struct primum_pkcs11 {
    P11KitUri *uri;
    char *name;             /* the URI without its PIN */
    const char *pin_file;   /* borrowed */
    char *pin;              /* secret; NULL until it was needed, or if the token asks for it itself */
    CK_FUNCTION_LIST **all; /* p11-kit's modules; or NULL, and `one` is the URI's own */
    CK_FUNCTION_LIST *one;
    CK_FUNCTION_LIST *module; /* the token's */
    CK_SLOT_ID slot;
    CK_TOKEN_INFO info;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
    int has_session, logged_in, has_key, always_authenticate;
};

int primum_pkcs11_is_uri(const char *key) {
    return strncasecmp(key, "pkcs11:", 7) == 0;
}

const char *primum_pkcs11_name(const struct primum_pkcs11 *token) {
    return token->name;
}

char *primum_pkcs11_label(const struct primum_pkcs11 *token) {
    return primum_format("%.*s", (int)p11_kit_space_strlen(token->info.label, sizeof token->info.label),
                         (const char *)token->info.label);
}

/* The PIN goes out of the URI before that can get into any message. */
static int parse_uri(struct primum_pkcs11 *t, const char *text) {
    /* p11-kit passes over blanks, and nothing matches then. */
    if (strpbrk(text, " \t\r\n") != NULL)
        return primum_fail(PRIMUM_USAGE, "the key's PKCS#11 URI holds a blank; in a URI it is written %%20 (RFC 7512)");
    t->uri = p11_kit_uri_new();
    const int code = t->uri == NULL ? P11_KIT_URI_UNEXPECTED : p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, t->uri);

    if (code != P11_KIT_URI_OK)
        return primum_fail(PRIMUM_USAGE, "the key is not a PKCS#11 URI (RFC 7512): %s", p11_kit_uri_message(code));
    if (p11_kit_uri_any_unrecognized(t->uri))
        return primum_fail(PRIMUM_USAGE,
                           "the key's PKCS#11 URI says something that is not known; nothing could match it");
    const char *pin = p11_kit_uri_get_pin_value(t->uri);
    if (pin != NULL)
        t->pin = primum_format("%s", pin);
    p11_kit_uri_set_pin_value(t->uri, NULL);
    char *name = NULL;
    if (p11_kit_uri_format(t->uri, P11_KIT_URI_FOR_ANY, &name) != P11_KIT_URI_OK)
        return primum_fail(PRIMUM_IO, "out of memory");
    t->name = primum_format("%s", name);
    free(name);
    return PRIMUM_OK;
}

/* ---- Modules and tokens ---- */

static int load_modules(struct primum_pkcs11 *t) {
    const char *path = p11_kit_uri_get_module_path(t->uri);

    if (path == NULL) {
        t->all = p11_kit_modules_load_and_initialize(0);
        return t->all != NULL ? PRIMUM_OK
                              : primum_fail(PRIMUM_IO, "p11-kit could not load its modules: %s", p11_kit_message());
    }
    CK_FUNCTION_LIST *module = p11_kit_module_load(path, 0);
    if (module == NULL)
        return primum_fail(PRIMUM_IO, "can't load the PKCS#11 module %s: %s", path, p11_kit_message());
    const CK_RV rv = p11_kit_module_initialize(module);
    if (rv != CKR_OK) {
        p11_kit_module_release(module);
        return primum_fail(PRIMUM_IO, "the PKCS#11 module %s does not start: %s", path, p11_kit_strerror(rv));
    }
    t->one = module;
    return PRIMUM_OK;
}

static int module_matches(const struct primum_pkcs11 *t, CK_FUNCTION_LIST *module) {
    const char *wanted = p11_kit_uri_get_module_name(t->uri);
    CK_INFO info;

    memset(&info, 0, sizeof info);
    if (module->C_GetInfo(&info) != CKR_OK || !p11_kit_uri_match_module_info(t->uri, &info))
        return 0;
    if (wanted == NULL || t->all == NULL)
        return 1;
    char *name = p11_kit_module_get_name(module);
    const int same = name != NULL && strcmp(name, wanted) == 0;
    free(name);
    return same;
}

/* 1 if the slot holds a token that is ready for use and is the one that the URI names. */
static int slot_matches(const struct primum_pkcs11 *t, CK_FUNCTION_LIST *module, CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
    const CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(t->uri);
    CK_SLOT_INFO slot_info;

    memset(&slot_info, 0, sizeof slot_info);
    memset(info, 0, sizeof *info);
    return (wanted == (CK_SLOT_ID)-1 || wanted == slot) && module->C_GetSlotInfo(slot, &slot_info) == CKR_OK &&
           p11_kit_uri_match_slot_info(t->uri, &slot_info) && module->C_GetTokenInfo(slot, info) == CKR_OK &&
           (info->flags & CKF_TOKEN_INITIALIZED) != 0 && p11_kit_uri_match_token_info(t->uri, info);
}

/* Counts the tokens that match, and keeps the first. */
static unsigned find_in_module(struct primum_pkcs11 *t, CK_FUNCTION_LIST *module) {
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG n = SLOTS_MAX;
    unsigned found = 0;

    if (!module_matches(t, module) || module->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
        return 0;
    for (CK_ULONG i = 0; i < n; i++) {
        CK_TOKEN_INFO info;
        if (!slot_matches(t, module, slots[i], &info))
            continue;
        if (t->module == NULL) {
            t->module = module;
            t->slot = slots[i];
            t->info = info;
        }
        found++;
    }
    return found;
}

static int find_token(struct primum_pkcs11 *t) {
    unsigned found = 0;

    if (t->one != NULL)
        found = find_in_module(t, t->one);
    for (size_t i = 0; t->all != NULL && t->all[i] != NULL; i++)
        found += find_in_module(t, t->all[i]);
    if (found == 0)
        return primum_fail(PRIMUM_REFUSED,
                           "no token matches %s: is it plugged in, and does p11-kit know its module "
                           "('p11-kit list-modules'; else ?module-path=)?",
                           t->name);
    if (found > 1)
        return primum_fail(PRIMUM_REFUSED, "%u tokens match %s; add token=, serial= or slot-id=", found, t->name);
    return PRIMUM_OK;
}

int primum_pkcs11_open(const char *uri, const char *pin_file, struct primum_pkcs11 **out) {
    struct primum_pkcs11 *t = primum_alloc(sizeof *t);
    int status = parse_uri(t, uri);

    *out = t;
    t->pin_file = pin_file;
    if (status == PRIMUM_OK)
        status = load_modules(t);
    if (status == PRIMUM_OK)
        status = find_token(t);
    if (status == PRIMUM_OK) {
        const CK_RV rv = t->module->C_OpenSession(t->slot, CKF_SERIAL_SESSION, NULL, NULL, &t->session);
        t->has_session = rv == CKR_OK;
        if (rv != CKR_OK)
            status = primum_fail(PRIMUM_IO, "%s: the token gives no session: %s", t->name, p11_kit_strerror(rv));
    }
    if (status != PRIMUM_OK) {
        primum_pkcs11_close(t);
        *out = NULL;
    }
    return status;
}

void primum_pkcs11_close(struct primum_pkcs11 *token) {
    if (token == NULL)
        return;
    if (token->logged_in)
        (void)token->module->C_Logout(token->session);
    if (token->has_session)
        (void)token->module->C_CloseSession(token->session);
    if (token->all != NULL)
        p11_kit_modules_finalize_and_release(token->all);
    if (token->one != NULL) {
        (void)p11_kit_module_finalize(token->one);
        p11_kit_module_release(token->one);
    }
    p11_kit_uri_free(token->uri);
    primum_secret_free(token->pin);
    free(token->name);
    free(token);
}

/* ---- The PIN ---- */

/* A pin-source is a file's name or file: URI; running commands ("|command") is not for a signer to do. */
static int pin_of_source(struct primum_pkcs11 *t, const char *source) {
    const char *path = strncmp(source, "file:", 5) == 0 ? source + 5 : source;

    if (strncmp(path, "//", 2) == 0)
        path += 2;
    if (path[0] != '/')
        return primum_fail(PRIMUM_USAGE, "%s: a pin-source is the absolute name of a file", t->name);
    return primum_secret_read(path, &t->pin);
}

static int get_pin(struct primum_pkcs11 *t) {
    const char *source = p11_kit_uri_get_pin_source(t->uri);

    if (t->pin != NULL || (t->info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0)
        return PRIMUM_OK;
    if (source != NULL)
        return pin_of_source(t, source);
    if (t->pin_file != NULL)
        return primum_secret_read(t->pin_file, &t->pin);
    if (!isatty(STDIN_FILENO))
        return primum_fail(PRIMUM_USAGE, "%s: the token wants a PIN; give it with pin-source= or --passphrase-file",
                           t->name);
    char *label = primum_pkcs11_label(t);
    char *prompt = primum_format("PIN of token '%s': ", label);
    const int status = primum_secret_ask(prompt, &t->pin);
    free(prompt);
    free(label);
    return status;
}

static int fail_login(const struct primum_pkcs11 *t, CK_RV rv) {
    CK_TOKEN_INFO now = t->info;

    (void)t->module->C_GetTokenInfo(t->slot, &now);
    if (rv == CKR_PIN_LOCKED || (now.flags & CKF_USER_PIN_LOCKED) != 0)
        return primum_fail(PRIMUM_REFUSED, "%s: the PIN is locked; the security officer of the token can unlock it",
                           t->name);
    if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID || rv == CKR_PIN_LEN_RANGE)
        return primum_fail(PRIMUM_REFUSED, "%s: the PIN is wrong; it was tried once. %s", t->name,
                           (now.flags & CKF_USER_PIN_FINAL_TRY) != 0 ? "ONE more wrong PIN locks the token"
                           : (now.flags & CKF_USER_PIN_COUNT_LOW) != 0
                               ? "Few tries are left before the token locks"
                               : "Tokens lock after a few wrong ones: be sure of it before the next try");
    return primum_fail(PRIMUM_IO, "%s: the token refuses the login: %s", t->name, p11_kit_strerror(rv));
}

static int login(struct primum_pkcs11 *t, CK_USER_TYPE user) {
    int status = get_pin(t);

    if (status != PRIMUM_OK)
        return status;
    if ((t->info.flags & CKF_USER_PIN_LOCKED) != 0)
        return fail_login(t, CKR_PIN_LOCKED);
    if ((t->info.flags & CKF_USER_PIN_FINAL_TRY) != 0)
        primum_warn("%s: if this PIN is wrong, the token locks", t->name);
    const CK_RV rv = t->module->C_Login(t->session, user, (CK_UTF8CHAR_PTR)t->pin, t->pin != NULL ? strlen(t->pin) : 0);
    return rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN ? PRIMUM_OK : fail_login(t, rv);
}

static int login_if_required(struct primum_pkcs11 *t) {
    if (t->logged_in || (t->info.flags & CKF_LOGIN_REQUIRED) == 0)
        return PRIMUM_OK;
    const int status = login(t, CKU_USER);
    t->logged_in = status == PRIMUM_OK;
    return status;
}

/* ---- Keys ---- */

/* What the URI says of objects, for one class of them: `out` has room for PKCS11_MATCH_MAX. */
static CK_ULONG template_of_uri(struct primum_pkcs11 *t, const CK_OBJECT_CLASS *class_, CK_ATTRIBUTE *out) {
    static const CK_ATTRIBUTE_TYPE kinds[] = {CKA_ID, CKA_LABEL};
    CK_ULONG n = 0;

    out[n++] = (CK_ATTRIBUTE){CKA_CLASS, (void *)(uintptr_t)class_, sizeof *class_};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const CK_ATTRIBUTE *said = p11_kit_uri_get_attribute(t->uri, kinds[i]);
        if (said != NULL)
            out[n++] = *said;
    }
    return n;
}

static struct pkcs11_session session_of(const struct primum_pkcs11 *t) {
    return (struct pkcs11_session){t->module, t->session, t->name};
}

int primum_pkcs11_find_private(struct primum_pkcs11 *token) {
    static const CK_OBJECT_CLASS class_ = CKO_PRIVATE_KEY;
    const struct pkcs11_session session = session_of(token);
    CK_ATTRIBUTE match[PKCS11_MATCH_MAX];
    CK_OBJECT_HANDLE found[PKCS11_FOUND_MAX];
    CK_ULONG n = 0;
    int status = login_if_required(token);

    if (status == PRIMUM_OK)
        status = pkcs11_find(&session, match, template_of_uri(token, &class_, match), found, &n);
    if (status != PRIMUM_OK)
        return status;
    if (n == 0)
        return primum_fail(PRIMUM_REFUSED, "the token has no private key that matches %s", token->name);
    if (n > 1)
        return primum_fail(PRIMUM_REFUSED, "%lu%s private keys match %s; add id= or object=", (unsigned long)n,
                           n == PKCS11_FOUND_MAX ? " or more" : "", token->name);
    status = pkcs11_check_p256(&session, found[0]);
    if (status != PRIMUM_OK)
        return status;
    token->key = found[0];
    token->has_key = 1;
    token->always_authenticate = pkcs11_is_true(&session, found[0], CKA_ALWAYS_AUTHENTICATE);
    return PRIMUM_OK;
}

/* The template that finds the public half of the private key. 0 if the key has neither id nor label. */
static CK_ULONG template_of_key(const struct primum_pkcs11 *t, const CK_OBJECT_CLASS *class_,
                                struct pkcs11_value *value, CK_ATTRIBUTE *out) {
    static const CK_ATTRIBUTE_TYPE kinds[] = {CKA_ID, CKA_LABEL};
    const struct pkcs11_session session = session_of(t);

    out[0] = (CK_ATTRIBUTE){CKA_CLASS, (void *)(uintptr_t)class_, sizeof *class_};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!pkcs11_get(&session, t->key, kinds[i], value) || value->len == 0)
            continue;
        out[1] = (CK_ATTRIBUTE){kinds[i], value->bytes, value->len};
        return 2;
    }
    return 0;
}

int primum_pkcs11_public(struct primum_pkcs11 *token, EVP_PKEY **out) {
    static const CK_OBJECT_CLASS class_ = CKO_PUBLIC_KEY;
    const struct pkcs11_session session = session_of(token);
    CK_ATTRIBUTE match[PKCS11_MATCH_MAX];
    struct pkcs11_value value;
    CK_OBJECT_HANDLE found[PKCS11_FOUND_MAX];
    CK_ULONG n = 0;
    const CK_ULONG said =
        token->has_key ? template_of_key(token, &class_, &value, match) : template_of_uri(token, &class_, match);
    int status = said == 0 ? PRIMUM_OK : pkcs11_find(&session, match, said, found, &n);

    *out = NULL;
    if (status == PRIMUM_OK && n == 0 && !token->has_key && !token->logged_in) {
        status = login_if_required(token);
        if (status == PRIMUM_OK && token->logged_in)
            status = pkcs11_find(&session, match, said, found, &n);
    }
    if (status != PRIMUM_OK)
        return status;
    if (n == 0)
        return primum_fail(PRIMUM_REFUSED, "the token has no public key that matches %s%s", token->name,
                           token->has_key ? "; give it with --public PUB.pem" : "");
    return pkcs11_read_public(&session, found, n, out);
}

int primum_pkcs11_sign(struct primum_pkcs11 *token, const uint8_t digest[PRM_SHA256_SIZE],
                       uint8_t out[PRM_P256_SIG_SIZE]) {
    CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
    CK_ULONG len = PRM_P256_SIG_SIZE;
    uint8_t input[PRM_SHA256_SIZE];
    CK_RV rv = token->module->C_SignInit(token->session, &mechanism, token->key);

    memset(out, 0, PRM_P256_SIG_SIZE);
    if (rv == CKR_KEY_FUNCTION_NOT_PERMITTED || rv == CKR_KEY_TYPE_INCONSISTENT)
        return primum_fail(PRIMUM_REFUSED, "%s: the token does not let this key sign: %s", token->name,
                           p11_kit_strerror(rv));
    if (rv == CKR_OK && token->always_authenticate) {
        const int status = login(token, CKU_CONTEXT_SPECIFIC);
        if (status != PRIMUM_OK)
            return status;
    }
    memcpy(input, digest, sizeof input);
    if (rv == CKR_OK)
        rv = token->module->C_Sign(token->session, input, sizeof input, out, &len);
    if (rv != CKR_OK)
        return primum_fail(PRIMUM_IO, "%s: the token does not sign: %s", token->name, p11_kit_strerror(rv));
    if (len != PRM_P256_SIG_SIZE)
        return primum_fail(PRIMUM_IO, "%s: the token's signature has %lu bytes and not %u", token->name,
                           (unsigned long)len, PRM_P256_SIG_SIZE);
    return PRIMUM_OK;
}

int primum_pkcs11_describe(const char *uri, const char *pin_file, EVP_PKEY **key, char **label) {
    struct primum_pkcs11 *token;
    int status = primum_pkcs11_open(uri, pin_file, &token);

    *key = NULL;
    *label = NULL;
    if (status == PRIMUM_OK)
        status = primum_pkcs11_public(token, key);
    if (status == PRIMUM_OK)
        *label = primum_pkcs11_label(token);
    primum_pkcs11_close(token);
    return status;
}

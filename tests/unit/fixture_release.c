/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, signatures, releases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "codec/cose.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/fixture.h"

const uint8_t fx_vendor[16] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x57, 0x88,
                               0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0x01};
const uint8_t fx_class[16] = {0x21, 0x32, 0x43, 0x54, 0x65, 0x76, 0x57, 0x98,
                              0xA9, 0xBA, 0xCB, 0xDC, 0xED, 0xFE, 0x0F, 0x02};
const uint8_t fx_device_id[16] = {0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0x47, 0xD7,
                                  0x98, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0x03};

static void need(int ok) {
    if (!ok) {
        fprintf(stderr, "fixture: OpenSSL failed\n");
        abort();
    }
}

/* A number in [1, n-1] from bytes. */
static BIGNUM *scalar(const EC_GROUP *group, const uint8_t bytes[32], BN_CTX *bn) {
    BIGNUM *v = BN_bin2bn(bytes, 32, NULL);

    need(v != NULL && BN_nnmod(v, v, EC_GROUP_get0_order(group), bn) == 1 && !BN_is_zero(v));
    return v;
}

/* x and y of k G. */
static void multiply(const EC_GROUP *group, const BIGNUM *k, BIGNUM *x, BIGNUM *y, BN_CTX *bn) {
    EC_POINT *point = EC_POINT_new(group);

    need(point != NULL && EC_POINT_mul(group, point, k, NULL, NULL, bn) == 1 &&
         EC_POINT_get_affine_coordinates(group, point, x, y, bn) == 1);
    EC_POINT_free(point);
}

void fx_key_make(struct fx_key *key, const char *seed) {
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BN_CTX *bn = BN_CTX_new();
    BIGNUM *x = BN_new(), *y = BN_new();
    uint8_t digest[PRM_SHA256_SIZE];

    need(group != NULL && bn != NULL && x != NULL && y != NULL);
    fx_sha256(prm_span_of(seed, strlen(seed)), digest);
    BIGNUM *d = scalar(group, digest, bn);
    multiply(group, d, x, y, bn);
    need(BN_bn2binpad(d, key->secret, 32) == 32 && BN_bn2binpad(x, key->anchor.public_key, 32) == 32 &&
         BN_bn2binpad(y, key->anchor.public_key + 32, 32) == 32);
    fx_sha256(prm_span_of(key->anchor.public_key, PRM_P256_PUBLIC_SIZE), digest);
    memcpy(key->anchor.key_id, digest, PRM_KEY_ID_SIZE);
    key->anchor.alg = PRM_KEY_P256;
    key->anchor.roles = PRM_ROLE_RELEASE;
    key->anchor.key_len = PRM_P256_PUBLIC_SIZE;
    BN_free(d);
    BN_free(x);
    BN_free(y);
    BN_CTX_free(bn);
    EC_GROUP_free(group);
}

void fx_sign(const struct fx_key *key, const uint8_t digest[PRM_SHA256_SIZE], uint8_t sig[PRM_P256_SIG_SIZE]) {
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BN_CTX *bn = BN_CTX_new();
    BIGNUM *r = BN_new(), *s = BN_new(), *y = BN_new(), *e = BN_bin2bn(digest, PRM_SHA256_SIZE, NULL);
    uint8_t seed[64], nonce[PRM_SHA256_SIZE];

    need(group != NULL && bn != NULL && r != NULL && s != NULL && y != NULL && e != NULL);
    const BIGNUM *n = EC_GROUP_get0_order(group);
    memcpy(seed, key->secret, 32);
    memcpy(seed + 32, digest, 32);
    fx_sha256(prm_span_of(seed, sizeof seed), nonce);
    BIGNUM *k = scalar(group, nonce, bn), *d = scalar(group, key->secret, bn);
    multiply(group, k, r, y, bn);
    /* s = (e + r d) / k */
    need(BN_nnmod(r, r, n, bn) == 1 && BN_mod_mul(s, r, d, n, bn) == 1 && BN_mod_add(s, s, e, n, bn) == 1 &&
         BN_mod_inverse(k, k, n, bn) != NULL && BN_mod_mul(s, s, k, n, bn) == 1 && !BN_is_zero(r) && !BN_is_zero(s));
    need(BN_bn2binpad(r, sig, 32) == 32 && BN_bn2binpad(s, sig + 32, 32) == 32);
    BN_free(r);
    BN_free(s);
    BN_free(y);
    BN_free(e);
    BN_free(k);
    BN_free(d);
    BN_CTX_free(bn);
    EC_GROUP_free(group);
}

size_t fx_sign1(const struct fx_key *key, int32_t alg, prm_span digest_bytes, const prm_span *protected_, uint8_t *out,
                size_t cap) {
    uint8_t header[64], digest[PRM_SHA256_SIZE], sig[PRM_P256_SIG_SIZE];
    char kid[17], sig_hex[129], header_hex[129];
    struct prm_cose_tbs tbs;

    fx_hex(key->anchor.key_id, PRM_KEY_ID_SIZE, kid);
    const size_t n = fx_cbor(header, sizeof header, "{1: %d, 4: h'%s'}", (int)alg, kid);
    const struct prm_cose_sign1 sign1 = {.protected_ = protected_ != NULL ? *protected_ : prm_span_of(header, n)};
    need(sign1.protected_.len <= sizeof header);
    prm_cose_sign1_tbs(&sign1, prm_span_of(NULL, 0), digest_bytes, &tbs);
    need(prm_crypto_openssl.sha256(tbs.part, PRM_COSE_TBS_PARTS, digest) == PRM_OK);
    fx_sign(key, digest, sig);
    return fx_cbor(out, cap, "18([h'%s', {}, null, h'%s'])",
                   fx_hex(sign1.protected_.ptr, sign1.protected_.len, header_hex), fx_hex(sig, sizeof sig, sig_hex));
}

/* One alternative of the shared sequence. */
static void alternative(uint32_t slot, prm_span image, uint32_t claimed, char *out, size_t cap) {
    uint8_t digest[PRM_SHA256_SIZE];
    char hex[65];
    const uint32_t size = claimed != 0 ? claimed : (uint32_t)image.len;

    out[0] = '\0';
    if (image.ptr == NULL)
        return;
    fx_sha256(image, digest);
    snprintf(out, cap, "<<[20, {5: %u}, 5, 5, 20, {3: <<[-16, h'%s']>>, 14: %u}]>>", (unsigned)slot,
             fx_hex(digest, sizeof digest, hex), (unsigned)size);
}

static const char *unless(uint32_t without, uint32_t did, const char *text) {
    return (without & did) != 0 ? "" : text;
}

#define INSTALL                                                                                                        \
    "[15, [<<[20, {5: 0}, 5, 5, 20, {21: \"#a\"}]>>, <<[20, {5: 1}, 5, 5, 20, {21: \"#b\"}]>>], 21, 2, 3, 15]"

size_t fx_manifest(const struct fx_spec *spec, uint8_t *out, size_t cap) {
    char a[256], b[256], c[256], d[256], vendor[33], class_[33], device[64] = "", hex[33], images[1100];
    const int two = spec->services[0].ptr != NULL || spec->services[1].ptr != NULL;
    const char *all = two ? "12, true," : "";

    alternative(0, spec->image[0], spec->claimed_size[0], a, sizeof a);
    alternative(1, spec->image[1], spec->claimed_size[1], b, sizeof b);
    alternative(0, spec->services[0], 0, c, sizeof c);
    alternative(1, spec->services[1], 0, d, sizeof d);
    if (two)
        snprintf(images, sizeof images, "12, 0, 15, [%s, %s], 12, 1, 15, [%s, %s]", a, b, c, d);
    else
        snprintf(images, sizeof images, "15, [%s, %s]", a, b);
    fx_hex(spec->vendor != NULL ? spec->vendor : fx_vendor, 16, vendor);
    fx_hex(spec->class_ != NULL ? spec->class_ : fx_class, 16, class_);
    if (spec->device != NULL)
        snprintf(device, sizeof device, ", 24: h'%s'", fx_hex(spec->device, 16, hex));
    return fx_cbor(out, cap,
                   "{1: 1, 2: %llu, 3: <<{2: [%s], 4: <<[%s 20, {1: h'%s', 2: h'%s'%s}, %s, %s %s %s %s]>>}>>,"
                   " 7: <<[%s %s]>>, 9: <<[%s %s]>>, 20: <<" INSTALL ">>,"
                   " 23: <<{\"en\": {[h'00']: {1: \"example\", 6: \"1.0.0\"}}}>>}",
                   (unsigned long long)spec->sequence, two ? "[h'00'], [h'01']" : "[h'00']", all, vendor, class_,
                   device, images, all, unless(spec->without, PRM_SUIT_DID_VENDOR, "1, 15,"),
                   unless(spec->without, PRM_SUIT_DID_CLASS, "2, 15,"),
                   spec->device == NULL ? "" : unless(spec->without, PRM_SUIT_DID_DEVICE, "24, 15"), all,
                   unless(spec->without, PRM_SUIT_DID_IMAGE, "3, 15"), two ? "12, 1," : "",
                   unless(spec->without, PRM_SUIT_DID_INVOKE, "23, 2"));
}

size_t fx_wrap(const struct fx_spec *spec, prm_span manifest, uint8_t *out, size_t cap) {
    uint8_t wrapped[4096], digest[PRM_SHA256_SIZE], digest_bytes[64], sign1[256];
    char hex[65], digest_hex[129], signatures[5 * 600] = "", sign1_hex[513];
    char *manifest_hex = malloc(2 * manifest.len + 1);
    struct prm_cbor_writer w = {wrapped, sizeof wrapped, 0};

    need(manifest_hex != NULL);
    prm_cbor_put_bstr(&w, manifest);
    need(w.len <= sizeof wrapped);
    fx_sha256(prm_span_of(wrapped, w.len), digest);
    const size_t n = fx_cbor(digest_bytes, sizeof digest_bytes, "[-16, h'%s']", fx_hex(digest, sizeof digest, hex));
    for (size_t i = 0; i < 5 && spec->key[i] != NULL; i++) {
        const size_t len = fx_sign1(spec->key[i], spec->alg != 0 ? spec->alg : PRM_COSE_ESP256,
                                    prm_span_of(digest_bytes, n), NULL, sign1, sizeof sign1);
        strcat(strcat(strcat(signatures, ", h'"), fx_hex(sign1, len, sign1_hex)), "'");
    }
    const size_t len = fx_cbor(out, cap, "107({2: <<[h'%s'%s]>>, 3: h'%s'})", fx_hex(digest_bytes, n, digest_hex),
                               signatures, fx_hex(manifest.ptr, manifest.len, manifest_hex));
    free(manifest_hex);
    return len;
}

size_t fx_envelope(const struct fx_spec *spec, uint8_t *out, size_t cap) {
    uint8_t manifest[PRM_MANIFEST_MAX];

    return fx_wrap(spec, prm_span_of(manifest, fx_manifest(spec, manifest, sizeof manifest)), out, cap);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forge - what an attacker who can write the flash does to a slot of a device folder. Knows the formats, has no key of
 * ours.
 *
 * usage: forge DIR BANK ACTION...      BANK is A or B; actions in order:
 *   erase           the bank is blank
 *   image           one bit of the application's image flipped; services: of the services'
 *   swap-image      one word of the application's image in the other byte order; swap-services: of the services'
 *   sequence        the manifest's sequence number one higher, and its digest in the wrapper made to fit; signature kept
 *   borrow-sig      the signature of the other bank
 *   borrow-digest   the signed digest of the other bank, and its signature
 *   borrow-hss      the second signature, a hash-based one, of the other bank
 *   resign          signed by a key of the attacker's, under the key id that is there
 *   no-u2           a signature that would be right if the curve sum lost its half u2 Q: r = x(kG), s = e/k
 *   no-u1           the same for the half u1 G: r = x(tQ), s = r/t. It also is right for any message whose hash is zero
 *   one-turn        a signature that would be right if the sum were left after its first turn: r = x(Q), the top bit of
 *                   u2 = r/s is 1 and that of u1 = e/s is 0; or if it began anew with the last addition: both are odd
 * and what an update leaves, not an attacker:
 *   exhausted       the journal says: this release is on trial, and its boots are used up
 *   confirmed       the journal says: this release was accepted
 *   rejected        the journal says: this release was rejected
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "bank/geometry.h"
#include "boot/boot_format.h"
#include "codec/cose.h"
#include "journal/state.h"
#include "ports/sim/sim.h"
#include "ports/mps2-an505/board.h"
#include "providers/openssl/crypto_openssl.h"
#include "suit/suit.h"
#include "trust/release.h"

static uint8_t flash[BOARD_FLASH_SIZE];
static struct prm_trust trust;

struct slot {
    uint8_t *base;
    struct prm_suit_envelope envelope;
    struct prm_cose_sign1 sign1;
};

static _Noreturn void die(const char *what) {
    fprintf(stderr, "forge: %s\n", what);
    exit(3);
}

static void file(const char *dir, const char *name, long off, void *bytes, size_t size, int write) {
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, write ? "r+b" : "rb");
    if (f == NULL || fseek(f, off, SEEK_SET) != 0 ||
        (write ? fwrite(bytes, 1, size, f) : fread(bytes, 1, size, f)) != size || fclose(f) != 0)
        die(path);
}

static uint8_t *slot_base(char letter) {
    if (letter != 'A' && letter != 'B')
        die("a slot is A or B");
    return flash + (letter == 'A' ? BOARD_SLOT_A_OFF : BOARD_SLOT_B_OFF);
}

static void slot_parse(struct slot *s, char letter) {
    s->base = slot_base(letter);
    const prm_span bytes = prm_span_of(s->base + PRM_BANK_ENVELOPE_OFF(BOARD_FLASH_WRITE_SIZE), prm_load_le32(s->base + 4) & 0xFFFFu);
    if (prm_load_le32(s->base) != PRM_BANK_MAGIC || bytes.len > PRM_BANK_ENVELOPE_MAX)
        die("no release in that slot");
    if (prm_suit_envelope_parse(bytes, &s->envelope) != PRM_OK || s->envelope.signatures == 0 ||
        prm_cose_sign1_parse(s->envelope.signature[0], &s->sign1) != PRM_OK ||
        s->sign1.signature.len != PRM_P256_SIG_SIZE)
        die("can't read that release");
}

/* The parser lends what it read as const; the bytes are ours. */
static uint8_t *ours(const uint8_t *borrowed) {
    return flash + (borrowed - flash);
}

static void sha256(const prm_span *part, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int good = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);

    for (size_t i = 0; i < n; i++)
        good = good && EVP_DigestUpdate(ctx, part[i].ptr, part[i].len);
    if (!good || !EVP_DigestFinal_ex(ctx, out, NULL))
        die("SHA-256");
    EVP_MD_CTX_free(ctx);
}

enum { TAMPERED_AT = 0x100, WORD = 4 };

static void action_flip(const struct slot *s, uint32_t image_off) {
    s->base[image_off + TAMPERED_AT] ^= 0x10;
}

/* The first word from there on that reads otherwise in the other byte order. */
static void action_swap(const struct slot *s, uint32_t image_off) {
    uint8_t *p = s->base + image_off + TAMPERED_AT;

    while (p[0] == p[3] && p[1] == p[2])
        p += WORD;
    prm_store_le32(p, __builtin_bswap32(prm_load_le32(p)));
}

/* The release's digest, as the journal knows releases. */
static void action_journal(const struct slot *s, uint32_t bank, enum prm_bank_status status) {
    const struct prm_sim_part facts = prm_sim_part_of(sizeof flash, BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_WRITE_SIZE);
    struct prm_sim_flash part;
    struct prm_journal journal;
    struct prm_state state;

    if (prm_sim_flash_init(&part, flash, &facts, NULL) != PRM_OK)
        die("the flash");
    prm_sim_flash_reread(&part);
    if (prm_state_load(&journal, &part.flash, &prm_crypto_openssl, BOARD_JOURNAL_OFF, &state) != PRM_OK)
        die("no journal");
    state.bank[bank].status = (uint8_t)status;
    state.bank[bank].attempts = 0;
    memcpy(state.bank[bank].manifest, s->envelope.digest, PRM_STATE_MANIFEST_SIZE);
    if (prm_state_store(&journal, &state) != PRM_OK)
        die("can't write the journal");
    if (prm_sim_flash_close(&part) != PRM_OK)
        die("the flash");
}

/* A manifest starts with its map's head, 1: 1, 2: sequence. */
static void action_sequence(const struct slot *s) {
    uint8_t *at = ours(s->envelope.manifest.ptr) + 3;
    static const unsigned more[] = {1, 2, 4, 8};

    if (*at++ != 2 || *at > 27)
        die("no sequence number where it is expected");
    if (*at >= 24)
        at += more[*at - 24];
    if (*at == 23 || *at == 255)
        die("a sequence number that grows would need another encoding");
    ++*at;
    sha256(&s->envelope.manifest_wrapped, 1, ours(s->envelope.digest));
}

static void action_borrow(const struct slot *s, const struct slot *other, int digest) {
    if (digest)
        memcpy(ours(s->envelope.digest), other->envelope.digest, PRM_SHA256_SIZE);
    memcpy(ours(s->sign1.signature.ptr), other->sign1.signature.ptr, PRM_P256_SIG_SIZE);
}

static void action_borrow_hss(const struct slot *s, const struct slot *other) {
    struct prm_cose_sign1 mine, theirs;

    if (s->envelope.signatures < 2 || other->envelope.signatures < 2 ||
        prm_cose_sign1_parse(s->envelope.signature[1], &mine) != PRM_OK ||
        prm_cose_sign1_parse(other->envelope.signature[1], &theirs) != PRM_OK ||
        mine.signature.len != theirs.signature.len)
        die("no two second signatures of one size");
    memcpy(ours(mine.signature.ptr), theirs.signature.ptr, theirs.signature.len);
}

/* ---- signatures ---- */

struct curve {
    EC_GROUP *group;
    BN_CTX *bn;
    const BIGNUM *order;
};

static BIGNUM *random_scalar(const struct curve *c) {
    BIGNUM *k = BN_new();

    do {
        if (k == NULL || !BN_rand_range(k, c->order))
            die("random number");
    } while (BN_is_zero(k));
    return k;
}

/* x(k P) mod n; P NULL is the generator. */
static BIGNUM *x_of_multiple(const struct curve *c, const BIGNUM *k, const EC_POINT *p) {
    EC_POINT *r = EC_POINT_new(c->group);
    BIGNUM *x = BN_new();

    if (r == NULL || x == NULL || !EC_POINT_mul(c->group, r, p == NULL ? k : NULL, p, p == NULL ? NULL : k, c->bn) ||
        !EC_POINT_get_affine_coordinates(c->group, r, x, NULL, c->bn) || !BN_nnmod(x, x, c->order, c->bn))
        die("point arithmetic");
    EC_POINT_free(r);
    return x;
}

static EC_POINT *anchor_point(const struct curve *c) {
    EC_POINT *q = EC_POINT_new(c->group);
    BIGNUM *x = BN_bin2bn(trust.anchor[0].public_key, 32, NULL);
    BIGNUM *y = BN_bin2bn(trust.anchor[0].public_key + 32, 32, NULL);

    if (q == NULL || x == NULL || y == NULL || !EC_POINT_set_affine_coordinates(c->group, q, x, y, c->bn))
        die("the anchor is not on the curve");
    BN_free(x);
    BN_free(y);
    return q;
}

/* s = (a + b d) / k mod n */
static BIGNUM *s_of(const struct curve *c, const BIGNUM *a, const BIGNUM *b, const BIGNUM *d, const BIGNUM *k) {
    BIGNUM *s = BN_new();
    BIGNUM *inverse = BN_mod_inverse(NULL, k, c->order, c->bn);

    if (s == NULL || inverse == NULL || !BN_mod_mul(s, b, d, c->order, c->bn) ||
        !BN_mod_add(s, s, a, c->order, c->bn) || !BN_mod_mul(s, s, inverse, c->order, c->bn))
        die("scalar arithmetic");
    BN_free(inverse);
    return s;
}

static BIGNUM *hash_to_be_signed(const struct slot *s) {
    const prm_span nothing = {NULL, 0};
    uint8_t digest[PRM_SHA256_SIZE];
    struct prm_cose_tbs tbs;

    prm_cose_sign1_tbs(&s->sign1, nothing, s->envelope.digest_bytes, &tbs);
    sha256(tbs.part, PRM_COSE_TBS_PARTS, digest);
    return BN_bin2bn(digest, sizeof digest, NULL);
}

/* r = x(Q); tries s until the top bits of u1 and u2 are as they have to be: every sixteenth does. */
static void one_turn(const struct curve *c, const BIGNUM *e, BIGNUM *r, BIGNUM *s) {
    BIGNUM *u1 = BN_new();
    BIGNUM *inverse = BN_new();
    BIGNUM *u2;

    for (int found = 0; !found; BN_free(u2)) {
        u2 = random_scalar(c);
        found = u1 != NULL && inverse != NULL && BN_mod_inverse(inverse, r, c->order, c->bn) != NULL &&
                BN_mod_mul(u1, inverse, u2, c->order, c->bn) && BN_mod_mul(u1, u1, e, c->order, c->bn) &&
                BN_num_bits(u2) == 256 && BN_num_bits(u1) < 256 && BN_is_odd(u1) && BN_is_odd(u2) &&
                BN_mod_inverse(inverse, u2, c->order, c->bn) != NULL && BN_mod_mul(s, r, inverse, c->order, c->bn);
    }
    BN_free(u1);
    BN_free(inverse);
}

static void action_sign(const struct slot *slot, const char *action) {
    struct curve c = {EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), BN_CTX_new(), NULL};
    BIGNUM *zero = BN_new();
    BIGNUM *e = hash_to_be_signed(slot);

    if (c.group == NULL || c.bn == NULL || zero == NULL || e == NULL)
        die("out of memory");
    c.order = EC_GROUP_get0_order(c.group);
    BIGNUM *k = random_scalar(&c);
    BIGNUM *d = random_scalar(&c); /* the attacker's own key */
    const int one = strcmp(action, "one-turn") == 0;
    const int on_anchor = one || strcmp(action, "no-u1") == 0;

    if (one && !BN_one(k))
        die("scalar arithmetic");
    EC_POINT *q = on_anchor ? anchor_point(&c) : NULL;
    BIGNUM *r = x_of_multiple(&c, k, q);
    BIGNUM *s = strcmp(action, "resign") == 0 ? s_of(&c, e, r, d, k) : s_of(&c, on_anchor ? r : e, zero, zero, k);
    if (one)
        one_turn(&c, e, r, s);
    uint8_t *sig = ours(slot->sign1.signature.ptr);
    if (BN_bn2binpad(r, sig, 32) != 32 || BN_bn2binpad(s, sig + 32, 32) != 32)
        die("scalar too large");
    BN_free(r);
    BN_free(s);
    BN_free(k);
    BN_free(d);
    BN_free(e);
    BN_free(zero);
    EC_POINT_free(q);
    BN_CTX_free(c.bn);
    EC_GROUP_free(c.group);
}

/* What changes images or the journal; 0 if the action is none of these. */
static int of_content(const struct slot *s, uint32_t bank, const char *action) {
    const int services = strstr(action, "services") != NULL;
    const uint32_t off = services ? BOARD_SERVICES_OFF : BOARD_APP_OFF;

    if (strcmp(action, "image") == 0 || strcmp(action, "services") == 0)
        action_flip(s, off);
    else if (strcmp(action, "swap-image") == 0 || strcmp(action, "swap-services") == 0)
        action_swap(s, off);
    else if (strcmp(action, "exhausted") == 0)
        action_journal(s, bank, PRM_BANK_TRIAL);
    else if (strcmp(action, "confirmed") == 0)
        action_journal(s, bank, PRM_BANK_CONFIRMED);
    else if (strcmp(action, "rejected") == 0)
        action_journal(s, bank, PRM_BANK_REJECTED);
    else
        return 0;
    return 1;
}

static void act(char letter, const char *action) {
    struct slot slot, other;

    if (strcmp(action, "erase") == 0) {
        memset(slot_base(letter), 0xFF, BOARD_SLOT_SIZE);
        return;
    }
    slot_parse(&slot, letter);
    if (of_content(&slot, letter == 'B', action)) {
        return;
    } else if (strcmp(action, "sequence") == 0) {
        action_sequence(&slot);
    } else if (strncmp(action, "borrow-", 7) == 0) {
        slot_parse(&other, letter == 'A' ? 'B' : 'A');
        if (strcmp(action, "borrow-hss") == 0)
            action_borrow_hss(&slot, &other);
        else
            action_borrow(&slot, &other, strcmp(action, "borrow-digest") == 0);
    } else if (strcmp(action, "resign") == 0 || strcmp(action, "no-u1") == 0 || strcmp(action, "no-u2") == 0 ||
               strcmp(action, "one-turn") == 0) {
        action_sign(&slot, action);
    } else {
        die("no such action");
    }
}

int main(int argc, char **argv) {
    if (argc < 4)
        die("usage: forge DIR SLOT ACTION...");
    file(argv[1], "flash.img", 0, flash, sizeof flash, 0);
    file(argv[1], "rom.bin", BOARD_TRUST_OFF, &trust, sizeof trust, 0);
    for (int i = 3; i < argc; i++)
        act(argv[2][0], argv[i]);
    file(argv[1], "flash.img", 0, flash, sizeof flash, 1);
    return 0;
}

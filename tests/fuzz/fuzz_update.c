/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_update.c - a release that comes in over a wire: any bytes, in chunks of any size, into a device that runs
 * another one. The flash itself is the judge: nothing is written before the signed manifest and install sequence have
 * come, an image gets no byte but the ones that were signed for that place, nothing is decrypted but the signed
 * ciphertext, and the bank is a candidate only if both images are whole.
 *
 * The input: 8 bytes that make the chunks and say whether the authentic header goes first, then what is pushed.
 */
#define _GNU_SOURCE /* memmem */
#include "tests/fuzz/fuzz.h"

#include "base/endian.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/fixture.h"
#include "update/update.h"

enum { RUNNING = 0, OTHER = 1, APP_SIZE = 2048 + 700, SERVICES_SIZE = 2048 + 5, BLOCK = PRM_BLOCK_SIZE, DIGEST = 32 };
enum { CONTROL = 8, RELEASE_MAX = 16384 };

static struct fx_device d, fresh;
static struct fx_key key;
static struct prm_update update;
static struct prm_update_platform platform;
static prm_result (*flash_write)(void *ctx, uint32_t off, const void *src, uint32_t len);
static prm_result (*flash_erase)(void *ctx, uint32_t off);

static uint8_t image[PRM_COMPONENTS][4096], cipher[PRM_COMPONENTS][4096];
static const uint32_t size[PRM_COMPONENTS] = {APP_SIZE, SERVICES_SIZE};
static uint8_t release[RELEASE_MAX];
static size_t release_len, header_len;
static uint8_t list[PRM_COMPONENTS][8 * DIGEST]; /* the digests of a payload's blocks, which are one page */
static size_t list_len[PRM_COMPONENTS];
static prm_span manifest, install; /* in `release`, with their heads */
static uint8_t pushed[RELEASE_MAX * 2];
static size_t pushed_len;

/* ---- the judge ---- */

/* PRM_YES if what was pushed so far holds the authentic manifest and install sequence. */
static int is_authentic(void) {
    return memmem(pushed, pushed_len, manifest.ptr, manifest.len) != NULL &&
           memmem(pushed, pushed_len, install.ptr, install.len) != NULL;
}

static void judge_place(uint32_t off, uint32_t len) {
    const uint32_t bank = d.layout.bank_off[OTHER];

    MUST(off + len <= FX_JOURNAL_OFF + 2 * FX_ERASE || (off >= bank && off + len <= bank + d.layout.bank_size));
    MUST(is_authentic());
}

static prm_result watch_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    const uint8_t *from = src;

    judge_place(off, len);
    for (uint32_t i = 0; i < PRM_COMPONENTS; i++) {
        const uint32_t place = d.layout.bank_off[OTHER] + d.layout.component[i].off;
        for (uint32_t k = 0; k < len; k++)
            if (off + k >= place && off + k < place + d.layout.component[i].size)
                MUST(from[k] == (off + k - place < size[i] ? image[i][off + k - place] : 0xFF));
        const struct prm_bank bank = {&d.flash, &d.layout, OTHER};
        const uint32_t page = prm_bank_page_off(&bank, i, 0);
        for (uint32_t k = 0; k < len; k++)
            if (off + k >= page && off + k < page + PRM_PAGE_SIZE)
                MUST(from[k] == (off + k - page < list_len[i] ? list[i][off + k - page] : 0xFF));
    }
    return flash_write(ctx, off, src, len);
}

static prm_result watch_erase(void *ctx, uint32_t off) {
    judge_place(off, FX_ERASE);
    return flash_erase(ctx, off);
}

/* Opening: the key is in the information, the cipher an exclusive or. Only signed ciphertext may get here. */
static prm_result open_payload(const void *ctx, prm_span info, uint8_t key_[16], uint8_t iv[16]) {
    (void)ctx;
    MUST(is_authentic() && info.len == 16);
    memcpy(key_, info.ptr, 16);
    memset(iv, 0, 16);
    return PRM_OK;
}

static prm_result decrypt(const void *ctx, const uint8_t key_[16], const uint8_t iv[16], uint32_t off, uint8_t *data,
                          size_t len) {
    (void)ctx;
    (void)iv;
    MUST(off + len <= APP_SIZE && memcmp(data, cipher[0] + off, len) == 0);
    for (size_t i = 0; i < len; i++)
        data[i] ^= key_[(off + i) % 16];
    return PRM_OK;
}

static const struct prm_update_opener opener = {.open = open_payload, .decrypt = decrypt};

/* ---- the release ---- */

static const char *hex_of(prm_span bytes) {
    static char text[8][4 * 4096];
    static unsigned next;

    return fx_hex(bytes.ptr, bytes.len, text[next++ % 8]);
}

static const char *sha256_of(prm_span bytes) {
    uint8_t digest[PRM_SHA256_SIZE];

    fx_sha256(bytes, digest);
    return hex_of(prm_span_of(digest, sizeof digest));
}

static void make_list(uint32_t component) {
    size_t n = 0;

    for (uint32_t off = 0; off < size[component]; off += BLOCK, n += DIGEST) {
        const uint32_t left = size[component] - off;
        fx_sha256(prm_span_of(cipher[component] + off, left < BLOCK ? left : BLOCK), list[component] + n);
    }
    list_len[component] = n;
}

static void make_release(void) {
    static uint8_t sequence[1024], m[2048], envelope[4096];
    const struct fx_spec signer = {.key = {&key}};
    uint64_t seed = 7;

    for (uint32_t i = 0; i < PRM_COMPONENTS; i++) {
        fx_random_fill(&seed, image[i], size[i]);
        memcpy(cipher[i], image[i], size[i]);
        for (uint32_t k = 0; i == 0 && k < size[i]; k++)
            cipher[i][k] = (uint8_t)(image[i][k] ^ (k % 16 + 1));
        make_list(i);
    }
    size_t n = fx_cbor(sequence, sizeof sequence,
                       "<<[20, {19: h'0102030405060708090a0b0c0d0e0f10', 21: \"#b0\", 25: <<[1, 2048, \"#B0\", [h'%s']]>>}, "
                       "21, 2, 3, 15, 12, 1, 20, {21: \"#b1\", 25: <<[1, 2048, \"#B1\", [h'%s']]>>}, 21, 2, 3, 15]>>",
                       sha256_of(prm_span_of(list[0], list_len[0])), sha256_of(prm_span_of(list[1], list_len[1])));
    const prm_span install_bytes = prm_span_of(sequence, n);
    n = fx_cbor(m, sizeof m,
                "{1: 1, 2: 9, 3: <<{2: [[h'00'], [h'01']], 4: <<[12, true, 20, {1: h'%s', 2: h'%s', 5: 1}, "
                "5, 5, 1, 15, 2, 15, 12, 0, 20, {3: <<[-16, h'%s']>>, 14: %u}, 12, 1, 20, {3: <<[-16, h'%s']>>, 14: %u}]>>}>>, "
                "7: <<[12, true, 3, 15]>>, 9: <<[12, 1, 23, 2]>>, 20: [-16, h'%s']}",
                hex_of(prm_span_of(fx_vendor, 16)), hex_of(prm_span_of(fx_class, 16)),
                sha256_of(prm_span_of(image[0], size[0])), (unsigned)size[0],
                sha256_of(prm_span_of(image[1], size[1])), (unsigned)size[1], sha256_of(install_bytes));
    n = fx_wrap(&signer, prm_span_of(m, n), envelope, sizeof envelope);
    /* The envelope so far is tag, map of two, the two; now three integers and four names. */
    MUST(n < 2048 && envelope[2] == 0xA2);
    release_len = fx_cbor(release, sizeof release, "$'d86ba7%s' 20 $'%s' \"#B0\" h'%s' \"#B1\" h'%s' \"#b0\" h'%s'",
                          hex_of(prm_span_of(envelope + 3, n - 3)), hex_of(install_bytes),
                          hex_of(prm_span_of(list[0], list_len[0])), hex_of(prm_span_of(list[1], list_len[1])),
                          hex_of(prm_span_of(cipher[0], size[0])));
    header_len = n + 1 + install_bytes.len;
    release_len += fx_cbor(release + release_len, sizeof release - release_len, "\"#b1\" h'%s'",
                           hex_of(prm_span_of(cipher[1], size[1])));
    const uint8_t *at = memmem(release, release_len, m, 40);
    MUST(at != NULL);
    struct prm_suit_envelope e;
    MUST(prm_suit_envelope_parse(prm_span_of(release, release_len), &e) == PRM_OK);
    manifest = e.manifest_wrapped;
    install = e.severed_wrapped[1];
}

/* ---- a download ---- */

/* 1 if both images stand in the other bank. */
static int is_whole(void) {
    for (uint32_t i = 0; i < PRM_COMPONENTS; i++)
        if (memcmp(fx_place(&d, OTHER, i), image[i], size[i]) != 0)
            return 0;
    return 1;
}

/* A device as it was made; it runs release 5. */
static void start(void) {
    memcpy(d.bytes, fresh.bytes, sizeof d.bytes);
    memcpy(d.eeprom_bytes, fresh.eeprom_bytes, sizeof d.eeprom_bytes);
    fx_faults_clear(&d);
    pushed_len = 0;
}

/* Pushes in chunks until one is refused; then no more is taken. */
static prm_result push(const uint8_t *bytes, size_t len, uint64_t *random) {
    prm_result result = PRM_OK;

    for (size_t at = 0; at < len && result == PRM_OK;) {
        const unsigned kind = (unsigned)(fx_random(random) % 4);
        const size_t want = kind == 0 ? 1 : 1 + (size_t)(fx_random(random) % (kind == 1 ? 8 : kind == 2 ? 300 : 5000));
        const size_t n = want < len - at ? want : len - at;
        MUST(pushed_len + n <= sizeof pushed);
        memcpy(pushed + pushed_len, bytes + at, n);
        pushed_len += n;
        result = prm_update_push(&update, prm_span_of(bytes + at, n));
        at += n;
    }
    if (result != PRM_OK) {
        const uint32_t changes = d.faults.changes;
        MUST(prm_update_push(&update, prm_span_of(release, release_len)) == result); /* it stays so */
        MUST(d.faults.changes == changes);
    }
    return result;
}

static void judge(prm_result result) {
    static const uint8_t zeros[16];

    const prm_result finished = prm_update_finish(&update);
    const struct prm_state state = fx_state(&d);
    MUST(result == PRM_OK || finished == result);
    MUST(memcmp(update.content_key, zeros, 16) == 0 || finished == PRM_ERR_UPDATE_INCOMPLETE);
    MUST((state.bank[OTHER].status == PRM_BANK_CANDIDATE) == (finished == PRM_OK));
    MUST(finished != PRM_OK || is_whole());
    MUST(state.bank[OTHER].status == PRM_BANK_FACTORY || state.bank[OTHER].status == PRM_BANK_WRITING ||
         state.bank[OTHER].status == PRM_BANK_CANDIDATE);
    /* What runs was not touched, and nothing that came is started: it isn't installed. */
    MUST(state.bank[RUNNING].status == PRM_BANK_FACTORY);
    MUST(memcmp(d.bytes + FX_SLOT_A_OFF, fresh.bytes + FX_SLOT_A_OFF, FX_SLOT_SIZE) == 0);
    prm_update_close(&update);
    MUST(memcmp(update.content_key, zeros, 16) == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static const struct fx_key *const keys[] = {&key, NULL};
    static uint8_t seed[CONTROL + RELEASE_MAX];

    (void)argc;
    (void)argv;
    fx_key_make(&key, "key");
    fx_device_init(&d, &prm_crypto_openssl, keys);
    fx_device_two(&d);
    fx_factory(&d, RUNNING, &key, 5, 1);
    make_release();
    flash_write = d.flash.write;
    flash_erase = d.flash.erase;
    fresh = d;
    d.flash.write = watch_write;
    d.flash.erase = watch_erase;
    platform = (struct prm_update_platform){.crypto = &prm_crypto_openssl,
                                            .opener = &opener,
                                            .flash = &d.flash,
                                            .counter = &d.counter,
                                            .layout = &d.layout,
                                            .fuses = &d.fuses,
                                            .trust = &d.trust};
    /* The release itself is taken, or the fuzzer would prove nothing. */
    uint64_t random = 1;
    start();
    MUST(prm_update_open(&update, &platform, RUNNING, 5) == PRM_OK && push(release, release_len, &random) == PRM_OK);
    judge(PRM_OK);
    MUST(fx_state(&d).bank[OTHER].status == PRM_BANK_CANDIDATE);
    memcpy(seed + CONTROL, release, release_len);
    fuzz_seed(seed, CONTROL + release_len);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len) {
    if (len < CONTROL || len > RELEASE_MAX)
        return 0;
    uint64_t random = prm_load_le64(data);
    const int header_first = (data[0] & 1) != 0;
    prm_result result = PRM_OK;

    start();
    MUST(prm_update_open(&update, &platform, RUNNING, 5) == PRM_OK);
    if (header_first)
        result = push(release, header_len, &random);
    if (result == PRM_OK)
        result = push(data + CONTROL, len - CONTROL, &random);
    judge(result);
    if (data[0] % 8 != 1)
        return 0;
    /* Whatever it was, the release itself is taken after it. */
    pushed_len = 0;
    MUST(prm_update_open(&update, &platform, RUNNING, 5) == PRM_OK && push(release, release_len, &random) == PRM_OK);
    judge(PRM_OK);
    MUST(is_whole() && fx_state(&d).bank[OTHER].status == PRM_BANK_CANDIDATE);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_boot_ram.c - one bit of the workspace is another from one hash of a boot on, before or behind it: each bit of the
 * manifest, of the digest that was signed, and of the rules, but for anchors that aren't used. A release that is too old, or signed by too few, never gets the right
 * address.
 */
#include "tests/unit/unit.h"

#include "providers/openssl/crypto_openssl.h"

static struct fx_device d;
static struct fx_key key;
static const struct fx_key *const anchors[] = {&key, NULL};

static struct {
    uint8_t *at;
    uint8_t bit;
    unsigned call, moment; /* each hash has two: before it and behind it */
} flip;

static void pass_moment(void) {
    if (flip.moment++ == flip.call && flip.at != NULL)
        *flip.at ^= flip.bit;
}

static prm_result sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    pass_moment();
    const prm_result result = prm_crypto_openssl.sha256(parts, n, out);
    pass_moment();
    return result;
}

static prm_result witness(const uint8_t public_key[PRM_P256_PUBLIC_SIZE], const uint8_t digest[PRM_SHA256_SIZE],
                          const uint8_t sig[PRM_P256_SIG_SIZE], uint8_t out[32]) {
    return prm_crypto_openssl.p256_witness(public_key, digest, sig, out);
}

static const struct prm_crypto crypto = {.sha256 = sha256, .p256_witness = witness};

static void boot_with(uint8_t *at, unsigned bit, unsigned call) {
    flip.at = at;
    flip.bit = (uint8_t)(1u << bit);
    flip.call = call;
    flip.moment = 0;
    if (fx_boot(&d) == PRM_OK && fx_plan_address(&d) == fx_image_address(d.plan.bank))
        fail_msg("it runs: bit %u at %u of the workspace, moment %u", bit, (unsigned)(at - (uint8_t *)&d.workspace), call);
}

/* Every bit of a range at every moment; returns how many boots that were. */
static unsigned flip_all(void *from, size_t len) {
    unsigned boots = 0, moments;

    boot_with(NULL, 0, 0);
    moments = flip.moment;
    for (size_t i = 0; i < len * 8; i++)
        for (unsigned call = 0; call < moments; call++, boots++)
            boot_with((uint8_t *)from + i / 8, i % 8, call);
    return boots;
}

static void flip_the_workspace(void) {
    struct prm_trust_rules *const rules = &d.workspace.rules;
    uint8_t *const behind = rules->trust.check;
    /* What was copied is followed by what the fixture filled the workspace with. */
    const uint8_t filled = 0x69;
    size_t manifest_len = sizeof d.workspace.manifest, digest_len = sizeof d.workspace.digest_bytes;

    boot_with(NULL, 0, 0);
    while (manifest_len > 0 && d.workspace.manifest[manifest_len - 1] == filled)
        manifest_len--;
    while (digest_len > 0 && d.workspace.digest_bytes[digest_len - 1] == filled)
        digest_len--;
    const unsigned asked = flip_all(&rules->trust, offsetof(struct prm_trust, anchor) + sizeof(struct prm_anchor)) +
                           flip_all(behind, sizeof *rules - (size_t)(behind - (uint8_t *)rules));
    const unsigned manifest = flip_all(d.workspace.manifest, manifest_len);
    const unsigned digest = flip_all(d.workspace.digest_bytes, digest_len);

    print_message("%u flips of the rules, %u of the manifest's %u bytes, %u of the digest\n", asked, manifest,
                  (unsigned)manifest_len, digest);
    assert_true(asked > 0 && manifest_len > 200 && digest_len > 32);
}

static void start(uint64_t sequence) {
    flip.at = NULL;
    fx_key_make(&key, "key");
    fx_device_init(&d, &crypto, anchors);
    fx_install(&d, 0, &key, sequence, 1);
}

static void a_release_below_the_floor_stays_there(void **state) {
    (void)state;
    start(5);
    fx_bank_status(&d, 0, PRM_BANK_CONFIRMED, 0);
    assert_result(d.platform.counter->advance_to(d.platform.counter->ctx, 6), PRM_OK);
    flip_the_workspace();
}

static void a_missing_kind_of_signature_stays_missing(void **state) {
    (void)state;
    start(5);
    d.trust.need[PRM_KEY_HSS] = 1;
    fx_device_seal(&d);
    flip_the_workspace();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_below_the_floor_stays_there),
        cmocka_unit_test(a_missing_kind_of_signature_stays_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

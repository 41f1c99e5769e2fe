/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of release keys that could be signed by everybody and used by nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/hybrid/rig.h"

static prm_result parse(uint32_t need_p256, uint32_t need_hss, const struct rig_grant *list) {
    uint8_t bytes[PRM_TRUST_PAYLOAD_MAX];
    struct prm_trust_view view;
    const struct rig_terms terms = {1, 0, 1, {need_p256, need_hss}};

    return prm_trust_payload_parse(prm_span_of(bytes, rig_payload(bytes, sizeof bytes, &terms, list)), &view);
}

/* B12: a list that no release could ever satisfy is refused, whoever signed it: a key counts once, however often it is listed. */
static void a_key_listed_twice_counts_once(void **state) {
    const struct rig_grant p = {rig_key("p2"), NULL, NULL, 0}, other = {rig_key("p3"), NULL, NULL, 0};
    const struct rig_grant h = {rig_key("h2"), NULL, NULL, 0}, h_other = {rig_key("h1"), NULL, NULL, 0};
    static const uint8_t vendor[16] = {7};
    struct rig_grant limited = {rig_key("p2"), vendor, NULL, 1};
    const struct {
        uint32_t need[2];
        struct rig_grant list[5];
        prm_result result;
    } cases[] = {
        {{2, 0}, {p, p}, PRM_ERR_TRUST_FORMAT},       {{2, 0}, {p, other}, PRM_OK},
        {{2, 0}, {p, p, other}, PRM_OK},              {{3, 0}, {p, other, p}, PRM_ERR_TRUST_FORMAT},
        {{2, 0}, {p, limited}, PRM_ERR_TRUST_FORMAT}, {{1, 0}, {p, limited}, PRM_OK},
        {{0, 2}, {h, h}, PRM_ERR_TRUST_FORMAT},       {{0, 2}, {h, h_other}, PRM_OK},
        {{1, 2}, {h, p, h}, PRM_ERR_TRUST_FORMAT},    {{2, 1}, {p, h, p}, PRM_ERR_TRUST_FORMAT},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(parse(cases[i].need[0], cases[i].need[1], cases[i].list), cases[i].result);
    /* And a limit to a part that no device has. */
    for (unsigned components = 1; components < 8; components++) {
        limited.components = components;
        assert_int_equal(parse(1, 0, GRANTS(p, limited)), components < 1u << PRM_COMPONENTS ? PRM_OK : PRM_ERR_TRUST_FORMAT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_key_listed_twice_counts_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

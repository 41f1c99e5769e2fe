/* SPDX-License-Identifier: Apache-2.0 */
/* Trust manifests and a floor that is read wrong once: what a disturbance of the core does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/hybrid/rig.h"

static struct rig rig;
static struct rig_manifest m;

/* Factory: release key p1, two root keys that must both sign. */
static void set_up(void) {
    rig_init(&rig);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("r2"), PRM_ROLE_ROOT);
    rig.factory.need_root = 2;
    rig_seal(&rig);
}

/* A reading that is 0 once: found by skipping instructions, which made the factory's rules those until now. */
static unsigned reading, misread_at;

static prm_result misread(void *ctx, uint64_t *value) {
    const prm_result result = prm_eeprom_counter_read(ctx, value);

    if (reading++ == misread_at)
        *value = 0;
    return result;
}

static void a_floor_misread_once_keeps_nothing(void **state) {
    struct prm_counter once;

    (void)state;
    for (misread_at = 0; misread_at < 6; misread_at++) {
        set_up();
        rig_trust(&m, 2, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
        assert_int_equal(rig_store(&rig, &m), PRM_OK);
        assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
        assert_int_equal(rig_trust_floor(&rig), 2);
        rig_release(&rig, 0, 10, rig_key("p1"), NULL);
        once = rig.trust_floor;
        once.read = misread;
        rig.platform.trust_counter = &once;
        reading = 0;
        assert_true(rig_boot(&rig) != PRM_OK || rig.plan.word != prm_boot_word_run(rig.layout.components));
        rig.platform.trust_counter = &rig.trust_floor;
        assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
        assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_KEY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_floor_misread_once_keeps_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

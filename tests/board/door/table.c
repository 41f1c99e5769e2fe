/* SPDX-License-Identifier: Apache-2.0 */
/* The door's table for tests: beside what the product has, operations whose answers depend on the question. */
#include <string.h>

#include "firmware/services/services.h"
#include "ports/armv8m/door.h"
#include "primum/door_random.h"
#include "primum/door_update.h"
#include "tests/board/door/test_service.h"

static psa_status_t nothing(void *ctx, struct prm_door_message *message) {
    (void)ctx;
    (void)message;
    return PSA_SUCCESS;
}

static psa_status_t turn(void *ctx, struct prm_door_message *m) {
    const uint8_t *in = m->in[0].ptr;
    uint8_t *out = m->out[0].ptr;

    (void)ctx;
    m->out[0].len = m->in[0].len < m->out[0].size ? m->in[0].len : m->out[0].size;
    for (uint32_t i = 0; i < m->out[0].len; i++)
        out[i] = in[m->in[0].len - 1 - i] ^ TEST_TURNED;
    return PSA_SUCCESS;
}

/* Much of it is on the stack, so that a stack that isn't its own would show. */
static psa_status_t toil(void *ctx, struct prm_door_message *m) {
    struct test_toil what;
    uint32_t place[TEST_PLACES];

    (void)ctx;
    memcpy(&what, m->in[0].ptr, sizeof what);
    for (uint32_t i = 0; i < TEST_PLACES; i++)
        place[i] = what.seed + i;
    for (uint32_t i = 0; i < what.turns; i++) {
        uint32_t *const p = &place[i % TEST_PLACES];
        *p = test_step(*p, i);
        __asm__ volatile("" ::: "memory");
    }
    for (uint32_t i = 1; i < TEST_PLACES; i++)
        place[0] ^= place[i];
    memcpy(m->out[0].ptr, &place[0], sizeof place[0]);
    m->out[0].len = sizeof place[0];
    return (psa_status_t)what.seed;
}

/* The port alone, without the board's map, which would refuse most of these first. */
static psa_status_t look(void *ctx, struct prm_door_message *m) {
    struct test_may what;

    (void)ctx;
    memcpy(&what, m->in[0].ptr, sizeof what);
    return armv8m_is_nonsecure(what.at, what.len, what.write != 0 ? PRM_CALLER_WRITE : PRM_CALLER_READ,
                               what.privileged != 0 ? PRM_YES : PRM_NO) == PRM_YES;
}

static const struct prm_door_op door_ops[PRIMUM_DOOR_OPERATIONS] = {
    [PRIMUM_DOOR_NOTHING] = {PRIMUM_DOOR_NOTHING, 0, 0, {{0, 0}}, {{0, 0}}, nothing},
    [PRIMUM_DOOR_ABANDON] = {PRIMUM_DOOR_ABANDON, PRM_DOOR_PRIVILEGED, 0, {{0, 0}}, {{0, 0}}, nothing},
};

static const struct prm_door_op test_ops[TEST_OPERATIONS] = {
    [TEST_TURN] = {TEST_TURN, 0, 128, {{0, 64}}, {{0, 64}}, turn},
    [TEST_TOIL] = {TEST_TOIL, 0, 12, {{8, 8}}, {{4, 4}}, toil},
    [TEST_MAY] = {TEST_MAY, 0, 16, {{16, 16}}, {{0, 0}}, look},
};

const struct prm_door_service services_table[] = {
    {PRIMUM_SERVICE_DOOR, PRIMUM_DOOR_OPERATIONS, door_ops, NULL},
    {PRIMUM_SERVICE_UPDATE, PRIMUM_UPDATE_OPERATIONS, services_update_ops, NULL},
    {PRIMUM_SERVICE_RANDOM, PRIMUM_RANDOM_OPERATIONS, services_random_ops, NULL},
    {TEST_SERVICE, TEST_OPERATIONS, test_ops, NULL},
};
const uint32_t services_table_count = sizeof services_table / sizeof services_table[0];

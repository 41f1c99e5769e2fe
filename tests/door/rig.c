/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/door/rig.h"

#include <string.h>

struct rig rig;

static psa_status_t echo(void *ctx, struct prm_door_message *m) {
    const uint32_t len = m->in[0].len < m->out[0].size ? m->in[0].len : m->out[0].size;

    ((struct rig *)ctx)->served++;
    if (len != 0)
        memcpy(m->out[0].ptr, m->in[0].ptr, len);
    memcpy(m->out[1].ptr, &len, sizeof len);
    m->out[0].len = len;
    m->out[1].len = 4;
    return PSA_SUCCESS;
}

static psa_status_t nothing(void *ctx, struct prm_door_message *m) {
    (void)m;
    ((struct rig *)ctx)->served++;
    return PSA_SUCCESS;
}

static psa_status_t lies(void *ctx, struct prm_door_message *m) {
    ((struct rig *)ctx)->served++;
    m->out[0].len = m->out[0].size + 1;
    return PSA_SUCCESS;
}

/* Reads every input, and makes as much output as there is room for. */
static psa_status_t full(void *ctx, struct prm_door_message *m) {
    uint8_t sum = 0;

    ((struct rig *)ctx)->served++;
    for (unsigned i = 0; i < PRIMUM_DOOR_VECTORS; i++) {
        for (uint32_t k = 0; k < m->in[i].len; k++)
            sum = (uint8_t)(sum + ((const uint8_t *)m->in[i].ptr)[k]);
    }
    for (unsigned i = 0; i < PRIMUM_DOOR_VECTORS; i++) {
        if (m->out[i].size != 0)
            memset(m->out[i].ptr, sum + (int)i, m->out[i].size);
        m->out[i].len = m->out[i].size;
    }
    return PSA_SUCCESS;
}

static psa_status_t fails(void *ctx, struct prm_door_message *m) {
    ((struct rig *)ctx)->served++;
    memset(m->out[0].ptr, 0xEE, 4);
    m->out[0].len = 4;
    return PSA_ERROR_DATA_INVALID;
}

static psa_status_t invents(void *ctx, struct prm_door_message *m) {
    ((struct rig *)ctx)->served++;
    m->out[2].len = 5;
    return PSA_SUCCESS;
}

#define UP_TO(n) \
    { 0, (n) }
static const struct prm_door_op ops[RIG_OPERATIONS] = {
    [RIG_ECHO] = {RIG_ECHO, 0, 164, {{1, 64}, UP_TO(32)}, {UP_TO(64), {4, 4}}, echo},
    [RIG_NOTHING] = {RIG_NOTHING, 0, 0, {UP_TO(0)}, {UP_TO(0)}, nothing},
    [RIG_KERNEL] = {RIG_KERNEL, PRM_DOOR_PRIVILEGED, 0, {UP_TO(0)}, {UP_TO(0)}, nothing},
    [RIG_LIES] = {RIG_LIES, 0, 16, {UP_TO(0)}, {UP_TO(16)}, lies},
    [RIG_FULL] = {RIG_FULL, 0, 256, {UP_TO(64), UP_TO(64), UP_TO(64), UP_TO(64)},
                  {UP_TO(64), UP_TO(64), UP_TO(64), UP_TO(64)}, full},
    [RIG_BIG] = {RIG_BIG, 0, 0xFFFF, {UP_TO(2048)}, {UP_TO(2048)}, full},
    [RIG_FAILS] = {RIG_FAILS, 0, 4, {UP_TO(0)}, {{4, 4}}, fails},
    [RIG_INVENTS] = {RIG_INVENTS, 0, 0, {UP_TO(0)}, {UP_TO(0)}, invents},
    [RIG_STRAY] = {RIG_ECHO, 0, 128, {UP_TO(0)}, {UP_TO(0)}, nothing},
};
static const struct prm_door_op door_ops[] = {
    [PRIMUM_DOOR_NOTHING] = {PRIMUM_DOOR_NOTHING, 0, 0, {UP_TO(0)}, {UP_TO(0)}, nothing},
    [PRIMUM_DOOR_ABANDON] = {PRIMUM_DOOR_ABANDON, PRM_DOOR_PRIVILEGED, 0, {UP_TO(0)}, {UP_TO(0)}, nothing},
};
const struct prm_door_service rig_services[] = {
    {PRIMUM_SERVICE_DOOR, PRIMUM_DOOR_OPERATIONS, door_ops, &rig},
    {RIG, RIG_OPERATIONS, ops, &rig},
};

/* Work that is stopped: it is done at the last resumption, whole. */
static void (*left_work)(void *arg);
static void *left_arg;
static uint32_t pauses_left;

static prm_answer resume(void) {
    if (pauses_left > 0) {
        pauses_left--;
        return PRM_NO;
    }
    left_work(left_arg);
    return PRM_YES;
}

static prm_answer begin(void (*work)(void *arg), void *arg) {
    left_work = work;
    left_arg = arg;
    pauses_left = rig.pauses;
    return resume();
}

static const struct prm_door_worker worker = {begin, resume};

void rig_reopen(void) {
    memset(&rig, 0, sizeof rig);
    prm_door_init(&rig.door, rig_services, RIG_SERVICES, &world, &worker);
}

void rig_start(void) {
    rig_reopen();
    world_reset();
}

struct prm_door_request rig_request(uint32_t call, uint32_t list) {
    return (struct prm_door_request){{{call, list, 0, 0}, PRIMUM_DOOR_VERSION}, CALLER, PRM_YES};
}

psa_status_t rig_ask(const struct prm_door_request *request) {
    if (prm_door_begin(&rig.door, request, &rig.answer) == PRM_YES) {
        prm_door_work(&rig.door);
        prm_door_end(&rig.door, &rig.answer);
    }
    return (psa_status_t)rig.answer.r[0];
}

psa_status_t rig_call(uint32_t operation, const struct primum_vector *vectors, uint32_t inputs, uint32_t outputs) {
    const struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, operation, inputs, outputs), LIST);

    if (vectors != NULL)
        world_poke(LIST, vectors, (inputs + outputs) * (uint32_t)sizeof *vectors);
    return rig_ask(&request);
}

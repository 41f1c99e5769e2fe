/* SPDX-License-Identifier: Apache-2.0 */
/* The services behind the door, each in its place by its number. A service more is a line here; an operation, a row in its table. */
#include "firmware/services/services.h"
#include "primum/door_random.h"
#include "primum/door_update.h"

static psa_status_t nothing(void *ctx, struct prm_door_message *message) {
    (void)ctx;
    (void)message;
    return PSA_SUCCESS;
}

/* What there is to be abandoned is the door's own business; it comes here where nothing is left of it. */
static const struct prm_door_op door_ops[PRIMUM_DOOR_OPERATIONS] = {
    [PRIMUM_DOOR_NOTHING] = {PRIMUM_DOOR_NOTHING, 0, 0, {{0, 0}}, {{0, 0}}, nothing},
    [PRIMUM_DOOR_ABANDON] = {PRIMUM_DOOR_ABANDON, PRM_DOOR_PRIVILEGED, 0, {{0, 0}}, {{0, 0}}, nothing},
};

const struct prm_door_service services_table[] = {
    [PRIMUM_SERVICE_DOOR] = {PRIMUM_SERVICE_DOOR, PRIMUM_DOOR_OPERATIONS, door_ops, NULL},
    [PRIMUM_SERVICE_UPDATE] = {PRIMUM_SERVICE_UPDATE, PRIMUM_UPDATE_OPERATIONS, services_update_ops, NULL},
    [PRIMUM_SERVICE_RANDOM] = {PRIMUM_SERVICE_RANDOM, PRIMUM_RANDOM_OPERATIONS, services_random_ops, NULL},
};
const uint32_t services_table_count = sizeof services_table / sizeof services_table[0];

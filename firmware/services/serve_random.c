/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers behind the door: what a row of the table calls. They are made in the door's own memory, which it wipes. */
#include "firmware/services/services.h"
#include "primum/door_random.h"
#include "psa/random.h"

static struct prm_random *generator;

void services_random_serve(struct prm_random *random) {
    generator = random;
}

static psa_status_t ready(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    (void)m;
    return prm_psa_random_ready(generator);
}

static psa_status_t fill(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    m->out[0].len = m->out[0].size;
    return prm_psa_random_fill(generator, m->out[0].ptr, m->out[0].size);
}

const struct prm_door_op services_random_ops[PRIMUM_RANDOM_OPERATIONS] = {
    [PRIMUM_RANDOM_READY] = {PRIMUM_RANDOM_READY, 0, 0, {{0, 0}}, {{0, 0}}, ready},
    [PRIMUM_RANDOM_FILL] = {PRIMUM_RANDOM_FILL, 0, PRIMUM_RANDOM_PIECE, {{0, 0}}, {{1, PRIMUM_RANDOM_PIECE}}, fill},
};
_Static_assert(PRIMUM_RANDOM_PIECE <= PRM_RANDOM_REQUEST_MAX, "a piece is one request");

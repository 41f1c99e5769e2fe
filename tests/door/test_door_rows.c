/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped table: every vector of every operation of every service, with every bad address and size there is. The services
 * behind it are stand-ins that only count; a row more is tested from the moment it is there.
 */
#include "firmware/services/services.h"
#include "tests/door/world.h"
#include "tests/unit/unit.h"

enum { LIST = RAM + 0x100, CALLER = RAM + 0x3F00, FIRST = RAM + 0x800, APART = 0x900 };

static struct prm_door door;
static struct prm_door_registers answer;
static uint32_t served;

static prm_answer begin(void (*work)(void *arg), void *arg) {
    (void)work;
    ((struct prm_door *)arg)->status = PSA_SUCCESS;
    served++;
    return PRM_YES;
}

static prm_answer resume(void) {
    return PRM_NO;
}

static const struct prm_door_worker counts = {begin, resume};

static psa_status_t ask(const struct prm_door_service *service, const struct prm_door_op *op,
                        const struct primum_vector *vectors, prm_answer privileged) {
    uint32_t inputs = 0, outputs = 0;

    while (inputs < PRIMUM_DOOR_VECTORS && op->in[inputs].max != 0)
        inputs++;
    while (outputs < PRIMUM_DOOR_VECTORS && op->out[outputs].max != 0)
        outputs++;
    const struct prm_door_request request = {
        {{PRIMUM_DOOR_CALL(service->service, op->operation, inputs, outputs), LIST, 0, 0}, PRIMUM_DOOR_VERSION}, CALLER,
        privileged};
    world_reset();
    served = 0;
    prm_door_init(&door, services_table, services_table_count, &world, &counts);
    world_poke(LIST, vectors, (inputs + outputs) * (uint32_t)sizeof *vectors);
    if (prm_door_begin(&door, &request, &answer) == PRM_YES) {
        prm_door_work(&door);
        prm_door_end(&door, &answer);
    }
    return (psa_status_t)answer.r[0];
}

/* The row's vectors, each of its largest size in its own place; returns how many. */
static uint32_t good(const struct prm_door_op *op, struct primum_vector v[8], struct prm_door_size size[8], uint32_t *inputs) {
    uint32_t n = 0;

    for (uint32_t i = 0; i < PRIMUM_DOOR_VECTORS && op->in[i].max != 0; i++)
        size[n++] = op->in[i];
    *inputs = n;
    for (uint32_t i = 0; i < PRIMUM_DOOR_VECTORS && op->out[i].max != 0; i++)
        size[n++] = op->out[i];
    for (uint32_t i = 0; i < n; i++)
        v[i] = (struct primum_vector){FIRST + i * APART, size[i].max};
    return n;
}

static void assert_refused(const struct prm_door_service *s, const struct prm_door_op *op, const struct primum_vector *v) {
    assert_int_equal(ask(s, op, v, PRM_NO), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(served, 0);
    assert_int_equal(world_stored(), 0);
}

static void try_vector(const struct prm_door_service *s, const struct prm_door_op *op, struct primum_vector *v,
                       struct prm_door_size size, int is_output, const struct primum_vector *all) {
    const struct primum_vector was = *v;
    const uint32_t bad[] = {0,
                            SECURE_RAM,
                            PERIPHERAL,
                            RAM - 1,
                            RAM + RAM_SIZE - was.len + 1,
                            RAM_CLOSED + RAM_PART_SIZE - 1,
                            RAM_CLOSED - was.len + 1,
                            RAM_KERNEL + RAM_PART_SIZE - 1,
                            IMAGE + IMAGE_SIZE - was.len + 1,
                            0xFFFFFFFF - was.len + 2,
                            0xFFFFFFFF};
    const uint32_t bad_len[] = {size.max + 1u, size.max * 2u, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0u - was.base, 0x10000u + size.max};

    for (unsigned i = 0; i < COUNT_OF(bad); i++) {
        if (was.len == 1 && (bad[i] == 0xFFFFFFFF || bad[i] == RAM_CLOSED || bad[i] == IMAGE + IMAGE_SIZE))
            continue;
        v->base = bad[i];
        assert_refused(s, op, all);
    }
    if (is_output) {
        v->base = IMAGE;
        assert_refused(s, op, all);
        v->base = RAM_READ_ONLY;
        assert_refused(s, op, all);
    }
    *v = was;
    for (unsigned i = 0; i < COUNT_OF(bad_len); i++) {
        v->len = bad_len[i];
        assert_refused(s, op, all);
    }
    if (size.min > 0) {
        v->len = size.min - 1u;
        assert_refused(s, op, all);
    }
    *v = was;
}

static void try_row(const struct prm_door_service *s, const struct prm_door_op *op) {
    const prm_answer kernel = PRM_YES;
    struct prm_door_size size[8];
    struct primum_vector v[8];
    uint32_t inputs;
    uint32_t bytes = 0;
    const uint32_t n = good(op, v, size, &inputs);

    for (uint32_t i = 0; i < n; i++)
        bytes += size[i].max;
    /* A row says its largest message, which fits the door; a largest vector that can't be given would be a mistake. */
    assert_true(op->largest <= PRM_DOOR_ROOM && op->largest <= bytes);
    assert_true(op->serve != NULL);
    if (op->largest == bytes)
        assert_int_equal(ask(s, op, v, kernel), PSA_SUCCESS);
    for (uint32_t i = 0; i < n; i++) {
        assert_true(size[i].min <= size[i].max && size[i].max <= op->largest);
        try_vector(s, op, &v[i], size[i], i >= inputs, v);
        for (uint32_t k = 0; i >= inputs && k < n; k++) {
            const struct primum_vector was = v[i];
            if (k == i)
                continue;
            v[i].base = v[k].base + v[k].len - 1;
            assert_refused(s, op, v);
            v[i] = was;
        }
    }
}

static void test_rows(void **state) {
    uint32_t rows = 0;

    (void)state;
    for (uint32_t s = 0; s < services_table_count; s++) {
        assert_int_equal(services_table[s].service, s);
        for (uint32_t o = 0; o < services_table[s].operations; o++) {
            assert_int_equal(services_table[s].op[o].operation, o);
            try_row(&services_table[s], &services_table[s].op[o]);
            rows++;
        }
    }
    assert_true(rows >= 14);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The door's own business: what it refuses, what it copies and how often, and whose answer it is. */
#include "tests/door/rig.h"
#include "tests/unit/unit.h"

enum { IN0 = RAM + 0x400, IN1 = RAM + 0x500, OUT0 = RAM + 0x600, OUT1 = RAM + 0x700 };

static const struct primum_vector good[] = {{IN0, 40}, {IN1, 8}, {OUT0, 64}, {OUT1, 4}};

static void set_up(struct primum_vector v[4]) {
    rig_start();
    memcpy(v, good, sizeof good);
}

/* Refused: no operation ran, nothing was written. */
static void assert_refused(psa_status_t got, psa_status_t want) {
    assert_int_equal(got, want);
    assert_int_equal(rig.answer.r[1], 0);
    assert_int_equal(rig.served, 0);
    assert_int_equal(world_stored(), 0);
}

static void test_call(void **state) {
    struct primum_vector v[4];
    uint8_t in[40], out[40];

    (void)state;
    set_up(v);
    assert_int_equal(rig_call(RIG_ECHO, v, 2, 2), PSA_SUCCESS);
    world_peek(in, IN0, 40);
    world_peek(out, OUT0, 40);
    assert_memory_equal(in, out, 40);
    assert_int_equal(rig.answer.r[1], 0);
    assert_int_equal(rig.answer.r[2], 40 | 4 << 16);
    assert_int_equal(rig.answer.r[3], 0);
    assert_int_equal(rig.answer.r12, PRIMUM_DOOR_VERSION);
    assert_int_equal(world_stored(), 44); /* of 64 and 4 */
    assert_int_equal(world_fetched_most(), 1);
    assert_int_equal(world_stored_most(), 1);
}

/* Nothing of a call is left in the door's memory. */
static void test_wiped(void **state) {
    struct primum_vector v[4];

    (void)state;
    set_up(v);
    assert_int_equal(rig_call(RIG_ECHO, v, 2, 2), PSA_SUCCESS);
    for (uint32_t i = 0; i < sizeof rig.door.room; i++)
        assert_int_equal(rig.door.room[i], 0);
    for (unsigned i = 0; i < PRIMUM_DOOR_VECTORS; i++)
        assert_true(rig.door.message.in[i].ptr == NULL && rig.door.message.in[i].len == 0 &&
                    rig.door.message.out[i].ptr == NULL && rig.door.message.out[i].size == 0 &&
                    rig.door.message.out[i].len == 0);
}

static void test_what_is_asked(void **state) {
    struct primum_vector v[4];
    static const uint32_t calls[] = {
        PRIMUM_DOOR_CALL(2, 0, 0, 0),
        PRIMUM_DOOR_CALL(255, 0, 0, 0),
        PRIMUM_DOOR_CALL(RIG, RIG_OPERATIONS, 0, 0),
        PRIMUM_DOOR_CALL(RIG, 255, 0, 0),
        PRIMUM_DOOR_CALL(RIG, RIG_STRAY, 0, 0),
    };
    static const uint32_t counts[] = {PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 1, 2), PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 3, 2),
                                      PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 2, 1), PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 2, 3),
                                      PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 4, 0), PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 255, 255),
                                      PRIMUM_DOOR_CALL(RIG, RIG_NOTHING, 1, 0)};

    (void)state;
    set_up(v);
    world_poke(LIST, v, sizeof v);
    for (unsigned i = 0; i < COUNT_OF(calls); i++) {
        const struct prm_door_request request = rig_request(calls[i], LIST);
        assert_refused(rig_ask(&request), PSA_ERROR_NOT_SUPPORTED);
    }
    for (unsigned i = 0; i < COUNT_OF(counts); i++) {
        const struct prm_door_request request = rig_request(counts[i], LIST);
        assert_refused(rig_ask(&request), PSA_ERROR_INVALID_ARGUMENT);
    }
    assert_int_equal(world_fetched_most(), 0);
}

/* A service in another's place is none, as an operation is. */
static void test_stray_service(void **state) {
    struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(0, 0, 0, 0), 0);

    (void)state;
    rig_start();
    rig.door.services = &rig_services[1];
    rig.door.services_count = 1;
    assert_refused(rig_ask(&request), PSA_ERROR_NOT_SUPPORTED);
}

static void test_version(void **state) {
    struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_NOTHING, 0, 0), 0);

    (void)state;
    rig_start();
    request.registers.r12++;
    assert_refused(rig_ask(&request), PSA_ERROR_NOT_SUPPORTED);
    assert_int_equal(rig.answer.r12, PRIMUM_DOOR_VERSION);
    request.registers.r12--;
    request.registers.r[3] = 1;
    assert_refused(rig_ask(&request), PSA_ERROR_NOT_SUPPORTED);
}

static void test_privileged(void **state) {
    struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_KERNEL, 0, 0), 0);

    (void)state;
    rig_start();
    request.privileged = PRM_NO;
    assert_refused(rig_ask(&request), PSA_ERROR_NOT_PERMITTED);
    request.privileged = 0;
    assert_refused(rig_ask(&request), PSA_ERROR_NOT_PERMITTED);
    request.privileged = PRM_YES;
    assert_int_equal(rig_ask(&request), PSA_SUCCESS);
}

/* Each way in which an address can be wrong, of each vector, of the list itself, in an unprivileged call. */
static const struct {
    uint32_t base;
    uint32_t len;
    int in_is_fine;
    int kernel_is_fine;
} places[] = {
    {0, 4, 0, 0},
    {SECURE_RAM, 4, 0, 0},
    {PERIPHERAL, 4, 0, 0},
    {RAM - 2, 4, 0, 0},
    {RAM + RAM_SIZE - 2, 4, 0, 0},
    {IMAGE, 4, 1, 0},
    {IMAGE + IMAGE_SIZE - 2, 4, 0, 0},
    {RAM_CLOSED, 4, 0, 0},
    {RAM_CLOSED - 2, 4, 0, 0},
    {RAM_CLOSED + RAM_PART_SIZE - 2, 4, 0, 0},
    {RAM_READ_ONLY, 4, 1, 0},
    {RAM_READ_ONLY - 2, 4, 1, 0},
    {RAM_KERNEL, 4, 0, 1},
    {RAM_KERNEL + RAM_PART_SIZE - 2, 4, 0, 1},
    {0xFFFFFFFE, 4, 0, 0},
    {0xFFFFFFFF, 4, 0, 0},
};

static void test_places(void **state) {
    struct primum_vector v[4];

    (void)state;
    for (unsigned which = 0; which < 4; which++) {
        for (unsigned i = 0; i < COUNT_OF(places); i++) {
            for (unsigned kernel = 0; kernel < 2; kernel++) {
                set_up(v);
                v[which] = (struct primum_vector){places[i].base, places[i].len};
                struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 2, 2), LIST);
                request.privileged = kernel ? PRM_YES : PRM_NO;
                world_poke(LIST, v, sizeof v);
                if ((which < 2 && places[i].in_is_fine) || (kernel && places[i].kernel_is_fine))
                    assert_int_equal(rig_ask(&request), PSA_SUCCESS);
                else
                    assert_refused(rig_ask(&request), PSA_ERROR_INVALID_ARGUMENT);
            }
        }
    }
}

static void test_places_of_the_list(void **state) {
    struct primum_vector v[4];

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(places); i++) {
        set_up(v);
        struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 2, 2), places[i].base);
        request.privileged = PRM_NO;
        world_poke(places[i].base, v, sizeof v);
        if (places[i].base == IMAGE || places[i].base == RAM_READ_ONLY || places[i].base == RAM_READ_ONLY - 2)
            assert_int_equal(rig_ask(&request), PSA_SUCCESS);
        else
            assert_refused(rig_ask(&request), PSA_ERROR_INVALID_ARGUMENT);
    }
    /* Up to the last byte there is, and one further. */
    set_up(v);
    struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 2, 2), 0xFFFFFFE0);
    world_poke(0xFFFFFFE0, v, sizeof v);
    assert_int_equal(rig_ask(&request), PSA_SUCCESS);
    request.registers.r[1]++;
    assert_int_equal(rig_ask(&request), PSA_ERROR_INVALID_ARGUMENT);
}

static void test_sizes(void **state) {
    struct primum_vector v[4];
    static const struct {
        uint32_t which;
        uint32_t len;
        psa_status_t want;
    } cases[] = {
        {0, 0, PSA_ERROR_INVALID_ARGUMENT},          {0, 1, PSA_SUCCESS},
        {0, 64, PSA_SUCCESS},                        {0, 65, PSA_ERROR_INVALID_ARGUMENT},
        {0, 128, PSA_ERROR_INVALID_ARGUMENT},        {0, 0x80000000, PSA_ERROR_INVALID_ARGUMENT},
        {0, 0xFFFFFFFF, PSA_ERROR_INVALID_ARGUMENT}, {0, 0x10001, PSA_ERROR_INVALID_ARGUMENT},
        {1, 0, PSA_SUCCESS},                         {1, 33, PSA_ERROR_INVALID_ARGUMENT},
        {2, 0, PSA_SUCCESS},                         {2, 65, PSA_ERROR_INVALID_ARGUMENT},
        {2, 0x80000000, PSA_ERROR_INVALID_ARGUMENT}, {2, 0xFFFFFFFF, PSA_ERROR_INVALID_ARGUMENT},
        {3, 3, PSA_ERROR_INVALID_ARGUMENT},          {3, 5, PSA_ERROR_INVALID_ARGUMENT},
        {3, 0, PSA_ERROR_INVALID_ARGUMENT},          {3, 0x10004, PSA_ERROR_INVALID_ARGUMENT},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        set_up(v);
        v[cases[i].which].len = cases[i].len;
        if (cases[i].want == PSA_SUCCESS)
            assert_int_equal(rig_call(RIG_ECHO, v, 2, 2), PSA_SUCCESS);
        else
            assert_refused(rig_call(RIG_ECHO, v, 2, 2), cases[i].want);
    }
    /* An empty vector may point anywhere. */
    set_up(v);
    v[1] = (struct primum_vector){SECURE_RAM, 0};
    v[2] = (struct primum_vector){SECURE_RAM, 0};
    assert_int_equal(rig_call(RIG_ECHO, v, 2, 2), PSA_SUCCESS);
}

/* The largest message of an operation, and the door's room. */
static void test_largest(void **state) {
    struct primum_vector v[8];

    (void)state;
    rig_start();
    for (uint32_t i = 0; i < 8; i++)
        v[i] = (struct primum_vector){RAM + 0x400 + i * 0x40, 32};
    assert_int_equal(rig_call(RIG_FULL, v, 4, 4), PSA_SUCCESS);
    assert_int_equal(rig.answer.r[2], 32 | 32 << 16);
    assert_int_equal(rig.answer.r[3], 32 | 32 << 16);
    for (uint32_t i = 0; i < 8; i++) {
        rig_start();
        v[i].len = 33;
        assert_refused(rig_call(RIG_FULL, v, 4, 4), PSA_ERROR_INVALID_ARGUMENT);
        v[i].len = 32;
    }
    rig_start();
    v[0] = (struct primum_vector){RAM + 0x800, 1024};
    v[1] = (struct primum_vector){RAM + 0x1000, 1024};
    assert_int_equal(rig_call(RIG_BIG, v, 1, 1), PSA_SUCCESS);
    rig_start();
    v[0].len = 1025;
    assert_refused(rig_call(RIG_BIG, v, 1, 1), PSA_ERROR_INVALID_ARGUMENT);
    v[0].len = 2048;
    v[1].len = 0;
    assert_int_equal(rig_call(RIG_BIG, v, 1, 1), PSA_SUCCESS);
}

static void test_overlap(void **state) {
    struct primum_vector v[4];
    static const struct {
        struct primum_vector vector[4];
        psa_status_t want;
    } cases[] = {
        {{{IN0, 40}, {IN0 + 20, 8}, {OUT0, 64}, {OUT1, 4}}, PSA_SUCCESS}, /* inputs may */
        {{{IN0, 40}, {IN1, 8}, {IN0, 40}, {OUT1, 4}}, PSA_ERROR_INVALID_ARGUMENT},
        {{{IN0, 40}, {IN1, 8}, {IN0 + 39, 4}, {OUT1, 4}}, PSA_ERROR_INVALID_ARGUMENT},
        {{{IN0, 40}, {IN1, 8}, {IN0 + 40, 4}, {OUT1, 4}}, PSA_SUCCESS},
        {{{IN0, 40}, {IN1, 8}, {IN0 - 4, 5}, {OUT1, 4}}, PSA_ERROR_INVALID_ARGUMENT},
        {{{IN0, 40}, {IN1, 8}, {IN0 - 4, 4}, {OUT1, 4}}, PSA_SUCCESS},
        {{{IN0, 40}, {IN1, 8}, {IN0 + 4, 0}, {OUT1, 4}}, PSA_SUCCESS}, /* nothing overlaps nothing */
        {{{IN0, 40}, {IN1, 8}, {OUT0, 64}, {IN1 + 7, 4}}, PSA_ERROR_INVALID_ARGUMENT},
        {{{IN0, 40}, {IN1, 0}, {OUT0, 64}, {IN1, 4}}, PSA_SUCCESS},
        {{{IN0, 40}, {IN1, 8}, {OUT0, 64}, {OUT0 + 60, 4}}, PSA_ERROR_INVALID_ARGUMENT},
        {{{IN0, 40}, {IN1, 8}, {OUT0, 64}, {OUT0 + 64, 4}}, PSA_SUCCESS},
        {{{IN0, 40}, {IN1, 8}, {OUT0, 64}, {OUT0 - 1, 4}}, PSA_ERROR_INVALID_ARGUMENT},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++) {
        set_up(v);
        if (cases[i].want == PSA_SUCCESS)
            assert_int_equal(rig_call(RIG_ECHO, cases[i].vector, 2, 2), PSA_SUCCESS);
        else
            assert_refused(rig_call(RIG_ECHO, cases[i].vector, 2, 2), cases[i].want);
    }
}

/* The application changes its list as soon as it was copied: every address into one of the services'. */
static void turn_the_list(void) {
    const struct primum_vector secure = {SECURE_RAM, 64};

    for (uint32_t i = 0; i < 4; i++)
        world_poke(LIST + i * 8, &secure, sizeof secure);
}

static void test_changed_list(void **state) {
    struct primum_vector v[4];

    (void)state;
    set_up(v);
    world_meanwhile = turn_the_list;
    assert_int_equal(rig_call(RIG_ECHO, v, 2, 2), PSA_SUCCESS);
    assert_int_equal(rig.answer.r[2], 40 | 4 << 16);
    assert_int_equal(world_fetched_most(), 1);
}

static void turn_the_input(void) {
    const uint8_t other[40] = {0};

    world_poke(IN0, other, sizeof other);
}

static void test_changed_input(void **state) {
    struct primum_vector v[4];
    uint8_t before[40], out[40];

    (void)state;
    set_up(v);
    world_peek(before, IN0, 40);
    rig.pauses = 3;
    struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 2, 2), LIST);
    world_poke(LIST, v, sizeof v);
    assert_int_equal(rig_ask(&request), PSA_OPERATION_INCOMPLETE);
    turn_the_input();
    while (rig.answer.r[1] != 0) {
        request.registers.r[2] = rig.answer.r[1];
        (void)rig_ask(&request);
    }
    world_peek(out, OUT0, 40);
    assert_memory_equal(before, out, 40);
    assert_int_equal(world_fetched_most(), 1);
}

/* The application's MPU closes the outputs while the work goes on: none is written, and the door is free again. */
static void test_closed_meanwhile(void **state) {
    struct primum_vector v[4];

    (void)state;
    set_up(v);
    rig.pauses = 1;
    struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 2, 2), LIST);
    world_poke(LIST, v, sizeof v);
    assert_int_equal(rig_ask(&request), PSA_OPERATION_INCOMPLETE);
    world_ram_closed = 1;
    request.registers.r[2] = rig.answer.r[1];
    assert_int_equal(rig_ask(&request), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(world_stored(), 0);
    assert_int_equal(rig.answer.r[2], 0);
    world_ram_closed = 0;
    assert_int_equal(rig_call(RIG_ECHO, v, 2, 2), PSA_OPERATION_INCOMPLETE);
}

static void test_lies(void **state) {
    const struct primum_vector v = {OUT0, 16};

    (void)state;
    rig_start();
    assert_int_equal(rig_call(RIG_LIES, &v, 0, 1), PSA_ERROR_SERVICE_FAILURE);
    assert_int_equal(world_stored(), 0);
    assert_int_equal(rig.answer.r[2], 0);
}

static void test_invents(void **state) {
    (void)state;
    rig_start();
    assert_int_equal(rig_call(RIG_INVENTS, NULL, 0, 0), PSA_ERROR_SERVICE_FAILURE);
    assert_int_equal(rig.answer.r[3], 0);
    assert_int_equal(rig_call(RIG_NOTHING, NULL, 0, 0), PSA_SUCCESS);
    assert_int_equal(rig.answer.r[3], 0);
    assert_int_equal(world_stored(), 0);
}

static void test_fails(void **state) {
    const struct primum_vector v = {OUT0, 4};

    (void)state;
    rig_start();
    assert_int_equal(rig_call(RIG_FAILS, &v, 0, 1), PSA_ERROR_DATA_INVALID);
    assert_int_equal(world_stored(), 4);
}

/* What the caller finds if the port gets no further than the knock. */
static void test_knock(void **state) {
    struct prm_door_registers r = {{1, 2, 0, 4}, 5};

    (void)state;
    prm_door_knock(&r);
    assert_int_equal((psa_status_t)r.r[0], PSA_OPERATION_INCOMPLETE);
    assert_int_equal(r.r[1], PRIMUM_DOOR_ANEW);
    assert_int_equal(r.r12, PRIMUM_DOOR_VERSION);
    r = (struct prm_door_registers){{1, 2, 0x300, 4}, 5};
    prm_door_knock(&r);
    assert_int_equal(r.r[1], 0x300);
    const struct prm_door_registers request = {{1, 2, 0x300, 4}, 5};
    prm_door_turn_away(PSA_ERROR_BAD_STATE, &request, &r);
    assert_int_equal((psa_status_t)r.r[0], PSA_ERROR_BAD_STATE);
    assert_int_equal(r.r[1] | r.r[2] | r.r[3], 0);
    /* Who is turned away for now keeps its token: without it, it could never fetch what was made for it. */
    prm_door_turn_away(PSA_ERROR_CONNECTION_BUSY, &request, &r);
    assert_int_equal((psa_status_t)r.r[0], PSA_ERROR_CONNECTION_BUSY);
    assert_int_equal(r.r[1], 0x300);
}

/* Two callers: the work belongs to the first, the second helps and is told BUSY, and the result waits for the first. */
static void test_owner(void **state) {
    struct primum_vector v[4];

    (void)state;
    set_up(v);
    rig.pauses = 3;
    struct prm_door_request first = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_ECHO, 2, 2), LIST);
    struct prm_door_request second = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_NOTHING, 0, 0), 0);
    second.caller = OTHER_CALLER;
    world_poke(LIST, v, sizeof v);
    assert_int_equal(rig_ask(&first), PSA_OPERATION_INCOMPLETE);
    first.registers.r[2] = rig.answer.r[1];
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(rig_ask(&second), PSA_ERROR_CONNECTION_BUSY);
        assert_int_equal(rig.answer.r[1], 0);
    }
    assert_int_equal(rig.served, 1);
    assert_int_equal(world_stored(), 0);
    /* The right token from the wrong stack, and the wrong token from the right one. */
    struct prm_door_request thief = first;
    thief.caller = OTHER_CALLER;
    assert_int_equal(rig_ask(&thief), PSA_ERROR_CONNECTION_BUSY);
    assert_int_equal(rig.answer.r[1], thief.registers.r[2]);
    thief = first;
    thief.registers.r[2] += 0x100;
    assert_int_equal(rig_ask(&thief), PSA_ERROR_CONNECTION_BUSY);
    thief.registers.r[2] = 0; /* its own stack, but something new */
    assert_int_equal(rig_ask(&thief), PSA_ERROR_CONNECTION_BUSY);
    assert_int_equal(world_stored(), 0);
    assert_int_equal(rig_ask(&first), PSA_SUCCESS);
    assert_int_equal(rig.answer.r[2], 40 | 4 << 16);
    assert_int_equal(world_stored(), 44);
    /* Once. */
    assert_int_equal(rig_ask(&first), PSA_ERROR_INVALID_HANDLE);
    rig.pauses = 0;
    assert_int_equal(rig_ask(&second), PSA_SUCCESS);
    /* What was never begun is begun. */
    second.registers.r[2] = PRIMUM_DOOR_ANEW;
    assert_int_equal(rig_ask(&second), PSA_SUCCESS);
}

/* Tokens differ from call to call, for the 2^24 of them, and are never 0 nor ANEW. */
static void test_tokens(void **state) {
    struct prm_door_request request = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_NOTHING, 0, 0), 0);
    uint32_t last = 0;

    (void)state;
    rig_start();
    rig.pauses = 1;
    for (uint32_t i = 0; i < 70000; i++) {
        if (i == 35000)
            rig.door.token = 0xFFFFFF00u - 0x100u * 30u;
        request.registers.r[2] = 0;
        assert_int_equal(rig_ask(&request), PSA_OPERATION_INCOMPLETE);
        const uint32_t token = rig.answer.r[1];
        assert_true(token != last && token != 0 && token != PRIMUM_DOOR_ANEW && token % 0x100 == 0);
        last = token;
        request.registers.r[2] = token;
        while (rig.answer.r[1] != 0)
            (void)rig_ask(&request);
    }
}

/* A thread that is gone: its result is dropped by privileged code, and only when the work is done. */
static void test_abandon(void **state) {
    struct prm_door_request first = rig_request(PRIMUM_DOOR_CALL(RIG, RIG_NOTHING, 0, 0), 0);
    struct prm_door_request kernel = rig_request(PRIMUM_DOOR_CALL(PRIMUM_SERVICE_DOOR, PRIMUM_DOOR_ABANDON, 0, 0), 0);

    (void)state;
    rig_start();
    kernel.caller = OTHER_CALLER;
    rig.pauses = 2;
    assert_int_equal(rig_ask(&first), PSA_OPERATION_INCOMPLETE);
    first.registers.r[2] = rig.answer.r[1];
    assert_int_equal(rig_ask(&kernel), PSA_ERROR_CONNECTION_BUSY);
    assert_int_equal(rig_ask(&kernel), PSA_ERROR_CONNECTION_BUSY); /* that one finished it */
    rig.pauses = 0;
    kernel.privileged = PRM_NO;
    assert_int_equal(rig_ask(&kernel), PSA_ERROR_CONNECTION_BUSY);
    kernel.privileged = PRM_YES;
    assert_int_equal(rig_ask(&kernel), PSA_SUCCESS);
    assert_int_equal(rig_ask(&first), PSA_ERROR_INVALID_HANDLE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_call),         cmocka_unit_test(test_wiped),
        cmocka_unit_test(test_what_is_asked), cmocka_unit_test(test_stray_service),
        cmocka_unit_test(test_version),      cmocka_unit_test(test_privileged),
        cmocka_unit_test(test_places),       cmocka_unit_test(test_places_of_the_list),
        cmocka_unit_test(test_sizes),        cmocka_unit_test(test_largest),
        cmocka_unit_test(test_overlap),      cmocka_unit_test(test_changed_list),
        cmocka_unit_test(test_changed_input), cmocka_unit_test(test_closed_meanwhile),
        cmocka_unit_test(test_lies),         cmocka_unit_test(test_invents),
        cmocka_unit_test(test_fails),
        cmocka_unit_test(test_knock),        cmocka_unit_test(test_owner),
        cmocka_unit_test(test_tokens),       cmocka_unit_test(test_abandon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

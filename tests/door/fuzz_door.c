/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door, called by a caller that tries everything: registers, lists and addresses from the input, biased towards what is nearly right;
 * calls that are stopped and gone on with by others; memory and MPU that change meanwhile. What must hold: nothing is touched that isn't the caller's (world.c ends the process), no more is fetched than the list and the
 * inputs have bytes, and nobody but its owner gets an answer, or has it written, while a call is under way.
 */
#include "tests/door/rig.h"
#include "tests/fuzz/fuzz.h"

static const uint8_t *input;
static size_t left;

static uint8_t next(void) {
    if (left == 0)
        return 0;
    left--;
    return *input++;
}

static uint32_t next_word(void) {
    uint32_t word = next();

    word |= (uint32_t)next() << 8;
    word |= (uint32_t)next() << 16;
    return word | (uint32_t)next() << 24;
}

static uint32_t next_address(void) {
    static const uint32_t near_to[] = {RAM,           RAM + RAM_SIZE, RAM_CLOSED, RAM_READ_ONLY, RAM_KERNEL, IMAGE,
                                       IMAGE + IMAGE_SIZE, SECURE_RAM, PERIPHERAL, TOP, 0xFFFFFFFF, LIST};
    const uint8_t how = next();

    if (how < 0xA0) /* most often a good place */
        return RAM + 0x400 + (uint32_t)next() * 8;
    if (how < 0xF0)
        return near_to[how % (sizeof near_to / sizeof near_to[0])] + (uint32_t)(int8_t)next();
    return next_word();
}

static uint32_t next_len(void) {
    const uint8_t how = next();

    if (how < 0xE0)
        return how & 0x3F;
    return how < 0xF8 ? (uint32_t)next() * 16 + (how & 0xF) : next_word();
}

static void meanwhile(void) {
    const uint32_t address = next_address();
    const uint32_t word = next_word();

    world_poke(LIST + (next() & 0x3Cu), &address, sizeof address);
    world_poke(address, &word, sizeof word);
}

static uint32_t next_call(void) {
    /* How many vectors each operation of the rig has. */
    static const uint8_t shape[RIG_OPERATIONS][2] = {{2, 2}, {0, 0}, {0, 0}, {0, 1}, {4, 4},
                                                     {1, 1}, {0, 1}, {0, 0}, {0, 0}};
    const uint8_t how = next();

    if (how < 0xE8) {
        const uint32_t op = how % RIG_OPERATIONS;
        return PRIMUM_DOOR_CALL(RIG, op, shape[op][0], shape[op][1]);
    }
    return how < 0xF8 ? PRIMUM_DOOR_CALL(0, how & 1, 0, 0) : next_word();
}

static uint64_t calls;

static void say_calls(void) {
    fprintf(stderr, "%llu calls\n", (unsigned long long)calls);
}

/* Whose call is under way, as an onlooker knows it: no token, nobody's. */
static struct {
    uint32_t caller;
    uint32_t token;
} under_way;

static uint64_t bytes_of(uint32_t call) {
    uint64_t bytes = 0;
    struct primum_vector v;

    for (uint32_t i = 0; i < (call & 0xFF) && i < PRIMUM_DOOR_VECTORS; i++) {
        world_peek(&v, LIST + i * 8, sizeof v);
        bytes += v.len;
    }
    return bytes + ((call & 0xFF) + (call >> 8 & 0xFF)) * 8;
}

/* Somebody else than the owner, while a call is under way: turned away, unless it is privileged and abandons it. */
static void judge_stranger(const struct prm_door_request *request) {
    const psa_status_t status = (psa_status_t)rig.answer.r[0];

    if (status == PSA_SUCCESS || status == PSA_OPERATION_INCOMPLETE) {
        MUST(request->registers.r[0] == PRIMUM_DOOR_CALL(0, PRIMUM_DOOR_ABANDON, 0, 0));
        MUST(request->privileged == PRM_YES);
        under_way.caller = request->caller;
        under_way.token = rig.answer.r[1];
    } else if (status == PSA_ERROR_INVALID_HANDLE) { /* it abandoned, with a token of its own */
        under_way.token = 0;
    } else {
        MUST(status == PSA_ERROR_CONNECTION_BUSY || status == PSA_ERROR_NOT_SUPPORTED);
    }
}

static void judge(const struct prm_door_request *request, uint64_t most) {
    const int busy = under_way.token != 0;
    const int owner = busy && request->caller == under_way.caller && request->registers.r[2] == under_way.token;

    MUST(rig.answer.r12 == PRIMUM_DOOR_VERSION);
    MUST(world_trespasses == 0);
    MUST(world_stored() == 0 || !busy || owner);
    MUST(world_fetched() <= (busy ? 0 : most));
    if (busy && !owner) {
        judge_stranger(request);
        return;
    }
    under_way.caller = request->caller;
    if (!owner || request->registers.r12 == PRIMUM_DOOR_VERSION)
        under_way.token = rig.answer.r[1];
}

static void one_call(uint32_t token[2]) {
    const uint8_t how = next();
    const uint32_t who = how & 1;
    struct prm_door_request request = rig_request(next_call(), (how & 0x0E) != 0 ? LIST : next_address());

    request.caller = who ? OTHER_CALLER : CALLER;
    request.privileged = (how & 0x10) != 0 ? PRM_YES : PRM_NO;
    request.registers.r[2] = (how & 0xC0) != 0 ? token[who] : (how & 0x20) != 0 ? token[!who] : next_word();
    if (how == 0xFF)
        request.registers.r12 = next_word();
    for (uint32_t i = 0; i < (request.registers.r[0] & 7) + (request.registers.r[0] >> 8 & 7); i++) {
        const struct primum_vector v = {next_address(), next_len()};
        world_poke(LIST + i * 8, &v, sizeof v);
    }
    rig.pauses = next() & 3;
    world_ram_closed = next() > 0xF0;
    world_meanwhile = next() > 0x80 ? meanwhile : NULL;
    world_count_anew();
    const uint64_t most = request.registers.r[1] == LIST ? bytes_of(request.registers.r[0]) : UINT32_MAX;
    (void)rig_ask(&request);
    calls++;
    judge(&request, most);
    token[who] = rig.answer.r[1];
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    uint8_t seed[512];

    (void)argc;
    (void)argv;
    for (unsigned i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(i * 37 + (i >> 3));
    fuzz_seed(seed, sizeof seed);
    (void)atexit(say_calls);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int started;
    uint32_t token[2] = {0, 0};

    /* Contents of the world are left as they are: nothing hangs on them. */
    if (!started++)
        world_reset();
    rig_reopen();
    under_way.token = 0;
    input = data;
    left = size;
    while (left > 0)
        one_call(token);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "door/door.h"

#include <string.h>

enum state { FREE = 0x46F2, ADMITTED = 0x41D4, WORKS = 0x579A, HAS_RESULT = 0x5265 };

enum { TOKEN_STEP = 0x100, ALIGN = 8 };

/* The list of vectors, as the caller wrote it: copied once. */
struct list {
    uint32_t inputs;
    uint32_t n;
    struct primum_vector vector[2 * PRIMUM_DOOR_VECTORS];
};

void prm_door_init(struct prm_door *door, const struct prm_door_service *services, uint32_t services_count,
                   const struct prm_caller *memory, const struct prm_door_worker *worker) {
    prm_wipe(door, sizeof *door);
    door->services = services;
    door->services_count = services_count;
    door->memory = memory;
    door->worker = worker;
    door->state = FREE;
}

static void tell(psa_status_t status, uint32_t token, struct prm_door_registers *answer) {
    *answer = (struct prm_door_registers){.r = {(uint32_t)status, token}, .r12 = PRIMUM_DOOR_VERSION};
}

static void put_off(uint32_t token, struct prm_door_registers *answer) {
    tell(PSA_OPERATION_INCOMPLETE, token, answer);
}

void prm_door_turn_away(psa_status_t status, const struct prm_door_registers *request, struct prm_door_registers *answer) {
    tell(status, status == PSA_ERROR_CONNECTION_BUSY ? request->r[2] : 0, answer);
}

void prm_door_knock(struct prm_door_registers *registers) {
    put_off(registers->r[2] == 0 ? PRIMUM_DOOR_ANEW : registers->r[2], registers);
}

/* What the first register asks for; the row of the table, or NULL. */
static const struct prm_door_op *find(struct prm_door *door, uint32_t call) {
    const uint32_t service = call >> 24;
    const uint32_t operation = call >> 16 & 0xFFu;

    if (service >= door->services_count || door->services[service].service != service)
        return NULL;
    door->service = &door->services[service];
    if (operation >= door->service->operations || door->service->op[operation].operation != operation)
        return NULL;
    return &door->service->op[operation];
}

static uint32_t vectors(const struct prm_door_size *size) {
    uint32_t n = 0;

    while (n < PRIMUM_DOOR_VECTORS && size[n].max != 0)
        n++;
    return n;
}

/* Neither wraps: their ranges were looked at before. */
static int overlap(const struct primum_vector *a, const struct primum_vector *b) {
    return a->len != 0 && b->len != 0 && (a->base - b->base < b->len || b->base - a->base < a->len);
}

static int may(const struct prm_door *door, const struct primum_vector *v, enum prm_caller_use use) {
    return door->memory->may(door->memory->ctx, v->base, v->len, use, door->privileged) == PRM_YES;
}

/* Copies the list; what it says is looked at from then on. */
static psa_status_t load_list(const struct prm_door *door, const uint32_t r[4], struct list *list) {
    list->inputs = vectors(door->op->in);
    const uint32_t outputs = vectors(door->op->out);
    const struct primum_vector whole = {r[1], (list->inputs + outputs) * (uint32_t)sizeof(struct primum_vector)};

    list->n = list->inputs + outputs;
    if ((r[0] & 0xFFFFu) != (outputs << 8 | list->inputs))
        return PSA_ERROR_INVALID_ARGUMENT;
    if (list->n == 0)
        return PSA_SUCCESS;
    if (!may(door, &whole, PRM_CALLER_READ))
        return PSA_ERROR_INVALID_ARGUMENT;
    door->memory->fetch(door->memory->ctx, list->vector, whole.base, whole.len);
    return PSA_SUCCESS;
}

/* An empty vector has no address: where it points isn't looked at, now or later. */
static int is_fit(const struct prm_door *door, const struct list *list, uint32_t i) {
    const struct primum_vector *v = &list->vector[i];
    const int is_output = i >= list->inputs;
    const struct prm_door_size *size = is_output ? &door->op->out[i - list->inputs] : &door->op->in[i];

    if (v->len < size->min || v->len > size->max)
        return 0;
    if (v->len != 0 && !may(door, v, is_output ? PRM_CALLER_WRITE : PRM_CALLER_READ))
        return 0;
    for (uint32_t k = 0; k < i; k++) {
        if (is_output && overlap(v, &list->vector[k]))
            return 0;
    }
    return 1;
}

/* Every vector, its room in the door's memory included. */
static psa_status_t check_list(struct prm_door *door, const struct list *list) {
    uint32_t used = 0;
    uint32_t bytes = 0;

    for (uint32_t i = 0; i < list->n; i++) {
        if (!is_fit(door, list, i))
            return PSA_ERROR_INVALID_ARGUMENT;
        /* No sum wraps: no row's size is above 16 bits. */
        bytes += list->vector[i].len;
        used += (list->vector[i].len + ALIGN - 1) & ~(uint32_t)(ALIGN - 1);
        if (bytes > door->op->largest || used > sizeof door->room)
            return PSA_ERROR_INVALID_ARGUMENT;
    }
    return PSA_SUCCESS;
}

/* Gives each vector its place, and brings in the inputs. */
static void copy_in(struct prm_door *door, const struct list *list) {
    struct prm_door_message *m = &door->message;
    uint32_t at = 0;

    for (uint32_t i = 0; i < list->n; i++) {
        const struct primum_vector *v = &list->vector[i];
        if (i < list->inputs) {
            m->in[i].ptr = &door->room[at];
            m->in[i].len = v->len;
            door->memory->fetch(door->memory->ctx, &door->room[at], v->base, v->len);
        } else {
            m->out[i - list->inputs].ptr = &door->room[at];
            m->out[i - list->inputs].size = v->len;
            door->out_at[i - list->inputs] = v->base;
        }
        at += (v->len + ALIGN - 1) & ~(uint32_t)(ALIGN - 1);
    }
    door->used = at;
    door->inputs = list->inputs;
    door->outputs = list->n - list->inputs;
}

/* Of 2^24 calls one has the token that another had. 0 and ANEW are nobody's. */
static uint32_t next_token(uint32_t token) {
    token += TOKEN_STEP;
    return token == 0 || token > PRIMUM_DOOR_ANEW - TOKEN_STEP ? TOKEN_STEP : token;
}

/* Something new: from here on the door is the caller's, unless this refuses. */
static psa_status_t admit(struct prm_door *door, const struct prm_door_request *request) {
    const uint32_t *r = request->registers.r;
    struct list list;

    door->privileged = request->privileged;
    door->op = find(door, r[0]);
    if (door->op == NULL)
        return PSA_ERROR_NOT_SUPPORTED;
    if ((door->op->flags & PRM_DOOR_PRIVILEGED) != 0 && door->privileged != PRM_YES)
        return PSA_ERROR_NOT_PERMITTED;
    psa_status_t status = load_list(door, r, &list);
    if (status == PSA_SUCCESS)
        status = check_list(door, &list);
    if (status != PSA_SUCCESS)
        return status;
    copy_in(door, &list);
    door->owner = request->caller;
    door->token = next_token(door->token);
    door->status = PSA_ERROR_SERVICE_FAILURE;
    door->state = ADMITTED;
    return PSA_SUCCESS;
}

/* Word by word, and no more of them than there are: an empty call is to be quick. */
static void leave(struct prm_door *door) {
    struct prm_door_message *m = &door->message;

    for (uint32_t i = 0; i < door->inputs; i++) {
        m->in[i].ptr = NULL;
        m->in[i].len = 0;
    }
    for (uint32_t i = 0; i < door->outputs; i++) {
        m->out[i].ptr = NULL;
        m->out[i].size = 0;
    }
    for (uint32_t i = 0; i < PRIMUM_DOOR_VECTORS; i++)
        m->out[i].len = 0;
    prm_wipe(door->room, door->used);
    door->used = 0;
    door->state = FREE;
}

static int abandons(const struct prm_door_request *request) {
    return request->registers.r[0] == PRIMUM_DOOR_CALL(PRIMUM_SERVICE_DOOR, PRIMUM_DOOR_ABANDON, 0, 0) &&
           request->privileged == PRM_YES;
}

prm_answer prm_door_begin(struct prm_door *door, const struct prm_door_request *request,
                          struct prm_door_registers *answer) {
    const uint32_t token = request->registers.r[2];
    psa_status_t status = PSA_ERROR_INVALID_HANDLE;

    if (request->registers.r12 != PRIMUM_DOOR_VERSION || request->registers.r[3] != 0) {
        tell(PSA_ERROR_NOT_SUPPORTED, 0, answer);
        return PRM_NO;
    }
    if (door->state == HAS_RESULT && abandons(request))
        leave(door);
    if (door->state != FREE) {
        prm_door_turn_away(PSA_ERROR_CONNECTION_BUSY, &request->registers, answer);
        if (token == door->token && request->caller == door->owner)
            put_off(token, answer);
        return PRM_YES;
    }
    if (token == 0 || token == PRIMUM_DOOR_ANEW)
        status = admit(door, request);
    tell(status, 0, answer);
    if (status != PSA_SUCCESS)
        return PRM_NO;
    put_off(door->token, answer);
    return PRM_YES;
}

static void serve(void *arg) {
    struct prm_door *door = arg;

    door->status = door->op->serve(door->service->ctx, &door->message);
}

void prm_door_work(struct prm_door *door) {
    prm_answer finished = PRM_NO;

    if (door->state == ADMITTED) {
        door->state = WORKS;
        finished = door->worker->begin(serve, door);
    } else if (door->state == WORKS) {
        finished = door->worker->resume();
    }
    if (finished == PRM_YES)
        door->state = HAS_RESULT;
}

/* All outputs or none: what the caller's world made of its memory since is looked at for each before the first is written. */
static psa_status_t copy_out(const struct prm_door *door) {
    const struct prm_door_message *m = &door->message;

    /* Also of those that the call hasn't got: an operation might have made one up. */
    for (uint32_t i = 0; i < PRIMUM_DOOR_VECTORS; i++) {
        const struct primum_vector v = {door->out_at[i], m->out[i].len};
        if (v.len > m->out[i].size)
            return PSA_ERROR_SERVICE_FAILURE;
        if (v.len != 0 && !may(door, &v, PRM_CALLER_WRITE))
            return PSA_ERROR_INVALID_ARGUMENT;
    }
    for (uint32_t i = 0; i < door->outputs; i++) {
        if (m->out[i].len != 0)
            door->memory->store(door->memory->ctx, door->out_at[i], m->out[i].ptr, m->out[i].len);
    }
    return door->status;
}

void prm_door_end(struct prm_door *door, struct prm_door_registers *answer) {
    const struct prm_door_message *m = &door->message;

    /* What begin said stands: still at work, or busy for another, since it puts off none but the owner. */
    if (door->state != HAS_RESULT || answer->r[0] != (uint32_t)PSA_OPERATION_INCOMPLETE)
        return;
    const psa_status_t status = copy_out(door);
    tell(status, 0, answer);
    if (status == door->status) {
        answer->r[2] = m->out[0].len | m->out[1].len << 16;
        answer->r[3] = m->out[2].len | m->out[3].len << 16;
    }
    leave(door);
}

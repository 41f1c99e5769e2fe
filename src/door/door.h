/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door.h - the one entry from the application: include/primum/door.h, as the services keep it.
 *
 * An operation is a row of a table: which vectors it has, of which sizes. The door alone looks at the caller's addresses. It
 * copies the vectors' list once, checks all of it, copies the inputs once, and from then on works on the copies; outputs are made
 * in its own memory and copied out once, after they were checked again. One call at a time: a call that isn't finished
 * belongs to the caller it began with, and is gone on with by whoever comes, so that who waits helps.
 *
 * Owns one message's memory (PRM_DOOR_ROOM), wiped after each call.
 */
#ifndef PRM_DOOR_H
#define PRM_DOOR_H

#include <stddef.h>

#include "primum/door.h"
#include "seam/caller.h"

#define PRM_DOOR_ROOM 2048u /* bytes of a message, inputs and outputs, each from a multiple of 8 on */

/* An operation's message, in the door's memory. `out[i].len` is 0 at first, and may be raised up to `out[i].size`. */
struct prm_door_message {
    struct {
        const void *ptr;
        uint32_t len;
    } in[PRIMUM_DOOR_VECTORS];
    struct {
        void *ptr;
        uint32_t size;
        uint32_t len;
    } out[PRIMUM_DOOR_VECTORS];
};

/* Bytes. A vector whose largest size is 0 doesn't exist; those that do come first. */
struct prm_door_size {
    uint16_t min;
    uint16_t max;
};

enum prm_door_flags { PRM_DOOR_PRIVILEGED = 1 /* of callers that may not: PSA_ERROR_NOT_PERMITTED */ };

struct prm_door_op {
    uint8_t operation; /* its index in the table: a row that isn't in its place doesn't exist */
    uint8_t flags;
    uint16_t largest; /* the most bytes, in and out together */
    struct prm_door_size in[PRIMUM_DOOR_VECTORS];
    struct prm_door_size out[PRIMUM_DOOR_VECTORS];
    psa_status_t (*serve)(void *ctx, struct prm_door_message *message);
};

struct prm_door_service {
    uint8_t service; /* its index among the services */
    uint8_t operations;
    const struct prm_door_op *op;
    void *ctx;
};

/* The caller's registers r0 to r3 and r12, as it came, and then what they become. */
struct prm_door_registers {
    uint32_t r[4];
    uint32_t r12;
};

struct prm_door_request {
    struct prm_door_registers registers;
    uint32_t caller;       /* where its stack was: whom the answer is for */
    prm_answer privileged; /* PRM_YES or PRM_NO */
};

/*
 * How the port does the work: calls `work(arg)` on a stack of its own, or goes on with it. PRM_YES: it came back; PRM_NO: it was
 * stopped, since something waits that is more urgent than the caller.
 */
struct prm_door_worker {
    prm_answer (*begin)(void (*work)(void *arg), void *arg);
    prm_answer (*resume)(void);
};

/* Treat as opaque. */
struct prm_door {
    const struct prm_door_service *services;
    uint32_t services_count;
    const struct prm_caller *memory;
    const struct prm_door_worker *worker;
    uint32_t state;      /* free, at work, or with a result */
    uint32_t token;      /* of the call under way, or the last one: index of the room (0), and generation */
    uint32_t owner;      /* the caller of the call under way */
    prm_answer privileged;
    const struct prm_door_service *service;
    const struct prm_door_op *op;
    struct prm_door_message message;
    uint32_t inputs; /* of this message, and outputs: what lies behind them is zero */
    uint32_t outputs;
    uint32_t out_at[PRIMUM_DOOR_VECTORS]; /* the caller's */
    psa_status_t status;
    uint32_t used; /* of the room */
    _Alignas(8) uint8_t room[PRM_DOOR_ROOM];
};

/* The tables and what they point at are borrowed. */
void prm_door_init(struct prm_door *door, const struct prm_door_service *services, uint32_t services_count,
                   const struct prm_caller *memory, const struct prm_door_worker *worker);

/*
 * A call is three steps of the port's, and between two of them it looks whether the caller is still the one that the core would
 * go on with. What `answer` says after each step is put into the caller's registers at once.
 *   1. prm_door_begin() checks and copies in. PRM_NO: it is answered, there is nothing more to do.
 *   2. prm_door_work() works as long as it may: for whoever the work belongs to.
 *   3. prm_door_end() copies out, if what begin said was "come again" and the work is done.
 * Before the first one the registers say what prm_door_knock() makes of them: nothing was done, ask anew.
 */
void prm_door_knock(struct prm_door_registers *registers);
prm_answer prm_door_begin(struct prm_door *door, const struct prm_door_request *request,
                          struct prm_door_registers *answer);
void prm_door_work(struct prm_door *door);
void prm_door_end(struct prm_door *door, struct prm_door_registers *answer);

/* What a caller is told that may not call from where it is: BAD_STATE; or not now: CONNECTION_BUSY, and it keeps its token. */
void prm_door_turn_away(psa_status_t status, const struct prm_door_registers *request, struct prm_door_registers *answer);

#endif

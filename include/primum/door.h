/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door.h - how an application asks the services for something: one address, one table of services and operations.
 *
 * The address (`primum_door`, a fact of the port) is Secure memory that is not callable: the branch to it faults, and the fault
 * is the call. The core has then put the caller's registers on the caller's own stack, where the services find the request and
 * leave the answer. Nothing Secure is ever on a stack that a kernel could switch.
 *
 *     register   request                                     answer
 *     r0         service << 24 | operation << 16             status: the operation's, or one of the door's below
 *                | outputs << 8 | inputs
 *     r1         address of the vectors: inputs, outputs     0: finished; else the token to ask again with
 *     r2         token: 0 for something new                  lengths of output 0, and 1 << 16
 *     r3         0                                           lengths of output 2, and 3 << 16
 *     r12        PRIMUM_DOOR_VERSION                         PRIMUM_DOOR_VERSION, of the services
 *
 * An application calls the functions of include/psa and include/primum, which sdk/ implements over primum_door_call().
 */
#ifndef PRIMUM_DOOR_H
#define PRIMUM_DOOR_H

#include <stdint.h>

#include "psa/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Both sides compare it. It changes with anything in this file, or in the numbers and structs of an operation. */
#define PRIMUM_DOOR_VERSION 0x44520001u

#define PRIMUM_DOOR_VECTORS 4u /* inputs at most, and outputs at most */

#define PRIMUM_DOOR_CALL(service, operation, inputs, outputs) \
    ((uint32_t)(service) << 24 | (uint32_t)(operation) << 16 | (uint32_t)(outputs) << 8 | (uint32_t)(inputs))

/* A token that stands for: nothing was begun, ask anew. */
#define PRIMUM_DOOR_ANEW 0xFFFFFFFFu

/*
 * What the door itself answers: NOT_SUPPORTED (another version, or no such service or operation), INVALID_ARGUMENT (a vector
 * that isn't the caller's, overlaps an output, or has a size that the operation doesn't take), BAD_STATE (called from an
 * interrupt), CONNECTION_BUSY (the door works for another; the token is the caller's own), INVALID_HANDLE (a token that isn't, or no longer).
 */

/* A piece of the caller's memory. */
struct primum_vector {
    uint32_t base;
    uint32_t len; /* of an output: the room that is there */
};

/* Numbers of services, and the operations that every door has. */
enum primum_service { PRIMUM_SERVICE_DOOR, PRIMUM_SERVICE_UPDATE, PRIMUM_SERVICE_RANDOM };
enum primum_door_operation {
    PRIMUM_DOOR_NOTHING, /* answers PSA_SUCCESS: is there a door, of this version? */
    PRIMUM_DOOR_ABANDON, /* by privileged code alone: the result of a thread that is gone is dropped; BUSY: it still works */
    PRIMUM_DOOR_OPERATIONS
};

#ifdef __cplusplus
}
#endif

#endif

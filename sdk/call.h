/* SPDX-License-Identifier: Apache-2.0 */
/* call.h - one call through the door, for the functions of this library. */
#ifndef PRIMUM_SDK_CALL_H
#define PRIMUM_SDK_CALL_H

#include <stddef.h>

#include "primum/door.h"

/* A piece of this world's memory, of which only the number goes through the door. */
static inline struct primum_vector primum_piece(const void *base, size_t len) {
    return (struct primum_vector){(uint32_t)(uintptr_t)base, (uint32_t)len};
}

/*
 * Calls until there is an answer. `call` is a PRIMUM_DOOR_CALL(); `vectors` are the inputs, then the outputs. `lengths`, or
 * NULL: gets the two words with the lengths of the outputs. Beside what the operation says, any error of primum/door.h;
 * NOT_SUPPORTED also if the services are of another version than this library.
 */
psa_status_t primum_door_call(uint32_t call, const struct primum_vector *vectors, uint32_t lengths[2]);

/*
 * What a thread does while the door works for another, before it asks again. door_spin.c does nothing, which is right where there
 * are no threads; with a kernel, link a function that sleeps for a tick: the owner can then fetch its answer, whatever the
 * priorities. Asking helps: the work goes on meanwhile.
 */
void primum_door_wait(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/call.h"

/* The port's linker script has it. Nothing is there: the branch itself is the call. */
extern const char primum_door[];

struct answer {
    psa_status_t status;
    uint32_t token;
    uint32_t lengths[2];
    uint32_t version;
};

/* The core puts r0 to r3 and r12 where the services read and change them; every other register comes back as it was. */
static struct answer knock(uint32_t call, const struct primum_vector *vectors, uint32_t token) {
    register uint32_t r0 __asm__("r0") = call;
    register uint32_t r1 __asm__("r1") = (uint32_t)(uintptr_t)vectors;
    register uint32_t r2 __asm__("r2") = token;
    register uint32_t r3 __asm__("r3") = 0;
    register uint32_t r12 __asm__("r12") = PRIMUM_DOOR_VERSION;

    __asm__ volatile("blx %5"
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r12)
                     : "r"((uint32_t)(uintptr_t)primum_door | 1u)
                     : "lr", "cc", "memory");
    return (struct answer){(psa_status_t)r0, r1, {r2, r3}, r12};
}

psa_status_t primum_door_call(uint32_t call, const struct primum_vector *vectors, uint32_t lengths[2]) {
    struct answer answer = {.token = 0};

    do {
        answer = knock(call, vectors, answer.token);
        if (answer.version != PRIMUM_DOOR_VERSION)
            return PSA_ERROR_NOT_SUPPORTED;
        if (answer.status == PSA_ERROR_CONNECTION_BUSY)
            primum_door_wait();
    } while (answer.token != 0 || answer.status == PSA_ERROR_CONNECTION_BUSY);
    if (lengths != NULL) {
        lengths[0] = answer.lengths[0];
        lengths[1] = answer.lengths[1];
    }
    return answer.status;
}

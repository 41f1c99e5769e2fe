/* SPDX-License-Identifier: Apache-2.0 */
/* rig.h - a door with operations of its own behind it, and a caller in the simulated world. */
#ifndef PRM_TESTS_DOOR_RIG_H
#define PRM_TESTS_DOOR_RIG_H

#include "tests/door/world.h"

/* The operations of service 1, RIG. */
enum {
    RIG_ECHO,    /* in: 1 to 64 bytes, 0 to 32; out: up to 64, exactly 4. Gives back the first input, and its length. */
    RIG_NOTHING, /* no vectors */
    RIG_KERNEL,  /* no vectors, for privileged code */
    RIG_LIES,    /* out: up to 16; says that it made one more than there is room for */
    RIG_FULL,    /* four inputs and four outputs of 0 to 64 bytes, 256 in all */
    RIG_BIG,     /* in: up to 2,048; out: up to 2,048 */
    RIG_FAILS,   /* out: 4; fails, having made them */
    RIG_INVENTS, /* no vectors; makes an output up */
    RIG_STRAY,   /* its row says that it is another */
    RIG_OPERATIONS
};
enum { RIG = 1, CALLER = RAM + 0x3F00, OTHER_CALLER = RAM + 0x3E00, LIST = RAM + 0x100 };

struct rig {
    struct prm_door door;
    uint32_t pauses;  /* how often the worker is stopped before it finishes */
    uint32_t served;  /* calls that reached an operation */
    uint32_t lengths[2];
    struct prm_door_registers answer;
};

extern struct rig rig;

void rig_start(void);
/* The same, but the world stays. */
void rig_reopen(void);

/* As the port does it: every step, for a caller that is there all the time. */
psa_status_t rig_ask(const struct prm_door_request *request);

/* One call, with what the caller put at LIST before. */
psa_status_t rig_call(uint32_t operation, const struct primum_vector *vectors, uint32_t inputs, uint32_t outputs);

struct prm_door_request rig_request(uint32_t call, uint32_t list);

extern const struct prm_door_service rig_services[];
enum { RIG_SERVICES = 2 };

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* sim_map.h - a file of this machine as memory, and the fault hook; inside ports/sim only. */
#ifndef PRM_PORTS_SIM_MAP_H
#define PRM_PORTS_SIM_MAP_H

#include "ports/sim/sim.h"

/* Maps the whole file for reading and writing; NULL with errno set on failure or if it is empty. Owns: the caller
 * unmaps. */
uint8_t *prm_sim_map(const char *path, size_t *size);

/* Writes back and unmaps; nothing to do if `size` is 0. 0, or -1 with errno set. */
int prm_sim_unmap(uint8_t *bytes, size_t size);

/* Asks the hook, if there is one. */
prm_result prm_sim_ask(struct prm_sim_fault *fault, enum prm_sim_op op);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* host_map.h - a file of this machine as memory, and the fault hook; inside ports/host only. */
#ifndef PRM_PORTS_HOST_MAP_H
#define PRM_PORTS_HOST_MAP_H

#include "ports/host/host.h"

/* Maps the whole file for reading and writing; NULL with errno set on failure or if it is empty. Owns: the caller
 * unmaps. */
uint8_t *prm_host_map(const char *path, size_t *size);

/* Writes back and unmaps; nothing to do if `size` is 0. 0, or -1 with errno set. */
int prm_host_unmap(uint8_t *bytes, size_t size);

/* Asks the hook, if there is one. */
prm_result prm_host_ask(struct prm_host_fault *fault, enum prm_host_op op);

#endif

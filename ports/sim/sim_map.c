/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/sim/sim_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

uint8_t *prm_sim_map(const char *path, size_t *size) {
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    struct stat st;
    void *map = MAP_FAILED;

    *size = 0;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0) {
        if (st.st_size > 0)
            map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        else
            errno = ENODATA;
    }
    const int saved = errno;
    close(fd);
    errno = saved;
    if (map == MAP_FAILED)
        return NULL;
    *size = (size_t)st.st_size;
    return map;
}

int prm_sim_unmap(uint8_t *bytes, size_t size) {
    if (size == 0)
        return 0;
    const int synced = msync(bytes, size, MS_SYNC);
    return munmap(bytes, size) == 0 && synced == 0 ? 0 : -1;
}

prm_result prm_sim_ask(struct prm_sim_fault *fault, enum prm_sim_op op) {
    if (fault == NULL || fault->before == NULL)
        return PRM_OK;
    return fault->before(fault->ctx, op, fault->calls++);
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "host/keys/hss_grow.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "host/file/file.h"

#define THREADS_MAX 64
#define TICK_NS 50000000L /* between looks at the work: 0.05 s */

struct crew {
    void (*work)(void *ctx, uint32_t i);
    void *ctx;
    uint32_t count;
    atomic_uint next, done;
};

static void *member(void *arg) {
    struct crew *crew = arg;

    for (uint32_t i; (i = atomic_fetch_add(&crew->next, 1u)) < crew->count;) {
        crew->work(crew->ctx, i);
        atomic_fetch_add(&crew->done, 1u);
    }
    return NULL;
}

static int cores(void) {
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    const int n = CPU_COUNT(&set);
    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : n;
}

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Tells of the work until it is done. */
static void watch(struct crew *crew, const char *title) {
    const struct timespec tick = {0, TICK_NS};
    const double start = now();
    uint32_t done;

    while ((done = atomic_load(&crew->done)) < crew->count) {
        primum_progress(title, done, crew->count, now() - start);
        nanosleep(&tick, NULL);
    }
    primum_progress(title, done, crew->count, now() - start);
}

void hss_grow(void (*work)(void *ctx, uint32_t i), void *ctx, uint32_t count, int threads, const char *title) {
    struct crew crew = {.work = work, .ctx = ctx, .count = count};
    pthread_t id[THREADS_MAX];
    const int wanted = threads ? cores() : 0;
    int had = 0;

    /* Where there is something to tell, the caller tells it; else it is one of the crew. */
    const int others = title != NULL ? wanted : wanted - 1;
    while (had < others && pthread_create(&id[had], NULL, member, &crew) == 0)
        had++;
    if (title != NULL && had > 0)
        watch(&crew, title);
    else
        (void)member(&crew);
    for (int i = 0; i < had; i++)
        pthread_join(id[i], NULL);
}

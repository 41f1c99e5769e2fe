/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "host/keys/hss_grow.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 64
#define BAR 40u
#define TICK_NS 50000000L /* between looks at the work: 0.05 s */
#define LINE_S 5.0        /* between lines, where there is no terminal to draw a bar on */

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

static void draw(const char *title, uint32_t done, uint32_t count, double elapsed) {
    char bar[BAR + 1u];
    const uint32_t full = (uint32_t)((uint64_t)done * BAR / count);
    const double left = done > 0 ? elapsed * (double)(count - done) / (double)done : 0;

    memset(bar, '.', BAR);
    memset(bar, '#', full);
    bar[BAR] = '\0';
    fprintf(stderr, "\r%s [%s] %3u %%, %.0f s left   ", title, bar, (unsigned)((uint64_t)done * 100u / count), left);
    fflush(stderr);
}

/* Shows the work until it is done. */
static void watch(struct crew *crew, const char *title) {
    const struct timespec tick = {0, TICK_NS};
    const double start = now();
    const int terminal = isatty(STDERR_FILENO);
    double said = start;
    uint32_t done;
    int shown = 0;

    while ((done = atomic_load(&crew->done)) < crew->count) {
        const double elapsed = now() - start;
        if (terminal && elapsed > 0.5) {
            draw(title, done, crew->count, elapsed);
            shown = 1;
        } else if (!terminal && now() - said > LINE_S) {
            fprintf(stderr, "%s: %u %%, %.0f s so far\n", title, (unsigned)((uint64_t)done * 100u / crew->count),
                    elapsed);
            said = now();
        }
        nanosleep(&tick, NULL);
    }
    if (shown) {
        draw(title, done, crew->count, now() - start);
        fputc('\n', stderr);
    }
}

void hss_grow(void (*work)(void *ctx, uint32_t i), void *ctx, uint32_t count, int threads, const char *title) {
    struct crew crew = {.work = work, .ctx = ctx, .count = count};
    pthread_t id[THREADS_MAX];
    const int wanted = threads ? cores() : 0;
    int had = 0;

    /* With a bar to draw, the caller draws; without, it is one of the crew. */
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

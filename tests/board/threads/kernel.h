/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel.h - a small preemptive kernel for tests, as an application would bring its own: a tick of random length, a switch in
 * PendSV, stacks and FPU registers of the threads' own. It knows nothing of the services: no hook, no lock. At each tick it
 * goes on with a thread at random, or with the urgent one if that is awake.
 */
#ifndef TESTS_BOARD_THREADS_KERNEL_H
#define TESTS_BOARD_THREADS_KERNEL_H

#include <stdint.h>

enum { KERNEL_THREADS = 3, KERNEL_STACK_WORDS = 512, KERNEL_URGENT = 0 };

struct kernel_thread {
    void (*entry)(void);
    uint32_t unprivileged; /* 1: CONTROL.nPRIV */
};

/* What was seen from the interrupts. */
struct kernel_seen {
    uint32_t ticks;
    uint32_t switches;      /* to another thread than the one before */
    uint32_t device;        /* interrupts of the device */
    uint32_t inside;        /* interrupts, of either kind, that interrupted the services at work */
    uint32_t dirty;         /* of those: a register had something in it */
    uint32_t full;          /* of the others: a register had something in it */
};
extern volatile struct kernel_seen kernel_seen;

/* Starts the threads, and doesn't return. `tick_level` and `switch_level` are the priorities of SysTick and PendSV. */
void kernel_start(const struct kernel_thread threads[KERNEL_THREADS], uint32_t seed, uint32_t tick_level,
                  uint32_t switch_level);

/* From any thread: sleeps until `ticks` ticks are over. */
void kernel_sleep(uint32_t ticks);

/* The number of the thread that runs. */
uint32_t kernel_self(void);

uint32_t kernel_random(void);

/* The application's: once the vectors are in place; in each tick's interrupt; in each interrupt of the device, which makes it quiet. */
void kernel_devices_start(void);
void kernel_on_tick(void);
void kernel_on_device(void);

/* switch.c: the part in assembly. */
void kernel_tick_entry(void);
void kernel_device_entry(void);
void kernel_switch_entry(void);
void kernel_svc_entry(void);

/* Called from there. */
void kernel_tick(uint32_t registers, uint32_t exc_return);
void kernel_device(uint32_t registers, uint32_t exc_return);
uint32_t *kernel_next(uint32_t *sp);
void kernel_svc(const uint32_t *frame);

#endif

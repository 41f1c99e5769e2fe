/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel.h - the smallest preemptive kernel there is: threads on the process stack, switched in PendSV, which SysTick pends. It
 * knows nothing of the door.
 */
#ifndef PRM_TESTS_BOARD_DOOR_KERNEL_H
#define PRM_TESTS_BOARD_DOOR_KERNEL_H

#include <stdint.h>

enum { KERNEL_THREADS = 4, KERNEL_STACK = 512 /* words */, KERNEL_MEMMANAGE = 4, KERNEL_SVC = 11, KERNEL_SYSTICK = 15 };

/* Whom PendSV goes on with; may be set by whoever pends it. */
extern volatile uint32_t kernel_next;
extern volatile uint32_t kernel_current;
extern volatile uint32_t kernel_switches;

/* Makes thread `n`; `nonzero` unprivileged: it runs unprivileged. */
void kernel_thread(uint32_t n, void (*run)(void), uint32_t unprivileged);

/* Exceptions through the kernel's table; SysTick calls `on_tick`, and is above PendSV, or beside it. */
void kernel_start(void (*on_tick)(void), uint32_t tick_beside_pendsv);

/* After kernel_start(): another handler, where the kernel is to do it wrong. */
void kernel_handler(uint32_t exception, void (*handler)(void));
/* Switches, as PendSV does; for a handler that is to do so elsewhere. Naked: to be branched to with the handler's own LR. */
void kernel_pendsv(void);
void kernel_svc_handler(void);

/* From the main stack: runs thread 0, and comes back when a thread asks for it. */
void kernel_run(void);
/* From a thread: back to who called kernel_run(), for good. */
void kernel_stop(void);

/* From a thread, of either kind: the next one, in turn. */
void kernel_yield(void);
/* From an interrupt: to `n`. */
void kernel_switch_to(uint32_t n);

/* How many counts of the core's clock a function takes; no tick comes meanwhile. */
uint32_t kernel_counts_of(void (*run)(uint32_t), uint32_t argument);

/* One tick after `counts` of the core's clock, from now; no more after that. 0: none. */
void kernel_tick_once(uint32_t counts);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qemu.h - QEMU as a child process, its two serial ports as lines.
 *
 * Ports: 0 = UART0, the root's console (Secure; the application can't write to it), 1 = UART1, the application's,
 * 2 = what QEMU itself says. With a wire, UART2 is a pseudo-terminal of its own.
 */
#ifndef PRIMUM_QEMU_H
#define PRIMUM_QEMU_H

#include <stdint.h>
#include <stddef.h>

#define QEMU_PORTS 3

enum qemu_end {
    QEMU_STOPPED, /* the line function asked for it */
    QEMU_TIMEOUT,
    QEMU_INTERRUPTED, /* Ctrl-C, or asked to terminate */
    QEMU_ENDED        /* QEMU ended by itself; that is never planned */
};

struct qemu_watch {
    void *ctx;
    /*
     * A line without its end, NUL-terminated, control characters replaced; not 0 stops. An unfinished line comes with
     * `complete` 0 each time the consoles have been quiet for a while, and with 1 at the end of the run.
     */
    int (*line)(void *ctx, unsigned port, const char *line, int complete);
    uint32_t timeout_s; /* 0 = none */
    int wire; /* UART2 as a pseudo-terminal: DIR/wire is a link to it while the device runs; and DIR/console.in,
                 a pipe, is what is typed on UART1 */
};

/*
 * Boots the device in `dir` and calls `watch` until something ends it; QEMU is gone on return. PRIMUM_OK with `*end`,
 * or PRIMUM_IO after saying why (QEMU can't be started).
 */
int qemu_run(const char *dir, const struct qemu_watch *watch, enum qemu_end *end);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* semihosting.h - how a test program on the emulated board ends. Its console is semihosting too. Tests only. */
#ifndef PRM_TESTS_BOARD_SEMIHOSTING_H
#define PRM_TESTS_BOARD_SEMIHOSTING_H

/* Ends QEMU with this exit status. */
void semihosting_exit(int status);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chain of SHA-256 (RFC 8554 4.4) in Thumb-2; contract in sha256_thumb2.h. In the block that is hashed the value is
 * replaced in place, and the padding stays: a step costs little more than the compression.
 *
 * What is left on the stack is the last value, which the block holds as well.
 */
    .syntax unified
    .thumb
    .section .text.prm_sha256_thumb2_chain, "ax", %progbits

    .equ STEP_AT, 22
    .equ VALUE_AT, 23
    .equ LENGTH, 63    /* the last byte of the message's length in bits: 440 if the value has 32 bytes, 376 if 24 */
    .equ STEPS, 64     /* struct prm_chain's steps */
    .equ ROOM, 36      /* the state, and 4 to keep sp a multiple of 8 */

    .global prm_sha256_thumb2_chain
    .type   prm_sha256_thumb2_chain, %function
    .thumb_func
prm_sha256_thumb2_chain:
    push    {r4-r11, lr}
    sub     sp, #ROOM
    mov     r4, r1
    mov     r5, r2
    mov     r6, r3
    b       .Lnext

.Lstep:
    strb    r5, [r4, #STEP_AT]
    ldr     r0, =prm_sha256_thumb2_initial
    ldm     r0, {r0-r3, r8-r11}
    stm     sp, {r0-r3, r8-r11}
    mov     r0, sp
    mov     r1, r4
    add     r2, r4, #64
    bl      prm_sha256_thumb2_blocks
    ldm     sp, {r0-r3, r8-r11}
    rev     r0, r0
    rev     r1, r1
    rev     r2, r2
    rev     r3, r3
    rev     r8, r8
    rev     r9, r9
    rev     r10, r10
    rev     r11, r11
    str     r0, [r4, #VALUE_AT]
    str     r1, [r4, #VALUE_AT + 4]
    str     r2, [r4, #VALUE_AT + 8]
    str     r3, [r4, #VALUE_AT + 12]
    str     r8, [r4, #VALUE_AT + 16]
    str     r9, [r4, #VALUE_AT + 20]
    ldrb    r0, [r4, #LENGTH]
    cmp     r0, #440 & 0xFF
    itt     eq
    streq   r10, [r4, #VALUE_AT + 24]
    streq   r11, [r4, #VALUE_AT + 28]
    ldr     r0, [r4, #STEPS]
    adds    r0, #1
    str     r0, [r4, #STEPS]
    adds    r5, #1
.Lnext:
    cmp     r5, r6
    blo     .Lstep
    eors    r5, r6
    eor     r0, r5, #0x96969696         /* PRM_OK if step `to` was reached */
    add     sp, #ROOM
    pop     {r4-r11, pc}

    .pool
    .size   prm_sha256_thumb2_chain, . - prm_sha256_thumb2_chain

    /* A section of its own: a root without hash-based signatures has no chains. */
    .section .rodata.prm_sha256_thumb2_initial, "a", %progbits
    .balign 4
    .global prm_sha256_thumb2_initial
    .type   prm_sha256_thumb2_initial, %object
prm_sha256_thumb2_initial: /* FIPS 180-4 5.3.3 */
    .word   0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    .size   prm_sha256_thumb2_initial, . - prm_sha256_thumb2_initial

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SHA-256 compression (FIPS 180-4 6.2) in Thumb-2; contract in sha256_thumb2.h.
 *
 * A block goes by in eight groups of eight rounds. A group first makes its eight words of the message schedule - from
 * the data in groups 0 and 1, from the sixteen words before in the others - with all registers, while a to h wait on
 * the stack, and leaves them with K added; then come the rounds, without a move: names rotate instead of registers.
 *
 * CT: no branch and no address depends on data. Words are read four at a time: the data stands at a multiple of 4.
 *
 * The stack, from where sp is at the end of a group; the top of a group pushes 13 words below that, of which the upper
 * three are room for WK[3..5]:
 */
    .syntax unified
    .thumb
    .section .text.prm_sha256_thumb2_blocks, "ax", %progbits

    .equ WK6, 0      /* W + K of the group's rounds 6 and 7; 3 to 5 lie below, 0 to 2 stay in registers */
    .equ KPTR, 8     /* into the constants */
    .equ M_LO, 12    /* W[t-8 .. t-5]: stored together with WK and KPTR */
    .equ L_LO, 28    /* W[t-16 .. t-13] */
    .equ L_HI, 44    /* W[t-12 .. t-9] */
    .equ M_HI, 60    /* W[t-4 .. t-1] */
    .equ SLACK, 76   /* 24 bytes: if `sub lr` in .Lrounds is lost, ten words are stored from M_HI on, and end here, below the arguments */
    .equ STATE, 100  /* the arguments */
    .equ DATA, 104
    .equ END, 108
    .equ SAVED, 112  /* r4 to r11, lr */
    .equ PUSHED, 52

    /* acc += rotr(x, r1) ^ rotr(x, r2) ^ (x >> s) */
    .macro ADD_SIGMA acc, x, t, s, r1, r2
    lsrs    \t, \x, #\s
    eor     \t, \t, \x, ror #\r1
    eor     \t, \t, \x, ror #\r2
    add     \acc, \t
    .endm
    .macro ADD_SIGMA0 acc, x, t
    ADD_SIGMA \acc, \x, \t, 3, 7, 18
    .endm
    .macro ADD_SIGMA1 acc, x, t
    ADD_SIGMA \acc, \x, \t, 10, 17, 19
    .endm

    /*
     * One round. In: bc = b ^ c, x = W + K. Out: d and h are the new e and a, t is the next round's bc, bc is free.
     * The rotations of a big sigma are taken out of each other: 6, 11, 25 = 6 + (0, 5, 19).
     * Maj(a, b, c) = ((a ^ b) & (b ^ c)) ^ b, and a ^ b is the next round's b ^ c.
     */
    .macro ROUND a, b, c, d, e, f, g, h, t, bc, x
    add     \h, \x
    eor     \t, \e, \e, ror #5
    eor     \t, \t, \e, ror #19
    add     \h, \h, \t, ror #6
    eor     \t, \f, \g
    ands    \t, \t, \e
    eors    \t, \t, \g
    add     \h, \t
    add     \d, \h
    eor     \t, \a, \a, ror #11
    eor     \t, \t, \a, ror #20
    add     \h, \h, \t, ror #2
    eor     \t, \a, \b
    ands    \bc, \bc, \t
    eors    \bc, \bc, \b
    add     \h, \bc
    .endm

    .global prm_sha256_thumb2_blocks
    .type   prm_sha256_thumb2_blocks, %function
    .thumb_func
prm_sha256_thumb2_blocks:
    cmp     r1, r2
    it      hs
    bxhs    lr
    push    {r0-r2, r4-r11, lr}
    sub     sp, #STATE
    ldm     r0, {r0-r5, r8, r9}

    /*
     * a to h are r0-r5, r8, r9 whenever a group starts or ends, and r7 is b ^ c. lr is KPTR then, an address of constants: if the
     * `add lr, sp` that begins the next group is lost, what is stored by lr goes there, where nothing can be written, and not over data.
     */
.Lblock:
    adr.w   lr, .Lk
    str     lr, [sp, #KPTR]
    eor     r7, r1, r2
    /* A bit a group from the second on: set = its words come from the schedule. No bit left = the block is done. */
    mov     r10, #0x7F000000
    push    {r0-r5, r7-r12, lr}
    add     lr, sp, #PUSHED + M_HI

    /* Groups 0 and 1: from the data. */
.Ldata:
    ldr     r4, [sp, #PUSHED + DATA]
    ldmia   r4!, {r9-r12}
    ldmia   r4!, {r0-r3}
    str     r4, [sp, #PUSHED + DATA]
    rev     r9, r9
    rev     r10, r10
    rev     r11, r11
    rev     r12, r12
    rev     r0, r0
    rev     r1, r1
    rev     r2, r2
    rev     r3, r3
    /* All words once more: what one of them differs by remains. */
    ldmdb   r4!, {r5-r8}
    eors    r5, r6
    eors    r5, r7
    eor     r5, r5, r8
    ldmdb   r4, {r4, r6-r8}
    eors    r5, r4
    eors    r5, r6
    eors    r5, r7
    eor     r5, r5, r8
    rev     r5, r5
    .irp    w, r9, r10, r11, r12, r0, r1, r2, r3
    eors    r5, r5, \w
    .endr
    stmia   lr, {r0-r3}
    ldr     r8, [sp, #PUSHED + KPTR]
    add     r8, r5                      /* if the looks differ, the constants are other ones, and KPTR doesn't come to their end */
    b       .Lrounds

.Lschedule:
    /* W[t] = W[t-16] + sigma0(W[t-15]) + W[t-7] + sigma1(W[t-2]), in place of L; M's words become the next L. */
    ADD_SIGMA0 r9, r10, r0
    add     r9, r5
    ADD_SIGMA0 r10, r11, r0
    add     r10, r6
    ADD_SIGMA0 r11, r12, r0
    add     r11, r7
    ldmia   lr, {r0-r3, r5-r8}          /* L_HI, M_HI */
    stmia   lr!, {r5-r8}                /* L_HI = M_HI */
    add     r12, r5
    ADD_SIGMA0 r12, r0, r5
    ADD_SIGMA0 r0, r1, r5
    add     r0, r6
    ADD_SIGMA0 r1, r2, r5
    add     r1, r7
    ADD_SIGMA0 r2, r3, r5
    add     r2, r8
    ADD_SIGMA0 r3, r4, r5
    ADD_SIGMA1 r9, r7, r5
    ADD_SIGMA1 r10, r8, r5
    ADD_SIGMA1 r11, r9, r5
    ADD_SIGMA1 r12, r10, r5
    ADD_SIGMA1 r0, r11, r5
    ADD_SIGMA1 r1, r12, r5
    ADD_SIGMA1 r2, r0, r5
    ADD_SIGMA1 r3, r1, r5
    add     r3, r9
    stmia   lr, {r0-r3}
    ldr     r8, [sp, #PUSHED + KPTR]

.Lrounds:
    /* The new words are r9-r12 and r0-r3, in M_HI already; lr points at M_HI, r8 at the constants. */
    ldmia   r8!, {r4-r7}
    add     r4, r0
    add     r5, r1
    add     r6, r2
    add     r7, r3
    ldmia   r8!, {r0-r3}
    add     r3, r12
    sub     lr, #M_HI - WK6 + 12        /* not from sp: if lr is wrong, then so will KPTR be */
    stmia   lr, {r3-r12}                /* WK[3..7], KPTR, M_LO */
    add     lr, r11, r2
    add     r12, r10, r1
    add     r11, r9, r0
    pop     {r0-r5, r7-r10}
    ROUND   r0, r1, r2, r3, r4, r5, r8, r9, r6, r7, r11
    ROUND   r9, r0, r1, r2, r3, r4, r5, r8, r7, r6, r12
    ROUND   r8, r9, r0, r1, r2, r3, r4, r5, r6, r7, lr
    pop     {r11, r12, lr}
    ROUND   r5, r8, r9, r0, r1, r2, r3, r4, r7, r6, r11
    ROUND   r4, r5, r8, r9, r0, r1, r2, r3, r6, r7, r12
    ROUND   r3, r4, r5, r8, r9, r0, r1, r2, r7, r6, lr
    ldm     sp, {r11, r12, lr}          /* WK[6..7], KPTR */
    ROUND   r2, r3, r4, r5, r8, r9, r0, r1, r6, r7, r11
    ROUND   r1, r2, r3, r4, r5, r8, r9, r0, r7, r6, r12

    lsls    r10, r10, #1
    beq     .Ldone
    push    {r0-r5, r7-r12, lr}
    add     lr, sp, #PUSHED + M_LO
    ldmia   lr!, {r4-r7, r9-r12}        /* M_LO, L_LO */
    stmdb   lr, {r4-r7}                 /* L_LO = M_LO */
    bcs     .Lschedule
    ldmia   lr, {r0-r3, r5-r8}
    stmia   lr!, {r5-r8}
    b       .Ldata

.Lspoil: /* KPTR is wrong: a and b become 0. Not a ^= KPTR: whoever chose the constants chose a to h, too */
    movs    r0, #0
    movs    r1, #0
    b       .Lsum

.Ldone:
    adr.w   r11, .Lk_end
    cmp     lr, r11
    bne     .Lspoil
.Lsum:
    ldr     lr, [sp, #STATE]
    ldm     lr, {r6, r7, r11, r12}
    add     r0, r6
    add     r1, r7
    add     r2, r11
    add     r3, r12
    stmia   lr!, {r0-r3}
    ldm     lr, {r6, r7, r11, r12}
    add     r4, r6
    add     r5, r7
    add     r8, r11
    add     r9, r12
    stmia   lr, {r4, r5, r8, r9}
    ldrd    r6, r7, [sp, #DATA]
    cmp     r6, r7
    blo     .Lblock
    it      ne
    strdne  r6, r7, [lr]                /* DATA went past END: other bytes were hashed, too; then two addresses are e and f */

    /* What was on the stack, and in registers that the caller won't restore, tells the message. */
    movs    r0, #0
    movs    r1, #0
    movs    r2, #0
    movs    r3, #0
    movs    r4, #0
    movs    r5, #0
    movs    r6, #0
    movs    r7, #0
    mov     r12, r0
    add     sp, #SLACK
    push    {r0-r7}
    push    {r0-r7}
    push    {r0-r7}
    push    {r0-r7}
    add     sp, #128 + SAVED - SLACK
    pop     {r4-r11, pc}

    /* FIPS 180-4 4.2.2, of each eight the latter four first: the order in which the groups add them. */
    .balign 4
.Lk:
    .word   0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5
    .word   0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3
    .word   0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc
    .word   0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7
    .word   0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13
    .word   0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3
    .word   0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5
    .word   0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208
.Lk_end:
    .size   prm_sha256_thumb2_blocks, . - prm_sha256_thumb2_blocks

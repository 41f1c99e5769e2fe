/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of P-256's field in Thumb-2, for cores with the DSP extension; contract in providers/p256/p256_field.h.
 *
 * UMAAL makes x y + lo + hi, which always fits the 64 bits of (lo, hi): products are summed without a carry to look after.
 * A product of four words by four, ROW by ROW, takes in two more numbers of four words each for nothing: the words that
 * stand where the result will be, T, and those that the rows' carries start as, C. A 256-bit product is four such products, and most of
 * what Montgomery's reduction adds goes in as T and C. How the reduction comes without a multiplication stands in
 * p256_field_portable.c; here its words are called by their weights: 4 is 2^128.
 *
 * CT: straight-line code.
 */
    .syntax unified
    .thumb

    /* (t0..t3) += a b 2^0 for b = (b0..b3); c comes in at the lowest word, and goes out above t3. t0 is done then. */
    .macro ROW a, c, t0, t1, t2, t3, b0, b1, b2, b3
    umaal   \t0, \c, \a, \b0
    umaal   \t1, \c, \a, \b1
    umaal   \t2, \c, \a, \b2
    umaal   \t3, \c, \a, \b3
    .endm

    /* (r0..r7) += p where the mask is all ones. The carry flag is what comes out. */
    .macro ADD_P r0, r1, r2, r3, r4, r5, r6, r7, mask
    adds    \r0, \r0, \mask
    adcs    \r1, \r1, \mask
    adcs    \r2, \r2, \mask
    adcs    \r3, \r3, #0
    adcs    \r4, \r4, #0
    adcs    \r5, \r5, #0
    adcs    \r6, \r6, \mask, lsr #31
    adcs    \r7, \r7, \mask
    .endm

    .macro FUNCTION name
    .section .text.\name, "ax", %progbits
    .balign 4
    .global \name
    .type   \name, %function
    .thumb_func
\name:
    .endm

    .equ KEPT, 28      /* bytes pushed between the two halves of the reduction: m0, k, x7 and what is for words 8 to 11 */
    .equ HALF, 16      /* four words */
    .equ COPY, 32      /* a, pushed: its words are loaded where they are needed */
    .equ FROM_B, COPY + 4 /* the arguments' place, above it */

    /* The one goes on into the other. */
    FUNCTION prm_p256_sqr
    mov     r2, r1
    .size   prm_p256_sqr, . - prm_p256_sqr
    .global prm_p256_mul
    .type   prm_p256_mul, %function
    .thumb_func
prm_p256_mul:
    push    {r0, r2, r4-r11, lr}
    ldm     r1, {r3-r10}
    push    {r3-r10}
    ldm     r2, {r7-r10}
    /* Words 0 to 3 of both: r0, r12, r1, r2 and, above, r11, lr, r3, r4. */
    umull   r0, r12, r3, r7
    mov     r1, #0
    umaal   r12, r1, r3, r8
    mov     r2, #0
    umaal   r1, r2, r3, r9
    mov     r11, #0
    umaal   r2, r11, r3, r10
    mov     lr, #0
    ROW     r4, lr, r12, r1, r2, r11, r7, r8, r9, r10
    mov     r3, #0
    ROW     r5, r3, r1, r2, r11, lr, r7, r8, r9, r10
    mov     r4, #0
    ROW     r6, r4, r2, r11, lr, r3, r7, r8, r9, r10

    /*
     * The reduction's lower half, M = (m0..m3) = r0, r12, r1, r2. Words 4 to 7 get m1, m2, m3 + m0, m1 - m0 and k, the carry
     * out of m3: of those m1, m2, m3, m1 as the next product's C; k, 0, m0 and x7 = -m0 as that of the one after.
     * Words 8 to 11 get m2 - m1 + m0, m3 - m2 + m1, m2 - m3, m3, less what x7 borrows.
     */
    adds    r2, r2, r0
    mov     r5, #0
    adc     r5, r5, #0
    rsbs    r6, r0, #0
    sbcs    r7, r0, r12
    sbcs    r8, r12, r1
    sbcs    r9, r1, r2
    sbc     r10, r2, #0
    adds    r7, r7, r1
    adcs    r8, r8, r2
    adcs    r9, r9, #0
    adc     r10, r10, #0
    push    {r0, r5-r10}

    /* Words 0 to 3 of a by 4 to 7 of b: r11, lr, r3, r4 and, above, r0, r1, r2, r12. */
    mov     r0, r12
    ldr     r5, [sp, #KEPT + FROM_B]
    ldrd    r7, r8, [r5, #24]
    ldrd    r5, r6, [r5, #16]
    ldrd    r9, r10, [sp, #KEPT]
    ROW     r9, r0, r11, lr, r3, r4, r5, r6, r7, r8
    ROW     r10, r1, lr, r3, r4, r0, r5, r6, r7, r8
    ldrd    r9, r10, [sp, #KEPT + 8]
    ROW     r9, r2, r3, r4, r0, r1, r5, r6, r7, r8
    ROW     r10, r12, r4, r0, r1, r2, r5, r6, r7, r8
    push    {r0-r2, r12}

    /* Words 4 to 7 of a by 0 to 3 of b: r11, lr, r3, r4, which are m4, m5, m6 and what makes m7; above, r6 to r9. */
    ldr     r5, [sp, #HALF + KEPT + FROM_B]
    ldm     r5, {r0-r2, r5}
    ldrd    r8, r6, [sp, #HALF]
    mov     r7, #0
    ldr     r9, [sp, #HALF + 8]
    ldrd    r10, r12, [sp, #HALF + KEPT + 16]
    ROW     r10, r6, r11, lr, r3, r4, r0, r1, r2, r5
    ROW     r12, r7, lr, r3, r4, r6, r0, r1, r2, r5
    ldrd    r10, r12, [sp, #HALF + KEPT + 24]
    ROW     r10, r8, r3, r4, r6, r7, r0, r1, r2, r5
    ROW     r12, r9, r4, r6, r7, r8, r0, r1, r2, r5

    /* Words 4 to 7 of both, on what the two products before have above: r0, r1, r2, r5, r6 to r9. */
    pop     {r0-r2, r5}
    push    {r3, r4, r11, lr}
    ldr     lr, [sp, #HALF + KEPT + FROM_B]
    ldrd    r3, r4, [lr, #16]
    ldrd    r11, lr, [lr, #24]
    ldrd    r10, r12, [sp, #HALF + KEPT + 16]
    ROW     r10, r6, r0, r1, r2, r5, r3, r4, r11, lr
    ROW     r12, r7, r1, r2, r5, r6, r3, r4, r11, lr
    ldrd    r10, r12, [sp, #HALF + KEPT + 24]
    ROW     r10, r8, r2, r5, r6, r7, r3, r4, r11, lr
    ROW     r12, r9, r5, r6, r7, r8, r3, r4, r11, lr
    pop     {r3, r4, r11, lr}

    /*
     * The upper half, M = (m4..m7) = r11, lr, r3, r4: first m7, then what the lower half left for words 8 to 11, and M from
     * word 12 on, ...
     */
    adds    r4, r4, r11
    ldrd    r10, r12, [sp, #12]
    adcs    r0, r0, r10
    adcs    r1, r1, r12
    ldrd    r10, r12, [sp, #20]
    adcs    r2, r2, r10
    adcs    r5, r5, r12
    adcs    r6, r6, r11
    adcs    r7, r7, lr
    adcs    r8, r8, r3
    adcs    r9, r9, r4
    mov     r10, #0
    adc     r10, r10, #0
    /* ... m5, m6, m7, m5, m6, m7 from word 8 on, ... */
    adds    r0, r0, lr
    adcs    r1, r1, r3
    adcs    r2, r2, r4
    adcs    r5, r5, lr
    adcs    r6, r6, r3
    adcs    r7, r7, r4
    adcs    r8, r8, #0
    adcs    r9, r9, #0
    adc     r10, r10, #0
    /* ... m4 in word 10, and M taken off from word 11 on. Going from adding to subtracting takes off one more in word 11. */
    adds    r2, r2, r11
    sbcs    r5, r5, r11
    sbcs    r6, r6, lr
    sbcs    r7, r7, r3
    sbcs    r8, r8, r4
    sbcs    r9, r9, #0
    sbc     r10, r10, #0
    /* It is below 2 p. Less p, where the one in word 11 (3 of the result) is given back: p - 2^96. */
    mov     r12, #-1
    subs    r0, r0, r12
    sbcs    r1, r1, r12
    sbcs    r2, r2, r12
    sbcs    r5, r5, r12
    sbcs    r6, r6, r12
    sbcs    r7, r7, r12
    sbcs    r8, r8, #0
    sbcs    r9, r9, r12
    sbc     r10, r10, #0
    ADD_P   r0, r1, r2, r5, r6, r7, r8, r9, r10
    ldr     r10, [sp, #KEPT + COPY]
    stm     r10, {r0-r2, r5-r9}
    add     sp, #KEPT + COPY + 8
    pop     {r4-r11, pc}
    .size   prm_p256_mul, . - prm_p256_mul

    FUNCTION prm_p256_add
    push    {r4-r11, lr}
    ldm     r1, {r3-r10}
    ldmia   r2!, {r1, r11, r12, lr}
    adds    r3, r3, r1
    adcs    r4, r4, r11
    adcs    r5, r5, r12
    adcs    r6, r6, lr
    ldm     r2, {r1, r11, r12, lr}
    adcs    r7, r7, r1
    adcs    r8, r8, r11
    adcs    r9, r9, r12
    adcs    r10, r10, lr
    mov     r2, #0
    adc     r2, r2, #0
    mov     r1, #-1
    subs    r3, r3, r1
    sbcs    r4, r4, r1
    sbcs    r5, r5, r1
    sbcs    r6, r6, #0
    sbcs    r7, r7, #0
    sbcs    r8, r8, #0
    sbcs    r9, r9, #1
    sbcs    r10, r10, r1
    sbc     r2, r2, #0
    ADD_P   r3, r4, r5, r6, r7, r8, r9, r10, r2
    stm     r0, {r3-r10}
    pop     {r4-r11, pc}
    .size   prm_p256_add, . - prm_p256_add

    FUNCTION prm_p256_sub
    push    {r4-r11, lr}
    ldm     r1, {r3-r10}
    ldmia   r2!, {r1, r11, r12, lr}
    subs    r3, r3, r1
    sbcs    r4, r4, r11
    sbcs    r5, r5, r12
    sbcs    r6, r6, lr
    ldm     r2, {r1, r11, r12, lr}
    sbcs    r7, r7, r1
    sbcs    r8, r8, r11
    sbcs    r9, r9, r12
    sbcs    r10, r10, lr
    sbc     r2, r2, r2
    ADD_P   r3, r4, r5, r6, r7, r8, r9, r10, r2
    stm     r0, {r3-r10}
    pop     {r4-r11, pc}
    .size   prm_p256_sub, . - prm_p256_sub

    /* p is odd: a + p is even if a isn't. */
    FUNCTION prm_p256_half
    push    {r4-r9, lr}
    ldm     r1, {r2-r9}
    sbfx    r1, r2, #0, #1
    ADD_P   r2, r3, r4, r5, r6, r7, r8, r9, r1
    rrxs    r9, r9
    rrxs    r8, r8
    rrxs    r7, r7
    rrxs    r6, r6
    rrxs    r5, r5
    rrxs    r4, r4
    rrxs    r3, r3
    rrxs    r2, r2
    stm     r0, {r2-r9}
    pop     {r4-r9, pc}
    .size   prm_p256_half, . - prm_p256_half

    /* Each entry times 1 or 0, added up: the first eight words of all, then the others. */
    FUNCTION prm_p256_lookup
    push    {r0-r11, lr}
.Lhalf:
    .irp    sum, r4, r5, r6, r7, r8, r9, r10, r11
    mov     \sum, #0
    .endr
    ldrd    lr, r12, [sp, #8]           /* n, and the index: counted down, it is 0 at its entry */
.Lentry:
    clz     r3, r12                     /* 32 for 0 alone */
    lsrs    r3, r3, #5
    .macro  TWO first, second
    ldrd    r0, r2, [r1], #8
    mla     \first, r0, r3, \first
    mla     \second, r2, r3, \second
    .endm
    TWO     r4, r5
    TWO     r6, r7
    TWO     r8, r9
    TWO     r10, r11
    adds    r1, #32
    subs    r12, #1
    subs    lr, #1
    bne     .Lentry
    ldrd    r0, r1, [sp]                /* where to, and the table: 0 the second time */
    stmia   r0!, {r4-r11}
    movs    r2, #0
    strd    r0, r2, [sp]
    cmp     r1, #0
    beq     .Lfound
    adds    r1, #32
    b       .Lhalf
.Lfound:
    add     sp, #16
    pop     {r4-r11, pc}
    .size   prm_p256_lookup, . - prm_p256_lookup

/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/armv8m.h"

/* From the linker script. */
extern uint32_t prm_ld_stack_top[], prm_ld_stack_limit[];
extern const uint32_t prm_ld_data_load[];
extern uint32_t prm_ld_data_start[], prm_ld_data_end[], prm_ld_bss_start[], prm_ld_bss_end[];

void prm_fault_entry(void);

enum { EXCEPTIONS = 16 }; /* the root enables no interrupt, so none has a vector */

struct vector_table {
    uint32_t *stack_top;
    void (*handler[EXCEPTIONS - 1])(void);
};

extern const struct vector_table prm_vectors;

__attribute__((section(".vectors"), used)) const struct vector_table prm_vectors = {
    prm_ld_stack_top,
    {prm_reset, prm_fault_entry, prm_fault_entry, prm_fault_entry, prm_fault_entry, prm_fault_entry, prm_fault_entry,
     prm_fault_entry, prm_fault_entry, prm_fault_entry, prm_fault_entry, prm_fault_entry, prm_fault_entry,
     prm_fault_entry, prm_fault_entry},
};

__attribute__((naked)) void prm_reset(void) {
    __asm__ volatile("ldr r0, =prm_ld_stack_limit\n"
                     "msr msplim, r0\n"
                     "b prm_start\n");
}

void prm_start(void) {
    const uint32_t *load = prm_ld_data_load;

    /* If an instruction of the loops below is changed and jumps into flash or RAM, it would run there; after this line the core faults. */
    prm_walls();
    for (uint32_t *p = prm_ld_data_start; p < prm_ld_data_end; p++)
        *p = *load++;
    for (uint32_t *p = prm_ld_bss_start; p < prm_ld_bss_end; p++)
        *p = 0;
    prm_main();
    ARMV8M_STOP_HERE();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The services' exceptions, from their first lines on; until then they are start.c's. */
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/door.h"
#include "ports/armv8m/door_work.h"
#include "ports/armv8m/fault_report.h"

extern uint32_t prm_ld_stack_top[];

void armv8m_door_fault_entry(void);
void armv8m_door_pendsv_entry(void);

enum { EXCEPTIONS = 16 };

struct door_vectors {
    uint32_t *stack_top;
    void (*handler[EXCEPTIONS - 1])(void);
};

/* The core wants the table at a multiple of its size. */
static const struct door_vectors vectors __attribute__((aligned(128))) = {
    prm_ld_stack_top,
    {prm_reset, armv8m_fault_entry, armv8m_door_fault_entry, armv8m_fault_entry, armv8m_fault_entry, armv8m_fault_entry,
     armv8m_door_fault_entry, armv8m_fault_entry, armv8m_fault_entry, armv8m_fault_entry, armv8m_door_svc_entry, armv8m_fault_entry,
     armv8m_fault_entry, armv8m_door_pendsv_entry, armv8m_door_systick_entry},
};

void armv8m_door_vectors(void) {
    ARMV8M_VTOR = (uint32_t)(uintptr_t)&vectors;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

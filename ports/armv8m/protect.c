/* SPDX-License-Identifier: Apache-2.0 */
#include "base/harden.h"
#include "ports/armv8m/armv8m.h"

static void barrier(void) {
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

void armv8m_mpu_set(uint32_t number, const struct armv8m_region *region, uint32_t spoil) {
    ARMV8M_MPU_RNR = number;
    ARMV8M_MPU_RBAR = region->base | region->access;
    ARMV8M_MPU_RLAR = ((region->end - 32u) | (region->device << 1) | 1u) & ~spoil;
    barrier();
}

void armv8m_mpu_start(const struct armv8m_region *regions, uint32_t n) {
    ARMV8M_MPU_CTRL = 0;
    barrier();
    ARMV8M_MPU_MAIR0 = 0x0044; /* 0: normal, not cached; 1: device nGnRnE */
    for (uint32_t i = 0; i < ARMV8M_MPU_REGIONS; i++) {
        ARMV8M_MPU_RNR = i;
        ARMV8M_MPU_RLAR = 0;
    }
    for (uint32_t i = 0; i < n; i++)
        armv8m_mpu_set(i, &regions[i], 0);
    ARMV8M_MPU_CTRL = 1; /* no background region: PRIVDEFENA stays 0 */
    barrier();
}

void armv8m_sau_open(uint32_t number, uint32_t base, uint32_t end, uint32_t spoil) {
    ARMV8M_SAU_RNR = number;
    ARMV8M_SAU_RBAR = base;
    ARMV8M_SAU_RLAR = ((end - 32u) | 1u) & ~spoil;
    /* A write of the base that was skipped would leave 0, and open everything below the end. */
    if (ARMV8M_SAU_RBAR != base)
        prm_trap();
}

void armv8m_sau_start(void) {
    ARMV8M_SAU_CTRL = 1;
    barrier();
}

void armv8m_faults_start(void) {
    /* BFHFNMINS = 0: HardFault, BusFault and NMI are Secure. SYSRESETREQS = 0: the application may ask for a reset. */
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | ARMV8M_AIRCR_PRIS;
    ARMV8M_SHCSR |= ARMV8M_SHCSR_FAULTS;
}

void armv8m_reset(void) {
    barrier();
    /* Kept to what the fields hold already: the write replaces them. */
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | ARMV8M_AIRCR_PRIS | ARMV8M_AIRCR_SYSRESETREQ;
    barrier();
    ARMV8M_STOP_HERE();
}

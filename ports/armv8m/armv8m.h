/* SPDX-License-Identifier: Apache-2.0 */
/*
 * armv8m.h - an Armv8-M Mainline core with the Security Extension, as the root and the services use it; nothing here
 * knows a board. Register names and numbers: Armv8-M Architecture Reference Manual (DDI 0553), D1.2.
 */
#ifndef PRM_PORTS_ARMV8M_H
#define PRM_PORTS_ARMV8M_H

#include <stddef.h>
#include <stdint.h>

/*
 * Behind a call that doesn't come back: a skipped call must not run on into whatever the linker put next. Such
 * functions are therefore not declared _Noreturn, and each ends in this.
 */
#define ARMV8M_STOP_HERE() __asm__ volatile("b prm_trap\n\tb prm_trap\n\tb prm_trap")

#define ARMV8M_REG(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define ARMV8M_VTOR ARMV8M_REG(0xE000ED08)
#define ARMV8M_AIRCR ARMV8M_REG(0xE000ED0C)
#define ARMV8M_AIRCR_KEY 0x05FA0000u
#define ARMV8M_AIRCR_PRIS 0x4000u /* Non-secure priorities rank below Secure ones */
#define ARMV8M_AIRCR_SYSRESETREQ 0x4u
#define ARMV8M_SHCSR ARMV8M_REG(0xE000ED24)
#define ARMV8M_SHCSR_FAULTS 0x000F0000u /* enables MemManage, BusFault, UsageFault, SecureFault */
#define ARMV8M_CFSR ARMV8M_REG(0xE000ED28)
#define ARMV8M_CFSR_UNDEFINSTR 0x00010000u
#define ARMV8M_CFSR_NS ARMV8M_REG(0xE002ED28) /* the Non-secure half of what is banked */
#define ARMV8M_BFAR ARMV8M_REG(0xE000ED38)
#define ARMV8M_SFSR ARMV8M_REG(0xE000EDE4)

#define ARMV8M_MPU_CTRL ARMV8M_REG(0xE000ED94)
#define ARMV8M_MPU_RNR ARMV8M_REG(0xE000ED98)
#define ARMV8M_MPU_RBAR ARMV8M_REG(0xE000ED9C)
#define ARMV8M_MPU_RLAR ARMV8M_REG(0xE000EDA0)
#define ARMV8M_MPU_MAIR0 ARMV8M_REG(0xE000EDC0)
#define ARMV8M_MPU_REGIONS 16u

#define ARMV8M_SAU_CTRL ARMV8M_REG(0xE000EDD0)
#define ARMV8M_SAU_RNR ARMV8M_REG(0xE000EDD8)
#define ARMV8M_SAU_RBAR ARMV8M_REG(0xE000EDDC)
#define ARMV8M_SAU_RLAR ARMV8M_REG(0xE000EDE0)
#define ARMV8M_SAU_CALLABLE 0x2u /* RLAR: Secure, and entered through SG instructions */
#define ARMV8M_VTOR_NS ARMV8M_REG(0xE002ED08)

/* What a Secure MPU region allows Secure code; the application is never concerned by this MPU. */
enum armv8m_access {
    ARMV8M_READ_EXECUTE = 0x4, /* RBAR: AP = read-only, privileged */
    ARMV8M_READ = 0x5,         /* and XN */
    ARMV8M_READ_WRITE = 0x1    /* XN */
};

struct armv8m_region {
    uint32_t base;   /* multiple of 32 */
    uint32_t end;    /* the first address after it, multiple of 32 */
    uint32_t access; /* enum armv8m_access */
    uint32_t device; /* 0 = normal memory, not cached; 1 = device memory */
};

/* Turns the Secure MPU on with these regions and no others; whatever is in none of them faults. */
void armv8m_mpu_start(const struct armv8m_region *regions, uint32_t n);

/* Sets one region. `spoil` is 0, or all ones: the region is then off, without a branch. Regions must not overlap. */
void armv8m_mpu_set(uint32_t number, const struct armv8m_region *region, uint32_t spoil);

/*
 * Makes [base, end) Non-secure in SAU region `number`; both multiples of 32. `end | ARMV8M_SAU_CALLABLE` makes it
 * Secure and Non-secure callable instead. `spoil` is 0, or all ones: the region then stays off, without a branch. Traps
 * if the SAU doesn't hold the base afterwards.
 */
void armv8m_sau_open(uint32_t number, uint32_t base, uint32_t end, uint32_t spoil);

/* Turns the SAU on. What no region opens stays Secure. */
void armv8m_sau_start(void);

/* All faults of both worlds come to this image, and no Non-secure priority can hold them off. */
void armv8m_faults_start(void);

/* Resets the system; doesn't return. */
void armv8m_reset(void);

/* The first instruction of an image: sets the stack's limit, then runs prm_start(). */
void prm_reset(void);

/* Calls prm_walls(), initialises .data and .bss, and calls prm_main(). */
void prm_start(void);
void prm_walls(void); /* the firmware's: MPU on; it has neither .data nor .bss yet */
void prm_main(void); /* the firmware's */

/*
 * Wipes [ram, ram_end) (a multiple of 16 bytes), sets the stack pointer to `stack_top` and its limit to 0, clears every
 * register and branches to `entry` (bit 0 set), Secure. The one place where the root is left.
 */
void prm_enter_services(uint32_t entry, uint32_t ram, uint32_t ram_end, uint32_t stack_top);

/*
 * Seals the Secure stack at `stack_top`, clears every register and branches to `entry` (bit 0 clear) in the Non-secure
 * state. The one place where the services start the application.
 */
void prm_enter_nonsecure(uint32_t entry, uint32_t stack_top);

/* Where the root waits when nothing can be done about what it found. */
void prm_recovery_halt(void);

/*
 * Every exception that a Secure image takes. A fault of the application, and the watchdog, are reported on the console
 * and reset the system; a fault of its own ends in prm_fault_own(). `exc_return` is the LR of the exception's entry.
 */
void prm_fault(uint32_t exc_return);

/* The firmware's: what it calls itself, and how it ends after a fault of its own. */
extern const char prm_fault_name[];
void prm_fault_own(void);

#endif

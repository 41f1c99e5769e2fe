/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_report.h - what the services tell about the last fault: where it was, and what it means.
 *
 * Written by the services before they reset the system, to a fixed place in retained memory beside the boot report (the board's
 * map says where), printed on their console as the line "fault: report <hex>", and read by the application after the reset, and
 * by `primum device report`. All integers little-endian. docs/format/boot-report.md draws it.
 *
 * It is information, not authority: the application can overwrite it, and nothing in the Secure world reads more back than the
 * count. Of a fault of the services' own it tells no register that could hold a secret.
 */
#ifndef PRIMUM_FAULT_REPORT_H
#define PRIMUM_FAULT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#define PRM_FAULT_MAGIC 0x464D5250u /* bytes "PRMF" */
#define PRM_FAULT_VERSION 1u

enum prm_fault_who { PRM_FAULT_APPLICATION = 1, PRM_FAULT_SERVICES = 2 };

/* In `has`. */
enum prm_fault_has {
    PRM_FAULT_HAS_PC = 1,     /* the registers that the core put on the stack could be read: pc, xpsr */
    PRM_FAULT_HAS_LR = 2,     /* and lr is told; of the services only if it is an address of their code */
    PRM_FAULT_HAS_ADDRESS = 4 /* of what the application tried to read or write */
};

struct prm_fault_report {
    uint32_t magic;
    uint16_t version;
    uint16_t size;      /* bytes of this struct */
    uint32_t boot;      /* which start of the device it happened in, as the boot report counts them; 0: not counted */
    uint32_t count;     /* faults since power came on, this one included */
    uint32_t who;       /* enum prm_fault_who: whose code was interrupted */
    uint32_t exception; /* its number: 2 the watchdog, 3 HardFault, 4 MemManage, 5 BusFault, 6 UsageFault, 7 SecureFault */
    uint32_t has;       /* enum prm_fault_has; what isn't there is 0 */
    uint32_t pc;
    uint32_t lr;
    uint32_t xpsr;
    uint32_t address;
    uint32_t cfsr; /* as the core's registers were: the Secure CFSR, and the application's */
    uint32_t cfsr_ns;
    uint32_t hfsr;
    uint32_t sfsr;
    uint32_t check; /* prm_fault_report_check() of everything before it */
};

/*
 * X(register, bit, name, words): what each bit of the core's registers means (Armv8-M Architecture Reference Manual, D1.2). CFSR
 * stands for either bank. FORCED isn't here: it says that another bit is set.
 */
#define PRM_FAULT_WORDS(X) \
    X(SFSR, 0, "INVEP", "branch to Secure memory that is no entry") \
    X(SFSR, 1, "INVIS", "Secure stack without its seal") \
    X(SFSR, 2, "INVER", "return to a Secure state that does not exist") \
    X(SFSR, 3, "AUVIOL", "access to memory or a peripheral that is not granted") \
    X(SFSR, 4, "INVTRAN", "branch out of the Secure state by an ordinary branch") \
    X(SFSR, 5, "LSPERR", "FPU registers could not be kept") \
    X(SFSR, 7, "LSERR", "FPU registers were to be kept at a wrong place") \
    X(CFSR, 0, "IACCVIOL", "code in memory that must not run") \
    X(CFSR, 1, "DACCVIOL", "access that the own MPU forbids") \
    X(CFSR, 3, "MUNSTKERR", "stack not readable at a return, by the own MPU") \
    X(CFSR, 4, "MSTKERR", "stack not writable at an exception, by the own MPU") \
    X(CFSR, 5, "MLSPERR", "FPU registers could not be kept, by the own MPU") \
    X(CFSR, 8, "IBUSERR", "bus error at an instruction") \
    X(CFSR, 9, "PRECISERR", "bus error at an access") \
    X(CFSR, 10, "IMPRECISERR", "bus error some time before") \
    X(CFSR, 11, "UNSTKERR", "stack not readable at a return, by the bus") \
    X(CFSR, 12, "STKERR", "stack not writable at an exception, by the bus") \
    X(CFSR, 13, "LSPERR", "FPU registers could not be kept, by the bus") \
    X(CFSR, 16, "UNDEFINSTR", "no such instruction") \
    X(CFSR, 17, "INVSTATE", "branch to an even address, or a broken state") \
    X(CFSR, 18, "INVPC", "return from an exception that is none") \
    X(CFSR, 19, "NOCP", "FPU not granted, or not turned on") \
    X(CFSR, 20, "STKOF", "stack overflow") \
    X(CFSR, 24, "UNALIGNED", "access that is not aligned") \
    X(CFSR, 25, "DIVBYZERO", "division by zero") \
    X(HFSR, 1, "VECTTBL", "vector table not readable")

/* The check word over a report: tells a report from leftover memory. Not a protection against intent. */
static inline uint32_t prm_fault_report_check(const struct prm_fault_report *report) {
    const uint8_t *p = (const uint8_t *)report;
    uint32_t sum = PRM_FAULT_MAGIC;

    for (size_t i = 0; i < offsetof(struct prm_fault_report, check); i++)
        sum = ((sum << 5) | (sum >> 27)) + p[i];
    return sum;
}

/* 1 if these are a whole report of this version. */
static inline int prm_fault_report_valid(const struct prm_fault_report *report) {
    return report->magic == PRM_FAULT_MAGIC && report->version == PRM_FAULT_VERSION && report->size == sizeof *report &&
           report->check == prm_fault_report_check(report);
}

#ifdef __cplusplus
static_assert(sizeof(struct prm_fault_report) == 64, "the format is fixed");
#else
_Static_assert(sizeof(struct prm_fault_report) == 64, "the format is fixed");
#endif

#endif

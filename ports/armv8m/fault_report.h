/* SPDX-License-Identifier: Apache-2.0 */
/* fault_report.h - faults while the services are there: what they say and keep before they reset the system. */
#ifndef PRM_PORTS_ARMV8M_FAULT_REPORT_H
#define PRM_PORTS_ARMV8M_FAULT_REPORT_H

#include "primum/fault_report.h"
#include "seam/caller.h"

struct armv8m_faults {
    const struct prm_caller *memory;   /* what is the application's own: a frame elsewhere isn't looked at */
    struct prm_fault_report *report;   /* retained over a reset */
    const uint32_t *boot;              /* which start of the device this is */
    const uint32_t *code, *code_end;   /* the services' */
    const uint32_t *stack, *stack_end; /* where frames of theirs can be */
};

/* The firmware's, in read-only memory: a fault may come before anything else is initialised. */
extern const struct armv8m_faults prm_faults;

/* The exceptions' entry. */
void armv8m_fault_entry(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/mps2-an505/grants.h"

#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/peripherals.h"

/* The SSE-200 security controller: Secure alias, and the privilege registers of the Non-secure one (Arm 101104). */
#define SECCTL(offset) ARMV8M_REG(0x50080000u + (offset))
#define SECCTL_SECRESPCFG SECCTL(0x10)
#define SECCTL_NSMSCEXP SECCTL(0xD0)
#define SECCTL_NS_PRIVILEGE(gate) ARMV8M_REG(BOARD_NS_PRIVILEGE_BASE + 0x40u + (gate))
enum { SAU_REGIONS = 8 };

static const uint16_t gates[] = {0x50, 0x60, 0x64, 0x68, 0x6C, 0x70, 0x74, 0x80, 0x84, 0x88, 0x8C};

static uint32_t is_granted(const struct mps2_grants *grants, uint32_t peripheral) {
    for (const uint8_t *p = grants->peripherals; *p != MPS2_END; p++)
        if (*p == peripheral)
            return 1;
    return 0;
}

/* How many SAU regions the table takes: neighbours that are both granted share one. */
static uint32_t regions(const struct mps2_grants *grants) {
    uint32_t n = 0;
    uint32_t end = 0;

    for (uint32_t i = 0; i < MPS2_PERIPHERALS; i++) {
        if (is_granted(grants, i) == 0)
            continue;
        n += prm_mps2_peripherals[i].base != end;
        end = prm_mps2_peripherals[i].base + prm_mps2_peripherals[i].size;
    }
    return n;
}

const char *prm_mps2_grants_wrong(const struct mps2_grants *grants) {
    for (const uint8_t *p = grants->peripherals; *p != MPS2_END; p++) {
        if (*p >= MPS2_PERIPHERALS)
            return "there is no such peripheral";
        if (prm_mps2_peripherals[*p].master != 0 && BOARD_FLASH_GATED == 0)
            return "a master would reach the flash, which only the SAU closes";
    }
    for (const uint8_t *p = grants->lines; *p != MPS2_END; p++)
        if (*p < MPS2_LINES_FREE || *p >= MPS2_LINES)
            return "that interrupt line is a peripheral's, or nobody's";
    if (regions(grants) > SAU_REGIONS - BOARD_SAU_PERIPHERALS)
        return "the SAU has no region left";
    return NULL;
}

static void open_gate(const struct mps2_peripheral_facts *facts) {
    SECCTL(facts->gate) |= 1u << facts->bit;
    SECCTL_NS_PRIVILEGE(facts->gate) |= 1u << facts->bit;
    for (uint32_t i = 0; i < MPS2_PERIPHERAL_LINES; i++)
        if (facts->line[i] != MPS2_END)
            armv8m_interrupt_give(facts->line[i]);
}

static void open_peripherals(const struct mps2_grants *grants, uint32_t region) {
    uint32_t base = 0;
    uint32_t end = 0;

    for (uint32_t i = 0; i < MPS2_PERIPHERALS; i++) {
        const struct mps2_peripheral_facts *const facts = &prm_mps2_peripherals[i];

        if (is_granted(grants, i) == 0)
            continue;
        open_gate(facts);
        if (facts->base != end) {
            region += end != 0;
            base = facts->base;
        }
        end = facts->base + facts->size;
        armv8m_sau_open(region, base, end, 0);
    }
}

void prm_mps2_grant(const struct mps2_grants *grants, uint32_t region) {
    if (prm_mps2_grants_wrong(grants) != NULL)
        prm_trap();
    armv8m_interrupts_close(MPS2_LINES);
    SECCTL_SECRESPCFG = 1;
    /* Whatever a master is told, and by whom: its transfers are Non-secure, and end at the gates of the memories. */
    SECCTL_NSMSCEXP = UINT32_MAX;
    for (uint32_t i = 0; i < sizeof gates / sizeof gates[0]; i++)
        SECCTL(gates[i]) = 0;
    open_peripherals(grants, region);
    for (const uint8_t *p = grants->lines; *p != MPS2_END; p++)
        armv8m_interrupt_give(*p);
    armv8m_grant_core(&grants->core);
}

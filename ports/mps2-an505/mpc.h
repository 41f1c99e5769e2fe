/* SPDX-License-Identifier: Apache-2.0 */
/* mpc.h - the memory protection controllers of the SSE-200, Secure aliases (Arm DDI 0571, DTO0051). */
#ifndef PRM_PORTS_MPS2_AN505_MPC_H
#define PRM_PORTS_MPS2_AN505_MPC_H

#include "ports/armv8m/armv8m.h"

#define MPC_CTRL(mpc) ARMV8M_REG((mpc) + 0x00u)
#define MPC_BLK_MAX(mpc) ARMV8M_REG((mpc) + 0x10u)
#define MPC_BLK_IDX(mpc) ARMV8M_REG((mpc) + 0x18u)
#define MPC_BLK_LUT(mpc) ARMV8M_REG((mpc) + 0x1Cu)
#define MPC_SSRAM0 0x58007000u /* the ROM and the fuses */
#define MPC_SSRAM1 0x58008000u /* the root's and the services' RAM */
#define MPC_SSRAM2 0x58009000u /* the application's RAM */
#define MPC_CTRL_OPEN 0x110u   /* bus error on a violation; the block index advances by itself */
#define MPC_CTRL_LOCK 0x80000000u

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

/* A poll is some 200 instructions: these are 20 ms at 20 MHz and two cycles an instruction. The part takes up to 5. */
enum { POLLS = 1000 };

const struct prm_at24 prm_mps2_eeprom = {&prm_mps2_i2c, BOARD_EEPROM_ADDRESS, BOARD_EEPROM_SIZE, BOARD_EEPROM_PAGE, POLLS};

/* SPDX-License-Identifier: Apache-2.0 */
/* The board's facts for the core, and the agreement of board.h with the formats. */
#include "bank/geometry.h"
#include "ports/eeprom/eeprom_cell.h"
#include "ports/eeprom/eeprom_counter.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

#define AREA PRM_JOURNAL_AREA(BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_WRITE_SIZE)

_Static_assert((BOARD_FLASH_WRITE_SIZE & (BOARD_FLASH_WRITE_SIZE - 1)) == 0 &&
                   BOARD_FLASH_WRITE_SIZE >= PRM_FLASH_WRITE_MIN && BOARD_FLASH_WRITE_SIZE <= PRM_FLASH_WRITE_MAX,
               "the formats know this write unit");
_Static_assert((BOARD_FLASH_ERASE_SIZE & (BOARD_FLASH_ERASE_SIZE - 1)) == 0 &&
                   BOARD_FLASH_ERASE_SIZE >= BOARD_FLASH_WRITE_SIZE && BOARD_FLASH_SIZE % BOARD_FLASH_ERASE_SIZE == 0,
               "the formats know this erase unit");
_Static_assert(BOARD_CHUNK_SIZE == PRM_BANK_CHUNK(BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_WRITE_SIZE), "the chunks are the format's");
_Static_assert(BOARD_APP_OFF >= PRM_BANK_HEAD_SIZE(BOARD_FLASH_WRITE_SIZE, BOARD_CHUNK_SIZE, BOARD_APP_SIZE, BOARD_SERVICES_SIZE),
               "images stand behind header, marks and list");
_Static_assert((BOARD_SLOT_A_OFF | BOARD_SLOT_B_OFF | BOARD_SLOT_SIZE | BOARD_APP_OFF | BOARD_SERVICES_OFF) % BOARD_GRANULE == 0,
               "what is attributed takes whole granules");
_Static_assert(BOARD_SLOT_A_OFF % BOARD_FLASH_ERASE_SIZE == 0 && BOARD_SLOT_B_OFF % BOARD_FLASH_ERASE_SIZE == 0 &&
                   BOARD_SLOT_SIZE % BOARD_FLASH_ERASE_SIZE == 0 && BOARD_SLOT_A_OFF + BOARD_SLOT_SIZE <= BOARD_SLOT_B_OFF &&
                   BOARD_SLOT_B_OFF + BOARD_SLOT_SIZE <= BOARD_FLASH_SIZE,
               "banks take whole erase units of the flash");
_Static_assert(BOARD_APP_OFF + BOARD_APP_SIZE <= BOARD_SERVICES_OFF, "the components don't overlap");
_Static_assert(BOARD_SERVICES_OFF + BOARD_SERVICES_SIZE <= BOARD_SLOT_SIZE, "the components fit the bank");
_Static_assert((BOARD_APP_OFF | BOARD_SERVICES_OFF) % BOARD_FLASH_ERASE_SIZE == 0, "no unit holds two components");
_Static_assert(BOARD_FUSES_SIZE == sizeof(struct prm_fuses), "the fuses fit their place");
_Static_assert(BOARD_TRUST_OFF + sizeof(struct prm_trust) <= BOARD_ROM_SIZE, "the anchors fit the ROM");
_Static_assert(BOARD_ROM_BASE + BOARD_ROM_SIZE == BOARD_OTP_BASE && BOARD_ROM_SIZE + BOARD_OTP_SIZE == 0x10000,
               "code, anchors and one-time memory are 64 KiB");
_Static_assert(BOARD_FUSES_BASE + BOARD_FUSES_SIZE <= BOARD_LIFE_CYCLE_BASE &&
                   BOARD_LIFE_CYCLE_BASE + BOARD_LIFE_CYCLE_SIZE <= BOARD_SECRET_BASE &&
                   BOARD_SECRET_BASE + BOARD_SECRET_SIZE <= BOARD_SALT_BASE &&
                   BOARD_SALT_BASE + BOARD_SALT_SIZE <= BOARD_KEY_BASE &&
                   BOARD_KEY_BASE + BOARD_KEY_SIZE <= BOARD_OTP_BASE + BOARD_OTP_SIZE,
               "what stands in one-time memory doesn't overlap");
_Static_assert((BOARD_LIFE_CYCLE_BASE | BOARD_SECRET_BASE | BOARD_SALT_BASE | BOARD_KEY_BASE) % 32 == 0,
               "the MPU can close each of them alone");
_Static_assert(sizeof(struct prm_boot_report) <= BOARD_REPORT_SIZE, "the report fits its page");
_Static_assert(sizeof(struct prm_handoff) <= BOARD_HANDOFF_SIZE, "the hand-over fits its place");
_Static_assert(BOARD_ROT_RAM_BASE + BOARD_ROT_RAM_SIZE <= BOARD_HANDOFF_BASE, "the root wipes its own RAM only");
_Static_assert(BOARD_COUNTER_OFF % BOARD_EEPROM_PAGE == 0 && BOARD_TRUST_COUNTER_OFF % 64 == 0 &&
                   BOARD_KEPT_OFF % BOARD_EEPROM_PAGE == 0 && BOARD_BOOTS_OFF % BOARD_EEPROM_PAGE == 0 &&
                   BOARD_SEED_OFF % BOARD_EEPROM_PAGE == 0 && PRM_EEPROM_CELL_SIZE <= BOARD_EEPROM_PAGE,
               "no record of counters or cell crosses a page of the part");
_Static_assert(BOARD_COUNTER_OFF + PRM_EEPROM_COUNTER_SIZE <= BOARD_TRUST_COUNTER_OFF &&
                   BOARD_TRUST_COUNTER_OFF + PRM_EEPROM_COUNTER_SIZE <= BOARD_KEPT_OFF &&
                   BOARD_KEPT_OFF + PRM_EEPROM_CELL_SIZE <= BOARD_BOOTS_OFF &&
                   BOARD_BOOTS_OFF + PRM_EEPROM_COUNTER_SIZE <= BOARD_SEED_OFF &&
                   BOARD_SEED_OFF + PRM_EEPROM_CELL_SIZE <= BOARD_STORE_COUNTER_OFF &&
                   BOARD_STORE_COUNTER_OFF + BOARD_STORE_COUNTER_SIZE <= BOARD_EEPROM_SIZE,
               "counters and cell don't overlap");
_Static_assert(BOARD_STORE_COUNTER_SIZE / BOARD_EEPROM_PAGE >= 64, "the store's counter wears 64 pages");
_Static_assert((BOARD_JOURNAL_OFF | BOARD_TRUST_0_OFF | BOARD_TRUST_1_OFF | PRM_TRUST_SLOT_SIZE | BOARD_CERT_0_OFF |
                BOARD_CERT_1_OFF | BOARD_LOG_OFF | BOARD_LOG_SIZE | BOARD_STORE_OFF | BOARD_STORE_SIZE) %
                       BOARD_FLASH_ERASE_SIZE == 0,
               "everything takes whole erase units");
_Static_assert(BOARD_JOURNAL_OFF + 2 * AREA <= BOARD_TRUST_0_OFF &&
                   BOARD_TRUST_0_OFF + PRM_TRUST_SLOT_SIZE <= BOARD_TRUST_1_OFF &&
                   BOARD_TRUST_1_OFF + PRM_TRUST_SLOT_SIZE <= BOARD_CERT_0_OFF,
               "the trust slots stand behind the journal");
_Static_assert(BOARD_CERT_0_OFF + BOARD_FLASH_ERASE_SIZE <= BOARD_CERT_1_OFF && BOARD_CERT_SIZE <= BOARD_FLASH_ERASE_SIZE &&
                   BOARD_CERT_1_OFF + BOARD_FLASH_ERASE_SIZE <= BOARD_LOG_OFF &&
                   BOARD_LOG_OFF + BOARD_LOG_SIZE <= BOARD_STORE_OFF &&
                   BOARD_STORE_OFF + BOARD_STORE_SIZE <= BOARD_SLOT_A_OFF,
               "what is reserved stands between the trust slots and the banks");

const struct prm_layout prm_mps2_layout = {
    .journal_off = BOARD_JOURNAL_OFF,
    .trust_off = {BOARD_TRUST_0_OFF, BOARD_TRUST_1_OFF},
    .bank_off = {BOARD_SLOT_A_OFF, BOARD_SLOT_B_OFF},
    .bank_size = BOARD_SLOT_SIZE,
    .chunk_size = BOARD_CHUNK_SIZE,
    .flash_base = BOARD_FLASH_BASE,
    .components = MPS2_COMPONENTS,
    .trial_boots = BOARD_TRIAL_BOOTS,
    .component =
        {
            [MPS2_APP] = {BOARD_APP_OFF, BOARD_APP_SIZE, BOARD_NS_RAM_BASE, BOARD_NS_RAM_SIZE},
            [MPS2_SERVICES] = {BOARD_SERVICES_OFF, BOARD_SERVICES_SIZE, BOARD_SERVICES_RAM_BASE,
                               BOARD_SERVICES_RAM_SIZE},
        },
};

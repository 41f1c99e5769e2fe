/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.h - the memory map of the emulated board mps2-an505, shared by the root, the applications, the linker scripts
 * (which the C preprocessor reads) and `primum device`. Plain numbers only.
 */
#ifndef PRM_BOARD_H
#define PRM_BOARD_H

/* ROM-like: QEMU writes it again at each reset (-device loader). Secure alias of SSRAM-0. */
#define BOARD_ROM_BASE 0x10000000
#define BOARD_ROM_SIZE 0xF000  /* 60 KiB: the root's code, then at BOARD_TRUST_OFF its trust anchors */
#define BOARD_TRUST_OFF 0xC000 /* 48 KiB */

/* One-time memory, the last 4 KiB of the 64: what is not read from a file at each reset is reserved, and blank. */
#define BOARD_OTP_BASE 0x1000F000
#define BOARD_OTP_SIZE 0x1000
#define BOARD_FUSES_BASE 0x1000F000 /* the identity fuses, from fuse.bin */
#define BOARD_FUSES_SIZE 64
#define BOARD_LIFE_CYCLE_BASE 0x1000F040 /* reserved: the device's life cycle, a unary code */
#define BOARD_LIFE_CYCLE_SIZE 64
#define BOARD_SECRET_BASE 0x1000F080 /* reserved: the secret that a device's identity comes from */
#define BOARD_SECRET_SIZE 64
#define BOARD_SALT_BASE 0x1000F0C0 /* reserved: the owner's salt, which can be erased by itself */
#define BOARD_SALT_SIZE 64
#define BOARD_KEY_BASE 0x1000F800 /* this device's private key for encrypted payloads: P-256, from key.bin */
#define BOARD_KEY_SIZE 32

/* RAM: SSRAM-1 stays Secure, SSRAM-2 is the application's. */
#define BOARD_ROT_RAM_BASE 0x38000000
#define BOARD_ROT_RAM_SIZE 0x4000
#define BOARD_NS_RAM_BASE 0x28200000
#define BOARD_NS_RAM_SIZE 0x1FF000
#define BOARD_REPORT_BASE 0x283FF000 /* the boot report, retained over a reset; Non-secure, the application reads it */
#define BOARD_REPORT_SIZE 0x1000
#define BOARD_FAULT_REPORT_BASE 0x283FF200 /* in it: the last fault, from the services (include/primum/fault_report.h) */
#define BOARD_MPC_LUT_WORDS 64 /* a memory of 2 MiB in blocks of 1 KiB, one bit each */

/*
 * Where an application branches to when it calls the services: Secure in the core's own map, whatever the SAU says, callable by
 * nobody, and empty. The same for each bank and each release.
 */
#define BOARD_DOOR 0x1FFFFFE0
#define BOARD_DOOR_SLICE 4000 /* cycles after which a call looks whether it holds something off: 0.2 ms */

/*
 * Serial lines: 0 is the root's and the services' console (Secure alias), 1 the application's (Non-secure alias), 2 the
 * wire that releases come over: the root's or the services' while there is no application, else the application's.
 */
#define BOARD_UART0_BASE 0x50200000
#define BOARD_UART1_NS_BASE 0x40201000
#define BOARD_UART2_BASE 0x50202000
#define BOARD_UART2_NS_BASE 0x40202000
#define BOARD_UART_SIZE 0x1000
#define BOARD_NS_PRIVILEGE_BASE 0x40080000 /* which granted peripherals unprivileged code may use (SSE-200) */
#define BOARD_NS_PRIVILEGE_SIZE 0x1000
#define BOARD_SAU_PERIPHERALS 2 /* SAU regions: image, RAM; from here on, granted peripherals */

/* A free-running counter of hundredths of a second (FPGAIO CLK100HZ, Secure alias), and the Secure watchdog. */
#define BOARD_CENTISECONDS 0x50302014
#define BOARD_WATCHDOG_BASE 0x50081000
#define BOARD_CORE_HZ 20000000
/*
 * The watchdog's budgets, in seconds. It runs from the root's first lines on, and is started anew by whoever goes on: by the
 * root at the hand-over, by the services at the application's start.
 */
#define BOARD_ROOT_S 200 /* the root, and the services before the application: 4 times the slowest boot (bench.sh) */
#define BOARD_TRIAL_S 5  /* a release on trial is accepted by then, counted from the application's start */
#define BOARD_RUN_S 60   /* from then on: the application says that it is alive at least so often */

/* Flash: the file-backed PSRAM behind a driver that keeps NOR rules. */
#define BOARD_FLASH_BASE 0x80000000
#define BOARD_FLASH_SIZE 0x1000000
#define BOARD_FLASH_ERASE_SIZE 0x1000
#define BOARD_FLASH_WRITE_SIZE 8
#define BOARD_FLASH_ERASED 0xFF
#define BOARD_FLASH_GATED 0 /* it has no MPC: what is not the core passes by the SAU */
#define BOARD_GRANULE 0x10000     /* banks and images stand at multiples of it: the coarsest that real parts attribute at once */
#define BOARD_JOURNAL_OFF 0x0     /* two erase units */
#define BOARD_TRUST_0_OFF 0x100000 /* two slots for trust manifests */
#define BOARD_TRUST_1_OFF 0x104000
#define BOARD_CERT_0_OFF 0x110000 /* reserved: the certificates of this boot's identity, two places in units of their own */
#define BOARD_CERT_1_OFF 0x111000
#define BOARD_CERT_SIZE 0x400
#define BOARD_LOG_OFF 0x120000 /* reserved: the event log */
#define BOARD_LOG_SIZE 0x20000
#define BOARD_STORE_OFF 0x140000 /* reserved: secrets at rest */
#define BOARD_STORE_SIZE 0x40000
#define BOARD_SLOT_A_OFF 0x200000
#define BOARD_SLOT_B_OFF 0x400000
#define BOARD_SLOT_SIZE 0x200000
#define BOARD_CHUNK_SIZE 0x1000       /* of an image, that a mark is about */
#define BOARD_APP_OFF 0x10000         /* in a bank: the application, Non-secure */
#define BOARD_APP_SIZE 0x170000
#define BOARD_SERVICES_OFF 0x180000   /* in a bank: the services, Secure */
#define BOARD_SERVICES_SIZE 0x80000
#define BOARD_TRIAL_BOOTS 3 /* how often a release that isn't accepted yet is started */

/* The services' RAM, Secure; at its beginning what the root hands over to them (boot/handoff.h). */
#define BOARD_HANDOFF_BASE 0x38010000
#define BOARD_HANDOFF_SIZE 0x100
#define BOARD_SERVICES_RAM_BASE 0x38010100
#define BOARD_SERVICES_RAM_SIZE 0x1FF00

/* AT24C EEPROM, 64 KiB in pages of 128 bytes, on the i2c3 bus at address 0x50: counters, and the cell that names the kept release. */
#define BOARD_EEPROM_I2C_BASE 0x5020D000
#define BOARD_EEPROM_ADDRESS 0x50
#define BOARD_EEPROM_SIZE 0x10000
#define BOARD_EEPROM_PAGE 128
#define BOARD_COUNTER_OFF 0x0        /* the rollback floor */
#define BOARD_TRUST_COUNTER_OFF 0x40 /* the trust floor */
#define BOARD_KEPT_OFF 0x80
#define BOARD_BOOTS_OFF 0x100             /* how often the device has started: one write a boot */
#define BOARD_SEED_OFF 0x180              /* the seed of the random numbers: one write of each record a start */
#define BOARD_STORE_COUNTER_OFF 0x2000    /* reserved: the store's counter, spread over pages */
#define BOARD_STORE_COUNTER_SIZE 0x2000   /* 64 of them */

#endif

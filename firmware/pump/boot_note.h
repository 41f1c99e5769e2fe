/* SPDX-License-Identifier: Apache-2.0 */
/* boot_note.h - what the root said about this boot, on the application's console. */
#ifndef PUMP_BOOT_NOTE_H
#define PUMP_BOOT_NOTE_H

/* Prints one line from the report in retained memory, or that there is none to be trusted. */
void boot_note_print(void);

#endif

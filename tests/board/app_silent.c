/* SPDX-License-Identifier: Apache-2.0 */
/* An application that is accepted, and then says nothing more: it hangs, with its interrupts off. */
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"

void app_on_tick(void) {}

void app_main(void) {
    prm_console_text("silent: started");
    prm_console_put('\n');
}

_Noreturn void app_end(void) {
    __asm__ volatile("cpsid i");
    for (;;) {
    }
}

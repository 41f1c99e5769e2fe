/* SPDX-License-Identifier: Apache-2.0 */
/* After therapy: idle, which is a good time for an update. */
#include "firmware/pump/pump.h"
#include "firmware/pump/update.h"
#include "ports/mps2-an505/app.h"

_Noreturn void app_end(void) {
    uint8_t key;

    for (;;) {
        update_tick(0);
        if (app_console_get(&key) != 0 && key == 's')
            pump_infuse_long();
        app_tick_wait();
    }
}

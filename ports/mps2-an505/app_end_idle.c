/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/mps2-an505/app.h"
#include "primum/alive.h"

_Noreturn void app_end(void) {
    app_tick_start();
    for (;;) {
        (void)primum_alive();
        app_tick_wait();
    }
}

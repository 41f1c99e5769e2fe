/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/call.h"

void primum_door_wait(void) {
}

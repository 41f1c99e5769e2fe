# SPDX-License-Identifier: Apache-2.0
# Two copies are looked at and used under locks of their own; and each takes its time between the two, since a race that is
# over in microseconds is not lost on every machine.
s/ && primum_lock_fd(out->fd\[which\]) == 0//
s/const uint32_t to = read_mark/(void)usleep(20000);\n        const uint32_t to = read_mark/

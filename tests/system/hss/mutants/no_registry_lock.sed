# SPDX-License-Identifier: Apache-2.0
# Two copies are looked at and used under locks of their own.
s/ && primum_lock_fd(out->fd\[which\]) == 0//

# SPDX-License-Identifier: Apache-2.0
# Nobody waits for anybody.
s/status = flock(fd, LOCK_EX);/status = fd < 0;/

# SPDX-License-Identifier: Apache-2.0
# The new name is not on the disk when the signature leaves.
s/fd < 0 || fsync(fd) != 0;/fd < 0;/

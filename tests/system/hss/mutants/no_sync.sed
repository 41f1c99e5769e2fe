# SPDX-License-Identifier: Apache-2.0
# The new state is not on the disk when the signature is made.
s/return fsync(fd);/return 0;/

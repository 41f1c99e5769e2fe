# SPDX-License-Identifier: Apache-2.0
# A lock on a file that has lost its name meanwhile counts as a lock.
s/named.st_ino == locked.st_ino/named.st_ino != 0/

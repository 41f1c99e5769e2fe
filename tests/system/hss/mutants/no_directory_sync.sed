# SPDX-License-Identifier: Apache-2.0
# The new name is not on the disk when the verb ends.
s/fsync(files->output\[i\].folder) != 0/0/

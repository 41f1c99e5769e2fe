# SPDX-License-Identifier: Apache-2.0
# An older state than this machine knows of is as good as any.
s/s->generation < known->generation || s->next < known->next ||/0 ||/

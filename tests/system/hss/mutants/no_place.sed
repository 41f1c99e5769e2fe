# SPDX-License-Identifier: Apache-2.0
# A copy is as good as the file itself.
s/memcmp(s->place, place, sizeof place) == 0/1/

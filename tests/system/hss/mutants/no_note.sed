# SPDX-License-Identifier: Apache-2.0
# The machine remembers nothing.
s/return status == PRIMUM_OK ? hss_registry_note(&s->registry, s) : status;/return status;/

# SPDX-License-Identifier: Apache-2.0
# What can be called: the table of services, and for each a file with its rows. The services link them, and so does tests/door.
set(services_rows table.c serve_update.c serve_random.c)
list(TRANSFORM services_rows PREPEND "${CMAKE_SOURCE_DIR}/firmware/services/")

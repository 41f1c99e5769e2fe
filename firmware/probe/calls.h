/* SPDX-License-Identifier: Apache-2.0 */
/* calls.h - calls into the services that must be refused, with the code that each must return. */
#ifndef PROBE_CALLS_H
#define PROBE_CALLS_H

/* Makes all of them, says which were not answered as they must be, and how many were; after each a good call must work.
 */
void calls_try(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* services.h - the parts of the services' firmware. */
#ifndef SERVICES_H
#define SERVICES_H

#include "door/door.h"
#include "psa/fwu.h"
#include "seam/crypto.h"

/* Their cryptography but for AES: the root's, and what agreement needs. */
extern const struct prm_crypto services_crypto;

/*
 * The opener over this device's private key, whose only copy in RAM it is from then on. NULL if the device has none, or
 * one that is no key: then encrypted payloads are left out.
 */
const struct prm_update_opener *services_opener(void);

/*
 * What the application asks of the update service goes to this one, from now on. Borrowed. The watchdog is started with the
 * budget of what comes next: a trial, or a run in which the application has to say that it is alive.
 */
void services_update_start(struct prm_fwu *fwu, prm_answer trial);
extern const struct prm_door_op services_update_ops[];

/*
 * Once a start, before anything else that uses the EEPROM's seed: tests the source, replaces the seed. Errors: those of
 * prm_random_start(); then there are no random numbers until the next start, and everything else goes on.
 */
prm_result services_random_start(void);

/* Fresh bytes that blind a calculation with a secret, in `noise`; NULL if there are none. */
const uint8_t *services_noise(uint8_t noise[PRM_P256_NOISE_SIZE]);

/* What the application asks of random numbers goes to this generator, from now on. Borrowed. */
struct prm_random;
void services_random_serve(struct prm_random *random);
extern const struct prm_door_op services_random_ops[];

/* All that can be called. */
extern const struct prm_door_service services_table[];
extern const uint32_t services_table_count;

#endif

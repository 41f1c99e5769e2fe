/* SPDX-License-Identifier: Apache-2.0 */
/* verified.h - what the verification of a release leaves, as plain figures: for those who decide by it. release.h is what makes it. */
#ifndef PRM_TRUST_VERIFIED_H
#define PRM_TRUST_VERIFIED_H

#include "base/harden.h"
#include "trust/trust.h"

/* What a verified envelope was signed by, and the steps it adds to a word. */
struct prm_release_verified {
    uint8_t manifest_digest[PRM_SHA256_SIZE];
    uint8_t key_id[PRM_KEY_ID_SIZE]; /* the first anchor with a good signature; zeros if there is none */
    prm_answer revoked;              /* PRM_YES: good only as the release that the device keeps */
};

/* The steps that prm_release_verify() adds to the word, in this order, whatever the policy: SIGNATURE for each kind of key. */
#define PRM_K_DIGEST 0x6D0F27BDu

/* The steps that prm_release_verify_fit() adds: DEVICE for each component, then FLOOR. */
#define PRM_K_DEVICE 0x3C92D5E7u
#define PRM_K_FLOOR 0xE85B1F36u

#endif

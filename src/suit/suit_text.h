/* SPDX-License-Identifier: Apache-2.0 */
/* suit_text.h - what a manifest says to people, of which the device reads the version. Not linked by the root. */
#ifndef PRM_SUIT_SUIT_TEXT_H
#define PRM_SUIT_SUIT_TEXT_H

#include "suit/suit.h"

/* A semantic version; what comes after the three numbers is not read. */
struct prm_suit_version {
    uint8_t major;
    uint8_t minor;
    uint16_t patch;
};

/*
 * The version in a manifest's text (suit-text-component-version, in the first language). A number that doesn't fit is the
 * largest that does. On failure `*out` is zeros.
 * Errors: CBOR_*, SUIT_MISSING (no text, or no version in it, or not a semantic one).
 */
PRM_MUST_USE prm_result prm_suit_version_parse(const struct prm_suit_manifest *manifest, struct prm_suit_version *out);

#endif

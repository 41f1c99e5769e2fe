/* SPDX-License-Identifier: Apache-2.0 */
/*
 * result.h - the one result type of Primum.
 *
 * A result is a 32-bit word. Success is not zero, and every error is at least six bits away from it, so that neither a
 * cleared register nor a few flipped bits turn a refusal into a success. An error reads as three letters of its module
 * and a number in a hex dump: bytes 'S','I','G',0x03 are the little-endian word 0x03474953 and are written "SIG3".
 */
#ifndef PRM_BASE_RESULT_H
#define PRM_BASE_RESULT_H

#include <stdint.h>

typedef uint32_t prm_result;

#define PRM_MUST_USE __attribute__((warn_unused_result))

/* Success. tests/unit/test_base.c measures its distance to every error. Thumb-2 compares with it in one instruction. */
#define PRM_OK ((prm_result)0x96969696u)

#define PRM_RESULT_WORD(a, b, c, n) \
    ((prm_result)((uint32_t)(a) | ((uint32_t)(b) << 8) | ((uint32_t)(c) << 16) | ((uint32_t)(n) << 24)))

/* X(NAME, letter, letter, letter, number, "what is wrong; what to do") */
#define PRM_RESULTS(X) \
    X(ERR_ARGUMENT, 'A', 'R', 'G', 1, "a call was made with arguments outside its contract; this is a defect of the caller") \
    X(ERR_UNSUPPORTED, 'A', 'R', 'G', 2, "not supported by this build") \
    X(ERR_CBOR_TRUNCATED, 'C', 'B', 'R', 1, "the CBOR ends inside an item; the file was cut short") \
    X(ERR_CBOR_ENCODING, 'C', 'B', 'R', 2, "not deterministic CBOR (non-minimal or indefinite length, or reserved value); encode again") \
    X(ERR_CBOR_TYPE, 'C', 'B', 'R', 3, "a CBOR item of another type was expected here") \
    X(ERR_CBOR_KEY, 'C', 'B', 'R', 4, "map keys are duplicate or out of order") \
    X(ERR_CBOR_TRAILING, 'C', 'B', 'R', 5, "bytes follow after the end of the structure") \
    X(ERR_CBOR_LIMIT, 'C', 'B', 'R', 6, "nested too deep, or more elements than this reader accepts") \
    X(ERR_SUIT_ENVELOPE, 'S', 'U', 'T', 1, "not a SUIT envelope") \
    X(ERR_SUIT_VERSION, 'S', 'U', 'T', 2, "a SUIT manifest version other than 1") \
    X(ERR_SUIT_COMMAND, 'S', 'U', 'T', 3, "the manifest holds a command that this device does not know") \
    X(ERR_SUIT_PARAMETER, 'S', 'U', 'T', 4, "the manifest holds a parameter that this device does not know, or sets one twice") \
    X(ERR_SUIT_MISSING, 'S', 'U', 'T', 5, "the manifest lacks a condition or value that this device requires") \
    X(ERR_SUIT_SECTION, 'S', 'U', 'T', 6, "the manifest holds a section that this device does not execute") \
    X(ERR_SUIT_DIGEST, 'S', 'U', 'T', 7, "the manifest is not the one that was signed: its digest differs") \
    X(ERR_SUIT_COMPONENT, 'S', 'U', 'T', 8, "the manifest describes other components or slots than this device has") \
    X(ERR_SUIT_UNTAGGED, 'S', 'U', 'T', 9, "the SUIT envelope has no tag (107), so nothing says what it is; write it with its tag") \
    X(ERR_SIG_NONE, 'S', 'I', 'G', 1, "no signature; sign the release") \
    X(ERR_SIG_KEY, 'S', 'I', 'G', 2, "signed by a key that is not among the trust anchors") \
    X(ERR_SIG_INVALID, 'S', 'I', 'G', 3, "the signature does not verify: the release was altered or not made by that key") \
    X(ERR_SIG_ALGORITHM, 'S', 'I', 'G', 4, "the signature's algorithm is not one that the policy accepts") \
    X(ERR_SIG_FORMAT, 'S', 'I', 'G', 5, "the signature structure (COSE) is malformed") \
    X(ERR_SIG_KIND, 'S', 'I', 'G', 7, "authenticated by a MAC (COSE_Mac0, COSE_Mac) or another kind of block than COSE_Sign1; sign with COSE_Sign1") \
    X(ERR_ENC_FORMAT, 'E', 'N', 'C', 1, "the encryption information (COSE_Encrypt) is malformed") \
    X(ERR_ENC_ALGORITHM, 'E', 'N', 'C', 2, "encrypted with an algorithm that this device does not know") \
    X(ERR_ENC_RECIPIENT, 'E', 'N', 'C', 3, "not encrypted to a key of this device") \
    X(ERR_ENC_KEY, 'E', 'N', 'C', 4, "the content key does not unwrap: it was altered, or wrapped for another key") \
    X(ERR_ENC_POINT, 'E', 'N', 'C', 5, "the sender's ephemeral key is not a point of the curve") \
    X(ERR_ENC_TAG, 'E', 'N', 'C', 6, "the encrypted data was altered: its tag differs") \
    X(ERR_SIG_POLICY, 'S', 'I', 'G', 6, "the policy asks for more signatures than are good, or of another kind; sign with all keys") \
    X(ERR_DEVICE_VENDOR, 'D', 'E', 'V', 1, "made for devices of another vendor") \
    X(ERR_DEVICE_CLASS, 'D', 'E', 'V', 2, "made for another class of device") \
    X(ERR_DEVICE_ID, 'D', 'E', 'V', 3, "made for another individual device") \
    X(ERR_DEVICE_FUSES, 'D', 'E', 'V', 4, "the device's identity fuses are blank or damaged; the device can't tell what it is") \
    X(ERR_DEVICE_VERSION, 'D', 'E', 'V', 5, "the device's identity fuses are of another format version than 1; this root can't read them") \
    X(ERR_SIG_UNNAMED, 'S', 'I', 'G', 8, "the signature names no key, and this device has more than one that it could be by; sign with a key id") \
    X(ERR_SIG_LIMIT, 'S', 'I', 'G', 9, "more signatures to be tried than there are keys that could have made them; sign once with each key") \
    X(ERR_FLOOR, 'V', 'E', 'R', 1, "older than the rollback floor; use a newer release") \
    X(ERR_FLOOR_STEP, 'V', 'E', 'R', 2, "the sequence number is more than 2^32 above the rollback floor, further than one release may raise it; use the next small number") \
    X(ERR_SEQUENCE, 'V', 'E', 'R', 3, "the sequence number is 0, or 2^48 or above: no device takes such a release; sign it with another") \
    X(ERR_IMAGE_SIZE, 'I', 'M', 'G', 1, "the image's stated size does not fit its slot") \
    X(ERR_IMAGE_DIGEST, 'I', 'M', 'G', 2, "the image is not the one that was signed: its digest differs") \
    X(ERR_IMAGE_ENTRY, 'I', 'M', 'G', 3, "the image's stack pointer or entry lies outside the memory it may use") \
    X(ERR_SLOT_EMPTY, 'S', 'L', 'T', 1, "the slot is empty") \
    X(ERR_SLOT_HEADER, 'S', 'L', 'T', 2, "the slot's header is damaged or its length absurd") \
    X(ERR_SLOT_VERSION, 'S', 'L', 'T', 3, "the slot was written in another version of the format; send the release again") \
    X(ERR_FLASH_IO, 'F', 'L', 'S', 1, "the flash reported an error") \
    X(ERR_FLASH_RANGE, 'F', 'L', 'S', 2, "outside the flash, or not aligned to its units") \
    X(ERR_FLASH_NOT_ERASED, 'F', 'L', 'S', 3, "the flash isn't blank where it is to be written") \
    X(ERR_FLASH_DAMAGED, 'F', 'L', 'S', 4, "a part of the flash can't be read: it was torn by a power cut, or is worn out; write it again") \
    X(ERR_FLASH_WEAR, 'F', 'L', 'S', 5, "too many downloads changed a bank since a release was accepted; restart the device and send it again") \
    X(ERR_COUNTER_IO, 'C', 'T', 'R', 1, "the monotonic counter reported an error") \
    X(ERR_COUNTER_DAMAGED, 'C', 'T', 'R', 2, "the monotonic counter holds no valid value") \
    X(ERR_COUNTER_VERSION, 'C', 'T', 'R', 3, "the counter's record is of another format, or another counter's; provision the part again in the factory") \
    X(ERR_UPDATE_BLOCK, 'U', 'P', 'D', 1, "a block of the payload is not the one that was signed; nothing of it was written") \
    X(ERR_UPDATE_STATE, 'U', 'P', 'D', 2, "not possible in this state of the update") \
    X(ERR_UPDATE_STALE, 'U', 'P', 'D', 3, "not newer than the release that runs") \
    X(ERR_UPDATE_INCOMPLETE, 'U', 'P', 'D', 4, "the release ended before its payloads did; send it again, it goes on from the last whole block") \
    X(ERR_UPDATE_ENCRYPTED, 'U', 'P', 'D', 5, "the payload is encrypted, and not for this device") \
    X(ERR_UPDATE_FORMAT, 'U', 'P', 'D', 6, "the description of the payload's blocks is malformed, or of a version that this device does not know") \
    X(ERR_UPDATE_CONSENT, 'U', 'P', 'D', 7, "the application has not authorized the installation") \
    X(ERR_UPDATE_BATTERY, 'U', 'P', 'D', 8, "the battery holds less than the device or the release asks for; charge it") \
    X(ERR_UPDATE_TIME, 'U', 'P', 'D', 9, "the release's last time for an installation has passed, or the device doesn't know the time") \
    X(ERR_LIST_NONE, 'L', 'S', 'T', 1, "the payload comes without a list of its blocks' digests before it, and this device checks it block by block; sign without --plain") \
    X(ERR_LIST_OLD, 'L', 'S', 'T', 2, "made by an older primum, with digests inside the payload (parameter -1); sign it again") \
    X(ERR_LIST_CHANGED, 'L', 'S', 'T', 3, "the list of block digests in the flash is not the one that was signed: the flash changed; send the release again") \
    X(ERR_BANK_STATUS, 'B', 'O', 'O', 3, "the bank holds no release to be started: it is being written, or waits to be installed") \
    X(ERR_BANK_REJECTED, 'B', 'O', 'O', 4, "the release was rejected, or its trial ran out") \
    X(ERR_BANK_OTHER, 'B', 'O', 'O', 5, "the bank holds another release than the one that was installed there") \
    X(ERR_BANK_UNKNOWN, 'B', 'O', 'O', 6, "the journal knows nothing of the bank, and its release is not the one accepted last") \
    X(ERR_JOURNAL_EMPTY, 'J', 'R', 'N', 1, "the journal holds no complete record") \
    X(ERR_JOURNAL_VERSION, 'J', 'R', 'N', 3, "the journal's records are of another version: what they say is not known; it starts anew") \
    X(ERR_TRUST_ANCHORS, 'T', 'R', 'U', 1, "the trust anchors are blank or damaged") \
    X(ERR_TRUST_FORMAT, 'T', 'R', 'U', 2, "the trust manifest is malformed, or asks for signatures that its own keys can't make") \
    X(ERR_TRUST_OLD, 'T', 'R', 'U', 3, "the trust manifest's number is not above the one in force") \
    X(ERR_TRUST_NONE, 'T', 'R', 'U', 4, "the trust manifest in force is lost or damaged; send it again, or a newer one") \
    X(ERR_TRUST_STEP, 'T', 'R', 'U', 5, "the trust manifest's number is more than 1024 above the device's trust floor; use the next number") \
    X(ERR_TRUST_EPOCH, 'T', 'R', 'U', 6, "the trust manifest's epoch is neither that of the device's rollback floor nor the next; send those in between first") \
    X(ERR_TRUST_VERSION, 'T', 'R', 'U', 7, "a trust manifest of another format version than 2; make it anew with these tools, and sign it") \
    X(ERR_TRUST_ANCHORS_VERSION, 'T', 'R', 'U', 8, "trust anchors of another format version than 3; make the root's memory anew with these tools") \
    X(ERR_ENTROPY_IO, 'R', 'N', 'G', 1, "the entropy source doesn't answer") \
    X(ERR_ENTROPY_HEALTH, 'R', 'N', 'G', 2, "the entropy source failed its health test: no random numbers until the next start") \
    X(ERR_RANDOM_SEED, 'R', 'N', 'G', 3, "the random number generator isn't seeded") \
    X(ERR_RANDOM_STORED, 'R', 'N', 'G', 4, "the stored seed of the random numbers could not be replaced: none until the next start") \
    X(ERR_CRYPTO, 'C', 'R', 'Y', 1, "the cryptography provider failed") \
    X(ERR_WORD, 'W', 'R', 'D', 1, "a verification word is wrong: a check was skipped; the device was disturbed") \
    X(ERR_NOTHING_TO_RUN, 'B', 'O', 'O', 1, "nothing in the device is fit to run; recovery") \
    X(ERR_NOT_TRIED, 'B', 'O', 'O', 2, "not examined")

enum prm_result_word {
#define PRM_X(name, a, b, c, n, text) PRM_##name = PRM_RESULT_WORD(a, b, c, n),
    PRM_RESULTS(PRM_X)
#undef PRM_X
};

#endif

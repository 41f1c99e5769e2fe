/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update.h - getting a verified release into the other bank.
 *
 * The core never calls out: whoever has a wire pushes the bytes as they come: a release (docs/format/suit-profile.md), a
 * trust manifest (docs/format/trust.md), or a trust manifest and the release after it, which is judged by the new rules.
 *
 *     bytes --wire--> envelope --verify--> manifest --decide--> payloads wanted --blocks--> authentic block --open--> flash
 *
 * No block is decrypted, and no byte is written to flash, before a signature covers it. What is written is one release in
 * the bank that does not run; what runs is not touched. docs/format/payload.md and docs/update.md draw formats and states.
 *
 * One struct, about 8 KiB, is all the memory; nothing allocates.
 */
#ifndef PRM_UPDATE_UPDATE_H
#define PRM_UPDATE_UPDATE_H

#include "base/harden.h"
#include "base/span.h"
#include "journal/state.h"
#include "seam/counter.h"
#include "seam/crypto.h"
#include "seam/flash.h"
#include "seam/layout.h"
#include "suit/device.h"
#include "trust/trust_manifest.h"
#include "bank/geometry.h"
#include "update/update_plan.h"
#include "update/update_wire.h"

#define PRM_UPDATE_HEADER_MAX 4608u /* bytes of an envelope up to its first payload */
#define PRM_UPDATE_TRUST_MAX 6656u  /* bytes of a trust manifest; two HSS signatures have about 5 KB */
#define PRM_BANK_NONE UINT32_MAX

/*
 * How encrypted payloads are opened: chosen by linking (update_open.h gives the one for SUIT encryption). The immutable root has
 * none, so it holds no decryption and no key.
 */
struct prm_update_opener {
    const void *ctx;

    /* The content key and initial counter of a payload. On failure both are zeros. Errors: ENC_*, CBOR_*, CRYPTO. */
    prm_result (*open)(const void *ctx, prm_span encryption_info, uint8_t key[16], uint8_t iv[16]);

    /* Decrypts in place what stands `off` bytes into the payload. On failure `data` is zeros. Errors: CRYPTO, ARGUMENT. */
    prm_result (*decrypt)(const void *ctx, const uint8_t key[16], const uint8_t iv[16], uint32_t off, uint8_t *data,
                          size_t len);
};

/* Everything an update needs; all borrowed. */
struct prm_update_platform {
    const struct prm_crypto *crypto;
    const struct prm_update_opener *opener; /* NULL: encrypted payloads are left out */
    const struct prm_flash *flash;
    const struct prm_counter *counter;
    const struct prm_layout *layout;
    const struct prm_fuses *fuses;
    const struct prm_trust *trust; /* the factory's */
    /*
     * Where trust manifests are taken, with the next: the rules in force, of prm_trust_find(), which a trust manifest that
     * comes in replaces. Rules that couldn't be found permit nothing. NULL: the factory's rules, for ever.
     */
    struct prm_trust_rules *rules;
    const struct prm_counter *trust_counter;
};

/* What of a payload was authenticated so far. */
struct prm_update_progress {
    uint32_t pages;  /* of its list */
    uint32_t blocks; /* of itself */
};

/* Treat as opaque. What every page and block needs stands first: near a pointer, a load is half as long. */
struct prm_update {
    const struct prm_update_platform *platform;
    uint32_t current;   /* the component whose list or image is on the wire; PRM_COMPONENTS: nothing that is wanted */
    prm_answer is_list; /* PRM_YES: its list */
    uint32_t left;      /* bytes of it that are still to come, those of the page or block that is coming in included */
    size_t filled;      /* bytes of that page or block which are there */
    struct prm_update_progress progress[PRM_COMPONENTS];
    prm_answer resumes; /* PRM_YES: the bank's head was whole from an earlier attempt, with all lists */
    uint32_t pages;     /* of all lists, that came */
    uint32_t skipped;   /* blocks found written by an earlier attempt */
    prm_word page_word; /* with the page that the present blocks are compared with */
    struct prm_bank place;     /* the bank that is written */
    uint32_t running;          /* the bank that runs, or PRM_BANK_NONE */
    uint64_t running_sequence; /* of the release that runs */
    prm_result result;         /* sticky: the first error of this download */
    uint32_t coming;           /* enum coming in update_trust_wire.c: what the bytes belong to */
    uint8_t content_key[16];
    uint8_t content_iv[16];
    struct prm_update_plan plan;         /* made of the header, once */
    struct prm_update_verified verified; /* the header; no components before it was */
    struct prm_wire wire;
    struct prm_journal journal;
    struct prm_state state;
    union {
        struct {
            uint8_t page[PRM_PAGE_SIZE];
            uint8_t block[PRM_BLOCK_SIZE];
            uint8_t header[PRM_UPDATE_HEADER_MAX];
        };
        /* Before a release: the trust manifest that comes in, and its payload while it is judged. */
        struct {
            uint8_t trust_bytes[PRM_UPDATE_TRUST_MAX];
            uint8_t trust_payload[PRM_TRUST_PAYLOAD_MAX];
        };
    };
};
_Static_assert(sizeof(void *) > 4 || sizeof(struct prm_update) <= 8192, "the streaming path fits small devices");

/*
 * Starts a download. `running` is the bank that runs (PRM_BANK_NONE in recovery), with its sequence number;
 * a release must be newer (the same, where services run alone).
 * Nothing is written yet. Errors: UPDATE_STATE (the release that runs is on trial, or was rejected and is not left
 * yet: the other bank is its way back; or a staged release waits for its first boot), FLASH_*, CRYPTO. A bank with
 * services alone (PRM_BANK_PARTIAL) is never the one written: the whole release goes to the other.
 */
PRM_MUST_USE prm_result prm_update_open(struct prm_update *update, const struct prm_update_platform *platform,
                                        uint32_t running, uint64_t running_sequence);

/*
 * Takes the next bytes of what comes. A trust manifest is kept, and in force for the release that follows, as soon as it is
 * whole and verified (prm_trust_store(), with its errors); it stays even if that release is
 * refused. Errors end the download; the same error comes back from every further call.
 * Errors: CBOR_*, SUIT_*, SIG_*, DEVICE_*, FLOOR, UPDATE_STALE, UPDATE_FORMAT, UPDATE_BLOCK, UPDATE_ENCRYPTED, LIST_*, IMAGE_SIZE,
 * FLASH_*, CRYPTO. Cut: what was whole stays; the same release sent again goes on from there, another one starts anew.
 */
PRM_MUST_USE prm_result prm_update_push(struct prm_update *update, prm_span bytes);

/*
 * What came ended. PRM_OK after a trust manifest alone: no bank is touched, and prm_update_is_trust() says so. A
 * release: if all is there and the images in flash are the signed ones, the bank becomes CANDIDATE (or PARTIAL,
 * if payloads had to be left out because they are encrypted). Errors: UPDATE_INCOMPLETE, IMAGE_DIGEST, FLASH_*, CRYPTO, and the
 * sticky error. Cut: WRITING, or CANDIDATE.
 */
PRM_MUST_USE prm_result prm_update_finish(struct prm_update *update);

/* PRM_YES if a trust manifest came, and no release after it so far: it takes effect at the next boot. */
prm_answer prm_update_is_trust(const struct prm_update *update);

/* Forgets secrets and the download; flash stays as it is, and a later download of the same release goes on. */
void prm_update_close(struct prm_update *update);

/*
 * What becomes of a bank. Each is one journal record, and does nothing if it is so already.
 * Errors: UPDATE_STATE (not from this status), FLASH_*, CRYPTO, COUNTER_*. Cut: the old status or the new.
 */
/* CANDIDATE to STAGED. */
PRM_MUST_USE prm_result prm_update_install(const struct prm_update_platform *platform, uint32_t bank);
/*
 * Not running, and not the way back of a trial: CANDIDATE, STAGED and REJECTED to EMPTY. Any other status stays, and nothing is
 * written: the bank takes another release as it is.
 */
PRM_MUST_USE prm_result prm_update_clean(const struct prm_update_platform *platform, uint32_t bank);

/*
 * Accepts the release that runs: TRIAL to CONFIRMED, then the floor goes up to its sequence number. Called again after a cut
 * between the two (the services do, at every start) it only raises the floor.
 */
PRM_MUST_USE prm_result prm_update_accept(const struct prm_update_platform *platform, uint32_t bank, uint64_t sequence);

/* Rejects the release that runs on trial; the next boot takes the other bank. `error` is kept for whoever asks why. */
PRM_MUST_USE prm_result prm_update_reject(const struct prm_update_platform *platform, uint32_t bank, int16_t error);

#endif

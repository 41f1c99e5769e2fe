/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot.h - which image may run, and making it so, once.
 *
 *     slots --load--> bytes --parse--> view --verify--> verified --decide--> plan --act--> journal, report, hand-over
 *
 * Every boot does all of it; no verdict is cached. Nothing here allocates, and all memory is the caller's.
 */
#ifndef PRM_BOOT_H
#define PRM_BOOT_H

#include "base/harden.h"
#include "base/span.h"
#include "boot/boot_format.h"
#include "boot/boot_plan.h"
#include "primum/boot_report.h"
#include "seam/cell.h"
#include "seam/counter.h"
#include "seam/crypto.h"
#include "seam/flash.h"
#include "trust/release.h"
#include "trust/trust_manifest.h"

struct prm_boot_run;

/* Everything a boot needs, passed in explicitly. All borrowed. */
struct prm_boot_platform {
    const struct prm_crypto *crypto;
    const struct prm_flash *flash;
    const struct prm_counter *counter;
    const struct prm_layout *layout;
    /*
     * Which release keys are in force: prm_boot_rules_factory, or prm_boot_rules_manifest where the device takes trust
     * manifests, with the next two.
     */
    prm_result (*rules)(struct prm_boot_run *b);
    const struct prm_counter *trust_counter; /* the trust floor */
    const struct prm_cell *kept;             /* which release runs on although its key was revoked */
    prm_span fuses; /* struct prm_fuses, as read from the part; aligned to 4 bytes */
    prm_span trust; /* struct prm_trust, in the immutable root's memory; aligned to 4 bytes */
};

/*
 * Memory for one boot; holds no secrets. The root keeps it static, a test on its stack. What the signature covers is copied
 * here once, and only the copy is used. Signature blocks are read in place: changing one can only spoil it.
 */
struct prm_boot_workspace {
    uint8_t manifest[PRM_MANIFEST_MAX]; /* before the first release: the payload of a trust manifest */
    uint8_t digest_bytes[PRM_DIGEST_BYTES_MAX];
    struct prm_trust_rules rules; /* in force in this boot */
};
_Static_assert(PRM_MANIFEST_MAX >= PRM_TRUST_PAYLOAD_MAX, "they take turns");

/*
 * Decides what this device runs, writes the boot journal if the choice changed, and fills the report.
 *
 * Trust comes first: a trust manifest above the trust floor takes effect (the release that would run without it is noted in
 * `kept`, the floor goes up to its number) before any release is judged by it. If the cell can't be written it does not
 * take effect in this boot. The root never writes a trust slot: prm_trust_mend() of the update room sees to it that there are two copies.
 *
 * Returns PRM_OK with a plan to hand over, or ERR_NOTHING_TO_RUN (recovery; every slot's reason is in the report), or
 * ERR_DEVICE_FUSES / ERR_DEVICE_VERSION / ERR_TRUST_ANCHORS / ERR_TRUST_NONE / ERR_COUNTER_* (recovery: the device can't know what it may run).
 * On failure the plan is zeros but for bank = PRM_BOOT_SLOT_NONE and trial = PRM_NO. A flash error in a bank refuses that bank only; an
 * error of the journal is noted in the report and doesn't stop an authentic image, except one that is on trial: without a
 * journal its boots can't be counted, so it isn't started.
 * Cut: at any point the next boot decides anew from the same flash; the journal holds the old record or the new.
 */
PRM_MUST_USE prm_result prm_boot_run(const struct prm_boot_platform *platform, struct prm_boot_workspace *workspace,
                                     struct prm_boot_report *report, struct prm_boot_plan *plan);

/* Makes a report whole after a field of it was set: its check word. */
void prm_boot_seal(struct prm_boot_report *report);

/* The factory's rules, for ever. Never fails. */
PRM_MUST_USE prm_result prm_boot_rules_factory(struct prm_boot_run *b);

/*
 * The rules of the newest trust manifest, brought into effect if it is above the trust floor.
 * Errors: TRUST_NONE, COUNTER_*. Cut: the old rules, or the new ones and never again the old.
 */
PRM_MUST_USE prm_result prm_boot_rules_manifest(struct prm_boot_run *b);

/* Where component `component` of `bank` runs: an address. */
uint32_t prm_boot_image_base(const struct prm_layout *layout, uint32_t bank, uint32_t component);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/cut/cost.h"

#include <stdio.h>
#include <string.h>

#include "tests/cut/rig.h"

/*
 * Two images: the one that peers.md has figures for, which fills a slot of MCUboot's of 256 KiB, and the largest for a bank
 * of ours that takes 256 KiB, with its head of three units.
 */
enum { BANK_SIZE = 256 * 1024, PEERS_SIZE = 261784, HEAD = 3 * 4096, OUR_SIZE = BANK_SIZE - HEAD, SWITCH_MAX = 64, ERASE_SIZE = 4096 };

static struct rig_cost since(const struct rig *rig, const struct rig_cost *before) {
    const struct rig_cost *now = &rig->cost;

    return (struct rig_cost){now->erases - before->erases, now->bytes - before->bytes,
                             now->image_erases - before->image_erases, now->image_bytes - before->image_bytes,
                             now->counter_bytes - before->counter_bytes};
}

static prm_result boot(struct rig *rig, struct prm_boot_plan *plan) {
    struct prm_boot_workspace workspace;
    struct prm_boot_report report;

    return prm_boot_run(&rig->boot, &workspace, &report, plan);
}

static prm_result download(struct rig *rig, const struct prm_boot_plan *plan, const struct rig_release *release) {
    static struct prm_update update;
    prm_result result = prm_update_open(&update, &rig->services, plan->bank, plan->sequence);

    if (result == PRM_OK)
        result = prm_update_push(&update, prm_span_of(release->file.data, release->file.len));
    if (result == PRM_OK)
        result = prm_update_finish(&update);
    prm_update_close(&update);
    return result;
}

static void row(const char *what, const struct rig_cost *c) {
    printf("  %-34s %6u erases (%u in images) %8u bytes (%u in images), %u in the EEPROM\n", what, c->erases,
           c->image_erases, c->bytes, c->image_bytes, c->counter_bytes);
}

static void check(int ok, const char *what, uint32_t *passed, uint32_t *failed) {
    if (ok) {
        ++*passed;
        return;
    }
    printf("FAILED cost: %s\n", what);
    ++*failed;
}

/* One step, its cost printed. */
#define STEP(text, expression, spent)        \
    do {                                     \
        const struct rig_cost at = rig.cost; \
        works &= (expression) == PRM_OK;     \
        spent = since(&rig, &at);            \
        row(text, &spent);                   \
    } while (0)

static void one_update(uint32_t size, uint32_t *passed, uint32_t *failed) {
    const uint32_t units = (size + ERASE_SIZE - 1) / ERASE_SIZE;
    struct rig_world world;
    struct rig_release release[3];
    struct prm_boot_plan plan;
    struct rig rig;
    struct rig_cost down, staged, tried, accepted, again, rejected, back;
    int works = 1;

    rig_world_init(&world, size, 0);
    rig_init(&rig, &world);
    for (unsigned i = 0; i < 3; i++)
        rig_release_make(&world, i + 1, i > 0, NULL, &release[i]);
    rig_factory(&rig, 0, &release[0]);
    rig_destroy(&rig, 1); /* as after earlier updates: nothing is blank */
    works &= boot(&rig, &plan) == PRM_OK;
    printf("\nflash, one update of %u bytes into a bank of %u (erase unit %u, write unit %u):\n", (unsigned)size,
           (unsigned)world.layout.bank_size, ERASE_SIZE, world.flash.write_size);
    STEP("download, all in", download(&rig, &plan, &release[1]), down);
    STEP("switch: staged", prm_update_install(&rig.services, 1), staged);
    STEP("switch: first boot", boot(&rig, &plan), tried);
    works &= plan.bank == 1 && plan.trial == PRM_YES;
    STEP("accept", prm_update_accept(&rig.services, 1, 2), accepted);
    STEP("next boot", boot(&rig, &plan), again);
    works &= download(&rig, &plan, &release[2]) == PRM_OK && prm_update_install(&rig.services, 0) == PRM_OK &&
             boot(&rig, &plan) == PRM_OK && plan.bank == 0;
    STEP("revert: rejected", prm_update_reject(&rig.services, 0, -132), rejected);
    STEP("revert: boot of the old one", boot(&rig, &plan), back);
    works &= plan.bank == 1 && plan.trial == PRM_NO;
    check(works, "a step failed", passed, failed);
    check(down.image_erases == units && down.erases == units + HEAD / ERASE_SIZE && world.images_off == HEAD,
          "each unit is erased once, those of the head too", passed, failed);
    /* Of an image of 4 units or so, header and marks are more than that; of these, the digests are 1/64. */
    check(down.bytes <= size + size / 50, "a download writes at most 1.02 x the image", passed, failed);
    check(staged.bytes <= SWITCH_MAX && tried.bytes <= SWITCH_MAX && accepted.bytes <= SWITCH_MAX &&
              rejected.bytes <= SWITCH_MAX && back.bytes <= SWITCH_MAX,
          "each change of status is one record", passed, failed);
    check(staged.image_bytes + tried.image_bytes + accepted.image_bytes + rejected.image_bytes + back.image_bytes +
                  staged.image_erases + tried.image_erases + accepted.image_erases + rejected.image_erases +
                  back.image_erases == 0,
          "switching touches no image", passed, failed);
    for (unsigned i = 0; i < 3; i++)
        rig_release_free(&release[i]);
    rig_free(&rig);
    rig_world_free(&world);
}

void cost_print(uint32_t *passed, uint32_t *failed) {
    one_update(PEERS_SIZE, passed, failed);
    puts("  MCUboot, same image (peers.md), a slot of 262144:");
    puts("    download, every mode                  64 erases   261784 bytes");
    puts("    switch, swap-offset                  130 erases   525360 bytes; test and revert 263, 1050776");
    puts("    switch, overwrite                     67 erases   261808 bytes; no way back");
    puts("    switch, direct-XIP                     0 erases        0 bytes; no trial");
    puts("    switch, direct-XIP with revert         0 erases        8 bytes; revert 128 erases, the new image is gone");
    one_update(OUR_SIZE, passed, failed);
    printf("RAM: sizeof(struct prm_update) = %zu bytes, no heap\n", sizeof(struct prm_update));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_trust_make.c - `primum trust make`: release keys, their limits and needs in; an unsigned trust manifest out. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "host/trust/trust_follow.h"
#include "trust/floor.h"

enum { O_NUMBER, O_EPOCH, O_BASE, O_PREVIOUS, O_RELEASE_KEY, O_NEED_P256, O_NEED_HSS, O_OUTPUT };

static const struct cli_option options[] = {
    [O_NUMBER] = {"number", 0, "N", CLI_TEXT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL,
                  "above the number of every earlier one, 1 to 2^32-1"},
    [O_EPOCH] = {"epoch", 0, "N", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL,
                 "the epoch of sequence numbers, that of the manifest before (0 unless told) or the next, which leaves "
                 "all numbers reached so far behind"},
    [O_BASE] = {"base", 0, "N", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL,
                "the least sequence number of a release in this epoch, 1 unless told; above every release made so far, "
                "so that none of them runs again"},
    [O_PREVIOUS] = {"previous", 0, "FILE", CLI_IN, CLI_ALWAYS, 0, PRM_TRUST_ANCHORS, NULL,
                    "what devices believe now: the last trust manifest, or, before the first, each release key of the "
                    "factory. Needed with an epoch above 0, and looked at whenever it is given"},
    [O_RELEASE_KEY] = {"release-key", 0, "PUB[,LIMIT]", CLI_LISTED, CLI_ALWAYS, CLI_ALWAYS, PRM_TRUST_ANCHORS, NULL,
                       "a .pub.pem or .hss.pub, with limits after commas: vendor=DNSNAME (only for devices of this "
                       "vendor), class=NAME (behind a vendor: only for this class of device), components=0+1 (only for "
                       "releases of these components)"},
    [O_NEED_P256] = {"need-p256", 0, "N", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL,
                     "signatures by P-256 keys that a release must have; unless told, one of each kind listed"},
    [O_NEED_HSS] = {"need-hss", 0, "N", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL, "signatures by HSS-LMS keys, likewise"},
    [O_OUTPUT] = {"output", 'o', "OUT.trust", CLI_OUT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL, "the manifest"},
};
static const struct cli_mode modes[] = {{.by = -1}};

/* An option's number within bounds; `*value` stays as it is if the option isn't given. */
static int read_number(const struct cli_args *args, int option, uint64_t least, uint64_t most, uint64_t *value) {
    const char *text = cli_text(args, option);

    if (text == NULL || (primum_parse_u64(text, value) && *value >= least && *value <= most))
        return PRIMUM_OK;
    return cli_misuse(args, "%s '%s' is not a number from %" PRIu64 " to %" PRIu64, options[option].name, text, least,
                      most);
}

static int read_epoch(const struct cli_args *args, struct primum_trust_list *list) {
    uint64_t epoch = 0;

    list->base = 1;
    int status = read_number(args, O_EPOCH, 0, PRM_EPOCH_MAX, &epoch);
    if (status == PRIMUM_OK)
        status = read_number(args, O_BASE, 1, PRM_SEQUENCE_MAX, &list->base);
    list->epoch = (uint32_t)epoch;
    return status;
}

static int read_options(const struct cli_args *args, struct primum_trust_list *list) {
    static const int need[PRM_KEY_ALGS] = {[PRM_KEY_P256] = O_NEED_P256, [PRM_KEY_HSS] = O_NEED_HSS};
    uint64_t value = 0;
    int status = read_epoch(args, list);

    if (status != PRIMUM_OK)
        return status;
    if (!primum_parse_u64(cli_text(args, O_NUMBER), &value) || value == 0 || value > UINT32_MAX)
        return cli_misuse(args, "number '%s' is not one from 1 to 2^32-1", cli_text(args, O_NUMBER));
    list->number = (uint32_t)value;
    for (unsigned i = 0; i < args->given[O_RELEASE_KEY].count && status == PRIMUM_OK; i++)
        status = primum_trust_list_add(list, args->given[O_RELEASE_KEY].text[i]);
    for (uint32_t i = 0; i < PRM_KEY_ALGS && status == PRIMUM_OK; i++) {
        if (!cli_has(args, need[i]))
            continue;
        if (!primum_parse_u64(cli_text(args, need[i]), &value) || value > PRM_TRUST_ANCHORS)
            return cli_misuse(args, "--%s '%s' is not a number from 0 to %u", options[need[i]].name,
                              cli_text(args, need[i]), PRM_TRUST_ANCHORS);
        list->need[i] = (uint8_t)value;
        list->has_need[i] = 1;
    }
    return status;
}

/* A new epoch is judged against what it leaves behind. */
static int check_previous(const struct cli_args *args, const struct primum_trust_list *list) {
    struct primum_trust_before before = {.keys = 0};
    int status = PRIMUM_OK;

    if (!cli_has(args, O_PREVIOUS))
        return list->epoch == 0 ? PRIMUM_OK
                                : cli_misuse(args, "an epoch is judged by what devices believe now: give it with "
                                                   "--previous, the last trust manifest or the factory's release keys");
    for (unsigned i = 0; i < args->given[O_PREVIOUS].count && status == PRIMUM_OK; i++)
        status = primum_trust_before_add(&before, args->given[O_PREVIOUS].text[i]);
    return status == PRIMUM_OK ? primum_trust_follows(list, &before) : status;
}

static int run(struct cli_args *args) {
    struct primum_trust_list list = {.keys = 0};
    struct prm_trust_view view;
    struct primum_bytes file = {NULL, 0};
    int status = read_options(args, &list);

    if (status == PRIMUM_OK)
        status = check_previous(args, &list);
    if (status == PRIMUM_OK)
        status = primum_trust_list_write(&list, &view, &file);
    if (status == PRIMUM_OK)
        status = primum_output_write(args->given[O_OUTPUT].output[0], primum_span(&file));
    if (status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    primum_bytes_free(&file);
    if (status == PRIMUM_OK)
        cli_print("%s: trust manifest %u, epoch %" PRIu32 " from sequence %" PRIu64
                     ", %u release key%s, needs %u P-256 and %u HSS-LMS; not signed yet\n",
                     cli_text(args, O_OUTPUT), view.number, view.epoch, view.base, view.keys,
                     view.keys == 1 ? "" : "s", view.need[0], view.need[1]);
    return status;
}

const struct cli_verb cli_trust_make = CLI_TABLE(
    "trust make", "write a trust manifest, unsigned", 1,
    "Writes a trust manifest without signatures: the keys that may sign releases, instead of all that a device "
    "believed "
    "before. A key that is left out is revoked, for good. A list that no release could ever satisfy is refused, "
    "and a new epoch that still lists every release key of before.",
    modes, options, run);

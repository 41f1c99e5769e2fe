/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_sign_elsewhere.c - `primum sign` with signatures that are made elsewhere: what they are of, and attaching them.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/cmd_sign.h"
#include "host/file/edit.h"
#include "providers/openssl/crypto_openssl.h"
#include "update/update.h"

int sign_write_to_be_signed(struct cli_args *args, const struct primum_making *making, unsigned i) {
    const struct primum_signer *signer = &making->waits[args->given[O_KEY].count + i];
    const int hashed = cli_has(args, O_DIGEST) && signer->alg != PRM_COSE_HSS_LMS; /* HSS hashes with its own salt */
    struct primum_bytes message = primum_signer_message(signer, primum_span(&making->digest));
    const prm_span bytes = primum_span(&message);
    uint8_t hash[PRM_SHA256_SIZE];
    int status = prm_crypto_openssl.sha256(&bytes, 1, hash) == PRM_OK
                     ? PRIMUM_OK
                     : primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");

    if (status == PRIMUM_OK)
        status =
            primum_output_write(args->given[O_TO_BE_SIGNED].output[i], hashed ? prm_span_of(hash, sizeof hash) : bytes);
    primum_bytes_free(&message);
    return status;
}

static void say_waiting(const struct cli_args *args, const struct primum_making *making) {
    for (unsigned i = 0; i < args->given[O_TO_BE_SIGNED].count; i++) {
        const struct primum_signer *signer = &making->waits[args->given[O_KEY].count + i];
        const int hashed = cli_has(args, O_DIGEST) && signer->alg != PRM_COSE_HSS_LMS;
        char id[2 * PRIMUM_SIGNER_KID_SIZE + 1];
        primum_hex(signer->kid, sizeof signer->kid, id);
        cli_print("%s: %s to be signed by key %s (%s)\n", args->given[O_TO_BE_SIGNED].text[i],
                     hashed ? "the SHA-256 of what is" : "what is", id, primum_signer_alg_name(signer));
    }
}

void sign_say(const struct cli_args *args, const struct primum_making *making, const struct sign_outputs *out,
              size_t len) {
    const struct prm_suit_envelope parts = primum_making_parts(making);
    const unsigned waits = args->given[O_TO_BE_SIGNED].count;
    size_t header = 0;

    (void)primum_envelope_fits(&parts, &header);
    if (waits > 0) {
        cli_print("%s: version %s, sequence %" PRIu64 ", waits for %u signature%s\n", out->path,
                     cli_text(args, O_VERSION), making->spec.sequence, waits, waits == 1 ? "" : "s");
        say_waiting(args, making);
        return;
    }
    cli_print("%s: version %s, sequence %" PRIu64
                 ", %zu bytes (manifest %zu of %u, header %zu of %u), %u signature%s%s\n",
                 out->path, cli_text(args, O_VERSION), making->spec.sequence, len, making->manifest.len,
                 PRM_MANIFEST_MAX, header, PRM_UPDATE_HEADER_MAX, making->blocks, making->blocks == 1 ? "" : "s",
                 making->recipients > 0 ? ", encrypted" : "");
}

/* ---- --attach ---- */

static int finish(struct cli_args *args, struct primum_edit *edit, const struct primum_attached *attached,
                  struct primum_output *out, const char *path) {
    int status = primum_output_write(out, primum_span(&attached->file));

    if (status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    /* Only now: a signature without its release would be lost. */
    if (status == PRIMUM_OK)
        status = primum_edit_remove(edit);
    if (status == PRIMUM_OK)
        cli_print("%s: sequence %" PRIu64 ", %zu bytes, %u signature%s\n", path, attached->sequence,
                     attached->file.len, attached->signatures, attached->signatures == 1 ? "" : "s");
    return status;
}

static int wait_on(struct primum_edit *edit, const struct primum_attached *attached, const char *path) {
    const int status = primum_edit_commit(edit, primum_span(&attached->file));

    if (status != PRIMUM_OK)
        return status;
    cli_print("%s: waits for %u more signature%s\n", path, attached->waits, attached->waits == 1 ? "" : "s");
    for (uint32_t i = 0; i < attached->waits; i++) {
        char id[2 * PRIMUM_SIGNER_KID_SIZE + 1];
        primum_hex(attached->waiting[i].kid, sizeof attached->waiting[i].kid, id);
        cli_print("waits for key %s (%s)\n", id, primum_signer_alg_name(&attached->waiting[i]));
    }
    return PRIMUM_OK;
}

/* Under the pending file's lock from reading to writing: two signatures attached at once are both in it. */
static int attach(struct cli_args *args, const char *pending, const char *release, struct primum_output *out) {
    struct primum_attached attached;
    struct primum_edit edit;
    int status = primum_edit_begin(pending, &edit);

    if (status != PRIMUM_OK)
        return status;
    status = primum_pending_attach(pending, &edit.before, args->given[O_ATTACH].text, args->given[O_ATTACH].count,
                                   &attached);
    if (status == PRIMUM_OK)
        status =
            attached.waits == 0 ? finish(args, &edit, &attached, out, release) : wait_on(&edit, &attached, pending);
    primum_attached_free(&attached);
    primum_edit_close(&edit);
    return status;
}

int sign_attach(struct cli_args *args) {
    const char *pending = cli_text(args, O_PENDING), *output = cli_text(args, O_OUTPUT);
    struct primum_output *out;

    if (pending == NULL && output == NULL)
        return cli_misuse(args, "--attach needs -o OUT.suit or --pending OUT.pending");
    char *pending_path = pending != NULL ? primum_format("%s", pending) : primum_pending_path(output);
    char *release_path = output != NULL ? primum_format("%s", output) : primum_pending_release_path(pending);
    primum_files_input(&args->files, pending_path);
    int status = primum_files_output(&args->files, release_path, 0644, &out);
    if (status == PRIMUM_OK)
        status = attach(args, pending_path, release_path, out);
    free(pending_path);
    free(release_path);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/release.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/cbor.h"
#include "providers/openssl/crypto_openssl.h"

/* Hexadecimal text to bytes, in place; white space is skipped. 0 if it is something else. */
static int from_hex(struct cli_bytes *file) {
    size_t digits = 0;

    for (size_t i = 0; i < file->len; i++) {
        const int c = file->data[i];
        if (isspace(c))
            continue;
        if (!isxdigit(c))
            return 0;
        const unsigned value = isdigit(c) ? (unsigned)(c - '0') : (unsigned)(tolower(c) - 'a' + 10);
        if (digits % 2 == 0)
            file->data[digits / 2] = (uint8_t)(value << 4);
        else
            file->data[digits / 2] |= (uint8_t)value;
        digits++;
    }
    file->len = digits / 2;
    return digits % 2 == 0;
}

static int ends_with(const char *text, const char *end) {
    const size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

int cli_release_read(const char *path, struct cli_release *out) {
    struct cli_bytes file;
    const int status = cli_read_file(path, &file);

    memset(out, 0, sizeof *out);
    if (status != CLI_OK)
        return status;
    if (ends_with(path, ".hex") && !from_hex(&file)) {
        cli_bytes_free(&file);
        return cli_fail(CLI_REFUSED, "%s is not hexadecimal text", path);
    }
    const prm_result result = prm_suit_envelope_parse(cli_span(&file), &out->envelope);
    out->file = file;
    if (result == PRM_OK)
        return CLI_OK;
    cli_release_free(out);
    return cli_fail(CLI_REFUSED, "%s is not a release: %s", path, cli_result_text(result));
}

void cli_release_free(struct cli_release *release) {
    cli_bytes_free(&release->file);
    for (uint32_t i = 0; i < PRM_BOOT_SLOTS; i++)
        cli_bytes_free(&release->detached[i]);
    memset(release, 0, sizeof *release);
}

char *cli_release_detached_path(const char *path, uint32_t slot) {
    const size_t stem = strlen(path) - (ends_with(path, ".suit") ? 5 : 0);

    return cli_format("%.*s.%c.bin", (int)stem, path, slot == 0 ? 'a' : 'b');
}

const char *cli_payload_name(uint32_t slot) {
    return slot == 0 ? "#a" : "#b";
}

int cli_release_image(struct cli_release *release, const char *path, uint32_t slot, prm_span *out) {
    const char *name = cli_payload_name(slot);
    int status = CLI_OK;

    *out = prm_span_of(NULL, 0);
    for (uint32_t i = 0; i < release->envelope.payloads; i++) {
        prm_span key, bytes;
        cli_release_payload(release, i, &key, &bytes);
        if (key.len == strlen(name) && memcmp(key.ptr, name, key.len) == 0) {
            *out = bytes;
            return CLI_OK;
        }
    }
    char *beside = cli_release_detached_path(path, slot);
    if (release->detached[slot].data == NULL && access(beside, F_OK) == 0)
        status = cli_read_file(beside, &release->detached[slot]);
    free(beside);
    *out = cli_span(&release->detached[slot]);
    return status;
}

/* SUIT_Authentication as it was: its elements are all there is to it, and the encoding is deterministic. */
static void put_auth(struct prm_cbor_writer *w, const struct prm_suit_envelope *envelope) {
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 1 + (uint64_t)envelope->signatures);
    prm_cbor_put_bstr(w, envelope->digest_bytes);
    for (uint32_t i = 0; i < envelope->signatures; i++)
        prm_cbor_put_bstr(w, envelope->signature[i]);
}

static void put_envelope(struct prm_cbor_writer *w, const struct prm_suit_envelope *envelope, const prm_span *image) {
    struct prm_cbor_writer auth = {NULL, 0, 0};
    uint64_t members = 2;

    put_auth(&auth, envelope);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++)
        members += image[slot].len > 0;
    prm_cbor_put_head(w, PRM_CBOR_TAG, PRM_SUIT_TAG_ENVELOPE);
    prm_cbor_put_head(w, PRM_CBOR_MAP, members);
    prm_cbor_put_int(w, PRM_SUIT_KEY_AUTH);
    prm_cbor_put_head(w, PRM_CBOR_BSTR, auth.len);
    put_auth(w, envelope);
    prm_cbor_put_int(w, PRM_SUIT_KEY_MANIFEST);
    prm_cbor_put_raw(w, envelope->manifest_wrapped);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        if (image[slot].len == 0)
            continue;
        prm_cbor_put_tstr(w, cli_payload_name(slot));
        prm_cbor_put_bstr(w, image[slot]);
    }
}

struct cli_bytes cli_envelope_write(const struct prm_suit_envelope *envelope, const prm_span image[PRM_BOOT_SLOTS]) {
    struct prm_cbor_writer w = {NULL, 0, 0};
    struct cli_bytes out;

    put_envelope(&w, envelope, image);
    out.len = w.len;
    out.data = cli_alloc(out.len);
    w = (struct prm_cbor_writer){out.data, out.len, 0};
    put_envelope(&w, envelope, image);
    return out;
}

void cli_release_payload(const struct cli_release *release, uint32_t index, prm_span *name, prm_span *bytes) {
    struct prm_cbor r = prm_cbor_reader(release->envelope.payload_pairs);

    for (uint32_t i = 0; i <= index; i++) {
        *name = prm_cbor_tstr(&r);
        *bytes = prm_cbor_bstr(&r);
    }
}

/* What the commands say of the first component, for one slot. */
static void claim_slot(struct cli_claim *out, uint32_t slot) {
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    const prm_result result = prm_suit_select(&out->parsed, slot, component);

    if (out->select != PRM_OK)
        out->select = result;
    if (result != PRM_OK)
        return;
    out->vendor = component[0].vendor;
    out->class_ = component[0].class_;
    out->device = component[0].device;
    out->slot[slot].present = 1;
    out->slot[slot].digest = component[0].digest;
    out->slot[slot].size = component[0].size;
}

void cli_release_claim(const struct cli_release *release, struct cli_claim *out) {
    const struct prm_suit_envelope *envelope = &release->envelope;

    memset(out, 0, sizeof *out);
    out->digest_matches = PRM_NO;
    out->select = PRM_ERR_NOT_TRIED;
    if (prm_crypto_openssl.sha256(&envelope->manifest_wrapped, 1, out->digest) == PRM_OK &&
        memcmp(out->digest, envelope->digest, sizeof out->digest) == 0)
        out->digest_matches = PRM_YES;
    out->manifest = prm_suit_manifest_parse(envelope->manifest, &out->parsed);
    for (uint32_t slot = 0; out->manifest == PRM_OK && slot < PRM_BOOT_SLOTS; slot++)
        claim_slot(out, slot);
}

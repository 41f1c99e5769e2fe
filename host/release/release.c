/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/release.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/cbor.h"
#include "boot/boot_format.h"
#include "update/update.h"
#include "update/update_parse.h"
#include "providers/openssl/crypto_openssl.h"

/* Hexadecimal text to bytes, in place; white space is skipped. 0 if it is something else. */
static int from_hex(struct primum_bytes *file) {
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

int primum_release_read(const char *path, struct primum_release *out) {
    struct primum_bytes file;
    const int status = primum_read_file(path, &file);

    memset(out, 0, sizeof *out);
    if (status != PRIMUM_OK)
        return status;
    if (ends_with(path, ".hex") && !from_hex(&file)) {
        primum_bytes_free(&file);
        return primum_fail(PRIMUM_REFUSED, "%s is not hexadecimal text", path);
    }
    const prm_result result = prm_suit_envelope_parse(primum_span(&file), &out->envelope);
    out->file = file;
    if (result == PRM_OK)
        return PRIMUM_OK;
    primum_release_free(out);
    return primum_fail(PRIMUM_REFUSED, "%s is not a release: %s", path, primum_result_text(result));
}

void primum_release_free(struct primum_release *release) {
    primum_bytes_free(&release->file);
    for (uint32_t i = 0; i < PRM_BOOT_SLOTS * PRM_COMPONENTS; i++) {
        primum_bytes_free(&release->detached[i / PRM_COMPONENTS][i % PRM_COMPONENTS][PRIMUM_LIST]);
        primum_bytes_free(&release->detached[i / PRM_COMPONENTS][i % PRM_COMPONENTS][PRIMUM_PAYLOAD]);
    }
    memset(release, 0, sizeof *release);
}

char *primum_release_detached_path(const char *path, uint32_t slot, uint32_t component, enum primum_part part) {
    const size_t stem = strlen(path) - (ends_with(path, ".suit") ? 5 : 0);

    return primum_format("%.*s.%c%u.%s", (int)stem, path, slot == 0 ? 'a' : 'b', component,
                         part == PRIMUM_LIST ? "blocks" : "bin");
}

void primum_payload_name(uint32_t slot, uint32_t component, char out[PRIMUM_PAYLOAD_NAME]) {
    out[0] = '#';
    out[1] = slot == 0 ? 'a' : 'b';
    out[2] = (char)('0' + component % 10);
    out[3] = '\0';
}

void primum_list_name(uint32_t slot, uint32_t component, char out[PRIMUM_PAYLOAD_NAME]) {
    primum_payload_name(slot, component, out);
    out[1] = (char)toupper((unsigned char)out[1]);
}

/* An integrated payload of this name, or what a file beside the release holds. */
static int find_part(struct primum_release *release, const char *path, prm_span name, uint32_t slot, uint32_t component,
                     enum primum_part part, prm_span *out) {
    struct primum_bytes *file = &release->detached[slot][component][part];
    int status = PRIMUM_OK;

    for (uint32_t i = 0; i < release->envelope.payloads; i++) {
        prm_span key, bytes;
        primum_release_payload(release, i, &key, &bytes);
        if (name.ptr != NULL && key.len == name.len && memcmp(key.ptr, name.ptr, key.len) == 0) {
            *out = bytes;
            return PRIMUM_OK;
        }
    }
    char *beside = primum_release_detached_path(path, slot, component, part);
    if (file->data == NULL && access(beside, F_OK) == 0)
        status = primum_read_file(beside, file);
    free(beside);
    *out = primum_span(file);
    return status;
}

int primum_release_payload_for(struct primum_release *release, const char *path, const struct primum_claim *claim,
                               uint32_t slot, uint32_t component, struct primum_parts *out) {
    const struct prm_suit_component *c = &claim->slot[slot].component[component];
    struct prm_update_blocks blocks;
    int status = PRIMUM_OK;

    memset(out, 0, sizeof *out);
    status = find_part(release, path, c->uri, slot, component, PRIMUM_PAYLOAD, &out->payload);
    if (status == PRIMUM_OK && prm_update_blocks_parse(c->fetch, c->size, &blocks) == PRM_OK)
        status = find_part(release, path, blocks.list, slot, component, PRIMUM_LIST, &out->list);
    return status;
}

/* SUIT_Authentication as it was: its elements are all there is to it, and the encoding is deterministic. */
static void put_auth(struct prm_cbor_writer *w, const struct prm_suit_envelope *envelope) {
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 1 + (uint64_t)envelope->signatures);
    prm_cbor_put_bstr(w, envelope->digest_bytes);
    for (uint32_t i = 0; i < envelope->signatures; i++)
        prm_cbor_put_bstr(w, envelope->signature[i]);
}

static void put_envelope(struct prm_cbor_writer *w, const struct prm_suit_envelope *envelope, const prm_span *severed,
                         const struct primum_member *payloads, size_t count) {
    static const int keys[PRM_SUIT_SEVERED] = {PRM_SUIT_KEY_PAYLOAD_FETCH, PRM_SUIT_KEY_INSTALL, PRM_SUIT_KEY_TEXT};
    struct prm_cbor_writer auth = {NULL, 0, 0};
    size_t members = 2 + count;

    put_auth(&auth, envelope);
    prm_cbor_put_head(w, PRM_CBOR_TAG, PRM_SUIT_TAG_ENVELOPE);
    for (unsigned i = 0; severed != NULL && i < PRM_SUIT_SEVERED; i++)
        members += severed[i].ptr != NULL ? 1 : 0;
    prm_cbor_put_head(w, PRM_CBOR_MAP, members);
    prm_cbor_put_int(w, PRM_SUIT_KEY_AUTH);
    prm_cbor_put_head(w, PRM_CBOR_BSTR, auth.len);
    put_auth(w, envelope);
    prm_cbor_put_int(w, PRM_SUIT_KEY_MANIFEST);
    prm_cbor_put_raw(w, envelope->manifest_wrapped);
    for (unsigned i = 0; severed != NULL && i < PRM_SUIT_SEVERED; i++) {
        if (severed[i].ptr == NULL)
            continue;
        prm_cbor_put_int(w, keys[i]);
        prm_cbor_put_raw(w, severed[i]);
    }
    for (size_t i = 0; i < count; i++) {
        prm_cbor_put_tstr(w, payloads[i].name);
        prm_cbor_put_bstr(w, payloads[i].bytes);
    }
}

static struct primum_bytes write_envelope(const struct prm_suit_envelope *envelope, const prm_span *severed,
                                          const struct primum_member *payloads, size_t count) {
    struct prm_cbor_writer w = {NULL, 0, 0};
    struct primum_bytes out;

    put_envelope(&w, envelope, severed, payloads, count);
    out.len = w.len;
    out.data = primum_alloc(out.len);
    w = (struct prm_cbor_writer){out.data, out.len, 0};
    put_envelope(&w, envelope, severed, payloads, count);
    return out;
}

struct primum_bytes primum_envelope_write(const struct prm_suit_envelope *envelope,
                                          const struct primum_member *payloads, size_t count) {
    return write_envelope(envelope, envelope->severed_wrapped, payloads, count);
}

struct primum_bytes primum_envelope_for_bank(const struct prm_suit_envelope *envelope) {
    return write_envelope(envelope, NULL, NULL, 0);
}

void primum_release_payload(const struct primum_release *release, uint32_t index, prm_span *name, prm_span *bytes) {
    struct prm_cbor r = prm_cbor_reader(release->envelope.payload_pairs);

    for (uint32_t i = 0; i <= index; i++) {
        *name = prm_cbor_tstr(&r);
        *bytes = prm_cbor_bstr(&r);
    }
}

/* What the commands say of each component, for one slot. */
static void claim_slot(struct primum_claim *out, uint32_t slot, prm_span install) {
    struct prm_suit_component *component = out->slot[slot].component;
    struct prm_suit_component with_install[PRM_SUIT_COMPONENTS_MAX];
    const prm_result result = prm_suit_select(&out->parsed, slot, component);

    if (out->select != PRM_OK)
        out->select = result;
    if (result != PRM_OK)
        return;
    out->vendor = component[0].vendor;
    out->class_ = component[0].class_;
    out->device = component[0].device;
    out->slot[slot].present = 1;
    if (install.ptr == NULL)
        return;
    memcpy(with_install, component, sizeof with_install);
    const prm_result installed = prm_suit_select_install(install, out->parsed.components, slot, with_install);
    if (installed == PRM_OK)
        memcpy(component, with_install, sizeof with_install);
    if (out->install != PRM_OK)
        out->install = installed;
}

/*
 * The sequence that fetches, payload-fetch or install: the manifest's, or the severed one if it is what the manifest
 * names. ptr NULL: neither.
 */
static prm_span find_fetch(const struct primum_release *release, struct primum_claim *out) {
    const enum prm_suit_severed place =
        out->parsed.severed[PRM_SUIT_SEVERED_FETCH] != NULL ? PRM_SUIT_SEVERED_FETCH : PRM_SUIT_SEVERED_INSTALL;
    const uint8_t *named = out->parsed.severed[place];
    uint8_t digest[PRM_SHA256_SIZE];

    if (place == PRM_SUIT_SEVERED_INSTALL && out->parsed.install.ptr != NULL)
        return out->parsed.install;
    out->install = PRM_ERR_SUIT_MISSING;
    if (named == NULL || release->envelope.severed[place].ptr == NULL)
        return prm_span_of(NULL, 0);
    out->install = PRM_ERR_SUIT_DIGEST;
    if (prm_crypto_openssl.sha256(&release->envelope.severed_wrapped[place], 1, digest) != PRM_OK ||
        memcmp(digest, named, sizeof digest) != 0)
        return prm_span_of(NULL, 0);
    out->install = PRM_ERR_NOT_TRIED;
    return release->envelope.severed[place];
}

void primum_release_claim(const struct primum_release *release, struct primum_claim *out) {
    const struct prm_suit_envelope *envelope = &release->envelope;

    memset(out, 0, sizeof *out);
    out->digest_matches = PRM_NO;
    out->select = PRM_ERR_NOT_TRIED;
    out->install = PRM_ERR_NOT_TRIED;
    out->conditions = PRM_ERR_NOT_TRIED;
    if (prm_crypto_openssl.sha256(&envelope->manifest_wrapped, 1, out->digest) == PRM_OK &&
        memcmp(out->digest, envelope->digest, sizeof out->digest) == 0)
        out->digest_matches = PRM_YES;
    out->manifest = prm_suit_manifest_parse(envelope->manifest, &out->parsed);
    if (out->manifest != PRM_OK)
        return;
    out->conditions = prm_suit_conditions_parse(&out->parsed, &out->asked);
    const prm_span install = find_fetch(release, out);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++)
        claim_slot(out, slot, install);
}

int primum_envelope_fits(const struct prm_suit_envelope *envelope, size_t *header) {
    struct primum_bytes bank = primum_envelope_for_bank(envelope);
    struct primum_bytes whole = primum_envelope_write(envelope, NULL, 0);
    const size_t bank_len = bank.len, manifest_len = envelope->manifest_wrapped.len;

    *header = whole.len;
    primum_bytes_free(&bank);
    primum_bytes_free(&whole);
    if (bank_len > PRM_BANK_ENVELOPE_MAX || manifest_len > PRM_MANIFEST_MAX)
        return primum_fail(
            PRIMUM_REFUSED,
            "the manifest has %zu bytes of %u, the envelope in a bank %zu of %u: shorten the texts or use "
            "fewer keys",
            manifest_len, PRM_MANIFEST_MAX, bank_len, PRM_BANK_ENVELOPE_MAX);
    if (*header > PRM_UPDATE_HEADER_MAX)
        return primum_fail(
            PRIMUM_REFUSED,
            "what comes before the payloads has %zu bytes, and a device takes %u: encrypt to fewer keys, "
            "or make the images smaller",
            *header, PRM_UPDATE_HEADER_MAX);
    return PRIMUM_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/image_chunks.h"

#include <stdlib.h>
#include <string.h>

void primum_chunks_add(struct primum_chunks *chunks, const struct primum_chunk *chunk) {
    if (chunks->count == chunks->room) {
        const size_t room = chunks->room == 0 ? 64 : 2 * chunks->room;
        struct primum_chunk *grown = primum_alloc(room * sizeof *grown);

        if (chunks->count > 0)
            memcpy(grown, chunks->chunk, chunks->count * sizeof *grown);
        free(chunks->chunk);
        chunks->chunk = grown;
        chunks->room = room;
    }
    chunks->chunk[chunks->count++] = *chunk;
}

void primum_chunks_free(struct primum_chunks *chunks) {
    free(chunks->chunk);
    free(chunks->text);
    *chunks = (struct primum_chunks){.path = chunks->path};
}

void primum_chunks_extent(const struct primum_chunks *chunks, uint64_t *low, uint64_t *high) {
    *low = UINT64_MAX;
    *high = 0;
    for (size_t i = 0; i < chunks->count; i++) {
        const struct primum_chunk *chunk = &chunks->chunk[i];
        const uint64_t end = chunk->address + chunk->bytes.len;

        *low = chunk->address < *low ? chunk->address : *low;
        *high = end > *high ? end : *high;
    }
}

/* "section .text", "line 17". Owns: the caller frees. */
static char *name_of(const struct primum_chunk *chunk) {
    return chunk->name != NULL ? primum_format("%s %s", chunk->kind, chunk->name)
                               : primum_format("%s %u", chunk->kind, chunk->number);
}

static int differ(const struct primum_chunks *chunks, size_t first, size_t second, uint64_t address) {
    char *const a = name_of(&chunks->chunk[first]), *const b = name_of(&chunks->chunk[second]);
    const int status = primum_fail(PRIMUM_REFUSED, "%s: %s and %s give different bytes for 0x%08llx", chunks->path, a,
                                   b, (unsigned long long)address);

    free(a);
    free(b);
    return status;
}

int primum_chunks_flatten(const struct primum_chunks *chunks, struct primum_bytes *out) {
    uint64_t low, high;

    primum_chunks_extent(chunks, &low, &high);
    out->len = (size_t)(high - low);
    out->data = primum_alloc(out->len);
    memset(out->data, 0, out->len);
    /* Whose each byte is: 0 nobody's yet, else the number of the chunk and one. */
    uint32_t *owner = primum_alloc(out->len * sizeof *owner);
    memset(owner, 0, out->len * sizeof *owner);
    int status = PRIMUM_OK;
    for (size_t i = 0; i < chunks->count && status == PRIMUM_OK; i++) {
        const struct primum_chunk *chunk = &chunks->chunk[i];
        const size_t at = (size_t)(chunk->address - low);

        for (size_t j = 0; j < chunk->bytes.len && status == PRIMUM_OK; j++) {
            if (owner[at + j] != 0 && out->data[at + j] != chunk->bytes.ptr[j])
                status = differ(chunks, owner[at + j] - 1, i, chunk->address + j);
            out->data[at + j] = chunk->bytes.ptr[j];
            owner[at + j] = (uint32_t)i + 1;
        }
    }
    free(owner);
    if (status != PRIMUM_OK)
        primum_bytes_free(out);
    return status;
}

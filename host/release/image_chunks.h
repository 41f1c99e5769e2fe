/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_chunks.h - firmware as its file gives it: pieces, each with an address, not yet one image. For image.c and the
 * readers of formats.
 */
#ifndef PRIMUM_IMAGE_CHUNKS_H
#define PRIMUM_IMAGE_CHUNKS_H

#include "host/file/file.h"

/* A piece. Borrows its bytes and its name. */
struct primum_chunk {
    uint64_t address; /* where it is to stand */
    prm_span bytes;   /* never empty */
    const char *kind; /* what it is in the file, for messages: "section", "segment" or "line" */
    const char *name; /* of a section; else NULL */
    uint32_t number;  /* of the segment or line */
};

/* Owns: `chunk` and `text`; free with primum_chunks_free(). Zeros are an empty one. */
struct primum_chunks {
    const char *path; /* the file, for messages; borrowed */
    struct primum_chunk *chunk;
    size_t count, room;
    uint8_t *text; /* bytes that a reader decoded and that chunks borrow; NULL if they borrow the file's own */
};

void primum_chunks_add(struct primum_chunks *chunks, const struct primum_chunk *chunk);
void primum_chunks_free(struct primum_chunks *chunks);

/* Lowest address, and the address after the last byte. low > high if there are no chunks. */
void primum_chunks_extent(const struct primum_chunks *chunks, uint64_t *low, uint64_t *high);

/*
 * One image from the lowest address to the last byte; gaps are zeros, as objcopy -O binary gives it. The caller has
 * looked at the extent, which is at least 1 byte and fits into memory. Pieces may overlap if they say the same of each
 * byte. Owns: the caller frees `*out`. PRIMUM_OK, or PRIMUM_REFUSED after naming both pieces and the address they
 * disagree on.
 */
int primum_chunks_flatten(const struct primum_chunks *chunks, struct primum_bytes *out);

/*
 * Readers of formats: do these bytes look like one, and what is in them. A file that looks like a format and breaks its
 * rules is refused, with the segment, section or line; it is never taken for a raw binary.
 */
int primum_image_is_elf(prm_span file);
int primum_image_elf_read(prm_span file, struct primum_chunks *out);
int primum_image_is_hex(prm_span file); /* Intel HEX, with linear (04, 05) and segment (02, 03) records */
int primum_image_hex_read(prm_span file, struct primum_chunks *out);
int primum_image_is_srec(prm_span file); /* Motorola S-records S0 to S9 */
int primum_image_srec_read(prm_span file, struct primum_chunks *out);

#endif

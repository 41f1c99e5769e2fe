/* SPDX-License-Identifier: Apache-2.0 */
/* test_bank.c - where the parts of a bank are on every kind of flash, and how they are written and read. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "bank/bank_act.h"
#include "bank/bank_format.h"
#include "bank/bank_load.h"
#include "bank/bank_parse.h"
#include "base/endian.h"
#include "tests/cut/rig.h"

enum { APP = 300000, SERVICES = 70001 };

static struct rig_world world;
static struct rig rig;

static void start_on(const struct rig_part *part) {
    rig_world_init_on(&world, part, APP, SERVICES);
    rig_init(&rig, &world);
}

static void stop(void) {
    rig_free(&rig);
    rig_world_free(&world);
}

static void headers(void **state) {
    static const struct {
        uint32_t magic, second, len;
        prm_result result;
    } cases[] = {
        {PRM_BANK_MAGIC, 0x20001, 1, PRM_OK},
        {PRM_BANK_MAGIC, 0x20000 | PRM_BANK_ENVELOPE_MAX, PRM_BANK_ENVELOPE_MAX, PRM_OK},
        {PRM_BANK_MAGIC, 0x20000, 0, PRM_ERR_SLOT_HEADER},
        {PRM_BANK_MAGIC, 0x20001 + PRM_BANK_ENVELOPE_MAX, 0, PRM_ERR_SLOT_HEADER},
        {PRM_BANK_MAGIC, 0x2FFFF, 0, PRM_ERR_SLOT_HEADER},
        {0x534D5251, 0x20001, 0, PRM_ERR_SLOT_HEADER},
        {UINT32_MAX, UINT32_MAX, 0, PRM_ERR_SLOT_HEADER},
        {0, 0, 0, PRM_ERR_SLOT_HEADER},
    };
    uint8_t header[PRM_BANK_HEADER_SIZE] = {0};
    uint32_t len;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        len = 0x5A5A5A5A;
        prm_store_le32(header, cases[i].magic);
        prm_store_le32(header + 4, cases[i].second);
        assert_result(prm_bank_header_parse(header, &len), cases[i].result);
        assert_int_equal(len, cases[i].len);
    }
    /* The magic is the bytes "PRMS", and every bit of it and of the version counts. */
    const uint8_t digest[32] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    prm_bank_header_encode(100, digest, header);
    assert_memory_equal(header, "PRMS\x64\0\x02\0\1\2\3\4\5\6\7\x08", 16);
    assert_result(prm_bank_header_parse(header, &len), PRM_OK);
    for (unsigned bit = 0; bit < 64; bit++) {
        header[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const prm_result result = prm_bank_header_parse(header, &len);
        assert_true(bit < 32 ? result == PRM_ERR_SLOT_HEADER
                             : bit < 48 ? len != 100 : result == PRM_ERR_SLOT_VERSION);
        header[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* Version 1: "PRMS" and 32 bits of length, which is below 65,536; a version that is still to come. */
static void another_version_is_refused_with_its_reason(void **state) {
    uint8_t header[PRM_BANK_HEADER_SIZE] = {'P', 'R', 'M', 'S'};
    uint32_t len;

    (void)state;
    for (uint32_t old = 1; old <= 4088; old++) {
        prm_store_le32(header + 4, old);
        assert_result(prm_bank_header_parse(header, &len), PRM_ERR_SLOT_VERSION);
        assert_int_equal(len, 0);
    }
    for (uint32_t version = 0; version < 0x10000; version++) {
        prm_store_le32(header + 4, 100 | version << 16);
        assert_result(prm_bank_header_parse(header, &len), version == 2 ? PRM_OK : PRM_ERR_SLOT_VERSION);
    }
}

/* On every part: what stands in a bank does not overlap, and what is programmed apart shares no write unit. */
static void places_do_not_overlap(void **state) {
    (void)state;
    for (unsigned i = 0; i < RIG_PARTS; i++) {
        start_on(&rig_parts[i]);
        for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
            const struct prm_bank b = {&rig.flash, &world.layout, bank};
            const uint32_t w = rig.flash.write_size, start = world.layout.bank_off[bank];
            uint32_t end = start + PRM_BANK_HEADER_SIZE;
            assert_true(prm_bank_envelope_off(&b) >= end && prm_bank_envelope_off(&b) % w == 0);
            end = prm_bank_envelope_off(&b) + PRM_BANK_ENVELOPE_MAX;
            for (uint32_t c = 0; c < 2; c++) {
                for (uint32_t off = 0; off < world.layout.component[c].size; off += 512) {
                    const uint32_t at = prm_bank_mark_off(&b, c, off);
                    assert_true(off % world.layout.chunk_size != 0 ? at + w > end - PRM_BANK_MARK_SIZE && at < end : at >= end);
                    assert_int_equal(at % w, 0);
                    end = off % world.layout.chunk_size != 0 ? end : at + (w > PRM_BANK_MARK_SIZE ? w : PRM_BANK_MARK_SIZE);
                }
            }
            /* At most 3 % of a bank is marks; here they are. */
            assert_true((end - prm_bank_mark_off(&b, 0, 0)) * 100 <= world.layout.bank_size * 3);
            for (uint32_t c = 0; c < 2; c++) {
                for (uint32_t page = 0; page * PRM_BANK_PAGE_COVERS < world.layout.component[c].size; page++) {
                    assert_true(prm_bank_page_off(&b, c, page) >= end && prm_bank_page_off(&b, c, page) % w == 0);
                    end = prm_bank_page_off(&b, c, page) + PRM_BANK_PAGE_SIZE;
                }
            }
            assert_int_equal(end, prm_bank_head_end(&b));
            assert_int_equal(end, start + PRM_BANK_HEAD_SIZE(w, world.layout.chunk_size, world.layout.component[0].size,
                                                             world.layout.component[1].size));
            assert_true(end <= prm_bank_image_off(&b, 0));
            assert_true(prm_bank_image_off(&b, 0) + world.layout.component[0].size <= prm_bank_image_off(&b, 1));
        }
        stop();
    }
}

/* A whole bank in the order of an update; the simulated part refuses whatever would be programmed twice. */
static void a_bank_is_written_and_read(void **state) {
    static uint8_t image[APP], envelope[PRM_BANK_ENVELOPE_MAX];
    struct rig noise = {.random = 7};

    (void)state;
    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (uint8_t)rig_random(&noise);
    for (size_t i = 0; i < sizeof envelope; i++)
        envelope[i] = (uint8_t)rig_random(&noise);
    for (unsigned i = 0; i < RIG_PARTS; i++) {
        start_on(&rig_parts[i]);
        const struct prm_bank b = {&rig.flash, &world.layout, 1};
        const uint32_t size[2] = {APP, SERVICES};
        uint8_t header[PRM_BANK_HEADER_SIZE], there[PRM_BANK_HEADER_SIZE], page[PRM_BANK_PAGE_SIZE], mark[PRM_BANK_MARK_SIZE];
        uint32_t len;
        prm_span span;
        rig_destroy(&rig, 1);
        for (unsigned round = 0; round < 2; round++) {
            const uint32_t envelope_len = round == 0 ? 701 : PRM_BANK_ENVELOPE_MAX;
            assert_result(prm_bank_act_clear(&b), PRM_OK);
            assert_result(prm_bank_load_header(&b, there), PRM_ERR_SLOT_EMPTY);
            prm_bank_header_encode(envelope_len, image, header);
            assert_result(prm_bank_act_envelope(&b, prm_span_of(envelope, envelope_len), header), PRM_OK);
            for (uint32_t c = 0; c < 2; c++) {
                for (uint32_t n = 0; n * PRM_BANK_PAGE_COVERS < size[c]; n++)
                    assert_result(prm_bank_act_page(&b, c, n, prm_span_of(image + n * 7, 1000)), PRM_OK);
                for (uint32_t off = 0; off < size[c]; off += 2048) {
                    const uint32_t part = size[c] - off < 2048 ? size[c] - off : 2048;
                    assert_result(prm_bank_act_image(&b, c, off, prm_span_of(image + off, part)), PRM_OK);
                    if ((off + part) % world.layout.chunk_size != 0 && off + part != size[c])
                        continue;
                    prm_bank_mark_encode(prm_bank_chunk(&world.layout, c, off), image, mark);
                    assert_result(prm_bank_act_mark(&b, c, off, mark), PRM_OK);
                }
            }
            assert_result(prm_bank_load_header(&b, there), PRM_OK);
            assert_memory_equal(there, header, sizeof header);
            assert_result(prm_bank_header_parse(there, &len), PRM_OK);
            assert_result(prm_bank_load_envelope(&b, len, &span), PRM_OK);
            assert_int_equal(span.len, envelope_len);
            assert_memory_equal(span.ptr, envelope, span.len);
            for (uint32_t c = 0; c < 2; c++) {
                assert_result(prm_bank_load_image(&b, c, size[c], &span), PRM_OK);
                assert_memory_equal(span.ptr, image, size[c]);
                for (uint32_t n = 0; n * PRM_BANK_PAGE_COVERS < size[c]; n++) {
                    assert_result(prm_bank_load_page(&b, c, n, page, 1000), PRM_OK);
                    assert_memory_equal(page, image + n * 7, 1000);
                }
                for (uint32_t off = 0; off < size[c]; off += 2048) {
                    uint8_t expected[PRM_BANK_MARK_SIZE];
                    prm_bank_mark_encode(prm_bank_chunk(&world.layout, c, off), image, expected);
                    assert_result(prm_bank_load_mark(&b, c, off, mark), PRM_OK);
                    assert_memory_equal(mark, expected, sizeof mark);
                }
            }
        }
        stop();
    }
}

/* A part that can't be read is an answer; where it is a mark, only that chunk is not whole. */
static void what_is_torn_is_damaged(void **state) {
    uint8_t header[PRM_BANK_HEADER_SIZE], mark[PRM_BANK_MARK_SIZE];
    const uint8_t zeros[PRM_BANK_MARK_SIZE] = {0};

    (void)state;
    for (unsigned i = 0; i < RIG_PARTS; i++) {
        start_on(&rig_parts[i]);
        const struct prm_bank b = {&rig.flash, &world.layout, 0};
        const uint32_t w = rig.flash.write_size, e = prm_flash_unit_size(&rig.flash, world.layout.bank_off[0]);
        prm_span span = {(const uint8_t *)"x", 1};
        uint8_t *filler = calloc(1, e);
        prm_sim_flash_set(&rig.host, prm_bank_image_off(&b, 0), e, filler);
        free(filler);
        prm_sim_flash_damage(&rig.host, world.layout.bank_off[0], w);
        assert_result(prm_bank_load_header(&b, header), PRM_ERR_FLASH_DAMAGED);
        prm_sim_flash_damage(&rig.host, prm_bank_envelope_off(&b), w);
        assert_result(prm_bank_load_envelope(&b, 100, &span), PRM_ERR_FLASH_DAMAGED);
        assert_null(span.ptr);
        assert_result(prm_bank_load_image(&b, 0, 512, &span), PRM_OK);
        prm_sim_flash_damage(&rig.host, prm_bank_image_off(&b, 0) + 512 - w, w);
        assert_result(prm_bank_load_image(&b, 0, 512, &span), PRM_ERR_FLASH_DAMAGED);
        prm_sim_flash_damage(&rig.host, prm_bank_mark_off(&b, 1, 0), w);
        assert_result(prm_bank_load_mark(&b, 1, 0, mark), PRM_OK);
        assert_memory_equal(mark, zeros, sizeof mark);
        assert_result(prm_bank_act_mark(&b, 1, 0, mark), PRM_OK); /* stays torn: an error would end the download for good */
        assert_result(prm_bank_load_mark(&b, 1, 0, mark), PRM_OK);
        assert_memory_equal(mark, zeros, sizeof mark);
        assert_result(prm_bank_act_clear(&b), PRM_OK);
        assert_result(prm_bank_load_header(&b, header), PRM_ERR_SLOT_EMPTY);
        stop();
    }
}

static void an_image_is_loaded_within_its_place(void **state) {
    (void)state;
    start_on(&rig_parts[0]);
    const struct prm_bank b = {&rig.flash, &world.layout, 1};
    const uint32_t room = world.layout.component[1].size;
    const uint32_t sizes[] = {0, 1, room, room + 1, room * 2, 0x80000000u, UINT32_MAX};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        prm_span image = {(const uint8_t *)"x", 1};
        const int fits = sizes[i] == 1 || sizes[i] == room;
        assert_result(prm_bank_load_image(&b, 1, sizes[i], &image), fits ? PRM_OK : PRM_ERR_IMAGE_SIZE);
        assert_int_equal(image.len, fits ? sizes[i] : 0);
        assert_true(image.ptr == (fits ? rig.bytes + prm_bank_image_off(&b, 1) : NULL));
    }
    const uint32_t lens[] = {PRM_BANK_ENVELOPE_MAX + 1, 0x80000000u, UINT32_MAX};
    for (size_t i = 0; i < COUNT_OF(lens); i++) {
        prm_span envelope = {(const uint8_t *)"x", 1};
        assert_result(prm_bank_load_envelope(&b, lens[i], &envelope), PRM_ERR_SLOT_HEADER);
        assert_null(envelope.ptr);
    }
    stop();
}

/* Each rule of the geometry is broken once; a layout that breaks none is right. */
static void a_layout_that_does_not_fit_is_told(void **state) {
    (void)state;
    for (unsigned i = 0; i < RIG_PARTS; i++) {
        start_on(&rig_parts[i]);
        struct prm_flash f = rig.flash;
        struct prm_layout l = world.layout;
        const uint32_t e = rig_parts[i].erase_size;
        assert_null(prm_bank_geometry_wrong(&f, &l, 512));
#define WRONG(change)                                           \
    do {                                                        \
        f = rig.flash;                                          \
        l = world.layout;                                       \
        change;                                                 \
        assert_non_null(prm_bank_geometry_wrong(&f, &l, 512)); \
    } while (0)
        WRONG(f.write_size = 2);
        WRONG(f.write_size = 1024);
        WRONG(f.write_size = 48);
        WRONG(f.write_size = e * 2);
        WRONG(f.rww = 0);
        WRONG(f.size += e);
        WRONG(f.units[1].size += 512);
        WRONG((f.units[0] = (struct prm_flash_units){1, e / 2}, f.size += e / 2));
        WRONG(l.components = 0);
        WRONG(l.components = 3);
        WRONG(l.journal_off += rig.flash.write_size);
        WRONG(l.journal_off = l.bank_off[0]);
        WRONG(l.trust_off[0] = rig.flash.write_size);
        WRONG(l.trust_off[0] = l.bank_off[1]);
        WRONG(l.trust_off[1] = UINT32_MAX - 100);
        /* A flash that is smaller than a trust slot; units whose bytes come to those of the flash only modulo 2^64. */
        WRONG((l.journal_off = 0, l.bank_off[0] = l.bank_off[1] = 0x100000, l.trust_off[0] = 0x10000, f.size = 0x2000,
               f.units[0] = (struct prm_flash_units){2, 0x1000}, f.units[1] = f.units[2] = (struct prm_flash_units){0, 0}));
        WRONG((f.units[0] = f.units[1] = (struct prm_flash_units){0xFFFFFFFE, 0x80000000},
               f.units[2] = (struct prm_flash_units){(uint32_t)((UINT64_C(1) << 33) / e) + f.size / e, e}));
        WRONG((l.trust_off[0] = l.bank_off[1] + l.bank_size - e, l.trust_off[1] = l.trust_off[0]));
        WRONG(l.bank_off[0] += rig.flash.write_size);
        WRONG(l.bank_off[1] -= e);
        WRONG(l.bank_off[1] += e);
        WRONG(l.bank_size += e);
        WRONG(l.bank_size -= e);
        WRONG(l.chunk_size *= 2);
        WRONG(l.chunk_size /= 2);
        WRONG(l.component[0].off -= e);
        WRONG(l.component[0].off += e);
        WRONG(l.component[0].off += rig.flash.write_size);
        WRONG(l.component[0].size = 0);
        WRONG(l.component[0].size += 1);
        WRONG(l.component[1].size += 1);
        WRONG(l.component[1].size = UINT32_MAX);
        WRONG(l.component[1].off = 0);
#undef WRONG
        /* The granule of what a part attributes at once may be larger than its erase unit. */
        f = rig.flash;
        l = world.layout;
        assert_non_null(prm_bank_geometry_wrong(&f, &l, 0x80000));
        stop();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers),
        cmocka_unit_test(another_version_is_refused_with_its_reason),
        cmocka_unit_test(places_do_not_overlap),
        cmocka_unit_test(a_bank_is_written_and_read),
        cmocka_unit_test(what_is_torn_is_damaged),
        cmocka_unit_test(an_image_is_loaded_within_its_place),
        cmocka_unit_test(a_layout_that_does_not_fit_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

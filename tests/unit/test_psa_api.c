/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_psa_api.c - include/psa beside the standards, written down here from their texts: the status codes of the PSA Certified
 * Status code API 1.0 (IHI 0097, 2), and every name, value, member and function of the PSA Certified Firmware Update API 1.0
 * (IHI 0093, 5). Which call is possible in which state is in test_psa_fwu.c, what a reboot does to a state in
 * test_psa_fwu_reboot.c; the same headers in C++ are test_psa_cpp.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Alone and first of ours: it must not need another header. */
#include "psa/crypto.h"
#include "psa/update.h"

#define IS(name, value) {#name, (long)(name), (value)}

static const struct {
    const char *name;
    long value, standard;
} codes[] = {
    IS(PSA_SUCCESS, 0),
    IS(PSA_ERROR_PROGRAMMER_ERROR, -129),
    IS(PSA_ERROR_CONNECTION_REFUSED, -130),
    IS(PSA_ERROR_CONNECTION_BUSY, -131),
    IS(PSA_ERROR_GENERIC_ERROR, -132),
    IS(PSA_ERROR_NOT_PERMITTED, -133),
    IS(PSA_ERROR_NOT_SUPPORTED, -134),
    IS(PSA_ERROR_INVALID_ARGUMENT, -135),
    IS(PSA_ERROR_INVALID_HANDLE, -136),
    IS(PSA_ERROR_BAD_STATE, -137),
    IS(PSA_ERROR_BUFFER_TOO_SMALL, -138),
    IS(PSA_ERROR_ALREADY_EXISTS, -139),
    IS(PSA_ERROR_DOES_NOT_EXIST, -140),
    IS(PSA_ERROR_INSUFFICIENT_MEMORY, -141),
    IS(PSA_ERROR_INSUFFICIENT_STORAGE, -142),
    IS(PSA_ERROR_INSUFFICIENT_DATA, -143),
    IS(PSA_ERROR_SERVICE_FAILURE, -144),
    IS(PSA_ERROR_COMMUNICATION_FAILURE, -145),
    IS(PSA_ERROR_STORAGE_FAILURE, -146),
    IS(PSA_ERROR_HARDWARE_FAILURE, -147),
    IS(PSA_ERROR_INVALID_SIGNATURE, -149),
    IS(PSA_ERROR_CORRUPTION_DETECTED, -151),
    IS(PSA_ERROR_DATA_CORRUPT, -152),
    IS(PSA_ERROR_DATA_INVALID, -153),
    IS(PSA_OPERATION_INCOMPLETE, -248),
    IS(PSA_ERROR_INSUFFICIENT_ENTROPY, -148),
    IS(PSA_CRYPTO_API_VERSION_MAJOR, 1),
    IS(PSA_CRYPTO_API_VERSION_MINOR, 2),
    IS(PSA_ERROR_DEPENDENCY_NEEDED, -156),
    IS(PSA_ERROR_FLASH_ABUSE, -160),
    IS(PSA_ERROR_INSUFFICIENT_POWER, -161),
    IS(PSA_SUCCESS_REBOOT, 1),
    IS(PSA_SUCCESS_RESTART, 2),
    IS(PSA_FWU_API_VERSION_MAJOR, 1),
    IS(PSA_FWU_API_VERSION_MINOR, 0),
    IS(PSA_FWU_READY, 0),
    IS(PSA_FWU_WRITING, 1),
    IS(PSA_FWU_CANDIDATE, 2),
    IS(PSA_FWU_STAGED, 3),
    IS(PSA_FWU_FAILED, 4),
    IS(PSA_FWU_TRIAL, 5),
    IS(PSA_FWU_REJECTED, 6),
    IS(PSA_FWU_UPDATED, 7),
    IS(PSA_FWU_FLAG_VOLATILE_STAGING, 1),
    IS(PSA_FWU_FLAG_ENCRYPTION, 2),
};

static void names_and_values(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].value != codes[i].standard)
            fail_msg("%s is %ld, and %ld in the standard", codes[i].name, codes[i].value, codes[i].standard);
    assert_int_equal(sizeof codes / sizeof codes[0], 45);
}

/* A status is an int32_t wherever it stands in an expression; states and flags are unsigned, API versions aren't. */
#define TYPE(x) _Generic((x), int32_t: 's', uint32_t: 'u', uint16_t: 'h', uint8_t: 'b', default: '?')

static void types(void **unused) {
    psa_fwu_component_info_t info;

    (void)unused;
    assert_int_equal(TYPE((psa_status_t)0), 's');
    assert_int_equal(TYPE(PSA_SUCCESS), 's');
    assert_int_equal(TYPE(PSA_ERROR_FLASH_ABUSE), 's');
    assert_int_equal(TYPE(PSA_SUCCESS_REBOOT), 's');
    assert_int_equal(TYPE((psa_fwu_component_t)0), 'b');
    assert_int_equal(TYPE(PSA_FWU_UPDATED), 'u');
    assert_int_equal(TYPE(PSA_FWU_FLAG_ENCRYPTION), 'u');
    assert_int_equal(TYPE(info.state), 'b');
    assert_int_equal(TYPE(info.error), 's');
    assert_int_equal(TYPE(info.version.major), 'b');
    assert_int_equal(TYPE(info.version.minor), 'b');
    assert_int_equal(TYPE(info.version.patch), 'h');
    assert_int_equal(TYPE(info.version.build), 'u');
    assert_int_equal(TYPE(info.max_size), 'u');
    assert_int_equal(TYPE(info.flags), 'u');
    assert_int_equal(TYPE(info.location), 'u');
    /* In the standard's order, our own last. */
    assert_true(offsetof(psa_fwu_component_info_t, state) < offsetof(psa_fwu_component_info_t, error));
    assert_true(offsetof(psa_fwu_component_info_t, error) < offsetof(psa_fwu_component_info_t, version));
    assert_true(offsetof(psa_fwu_component_info_t, version) < offsetof(psa_fwu_component_info_t, max_size));
    assert_true(offsetof(psa_fwu_component_info_t, max_size) < offsetof(psa_fwu_component_info_t, flags));
    assert_true(offsetof(psa_fwu_component_info_t, flags) < offsetof(psa_fwu_component_info_t, location));
    assert_true(offsetof(psa_fwu_component_info_t, location) < offsetof(psa_fwu_component_info_t, impl));
    assert_int_equal(sizeof(psa_fwu_impl_info_t), sizeof info.impl);
}

/* Every function of 5.4 and 5.5, with the standard's types: a difference doesn't compile. None of them is called. */
#define SAME(function, type) _Static_assert(_Generic(&(function), type: 1, default: 0), #function)
SAME(psa_fwu_query, psa_status_t (*)(psa_fwu_component_t, psa_fwu_component_info_t *));
SAME(psa_fwu_start, psa_status_t (*)(psa_fwu_component_t, const void *, size_t));
SAME(psa_fwu_write, psa_status_t (*)(psa_fwu_component_t, size_t, const void *, size_t));
SAME(psa_fwu_finish, psa_status_t (*)(psa_fwu_component_t));
SAME(psa_fwu_cancel, psa_status_t (*)(psa_fwu_component_t));
SAME(psa_fwu_clean, psa_status_t (*)(psa_fwu_component_t));
SAME(psa_fwu_install, psa_status_t (*)(void));
SAME(psa_fwu_request_reboot, psa_status_t (*)(void));
SAME(psa_fwu_reject, psa_status_t (*)(psa_status_t));
SAME(psa_fwu_accept, psa_status_t (*)(void));

/* Of the Crypto API, 3.5 and 4.6. */
SAME(psa_crypto_init, psa_status_t (*)(void));
SAME(psa_generate_random, psa_status_t (*)(uint8_t *, size_t));

/* What an implementation chooses, within what the standard leaves: blocks of more than 0 bytes, whole units of the alignment. */
static void what_is_ours_to_choose(void **unused) {
    (void)unused;
    assert_true(PSA_FWU_MAX_WRITE_SIZE > 0);
    assert_true(PSA_FWU_LOG2_WRITE_ALIGN <= 17);
    assert_int_equal(PSA_FWU_MAX_WRITE_SIZE & ((1u << PSA_FWU_LOG2_WRITE_ALIGN) - 1), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values),
        cmocka_unit_test(types),
        cmocka_unit_test(what_is_ours_to_choose),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

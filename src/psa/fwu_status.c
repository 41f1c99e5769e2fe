/* SPDX-License-Identifier: Apache-2.0 */
#include "psa/fwu_status.h"

/* What the core's results are called here: by the module that speaks, with exceptions before. */
#define MODULE(a, b, c) PRM_RESULT_WORD(a, b, c, 0)
static const struct {
    uint32_t word;
    psa_status_t status;
} names[] = {
    {PRM_OK, PSA_SUCCESS},
    {PRM_ERR_UPDATE_STATE, PSA_ERROR_BAD_STATE},
    {PRM_ERR_UPDATE_STALE, PSA_ERROR_NOT_PERMITTED},
    {PRM_ERR_UPDATE_CONSENT, PSA_ERROR_NOT_PERMITTED},
    {PRM_ERR_UPDATE_BATTERY, PSA_ERROR_INSUFFICIENT_POWER},
    {PRM_ERR_UPDATE_TIME, PSA_ERROR_NOT_PERMITTED},
    {PRM_ERR_UPDATE_BLOCK, PSA_ERROR_INVALID_SIGNATURE},
    {PRM_ERR_SUIT_DIGEST, PSA_ERROR_INVALID_SIGNATURE},
    {PRM_ERR_IMAGE_DIGEST, PSA_ERROR_INVALID_SIGNATURE},
    {PRM_ERR_ENC_KEY, PSA_ERROR_INVALID_SIGNATURE},
    {PRM_ERR_ENC_RECIPIENT, PSA_ERROR_NOT_PERMITTED},
    {PRM_ERR_TRUST_FORMAT, PSA_ERROR_INVALID_ARGUMENT},
    {PRM_ERR_FLASH_WEAR, PSA_ERROR_FLASH_ABUSE},
    {MODULE('S', 'I', 'G'), PSA_ERROR_INVALID_SIGNATURE},
    {MODULE('T', 'R', 'U'), PSA_ERROR_NOT_PERMITTED},
    {MODULE('D', 'E', 'V'), PSA_ERROR_NOT_PERMITTED},
    {MODULE('V', 'E', 'R'), PSA_ERROR_NOT_PERMITTED},
    {MODULE('C', 'B', 'R'), PSA_ERROR_INVALID_ARGUMENT},
    {MODULE('S', 'U', 'T'), PSA_ERROR_INVALID_ARGUMENT},
    {MODULE('I', 'M', 'G'), PSA_ERROR_INVALID_ARGUMENT},
    {MODULE('U', 'P', 'D'), PSA_ERROR_INVALID_ARGUMENT},
    {MODULE('E', 'N', 'C'), PSA_ERROR_INVALID_ARGUMENT},
    {MODULE('F', 'L', 'S'), PSA_ERROR_STORAGE_FAILURE},
    {MODULE('C', 'T', 'R'), PSA_ERROR_STORAGE_FAILURE},
    {MODULE('J', 'R', 'N'), PSA_ERROR_STORAGE_FAILURE},
    {MODULE('C', 'R', 'Y'), PSA_ERROR_HARDWARE_FAILURE},
    {MODULE('W', 'R', 'D'), PSA_ERROR_CORRUPTION_DETECTED},
};

psa_status_t prm_fwu_status(prm_result result) {
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].word == result || names[i].word == (result & 0x00FFFFFFu))
            return names[i].status;
    return PSA_ERROR_GENERIC_ERROR;
}

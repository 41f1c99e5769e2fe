/* SPDX-License-Identifier: Apache-2.0 */
/*
 * psa_config_curve.h - psa_config.h with P-256 as well, by p256-m through the PSA driver interface: the second opinion that tests
 * have of our own curve. No device links it.
 */
#ifndef PRM_PROVIDERS_MBEDTLS_PSA_CONFIG_CURVE_H
#define PRM_PROVIDERS_MBEDTLS_PSA_CONFIG_CURVE_H

#include "providers/mbedtls/psa_config.h"

#define MBEDTLS_PSA_P256M_DRIVER_ENABLED
#define PSA_WANT_ALG_ECDH 1
#define PSA_WANT_ECC_SECP_R1_256 1
#define PSA_WANT_KEY_TYPE_ECC_PUBLIC_KEY 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_BASIC 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_IMPORT 1

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* mbedtls_config.h - what of Mbed TLS the root needs: one hash, and the P-256 driver. */
#ifndef PRM_PROVIDERS_MBEDTLS_CONFIG_H
#define PRM_PROVIDERS_MBEDTLS_CONFIG_H

#define MBEDTLS_SHA256_C
#define MBEDTLS_PSA_P256M_DRIVER_ENABLED

#endif

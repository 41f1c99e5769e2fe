/* SPDX-License-Identifier: Apache-2.0 */
/* uuid.h - RFC 9562 UUIDs, and the names that RFC 9124 makes of them. Texts are 36 characters and a NUL. */
#ifndef PRIMUM_UUID_H
#define PRIMUM_UUID_H

#include <stdint.h>

#define PRIMUM_UUID_SIZE 16
#define PRIMUM_UUID_TEXT 37
void primum_uuid_text(const uint8_t uuid[PRIMUM_UUID_SIZE], char out[PRIMUM_UUID_TEXT]);
/* 1 if the text is a UUID in its usual form. */
int primum_uuid_parse(const char *text, uint8_t out[PRIMUM_UUID_SIZE]);
/* Version 4. 1, or 0 if there is no randomness. */
int primum_uuid_random(uint8_t out[PRIMUM_UUID_SIZE]);
/*
 * RFC 9124's identifiers: the vendor's is version 5 of its DNS name in the DNS namespace, the class's is version 5 of
 * its name in the vendor's. PRIMUM_OK, or PRIMUM_USAGE after saying what is wrong with the names.
 */
int primum_uuid_vendor(const char *dns_name, uint8_t out[PRIMUM_UUID_SIZE]);
int primum_uuid_class(const uint8_t vendor[PRIMUM_UUID_SIZE], const char *name, uint8_t out[PRIMUM_UUID_SIZE]);

#endif

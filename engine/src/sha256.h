/* SHA-256 (FIPS 180-4). */
#ifndef NDM_SHA256_H
#define NDM_SHA256_H
#include <stddef.h>
#include <stdint.h>

void ndm_sha256(const uint8_t *data, size_t size, uint8_t digest[32]);
void ndm_hex(const uint8_t digest[32], char text[65]);
#endif

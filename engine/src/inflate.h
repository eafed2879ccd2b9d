/* Inflating a zlib stream (RFC 1950, 1951). */
#ifndef NDM_INFLATE_H
#define NDM_INFLATE_H
#include <stddef.h>
#include <stdint.h>

/* Returns true if the stream is whole, its checksum is right, and it inflates to exactly `size` bytes.
 * Nothing is written beyond them. */
int ndm_inflate(const uint8_t *stream, size_t length, uint8_t *out, size_t size);
#endif

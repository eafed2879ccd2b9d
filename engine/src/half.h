/* Half precision to single precision, exactly. */
#ifndef NDM_HALF_H
#define NDM_HALF_H
#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "model files are little-endian, and so must the processor be"
#endif

static inline float half_to_float(uint16_t half) {
    /* The exponent's offset is put right by a product, which also takes care of subnormal numbers. */
    uint32_t bits = (uint32_t)(half & 0x7fff) << 13;
    float out;
    memcpy(&out, &bits, 4);
    out *= 0x1p112f;
    memcpy(&bits, &out, 4);
    if ((half & 0x7c00) == 0x7c00) bits |= 0x7f800000;
    bits |= (uint32_t)(half & 0x8000) << 16;
    memcpy(&out, &bits, 4);
    return out;
}
#endif

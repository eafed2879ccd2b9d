/* Vectors of VL floats: the compiler's own, so that one source serves SSE2, AVX2, AVX-512, NEON and
 * WebAssembly. The including file defines VL. */
#ifndef NDM_VECTOR_H
#define NDM_VECTOR_H
#include <stdint.h>
#include <string.h>

typedef float V __attribute__((vector_size(4 * VL)));
typedef int32_t VI __attribute__((vector_size(4 * VL)));
typedef float VU __attribute__((vector_size(4 * VL), aligned(4), may_alias));
typedef int32_t VIU __attribute__((vector_size(4 * VL), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE V load(const float *p) { return *(const VU *)p; }
INLINE void store(float *p, V x) { *(VU *)p = x; }
INLINE VI load_whole(const int32_t *p) { return *(const VIU *)p; }
INLINE void store_whole(int32_t *p, VI x) { *(VIU *)p = x; }
INLINE V all(float x) { return (V){0} + x; }
INLINE VI all_whole(int32_t x) { return (VI){0} + x; }
INLINE V pick(VI mask, V yes, V no) { return (V)((mask & (VI)yes) | (~mask & (VI)no)); }
INLINE float sum_of(V x) {
    float parts[VL], sum = 0;
    memcpy(parts, &x, sizeof x);
    for (int width = VL / 2; width; width /= 2)
        for (int i = 0; i < width; i++) parts[i] += parts[i + width];
    sum = parts[0];
    return sum;
}

INLINE float max_of(V x) {
    float parts[VL];
    memcpy(parts, &x, sizeof x);
    for (int i = 1; i < VL; i++) parts[0] = parts[i] > parts[0] ? parts[i] : parts[0];
    return parts[0];
}

/* The smaller and the larger one; b if one is no number. Compilers
 * make slower selections of what is written out. */
#if defined(__AVX512F__)
#include <immintrin.h>
INLINE V smaller(V a, V b) { return (V)_mm512_min_ps((__m512)a, (__m512)b); }
INLINE V larger(V a, V b) { return (V)_mm512_max_ps((__m512)a, (__m512)b); }
INLINE V root(V x) { return (V)_mm512_sqrt_ps((__m512)x); }
#elif defined(__AVX__)
#include <immintrin.h>
INLINE V smaller(V a, V b) { return (V)_mm256_min_ps((__m256)a, (__m256)b); }
INLINE V larger(V a, V b) { return (V)_mm256_max_ps((__m256)a, (__m256)b); }
INLINE V root(V x) { return (V)_mm256_sqrt_ps((__m256)x); }
#elif defined(__SSE2__)
#include <emmintrin.h>
INLINE V smaller(V a, V b) { return (V)_mm_min_ps((__m128)a, (__m128)b); }
INLINE V larger(V a, V b) { return (V)_mm_max_ps((__m128)a, (__m128)b); }
INLINE V root(V x) { return (V)_mm_sqrt_ps((__m128)x); }
#else
#include <math.h>
INLINE V smaller(V a, V b) { return pick(a < b, a, b); }
INLINE V larger(V a, V b) { return pick(a > b, a, b); }
INLINE V root(V x) {
    for (int i = 0; i < VL; i++) x[i] = sqrtf(x[i]);
    return x;
}
#endif

/* The largest size of some numbers. */
INLINE float largest_size(const float *x, int64_t n) {
    V most = all(0);
    float out = 0;
    int64_t i = 0;
    for (; i + VL <= n; i += VL) most = larger(most, larger(load(x + i), -load(x + i)));
    out = max_of(most);
    for (; i < n; i++) {
        float size = x[i] < 0 ? -x[i] : x[i];
        out = size > out ? size : out;
    }
    return out;
}

/* Weights in half precision, widened exactly. They are finite, which the reader has checked. */
#if defined(__AVX512F__)
enum { WIDENS = 1 };
INLINE V load_half(const uint16_t *p) {
    return (V)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}
#elif defined(__F16C__)
enum { WIDENS = 1 };
INLINE V load_half(const uint16_t *p) {
    return (V)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}
#else
enum { WIDENS = 0 };
INLINE V load_half(const uint16_t *p) {
    typedef uint16_t VH __attribute__((vector_size(2 * VL), aligned(2), may_alias));
    VI wide = __builtin_convertvector(*(const VH *)p, VI);
    V size = (V)((wide & 0x7fff) << 13) * 0x1p112f;
    return (V)((VI)size | (wide & 0x8000) << 16);
}
#endif

/* e to the power of x, to two units in the last place; x is cut to -87 ... 88. */
INLINE V v_exp(V x) {
    x = smaller(larger(x, all(-87.0f)), all(88.0f));
    V n = (x * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
    V r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    V p = all(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    VI power = (__builtin_convertvector(n, VI) + 127) << 23;
    return p * (V)power;
}

/* The natural logarithm of positive normal numbers. */
INLINE V v_log(V x) {
    VI bits = (VI)x, exponent = (bits >> 23) - 126;
    V m = (V)((bits & 0x007fffff) | 0x3f000000);
    VI low = m < all(0.707106781186547524f);
    V e = __builtin_convertvector(exponent + low, V); /* a true comparison is -1 */
    m = m + (V)(low & (VI)m) - 1.0f;
    V z = m * m, p = all(7.0376836292e-2f);
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    p = p * m * z;
    p = p + e * -2.12194440e-4f;
    p = p - 0.5f * z;
    return m + p + e * 0.693359375f;
}

/* Sine and cosine of x up to some ten thousand radians. */
INLINE void v_sincos(V x, V *sine, V *cosine) {
    V n = (x * 0.636619772367581343f + 12582912.0f) - 12582912.0f;
    VI quarter = __builtin_convertvector(n, VI);
    V r = x - n * 1.5703125f;
    r = r - n * 4.837512969970703125e-4f;
    r = r - n * 7.549789948768648e-8f;
    V z = r * r;
    V s = all(-1.9515295891e-4f);
    s = s * z + 8.3321608736e-3f;
    s = s * z - 1.6666654611e-1f;
    s = s * z * r + r;
    V c = all(2.443315711809948e-5f);
    c = c * z - 1.388731625493765e-3f;
    c = c * z + 4.166664568298827e-2f;
    c = c * z * z - 0.5f * z + 1.0f;
    VI odd = (quarter & 1) != 0;
    V a = pick(odd, c, s), b = pick(odd, s, c);
    *sine = (V)((VI)a ^ ((quarter & 2) << 30));
    *cosine = (V)((VI)b ^ (((quarter + 1) & 2) << 30));
}

INLINE V v_tanh(V x) {
    V e = v_exp(x * 2.0f);
    V far = 1.0f - 2.0f / (e + 1.0f), z = x * x;
    /* Near zero the difference loses digits: a series takes its place. */
    V near = x * (1.0f + z * (-0.333333333f + z * (0.133333333f + z * -0.053968254f)));
    return pick((VI)(z < all(0.0225f)), near, far);
}

/* Rows of a table have a multiple of VL numbers. */
#define FOR_LANES(i, n) for (int64_t i = 0; i < (n); i += VL)
#endif

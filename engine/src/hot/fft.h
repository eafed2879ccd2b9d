/* Fourier transforms with a signal in each lane: no shuffles, and every radix is written once.
 *
 * `forward_to_places` puts frequency k at place[k]; `forward_from_places` takes numbers that lie so and
 * leaves its result in order. Exchanging real and imaginary parts makes either one inverse. */
#ifndef NDM_FFT_H
#define NDM_FFT_H
#include "model.h"
#include "vector.h"

typedef struct {
    V r, i;
} C;

INLINE C c_add(C a, C b) { return (C){a.r + b.r, a.i + b.i}; }
INLINE C c_sub(C a, C b) { return (C){a.r - b.r, a.i - b.i}; }
INLINE C c_turned(C a) { return (C){a.i, -a.r}; } /* times -i */
INLINE C c_times(C a, float r, float i) { return (C){a.r * r - a.i * i, a.r * i + a.i * r}; }
INLINE C c_load(const float *re, const float *im, int64_t at) {
    return (C){load(re + at), load(im + at)};
}
INLINE void c_store(float *re, float *im, int64_t at, C x) {
    store(re + at, x.r);
    store(im + at, x.i);
}

INLINE void dft4(C *x0, C *x1, C *x2, C *x3) {
    C a = c_add(*x0, *x2), b = c_sub(*x0, *x2), c = c_add(*x1, *x3), d = c_turned(c_sub(*x1, *x3));
    *x0 = c_add(a, c);
    *x2 = c_sub(a, c);
    *x1 = c_add(b, d);
    *x3 = c_sub(b, d);
}

INLINE void dft(int radix, C *x) {
    if (radix == 2) {
        C a = x[0];
        x[0] = c_add(a, x[1]);
        x[1] = c_sub(a, x[1]);
    } else if (radix == 3) {
        C sum = c_add(x[1], x[2]), turned = c_turned(c_sub(x[1], x[2]));
        const float root3 = 0.866025403784438647f;
        C middle = {x[0].r - 0.5f * sum.r, x[0].i - 0.5f * sum.i};
        C side = {root3 * turned.r, root3 * turned.i};
        x[0] = c_add(x[0], sum);
        x[1] = c_add(middle, side);
        x[2] = c_sub(middle, side);
    } else if (radix == 4) {
        dft4(x, x + 1, x + 2, x + 3);
    } else {
        const float h = 0.707106781186547524f;
        C e0 = x[0], e1 = x[2], e2 = x[4], e3 = x[6], o0 = x[1], o1 = x[3], o2 = x[5], o3 = x[7];
        dft4(&e0, &e1, &e2, &e3);
        dft4(&o0, &o1, &o2, &o3);
        o1 = (C){h * (o1.r + o1.i), h * (o1.i - o1.r)};
        o2 = c_turned(o2);
        o3 = (C){h * (o3.i - o3.r), -h * (o3.r + o3.i)};
        x[0] = c_add(e0, o0);
        x[4] = c_sub(e0, o0);
        x[1] = c_add(e1, o1);
        x[5] = c_sub(e1, o1);
        x[2] = c_add(e2, o2);
        x[6] = c_sub(e2, o2);
        x[3] = c_add(e3, o3);
        x[7] = c_sub(e3, o3);
    }
}

INLINE void pass(int radix, int factors_first, const float *twiddle, int64_t n, int64_t length,
                 int64_t stride, float *re, float *im) {
    int64_t m = length / radix;
    for (int64_t block = 0; block < n; block += length)
        for (int64_t j = 0; j < m; j++) {
            const float *w = twiddle + 2 * j * (radix - 1);
            int64_t at = (block + j) * stride, far = m * stride;
            C x[8];
            for (int q = 0; q < radix; q++) {
                x[q] = c_load(re, im, at + q * far);
                if (factors_first && q) x[q] = c_times(x[q], w[2 * q - 2], w[2 * q - 1]);
            }
            dft(radix, x);
            for (int q = 0; q < radix; q++) {
                if (!factors_first && q) x[q] = c_times(x[q], w[2 * q - 2], w[2 * q - 1]);
                c_store(re, im, at + q * far, x[q]);
            }
        }
}

#define EACH_RADIX(radix, first, ...)               \
    switch (radix) {                                \
        case 2: pass(2, first, __VA_ARGS__); break; \
        case 3: pass(3, first, __VA_ARGS__); break; \
        case 4: pass(4, first, __VA_ARGS__); break; \
        default: pass(8, first, __VA_ARGS__);       \
    }

static void forward_to_places(const Fft *fft, int64_t stride, float *re, float *im) {
    int64_t length = fft->n;
    for (int p = 0; p < fft->passes; p++) {
        EACH_RADIX(fft->radix[p], 0, fft->twiddle[p], fft->n, length, stride, re, im)
        length /= fft->radix[p];
    }
}

static void forward_from_places(const Fft *fft, int64_t stride, float *re, float *im) {
    int64_t length = 1;
    for (int p = fft->passes - 1; p >= 0; p--) {
        length *= fft->radix[p];
        EACH_RADIX(fft->radix[p], 1, fft->twiddle[p], fft->n, length, stride, re, im)
    }
}

/* Bin k and bin n / 2 - k of a real transform whose half is (re, im), in places. */
INLINE void real_bins(const RealFft *fft, int64_t k, const float *re, const float *im, C *low,
                      C *high) {
    int64_t m = fft->n / 2;
    C a = c_load(re, im, (int64_t)fft->half.place[k] * VL);
    C b = c_load(re, im, (int64_t)fft->half.place[(m - k) % m] * VL);
    C even = {0.5f * (a.r + b.r), 0.5f * (a.i - b.i)};
    C odd = {0.5f * (a.i + b.i), 0.5f * (b.r - a.r)};
    C turned = c_times(odd, fft->turn[2 * k], fft->turn[2 * k + 1]);
    *low = c_add(even, turned);
    *high = (C){even.r - turned.r, turned.i - even.i};
}

/* The inverse of real_bins, without the division by n; imaginary parts of the ends are ignored. */
INLINE void set_real_bins(const RealFft *fft, int64_t k, C low, C high, float *re, float *im) {
    int64_t m = fft->n / 2;
    if (!k) low.i = high.i = all(0);
    C even = {low.r + high.r, low.i - high.i}, d = {low.r - high.r, low.i + high.i};
    C odd = c_times(d, fft->turn[2 * k], -fft->turn[2 * k + 1]);
    c_store(re, im, (int64_t)fft->half.place[k] * VL, (C){even.r - odd.i, even.i + odd.r});
    c_store(re, im, (int64_t)fft->half.place[(m - k) % m] * VL,
            (C){even.r + odd.i, odd.r - even.i});
}

/* A complex transform of n numbers in order. Its frequency row * rows + column of the result lies at
 * place_over_columns[row] * rows + column; (out_re, out_im) and the scratch have room for n numbers. */
static void wide_forward(const WideFft *fft, float *re, float *im, float *out_re, float *out_im) {
    for (int64_t i = 0; i < fft->columns; i += VL)
        forward_to_places(&fft->over_rows, fft->columns, re + i, im + i);
    for (int64_t r = 0; r < fft->rows; r++) {
        const float *turn = fft->turn + 2 * r * fft->columns;
        float *x = re + r * fft->columns, *y = im + r * fft->columns;
        FOR_LANES(i, fft->columns) {
            V a = load(x + i), b = load(y + i), c = load(turn + i), s = load(turn + fft->columns + i);
            store(x + i, a * c - b * s);
            store(y + i, a * s + b * c);
        }
    }
    for (int64_t k = 0; k < fft->rows; k++) {
        const float *x = re + fft->over_rows.place[k] * fft->columns;
        const float *y = im + fft->over_rows.place[k] * fft->columns;
        for (int64_t i = 0; i < fft->columns; i++) {
            out_re[i * fft->rows + k] = x[i];
            out_im[i * fft->rows + k] = y[i];
        }
    }
    for (int64_t i = 0; i < fft->rows; i += VL)
        forward_to_places(&fft->over_columns, fft->rows, out_re + i, out_im + i);
}
#endif

/* The passes of a Fourier transform of one signal, in order before and after (Stockham 1966). */
#ifndef NDM_PASSES_H
#define NDM_PASSES_H
#include <math.h>

#include "fft.h"
#include "shaper.h"

#define TWO_PI 6.283185307179586

/* What takes long beside its call: one copy of it is enough. */
#define APART static __attribute__((noinline))

/* A loop over the numbers of a pass, which are few and known where it is compiled. */
#define EVERY(k, first, last) _Pragma("GCC unroll 16") for (int k = (first); k < (last); k++)

enum {
    SHORTEST = 256, /* shorter ones are summed as they are written */
    WIDEST = 16     /* numbers of the widest vector: no pass may have fewer */
};

/* 16 numbers as four times four. */
INLINE void dft16(C *x) {
    static const float root[10][2] = {
        {1, 0}, {0.923879532511286756f, -0.382683432365089772f}, {0.707106781186547524f, -0.707106781186547524f},
        {0.382683432365089772f, -0.923879532511286756f}, {0, -1}, {0, 0},
        {-0.707106781186547524f, -0.707106781186547524f}, {0, 0}, {0, 0},
        {-0.923879532511286756f, 0.382683432365089772f}};
    C y[16];
    for (int j = 0; j < 4; j++) {
        C a = x[j], b = x[j + 4], c = x[j + 8], d = x[j + 12];
        dft4(&a, &b, &c, &d);
        y[j] = a;
        y[j + 4] = c_times(b, root[j][0], root[j][1]);
        y[j + 8] = c_times(c, root[2 * j][0], root[2 * j][1]);
        y[j + 12] = c_times(d, root[3 * j][0], root[3 * j][1]);
    }
    for (int k = 0; k < 4; k++) {
        C *z = y + 4 * k;
        dft4(z, z + 1, z + 2, z + 3);
        for (int i = 0; i < 4; i++) x[k + 4 * i] = z[i];
    }
}

/* An odd number of numbers; `cosine` and `sine` are those of the radix-th parts of a turn. */
APART void dft_odd(int radix, const float *cosine, const float *sine, C *x) {
    C sum[MOST_FACTOR / 2], difference[MOST_FACTOR / 2], first = x[0];
    int half = radix / 2;
    C total = first;
    for (int j = 1; j <= half; j++) {
        sum[j - 1] = c_add(x[j], x[radix - j]);
        difference[j - 1] = c_sub(x[j], x[radix - j]);
        total = c_add(total, sum[j - 1]);
    }
    x[0] = total;
    for (int k = 1; k <= half; k++) {
        C even = first, odd = {all(0), all(0)};
        for (int j = 1, at = k; j <= half; j++) {
            even.r += sum[j - 1].r * cosine[at];
            even.i += sum[j - 1].i * cosine[at];
            odd.r += difference[j - 1].r * sine[at];
            odd.i += difference[j - 1].i * sine[at];
            at += k;
            if (at >= radix) at -= radix;
        }
        x[k] = (C){even.r + odd.i, even.i - odd.r};
        x[radix - k] = (C){even.r - odd.i, even.i + odd.r};
    }
}

/* `fixed` is the radix where it is known when this is compiled, else 0. */
INLINE void dft_any(int fixed, int radix, const float *cosine, const float *sine, C *x) {
    if (fixed == 16) dft16(x);
    else if (fixed) dft(fixed, x);
    else if (radix == 2) dft(2, x);
    else dft_odd(radix, cosine, sine, x);
}

/* One pass from (x, y) to (u, v): `length` numbers are left to transform in each of `stride` signals. */
INLINE void stockham(int fixed, int radix, int64_t length, int64_t stride, const float *wr, const float *wi,
                     const float *x, const float *y, float *u, float *v) {
    int64_t m = length / radix, far = m * stride;
    float cosine[MOST_FACTOR], sine[MOST_FACTOR];
    C in[MOST_FACTOR];
    if (!fixed)
        for (int k = 0; k < radix; k++) {
            cosine[k] = (float)cos(TWO_PI * k / radix);
            sine[k] = (float)sin(TWO_PI * k / radix);
        }
    if (stride >= VL) {
        for (int64_t p = 0; p < m; p++)
            for (int64_t q = 0; q < stride; q += VL) {
                /* What is left of a row is computed with some of what came before it, to the same numbers. */
                int64_t here = q + VL <= stride ? q : stride - VL;
                const float *a = x + stride * p + here, *b = y + stride * p + here;
                float *c = u + stride * radix * p + here, *d = v + stride * radix * p + here;
                EVERY(k, 0, radix) in[k] = c_load(a, b, k * far);
                dft_any(fixed, radix, cosine, sine, in);
                c_store(c, d, 0, in[0]);
                EVERY(k, 1, radix)
                    c_store(c, d, k * stride, c_times(in[k], wr[(k - 1) * m + p], wi[(k - 1) * m + p]));
            }
        return;
    }
    for (int64_t t = 0; t < far; t += VL) {
        int64_t here = t + VL <= far ? t : far - VL;
        int64_t place[VL], to[VL];
        for (int i = 0; i < VL; i++) {
            place[i] = (here + i) / stride;
            to[i] = here + i + place[i] * stride * (radix - 1);
        }
        EVERY(k, 0, radix) in[k] = c_load(x, y, here + k * far);
        dft_any(fixed, radix, cosine, sine, in);
        for (int k = 0; k < radix; k++) {
            if (k) {
                V r, i;
                const float *a = wr + (k - 1) * m, *b = wi + (k - 1) * m;
                if (stride == 1) {
                    r = load(a + here);
                    i = load(b + here);
                } else
                    for (int j = 0; j < VL; j++) {
                        r[j] = a[place[j]];
                        i[j] = b[place[j]];
                    }
                C z = in[k];
                in[k] = (C){z.r * r - z.i * i, z.r * i + z.i * r};
            }
            for (int j = 0; j < VL; j++) {
                u[to[j] + k * stride] = in[k].r[j];
                v[to[j] + k * stride] = in[k].i[j];
            }
        }
    }
}

#define FACTOR_OF(fixed, radix)                                                                              \
    APART void stockham_##fixed(int any, int64_t length, int64_t stride, const float *wr, const float *wi,   \
                                const float *x, const float *y, float *u, float *v) {                        \
        (void)any;                                                                                           \
        stockham(fixed, radix, length, stride, wr, wi, x, y, u, v);                                          \
    }
FACTOR_OF(16, 16)
FACTOR_OF(8, 8)
FACTOR_OF(4, 4)
FACTOR_OF(0, any)

APART void direct(int64_t n, const float *x, const float *y, float *u, float *v) {
    double c[SHORTEST], s[SHORTEST];
    for (int64_t k = 0; k < n; k++) {
        c[k] = cos(TWO_PI * (double)k / (double)n);
        s[k] = -sin(TWO_PI * (double)k / (double)n);
    }
    for (int64_t k = 0; k < n; k++) {
        double real = 0, imaginary = 0;
        for (int64_t j = 0; j < n; j++) {
            int64_t at = k * j % n;
            real += x[j] * c[at] - y[j] * s[at];
            imaginary += x[j] * s[at] + y[j] * c[at];
        }
        u[k] = (float)real;
        v[k] = (float)imaginary;
    }
}
#endif

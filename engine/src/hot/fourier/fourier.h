/* Fourier transforms of one signal, of any length: by its factors, or as a convolution (Bluestein 1970) where a
 * factor is large. */
#ifndef NDM_FOURIER_H
#define NDM_FOURIER_H
#include "passes.h"

/* Factors of n into passes; false if one is too large, or leaves a pass less than a vector of numbers. */
APART int factors_of(int64_t n, int *radix, int *passes) {
    int64_t most = n / WIDEST < MOST_FACTOR ? n / WIDEST : MOST_FACTOR;
    int count = 0;
    if (n % 16 == 0) {
        radix[count++] = 16;
        n /= 16;
    }
    for (int64_t p = 3; p * p <= n || p <= 7; p += 2)
        while (n % p == 0 && count < PASSES) {
            if (p > most) return 0;
            radix[count++] = (int)p;
            n /= p;
        }
    while (n % 8 == 0 && n != 16 && count < PASSES) {
        radix[count++] = 8;
        n /= 8;
    }
    while (n % 4 == 0 && count < PASSES) {
        radix[count++] = 4;
        n /= 4;
    }
    if (n % 2 == 0 && count < PASSES) {
        radix[count++] = 2;
        n /= 2;
    }
    if (n > 1) {
        if (n > most || count == PASSES) return 0;
        radix[count++] = (int)n;
    }
    *passes = count;
    return 1;
}

/* The factors e^(-2 pi i j / n) for j from 0 to count, each to half a unit in its last place. */
APART void roots(int64_t n, int64_t count, float *real, float *imaginary) {
    enum { NEAR = 64 };
    double c[NEAR], s[NEAR];
    for (int j = 0; j < NEAR; j++) {
        c[j] = cos(TWO_PI * j / (double)n);
        s[j] = -sin(TWO_PI * j / (double)n);
    }
    for (int64_t far = 0; far < count; far += NEAR) {
        double a = cos(TWO_PI * (double)far / (double)n), b = -sin(TWO_PI * (double)far / (double)n);
        int64_t last = count - far < NEAR ? count - far : NEAR;
        for (int64_t j = 0; j < last; j++) {
            real[far + j] = (float)(a * c[j] - b * s[j]);
            imaginary[far + j] = (float)(a * s[j] + b * c[j]);
        }
    }
}

/* A plan whose factors are small, from those that are kept or made now; NULL if they are not. The third and
 * fourth signal of the shaper are used up. */
APART const Plan *plan_of(ndm_shaper *s, int64_t n) {
    Plan *oldest = s->plans + (n > s->wide ? PLANS - 1 : 0);
    for (int i = 0; i < PLANS; i++) {
        if (s->plans[i].n == n) {
            s->plans[i].used = ++s->clock;
            return s->plans + i;
        }
        if (n <= s->wide && i < PLANS - 1 && s->plans[i].used < oldest->used) oldest = s->plans + i;
    }
    Plan plan = *oldest;
    if (!factors_of(n, plan.radix, &plan.passes)) return NULL;
    plan.n = n;
    plan.used = ++s->clock;
    float *real = s->wave[2], *imaginary = s->wave[3];
    roots(n, n, real, imaginary);
    int64_t length = n, stride = 1, at = 0;
    for (int pass = 0; pass < plan.passes; pass++) {
        int radix = plan.radix[pass];
        int64_t m = length / radix;
        for (int k = 1; k < radix; k++)
            for (int64_t p = 0; p < m; p++, at++) {
                plan.real[at] = real[p * k * stride];
                plan.imaginary[at] = imaginary[p * k * stride];
            }
        length = m;
        stride *= radix;
    }
    roots(2 * n, n / 2 + 1, plan.turn_real, plan.turn_imaginary);
    *oldest = plan;
    return oldest;
}

/* Transforms wave[0] and wave[1] by a plan; the result is there again. */
APART void by_factors(const Plan *plan, float *re, float *im, float *u, float *v) {
    int64_t length = plan->n, stride = 1, at = 0;
    float *x = re, *y = im;
    for (int pass = 0; pass < plan->passes; pass++) {
        int radix = plan->radix[pass];
        (radix == 16 ? stockham_16 : radix == 8 ? stockham_8 : radix == 4 ? stockham_4 : stockham_0)(
            radix, length, stride, plan->real + at, plan->imaginary + at, x, y, u, v);
        float *swap = x;
        x = u;
        u = swap;
        swap = y;
        y = v;
        v = swap;
        at += (radix - 1) * (length / radix);
        length /= radix;
        stride *= radix;
    }
    if (x != re) {
        memcpy(re, x, (size_t)plan->n * sizeof *re);
        memcpy(im, y, (size_t)plan->n * sizeof *im);
    }
}

APART void transform(ndm_shaper *s, int64_t n, int inverse);

/* A length with a large factor, as a convolution with a chirp. */
APART void bluestein(ndm_shaper *s, int64_t n) {
    int64_t size = 1;
    while (size < 2 * n - 1) size *= 2;
    float *re = s->wave[0], *im = s->wave[1], *chirp_re = s->response_real, *chirp_im = s->response_imaginary;
    float *a = s->chirp[0], *b = s->chirp[1];
    for (int64_t j = 0; j < n; j++) {
        double angle = TWO_PI * (double)(j * j % (2 * n)) / (double)(2 * n);
        chirp_re[j] = (float)cos(angle);
        chirp_im[j] = (float)-sin(angle);
    }
    for (int64_t j = 0; j < size; j++) {
        int64_t near = j < n ? j : size - j < n ? size - j : -1;
        a[j] = near < 0 ? 0 : chirp_re[near];
        b[j] = near < 0 ? 0 : -chirp_im[near];
    }
    for (int64_t j = 0; j < n; j++) {
        float x = re[j] * chirp_re[j] - im[j] * chirp_im[j];
        im[j] = re[j] * chirp_im[j] + im[j] * chirp_re[j];
        re[j] = x;
    }
    memset(re + n, 0, (size_t)(size - n) * sizeof *re);
    memset(im + n, 0, (size_t)(size - n) * sizeof *im);
    transform(s, size, 0);
    by_factors(plan_of(s, size), a, b, s->wave[2], s->wave[3]);
    for (int64_t j = 0; j < size; j++) {
        float x = re[j] * a[j] - im[j] * b[j];
        im[j] = re[j] * b[j] + im[j] * a[j];
        re[j] = x;
    }
    transform(s, size, 1);
    for (int64_t j = 0; j < n; j++) {
        float x = re[j] / (float)size, y = im[j] / (float)size;
        re[j] = x * chirp_re[j] - y * chirp_im[j];
        im[j] = x * chirp_im[j] + y * chirp_re[j];
    }
}

/* Transforms n complex numbers in wave[0] and wave[1], either way, without the division by n. */
APART void transform(ndm_shaper *s, int64_t n, int inverse) {
    float *re = s->wave[inverse], *im = s->wave[!inverse];
    if (n < SHORTEST) {
        direct(n, re, im, s->wave[2], s->wave[3]);
        memcpy(re, s->wave[2], (size_t)n * sizeof *re);
        memcpy(im, s->wave[3], (size_t)n * sizeof *im);
        return;
    }
    const Plan *plan = plan_of(s, n);
    if (plan) by_factors(plan, re, im, s->wave[2], s->wave[3]);
    else if (!inverse) bluestein(s, n);
}

/* The spectrum of n real numbers with silence after them up to `size`: size / 2 + 1 bins. */
APART void real_forward(ndm_shaper *s, const float *x, int64_t n, int64_t size, float *restrict out_re,
                         float *restrict out_im) {
    float *restrict re = s->wave[0], *restrict im = s->wave[1];
    int64_t half = size / 2, given = n < size ? n : size;
    if (size % 2 || half < SHORTEST) {
        for (int64_t i = 0; i < size; i++) re[i] = i < given ? x[i] : 0;
        memset(im, 0, (size_t)size * sizeof *im);
        transform(s, size, 0);
        memcpy(out_re, re, (size_t)(half + 1) * sizeof *re);
        memcpy(out_im, im, (size_t)(half + 1) * sizeof *im);
        return;
    }
    for (int64_t i = 0; i < given / 2; i++) {
        re[i] = x[2 * i];
        im[i] = x[2 * i + 1];
    }
    for (int64_t i = given / 2; i < half; i++) re[i] = im[i] = 0;
    if (given % 2) re[given / 2] = x[given - 1];
    transform(s, half, 0);
    const Plan *plan = plan_of(s, half);
    const float *restrict cosine = plan ? plan->turn_real : s->wave[2];
    const float *restrict sine = plan ? plan->turn_imaginary : s->wave[3];
    if (!plan) roots(size, half / 2 + 1, s->wave[2], s->wave[3]);
    out_re[0] = re[0] + im[0];
    out_re[half] = re[0] - im[0];
    out_im[0] = out_im[half] = 0;
    for (int64_t k = 1; k <= half / 2; k++) {
        int64_t other = half - k;
        float a = 0.5f * (re[k] + re[other]), b = 0.5f * (im[k] - im[other]);
        float c = 0.5f * (im[k] + im[other]), d = 0.5f * (re[other] - re[k]);
        float e = c * cosine[k] - d * sine[k], f = c * sine[k] + d * cosine[k];
        out_re[k] = a + e;
        out_im[k] = b + f;
        out_re[other] = a - e;
        out_im[other] = f - b;
    }
}

/* The inverse: the first n of `size` real numbers of a spectrum, whose ends count as real. */
APART void real_inverse(ndm_shaper *s, const float *restrict in_re, const float *restrict in_im, int64_t size,
                         float *out, int64_t n) {
    float *restrict re = s->wave[0], *restrict im = s->wave[1];
    int64_t half = size / 2;
    float share = 1.0f / (float)size;
    if (size % 2 || half < SHORTEST) {
        for (int64_t k = 0; k < size; k++) {
            int64_t near = k <= half ? k : size - k;
            re[k] = in_re[near];
            im[k] = near == 0 || 2 * near == size ? 0 : k <= half ? in_im[near] : -in_im[near];
        }
        transform(s, size, 1);
        for (int64_t i = 0; i < n; i++) out[i] = re[i] * share;
        return;
    }
    const Plan *plan = plan_of(s, half);
    re[0] = in_re[0] + in_re[half];
    im[0] = in_re[0] - in_re[half];
    const float *restrict cosine = plan->turn_real, *restrict sine = plan->turn_imaginary;
    for (int64_t k = 1; k <= half / 2; k++) {
        int64_t other = half - k;
        float a = in_re[k] + in_re[other], b = in_im[k] - in_im[other];
        float c = in_re[k] - in_re[other], d = in_im[k] + in_im[other];
        float e = c * cosine[k] + d * sine[k], f = d * cosine[k] - c * sine[k];
        re[k] = a - f;
        im[k] = b + e;
        re[other] = a + f;
        im[other] = e - b;
    }
    transform(s, half, 1);
    for (int64_t i = 0; i < n / 2; i++) {
        out[2 * i] = re[i] * share;
        out[2 * i + 1] = im[i] * share;
    }
    if (n % 2) out[n - 1] = re[n / 2] * share;
}
#endif

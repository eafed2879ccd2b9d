/* The loudest partial after the attack, and whether it is a pitch: signal/descriptors.py is the reference. */
#ifndef NDM_PARTIAL_H
#define NDM_PARTIAL_H
#include "measure.h"

static int64_t loudest_sample(ndm_shaper *s, const float *x, int64_t n, int32_t rate) {
    int64_t step, count = step_powers(s, x, n, rate, s->steps[0], &step);
    envelope(s->steps[0], count, s->steps[1]);
    return at_least(0, (highest(s->steps[1], count) - ENVELOPE_STEPS) * step);
}

/* One frequency of a spectrum of n numbers, in double precision. */
APART double power_at(const double *x, int64_t n, int64_t k, int64_t size) {
    double turn_re = cos(TWO_PI * (double)k / (double)size), turn_im = -sin(TWO_PI * (double)k / (double)size);
    double re = 0, im = 0, c = 1, d = 0;
    for (int64_t i = 0; i < n; i++) {
        if (i % 256 == 0) {
            double angle = TWO_PI * (double)(i * k % size) / (double)size;
            c = cos(angle);
            d = -sin(angle);
        }
        re += x[i] * c;
        im += x[i] * d;
        double e = c * turn_re - d * turn_im;
        d = c * turn_im + d * turn_re;
        c = e;
    }
    return re * re + im * im;
}

/* The frequency of the loudest partial after the attack in Hz, NaN if there is none, and whether it is a
 * pitch. */
APART double loudest_partial(ndm_shaper *s, const float *x, int64_t n, int32_t rate, int64_t peak, int *tonal) {
    double sr = (double)rate;
    int64_t start = peak + nearest(0.01 * sr), length = at_most(nearest(0.4 * sr), n - start), size = 1;
    int heard = 0;
    *tonal = 0;
    for (int64_t i = 0; i < length; i++) heard |= x[start + i] != 0;
    if ((double)length < sr / 30 || !heard) return NAN;
    double *body = s->total;
    float *faded = s->fine, *re = s->response_real, *im = s->response_imaginary, *power = s->raw;
    for (int64_t i = 0; i < length; i++) {
        double fade = cos(TWO_PI / 4 * (double)i / (double)length);
        body[i] = (double)x[start + i] * (fade * fade);
        faded[i] = (float)body[i];
    }
    while (size <= 2 * length) size *= 2;
    real_forward(s, faded, length, size, re, im);
    int64_t low = nearest(30 * (double)size / sr), high = nearest(2000 * (double)size / sr);
    int64_t top = nearest(4000 * (double)size / sr), k = low;
    for (int64_t i = 0; i <= size / 2; i++) power[i] = re[i] * re[i] + im[i] * im[i];
    for (int64_t i = low; i < high; i++)
        if (power[i] > power[k]) k = i;
    if (!(low < k && k < high - 1)) return NAN;
    double left = log(power_at(body, length, k - 1, size) + 1e-300);
    double middle = log(power_at(body, length, k, size) + 1e-300);
    double right = log(power_at(body, length, k + 1, size) + 1e-300);
    double pitch = ((double)k + 0.5 * (left - right) / (left - 2 * middle + right)) * sr / (double)size;
    if (!(pitch > 1)) return NAN;
    float rumble = 0;
    for (int64_t i = 0; i < low; i++) rumble = power[i] > rumble ? power[i] : rumble;
    if (rumble > power[k] || sum_over(power + low, top - low) < 0.1 * sum_over(power, size / 2 + 1)) return pitch;
    for (int64_t i = 0; i <= size / 2; i++)
        if (i < low || i >= top) re[i] = im[i] = 0;
    real_inverse(s, re, im, size, faded, length);
    int64_t lag = nearest(2 * sr / pitch);
    double together = 0, first = 0, second = 0;
    for (int64_t i = 0; i + lag < length; i++) {
        double a = faded[i], b = faded[i + lag];
        together += a * b;
        first += a * a;
        second += b * b;
    }
    double scale = sqrt(first) * sqrt(second);
    *tonal = scale > 0 && together >= 0.3 * scale;
    return pitch;
}
#endif

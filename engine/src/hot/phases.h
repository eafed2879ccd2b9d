/* Phases from magnitudes: inverters/phase_gradient.py is the reference, and says where it is from. */
#ifndef NDM_PHASES_H
#define NDM_PHASES_H
#include "model.h"
#include "vector.h"

/* Transposes bins by frames to frames by bins. */
static void by_frames(const ndm_model *m, const float *from, int64_t bins, int64_t frames, float *to,
                      int64_t stride) {
    for (int64_t k = 0; k < bins; k += 16)
        for (int64_t t = 0; t < frames; t++)
            for (int64_t i = k; i < bins && i < k + 16; i++)
                to[t * stride + i] = from[i * m->stride + t];
}

/* Under `floor` all bins count as equal: rounding decides which of them is the larger. */
static void nearest_peaks(const float *magnitude, float floor, int64_t bins, int32_t *near) {
    int32_t below = (int32_t)-bins;
    float before = 0, here = magnitude[0] > floor ? magnitude[0] : floor;
    for (int64_t k = 0; k < bins; k++) {
        float after = 0;
        if (k < bins - 1) after = magnitude[k + 1] > floor ? magnitude[k + 1] : floor;
        if (here >= before && here >= after) below = (int32_t)k;
        near[k] = below;
        before = here;
        here = after;
    }
    int32_t above = (int32_t)(2 * bins);
    for (int64_t k = bins - 1; k >= 0; k--) {
        if (near[k] == k) above = (int32_t)k;
        if (k - near[k] > above - k) near[k] = above;
    }
}

/* One frame's phases from those of the frame beside it; `sign` is the direction of time. */
static void carry(const float *beside, const float *on, float sign, const float *across,
                  const int32_t *near, int64_t bins, float *phase) {
    for (int64_t k = 0; k < bins; k++) {
        int32_t p = near[k];
        phase[k] = (beside[p] + sign * on[p]) + (across[k] - across[p]);
    }
}

/* Fills e->real and e->imaginary with cosine and sine of phases whose gradient fits the magnitudes. */
static void gradient_phases(ndm_engine *e, int64_t frames, float most) {
    const ndm_model *m = e->model;
    int64_t n = m->spec.win_length, bins = n / 2 + 1, hop = m->spec.hop_length;
    int64_t stride = (bins + LANES - 1) / LANES * LANES;
    double gamma = 0.25645 * (double)n * (double)n;
    float turn = (float)((double)(hop * n) / gamma), step = (float)(-gamma / (double)(hop * n));
    float *size = e->phase_a, *log = e->phase_b, *across = e->phase_c, *phase = e->real;
    by_frames(m, e->magnitude, bins, frames, size, stride);
    int64_t first = 0;
    float loudest = -1, floor = 1e-6f * most;
    for (int64_t t = 0; t < frames; t++) {
        float *row = size + t * stride, *to = log + t * stride;
        V energy = all(0);
        for (int64_t k = bins; k < stride; k++) row[k] = 0;
        FOR_LANES(k, stride) {
            V x = load(row + k);
            energy += x * x;
            store(to + k, v_log(larger(x, all(floor))));
        }
        float its = sum_of(energy);
        if (its > loudest) {
            loudest = its;
            first = t;
        }
        nearest_peaks(row, floor, bins, e->near + t * stride);
    }
    /* Along a frame: the sum of the slopes along time. */
    for (int64_t t = 0; t < frames; t++) {
        const float *a = log + (t ? t - 1 : t) * stride, *b = log + (t + 1 < frames ? t + 1 : t) * stride;
        float half = t && t + 1 < frames ? 0.5f : 1.0f, sum = 0, *to = across + t * stride;
        float slopes[4096 + LANES];
        FOR_LANES(k, stride) store(slopes + k, step * ((load(b + k) - load(a + k)) * half));
        to[0] = 0;
        for (int64_t k = 1; k < bins; k++) to[k] = sum += (slopes[k] + slopes[k - 1]) / 2;
    }
    /* From frame to frame: the mean turn of both. They take the place of the logarithms. */
    for (int64_t t = 0; t < frames; t++) {
        float *row = log + t * stride, before = row[0], now;
        for (int64_t k = 0; k < bins; k++, before = now) {
            now = row[k];
            float after = k + 1 < bins ? row[k + 1] : now, half = k && k + 1 < bins ? 0.5f : 1.0f;
            row[k] = turn * ((after - before) * half);
        }
        if (t)
            FOR_LANES(k, stride) {
                V on = (load(row + k) + load(row + k - stride)) / 2.0f;
                store(row + k - stride, on + load(m->turns_hop + k));
            }
    }
    float *start = phase + first * stride;
    const float *row = size + first * stride, *its = across + first * stride;
    int64_t top = 0;
    for (int64_t k = 1; k < bins; k++)
        if (row[k] > row[top]) top = k;
    for (int64_t k = 0; k < bins; k++) start[k] = its[k] - its[top];
    for (int64_t t = first + 1; t < frames; t++)
        carry(phase + (t - 1) * stride, log + (t - 1) * stride, 1, across + t * stride,
              e->near + t * stride, bins, phase + t * stride);
    for (int64_t t = first - 1; t >= 0; t--)
        carry(phase + (t + 1) * stride, log + t * stride, -1, across + t * stride,
              e->near + t * stride, bins, phase + t * stride);
    /* The formulas refer to the middle of a frame; frames begin half a window before it. */
    for (int64_t t = 0; t < frames; t++)
        FOR_LANES(k, stride) {
            V s, c;
            v_sincos(load(phase + t * stride + k) - load(m->turns_half + k), &s, &c);
            store(size + t * stride + k, c);
            store(across + t * stride + k, s);
        }
    memset(e->real, 0, (size_t)(bins * m->stride) * sizeof *e->real);
    memset(e->imaginary, 0, (size_t)(bins * m->stride) * sizeof *e->imaginary);
    for (int64_t t = 0; t < frames; t += 16)
        for (int64_t k = 0; k < bins; k++)
            for (int64_t i = t; i < frames && i < t + 16; i++) {
                e->real[k * m->stride + i] = size[i * stride + k];
                e->imaginary[k * m->stride + i] = across[i * stride + k];
            }
}
#endif

/* Changing the sample rate as SoXR's quality HQ does: filters of zero phase, silence beyond the ends. */
#ifndef NDM_RESAMPLE_H
#define NDM_RESAMPLE_H
#include "model.h"
#include "vector.h"

enum { HALF_TAPS = FILTER_HALF / 2, BLOCK = 4 };

/* y[i] += sum over d of taps[d + HALF_TAPS] x[i - d]; x has HALF_TAPS zeros and a vector before and after
 * its n numbers. n is rounded up to whole vectors. */
static void filter(const float *taps, const float *x, int64_t n, float *y) {
    for (int64_t i = 0; i < n; i += BLOCK * VL) {
        V sum[BLOCK];
        for (int b = 0; b < BLOCK; b++) sum[b] = load(y + i + b * VL);
        for (int64_t d = -HALF_TAPS; d <= HALF_TAPS; d++) {
            float tap = taps[d + HALF_TAPS];
            for (int b = 0; b < BLOCK; b++) sum[b] += tap * load(x + i - d + b * VL);
        }
        for (int b = 0; b < BLOCK; b++) store(y + i + b * VL, sum[b]);
    }
}

/* The core at twice its rate: n samples, of which the first `sounding` are not 0, into e->full. */
static int64_t double_rate(ndm_engine *e, int64_t sounding) {
    const ndm_model *m = e->model;
    int64_t n = m->spec.n_samples * 2, reach = sounding + HALF_TAPS + 1;
    int64_t most = m->frames * m->spec.hop_length;
    if (reach > most) reach = most;
    float *padded = e->mono + HALF_TAPS + BLOCK * VL, *even = e->first;
    int64_t room = (most + BLOCK * VL - 1) / (BLOCK * VL) * BLOCK * VL;
    float *odd = even + room;
    memset(e->mono, 0, (size_t)(HALF_TAPS + BLOCK * VL) * sizeof *padded);
    memcpy(padded, e->core, (size_t)sounding * sizeof *padded);
    memset(padded + sounding, 0, (size_t)(room + HALF_TAPS + BLOCK * VL - sounding) * sizeof *padded);
    memset(even, 0, (size_t)(2 * room) * sizeof *even);
    filter(m->double_even, padded, reach, even);
    filter(m->double_odd, padded, reach, odd);
    memset(e->full, 0, (size_t)n * sizeof *e->full);
    for (int64_t i = 0; i < reach; i++) {
        if (2 * i < n) e->full[2 * i] = even[i];
        if (2 * i + 1 < n) e->full[2 * i + 1] = odd[i];
    }
    return n;
}

/* 44,100 Hz to 22,050 Hz. x[n] h(n - 2 m): even and odd samples are filtered apart. */
static int64_t halve_rate(ndm_engine *e, const float *x, int64_t n, float *out) {
    const ndm_model *m = e->model;
    int64_t count = (n + 1) / 2, pad = HALF_TAPS + BLOCK * VL;
    int64_t room = (count + BLOCK * VL - 1) / (BLOCK * VL) * BLOCK * VL;
    float *padded = e->first, *sum = e->first + room + 2 * pad;
    memset(sum, 0, (size_t)room * sizeof *sum);
    for (int odd = 0; odd < 2; odd++) {
        memset(padded, 0, (size_t)(room + 2 * pad) * sizeof *padded);
        /* The taps of odd samples are those of odd distances: h(2 (i - m) + 1), mirrored. */
        for (int64_t i = 0; 2 * i + odd < n; i++) padded[pad + i] = x[2 * i + odd];
        filter(odd ? m->halve_odd : m->double_even, padded + pad, count, sum);
    }
    for (int64_t i = 0; i < count; i++) out[i] = sum[i] / 2;
    return count;
}

/* 44,100 Hz to 48,000 Hz. */
static int64_t to_48000(ndm_engine *e, const float *x, int64_t n, float *out) {
    const ndm_model *m = e->model;
    int64_t count = (2 * n * 160 + 147) / (2 * 147);
    float *padded = e->first;
    memset(padded, 0, (size_t)(n + 2 * TAPS_48) * sizeof *padded);
    memcpy(padded + TAPS_48, x, (size_t)n * sizeof *padded);
    for (int64_t i = 0; i < count; i++) {
        int64_t place = i * 147, from = place / 160 - (TAPS_48 / 2 - 1) + TAPS_48;
        const float *taps = m->phases_48 + place % 160 * TAPS_48;
        V sum[2] = {all(0), all(0)};
        for (int64_t k = 0; k < TAPS_48; k += 2 * VL) {
            sum[0] += load(taps + k) * load(padded + from + k);
            sum[1] += load(taps + k + VL) * load(padded + from + k + VL);
        }
        out[i] = sum_of(sum[0] + sum[1]);
    }
    return count;
}
#endif

/* Brightness, body and air by a filter of least phase: wishes/spectrum.py is the reference. */
#ifndef NDM_SPECTRUM_H
#define NDM_SPECTRUM_H
#include "envelope.h"

enum { FILTER_BANDS = 128, SOLVE_STEPS = 8 };

#define LOW_HZ 200.0
#define AIR_HZ 11000.0

static const double most_setting[3] = {9, 24, 24}; /* dB an octave; dB of the shelves */

/* dB of the filter at a frequency for a tilt of 1 dB an octave, and for shelves of 1 dB. */
static void filter_shape(double hz, double shape[3]) {
    double safe = fmax(hz, 1);
    shape[0] = log2(held_in(safe, 50, 16000) / sqrt(50.0 * 16000));
    shape[1] = 1 / (1 + pow(safe / LOW_HZ, 6));
    shape[2] = 1 / (1 + pow(AIR_HZ / safe, 12));
}

/* The first bin that is not under a frequency. */
static int64_t bin_from(double hz, int64_t bins, double width) {
    int64_t k = at_most(bins, at_least(0, (int64_t)(hz / width) - 1));
    while (k < bins && (double)k * width < hz) k++;
    return k;
}

APART const Bands *bands_of(ndm_shaper *s) {
    Shape *now = &s->now;
    Bands *b = &now->bands;
    if (now->known & BANDS) return b;
    find_spectrum(s);
    int64_t bins = bins_of(now), starts[FILTER_BANDS + 4];
    double top = (double)now->rate / 2, width = top / (double)(bins - 1), least = log10(20.0), most = log10(top);
    int64_t body = bin_from(LOW_HZ, bins, width), air = AIR_HZ < top ? bin_from(AIR_HZ, bins, width) : bins;
    int count = 0;
    starts[count++] = 0;
    for (int i = -2; i < FILTER_BANDS; i++) {
        double edge = i < 1 ? 20 : pow(10, least + i * ((most - least) / FILTER_BANDS));
        int64_t at = i == -2 ? body : i == -1 ? air : bin_from(edge, bins, width);
        /* In order, and each once. */
        int place = count;
        while (place && starts[place - 1] > at) place--;
        if (at >= bins || (place && starts[place - 1] == at)) continue;
        memmove(starts + place + 1, starts + place, (size_t)(count - place) * sizeof *starts);
        starts[place] = at;
        count++;
    }
    double total = 0, centroid = 0, whole = 0, middle = 0;
    for (int i = 0; i < count; i++) {
        int64_t first = starts[i], last = i + 1 < count ? starts[i + 1] : bins;
        b->power[i] = sum_over(s->power + first, last - first);
        total += b->power[i];
        b->hz[i] = (double)(first + last - 1) / 2 * width;
        double shape[3];
        filter_shape(b->hz[i], shape);
        for (int k = 0; k < 3; k++) b->shape[k][i] = shape[k];
        for (int64_t k = first; k < last; k += 1024) {
            int64_t end = at_most(last, k + 1024);
            float part = 0;
            for (int64_t j = k; j < end; j++) part += s->power[j] * (float)(j - k);
            centroid += ((double)part + sum_over(s->power + k, end - k) * (double)k) * width;
        }
    }
    total = fmax(total, 1e-30);
    b->count = count;
    for (int i = 0; i < count; i++) {
        b->power[i] = b->power[i] / total + 1e-12;
        whole += b->power[i];
        middle += b->power[i] * b->hz[i];
    }
    b->beside = log2(fmax(centroid / total, 1) / (middle / whole));
    b->has_rest = 0;
    now->known |= BANDS;
    return b;
}

/* Brightness in octaves of Hz, body and air in dB after a filter, and how each setting changes each. */
APART void values_and_slopes(const Bands *b, const double settings[3], double values[3], double slopes[3][3]) {
    const double nepers = log(10) / 10, floor = 1e-8;
    double parts[4][4] = {{0}}; /* all, times Hz, body, air: their power and its changes */
    for (int i = 0; i < b->count; i++) {
        double change = 0, weight[4] = {1, b->hz[i], b->hz[i] < LOW_HZ, b->hz[i] >= AIR_HZ};
        for (int k = 0; k < 3; k++) change += settings[k] * b->shape[k][i];
        double power = b->power[i] * exp(nepers * change);
        for (int w = 0; w < 4; w++) {
            double x = weight[w] * power;
            parts[w][0] += x;
            for (int k = 0; k < 3; k++) parts[w][k + 1] += x * nepers * b->shape[k][i];
        }
    }
    const double *total = parts[0], *first = parts[1];
    values[0] = b->beside + log2(first[0] / total[0]);
    for (int k = 0; k < 3; k++) slopes[0][k] = (first[k + 1] / first[0] - total[k + 1] / total[0]) / log(2);
    for (int v = 1; v < 3; v++) {
        const double *share = parts[v + 1];
        double over = share[0] + floor * total[0], under = total[0] - share[0] + floor * total[0];
        values[v] = 10 * log10(over / under);
        for (int k = 0; k < 3; k++)
            slopes[v][k] = (share[k + 1] / over - (total[k + 1] - share[k + 1]) / under) / nepers;
    }
}

/* Solves three equations by elimination with the largest pivots. */
static void solve_three(double a[3][4], double x[3]) {
    for (int i = 0; i < 3; i++) {
        int best = i;
        for (int r = i + 1; r < 3; r++)
            if (fabs(a[r][i]) > fabs(a[best][i])) best = r;
        for (int k = 0; k < 4; k++) {
            double swap = a[i][k];
            a[i][k] = a[best][k];
            a[best][k] = swap;
        }
        for (int r = i + 1; r < 3; r++) {
            double factor = a[r][i] / a[i][i];
            for (int k = i; k < 4; k++) a[r][k] -= factor * a[i][k];
        }
    }
    for (int i = 2; i >= 0; i--) {
        x[i] = a[i][3];
        for (int k = i + 1; k < 3; k++) x[i] -= a[i][k] * x[k];
        x[i] /= a[i][i];
    }
}

typedef struct {
    double off[3], slopes[3][3], cost;
} Miss;

static const double ease[3] = {0.3, 0.05, 0.05}, unit[3] = {0.05, 0.5, 0.5};

static Miss miss_of(const Bands *b, const double settings[3], const double wanted[3], const double weights[3]) {
    Miss m = {.cost = 0};
    double values[3];
    values_and_slopes(b, settings, values, m.slopes);
    for (int i = 0; i < 3; i++) {
        double scale = weights[i] / unit[i];
        m.off[i] = (values[i] - (weights[i] > 0 ? wanted[i] : 0)) * scale;
        for (int k = 0; k < 3; k++) m.slopes[i][k] *= scale;
        m.cost += m.off[i] * m.off[i] + settings[i] * ease[i] * (settings[i] * ease[i]);
    }
    return m;
}

/* The filter that brings a sound nearest to values (Gauss-Newton steps that are damped). */
APART void solve_filter(const Bands *b, const double wanted[3], const double weights[3], double settings[3]) {
    double damping = 1e-3;
    memset(settings, 0, 3 * sizeof *settings);
    Miss now = miss_of(b, settings, wanted, weights);
    if (fmax(fabs(now.off[0]), fmax(fabs(now.off[1]), fabs(now.off[2]))) < 0.1) return;
    for (int step = 0; step < SOLVE_STEPS; step++) {
        double a[3][4], down[3], tried[3], largest = 0;
        for (int i = 0; i < 3; i++) {
            a[i][3] = ease[i] * ease[i] * settings[i];
            for (int k = 0; k < 3; k++) {
                a[i][k] = i == k ? ease[i] * ease[i] : 0;
                for (int r = 0; r < 3; r++) a[i][k] += now.slopes[r][i] * now.slopes[r][k];
                a[i][3] += now.slopes[k][i] * now.off[k];
            }
        }
        for (int i = 0; i < 3; i++) a[i][i] += damping * a[i][i] + 1e-9;
        solve_three(a, down);
        for (int i = 0; i < 3; i++) {
            tried[i] = held_in(settings[i] - down[i], -most_setting[i], most_setting[i]);
            largest = fmax(largest, fabs(tried[i] - settings[i]));
        }
        if (largest < 0.05) {
            memcpy(settings, tried, sizeof tried);
            return;
        }
        Miss there = miss_of(b, tried, wanted, weights);
        if (there.cost < now.cost) {
            memcpy(settings, tried, sizeof tried);
            now = there;
            damping /= 4;
        } else {
            damping *= 8;
        }
    }
}

/* The response with the least phase of gains in nepers at `bins` frequencies, which stay. */
APART void minimum_phase(ndm_shaper *s, const float *logs, int64_t bins, float *re, float *im) {
    int64_t size = 2 * (bins - 1);
    memset(im, 0, (size_t)bins * sizeof *im);
    real_inverse(s, logs, im, size, s->filter, size);
    for (int64_t i = 1; i < size / 2; i++) s->filter[i] *= 2;
    memset(s->filter + size / 2 + 1, 0, (size_t)(size / 2 - 1) * sizeof *s->filter);
    real_forward(s, s->filter, size, size, re, im);
    FOR_LANES(k, bins) {
        V sine, cosine, gain = v_exp(load(re + k));
        v_sincos(load(im + k), &sine, &cosine);
        store(re + k, gain * cosine);
        store(im + k, gain * sine);
    }
}

/* The samples of the channels' spectra through a filter, whose response is known. */
APART void filtered(ndm_shaper *s) {
    Shape *now = &s->now;
    const float *restrict a = s->response_real, *restrict b = s->response_imaginary;
    int64_t bins = bins_of(now);
    for (int c = 0; c < now->channels; c++) {
        float *restrict re = s->bins_real[c], *restrict im = s->bins_imaginary[c];
        for (int64_t k = 0; k < bins; k++) {
            float x = re[k] * a[k] - im[k] * b[k];
            im[k] = re[k] * b[k] + im[k] * a[k];
            re[k] = x;
        }
        real_inverse(s, re, im, now->size, now->samples[c], now->n);
    }
    changed(s, now->n);
}

static void filtered_by(ndm_shaper *s, const float *logs) {
    minimum_phase(s, logs, bins_of(&s->now), s->response_real, s->response_imaginary);
    filtered(s);
}

/* Gives the sound a brightness (in octaves of Hz), a body and an air. */
APART void set_tone(ndm_shaper *s, const double wanted[3], const double weights[3]) {
    double settings[3];
    if (!(weights[0] > 0 || weights[1] > 0 || weights[2] > 0)) return;
    solve_filter(bands_of(s), wanted, weights, settings);
    if (fmax(fabs(settings[0]), fmax(fabs(settings[1]), fabs(settings[2]))) < 0.02) return;
    int64_t coarse = FILTER_SIZE / 2 + 1;
    if (s->shapes_of != s->now.rate)
        for (int64_t k = 0; k < coarse; k++)
            filter_shape((double)k * ((double)s->now.rate / 2 / (double)(coarse - 1)), s->shapes + 3 * k);
    s->shapes_of = s->now.rate;
    for (int64_t k = 0; k < coarse; k++) {
        double sum = 0;
        for (int i = 0; i < 3; i++) sum += settings[i] * s->shapes[3 * k + i];
        s->logs[k] = (float)(sum * (log(10) / 20));
    }
    /* The curves are smooth, so the filter rings for less than the samples that are computed of it. */
    minimum_phase(s, s->logs, coarse, s->response_real, s->response_imaginary);
    real_inverse(s, s->response_real, s->response_imaginary, FILTER_SIZE, s->filter, FILTER_SIZE);
    real_forward(s, s->filter, FILTER_SIZE, s->now.size, s->response_real, s->response_imaginary);
    filtered(s);
}
#endif

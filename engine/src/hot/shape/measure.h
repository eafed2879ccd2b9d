/* What is measured of a sound: signal/descriptors.py, wishes/envelope.py, wishes/analysis.py and
 * wishes/qualities.py are the reference. */
#ifndef NDM_MEASURE_H
#define NDM_MEASURE_H
#include "fourier/fourier.h"

/* Bits of Shape.known. */
enum { MONO = 1, SPECTRUM = 2, BANDS = 4, NOISINESS = 8, ATTACK_KNOWN = 16, DECAY_KNOWN = 32, LOUDNESS = 64 };

#define EULER 0.57721566490153286

INLINE int64_t nearest(double x) { return (int64_t)nearbyint(x); }
INLINE int64_t at_least(int64_t least, int64_t x) { return x > least ? x : least; }
INLINE int64_t at_most(int64_t most, int64_t x) { return x < most ? x : most; }
INLINE double held_in(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

static const float *mono_of(ndm_shaper *s) {
    Shape *now = &s->now;
    if (now->known & MONO) return now->mono;
    if (now->channels == 2)
        for (int64_t i = 0; i < now->n; i++) s->mean[i] = (now->samples[0][i] + now->samples[1][i]) / 2;
    now->mono = now->channels == 2 ? s->mean : now->samples[0];
    now->known |= MONO;
    return now->mono;
}

static int64_t bins_of(const Shape *now) { return now->size / 2 + 1; }

/* The spectra of the channels, and the power of their mean. */
APART void find_spectrum(ndm_shaper *s) {
    Shape *now = &s->now;
    if (now->known & SPECTRUM) return;
    now->size = spectrum_size(now->n);
    for (int c = 0; c < now->channels; c++)
        real_forward(s, now->samples[c], now->n, now->size, s->bins_real[c], s->bins_imaginary[c]);
    const float *re = s->bins_real[0], *im = s->bins_imaginary[0];
    const float *right = s->bins_real[1], *right_im = s->bins_imaginary[1];
    float *restrict power = s->power;
    int64_t bins = bins_of(now);
    if (now->channels == 1)
        for (int64_t k = 0; k < bins; k++) power[k] = re[k] * re[k] + im[k] * im[k];
    else
        for (int64_t k = 0; k < bins; k++) {
            float a = (re[k] + right[k]) / 2, b = (im[k] + right_im[k]) / 2;
            power[k] = a * a + b * b;
        }
    now->known |= SPECTRUM;
}

static int64_t edges_of(int64_t bins, int32_t rate, int64_t *edges) {
    int64_t count = at_least(1, nearest((double)rate / 2 / 500));
    for (int64_t i = 0; i <= count; i++) edges[i] = (int64_t)((double)i * ((double)bins / (double)count));
    edges[count] = bins;
    return count;
}

/* The sum of numbers, in single precision within each of a few hundred. */
APART double sum_over(const float *x, int64_t n) {
    double sum = 0;
    int64_t i = 0;
    for (; i + 16 * VL <= n; i += 16 * VL) {
        V part = load(x + i);
        for (int k = 1; k < 16; k++) part += load(x + i + k * VL);
        sum += sum_of(part);
    }
    for (; i < n; i++) sum += x[i];
    return sum;
}

/* The noisiness of a spectrum from its power and the logarithms of it. */
APART double flatness(const float *power, const float *logs, int64_t bins, int32_t rate) {
    int64_t edges[MOST_EDGES];
    int64_t count = edges_of(bins, rate, edges);
    double flat = 0, whole = 0;
    for (int64_t b = 0; b < count; b++) {
        double width = (double)(edges[b + 1] - edges[b]);
        if (!(width > 0)) continue;
        double sum = sum_over(power + edges[b], edges[b + 1] - edges[b]);
        double mean = sum_over(logs + edges[b], edges[b + 1] - edges[b]) / width;
        flat += exp(mean) / fmax(sum / width, 1e-30) * sum;
        whole += sum;
    }
    return fmin(1.0, flat / whole * exp(EULER));
}

APART double noisiness_of(ndm_shaper *s, const float *power, int64_t bins, int32_t rate, double floor) {
    double mean = sum_over(power, bins) / (double)bins;
    if (!(mean > 0)) return 0;
    float least = (float)fmax(floor * mean, 1e-37);
    FOR_LANES(k, bins) store(s->logs + k, v_log(load(power + k) + least));
    return flatness(power, s->logs, bins, rate);
}

static double noisiness(ndm_shaper *s) {
    Shape *now = &s->now;
    if (now->known & NOISINESS) return now->noisiness;
    find_spectrum(s);
    now->noisiness = noisiness_of(s, s->power, bins_of(now), now->rate, 1e-12);
    now->known |= NOISINESS;
    return now->noisiness;
}

/* The power in steps of 0.5 ms, with 8 ms of silence around; returns their number. */
APART int64_t step_powers(ndm_shaper *s, const float *x, int64_t n, int32_t rate, double *powers,
                           int64_t *step_out) {
    int64_t size = 1, step = at_least(1, nearest(0.0005 * (double)rate));
    while (size <= n) size *= 2;
    int64_t every = step % 2 ? 1 : 2, each = step / every, count = (n + every - 1) / every, long_ = size / every;
    float *re = s->response_real, *im = s->response_imaginary;
    real_forward(s, x, n, size, re, im);
    float *a = s->wave[0], *b = s->wave[1];
    memset(a, 0, (size_t)long_ * sizeof *a);
    memset(b, 0, (size_t)long_ * sizeof *b);
    for (int64_t k = 1; k < size / 2; k++) {
        a[k] = 2 * re[k];
        b[k] = 2 * im[k];
    }
    a[0] = re[0];
    a[size / 2 % long_] += re[size / 2];
    transform(s, long_, 1);
    float share = 1.0f / (float)size; /* 1 / long_ of the transform, and 1 / every */
    int64_t blocks = (count + each - 1) / each;
    memset(powers, 0, (size_t)(blocks + 2 * ENVELOPE_STEPS) * sizeof *powers);
    for (int64_t i = 0; i < count; i++) {
        float p = a[i] * share, q = b[i] * share;
        powers[ENVELOPE_STEPS + i / each] += (double)(p * p + q * q) / (double)each;
    }
    *step_out = step;
    return blocks + 2 * ENVELOPE_STEPS;
}

APART void envelope(const double *powers, int64_t n, double *level) {
    double window[ENVELOPE_STEPS], total = 0;
    for (int i = 0; i < ENVELOPE_STEPS; i++) {
        window[i] = 0.5 - 0.5 * cos(TWO_PI * (i + 1) / (ENVELOPE_STEPS + 1));
        total += window[i];
    }
    for (int i = 0; i < ENVELOPE_STEPS; i++) window[i] /= total;
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int k = 0; k < ENVELOPE_STEPS; k++) {
            int64_t at = i + ENVELOPE_STEPS / 2 - 1 - k;
            if (at >= 0 && at < n) sum += powers[at] * window[k];
        }
        level[i] = sqrt(sum);
    }
}

static int64_t highest(const double *x, int64_t n) {
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++)
        if (x[i] > x[best]) best = i;
    return best;
}

static double rise_steps(const double *level, int64_t n) {
    double top = level[highest(level, n)], times[2];
    if (!(top > 0)) return 0;
    for (int i = 0; i < 2; i++) {
        double wanted = (i ? 0.9 : 0.1) * top;
        int64_t after = 0;
        while (!(level[after] >= wanted)) after++;
        double before = level[after ? after - 1 : n - 1], now = level[after];
        times[i] = (double)after - (now - wanted) / (now - before);
    }
    return times[1] - times[0];
}

APART const AttackShape *attack_of(ndm_shaper *s) {
    Shape *now = &s->now;
    AttackShape *a = &now->attack;
    if (now->known & ATTACK_KNOWN) return a;
    const float *x = mono_of(s);
    int64_t n = at_most(now->n, nearest(0.35 * (double)now->rate));
    a->powers = s->steps[2];
    a->level = s->steps[3];
    a->times = s->steps[4];
    a->steps = step_powers(s, x, n, now->rate, a->powers, &a->step);
    envelope(a->powers, a->steps, a->level);
    for (int64_t i = 0; i < a->steps; i++)
        a->times[i] = ((double)(i - ENVELOPE_STEPS) + 0.5) * (double)a->step / (double)now->rate;
    a->peak = highest(a->level, a->steps);
    double onset = (double)now->onset / (double)now->rate;
    a->start = 0;
    while (a->start < a->steps && a->times[a->start] < onset) a->start++;
    a->start -= 8; /* the level's windows reach 4 ms over the onset */
    a->seconds = rise_steps(a->level, a->steps) * (double)a->step / (double)now->rate;
    now->known |= ATTACK_KNOWN;
    return a;
}

static int64_t attack_peak(const AttackShape *a) { return at_least(0, (a->peak - ENVELOPE_STEPS) * a->step); }

/* The energy in blocks of 1 ms from a sample on, which is the loudest one if it is not known. */
APART int64_t rest_energies(ndm_shaper *s, const float *x, int64_t n, int32_t rate, int64_t *peak,
                             int64_t *block_out, double *energies) {
    int64_t block = at_least(1, nearest(0.001 * (double)rate)), width = at_least(1, nearest(0.005 * (double)rate));
    if (*peak < 0) {
        double *total = s->total, most = -1;
        total[0] = 0;
        for (int64_t i = 0; i < n; i++) total[i + 1] = total[i] + (double)x[i] * (double)x[i];
        for (int64_t i = 0; i < n; i++) {
            int64_t from = i - width / 2, to = at_most(n, from + width);
            double here = total[to] - total[at_least(0, from)];
            if (here > most) {
                most = here;
                *peak = i;
            }
        }
    }
    int64_t count = (n - *peak + block - 1) / block;
    for (int64_t b = 0; b < count; b++) {
        double sum = 0;
        int64_t first = *peak + b * block, last = at_most(n, first + block);
        for (int64_t i = first; i < last; i++) sum += (double)x[i] * (double)x[i];
        energies[b] = sum;
    }
    *block_out = block;
    return count;
}

/* The decay of blocks of 1 ms in seconds; `rest` has room for them. */
APART double decay_seconds(const double *energies, int64_t n, double *rest) {
    double sum = 0;
    for (int64_t i = n - 1; i >= 0; i--) rest[i] = sum += energies[i];
    if (!n || !(rest[0] > 0)) return 0;
    double floor = rest[0] * 0.01;
    int64_t count = 0;
    while (count < n && rest[count] > floor) count++;
    if (count >= n) return (double)n / 1000;
    double before = rest[count - 1], after = fmax(rest[count], 1e-300);
    return ((double)(count - 1) + log(before / floor) / fmax(log(before / after), 1e-12)) / 1000;
}

static const DecayShape *decay_of(ndm_shaper *s) {
    Shape *now = &s->now;
    DecayShape *d = &now->decay;
    if (now->known & DECAY_KNOWN) return d;
    d->energies = s->blocks[0];
    d->peak = -1;
    d->blocks = rest_energies(s, mono_of(s), now->n, now->rate, &d->peak, &d->block, d->energies);
    d->seconds = decay_seconds(d->energies, d->blocks, s->blocks[1]);
    now->known |= DECAY_KNOWN;
    return d;
}

static double loudness_of(ndm_shaper *s) {
    Shape *now = &s->now;
    if (!(now->known & LOUDNESS)) now->loudness = momentary_loudness_whole(mono_of(s), now->n, now->rate, s->total);
    now->known |= LOUDNESS;
    return now->loudness;
}
#endif

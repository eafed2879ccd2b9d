/* From magnitudes of the core to its waveform: accelerated Griffin-Lim from phase-gradient phases
 * (inverters/griffin_lim.py and full_band.py are the reference).
 *
 * Tables lie bin by bin, frames side by side in the lanes. A signal lies likewise: row j holds sample j
 * of every hop, so that a frame's samples are lanes again. */
#ifndef NDM_INVERTER_H
#define NDM_INVERTER_H
#include "attack.h"
#include "fft.h"
#include "phases.h"
#include "timing.h"

enum { FEWEST = 5, MOST = 8, SHAPED = 4 };
#define MOMENTUM 0.9
#define RELAXATION 1.3

/* Frames up to the last one with a band less than 70 dB under the loudest. */
static int64_t sounding_frames(const ndm_model *m, const float *mel, float *level, float *loudest) {
    float most = 0;
    memset(level, 0, (size_t)m->stride * sizeof *level);
    for (int64_t b = 0; b < m->spec.n_mels; b++)
        FOR_LANES(t, m->stride) store(level + t, larger(load(level + t), load(mel + b * m->stride + t)));
    for (int64_t t = 0; t < m->frames; t++) most = level[t] > most ? level[t] : most;
    *loudest = most;
    int64_t frames = m->frames;
    float floor = most * 3.1622776601683795e-4f;
    while (frames && !(level[frames - 1] > floor)) frames--;
    return frames;
}

/* Magnitudes of a transform of win_length, those of the mel times the bank's inverse. */
static float stft_magnitude(ndm_engine *e, const float *mel, int64_t frames, float level) {
    const ndm_model *m = e->model;
    const Sparse *inverse = &m->inverse;
    float most = 0, scale = 1.0f / level;
    for (int64_t k = 0; k < inverse->rows; k++) {
        const float *weight = inverse->weight + inverse->first[k];
        const float *row = mel + inverse->from[k] * m->stride;
        int64_t n = inverse->first[k + 1] - inverse->first[k];
        float *to = e->magnitude + k * m->stride;
        V top = all(0);
        FOR_LANES(t, m->stride) {
            V sum = all(0);
            if (t < frames)
                for (int64_t i = 0; i < n; i++) sum += weight[i] * load(row + i * m->stride + t);
            sum = larger(sum, all(0)) * scale;
            store(to + t, sum);
            top = larger(top, sum);
        }
        float its = max_of(top);
        most = its > most ? its : most;
        for (int64_t t = frames; t < m->stride; t++) to[t] = 0;
    }
    return most;
}

/* Floats from one row of a signal to the next. */
INLINE int64_t signal_stride(const ndm_model *m) {
    return m->stride + (m->spec.win_length / m->spec.hop_length + LANES - 1) / LANES * LANES;
}

/* Adds the windowed inverse transforms of VL frames, in (a, b) by places, to a signal. */
static void add_frames(const RealFft *fft, float *a, float *b, int64_t t,
                       const float *window, int64_t hop, float scale, float *signal, int64_t stride) {
    int64_t n = fft->n;
    forward_from_places(&fft->half, VL, b, a);
    for (int64_t i = 0; i < n; i += 2) {
        float *to = signal + i % hop * stride + t + i / hop, *next = to + stride;
        store(to, load(to) + load(a + i / 2 * VL) * (window[i] * scale));
        store(next, load(next) + load(b + i / 2 * VL) * (window[i + 1] * scale));
    }
}

static void divide_by_window(const ndm_model *m, float *signal, int64_t frames) {
    int64_t hop = m->spec.hop_length, overlap = m->spec.win_length / hop, stride = signal_stride(m);
    for (int64_t j = 0; j < hop; j++) {
        float squares[4096 / 16], whole = 0;
        for (int64_t k = 0; k < overlap; k++) {
            float w = m->window[k * hop + j];
            whole += squares[k] = w * w;
        }
        float gain = 1.0f / (whole > 1e-2f ? whole : 1e-2f), *row = signal + j * stride;
        int64_t rows = frames + overlap - 1;
        FOR_LANES(r, stride) store(row + r, load(row + r) * gain);
        for (int64_t r = 0; r < rows; r++) {
            if (r >= overlap - 1 && r < frames) continue;
            float weight = 0;
            for (int64_t k = 0; k < overlap; k++)
                if (r - k >= 0 && r - k < frames) weight += squares[k];
            row[r] = row[r] / gain / (weight > 1e-2f ? weight : 1e-2f);
        }
        /* Half a window at either end is no part of the signal. */
        for (int64_t r = 0; r < stride; r++)
            if (r < overlap / 2 || r >= overlap / 2 + frames) row[r] = 0;
    }
}

/* The signal nearest to magnitudes with given phases, in e->signal. */
static void first_signal(ndm_engine *e, int64_t frames) {
    const ndm_model *m = e->model;
    const RealFft *fft = &m->short_fft;
    int64_t half = fft->n / 2, stride = signal_stride(m);
    memset(e->signal, 0, (size_t)(m->spec.hop_length * stride) * sizeof *e->signal);
    for (int64_t t = 0; t < frames; t += VL) {
        for (int64_t k = 0; k <= half / 2; k++) {
            C x[2];
            for (int h = 0; h < 2; h++) {
                int64_t at = (h ? half - k : k) * m->stride + t;
                V size = load(e->magnitude + at);
                x[h] = (C){size * load(e->real + at), size * load(e->imaginary + at)};
            }
            set_real_bins(fft, k, x[0], x[1], e->fft_a, e->fft_b);
        }
        add_frames(fft, e->fft_a, e->fft_b, t, m->window, m->spec.hop_length,
                   1.0f / (float)fft->n, e->signal, stride);
    }
    divide_by_window(m, e->signal, frames);
}

INLINE C resized(C x, V size) {
    V own = root(x.r * x.r + x.i * x.i);
    V factor = size / larger(own, all(1e-12f));
    return (C){x.r * factor, x.i * factor};
}

/* One step: the spectrogram of e->moved, given the magnitudes, back to a signal in e->signal. */
static void project(ndm_engine *e, int64_t frames) {
    const ndm_model *m = e->model;
    const RealFft *fft = &m->short_fft;
    int64_t half = fft->n / 2, hop = m->spec.hop_length, stride = signal_stride(m);
    memset(e->signal, 0, (size_t)(hop * stride) * sizeof *e->signal);
    for (int64_t t = 0; t < frames; t += VL) {
        for (int64_t i = 0; i < fft->n; i += 2) {
            const float *from = e->moved + i % hop * stride + t + i / hop;
            store(e->fft_a + i / 2 * VL, load(from) * m->window[i]);
            store(e->fft_b + i / 2 * VL, load(from + stride) * m->window[i + 1]);
        }
        forward_to_places(&fft->half, VL, e->fft_a, e->fft_b);
        for (int64_t k = 0; k <= half / 2; k++) {
            C low, high;
            real_bins(fft, k, e->fft_a, e->fft_b, &low, &high);
            low = resized(low, load(e->magnitude + k * m->stride + t));
            high = resized(high, load(e->magnitude + (half - k) * m->stride + t));
            set_real_bins(fft, k, low, high, e->fft_a, e->fft_b);
        }
        add_frames(fft, e->fft_a, e->fft_b, t, m->window, hop, 1.0f / (float)fft->n, e->signal,
                   stride);
    }
    divide_by_window(m, e->signal, frames);
}

/* Copies the first n samples of a signal, or puts them back. */
static void head(const ndm_model *m, float *signal, float *samples, int64_t n, int put) {
    int64_t hop = m->spec.hop_length, first = m->spec.win_length / hop / 2, stride = signal_stride(m);
    for (int64_t i = 0; i < n; i++) {
        float *at = signal + i % hop * stride + first + i / hop;
        if (put) *at = samples[i];
        else samples[i] = *at;
    }
}

/* Silence before the onset, and the shape of the attack. */
static void know(ndm_engine *e, int64_t frames, int iteration, int64_t silent, const float *target,
                 float level) {
    const ndm_model *m = e->model;
    int64_t n = frames * m->spec.hop_length, shaped = target && iteration <= SHAPED;
    lap(e, ITERATIONS);
    int64_t count = shaped ? m->core_attack.segment : silent;
    if (count > n) count = n;
    head(m, e->signal, e->wave, count, 0);
    memset(e->wave, 0, (size_t)(silent < count ? silent : count) * sizeof *e->wave);
    if (shaped) shape_core(e, e->wave, count, target, level);
    head(m, e->signal, e->wave, count, 1);
    lap(e, SHAPE);
}

/* Inverts the core of mel magnitudes into e->core; returns its samples, the rest being silent.
 * `target` is the fine attack that it takes on, or NULL. */
static int64_t invert_core(ndm_engine *e, const float *mel, const float *target) {
    const ndm_model *m = e->model;
    int64_t hop = m->spec.hop_length, stride = signal_stride(m), silent = m->spec.pre_roll - 2;
    float level;
    int64_t frames = sounding_frames(m, mel, e->frames_a, &level);
    if (!frames) return 0;
    float most = stft_magnitude(e, mel, frames, level);
    lap(e, MAGNITUDE);
    if (!(most > 0)) return 0;
    gradient_phases(e, frames, most);
    lap(e, PHASES);
    first_signal(e, frames);
    know(e, frames, 0, silent, target, level);
    const float share = (float)(MOMENTUM / (1 + MOMENTUM));
    const float rest = (float)((1 - RELAXATION) * (1 + MOMENTUM));
    int64_t count = hop * stride, steps = (int64_t)nearbyint(200.0 / (double)frames);
    steps = steps < FEWEST ? FEWEST : steps > MOST ? MOST : steps;
    FOR_LANES(i, count) {
        V x = load(e->signal + i) / (float)RELAXATION;
        store(e->before + i, x);
        store(e->moved + i, x);
    }
    for (int64_t step = 0; step < steps; step++) {
        FOR_LANES(i, count) {
            V old = load(e->before + i);
            V x = step ? load(e->signal + i) + rest * load(e->moved + i) : old;
            store(e->moved + i, x - share * old);
            store(e->before + i, x);
        }
        project(e, frames);
        know(e, frames, (int)step + 1, silent, target, level);
    }
    int64_t n = frames * hop, first = m->spec.win_length / hop / 2;
    for (int64_t r = 0; r < frames; r++)
        for (int64_t j = 0; j < hop; j++)
            e->core[r * hop + j] = level * e->signal[j * stride + first + r];
    return n;
}
#endif

/* Making a sound follow a fine attack: detail/attack.py and signal/fine_attack.py are the reference. */
#ifndef NDM_ATTACK_H
#define NDM_ATTACK_H
#include <math.h>

#include "fft.h"

#define ATTACK_FLOOR 1e-4f
#define MOST_UP 2.302585093f
#define MOST_DOWN 4.605170186f

/* Splits n samples into analytic bands: e->band_real and e->band_imaginary, grid->size floats each. */
static void split(const AttackGrid *grid, const float *samples, int64_t n, ndm_engine *e) {
    const WideFft *fft = &grid->fft;
    int64_t size = grid->size, rows = fft->rows, bins = size / 2 + 1;
    float *out_re = e->wide_c, *out_im = e->wide_d, *re = out_re + size, *im = out_im + size;
    memcpy(e->wide_a, samples, (size_t)n * sizeof *samples);
    memset(e->wide_a + n, 0, (size_t)(size - n) * sizeof *samples);
    memset(e->wide_b, 0, (size_t)size * sizeof *samples);
    wide_forward(fft, e->wide_a, e->wide_b, out_re, out_im);
    for (int64_t k = 0; k < bins; k += rows) {
        int64_t at = fft->over_columns.place[k / rows] * rows, count = bins - k < rows ? bins - k : rows;
        memcpy(re + k, out_re + at, (size_t)count * sizeof *re);
        memcpy(im + k, out_im + at, (size_t)count * sizeof *im);
    }
    for (int64_t b = 0; b < grid->bands; b++) {
        const float *weights = grid->weights + b * bins;
        float *real = e->band_real + b * size, *imaginary = e->band_imaginary + b * size;
        for (int64_t k = 0; k < bins; k++) {
            e->wide_a[k] = weights[k] * re[k];
            e->wide_b[k] = weights[k] * im[k];
        }
        memset(e->wide_a + bins, 0, (size_t)(size - bins) * sizeof *re);
        memset(e->wide_b + bins, 0, (size_t)(size - bins) * sizeof *re);
        wide_forward(fft, e->wide_b, e->wide_a, out_im, out_re);
        for (int64_t k = 0; k < size; k += rows) {
            int64_t at = fft->over_columns.place[k / rows] * rows;
            memcpy(real + k, out_re + at, (size_t)rows * sizeof *re);
            memcpy(imaginary + k, out_im + at, (size_t)rows * sizeof *im);
        }
    }
}

/* The levels of the bands of n samples, times a gain: rows of 40 logarithms. */
static void band_levels(const AttackGrid *grid, ndm_engine *e, int64_t n, float gain, float *out) {
    int64_t heard = grid->heard < n ? grid->heard : n;
    const Sparse *average = &grid->averaging;
    for (int64_t b = 0; b < grid->bands; b++) {
        const float *x = e->band_real + b * grid->size, *y = e->band_imaginary + b * grid->size;
        float *power = e->wide_a;
        FOR_LANES(i, heard) {
            V re = load(x + i), im = load(y + i);
            store(power + i, re * re + im * im);
        }
        for (int64_t i = heard; i < grid->heard; i++) power[i] = 0;
        for (int k = 0; k < ATTACK_STEPS; k++) {
            const float *w = average->weight + average->first[k], *p = power + average->from[k];
            int64_t count = average->first[k + 1] - average->first[k], i = 0;
            V sums = all(0);
            float sum = 0;
            for (; i + VL <= count; i += VL) sums += load(w + i) * load(p + i);
            for (; i < count; i++) sum += w[i] * p[i];
            out[b * ATTACK_STEPS + k] =
                logf(sqrtf((sum + sum_of(sums)) / 2) * gain + ATTACK_FLOOR);
        }
    }
}

INLINE float cut(float x) { return x < -MOST_DOWN ? -MOST_DOWN : x > MOST_UP ? MOST_UP : x; }

/* Gives bands the gains that are missing, in logarithms, in place. */
static void add_gains(const AttackGrid *grid, ndm_engine *e, const float *missing, int64_t bands,
                      float *segment, int64_t n) {
    int64_t count = grid->gained < n ? grid->gained : n;
    float *gain = e->wide_a, *sum = e->wide_b;
    memset(sum, 0, (size_t)(count + LANES) * sizeof *sum);
    for (int64_t b = 0; b < bands; b++) {
        const float *values = missing + b * ATTACK_STEPS, *band = e->band_real + b * grid->size;
        for (int64_t i = 0; i < count; i++) {
            float before = values[grid->step[i]], after = values[grid->step[i] + 1];
            gain[i] = (before + (after - before) * grid->late[i]) * grid->release[i];
        }
        FOR_LANES(i, count)
        store(sum + i, load(sum + i) + (v_exp(load(gain + i)) - 1.0f) * load(band + i));
    }
    for (int64_t i = 0; i < count; i++) segment[i] += sum[i];
}

/* What a core is to take on: its attack without the body that is added later. */
static void core_target(ndm_engine *e, const float *attack, const float *body, float *target) {
    const AttackGrid *grid = &e->model->core_attack;
    int64_t n = grid->bands * ATTACK_STEPS;
    memcpy(target, attack, (size_t)n * sizeof *target);
    if (!body) return;
    float played[ATTACK_VALUES];
    split(grid, body, grid->segment, e);
    band_levels(grid, e, grid->segment, 1.0f, played);
    for (int64_t i = 0; i < n; i++) {
        float power = expf(2 * target[i]), left = power - expf(2 * played[i]);
        target[i] = 0.5f * logf(left > 0.01f * power ? left : 0.01f * power);
    }
}

/* Shapes the first n samples of a core, which are to be multiplied by `level`, in place. Only the shape
 * of each band's envelope is followed. */
static void shape_core(ndm_engine *e, float *samples, int64_t n, const float *target, float level) {
    const AttackGrid *grid = &e->model->core_attack;
    float now[ATTACK_VALUES], missing[ATTACK_VALUES];
    split(grid, samples, n, e);
    band_levels(grid, e, n, level, now);
    for (int64_t b = 0; b < grid->bands; b++) {
        float weight = 0, sum = 0;
        for (int64_t i = b * ATTACK_STEPS; i < (b + 1) * ATTACK_STEPS; i++) {
            missing[i] = cut(target[i] - now[i]);
            float reached = now[i] + missing[i];
            float its = expf(2 * (target[i] < reached ? target[i] : reached));
            weight += its;
            sum += missing[i] * its;
        }
        for (int64_t i = b * ATTACK_STEPS; i < (b + 1) * ATTACK_STEPS; i++)
            missing[i] -= sum / weight;
    }
    add_gains(grid, e, missing, grid->bands, samples, n);
}

/* Silence before the onset, with a rise of half a millisecond. */
static void open_gate(const ndm_model *m, float *samples) {
    memset(samples, 0, START * sizeof *samples);
    for (int i = START; i < FULL_PRE_ROLL; i++) samples[i] *= m->gate[i - START];
}

/* Makes a sound of 44,100 Hz, of at least a segment, follow the first bands of an attack. */
static void follow_attack(ndm_engine *e, float *samples, int64_t n, const float *attack,
                          int64_t bands) {
    const ndm_model *m = e->model;
    const AttackGrid *grid = &m->full_attack;
    float now[ATTACK_VALUES], missing[ATTACK_VALUES];
    n = n < grid->segment ? n : grid->segment;
    for (int64_t b = 2; b < bands; b++) {
        const float *row = attack + b * ATTACK_STEPS, *impulse = m->impulse + (b - 2) * grid->segment;
        float first = expf(row[0]), second = expf(row[1]);
        float size = sqrtf((float)(0.15 * FULL_RATE * 0.001) * (first * first + second * second));
        for (int64_t i = 0; i < n; i++) samples[i] += size * impulse[i];
    }
    for (int round = 0; round < 2; round++) {
        open_gate(m, samples);
        split(grid, samples, n, e);
        band_levels(grid, e, n, 1.0f, now);
        for (int64_t i = 0; i < bands * ATTACK_STEPS; i++) missing[i] = cut(attack[i] - now[i]);
        add_gains(grid, e, missing, bands, samples, n);
    }
    open_gate(m, samples);
}
#endif

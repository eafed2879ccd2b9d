/* What the model hears of an own sound: anchors/own_sound.py and signal/levels.py are the reference. */
#ifndef NDM_HEAR_H
#define NDM_HEAR_H
#include "../../bender.h"
#include "../attack.h"
#include "../resample.h"

#define FAINTEST 1e-15f /* quieter is silence, of a sound and of its core: factors to 1 stay numbers */

/* Lays samples, times a gain, out in rows of one sample of every hop, so that frames lie in the lanes. Sample
 * `first`, which may lie outside of them, is the first one of the first frame. */
static void lay_frames(const float *x, int64_t n, int64_t first, float gain, int64_t hop, int64_t columns, float *rows,
                       int64_t stride) {
    for (int64_t r = 0; r < columns; r++) {
        int64_t at = first + r * hop, low = -at, high = n - at;
        low = low < 0 ? 0 : low > hop ? hop : low;
        high = high < low ? low : high > hop ? hop : high;
        for (int64_t j = 0; j < low; j++) rows[j * stride + r] = 0;
        for (int64_t j = low; j < high; j++) rows[j * stride + r] = x[at + j] * gain;
        for (int64_t j = high; j < hop; j++) rows[j * stride + r] = 0;
    }
}

/* Columns of rows for so many frames of `size` samples, and the floats from one row to the next: not a power of two,
 * so that the rows of a column do not share a place in the processor's cache. */
INLINE int64_t columns_of(int64_t frames, int64_t size, int64_t hop) { return rounded(frames) + size / hop; }
INLINE int64_t rows_stride(int64_t columns) { return ((columns + 15) / 16 | 1) * 16; }

/* Transforms VL windowed frames, of `size` samples with zeros after them, into e->fft_a and e->fft_b by places. */
static void transform_frames(const RealFft *fft, ndm_engine *e, const float *rows, int64_t stride, int64_t hop,
                             int64_t t, const float *window, int64_t size) {
    float *a = e->fft_a, *b = e->fft_b;
    for (int64_t k = 0; k < size / hop; k++)
        for (int64_t j = 0; j < hop; j += 2) {
            int64_t i = k * hop + j;
            const float *from = rows + j * stride + t + k;
            store(a + i / 2 * VL, load(from) * window[i]);
            store(b + i / 2 * VL, load(from + stride) * window[i + 1]);
        }
    memset(a + size / 2 * VL, 0, (size_t)((fft->n - size) / 2 * VL) * sizeof *a);
    memset(b + size / 2 * VL, 0, (size_t)((fft->n - size) / 2 * VL) * sizeof *b);
    forward_to_places(&fft->half, VL, a, b);
}

/* The power of VL frames in each bin, frames side by side. */
static void powers(const RealFft *fft, const ndm_engine *e, float *out) {
    int64_t half = fft->n / 2;
    for (int64_t k = 0; k <= half / 2; k++) {
        C low, high;
        real_bins(fft, k, e->fft_a, e->fft_b, &low, &high);
        store(out + k * VL, low.r * low.r + low.i * low.i);
        store(out + (half - k) * VL, high.r * high.r + high.i * high.i);
    }
}

/* The log-mel of the first n samples of a core, what follows being silent. */
static void hear_core(ndm_bender *b, const float *core, int64_t n, float *out) {
    const ndm_model *m = b->model;
    const Sparse *bank = &m->bank;
    int64_t size = m->spec.win_length, hop = m->spec.hop_length, frames = (n + size / 2) / hop + 1;
    if (frames > m->frames) frames = m->frames;
    int64_t columns = columns_of(frames, size, hop), stride = rows_stride(columns);
    lay_frames(core, n, -size / 2, 1, hop, columns, b->rows[0], stride);
    for (int64_t t = 0; t < m->stride; t += VL) {
        if (t < frames) {
            transform_frames(&m->long_fft, &b->engine, b->rows[0], stride, hop, t, m->window, size);
            powers(&m->long_fft, &b->engine, b->bins);
            for (int64_t k = 0; k <= m->spec.n_fft / 2; k++) store(b->bins + k * VL, root(load(b->bins + k * VL)));
        }
        for (int64_t band = 0; band < bank->rows; band++) {
            const float *weight = bank->weight + bank->first[band], *from = b->bins + bank->from[band] * VL;
            int64_t count = t < frames ? bank->first[band + 1] - bank->first[band] : 0;
            V sum = all(0);
            for (int64_t i = 0; i < count; i++) sum += weight[i] * load(from + i * VL);
            store(out + band * m->stride + t, v_log(sum + m->log_eps));
        }
    }
}

/* The levels of the air in n samples at 44,100 Hz, times a gain. */
static void hear_air(ndm_bender *b, const float *x, int64_t n, float gain, float *out) {
    const ndm_model *m = b->model;
    int64_t hop = m->air_hop, frames = (n + AIR_WINDOW / 2) / hop + 1;
    if (frames > m->frames) frames = m->frames;
    int64_t size = AIR_WINDOW, columns = columns_of(frames, size, hop), stride = rows_stride(columns);
    double squares = 0;
    for (int i = 0; i < AIR_WINDOW; i++) squares += (double)b->air_window[i] * b->air_window[i];
    float scale = (float)(2.0 / AIR_WINDOW / squares);
    lay_frames(x, n, -AIR_WINDOW / 2, gain, hop, columns, b->rows[0], stride);
    for (int64_t t = 0; t < m->stride; t += VL) {
        if (t < frames) {
            transform_frames(&m->air_fft, &b->engine, b->rows[0], stride, hop, t, b->air_window, size);
            powers(&m->air_fft, &b->engine, b->bins);
        }
        for (int band = 0; band < AIR_BANDS; band++) {
            V sum = all(0);
            for (int64_t k = b->air_edge[band]; t < frames && k < b->air_edge[band + 1]; k++) sum += load(b->bins + k * VL);
            store(out + band * m->stride + t, v_log(root(sum * scale) + ATTACK_FLOOR));
        }
    }
}

/* Hears the bender's sound: its levels, and the factor from its samples to their scale. False if it is silent. */
static int hear(ndm_bender *b, LevelSet *out, double *scale) {
    const ndm_model *m = b->model;
    const Shape *now = &b->shaper.now;
    float *mono = b->shaper.spare[0], *full = b->full;
    int64_t start = now->onset - FULL_PRE_ROLL, before = start < 0 ? -start : 0, late = m->spec.pre_roll - FULL_PRE_ROLL / 2;
    without_drift(mono_of(&b->shaper), now->n, mono);
    if (start > 0) mono += start;
    int64_t sounding = now->n - (start > 0 ? start : 0), n = before + sounding;
    float peak = largest_size(mono, sounding);
    if (!(peak >= FAINTEST)) return 0;
    int64_t count = n < FULL_SAMPLES ? n : FULL_SAMPLES;
    memset(full, 0, (size_t)(count > SEGMENT ? before : SEGMENT) * sizeof *full);
    for (int64_t i = before; i < count; i++) full[i] = mono[i - before];
    if (n > count) fade_out(full, count, FULL_FADE);
    for (int64_t i = before; i < count; i++) full[i] /= peak;
    /* The core's onset lies where the spec has it. */
    float *core = b->core;
    memset(core, 0, (size_t)(late > 0 ? late : 0) * sizeof *core);
    int64_t cored = halve_rate(&b->engine, full, count, core + (late > 0 ? late : 0)) + late;
    if (late < 0) core -= late;
    if (cored > m->spec.n_samples) {
        cored = m->spec.n_samples;
        fade_out(core, cored, CORE_FADE);
    }
    float loudest = largest_size(core, cored);
    if (!(loudest >= FAINTEST)) return 0;
    for (int64_t i = 0; i < cored; i++) core[i] /= loudest;
    double gain = 1 / (double)loudest;
    hear_core(b, core, cored, out->mel);
    hear_air(b, full, count, (float)gain, out->air);
    split(&m->full_attack, full, SEGMENT, &b->engine);
    band_levels(&m->full_attack, &b->engine, SEGMENT, (float)gain, out->attack);
    *scale = gain / peak;
    return 1;
}
#endif

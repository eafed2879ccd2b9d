/* Noise from 10.5 to 20 kHz with the levels of eight bands: detail/air.py is the reference. */
#ifndef NDM_AIR_H
#define NDM_AIR_H
#include "inverter.h"
#include "random.h"

#define AIR_FLOOR 1e-4f
#define QUIET 2e-4f

/* Adds air to n samples of a sound at 44,100 Hz. */
static void add_air(ndm_engine *e, const float *levels, uint32_t seed, float *out, int64_t n) {
    const ndm_model *m = e->model;
    const RealFft *fft = &m->air_fft;
    int64_t bins = m->air_bins, hop = m->air_hop, half = AIR_WINDOW / 2, sounding = 0;
    int64_t stride = m->stride + AIR_WINDOW / hop + LANES;
    float *rms = e->frames_b; /* bands by frames */
    stride = stride / LANES * LANES;
    for (int64_t b = 0; b < AIR_BANDS; b++)
        for (int64_t t = 0; t < m->stride; t += VL) {
            V x = v_exp(load(levels + b * m->stride + t)) - AIR_FLOOR;
            store(rms + b * m->stride + t, pick(x > all(QUIET), x, all(0)));
        }
    for (int64_t b = 0; b < AIR_BANDS; b++)
        for (int64_t t = 0; t < m->frames; t++)
            if (rms[b * m->stride + t] > 0 && t + 1 > sounding) sounding = t + 1;
    if (!sounding) return;
    Random random;
    int32_t picked[1024 + LANES];
    random_seed(&random, seed);
    for (int64_t t = 0; t < m->stride; t++)
        picked[t] = t < m->frames ? (int32_t)(random_word(&random) & (AIR_FRAMES - 1)) : 0;
    float *rows = e->air_rows;
    memset(rows, 0, (size_t)(hop * stride) * sizeof *rows);
    for (int64_t t = 0; t < sounding; t += VL) {
        memset(e->fft_a, 0, (size_t)(half * VL) * sizeof *rows);
        memset(e->fft_b, 0, (size_t)(half * VL) * sizeof *rows);
        V level[AIR_BANDS];
        for (int b = 0; b < AIR_BANDS; b++) {
            float values[VL];
            for (int k = 0; k < VL; k++)
                values[k] = t + k < sounding ? rms[b * m->stride + t + k] : 0;
            memcpy(level + b, values, sizeof *level);
        }
        /* Only the bins of the air have something in them: the others, and their mirror images, not. */
        for (int64_t k = 1; k <= half / 2; k++) {
            C x[2];
            for (int h = 0; h < 2; h++) {
                int64_t bin = (h ? half - k : k) - m->air_first;
                x[h] = (C){all(0), all(0)};
                if (bin < 0 || bin >= bins) continue;
                V size = all(0);
                float re[VL], im[VL];
                for (int b = 0; b < AIR_BANDS; b++) {
                    float share = m->air_shape[b * bins + bin];
                    if (share != 0) size += share * level[b];
                }
                for (int i = 0; i < VL; i++) {
                    const float *noise = m->air_bank + (int64_t)picked[t + i] * 2 * bins + bin;
                    re[i] = noise[0];
                    im[i] = noise[bins];
                }
                memcpy(&x[h].r, re, sizeof re);
                memcpy(&x[h].i, im, sizeof im);
                x[h].r *= size;
                x[h].i *= size;
            }
            set_real_bins(fft, k, x[0], x[1], e->fft_a, e->fft_b);
        }
        add_frames(fft, e->fft_a, e->fft_b, t, m->air_root, hop, 1.0f / AIR_WINDOW, rows, stride);
    }
    int64_t whole = (sounding + AIR_WINDOW / hop - 1) * hop - half;
    if (whole > m->frames * hop) whole = m->frames * hop;
    if (whole > n) whole = n;
    for (int64_t i = 0; i < whole; i++)
        out[i] += rows[(i + half) % hop * stride + (i + half) / hop];
}
#endif

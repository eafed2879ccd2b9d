/* Another take of a sound that has noise of its own: that noise is replaced where it is noise
 * (detail/detail.py and grain.py are the reference). */
#ifndef NDM_OTHER_TAKE_H
#define NDM_OTHER_TAKE_H
#include "detail.h"

enum { ROUGH_TAKES = 24 }; /* whose mean is the roughness of white noise */

/* The running mean over 5 frames; the ends are repeated. */
static void mean_of_frames(const ndm_model *m, const float *x, float *out) {
    int64_t last = m->frames - 1;
    for (int64_t b = 0; b < m->spec.n_mels; b++, x += m->stride, out += m->stride)
        for (int64_t t = 0; t <= last; t++) {
            float sum = 0;
            for (int64_t k = t - 2; k <= t + 2; k++) sum += x[k < 0 ? 0 : k > last ? last : k];
            out[t] = sum / 5;
        }
}

/* The running mean over so many bands on either side; the ends are repeated. */
static void mean_of_bands(const ndm_model *m, const float *x, int64_t reach, float *out) {
    int64_t last = m->spec.n_mels - 1;
    for (int64_t t = 0; t < m->stride; t += VL)
        for (int64_t b = 0; b <= last; b++) {
            V sum = all(0);
            for (int64_t k = b - reach; k <= b + reach; k++)
                sum += load(x + (k < 0 ? 0 : k > last ? last : k) * m->stride + t);
            store(out + b * m->stride + t, sum / (float)(2 * reach + 1));
        }
}

/* What a log-mel has of noise along time, in e->phase_a, and how rough that is, in e->phase_b. */
static void roughness(ndm_engine *e, const float *log_mel) {
    const ndm_model *m = e->model;
    int64_t cells = m->spec.n_mels * m->stride;
    float *jumps = e->phase_a, *rough = e->phase_b, *spare = e->phase_c;
    memset(spare, 0, (size_t)cells * sizeof *spare);
    mean_of_frames(m, log_mel, spare);
    FOR_LANES(i, cells) store(jumps + i, load(log_mel + i) - load(spare + i));
    mean_of_bands(m, jumps, 8, spare);
    FOR_LANES(i, cells) {
        V x = load(jumps + i) - load(spare + i);
        store(jumps + i, x);
        store(rough + i, x * x);
    }
    mean_of_bands(m, rough, 4, spare);
    mean_of_frames(m, spare, rough);
}

/* The roughness of white noise in each band. It takes 70 ms, once, and only sounds that need it. */
static void noise_roughness(ndm_engine *e) {
    const ndm_model *m = e->model;
    if (e->has_roughness) return;
    memset(e->noise_roughness, 0, (size_t)m->spec.n_mels * sizeof *e->noise_roughness);
    for (int32_t take = 0; take < ROUGH_TAKES; take++) {
        noise_jumps(e, take);
        roughness(e, e->jumps);
        for (int64_t b = 0; b < m->spec.n_mels; b++) {
            double sum = 0;
            for (int64_t t = 0; t < m->frames; t++) sum += e->phase_b[b * m->stride + t];
            e->noise_roughness[b] += (float)(sum / (double)(m->frames * ROUGH_TAKES));
        }
    }
    e->has_roughness = 1;
}

/* Logarithms of gains that make another take of e->levels, in e->gain. */
static void other_take(ndm_engine *e, int32_t take) {
    const ndm_model *m = e->model;
    noise_roughness(e);
    noise_jumps(e, take);
    roughness(e, e->levels.mel);
    for (int64_t b = 0; b < m->spec.n_mels; b++) {
        float white = e->noise_roughness[b];
        FOR_LANES(t, m->stride) {
            int64_t i = b * m->stride + t;
            V share = smaller(load(e->phase_b + i) / white, all(1)), amount = root(share);
            V kept = root(larger(1.0f - amount * amount, all(0)));
            store(e->gain + i, amount * load(e->jumps + i) - (1.0f - kept) * load(e->phase_a + i));
        }
    }
}

/* Logarithms of the gains that a sound's detail asks for, in e->gain; false if there are none. */
static int detail(ndm_engine *e, const ndm_sound *sound, int32_t take) {
    const ndm_model *m = e->model;
    if ((sound->without & NDM_NO_DETAIL) || (sound->exemplars && !take)) return 0;
    if (sound->exemplars) {
        other_take(e, take);
        return 1;
    }
    if (!m->partials && !m->grain) return 0;
    memset(e->gain, 0, (size_t)(m->spec.n_mels * m->stride) * sizeof *e->gain);
    for (int k = 0; k < 2; k++) {
        int32_t category = k ? sound->to : sound->category;
        float share = k ? sound->t : 1.0f - sound->t;
        if (!(share > 0)) continue;
        if (m->partials) add_partials(e, sound->code, category, share, e->gain);
        if (m->grain) add_grain(e, sound->code, category, take, share, e->gain);
    }
    return 1;
}
#endif

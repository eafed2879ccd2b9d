/* Partials and grain, which a mean spectrogram lacks: detail/partials.py, grain.py and noise.py are the
 * reference. */
#ifndef NDM_DETAIL_H
#define NDM_DETAIL_H
#include "inverter.h"
#include "random.h"

/* A linear map for a category, from a code and a constant 1 to so many variances. */
static void variances(const ndm_model *m, const float *weights, int64_t count, const float *code,
                      int category, float *out) {
    int64_t dim = m->latent_dim;
    const float *w = weights + (int64_t)category * (dim + 1) * count;
    for (int64_t i = 0; i < count; i++) out[i] = 0;
    for (int64_t k = 0; k < dim; k++)
        for (int64_t i = 0; i < count; i++) out[i] += code[k] * w[k * count + i];
    for (int64_t i = 0; i < count; i++) out[i] += w[dim * count + i];
}

/* Where a place lies between the middles of groups: the group before it and how far it is to the next. */
INLINE int64_t between_groups(int64_t i, int64_t group, int64_t groups, float *late) {
    double place = ((double)i + 0.5) / (double)group - 0.5;
    place = place < 0 ? 0 : place > (double)(groups - 1) ? (double)(groups - 1) : place;
    int64_t before = (int64_t)place;
    if (before > groups - 2) before = groups > 1 ? groups - 2 : 0;
    *late = (float)(place - (double)before);
    return before;
}

/* The height of each band, natural logarithms. */
static void partials(ndm_engine *e, const float *code, int category, float *pattern) {
    const ndm_model *m = e->model;
    int64_t n = m->spec.n_mels, stride = m->mel_stride, groups = m->partial_groups;
    float *variance = e->variance, *sum = e->one, *wave = e->frames_c;
    variances(m, m->partials, SCALES * groups, code, category, variance);
    for (int64_t i = 0; i < SCALES * groups; i++) variance[i] = variance[i] > 0 ? sqrtf(variance[i]) : 0;
    for (int64_t i = 0; i < m->cosines; i++) wave[i] = 0;
    for (int64_t k = 0; k < m->latent_dim; k++)
        for (int64_t i = 0; i < m->cosines; i++) wave[i] += code[k] * m->directions[k * m->cosines + i];
    for (int64_t i = 0; i < m->cosines; i++) wave[i] = cosf(wave[i] + m->phases[i]);
    memset(pattern, 0, (size_t)stride * sizeof *pattern);
    for (int scale = 0; scale < SCALES; scale++) {
        memset(sum, 0, (size_t)stride * sizeof *sum);
        for (int64_t i = m->order[scale]; i < m->order[scale + 1]; i++) {
            const float *cosine = m->cosine + (i - m->order[0]) * stride;
            float size = wave[i - m->order[0]];
            FOR_LANES(b, stride) store(sum + b, load(sum + b) + size * load(cosine + b));
        }
        for (int64_t b = 0; b < n; b++) {
            float late;
            int64_t g = scale * groups + between_groups(b, 64, groups, &late);
            float height = variance[g] * (1 - late) + (late > 0 ? variance[g + 1] * late : 0);
            pattern[b] += height * sum[b];
        }
    }
}

/* Adds a share of the heights of bands to logarithms of gains. */
static void add_partials(ndm_engine *e, const float *code, int category, float share, float *gain) {
    const ndm_model *m = e->model;
    float *pattern = e->frames_a;
    partials(e, code, category, pattern);
    for (int64_t b = 0; b < m->spec.n_mels; b++)
        FOR_LANES(t, m->stride) {
            float *to = gain + b * m->stride + t;
            store(to, load(to) + share * pattern[b]);
        }
}

/* The jumps of a take's white noise: its log-mel less each band's mean, in e->jumps. */
static void noise_jumps(ndm_engine *e, int32_t take) {
    enum { MARGIN = 2 };
    const ndm_model *m = e->model;
    const RealFft *fft = &m->long_fft;
    const Spec *s = &m->spec;
    int64_t hop = s->hop_length, stride = signal_stride(m) + LANES, half = fft->n / 2;
    int64_t first = s->win_length / hop / 2, rows = m->frames + 2 * MARGIN;
    float *noise = e->noise, *spectrum = e->phase_a;
    if (e->jumps_of == take) return;
    Random random;
    random_seed(&random, (uint32_t)take);
    memset(noise, 0, (size_t)(hop * stride) * sizeof *noise);
    for (int64_t i = 0; i < rows * hop; i++)
        noise[i % hop * stride + first + i / hop] = (float)random_normal(&random);
    for (int64_t t = 0; t < m->frames; t += VL) {
        memset(e->fft_a, 0, (size_t)(half * VL) * sizeof *noise);
        memset(e->fft_b, 0, (size_t)(half * VL) * sizeof *noise);
        for (int64_t i = 0; i < s->win_length; i += 2) {
            const float *from = noise + i % hop * stride + t + MARGIN + i / hop;
            store(e->fft_a + i / 2 * VL, load(from) * m->window[i]);
            store(e->fft_b + i / 2 * VL, load(from + stride) * m->window[i + 1]);
        }
        forward_to_places(&fft->half, VL, e->fft_a, e->fft_b);
        for (int64_t k = 0; k <= half / 2; k++) {
            C low, high;
            real_bins(fft, k, e->fft_a, e->fft_b, &low, &high);
            store(spectrum + k * VL, root(low.r * low.r + low.i * low.i));
            store(spectrum + (half - k) * VL, root(high.r * high.r + high.i * high.i));
        }
        for (int64_t b = 0; b < s->n_mels; b++) {
            V sum = all(0);
            const float *from = spectrum + m->bank.from[b] * VL;
            for (int64_t i = m->bank.first[b]; i < m->bank.first[b + 1]; i++)
                sum += m->bank.weight[i] * load(from + (i - m->bank.first[b]) * VL);
            store(e->jumps + b * m->stride + t, v_log(larger(sum, all(1e-30f))));
        }
    }
    for (int64_t b = 0; b < s->n_mels; b++) {
        float *row = e->jumps + b * m->stride;
        double sum = 0;
        for (int64_t t = 0; t < m->frames; t++) sum += row[t];
        float mean = (float)(sum / (double)m->frames);
        for (int64_t t = 0; t < m->stride; t++) row[t] = t < m->frames ? row[t] - mean : 0;
    }
    e->jumps_of = take;
}

/* Adds a share of a category's grain to logarithms of gains. */
static void add_grain(ndm_engine *e, const float *code, int category, int32_t take, float share,
                      float *gain) {
    const ndm_model *m = e->model;
    int64_t bands = m->grain_bands, frames = m->grain_frames;
    float *variance = e->variance, *wide = e->frames_b; /* groups of bands by frames */
    variances(m, m->grain, bands * frames, code, category, variance);
    noise_jumps(e, take);
    for (int64_t g = 0; g < bands; g++)
        for (int64_t t = 0; t < m->stride; t++) {
            float late;
            int64_t before = between_groups(t, 8, frames, &late);
            const float *v = variance + g * frames + before;
            wide[g * m->stride + t] = v[0] * (1 - late) + (late > 0 ? v[1] * late : 0);
        }
    for (int64_t b = 0; b < m->spec.n_mels; b++) {
        float late;
        int64_t before = between_groups(b, 32, bands, &late);
        const float *x = wide + before * m->stride, *y = bands > 1 ? x + m->stride : x;
        FOR_LANES(t, m->stride) {
            V amount = load(x + t) * (1 - late) + load(y + t) * late;
            amount = root(smaller(larger(amount, all(0)), all(1))) * share;
            float *to = gain + b * m->stride + t;
            store(to, load(to) + amount * load(e->jumps + b * m->stride + t));
        }
    }
}

#endif

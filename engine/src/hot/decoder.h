/* From a code to standardised levels: inference/frames.py is the reference. Frames are rows. */
#ifndef NDM_DECODER_H
#define NDM_DECODER_H
#include "matrix.h"

INLINE int64_t rounded(int64_t n) { return (n + LANES - 1) / LANES * LANES; }

static void depthwise(const Block *b, const float *x, int64_t frames, int64_t c, int64_t taps,
                      float *y) {
    int64_t stride = rounded(c), half = taps / 2;
    for (int64_t t = 0; t < frames; t++) {
        int64_t from = t < half ? half - t : 0, to = t + half < frames ? taps : frames - t + half;
        FOR_LANES(i, stride) {
            V sum = load(b->depthwise_bias + i);
            for (int64_t k = from; k < to; k++)
                sum += load(x + (t + k - half) * stride + i) * load(b->depthwise + k * stride + i);
            store(y + t * stride + i, sum);
        }
    }
}

/* Mean 0 and variance 1 over the channels of each frame, times gain plus bias. Channels from c on are
 * 0 and stay so, for their gain and bias are. */
static void layer_norm(float *x, int64_t frames, int64_t c, const float *gain, const float *bias,
                       const float *more, const float *plus) {
    int64_t stride = rounded(c);
    for (int64_t t = 0; t < frames; t++, x += stride) {
        V sum = all(0), square = all(0);
        FOR_LANES(i, stride) sum += load(x + i);
        float mean = sum_of(sum) / (float)c;
        FOR_LANES(i, stride) {
            V d = load(x + i) - mean;
            square += d * d;
        }
        float variance = (sum_of(square) - (float)(stride - c) * mean * mean) / (float)c;
        float scale = 1.0f / __builtin_sqrtf(variance + 1e-5f);
        FOR_LANES(i, stride) {
            V y = (load(x + i) - mean) * scale, g = load(gain + i), b = load(bias + i);
            if (more) {
                V factor = 1.0f + load(more + i);
                g *= factor;
                b = b * factor + load(plus + i);
            }
            store(x + i, y * g + b);
        }
    }
}

static void play_block(const ndm_model *m, ndm_engine *e, const Block *b, int category, int64_t frames,
                       int64_t c, float *x) {
    int64_t stride = rounded(c), wide = rounded(b->expand.out);
    depthwise(b, x, frames, c, m->sizes.kernel_size, e->rows_b);
    layer_norm(e->rows_b, frames, c, b->norm_gain, b->norm_bias, b->gain + category * stride,
               b->bias + category * stride);
    times(&b->expand, e->rows_b, stride, frames, 0, GELU, e->rows_c, wide);
    times(&b->contract, e->rows_c, wide, frames, x, PLAIN, x, stride);
}

/* Two frames of each: the even ones from the frame and the one before, the odd ones from the frame and
 * the one after. x has a row of zeros at either end. */
static void double_frames(const ndm_model *m, int level, const float *x, int64_t frames, int64_t from,
                          int64_t to, float *y) {
    int64_t in = rounded(from), out = rounded(to);
    times(&m->up_even[level], x - in, in, frames, 0, PLAIN, y, 2 * out);
    times(&m->up_odd[level], x, in, frames, 0, PLAIN, y + out, 2 * out);
}

/* Rows of levels as one product: the weights are its rows, the frames its panels. */
static void leave(const ndm_model *m, ndm_engine *e, const float *y, LevelSet *out, int standardised) {
    int64_t c = m->sizes.channels[0], stride = rounded(c), panels = m->stride / PANEL;
    for (int64_t p = 0; p < panels; p++)
        for (int64_t i = 0; i < c; i++)
            for (int64_t t = 0; t < PANEL; t++) {
                int64_t frame = p * PANEL + t;
                e->packed[(p * c + i) * PANEL + t] = frame < m->frames ? y[frame * stride + i] : 0;
            }
    Linear frames = {c, m->stride, panels, 0, e->packed, 0};
    const struct {
        float *to;
        const float *mean, *std;
        int64_t first, rows;
        float low, high;
    } parts[2] = {{out->mel, m->mel_mean, m->mel_std, 0, m->spec.n_mels, m->mel_floor, m->mel_top},
                  {out->air, m->air_mean, m->air_std, m->spec.n_mels, AIR_BANDS, m->air_floor, 1}};
    for (int k = 0; k < 2; k++) {
        int64_t first = parts[k].first, rows = parts[k].rows;
        times(&frames, m->leave + first * stride, stride, rows, 0, PLAIN, parts[k].to, m->stride);
        for (int64_t r = 0; r < rows; r++) {
            float bias = m->leave_bias[first + r], *row = parts[k].to + r * m->stride;
            if (standardised) {
                for (int64_t t = 0; t < m->stride; t++) row[t] = t < m->frames ? row[t] + bias : 0;
                continue;
            }
            FOR_LANES(t, m->stride) {
                V x = (load(row + t) + bias) * load(parts[k].std + r * m->stride + t) +
                      load(parts[k].mean + r * m->stride + t);
                store(row + t, smaller(larger(x, all(parts[k].low)), all(parts[k].high)));
            }
        }
    }
}

/* The levels of a code: natural logarithms, between silence and the loudest of full scale; or standardised
 * ones, what pads their rows being 0. */
static void decode_as(ndm_engine *e, const float *code, int category, LevelSet *out, int standardised) {
    const ndm_model *m = e->model;
    int last = m->sizes.channels_count - 1;
    int64_t frames = padded_frames(&m->sizes) >> last, c = m->sizes.channels[last];
    int64_t in = m->latent_dim;
    for (int64_t i = 0; i < in + m->categories; i++)
        e->one[i] = i < in ? code[i] : i - in == category ? 1.0f : 0.0f;
    times(&m->enter, e->one, 0, 1, 0, GELU, e->plan, 0);
    times(&m->attack_hidden, e->plan, 0, 1, 0, GELU, e->one, 0);
    float attack[ATTACK_VALUES + LANES];
    times(&m->attack, e->one, 0, 1, 0, PLAIN, attack, 0);
    for (int i = 0; i < ATTACK_VALUES; i++) {
        float x = attack[i] * m->attack_std[i] + m->attack_mean[i];
        /* Written so that what is no number becomes silence. */
        float bounded = x > m->air_floor ? (x < 1 ? x : 1) : m->air_floor;
        out->attack[i] = standardised ? attack[i] : bounded;
    }
    /* Rows of zeros stand before and after the frames. */
    float *x = e->rows_a + rounded(c), *flat = e->rows_c;
    times(&m->hidden, e->plan, 0, 1, 0, PLAIN, flat, 0);
    memset(e->rows_a, 0, (size_t)((frames + 2) * rounded(c)) * sizeof *x);
    for (int64_t i = 0; i < c; i++)
        for (int64_t t = 0; t < frames; t++) x[t * rounded(c) + i] = flat[i * frames + t];
    for (int level = 0;; level++) {
        for (int64_t b = 0; b < m->sizes.decoder_blocks; b++)
            play_block(m, e, &m->blocks[level][b], category, frames, c, x);
        if (level == last) break;
        int64_t next = m->sizes.channels[last - level - 1], stride = rounded(next);
        float *y = e->rows_b;
        double_frames(m, level, x, frames, c, next, y);
        frames *= 2;
        c = next;
        memset(e->rows_a, 0, (size_t)stride * sizeof *x);
        x = e->rows_a + stride;
        memcpy(x, y, (size_t)(frames * stride) * sizeof *x);
        memset(x + frames * stride, 0, (size_t)stride * sizeof *x);
    }
    layer_norm(x, m->frames, c, m->norm_gain, m->norm_bias, 0, 0);
    leave(m, e, x, out, standardised);
}

static void decode(ndm_engine *e, const float *code, int category, LevelSet *out) {
    decode_as(e, code, category, out, 0);
}
#endif

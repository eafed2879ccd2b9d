/* From levels to a code, and how well a code plays them: inference/frames.py and latent/search.py are the
 * reference. */
#ifndef NDM_HOT_ENCODER_H
#define NDM_HOT_ENCODER_H
#include "../encoder.h"
#include "decoder.h"

static LevelSet set_of(const ndm_encoder *n, float *vector) {
    return (LevelSet){vector, vector + n->core, vector + n->air};
}

/* Natural logarithms to standardised levels. */
static void standardise(const ndm_encoder *n, const float *mel, const float *air, const float *attack,
                        float *vector) {
    const ndm_model *m = n->model;
    LevelSet out = set_of(n, vector);
    memset(vector, 0, (size_t)n->size * sizeof *vector);
    const struct {
        const float *from, *mean, *std;
        float *to;
        int64_t rows;
    } parts[2] = {{mel, m->mel_mean, m->mel_std, out.mel, m->spec.n_mels},
                  {air, m->air_mean, m->air_std, out.air, AIR_BANDS}};
    for (int p = 0; p < 2; p++)
        for (int64_t r = 0; r < parts[p].rows; r++)
            for (int64_t t = 0; t < m->frames; t++) {
                int64_t at = r * m->stride + t;
                parts[p].to[at] =
                    (parts[p].from[r * m->frames + t] - parts[p].mean[at]) / parts[p].std[at];
            }
    for (int i = 0; i < ATTACK_VALUES; i++)
        out.attack[i] = (attack[i] - m->attack_mean[i]) / m->attack_std[i];
}

/* The encoder's code of standardised levels. */
static void encode(ndm_encoder *n, ndm_engine *e, int category, float *vector, float *code) {
    const ndm_model *m = n->model;
    const Sizes *s = &m->sizes;
    LevelSet in = set_of(n, vector);
    int64_t rows = m->spec.n_mels + AIR_BANDS, row = rounded(rows), frames = padded_frames(s);
    int64_t c = s->channels[0], stride = rounded(c);
    for (int64_t t = 0; t < m->frames; t++)
        for (int64_t r = 0; r < rows; r++)
            n->rows[t * row + r] = r < m->spec.n_mels ? in.mel[r * m->stride + t]
                                                      : in.air[(r - m->spec.n_mels) * m->stride + t];
    float *x = e->rows_a + stride;
    memset(e->rows_a, 0, (size_t)((frames + 2) * stride) * sizeof *x);
    times(&n->enter, n->rows, row, m->frames, 0, PLAIN, x, stride);
    for (int level = 0;; level++) {
        for (int64_t b = 0; b < s->encoder_blocks; b++)
            play_block(m, e, &n->blocks[level][b], category, frames, c, x);
        if (level == s->channels_count - 1) break;
        c = s->channels[level + 1];
        frames /= 2;
        times(&n->down[level], x - stride, 2 * stride, frames, 0, PLAIN, e->rows_b, rounded(c));
        stride = rounded(c);
        memset(e->rows_a, 0, (size_t)((frames + 2) * stride) * sizeof *x);
        x = e->rows_a + stride;
        memcpy(x, e->rows_b, (size_t)(frames * stride) * sizeof *x);
    }
    layer_norm(x, frames, c, n->norm_gain, n->norm_bias, 0, 0);
    times(&n->attack, in.attack, 0, 1, 0, PLAIN, n->plan, 0);
    times(&n->hidden, x, 0, 1, n->plan, PLAIN, e->plan, 0);
    FOR_LANES(i, rounded(n->hidden.out)) store(e->plan + i, gelu(load(e->plan + i)));
    times(&n->leave, e->plan, 0, 1, 0, PLAIN, e->one, 0);
    memcpy(code, e->one, (size_t)m->latent_dim * sizeof *code);
}

/* The magnitudes of a standardised core. */
static void core_magnitudes(const ndm_model *m, const float *vector, float *out) {
    FOR_LANES(i, m->spec.n_mels * m->stride) {
        V x = load(vector + i) * load(m->mel_std + i) + load(m->mel_mean + i);
        x = smaller(larger(x, all(m->mel_floor)), all(m->mel_top));
        store(out + i, larger(v_exp(x) - m->log_eps, all(0)));
    }
    for (int64_t b = 0; b < m->spec.n_mels; b++)
        for (int64_t t = m->frames; t < m->stride; t++) out[b * m->stride + t] = 0;
}

/* Decodes a code into a vector. */
static void decode_vector(ndm_encoder *n, ndm_engine *e, int category, const float *code, float *vector) {
    LevelSet out = set_of(n, vector);
    decode_as(e, code, category, &out, 1);
}

/* How far a decoded vector is from the one that is wanted; n->missing becomes the magnitudes it lacks. */
static Distance distance(ndm_encoder *n, const float *vector) {
    const ndm_model *m = n->model;
    int64_t ends[4] = {0, n->core, n->air, n->size};
    const float weights[3] = {1, AIR_WEIGHT, ATTACK_WEIGHT};
    Distance out = {0, 0};
    for (int p = 0; p < 3; p++)
        for (int64_t from = ends[p]; from < ends[p + 1]; from += COLUMNS) {
            int64_t to = from + COLUMNS < ends[p + 1] ? from + COLUMNS : ends[p + 1];
            V sum = all(0);
            for (int64_t i = from; i < to; i += VL) {
                V d = load(vector + i) - load(n->wanted + i);
                sum += d * d;
            }
            out.squares += (double)(weights[p] * sum_of(sum));
        }
    core_magnitudes(m, vector, n->missing);
    for (int64_t from = 0; from < n->core; from += m->stride) {
        V sum = all(0);
        for (int64_t i = from; i < from + m->stride; i += VL) {
            V d = load(n->magnitude + i) - load(n->missing + i);
            store(n->missing + i, d);
            sum += d * d;
        }
        out.missing += (double)sum_of(sum);
    }
    return out;
}

/* The squared error of the core alone. */
static double core_error(const ndm_encoder *n, const float *vector) {
    double out = 0;
    for (int64_t from = 0; from < n->core; from += n->model->stride) {
        V sum = all(0);
        for (int64_t i = from; i < from + n->model->stride; i += VL) {
            V d = load(vector + i) - load(n->wanted + i);
            sum += d * d;
        }
        out += (double)sum_of(sum);
    }
    return out;
}

/* Dot products of `rows` rows of a with four rows of b, over `count` columns. */
INLINE void dots(int rows, const float *a, const float *b, int64_t stride, int64_t count, double *out,
                 int64_t out_stride) {
    V sum[4][4];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < 4; j++) sum[i][j] = all(0);
    for (int64_t k = 0; k < count; k += VL) {
        V y[4];
        for (int j = 0; j < 4; j++) y[j] = load(b + j * stride + k);
        for (int i = 0; i < rows; i++) {
            V x = load(a + i * COLUMNS + k);
            for (int j = 0; j < 4; j++) sum[i][j] += x * y[j];
        }
    }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < 4; j++) out[i * out_stride + j] += (double)sum_of(sum[i][j]);
}

/* The Gauss-Newton matrix, whole columns of four wide, and its right-hand side at a code whose levels are
 * n->decoded. `share` is the weight of a squared magnitude that is missing. */
static void normal_equations(ndm_encoder *n, ndm_engine *e, int category, const float *code, float share) {
    const ndm_model *m = n->model;
    int64_t dim = m->latent_dim, wide = (dim + 3) / 4 * 4;
    float one = 1.0f / (float)(m->spec.n_mels * m->frames);
    FOR_LANES(i, n->size) {
        float weight = (i < n->core ? 1 : i < n->air ? AIR_WEIGHT : ATTACK_WEIGHT) * one;
        V curve = all(weight), toward = (load(n->wanted + i) - load(n->decoded + i)) * weight;
        if (i < n->core) {
            /* The slope of a magnitude is the magnitude times the slope of its logarithm. */
            V std = load(m->mel_std + i), x = load(n->decoded + i) * std + load(m->mel_mean + i);
            x = smaller(larger(x, all(m->mel_floor)), all(m->mel_top));
            V slope = (larger(v_exp(x) - m->log_eps, all(0)) + m->log_eps) * std;
            curve += slope * slope * share;
            toward += slope * load(n->missing + i) * share;
        }
        store(n->curve + i, curve);
        store(n->toward + i, toward);
    }
    memset(n->slopes + dim * n->size, 0, (size_t)((wide - dim) * n->size) * sizeof *n->slopes);
    for (int64_t k = 0; k < dim; k++) {
        float *slopes = n->slopes + k * n->size;
        memcpy(n->nudged, code, (size_t)dim * sizeof *code);
        n->nudged[k] += NUDGE;
        decode_vector(n, e, category, n->nudged, slopes);
        FOR_LANES(i, n->size) store(slopes + i, (load(slopes + i) - load(n->decoded + i)) * (1 / NUDGE));
    }
    memset(n->curvature, 0, (size_t)(wide * wide) * sizeof *n->curvature);
    memset(n->pull, 0, (size_t)dim * sizeof *n->pull);
    for (int64_t from = 0; from < n->size; from += COLUMNS) {
        int64_t count = n->size - from < COLUMNS ? n->size - from : COLUMNS;
        for (int64_t k = 0; k < wide; k++) {
            const float *slopes = n->slopes + k * n->size + from;
            float *scaled = n->scaled + k * COLUMNS;
            V sum = all(0);
            for (int64_t i = 0; i < count; i += VL) {
                V x = load(slopes + i);
                store(scaled + i, x * load(n->curve + from + i));
                sum += x * load(n->toward + from + i);
            }
            if (k < dim) n->pull[k] += (double)sum_of(sum);
        }
        for (int64_t i = 0; i < wide; i += 4)
            for (int64_t j = 0; j <= i; j += 4)
                dots(4, n->scaled + i * COLUMNS, n->slopes + j * n->size + from, n->size, count,
                     n->curvature + i * wide + j, wide);
    }
}
#endif

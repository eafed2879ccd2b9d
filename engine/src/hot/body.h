/* The body of a drum, found in its mel spectrogram: detail/body.py is the reference. */
#ifndef NDM_BODY_H
#define NDM_BODY_H
#include "model.h"
#include "oscillator.h"

/* The weighted mean over a few frames with a triangle; `reach` frames to either side. */
static void smooth(float *x, const float *weights, int64_t n, int reach, float *spare) {
    for (int64_t t = 0; t < n; t++) {
        float over = 0, under = 0;
        for (int64_t k = t - reach; k <= t + reach; k++) {
            if (k < 0 || k >= n) continue;
            float w = (1.0f - (float)(k < t ? t - k : k - t) / (float)(reach + 1)) * weights[k];
            over += w * x[k];
            under += w;
        }
        spare[t] = over / (under > 1e-20f ? under : 1e-20f);
    }
    memcpy(x, spare, (size_t)n * sizeof *x);
}

/* The mel magnitudes of a body, bands by frames, in e->pure. */
static void echo(ndm_engine *e, const Body *body) {
    const ndm_model *m = e->model;
    const EchoTables *echo = &m->body.echo;
    int64_t half = echo->window / 2, n = body->frames * echo->hop, stride = echo->dft_stride;
    float *wave = e->wave, *spectrum = e->spectrum;
    memset(wave, 0, (size_t)(n + 2 * half) * sizeof *wave);
    oscillate(body, echo->hop, echo->rate, echo->onset, n, wave + half, e->total);
    memset(wave + half, 0, (size_t)(echo->onset < n ? echo->onset : n) * sizeof *wave);
    for (int64_t t = 0; t < body->frames; t++) {
        for (int64_t k = 0; k < echo->bins; k += VL) {
            V re = all(0), im = all(0);
            for (int64_t i = 0; i < echo->window; i++) {
                float x = wave[t * echo->hop + i];
                re += x * load(echo->dft + i * 2 * stride + k);
                im += x * load(echo->dft + (i * 2 + 1) * stride + k);
            }
            store(spectrum + t * stride + k, root(re * re + im * im));
        }
    }
    const Sparse *bank = &echo->bank;
    for (int64_t b = 0; b < bank->rows; b++)
        for (int64_t t = 0; t < body->frames; t++) {
            const float *from = spectrum + t * stride + bank->from[b];
            float sum = 0;
            for (int64_t i = bank->first[b]; i < bank->first[b + 1]; i++)
                sum += bank->weight[i] * from[i - bank->first[b]];
            e->pure[b * m->stride + t] = sum;
        }
}

/* The path of the strongest ridge (Viterbi's algorithm) over every second band. */
static void ridge(ndm_engine *e, const float *logs, int64_t frames) {
    const BodyTables *b = &e->model->body;
    int64_t n = b->states, stride = e->model->stride;
    float total[1024], next[1024];
    for (int64_t i = 0; i < n; i++) total[i] = logs[(b->low + 2 * i) * stride];
    for (int64_t t = 1; t < frames; t++) {
        for (int64_t i = 0; i < n; i++) {
            const float *cost = b->costs + i * n;
            int64_t best = 0;
            float way = total[0] - cost[0];
            for (int64_t j = 1; j < n; j++)
                if (total[j] - cost[j] > way) {
                    way = total[j] - cost[j];
                    best = j;
                }
            e->back[t * n + i] = (int32_t)best;
            next[i] = way + logs[(b->low + 2 * i) * stride + t];
        }
        memcpy(total, next, (size_t)n * sizeof *total);
    }
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++)
        if (total[i] > total[best]) best = i;
    for (int64_t t = frames - 1; t >= 0; t--) {
        e->path[t] = (int32_t)(b->low + 2 * best);
        if (t) best = e->back[t * n + best];
    }
}

/* Moves a body nearer to its ridge: what is played from a ridge that falls would be another ridge. */
static void fit(ndm_engine *e, Body *body, const float *target) {
    const ndm_model *m = e->model;
    const EchoTables *tables = &m->body.echo;
    int64_t n = body->frames;
    float weights[1024 + LANES];
    for (int round = 0; round < 2; round++) {
        echo(e, body);
        for (int64_t t = 0; t < n; t++) {
            float under = 0, square = 0, aims = 0, has = 0;
            for (int64_t b = 0; b < tables->bands; b++) {
                float made = e->pure[b * m->stride + t], both = made * target[b * m->stride + t];
                under += both;
                square += made * made;
                aims += tables->centres[b] * both;
                has += tables->centres[b] * (made * made);
            }
            square = square > 1e-20f ? square : 1e-20f;
            float ratio = under / square, f = body->frequency[t];
            if (under > 0) f += aims / (under > 1e-20f ? under : 1e-20f) - has / square;
            body->frequency[t] = f < 32 ? 32 : f > 270 ? 270 : f;
            body->level[t] *= ratio < 0.5f ? 0.5f : ratio > 2 ? 2 : ratio;
        }
    }
    for (int64_t t = 0; t < n; t++) weights[t] = body->level[t] * body->level[t];
    smooth(body->frequency, weights, n, 1, e->frames_c);
}

INLINE float line(float x, float low, float high) {
    float y = (x - low) / (high - low);
    return y < 0 ? 0 : y > 1 ? 1 : y;
}

static float logarithm(const float *logs, int64_t stride, int64_t rows, int64_t band, int64_t t) {
    return logs[(band < 0 ? band + rows : band) * stride + t];
}

/* The first guess: the ridge's peaks, refined by a parabola. */
static void guess(ndm_engine *e, const float *logs, int64_t rows, Body *body, float *height) {
    const ndm_model *m = e->model;
    const BodyTables *tables = &m->body;
    float weights[1024 + LANES];
    for (int64_t t = 0; t < body->frames; t++) {
        int64_t band = e->path[t], best = band - 1;
        for (int64_t k = band; k <= band + 1; k++)
            if (logarithm(logs, m->stride, rows, k, t) > logarithm(logs, m->stride, rows, best, t))
                best = k;
        band = best < tables->low ? tables->low : best > tables->high - 1 ? tables->high - 1 : best;
        float left = logarithm(logs, m->stride, rows, band - 1, t), middle = logs[band * m->stride + t];
        float right = logs[(band + 1) * m->stride + t], bend = left - 2 * middle + right;
        float shift = 0.5f * (left - right) / (bend < -1e-6f ? bend : -1e-6f);
        shift = shift < -1 ? -1 : shift > 1 ? 1 : shift;
        double place = (double)band + shift, whole = floor(place);
        int64_t last = m->spec.n_mels - 1, at = (int64_t)whole;
        at = at < 0 ? 0 : at > last - 1 ? last - 1 : at;
        double low = tables->centres[at], high = tables->centres[at + 1];
        body->frequency[t] = (float)(low + (high - low) * fmin(fmax(place - (double)at, 0), 1));
        height[t] = expf(middle - 0.25f * (left - right) * shift);
        weights[t] = height[t] * height[t];
        body->level[t] = height[t] / (float)((double)m->spec.win_length / 4);
    }
    smooth(body->frequency, weights, body->frames, 2, e->frames_c);
}

/* Finds the body of mel magnitudes and takes it out of them, in place; false if no ridge stands out. */
static int find_body(ndm_engine *e, float *mel, Body *body) {
    const ndm_model *m = e->model;
    const BodyTables *tables = &m->body;
    int64_t stride = m->stride, rows = tables->high + 1, bands = tables->echo.bands;
    float *top = e->frames_a, *height = e->ridge, loudest = 0, most = 0;
    if (rows > m->spec.n_mels) rows = m->spec.n_mels;
    if (!tables->states || tables->high >= m->spec.n_mels) return 0;
    for (int64_t t = 0; t < stride; t++) top[t] = 0;
    V whole = all(0);
    for (int64_t b = 0; b < m->spec.n_mels; b++)
        FOR_LANES(t, stride) {
            V x = load(mel + b * stride + t);
            whole = larger(whole, x);
            if (b < rows) store(top + t, larger(load(top + t), x));
        }
    most = max_of(whole);
    for (int64_t t = 0; t < m->frames; t++) loudest = top[t] > loudest ? top[t] : loudest;
    if (!(loudest > 0.03f * most)) return 0;
    int64_t frames = m->frames;
    while (frames > 1 && !(top[frames - 1] > loudest * 1e-3f)) frames--;
    float *logs = e->phase_a;
    for (int64_t b = 0; b < rows; b++)
        FOR_LANES(t, stride)
        store(logs + b * stride + t, v_log(load(mel + b * stride + t) + 1e-6f * loudest));
    ridge(e, logs, frames);
    body->frames = frames;
    guess(e, logs, rows, body, height);
    fit(e, body, mel);
    echo(e, body);
    float share[1024 + LANES], squares[1024 + LANES];
    double weighted = 0, sum = 0;
    for (int64_t t = 0; t < frames; t++) {
        float explained = 0, power = 0;
        for (int64_t b = 0; b < bands; b++) {
            if (!(tables->echo.centres[b] < 2 * body->frequency[t])) continue;
            float x = mel[b * stride + t], y = e->pure[b * stride + t], least = x < y ? x : y;
            explained += least * least;
            power += x * x;
        }
        share[t] = explained / (power > 1e-20f ? power : 1e-20f);
        squares[t] = height[t] * height[t];
        weighted += (double)share[t] * squares[t];
        sum += squares[t];
    }
    float pure = line((float)(weighted / sum), 0.5f, 0.65f), any = 0;
    smooth(share, squares, frames, 2, e->frames_c);
    for (int64_t t = 0; t < frames; t++) {
        share[t] = line(share[t], 0.3f, 0.5f) * pure;
        any = share[t] > any ? share[t] : any;
    }
    if (!(any > 0)) return 0;
    for (int64_t b = 0; b < bands; b++) {
        float *row = mel + b * stride, *echoed = e->pure + b * stride;
        float above = log2f(tables->echo.centres[b]);
        for (int64_t t = 0; t < frames; t++) {
            float within = 4 * (log2f(2 * body->frequency[t]) - above) + 0.5f;
            within = (within < 0 ? 0 : within > 1 ? 1 : within) * share[t];
            float left = row[t] > echoed[t] ? row[t] - echoed[t] : 0;
            row[t] += within * (0.2f * left - row[t]);
        }
    }
    for (int64_t t = 0; t < frames; t++) body->level[t] *= share[t];
    return 1;
}
#endif

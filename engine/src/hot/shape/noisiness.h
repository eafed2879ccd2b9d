/* A noisier sound: noise with its own spectrum at each moment takes the place of a part of it. A purer one:
 * what stands out of its spectrum stands out more. wishes/noise.py and wishes/resonance.py are the
 * reference. */
#ifndef NDM_NOISINESS_H
#define NDM_NOISINESS_H
#include "random.h"
#include "spectrum.h"

enum { NOISE_ROUNDS = 6, NOISE_ABOUT = 5, NOISE_GATE = 22 };

#define MOST_SHARP 3.0
#define MOST_NEPERS 3.5f

/* The phases of the noise in each frame: the same for all sounds. */
static void draw_noise(ndm_shaper *s, int64_t frames) {
    if (frames <= s->noise_frames) return;
    int64_t known = s->noise_frames * NOISE_BINS, wanted = frames * NOISE_BINS;
    for (int64_t i = known; i < wanted; i++) s->noise_real[i] = (float)random_sample(&s->noise);
    for (int64_t i = known; i < wanted; i++) {
        double angle = TWO_PI * (double)s->noise_real[i];
        s->noise_real[i] = (float)cos(angle);
        s->noise_imaginary[i] = (float)sin(angle);
    }
    s->noise_frames = frames;
}

/* Noise like a channel, into `out`: its spectrum without its partials. */
APART void like_noise(ndm_shaper *s, const float *x, int64_t n, int64_t onset, float *out) {
    int64_t frames = (n + NOISE_SIZE + NOISE_HOP - 1) / NOISE_HOP + 1;
    float *frame = s->rows, *re = frame + NOISE_SIZE, *im = re + NOISE_BINS + VL;
    double sum[NOISE_BINS + 1];
    draw_noise(s, frames);
    memset(out, 0, (size_t)n * sizeof *out);
    for (int64_t f = 0; f < frames; f++) {
        int64_t first = f * NOISE_HOP - (NOISE_SIZE - NOISE_HOP);
        for (int64_t i = 0; i < NOISE_SIZE; i++) {
            int64_t at = first + i;
            frame[i] = at >= 0 && at < n ? x[at] * s->noise_window[i] : 0;
        }
        real_forward(s, frame, NOISE_SIZE, NOISE_SIZE, re, im);
        sum[0] = 0;
        for (int k = 0; k < NOISE_BINS; k++) sum[k + 1] = sum[k] + (double)(re[k] * re[k] + im[k] * im[k]);
        const float *c = s->noise_real + f * NOISE_BINS, *d = s->noise_imaginary + f * NOISE_BINS;
        for (int k = 0; k < NOISE_BINS; k++) {
            int from = k < NOISE_ABOUT ? 0 : k - NOISE_ABOUT;
            int to = k + NOISE_ABOUT + 1 < NOISE_BINS ? k + NOISE_ABOUT + 1 : NOISE_BINS;
            float size = k ? sqrtf((float)fmax((sum[to] - sum[from]) / (to - from), 0)) : 0;
            re[k] = size * c[k];
            im[k] = size * d[k];
        }
        real_inverse(s, re, im, NOISE_SIZE, frame, NOISE_SIZE);
        for (int64_t i = first < 0 ? -first : 0; i < NOISE_SIZE && first + i < n; i++)
            out[first + i] += frame[i] * (s->noise_window[i] / 1.5f);
    }
    int64_t gate = at_most(onset, NOISE_GATE);
    for (int64_t i = 0; i < onset && i < n; i++) {
        int64_t into = i - (onset - gate) + NOISE_GATE - gate;
        out[i] *= i < onset - gate ? 0 : (float)(0.5 - 0.5 * cos(TWO_PI / 2 * (double)into / NOISE_GATE));
    }
}

APART double mixed_noisiness(ndm_shaper *s, const float *re, const float *im, const float *noise_re,
                              const float *noise_im, double angle, int64_t bins) {
    float own = (float)cos(angle), its = (float)sin(angle);
    for (int64_t k = 0; k < bins; k++) {
        float a = own * re[k] + its * noise_re[k], b = own * im[k] + its * noise_im[k];
        s->raw[k] = a * a + b * b;
    }
    float least = 1e-20f + 1e-12f * (float)(sum_over(s->raw, bins) / (double)bins);
    FOR_LANES(k, bins) {
        V power = load(s->raw + k) + least;
        store(s->raw + k, power);
        store(s->logs + k, v_log(power));
    }
    return flatness(s->raw, s->logs, bins, s->now.rate);
}

APART void noisier(ndm_shaper *s, double wanted, double most) {
    Shape *now = &s->now;
    int64_t bins = bins_of(now), n = now->n;
    float *noise = s->mean, *re = s->response_real, *im = s->response_imaginary;
    float *own_re = s->bins_real[0], *own_im = s->bins_imaginary[0];
    for (int c = 0; c < now->channels; c++) like_noise(s, now->samples[c], n, now->onset, s->spare[c]);
    const float *mean_noise = s->spare[0];
    if (now->channels == 2) {
        for (int64_t i = 0; i < n; i++) noise[i] = (s->spare[0][i] + s->spare[1][i]) / 2;
        mean_noise = noise;
        for (int64_t k = 0; k < bins; k++) {
            own_re[k] = (own_re[k] + s->bins_real[1][k]) / 2;
            own_im[k] = (own_im[k] + s->bins_imaginary[1][k]) / 2;
        }
    }
    real_forward(s, mean_noise, n, now->size, re, im);
    double low = 0, high = asin(most);
    for (int i = 0; i < NOISE_ROUNDS; i++) {
        double middle = (low + high) / 2;
        if (mixed_noisiness(s, own_re, own_im, re, im, middle, bins) < wanted) low = middle;
        else high = middle;
    }
    float own = (float)cos((low + high) / 2), its = (float)sin((low + high) / 2);
    for (int c = 0; c < now->channels; c++)
        for (int64_t i = 0; i < n; i++) now->samples[c][i] = own * now->samples[c][i] + its * s->spare[c][i];
    changed(s, n);
}

/* Moving means over about so many numbers. */
APART void moving_means(ndm_shaper *s, const float *x, int64_t n, double width, float *out) {
    int64_t half = at_least(0, nearest(width / 2));
    double *total = s->total;
    total[0] = 0;
    for (int64_t i = 0; i < n; i++) total[i + 1] = total[i] + (double)x[i];
    for (int64_t i = 0; i < n; i++) {
        int64_t from = at_least(0, i - half), to = at_most(n, i + half + 1);
        out[i] = half ? (float)((total[to] - total[from]) / (double)(to - from)) : x[i];
    }
}

/* The gain of a sharper filter in nepers; s->fine has the logarithms, s->out what stands out. The energy of
 * each band of 500 Hz stays. */
APART void sharpen(ndm_shaper *s, double change, int64_t bins, int32_t rate, float *gain) {
    int64_t edges[MOST_EDGES], count = edges_of(bins, rate, edges);
    double middle[MOST_EDGES], level[MOST_EDGES];
    float share = (float)(change / (double)MOST_NEPERS);
    float *before = s->response_real, *after = s->response_imaginary;
    FOR_LANES(k, bins) {
        V x = v_tanh(load(s->out + k) * share) * MOST_NEPERS, logs = load(s->fine + k);
        store(gain + k, x);
        store(before + k, v_exp(logs));
        store(after + k, v_exp(logs + x * 2.0f));
    }
    for (int64_t b = 0; b < count; b++) {
        int64_t width = edges[b + 1] - edges[b];
        double was = sum_over(before + edges[b], width), is = sum_over(after + edges[b], width);
        level[b] = 0.5 * log(fmax(was, 1e-20) / fmax(is, 1e-20));
        middle[b] = (double)edges[b] + (double)width / 2;
    }
    for (int64_t k = 0, b = 0; k < bins; k++) {
        while (b + 1 < count && (double)k >= middle[b + 1]) b++;
        double between = level[b];
        if ((double)k > middle[b] && b + 1 < count)
            between += ((double)k - middle[b]) * (level[b + 1] - level[b]) / (middle[b + 1] - middle[b]);
        gain[k] += (float)between;
    }
}

static double sharpened_noisiness(ndm_shaper *s, double change, int64_t bins, int32_t rate) {
    sharpen(s, change, bins, rate, s->raw);
    FOR_LANES(k, bins) {
        V logs = load(s->fine + k) + load(s->raw + k) * 2.0f;
        store(s->logs + k, logs);
        store(s->response_real + k, v_exp(logs));
    }
    return flatness(s->response_real, s->logs, bins, rate);
}

APART void purer(ndm_shaper *s, double wanted, double most) {
    Shape *now = &s->now;
    int64_t bins = bins_of(now);
    double width = (double)now->rate / 2 / (double)(bins - 1), low = 0, high = most, change = most;
    float total = (float)(fmax(sum_over(s->power, bins), 1e-30) / (double)bins);
    FOR_LANES(k, bins) store(s->fine + k, v_log(load(s->power + k) / total + 1e-12f));
    moving_means(s, s->fine, bins, 12 / width, s->raw);
    moving_means(s, s->raw, bins, 300 / width, s->logs);
    FOR_LANES(k, bins) {
        V out = (load(s->raw + k) - load(s->logs + k)) * 0.5f;
        store(s->out + k, smaller(larger(out, all(-3)), all(3)));
    }
    if (sharpened_noisiness(s, high, bins, now->rate) < wanted) {
        for (int i = 0; i < NOISE_ROUNDS; i++) {
            double middle = (low + high) / 2;
            if (sharpened_noisiness(s, middle, bins, now->rate) > wanted) low = middle;
            else high = middle;
        }
        change = (low + high) / 2;
    }
    sharpen(s, change, bins, now->rate, s->raw);
    filtered_by(s, s->raw);
}

/* Gives the sound a noisiness. */
APART void set_noisiness(ndm_shaper *s, double wanted, int is_asked) {
    double off = wanted - noisiness(s);
    if (fabs(off) < (is_asked ? 0.01 : 0.03)) return;
    find_spectrum(s);
    if (off > 0) noisier(s, wanted, is_asked ? 1 : 0.3);
    else purer(s, wanted, is_asked ? MOST_SHARP : 0.5);
}
#endif

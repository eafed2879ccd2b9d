/* The sweep of a drum: by how many octaves its low end falls. wishes/sweep.py is the reference. */
#ifndef NDM_SWEEP_H
#define NDM_SWEEP_H
#include "stretch.h"

enum { SWEEP_HALVINGS = 14, SWEEP_TAPS = 16 };

#define SWEPT_SECONDS 0.06
#define SWEEP_MOST 3.0
#define SWEEP_UNHEARD 0.02

typedef struct {
    double re[LOW_SIZE], im[LOW_SIZE];
} LowBand;

/* The analytic low band of the first 0.3 s, at 4,000 Hz. */
APART void low_band(ndm_shaper *s, const float *x, int64_t given, int32_t rate, LowBand *band) {
    int64_t n = nearest(0.3 * (double)rate), bins = nearest(700 * (double)n / (double)rate);
    real_forward(s, x, at_most(n, given), n, s->response_real, s->response_imaginary);
    float *re = s->wave[0], *im = s->wave[1];
    memset(re, 0, LOW_SIZE * sizeof *re);
    memset(im, 0, LOW_SIZE * sizeof *im);
    for (int64_t k = 0; k < bins; k++) {
        double hz = (double)k * (double)rate / (double)n;
        double gain = held_in((700 - hz) / 200, 0, 1) * held_in((hz - 15) / 15, 0, 1);
        re[k] = (float)(s->response_real[k] * gain);
        im[k] = (float)(s->response_imaginary[k] * gain);
    }
    transform(s, LOW_SIZE, 1);
    for (int i = 0; i < LOW_SIZE; i++) {
        band->re[i] = (double)s->wave[0][i] / LOW_SIZE;
        band->im[i] = (double)s->wave[1][i] / LOW_SIZE;
    }
}

/* Where the low end begins: at a tenth of its highest magnitude. */
static int low_start(const LowBand *band) {
    double most = 0;
    int at = 0;
    for (int i = 0; i < LOW_SIZE; i++) most = fmax(most, band->re[i] * band->re[i] + band->im[i] * band->im[i]);
    while (at < LOW_SIZE && !(band->re[at] * band->re[at] + band->im[at] * band->im[at] > 0.01 * most)) at++;
    return at < LOW_SIZE ? at : 0;
}

/* The mean frequency of a window in Hz, weighted by power, and its mean power. */
static double low_frequency(const LowBand *band, int first, int last, double *power) {
    int count = (last + 1 < LOW_SIZE ? last + 1 : LOW_SIZE) - first;
    double re = 0, im = 0, sum = 0, whole = 0;
    *power = 0;
    if (count < 2) return 0;
    for (int i = 0; i < count - 1; i++) {
        double weight = 0.5 - 0.5 * cos(TWO_PI * (i + 1) / count);
        double a = band->re[first + i], b = band->im[first + i], c = band->re[first + i + 1], d = band->im[first + i + 1];
        re += weight * (a * c + b * d);
        im += weight * (a * d - b * c);
        sum += weight * (a * a + b * b);
        whole += weight;
    }
    *power = sum / whole;
    return atan2(im, re) * LOW_RATE / TWO_PI;
}

APART double fall_of(const LowBand *band) {
    double loud, left;
    int start = low_start(band);
    double early = low_frequency(band, start + 8, start + 88, &loud);
    double late = low_frequency(band, start + 240, start + 640, &left);
    if (loud <= 0 || left < 1e-4 * loud || early <= 0 || late <= 0) return NAN;
    return log2(early / late);
}

/* The low band with its start played faster or slower. */
APART void played(const LowBand *band, int start, double bend, LowBand *out) {
    double place = 0;
    for (int i = 0; i < LOW_SIZE; i++) {
        int whole = place < LOW_SIZE - 2 ? (int)place : LOW_SIZE - 2;
        double share = place - whole;
        int inside = place < LOW_SIZE - 1;
        out->re[i] = inside ? (1 - share) * band->re[whole] + share * band->re[whole + 1] : 0;
        out->im[i] = inside ? (1 - share) * band->im[whole] + share * band->im[whole + 1] : 0;
        double seconds = (double)(i - start) / LOW_RATE;
        if (seconds < 0 || seconds >= SWEPT_SECONDS) place += 1;
        else place += pow(2, bend * (1 + cos(TWO_PI / 2 * (seconds / SWEPT_SECONDS))) / 2);
    }
}

/* A sample between samples, by a sinc that is as much wider as they are passed faster. */
APART void between_samples(ndm_shaper *s, double place, double speed, int half, int64_t to) {
    Shape *now = &s->now;
    double wide = fmax(speed, 1), sum = 0, *kernel = s->blocks[1];
    int64_t whole = (int64_t)floor(place);
    double off = ((double)(whole - half + 1) - place) / wide, step = 1 / wide;
    double sine = sin(TWO_PI / 2 * off), cosine = cos(TWO_PI / 2 * off);
    double turn_sine = sin(TWO_PI / 2 * step), turn_cosine = cos(TWO_PI / 2 * step);
    double angle = TWO_PI / 2 / SWEEP_TAPS * off, slow_sine = sin(angle), slow_cosine = cos(angle);
    double slow_turn_sine = sin(TWO_PI / 2 / SWEEP_TAPS * step), slow_turn_cosine = cos(TWO_PI / 2 / SWEEP_TAPS * step);
    for (int i = 0; i < 2 * half; i++) {
        double x = off + i * step, window = fabs(x) < SWEEP_TAPS ? (1 + slow_cosine) / 2 : 0;
        kernel[i] = (fabs(x) < 1e-9 ? 1 : sine / (TWO_PI / 2 * x)) * window;
        sum += kernel[i];
        double next = sine * turn_cosine + cosine * turn_sine;
        cosine = cosine * turn_cosine - sine * turn_sine;
        sine = next;
        next = slow_sine * slow_turn_cosine + slow_cosine * slow_turn_sine;
        slow_cosine = slow_cosine * slow_turn_cosine - slow_sine * slow_turn_sine;
        slow_sine = next;
    }
    for (int c = 0; c < now->channels; c++) {
        double value = 0;
        for (int i = 0; i < 2 * half; i++) {
            int64_t at = whole - half + 1 + i;
            if (at >= 0 && at < now->n) value += kernel[i] * (double)now->samples[c][at];
        }
        s->spare[c][to] = (float)(value / sum);
    }
}

/* Plays the start faster or slower; all else moves by whole samples. */
APART void bend_start(ndm_shaper *s, int64_t start, double bend) {
    Shape *now = &s->now;
    double sr = (double)now->rate, *speed = s->total, total = 0, fastest = 1;
    int64_t n = now->n, length = at_most(nearest(SWEPT_SECONDS * sr), at_least(0, n - start));
    if (length < 2) return;
    for (int64_t i = 0; i < length; i++) {
        double share = held_in(((double)i + 0.5) / sr / SWEPT_SECONDS, 0, 1);
        speed[i] = pow(2, bend * (1 + cos(TWO_PI / 2 * share)) / 2);
        total += speed[i];
    }
    double exact = (double)nearest(total) / total, place = (double)start;
    for (int64_t i = 0; i < length; i++) {
        speed[i] *= exact;
        fastest = fmax(fastest, speed[i]);
    }
    int half = (int)ceil(SWEEP_TAPS * fastest);
    int64_t end = start + nearest(total), rest = at_most(at_least(0, n - end), n - start - length);
    for (int64_t i = 0; i < length; i++) {
        between_samples(s, place, speed[i], half, start + i);
        place += speed[i];
    }
    for (int c = 0; c < now->channels; c++) {
        float *out = s->spare[c], *own = now->samples[c];
        memcpy(out, own, (size_t)start * sizeof *out);
        if (rest > 0) memcpy(out + start + length, own + end, (size_t)rest * sizeof *out);
        memset(out + start + length + rest, 0, (size_t)(n - start - length - rest) * sizeof *out);
        s->spare[c] = own;
        now->samples[c] = out;
    }
    changed(s, n);
}

static double sweep_of(ndm_shaper *s) {
    LowBand band;
    low_band(s, mono_of(s), s->now.n, s->now.rate, &band);
    return fall_of(&band);
}

/* Gives the sound a sweep, if it has one. */
APART void set_sweep(ndm_shaper *s, double octaves) {
    LowBand band, other;
    low_band(s, mono_of(s), s->now.n, s->now.rate, &band);
    double now = fall_of(&band), low = -SWEEP_MOST, high = SWEEP_MOST;
    if (!isfinite(now) || fabs(now - octaves) < SWEEP_UNHEARD) return;
    int start = low_start(&band);
    for (int i = 0; i < SWEEP_HALVINGS; i++) {
        double bend = (low + high) / 2;
        played(&band, start, bend, &other);
        double reached = fall_of(&other);
        /* Where nothing is left of the late window, the bend is too great. */
        if (isfinite(reached) && reached < octaves) low = bend;
        else high = bend;
    }
    bend_start(s, nearest((double)start * (double)s->now.rate / LOW_RATE), (low + high) / 2);
}
#endif

/* How loud a sound is, and limits of its peaks: signal/loudness.py, detail/takes.py and detail/limit.py
 * are the reference. */
#include <math.h>

#include "filters.h"
#include "shaper.h"

void soft_limit(float *samples, int64_t count, float top) {
    float knee = 0.8f * top, room = 0.2f * top;
    for (int64_t i = 0; i < count; i++) {
        float size = fabsf(samples[i]);
        if (size > knee) samples[i] = copysignf(knee + room * tanhf((size - knee) / room), samples[i]);
    }
}

typedef struct {
    double b[3], a[3];
} Filter;

/* K-weighting (ITU-R BS.1770-4) at any rate, by the bilinear transform. */
static void k_weighting(double rate, Filter out[2]) {
    double k = tan(PI * 1681.974450955533 / rate), q = 0.7071752369554196;
    double high = pow(10, 3.999843853973347 / 20), middle = pow(high, 0.4996667741545416);
    double scale = 1 + k / q + k * k;
    out[0] = (Filter){{(high + middle * k / q + k * k) / scale, 2 * (k * k - high) / scale,
                       (high - middle * k / q + k * k) / scale},
                      {1, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale}};
    k = tan(PI * 38.13547087602444 / rate);
    q = 0.5003270373238773;
    scale = 1 + k / q + k * k;
    out[1] = (Filter){{1, -2, 1}, {1, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale}};
}

/* The sums of the weighted squares before each of `length` samples, and after the last one; what comes
 * after the n samples of a sound is silence. */
static void weigh(const float *x, int64_t n, int64_t length, int64_t rate, double *total) {
    Filter filter[2];
    double state[2][2] = {{0}}, sum = 0;
    k_weighting((double)rate, filter);
    for (int64_t first = 0; first < length; first += 64) {
        int64_t last = length - first < 64 ? length : first + 64;
        for (int64_t i = first; i < last; i++) {
            double y = i < n ? x[i] : 0;
            for (int f = 0; f < 2; f++) {
                const Filter *g = filter + f;
                double in = y;
                y = g->b[0] * in + state[f][0];
                state[f][0] = g->b[1] * in - g->a[1] * y + state[f][1];
                state[f][1] = g->b[2] * in - g->a[2] * y;
            }
            total[i] = sum;
            sum += y * y;
        }
        /* In silence the states fall until they are no normal numbers, which takes processors ten times as long. */
        for (int k = 0; k < 4; k++)
            if (fabs(state[k / 2][k % 2]) < 1e-100) state[k / 2][k % 2] = 0;
    }
    total[length] = sum;
}

static int64_t block_of(int64_t rate) { return (int64_t)nearbyint(0.4 * (double)rate); }
static int64_t step_of(int64_t rate) { return (int64_t)nearbyint(0.1 * (double)rate); }

static double in_lufs(double power) { return power > 0 ? -0.691 + 10 * log10(power) : -INFINITY; }

double loudness(const float *x, int64_t n, int64_t rate, double *total) {
    int64_t block = block_of(rate), step = step_of(rate), length = n > block ? n : block;
    weigh(x, n, length, rate, total);
    double floor = pow(10, (-70 + 0.691) / 10), mean = 0;
    for (int round = 0; round < 2; round++) {
        double kept = 0;
        int64_t count = 0;
        for (int64_t start = 0; start + block <= length; start += step) {
            double power = (total[start + block] - total[start]) / (double)block;
            if (!(power > floor)) continue;
            kept += power;
            count++;
        }
        if (!count) return -INFINITY;
        mean = kept / (double)count;
        floor = fmax(floor, mean * 0.1);
    }
    return in_lufs(mean);
}

double momentary_loudness(const float *x, int64_t n, int64_t rate, double *total) {
    int64_t block = block_of(rate), step = step_of(rate), length = n > block ? n : block;
    double most = 0;
    weigh(x, n, length, rate, total);
    for (int64_t start = 0; start + block <= length; start += step)
        most = fmax(most, (total[start + block] - total[start]) / (double)block);
    return in_lufs(most);
}

double momentary_loudness_whole(const float *x, int64_t n, int64_t rate, double *total) {
    int64_t block = block_of(rate), length = spectrum_size(n);
    if (n > block) return momentary_loudness(x, n, rate, total);
    weigh(x, n, length, rate, total);
    return in_lufs(total[length] / (double)block);
}

float peak_of(Heard sound) {
    float peak = 0;
    for (int64_t i = 0; i < sound.count * sound.channels; i++)
        peak = fmaxf(peak, fabsf(sound.samples[i]));
    return peak;
}

static double loudness_of(Heard sound, int32_t rate, float *mean, double *total) {
    const float *left = sound.samples, *right = left + sound.count;
    if (sound.channels == 1) return loudness(left, sound.count, rate, total);
    for (int64_t i = 0; i < sound.count; i++) mean[i] = (left[i] + right[i]) / 2;
    return loudness(mean, sound.count, rate, total);
}

void as_loud_as(Heard sound, Heard first, int32_t rate, float *mean, double *total) {
    float peak = peak_of(first), own = peak_of(sound);
    if (!(peak > 0) || !(own > 0)) return;
    double wanted = loudness_of(first, rate, mean, total);
    double given = loudness_of(sound, rate, mean, total);
    double change = isfinite(wanted) && isfinite(given) ? wanted - given : 0;
    float gain = (float)(pow(10, change / 20) / peak);
    for (int64_t i = 0; i < sound.count * sound.channels; i++) sound.samples[i] *= gain;
    if (own * gain > 1) soft_limit(sound.samples, sound.count * sound.channels, 1);
}

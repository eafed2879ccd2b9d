/* Where the hit in a recording begins: signal/onset.py and signal/full_hit.py are the reference. */
#include <math.h>
#include <string.h>

#include "bender.h"
#include "filters.h"

enum {
    HOP = 11,          /* samples from one level to the next, 0.25 ms; a level is that of four of them */
    LEAD = 40,         /* levels of silence in front, and those before the loud one that tell nothing of noise */
    KNOWN = 80,        /* fewer levels before a hit tell nothing of the noise, */
    MOST_KNOWN = 4000, /* and no more are looked at */
    GAP = 20,          /* levels between the bursts of a clap, at most */
    BEFORE = 353,      /* samples around the rise in which the onset is looked for */
    AFTER = 66,
    SMOOTH = 7,        /* samples on either side of a mean that is taken off bright sounds */
    BRIGHT = 1323      /* samples by which it is told that a sound is bright */
};

#define SILENCE_PEAK 3e-4
#define LEAST_SECONDS 0.005

static double decibels(double db) { return pow(10, db / 20); }

static int64_t levels_of(const float *x, int64_t n, double *out) {
    int64_t count = (n + HOP - 1) / HOP;
    double power[4] = {0};
    for (int64_t k = 0; k < count + 3; k++) {
        float sum = 0;
        for (int64_t i = k * HOP; i < (k + 1) * HOP && i < n; i++) sum += x[i] * x[i];
        power[k % 4] = sum;
        if (k >= 3) out[k - 3] = sqrt((power[0] + power[1] + power[2] + power[3]) / (4 * HOP));
    }
    return count;
}

static int64_t loudest_of(const double *level, int64_t n) {
    int64_t at = 0;
    for (int64_t i = 1; i < n; i++)
        if (level[i] > level[at]) at = i;
    return at;
}

/* Sorts numbers (Shell 1959): the C library's qsort would be a thirtieth of the WebAssembly. */
static void sort(double *x, int64_t n) {
    for (int64_t gap = n / 2; gap; gap = gap == 2 ? 1 : gap * 5 / 11)
        for (int64_t i = gap; i < n; i++) {
            double value = x[i];
            int64_t at = i;
            for (; at >= gap && x[at - gap] > value; at -= gap) x[at] = x[at - gap];
            x[at] = value;
        }
}

/* The level of the noise before a hit: the median; 0 where too little precedes it to tell. */
static double floor_of(const double *lead, int64_t n, double *spare) {
    int64_t count = n < MOST_KNOWN ? n : MOST_KNOWN;
    if (n < KNOWN) return 0;
    memcpy(spare, lead + n - count, (size_t)count * sizeof *spare);
    sort(spare, count);
    return (spare[(count - 1) / 2] + spare[count / 2]) / 2;
}

/* Whether the 30 ms from the loudest sample on lie above 3 kHz, by their energy. */
static int is_bright(const float *x, int64_t n) {
    double power = 0, slope = 0, edge = 2 * sin(PI * 3000 / FULL_RATE);
    for (int64_t i = 0; i < n && i < BRIGHT; i++) {
        double rise = i ? (double)x[i] - x[i - 1] : 0;
        power += (double)x[i] * x[i];
        slope += rise * rise;
    }
    return slope > power * (edge * edge);
}

static void without_lows(const float *x, int64_t n, float *out) {
    double sum = 0;
    for (int64_t i = 0; i < SMOOTH && i < n; i++) sum += x[i];
    for (int64_t i = 0; i < n; i++) {
        if (i + SMOOTH < n) sum += x[i + SMOOTH];
        if (i > SMOOTH) sum -= x[i - SMOOTH - 1];
        out[i] = x[i] - (float)(sum / (2 * SMOOTH + 1));
    }
}

/* The sample that best divides a signal into a quieter and a louder part (Maeda 1985). */
static int64_t divided(const float *x, int64_t n, double quiet) {
    double whole = 0, before = 0, least = INFINITY;
    int64_t best = 0;
    if (n < 4) return 0;
    for (int64_t i = 0; i < n; i++) whole += (double)x[i] * x[i];
    for (int64_t k = 0; k < n; k++) {
        double left = k ? before / (double)k : 0, right = fmax(whole - before, 0) / (double)(n - k);
        double cost = (double)k * log(left + quiet) + (double)(n - k) * log(right + quiet);
        if (cost < least) {
            least = cost;
            best = k;
        }
        before += (double)x[k] * x[k];
    }
    return best;
}

/* The onset of n samples, before which LEAD * HOP zeros lie; `end` becomes the sample where the hit ends. */
static int64_t onset_of(const ndm_bender *b, const float *x, int64_t n, int64_t *end) {
    int64_t pad = LEAD * HOP, length = n + pad;
    double *whole = b->shaper.total, *level = whole;
    int64_t count = levels_of(x, length, whole), loud = 0;
    double *spare = whole + 2 * (count + 4);
    int64_t brightest = loudest_of(whole, count) * HOP;
    const float *heard = x;
    if (is_bright(x + brightest, length - brightest)) {
        /* The thump of a pedal before a hat is low, and louder than the hat's rise. */
        float *high = b->shaper.spare[0];
        without_lows(x, length, high);
        heard = high;
        level = whole + count + 4;
        levels_of(heard, length, level);
    }
    double top = level[loudest_of(level, count)];
    while (loud < count - 1 && !(level[loud] >= top * decibels(-12))) loud++;
    int64_t lead = loud - LEAD > LEAD ? loud - LEAD - LEAD : 0;
    double floor = floor_of(level + LEAD, lead, spare), noise = floor_of(whole + LEAD, lead, spare);
    double rise = fmin(fmax(top * decibels(-26), floor * decibels(10)), level[loud]);
    /* Back to the start of the rise, over gaps as those between the bursts of a clap. */
    int64_t first = loud;
    for (int64_t k = loud; k >= 0 && first - k <= GAP; k--)
        if (level[k] >= rise) first = k;
    int64_t centre = (first + 4) * HOP, start = centre > BEFORE ? centre - BEFORE : 0;
    int64_t stop = centre + AFTER < length ? centre + AFTER : length;
    double quiet = fmax(floor, top * decibels(-34));
    int64_t onset = start + divided(heard + start, stop - start, quiet * quiet) - pad;
    if (onset < 0) onset = 0;
    /* It ends where it is 60 dB under its loudest level, or sinks into the noise. */
    double silent = fmax(whole[LEAD + loudest_of(whole + LEAD, count - LEAD)] * decibels(-60), noise * decibels(6));
    int64_t last = count - 1, from = LEAD + onset / HOP;
    while (last >= from && !(whole[last] > silent)) last--;
    *end = last < from ? 0 : (last - LEAD + 4) * HOP < n ? (last - LEAD + 4) * HOP : n;
    return onset;
}

ndm_status ndm_find_hit(ndm_bender *b, const float *samples, size_t count, size_t *onset) {
    Fault why = {NDM_OK, b->shaper.sentence};
    int64_t n = (int64_t)count, end;
    float *x = b->shaper.now.samples[0], scale = 0, peak = 0;
    b->shaper.sentence[0] = 0;
    *onset = 0;
    if (!count || count > ndm_most_bent((size_t)b->most))
        return fault(&why, NDM_BAD_VALUE, "a sound has 1 to %llu samples here, got %llu",
                     (unsigned long long)ndm_most_bent((size_t)b->most), (unsigned long long)count);
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(samples[i]))
            return fault(&why, NDM_BAD_VALUE, "holds NaN or infinite samples; export the sound again");
        scale = fmaxf(scale, fabsf(samples[i]));
    }
    if (!(scale > 0)) scale = 1;
    memset(x, 0, LEAD * HOP * sizeof *x);
    x += LEAD * HOP;
    for (int64_t i = 0; i < n; i++) x[i] = samples[i] / scale;
    without_drift(x, n, x);
    for (int64_t i = 0; i < n; i++) peak = fmaxf(peak, fabsf(x[i]));
    double loudest = (double)scale * peak;
    if (loudest < SILENCE_PEAK) {
        const char *place = "between 5 and 22050 Hz); a hit must peak above -70 dB";
        if (!(loudest > 0)) return fault(&why, NDM_BAD_VALUE, "silent (peak digital silence %s", place);
        return fault(&why, NDM_BAD_VALUE, "silent (peak %.0f dB %s", 20 * log10(loudest), place);
    }
    int64_t found = onset_of(b, x - LEAD * HOP, n, &end);
    double seconds = (double)(end - found) / FULL_RATE;
    if (seconds < LEAST_SECONDS)
        return fault(&why, NDM_BAD_VALUE, "%.1f ms long without its silence; a hit lasts at least 5 ms",
                     fmax(0, seconds) * 1000);
    *onset = (size_t)found;
    return NDM_OK;
}

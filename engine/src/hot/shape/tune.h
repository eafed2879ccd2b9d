/* Playing a sound faster or slower, as SoXR's quality HQ does: silence lies beyond its ends. */
#ifndef NDM_TUNE_H
#define NDM_TUNE_H
#include "sweep.h"

/* The filter's taps at a place between two samples, `share` of the way: they lie between those of a row and of the
 * row after it, so far towards the latter. */
INLINE const float *row_at(const ndm_shaper *s, double share, float *later) {
    double place = share * TUNE_PHASES;
    int64_t phase = (int64_t)place;
    *later = (float)(place - (double)phase);
    return s->tuning + phase * TUNE_TAPS;
}

INLINE V taps_at(const float *row, float later, int64_t k) {
    return load(row + k) * (1 - later) + load(row + TUNE_TAPS + k) * later;
}

/* Multiplies all frequencies of the sound. */
APART void tune(ndm_shaper *s, double ratio) {
    enum { BEFORE = TUNE_TAPS / 2 - 1 };
    Shape *now = &s->now;
    int64_t n = now->n, count = (int64_t)floor((double)n / ratio + 0.5);
    float taps[TUNE_TAPS], part[TUNE_TAPS];
    if (ratio == 1) return;
    if (!s->has_tuning) fill_tuning(s->tuning, s->total);
    s->has_tuning = 1;
    for (int c = 0; c < now->channels && ratio > 1; c++) memset(s->spare[c], 0, (size_t)count * sizeof *part);
    /* Slower: each sample that is made looks at those about it. Faster: each that there was goes into those about it,
     * so that the filter is as wide as the new samples are far apart. */
    for (int64_t i = 0; i < (ratio < 1 ? count : n); i++) {
        double place = ratio < 1 ? (double)i * ratio : (double)i / ratio;
        int64_t first = (int64_t)place - BEFORE, most = ratio < 1 ? n : count;
        float later;
        const float *row = row_at(s, place - floor(place), &later);
        int inside = first >= 0 && first + TUNE_TAPS <= most;
        int64_t from = at_least(0, -first), to = at_most(TUNE_TAPS, most - first);
        if (!inside) FOR_LANES(k, TUNE_TAPS) store(taps + k, taps_at(row, later, k));
        for (int c = 0; c < now->channels; c++) {
            float *out = s->spare[c], *x = now->samples[c];
            if (ratio < 1) {
                V sum = all(0);
                const float *near = x + first;
                if (!inside) {
                    memset(part, 0, sizeof part);
                    if (to > from) memcpy(part + from, x + first + from, (size_t)(to - from) * sizeof *part);
                    near = part;
                }
                FOR_LANES(k, TUNE_TAPS) sum += taps_at(row, later, k) * load(near + k);
                out[i] = sum_of(sum);
            } else {
                float size = x[i] / (float)ratio;
                if (inside)
                    FOR_LANES(k, TUNE_TAPS)
                    store(out + first + k, load(out + first + k) + taps_at(row, later, k) * size);
                else for (int64_t k = from; k < to; k++) out[first + k] += taps[k] * size;
            }
        }
    }
    for (int c = 0; c < now->channels; c++) {
        float *x = now->samples[c];
        now->samples[c] = s->spare[c];
        s->spare[c] = x;
    }
    now->onset = nearest((double)now->onset / ratio);
    changed(s, count);
}
#endif

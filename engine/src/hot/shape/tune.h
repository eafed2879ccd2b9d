/* Playing a sound faster or slower, as SoXR's quality HQ does: silence lies beyond its ends. */
#ifndef NDM_TUNE_H
#define NDM_TUNE_H
#include "sweep.h"

/* The filter's taps at a place between two samples, `share` of the way. */
INLINE const float *taps_at(const ndm_shaper *s, double share, float *into) {
    double place = share * TUNE_PHASES;
    int64_t phase = (int64_t)place;
    float later = (float)(place - (double)phase);
    const float *row = s->tuning + phase * TUNE_TAPS;
    FOR_LANES(k, TUNE_TAPS) store(into + k, load(row + k) * (1 - later) + load(row + TUNE_TAPS + k) * later);
    return into;
}

/* Multiplies all frequencies of the sound. */
APART void tune(ndm_shaper *s, double ratio) {
    enum { BEFORE = TUNE_TAPS / 2 - 1 };
    Shape *now = &s->now;
    int64_t n = now->n, count = (int64_t)floor((double)n / ratio + 0.5);
    float taps[TUNE_TAPS], part[2 * TUNE_TAPS];
    if (ratio == 1) return;
    if (!s->has_tuning) fill_tuning(s->tuning, s->total);
    s->has_tuning = 1;
    for (int c = 0; c < now->channels; c++) {
        float *out = s->spare[c], *x = now->samples[c];
        if (ratio > 1) memset(out, 0, (size_t)count * sizeof *out);
        /* Slower: each sample that is made looks at those about it. Faster: each that there was goes into those
         * about it, so that the filter is as wide as the new samples are far apart. */
        for (int64_t i = 0; i < (ratio < 1 ? count : n); i++) {
            double place = ratio < 1 ? (double)i * ratio : (double)i / ratio;
            int64_t first = (int64_t)place - BEFORE, most = ratio < 1 ? n : count;
            taps_at(s, place - floor(place), taps);
            int inside = first >= 0 && first + TUNE_TAPS <= most;
            int64_t from = at_least(0, -first), to = at_most(TUNE_TAPS, most - first);
            if (ratio < 1) {
                V sum = all(0);
                const float *near = x + first;
                if (!inside) {
                    memset(part, 0, TUNE_TAPS * sizeof *part);
                    if (to > from) memcpy(part + from, x + first + from, (size_t)(to - from) * sizeof *part);
                    near = part;
                }
                FOR_LANES(k, TUNE_TAPS) sum += load(taps + k) * load(near + k);
                out[i] = sum_of(sum);
            } else {
                float size = x[i] / (float)ratio;
                if (inside) FOR_LANES(k, TUNE_TAPS) store(out + first + k, load(out + first + k) + load(taps + k) * size);
                else for (int64_t k = from; k < to; k++) out[first + k] += taps[k] * size;
            }
        }
        s->spare[c] = x;
        now->samples[c] = out;
    }
    now->onset = nearest((double)now->onset / ratio);
    changed(s, count);
}
#endif

/* A sound without DC and subsonic drift: signal/drift.py is the reference. */
#include <math.h>

#include "bender.h"
#include "filters.h"

enum { DC_FRAME = 2646, DRIFT_BLOCK = 66 }; /* 60 and 1.5 ms */
#define DRIFT_HZ 5.0

/* The mean of the quietest frame, where it stands out of what moves there. */
static double dc_of(const float *x, int64_t n) {
    int64_t frame = n < DC_FRAME ? n : DC_FRAME;
    double quietest = INFINITY, dc = 0;
    for (int64_t first = 0; first + frame <= n; first += frame) {
        double sum = 0, squares = 0;
        for (int64_t i = first; i < first + frame; i++) {
            sum += x[i];
            squares += (double)x[i] * x[i];
        }
        double mean = sum / (double)frame, spread = squares / (double)frame - mean * mean;
        if (!(spread < quietest)) continue;
        quietest = spread;
        dc = mean * mean > spread ? mean : 0;
    }
    return dc;
}

void without_drift(const float *x, int64_t n, float *out) {
    double dc = dc_of(x, n), pole = exp(-2 * PI * DRIFT_HZ * DRIFT_BLOCK / FULL_RATE), drift = dc;
    /* The drift is read one block late, which is causal: nothing appears before a hit. */
    float from = (float)dc, to = (float)dc;
    for (int64_t first = 0; first < n; first += DRIFT_BLOCK) {
        int64_t count = n - first < DRIFT_BLOCK ? n - first : DRIFT_BLOCK;
        double sum = 0;
        for (int64_t i = first; i < first + count; i++) sum += x[i];
        for (int64_t i = 0; i < count; i++)
            out[first + i] = x[first + i] - (from + (to - from) * ((float)i / (float)DRIFT_BLOCK));
        drift = pole * drift + (1 - pole) * (sum / DRIFT_BLOCK);
        from = to;
        to = (float)drift;
    }
}

void fade_out(float *x, int64_t n, int64_t fade) {
    if (fade > n) fade = n;
    for (int64_t i = 0; i < fade; i++)
        x[n - fade + i] *= (float)(0.5 + 0.5 * cos(PI * (double)(i + 1) / (double)fade));
}

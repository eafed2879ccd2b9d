/* A stereo image whose mean is the mono sound: detail/width.py is the reference. */
#ifndef NDM_WIDTH_H
#define NDM_WIDTH_H
#include <math.h>

#include "random.h"
#include "vector.h"

/* The side signal of n samples at 44,100 Hz: what lies above 300 Hz, through sparse noise of 12 ms. */
static void side_signal(const float *x, int64_t n, float width, uint32_t seed, double *high, float *side) {
    enum { TAPS = 24, LONGEST = 529, HALF = 74 };
    int64_t delay[TAPS];
    double gain[TAPS], squares = 0, sum = 0;
    Random random;
    random_seed(&random, seed);
    for (int k = 0; k < TAPS; k++)
        delay[k] = (int64_t)((k + random_sample(&random)) * ((double)LONGEST / TAPS));
    for (int k = 0; k < TAPS; k++) {
        double sign = random_word(&random) & 1 ? 1 : -1;
        gain[k] = sign * exp(-3.0 * (double)delay[k] / LONGEST);
        squares += gain[k] * gain[k];
    }
    /* The mean around each sample is taken off; the sound waits for that mean's second half. */
    for (int64_t i = 0; i < n; i++) {
        sum += x[i];
        if (i > 2 * HALF) sum -= x[i - 2 * HALF - 1];
        high[i] = (i < HALF ? 0.0 : (double)x[i - HALF]) - sum / (2 * HALF + 1);
    }
    memset(side, 0, (size_t)n * sizeof *side);
    for (int k = 0; k < TAPS; k++) {
        float size = (float)(gain[k] / sqrt(squares)) * width;
        for (int64_t i = delay[k]; i < n; i++) side[i] += size * (float)high[i - delay[k]];
    }
}
#endif

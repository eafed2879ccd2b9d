/* How long each stage of a sound takes, for benchmarks/engine.py: only where NDM_TIMING is defined. */
#ifndef NDM_TIMING_H
#define NDM_TIMING_H
#include "model.h"
#include "vector.h"

#ifdef NDM_TIMING
#include <time.h>

static double seconds_now(void) {
    struct timespec now; /* of this thread: other programs do not count */
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Adds the time since the last call to a stage. */
static void lap(ndm_engine *e, Stage stage) {
    double now = seconds_now();
    e->seconds[stage] += now - e->lap;
    e->lap = now;
}

/* Multiply-adds a second that this processor can do with these vectors: no stage can be faster. */
static double peak(void) {
    enum { STEPS = 2000000, CHAINS = 12 };
    V sum[CHAINS], factor = all(0.999f), more = all(1e-3f);
    double best = 0;
    for (int k = 0; k < CHAINS; k++) sum[k] = all((float)k);
    for (int round = 0; round < 5; round++) {
        double start = seconds_now();
        for (int i = 0; i < STEPS; i++)
            for (int k = 0; k < CHAINS; k++) sum[k] = sum[k] * factor + more;
        double rate = (double)STEPS * CHAINS * VL / (seconds_now() - start);
        best = rate > best ? rate : best;
    }
    for (int k = 1; k < CHAINS; k++) sum[0] += sum[k];
    return sum_of(sum[0]) > 0 ? best : 0;
}
#else
#define lap(e, stage) ((void)0)
#endif
#endif

/* What hears own sounds and bends them: its working memory, and the sound on its way. */
#ifndef NDM_BENDER_H
#define NDM_BENDER_H
#include "ndm_own_sounds.h"
#include "shaper.h"

enum {
    FULL_SAMPLES = 2 * FULL_RATE,          /* of a sound that the model hears; */
    FULL_FADE = 2205,                      /* longer ones fade out, */
    CORE_FADE = 1102,                      /* cores likewise */
    BENT_OVERLAP = 4,                      /* frames that overlap at a sample of a bent sound */
    GATE = FULL_PRE_ROLL - START,          /* samples in which a change begins before the onset */
    BENT_FADE = 441                        /* samples in which it ends */
};

struct ndm_bender {
    ndm_memory memory;
    void *block;
    const ndm_model *model;
    int64_t most;      /* samples of a sound that comes, */
    int64_t longest;   /* and of one that is bent or mixed */
    ndm_engine engine; /* of an engine's memory, what bodies, attacks and transforms need */
    ndm_shaper shaper; /* the sound; of a shaper's memory, what resampling and loudness need */

    float *full, *core;       /* the sound as the model hears it, at both rates */
    float *air_window;
    int64_t air_edge[AIR_BANDS + 1]; /* the first bin of each band */
    float *rows[4], *bins;    /* frames side by side: what comes and what leaves of two channels; a frame's bins */
    LevelSet recording, base, moved;
    float *mel;               /* magnitudes */
    float *frequency[2], *level[2]; /* bodies */
    double *octaves, *weights;      /* of their frames */

    /* From the changes of core and air to those of the bins at 44,100 Hz: each lies between two bands. */
    RealFft bent_fft;
    float *bent_window, *along, *share;
    int32_t *below, *above;
};

/* drift.c: a sound at 44,100 Hz without DC and what moves slower than 5 Hz; `out` may be the sound. */
void without_drift(const float *x, int64_t n, float *out);
/* Fades out the last samples of a sound. */
void fade_out(float *x, int64_t n, int64_t fade);
#endif

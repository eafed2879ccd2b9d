/* What gives a sound values and softer strokes: its working memory, and the sound on its way. */
#ifndef NDM_SHAPER_H
#define NDM_SHAPER_H
#include <stdint.h>

#include "arena.h"
#include "model.h"
#include "ndm_engine.h"
#include "random.h"

enum {
    PLANS = 6,              /* lengths of transforms whose factors are kept */
    MOST_FACTOR = 128,      /* the largest prime factor of a length that is transformed by its factors */
    FILTER_SIZE = 4096,     /* samples of a smooth filter, and what lengths of transforms are multiples of */
    MOST_BANDS = 160,       /* of a spectrum that a filter is solved on */
    MOST_EDGES = 64,        /* bands that noisiness is measured in */
    NOISE_SIZE = 1024,
    NOISE_HOP = 256,
    NOISE_BINS = NOISE_SIZE / 2 + 1,
    STRETCH_SIZE = 2048,
    STRETCH_HOP = 512,
    STRETCH_BINS = STRETCH_SIZE / 2 + 1,
    ENVELOPE_STEPS = 16,    /* steps of silence before an envelope, and length of its windows */
    LOW_RATE = 4000,        /* at which the low band is looked at for its sweep, */
    LOW_SIZE = 1200,        /* and its samples: 0.3 s */
    TUNE_TAPS = 208,        /* of the filter that tunes a sound, on both sides together, */
    TUNE_PHASES = 512,      /* and its places between two samples */
    TUNE_BETWEEN = 11 * TUNE_PHASES + 1
};

/* A transform of n complex numbers by its factors. */
typedef struct {
    int64_t n;
    uint64_t used;
    int passes, radix[PASSES];
    float *real, *imaginary;           /* factors of the passes, one after the other */
    float *turn_real, *turn_imaginary; /* those that make a transform of 2 n real numbers of it */
} Plan;

/* The power of a sound in bands, and what a filter does to them. */
typedef struct {
    int count;
    double power[MOST_BANDS], hz[MOST_BANDS], shape[3][MOST_BANDS];
    double beside; /* octaves between the mean frequency and that of the bands' middles */
    int has_rest;
    double rest[3], rest_slopes[3][3]; /* values and slopes without a filter */
} Bands;

typedef struct {
    int64_t steps, step; /* of 0.5 ms; their samples */
    double *powers, *level, *times;
    int64_t peak, start;
    double seconds;
} AttackShape;

typedef struct {
    double *energies; /* in blocks of 1 ms from the loudest moment on */
    int64_t blocks, block, peak;
    double seconds;
} DecayShape;

/* A sound on its way, with what is known of it. */
typedef struct {
    float *samples[2];
    int64_t n, onset;
    int channels;
    int32_t rate;
    unsigned known; /* which of the following: bits of Known */
    const float *mono;
    int64_t size; /* of the transform */
    Bands bands;
    double noisiness, loudness;
    AttackShape attack;
    DecayShape decay;
} Shape;

struct ndm_shaper {
    ndm_memory memory;
    void *block;
    const Kernels *kernels;
    char sentence[NDM_SENTENCE];
    int64_t most;    /* samples of a sound that comes, */
    int64_t longest; /* and of one on its way */
    int64_t wide;    /* numbers of a transform that the last plan alone has room for are more than these */
    Shape now;
    float *spare[2], *mean;
    float *bins_real[2], *bins_imaginary[2]; /* the spectrum of each channel */
    float *power, *logs, *fine, *raw;        /* of each bin */
    float *out;
    float *response_real, *response_imaginary, *filter;
    float *wave[4]; /* of a transform: two complex signals */
    float *rows;    /* of frames */
    double *total, *steps[5], *blocks[3];
    float *noise_real, *noise_imaginary; /* of frames by bins, of which there are: */
    int64_t noise_frames;
    Random noise;
    float *tuning; /* phases by taps */
    int has_tuning;
    double *shapes; /* of the smooth filter's frequencies by settings, at a rate: */
    int32_t shapes_of;
    float *chirp[2];
    float *noise_window, *stretch_window;
    Plan plans[PLANS];
    uint64_t clock;
};

/* Samples of a transform in which a filtered sound of n samples has room. */
static inline int64_t spectrum_size(int64_t n) { return (n + FILTER_SIZE + 4095) / 4096 * 4096; }
/* resampling_tables.c: the filter that tunes; `between` has room for TUNE_BETWEEN numbers. */
void fill_tuning(float *tuning, double *between);
/* Kernels by their number; NULL if the processor lacks them. */
const Kernels *kernels_of(ndm_kernels wanted);
int is_offered(int32_t rate);
/* Checks a sound of up to `most` samples of a channel, none beyond `loudest`, and takes a copy of it. */
ndm_status take_sound(ndm_shaper *shaper, const ndm_heard *sound, int64_t most, double loudest);
/* Writes the sound as it is now, one channel after the other. */
void give_sound(const ndm_shaper *shaper, float *samples);

/* level.c: integrated loudness in LUFS; that of the loudest 0.4 s; and the latter with what the filters
 * add after the end of a sound of less than that. `total` has room for a sound, 0.4 s at least, and 8,192
 * more. */
double loudness(const float *x, int64_t n, int64_t rate, double *total);
double momentary_loudness(const float *x, int64_t n, int64_t rate, double *total);
double momentary_loudness_whole(const float *x, int64_t n, int64_t rate, double *total);
#endif

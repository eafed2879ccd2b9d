/* What a model and an engine hold. Tables are filled once, when a model is opened (tables.c). */
#ifndef NDM_MODEL_H
#define NDM_MODEL_H
#include <stdint.h>

#include "arena.h"
#include "bundle.h"
#include "ndm_own_sounds.h"

enum {
    MOST_LEVELS = 8,     /* frame rates of a decoder that is played */
    MOST_DECODER_BLOCKS = 8,
    LANES = 32,          /* rows of tables have a multiple of this many numbers */
    PASSES = 16,
    AIR_WINDOW = 1024,
    AIR_FRAMES = 512,    /* frames of noise that every sound picks from */
    SEGMENT = 3840,      /* samples at 44,100 Hz that the attack is made of */
    SCALES = 5,          /* of partials */
    KEPT = 8,            /* exemplars that an engine keeps decoded */
    TAKES = 64,
    START = FULL_PRE_ROLL - 22, /* the first sample that may sound: half a millisecond early */
    FILTER_HALF = 194,   /* taps on either side of the filter that doubles or halves a rate */
    PHASES_48 = 160,
    TAPS_48 = 224
};

/* A linear layer whose weights lie in panels of as many outputs as two vectors have; `half` or `full`. */
typedef struct {
    int64_t in, out, panels;
    const uint16_t *half;
    const float *full;
    const float *bias; /* as many as the panels have outputs */
} Linear;

typedef struct {
    const float *depthwise; /* taps by channels */
    const float *depthwise_bias, *norm_gain, *norm_bias;
    const float *gain, *bias; /* categories by channels */
    Linear expand, contract;
} Block;

/* Passes of a Fourier transform of n complex numbers that lie `stride` floats apart. */
typedef struct {
    int64_t n;
    int passes, radix[PASSES];
    const float *twiddle[PASSES]; /* cosine and sine, for each place and each of radix - 1 factors */
    const int32_t *place;         /* where each frequency ends up */
} Fft;

/* A real transform of n samples by a complex one of half as many. */
typedef struct {
    int64_t n;
    Fft half;
    const float *turn; /* cosine and sine of 2 pi k / n, k to n / 2 */
} RealFft;

/* A complex transform of n = rows times columns numbers: over the rows, then over the columns. */
typedef struct {
    int64_t n, rows, columns;
    Fft over_rows, over_columns;
    const float *turn; /* for each place over the rows: cosines of all columns, then sines */
} WideFft;

/* Rows of a sparse matrix: row i has the weights first[i] … first[i + 1] - 1 for columns from[i] on. */
typedef struct {
    int64_t rows;
    const int32_t *first, *from;
    const float *weight;
} Sparse;

/* The fine attack at one sample rate. */
typedef struct {
    int64_t rate, bands, onset, segment, heard, gained, size;
    WideFft fft;
    const float *weights;    /* bands by size / 2 + 1: of the spectrum, doubled where it counts twice */
    Sparse averaging;        /* steps by samples */
    const int32_t *step;     /* of each gained sample: the value before it, */
    const float *late;       /* how far it is towards the next one, */
    const float *release;    /* and how much of the gain is left */
} AttackGrid;

/* The spectrogram that a body would have, at a sixteenth of the rate. */
typedef struct {
    int64_t hop, window, onset, bands, bins;
    double rate;
    Sparse bank;
    const float *dft; /* window by 2 bins' worth of cosine and sine, each row padded to LANES */
    int64_t dft_stride;
    const float *centres;
} EchoTables;

typedef struct {
    int64_t low, high, states; /* bands of the ridge */
    const float *costs;
    const double *centres; /* of all bands, Hz */
    EchoTables echo;
} BodyTables;

typedef struct Kernels Kernels;

/* How far levels are from those that are wanted. */
typedef struct {
    double squares; /* of the differences, weighted */
    double missing; /* of the magnitudes that they lack */
} Distance;

#ifdef NDM_TIMING
typedef enum { DECODE, OVERLAY, BODY, DETAIL, MAGNITUDE, PHASES, SHAPE, ITERATIONS, DOUBLING, AIR,
               ATTACK, ENDING, STAGES } Stage;
#endif

struct ndm_model {
    ndm_memory memory;
    void *block;
    const Kernels *kernels;
    char hash[65];
    Spec spec;
    Sizes sizes;
    int categories, category_of[CATEGORIES];
    int64_t latent_dim, frames, stride; /* stride: frames rounded up to LANES */
    int64_t fade;                       /* samples at the end that fade out */

    /* The decoder. */
    Linear enter, hidden, attack_hidden, attack;
    Linear up_even[MOST_LEVELS], up_odd[MOST_LEVELS];
    Block blocks[MOST_LEVELS][MOST_DECODER_BLOCKS];
    const float *norm_gain, *norm_bias;
    const float *leave, *leave_bias; /* rows by channels */
    const float *mel_mean, *mel_std, *air_mean, *air_std, *attack_mean, *attack_std;
    float mel_floor, mel_top, air_floor, log_eps;

    /* Detail. */
    const float *partials; /* categories, latent_dim + 1, scales times groups; NULL if there are none */
    const float *grain;
    int64_t partial_groups, grain_bands, grain_frames, cosines, mel_stride;
    int64_t order[SCALES + 1];
    const float *directions, *phases, *cosine; /* latent_dim by cosines; cosines; cosines by bands */
    const float *after_attack;

    /* The inverter. */
    RealFft short_fft, long_fft;
    const float *window; /* of the spec, and the same over the length of a short transform */
    const float *turns_hop, *turns_half;
    Sparse inverse, bank;

    BodyTables body;
    AttackGrid core_attack, full_attack;
    const float *impulse, *gate;
    RealFft air_fft;
    const float *air_bank, *air_shape, *air_root; /* noise; bands to bins; root of the window */
    int64_t air_first, air_bins, air_hop;
    const float *double_even, *double_odd, *halve_odd, *phases_48;
    const float *fade_out;

    /* Exemplars. */
    int64_t exemplars;
    const float *exemplar_codes;
    const int32_t *exemplar_category, *residual_ends;
    const uint8_t *residuals;
    const float *attack_share; /* share of each mel band's square in a band of the attack, */
    const int32_t *attack_row; /* and in which one */
};

typedef struct {
    float *mel, *air, *attack; /* rows of `stride` frames; rows of 40 steps */
} LevelSet;

typedef struct {
    int32_t number; /* -1 if the slot is empty */
    uint64_t used;
    LevelSet base, recording;
} Known;

struct ndm_engine {
    ndm_memory memory;
    void *block;
    const ndm_model *model;
    char sentence[NDM_SENTENCE];

    float *plan, *one, *rows_a, *rows_b, *rows_c, *packed; /* the decoder's */
    LevelSet levels, second; /* of the sound, and of its second category */
    float *gain, *variance;
    float *noise, *jumps;
    int32_t jumps_of; /* the take that jumps are of */
    float *noise_roughness;
    int has_roughness;
    float *rest;      /* magnitudes without the body */
    float *magnitude, *real, *imaginary, *phase_a, *phase_b, *phase_c; /* bins by frames */
    int32_t *near;
    float *signal, *moved, *before, *fft_a, *fft_b;
    float *core, *full, *mono, *first, *other;
    float *band_real, *band_imaginary, *wide_a, *wide_b, *wide_c, *wide_d;
    float *ridge, *pure, *frames_a, *frames_b, *frames_c, *spectrum, *wave;
    int32_t *back, *path;
    float *air_rows;
    double *total;
    uint8_t *inflated;
    Known known[KEPT];
    uint64_t clock;
#ifdef NDM_TIMING
    double lap, seconds[STAGES];
#endif
};

/* Code that is compiled once for each kind of processor. */
struct Kernels {
    const char *name;
    int panel;  /* outputs of a panel of weights */
    int widens; /* whether an instruction widens half precision */
    float (*silence)(float log_eps); /* the log-mel of silence */
    void (*split)(const AttackGrid *grid, const float *samples, int64_t n, ndm_engine *engine);
    void (*levels)(ndm_engine *engine, const ndm_sound *sound, LevelSet *out);
    ndm_status (*overlay)(ndm_engine *engine, const ndm_sound *sound);
    void (*play)(ndm_engine *engine, const ndm_sound *sound, int32_t take, float *out,
                 int64_t *count);
    /* The search for a code; see encoder.h. Vectors are standardised levels. */
    void (*standardise)(const ndm_encoder *encoder, const float *mel, const float *air,
                        const float *attack, float *vector);
    void (*encode)(ndm_encoder *encoder, ndm_engine *engine, int category, float *vector, float *code);
    void (*decode_vector)(ndm_encoder *encoder, ndm_engine *engine, int category, const float *code,
                          float *vector);
    void (*core_magnitudes)(const ndm_model *model, const float *vector, float *out);
    Distance (*distance)(ndm_encoder *encoder, const float *vector);
    double (*core_error)(const ndm_encoder *encoder, const float *vector);
    /* What gives a sound values and strokes; see shaper.h. */
    double (*finish)(ndm_shaper *shaper, const ndm_wish *wish, double top);
    void (*strike)(ndm_shaper *shaper, const ndm_stroke *stroke, double top);
    void (*describe)(ndm_shaper *shaper, double values[NDM_QUALITIES]);
    void (*normal_equations)(ndm_encoder *encoder, ndm_engine *engine, int category, const float *code,
                             float share);
    /* What own sounds need; see bender.h. */
    int (*hear)(ndm_bender *bender, LevelSet *out, double *scale);
    int (*bend)(ndm_bender *bender, double scale);
    void (*at_loudness)(ndm_shaper *shaper, double wanted, double top);
#ifdef NDM_TIMING
    double (*peak)(void);
#endif
};

extern const Kernels ndm_kernels_baseline, ndm_kernels_avx2, ndm_kernels_avx512;

/* What reading a model needs for a while: blocks, which are given back at once. */
typedef struct {
    const ndm_memory *memory;
    void *blocks[4];
    int count;
} Lent;
void *lend(void *lent, size_t bytes);
void take_back(Lent *lent);
/* The host's memory, or malloc and free. */
ndm_memory memory_of(const ndm_memory *given);

/* Fills a model from a checked bundle; with an arena without memory it only counts. */
ndm_status model_fill(ndm_model *model, Arena *arena, const Bundle *bundle, Fault *fault);
/* The same for an engine's working memory. */
void engine_fill(ndm_engine *engine, Arena *arena);
/* The residual of an exemplar, in nepers; false if it is damaged. */
int read_residual(const ndm_model *model, int32_t number, uint8_t *inflated, LevelSet *out);
/* A sound of one or two channels, one after the other. */
typedef struct {
    float *samples;
    int64_t count; /* of a channel */
    int channels;
} Heard;

/* Makes a take as loud as take 0 is at full scale. `mean` has room for a channel, `total` for one more,
 * and for 0.4 s. */
void as_loud_as(Heard sound, Heard first, int32_t rate, float *mean, double *total);
float peak_of(Heard sound);
void soft_limit(float *samples, int64_t count, float top);
#endif

/* Neural Drum Machine: from a model file and a code to the samples of a drum.
 *
 *   ndm_model  *model;  ndm_engine *engine;  char why[NDM_SENTENCE];  size_t n;
 *   if (ndm_model_open(bytes, size, NULL, NDM_BEST, &model, why)) puts(why);
 *   ndm_engine_open(model, NULL, &engine);
 *   float *samples = malloc(ndm_most_samples(model, 44100) * sizeof *samples);
 *   ndm_sound kick = {.category = 0, .code = code, .rate = 44100};
 *   if (ndm_render(engine, &kick, samples, &n)) puts(ndm_last_sentence(engine));
 *
 * A model does not change once it is open: any number of threads may use it. An engine is the working
 * memory of one thread at a time. Nothing is allocated but by the two open functions, each once it
 * knows how much it needs; there is no global state, and no file is touched. */
#ifndef NDM_ENGINE_H
#define NDM_ENGINE_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && defined(NDM_SHARED)
#define NDM_API __declspec(dllexport)
#elif defined(__GNUC__)
#define NDM_API __attribute__((visibility("default")))
#else
#define NDM_API
#endif

#define NDM_API_VERSION 4
#define NDM_SENTENCE 400 /* bytes of the longest sentence, its zero included */
#define NDM_EXEMPLARS 4  /* most exemplars of a sound */

typedef struct ndm_model ndm_model;
typedef struct ndm_engine ndm_engine;
typedef struct ndm_encoder ndm_encoder;
typedef struct ndm_shaper ndm_shaper;

typedef enum {
    NDM_OK = 0,
    NDM_NO_MEMORY = 1,   /* the host gave no memory */
    NDM_BAD_MODEL = 2,   /* foreign, cut, altered, or its header makes no sense */
    NDM_UNSUPPORTED = 3, /* sound, but this engine cannot play it: use the reference */
    NDM_BAD_VALUE = 4    /* an argument is out of range */
} ndm_status;

/* Where memory comes from; NULL takes malloc and free. It must be aligned as malloc's is. */
typedef struct {
    void *(*allocate)(void *context, size_t bytes);
    void (*release)(void *context, void *memory);
    void *context;
} ndm_memory;

/* Which instructions compute. A kind that the processor lacks is refused as NDM_UNSUPPORTED. */
typedef enum { NDM_BEST = 0, NDM_BASELINE = 1, NDM_AVX2 = 2, NDM_AVX512 = 3 } ndm_kernels;

/* Parts of a sound that can be left out: add them up. */
enum { NDM_NO_ATTACK = 1, NDM_NO_AIR = 2, NDM_NO_BODY = 4, NDM_NO_DETAIL = 8 };

typedef struct {
    char hash[65];       /* SHA-256 of the model's header, hex */
    const char *kernels; /* "baseline", "AVX2" or "AVX-512" */
    int32_t categories, latent_dim, n_mels, n_frames, exemplars;
} ndm_facts;

typedef struct {
    int32_t category;   /* its number in the model, from 0 */
    const float *code;  /* latent_dim finite numbers */
    int32_t rate;       /* Hz: 22050, 44100 or 48000 */
    int32_t take;       /* 0 to 63: another hit of the same drum */
    int32_t exemplars;  /* 0 to NDM_EXEMPLARS */
    int32_t exemplar[NDM_EXEMPLARS]; /* numbers of exemplars of the model, from 0 */
    float share[NDM_EXEMPLARS];      /* over 0; they sum to 1 */
    uint32_t without;   /* parts that are left out */
    float width;        /* 0 is mono, up to 1 stereo whose mean is the mono sound */
    int32_t to;         /* a second category that the code is decoded as, */
    float t;            /* and its share, 0 to 1; 0 is none */
} ndm_sound;

/* A sound that there is already: of any drum, also of one's own. */
typedef struct {
    const float *samples; /* the right channel begins where the left one ends */
    size_t count;         /* of a channel */
    int32_t channels;     /* 1 or 2 */
    int32_t rate;         /* Hz: 22050, 44100 or 48000 */
    size_t onset;         /* the sample of its onset: 22 at 44,100 Hz, if ndm_render made it */
    double top;           /* no peak passes it: 1 is full scale */
} ndm_heard;

/* Values of a sound (docs/wishes.md): Hz, octaves, s, s, Hz, 0 to 1, dB, dB, LUFS. */
enum { NDM_PITCH, NDM_SWEEP, NDM_DECAY, NDM_ATTACK, NDM_BRIGHTNESS, NDM_NOISINESS, NDM_BODY, NDM_AIR,
       NDM_LOUDNESS, NDM_QUALITIES };

typedef struct {
    uint32_t asked;   /* which values: 1 << NDM_PITCH and so on, added up */
    uint32_t offered; /* which the category has; those that are not asked for are held */
    double value[NDM_QUALITIES];
} ndm_wish;

/* What a softer stroke changes (docs/velocity.md). */
typedef struct {
    double attack, decay; /* octaves: 1 is twice as long */
    double bands[10];     /* dB in octaves, 31 Hz to 16 kHz */
    double level;         /* dB, under 0 */
} ndm_stroke;

/* NDM_API_VERSION of a library that was loaded while running. */
NDM_API int32_t ndm_api_version(void);

/* Checks all of a model file and copies what it needs; the bytes may go afterwards. `sentence` (of
 * NDM_SENTENCE bytes, or NULL) says what is wrong with a file. */
NDM_API ndm_status ndm_model_open(const void *bytes, size_t size, const ndm_memory *memory,
                                  ndm_kernels kernels, ndm_model **model, char *sentence);
NDM_API ndm_facts ndm_model_facts(const ndm_model *model);
NDM_API void ndm_model_close(ndm_model *model); /* after its engines; NULL does nothing */

NDM_API ndm_status ndm_engine_open(const ndm_model *model, const ndm_memory *memory, ndm_engine **engine);
NDM_API void ndm_engine_close(ndm_engine *engine); /* NULL does nothing */

/* Samples that every sound at a rate fits into; 0 if the rate is not offered. */
NDM_API size_t ndm_most_samples(const ndm_model *model, int32_t rate);

/* Writes a sound: take 0 with peak 1 (or silent), others as loud as take 0. `samples` has room for
 * ndm_most_samples, and for twice as many with a width; `count` becomes the number of samples of a
 * channel. The right channel begins where the left one ends. */
NDM_API ndm_status ndm_render(ndm_engine *engine, const ndm_sound *sound, float *samples, size_t *count);

/* Writes what the decoder makes of a code, natural logarithms: mel (n_mels rows of n_frames), air
 * (8 rows of n_frames), attack (5 rows of 40); exemplars are laid over them. */
NDM_API ndm_status ndm_levels(ndm_engine *engine, const ndm_sound *sound, float *mel, float *air,
                              float *attack);

/* What finds the code of a sound: the encoder of the model's own file, which is checked again, and memory for
 * a search (40 MB with the model of the package). One thread at a time may use it. */
NDM_API ndm_status ndm_encoder_open(const ndm_model *model, const void *bytes, size_t size,
                                    const ndm_memory *memory, ndm_encoder **encoder, char *sentence);
NDM_API void ndm_encoder_close(ndm_encoder *encoder); /* before its model; NULL does nothing */

/* Finds the code of levels, which are as ndm_levels writes them: the encoder's, made better by `steps` steps
 * of a search (0 to 20), 0.2 s each. `code` has room for latent_dim numbers. */
NDM_API ndm_status ndm_encode(ndm_encoder *encoder, ndm_engine *engine, int32_t category,
                              const float *mel, const float *air, const float *attack, int32_t steps,
                              float *code);

/* Finds the category in which encoder and decoder play levels best. */
NDM_API ndm_status ndm_guess(ndm_encoder *encoder, ndm_engine *engine, const float *mel,
                             const float *air, const float *attack, int32_t *category);

/* Working memory for sounds of up to `most` samples a channel, and for what becomes of them; one thread at a
 * time may use it. It needs no model. Most of its memory is touched by long sounds only. */
NDM_API ndm_status ndm_shaper_open(ndm_kernels kernels, size_t most, const ndm_memory *memory,
                                   ndm_shaper **shaper);
NDM_API void ndm_shaper_close(ndm_shaper *shaper); /* NULL does nothing */

/* Samples of a channel that fit into what ndm_shape writes of a sound of `count` samples. */
NDM_API size_t ndm_most_shaped(size_t count);

/* Gives a sound the values of a wish; the nearest that can be reached, where they are out of reach. It
 * becomes longer or shorter: `samples` has room for ndm_most_shaped of each channel. `onset`, unless it is
 * NULL, becomes the sample of its onset. */
NDM_API ndm_status ndm_shape(ndm_shaper *shaper, const ndm_heard *sound, const ndm_wish *wish,
                             float *samples, size_t *count, size_t *onset);

/* Writes a sound as a softer stroke makes it, with as many samples. It may be one that ndm_shape wrote. */
NDM_API ndm_status ndm_strike(ndm_shaper *shaper, const ndm_heard *sound, const ndm_stroke *stroke,
                              float *samples);

/* Measures a sound, of two channels their mean: NDM_QUALITIES values, NaN where it has none. It may be one that
 * ndm_shape wrote; onset and top do not matter. */
NDM_API ndm_status ndm_describe(ndm_shaper *shaper, const ndm_heard *sound, double *values);

/* Which wishes a sound with these values does not meet, as bits. */
NDM_API uint32_t ndm_missed(const ndm_wish *wish, const double *values);

/* What was wrong with the last call that this shaper refused. */
NDM_API const char *ndm_shaper_sentence(const ndm_shaper *shaper);

/* What was wrong with the last call that this engine refused. */
NDM_API const char *ndm_last_sentence(const ndm_engine *engine);

#ifdef __cplusplus
}
#endif
#endif

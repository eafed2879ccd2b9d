/* A model file, checked: docs/bundle-format.md. */
#ifndef NDM_BUNDLE_H
#define NDM_BUNDLE_H
#include <stdint.h>

#include "json.h"
#include "ndm_engine.h"

enum {
    MOST_FILE = 1 << 28,
    MOST_LAYERS = 16,
    AIR_BANDS = 8,
    ATTACK_BANDS = 5,
    ATTACK_STEPS = 40,
    ATTACK_VALUES = ATTACK_BANDS * ATTACK_STEPS,
    CATEGORIES = 11,
    AXES = 3,
    FULL_RATE = 44100,
    FULL_PRE_ROLL = 256
};

extern const char *const ndm_categories[CATEGORIES];

/* What to do with a damaged file. */
#define AGAIN "install the package again or export the model again"

/* Returns what a check returns unless all is well. */
#define TRY(call)                              \
    do {                                       \
        ndm_status status_ = (call);           \
        if (status_ != NDM_OK) return status_; \
    } while (0)

typedef struct {
    int64_t sr, n_samples, n_fft, win_length, hop_length, n_mels, pre_roll, n_frames;
    double log_eps;
} Spec;

typedef enum { NETWORK_PAPER, NETWORK_FRAMES, NETWORK_HITS } Network;

typedef struct {
    Network network;
    int64_t n_mels, n_frames, categories, latent_dim, kernel_size, expansion, encoder_blocks,
        decoder_blocks, air_bands, attack_bands, attack_steps, attack_hidden;
    int channels_count, hidden_count; /* `hidden` is one number but in the paper's generator */
    int64_t channels[MOST_LAYERS], hidden[MOST_LAYERS];
    int64_t kernel[2], stride[2], padding[2]; /* of the paper's generator */
} Sizes;

typedef struct {
    int64_t n_mels, heads, kernel_size, channels[MOST_LAYERS];
    int channels_count; /* 0 if there is no MCNN */
} McnnSizes;

typedef enum { TYPE_FLOAT16, TYPE_FLOAT32, TYPE_INT32, TYPE_UINT8 } DType;

typedef struct {
    uint32_t key; /* its name, among the values of the header */
    DType dtype;
    int axes;
    int64_t shape[8], offset, bytes, count;
} Part;

typedef struct {
    const uint8_t *body; /* the parts */
    Json json;
    char hash[65];
    Spec spec;
    int categories;
    int category[CATEGORIES]; /* of each category of the model, its place among the eleven */
    int64_t latent_dim;
    Sizes sizes;
    McnnSizes mcnn;
    Part *parts; /* in the order of the file */
    uint32_t parts_count;
    uint32_t exemplars; /* the header's list of them, 0 if there are none */
    int64_t exemplars_count;
} Bundle;

/* What is wrong, in a sentence. */
typedef struct {
    ndm_status status;
    char *text; /* of NDM_SENTENCE bytes, or NULL */
} Fault;

/* Writes a sentence and returns its status. */
ndm_status fault(Fault *fault, ndm_status status, const char *format, ...);
/* The same for a header: "its header makes no sense (…); …". */
ndm_status senseless(Fault *fault, const char *format, ...);

/* Reads and checks a whole model file. `allocate` gives memory that the caller frees; the bundle
 * points into it and into the bytes. */
ndm_status bundle_open(const uint8_t *bytes, size_t size, void *(*allocate)(void *, size_t),
                       void *context, Bundle *bundle, Fault *fault);

ndm_status read_spec(const Json *json, uint32_t at, Spec *spec, Fault *fault);
ndm_status read_generator(const Json *json, uint32_t at, Sizes *sizes, Fault *fault);
ndm_status read_mcnn(const Json *json, uint32_t at, McnnSizes *sizes, Fault *fault);
ndm_status check_work(const Sizes *sizes, const McnnSizes *mcnn, int64_t frames, Fault *fault);
/* Reads b->parts_count parts from an object; order and spare have room for as many numbers. */
ndm_status read_parts(Bundle *bundle, uint32_t object, int64_t size, uint32_t *order, uint32_t *spare,
                      Fault *fault);
ndm_status check_shapes(const Bundle *bundle, Fault *fault);
ndm_status check_bank(Bundle *bundle, Fault *fault);
ndm_status check_text(const Json *json, uint32_t value, const char *name, uint32_t most,
                      Fault *fault);

int64_t padded_frames(const Sizes *sizes);
/* Places of the paper's grid after each convolution; false if one leaves nothing. */
int paper_grid(const Sizes *sizes, int64_t grid[MOST_LAYERS + 1][2]);

/* A part by its name; NULL if there is none. */
const Part *find_part(const Bundle *bundle, const char *name);
const uint8_t *part_bytes(const Bundle *bundle, const Part *part);
/* Numbers of an array as single precision. */
void read_floats(const Bundle *bundle, const Part *part, int64_t start, int64_t count, float *out);

/* Residuals of exemplars: checks the header of one, and inflates it to `count` differences. */
ndm_status check_residual(const Bundle *bundle, const uint8_t *blob, int64_t bytes, float *step,
                          Fault *fault);
#endif

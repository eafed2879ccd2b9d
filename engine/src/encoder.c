/* Finding the code of a sound: latent/encoder.py and latent/search.py are the reference.
 *
 * The encoder answers at once. A search makes its answer better: Gauss-Newton steps on the error that the
 * networks were trained with, the decoder's slopes being measured; the category's Gaussian holds it near
 * likely codes. */
#include "encoder.h"

#include <math.h>
#include <string.h>

#include "weights.h"

enum { MOST_STEPS = 20 };
#define MOST_SLOPES ((int64_t)1 << 25)
#define SC_WEIGHT 1.5
#define PRIOR_WEIGHT 0.01

static ndm_status fill(ndm_encoder *n, Arena *arena, const Bundle *b, Fault *why) {
    const ndm_model *m = n->model;
    const Sizes *s = &m->sizes;
    int last = s->channels_count - 1;
    int64_t dim = m->latent_dim, wide = (dim + 3) / 4 * 4;
    n->core = s->n_mels * m->stride;
    n->air = n->core + AIR_BANDS * m->stride;
    n->size = n->air + rounded(ATTACK_VALUES);
    if (s->encoder_blocks > MOST_ENCODER_BLOCKS || wide * n->size > MOST_SLOPES || dim > 512)
        return fault(why, NDM_UNSUPPORTED, "the engine encodes with up to %d blocks a frame rate, and "
                                           "codes of up to 512 numbers; use the reference",
                     MOST_ENCODER_BLOCKS);
    n->enter = linear(m, arena, b, "encoder.enter", WIDEN);
    for (int level = 0; level <= last; level++) {
        for (int i = 0; i < s->encoder_blocks; i++)
            fill_block(m, arena, b, "encoder", level, i, &n->blocks[level][i]);
        if (level < last) n->down[level] = halving(m, arena, b, level);
    }
    n->norm_gain = row_of(arena, b, find_part(b, "encoder.norm.weight"));
    n->norm_bias = row_of(arena, b, find_part(b, "encoder.norm.bias"));
    n->hidden = of_frames(m, arena, b, "encoder.hidden", padded_frames(s) >> last, s->channels[last]);
    n->attack = linear(m, arena, b, "encoder.attack", KEEP_HALF);
    n->leave = linear(m, arena, b, "encoder.leave", KEEP_HALF);
    n->mean = rows_of(arena, b, find_part(b, "codes.mean"), m->categories, dim, dim);
    n->covariance = rows_of(arena, b, find_part(b, "codes.covariance"), m->categories, dim * dim, dim * dim);
    n->wanted = TAKE(arena, float, n->size);
    n->decoded = TAKE(arena, float, n->size);
    n->tried = TAKE(arena, float, n->size);
    n->curve = TAKE(arena, float, n->size);
    n->toward = TAKE(arena, float, n->size);
    n->missing = TAKE(arena, float, n->core);
    n->magnitude = TAKE(arena, float, n->core);
    n->slopes = TAKE(arena, float, wide * n->size);
    n->scaled = TAKE(arena, float, wide * COLUMNS);
    n->rows = TAKE(arena, float, m->frames * rounded(s->n_mels + AIR_BANDS));
    n->plan = TAKE(arena, float, rounded(s->hidden[0]) + LANES);
    n->nudged = TAKE(arena, float, dim);
    n->code = TAKE(arena, float, dim);
    n->precision = TAKE(arena, double, dim * dim);
    n->curvature = TAKE(arena, double, wide * wide);
    n->damped = TAKE(arena, double, dim * dim);
    n->pull = TAKE(arena, double, dim);
    n->step = TAKE(arena, double, dim);
    n->best = TAKE(arena, double, dim);
    n->nearer = TAKE(arena, double, dim);
    return NDM_OK;
}

static ndm_status open_checked(const ndm_model *m, const ndm_memory *memory, const Bundle *bundle,
                               ndm_encoder **out, Fault *why) {
    Arena arena = {NULL, 0};
    ndm_encoder counted = {.model = m};
    if (strcmp(bundle->hash, m->hash))
        return fault(why, NDM_BAD_VALUE, "the encoder of another model; hand over the model's own file");
    arena_take(&arena, 1, sizeof(ndm_encoder));
    ndm_status status = fill(&counted, &arena, bundle, why);
    if (status != NDM_OK) return status;
    void *block = memory->allocate(memory->context, arena.used + NDM_ALIGN);
    if (!block) return fault(why, NDM_NO_MEMORY, "the host gave no memory");
    arena = (Arena){arena_align(block), 0};
    ndm_encoder *encoder = arena_take(&arena, 1, sizeof(ndm_encoder));
    *encoder = (ndm_encoder){.memory = *memory, .block = block, .model = m};
    fill(encoder, &arena, bundle, why);
    *out = encoder;
    return NDM_OK;
}

ndm_status ndm_encoder_open(const ndm_model *model, const void *bytes, size_t size,
                            const ndm_memory *given, ndm_encoder **encoder, char *sentence) {
    ndm_memory memory = memory_of(given);
    Fault why = {NDM_OK, sentence};
    Lent lent = {&memory, {NULL}, 0};
    Bundle bundle;
    *encoder = NULL;
    if (sentence) sentence[0] = 0;
    ndm_status status = bundle_open(bytes, size, lend, &lent, &bundle, &why);
    if (status == NDM_OK) status = open_checked(model, &memory, &bundle, encoder, &why);
    take_back(&lent);
    return status;
}

void ndm_encoder_close(ndm_encoder *encoder) {
    if (!encoder) return;
    ndm_memory memory = encoder->memory;
    memory.release(memory.context, encoder->block);
}

/* The lower triangle of a symmetric matrix becomes its Cholesky factor; false if it is not positive. */
static int factor(double *a, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (int64_t k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
            if (i > j) a[i * n + j] = sum / a[j * n + j];
            else if (sum > 0 && isfinite(sum)) a[i * n + i] = sqrt(sum);
            else return 0;
        }
    return 1;
}

/* Solves with a factor, in place. */
static void solve(const double *a, int64_t n, double *x) {
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < i; k++) x[i] -= a[i * n + k] * x[k];
        x[i] /= a[i * n + i];
    }
    for (int64_t i = n - 1; i >= 0; i--) {
        for (int64_t k = i + 1; k < n; k++) x[i] -= a[k * n + i] * x[k];
        x[i] /= a[i * n + i];
    }
}

/* The weighted inverse of a category's covariance; false if it has none. */
static int fill_precision(ndm_encoder *n, int category) {
    int64_t dim = n->model->latent_dim;
    const float *covariance = n->covariance + category * dim * dim;
    for (int64_t i = 0; i < dim * dim; i++) n->damped[i] = covariance[i];
    if (!factor(n->damped, dim)) return 0;
    for (int64_t k = 0; k < dim; k++) {
        memset(n->step, 0, (size_t)dim * sizeof *n->step);
        n->step[k] = PRIOR_WEIGHT / (double)dim;
        solve(n->damped, dim, n->step);
        memcpy(n->precision + k * dim, n->step, (size_t)dim * sizeof *n->step);
    }
    return 1;
}

/* Precision times what is away from the category's mean, in n->step; returns their product. */
static double pull_of_prior(ndm_encoder *n, int category, const double *code) {
    int64_t dim = n->model->latent_dim;
    const float *mean = n->mean + category * dim;
    double out = 0;
    for (int64_t i = 0; i < dim; i++) {
        double sum = 0;
        for (int64_t k = 0; k < dim; k++) sum += n->precision[i * dim + k] * (code[k] - mean[k]);
        n->step[i] = sum;
        out += sum * (code[i] - mean[i]);
    }
    return out;
}

/* Decodes a code into `vector`, and returns its loss; *missing is the size of the magnitudes it lacks. */
static double lose(ndm_encoder *n, ndm_engine *e, int category, const double *code, double norm,
                   float *vector, double *missing) {
    const Kernels *kernels = n->model->kernels;
    for (int64_t i = 0; i < n->model->latent_dim; i++) n->code[i] = (float)code[i];
    kernels->decode_vector(n, e, category, n->code, vector);
    Distance far = kernels->distance(n, vector);
    *missing = sqrt(far.missing);
    double loss = far.squares / (double)(n->model->spec.n_mels * n->model->frames) +
                  SC_WEIGHT * *missing / norm + pull_of_prior(n, category, code);
    return isfinite(loss) ? loss : INFINITY;
}

/* Makes n->best better by at most so many steps. */
static void search(ndm_encoder *n, ndm_engine *e, int category, int steps) {
    static const double dampings[] = {1.0, 0.1, 0.01, 0.001};
    const Kernels *kernels = n->model->kernels;
    int64_t dim = n->model->latent_dim, wide = (dim + 3) / 4 * 4;
    double norm = 0, missing;
    kernels->core_magnitudes(n->model, n->wanted, n->magnitude);
    for (int64_t i = 0; i < n->core; i++) norm += (double)n->magnitude[i] * n->magnitude[i];
    norm = fmax(sqrt(norm), 1e-8);
    double loss = lose(n, e, category, n->best, norm, n->decoded, &missing);
    for (int k = 0; k < steps; k++) {
        float share = (float)(SC_WEIGHT / (2 * norm * fmax(missing, 1e-8)));
        double before = loss, flat = 0;
        for (int64_t i = 0; i < dim; i++) n->code[i] = (float)n->best[i];
        /* The trials before left other magnitudes. */
        kernels->distance(n, n->decoded);
        kernels->normal_equations(n, e, category, n->code, share);
        pull_of_prior(n, category, n->best);
        for (int64_t i = 0; i < dim; i++) {
            n->pull[i] -= n->step[i];
            for (int64_t j = 0; j <= i; j++) n->curvature[i * wide + j] += n->precision[i * dim + j];
            flat += n->curvature[i * wide + i] / (double)dim;
        }
        for (int d = 0; d < 4; d++) {
            for (int64_t i = 0; i < dim; i++)
                for (int64_t j = 0; j <= i; j++)
                    n->damped[i * dim + j] = n->curvature[i * wide + j] + (i == j ? dampings[d] * flat : 0);
            if (!factor(n->damped, dim)) continue;
            memcpy(n->step, n->pull, (size_t)dim * sizeof *n->step);
            solve(n->damped, dim, n->step);
            for (int64_t i = 0; i < dim; i++) n->step[i] += n->best[i];
            double *candidate = n->damped; /* the factor is not needed any more */
            memcpy(candidate, n->step, (size_t)dim * sizeof *candidate);
            double lacks, tried = lose(n, e, category, candidate, norm, n->tried, &lacks);
            if (tried < loss) {
                float *spare = n->decoded;
                n->decoded = n->tried;
                n->tried = spare;
                loss = tried;
                missing = lacks;
                memcpy(n->nearer, candidate, (size_t)dim * sizeof *candidate);
            }
        }
        if (!(loss < before)) break;
        memcpy(n->best, n->nearer, (size_t)dim * sizeof *n->best);
    }
}

static ndm_status check(ndm_encoder *n, ndm_engine *e, const float *mel, const float *air,
                        const float *attack) {
    const ndm_model *m = n->model;
    Fault why = {NDM_OK, e->sentence};
    e->sentence[0] = 0;
    if (e->model != m) return fault(&why, NDM_BAD_VALUE, "the encoder of another model");
    const float *parts[3] = {mel, air, attack};
    int64_t sizes[3] = {m->spec.n_mels * m->frames, AIR_BANDS * m->frames, ATTACK_VALUES};
    for (int p = 0; p < 3; p++)
        for (int64_t i = 0; i < sizes[p]; i++)
            if (!(parts[p][i] >= -100 && parts[p][i] <= 100))
                return fault(&why, NDM_BAD_VALUE, "levels lie between -100 and 100 nepers, got %g",
                             (double)parts[p][i]);
    m->kernels->standardise(n, mel, air, attack, n->wanted);
    return NDM_OK;
}

ndm_status ndm_encode(ndm_encoder *n, ndm_engine *e, int32_t category, const float *mel,
                      const float *air, const float *attack, int32_t steps, float *code) {
    const ndm_model *m = n->model;
    ndm_status status = check(n, e, mel, air, attack);
    Fault why = {NDM_OK, e->sentence};
    if (status != NDM_OK) return status;
    if (category < 0 || category >= m->categories)
        return fault(&why, NDM_BAD_VALUE, "no category %d; there are 0 to %d", category, m->categories - 1);
    if (steps < 0 || steps > MOST_STEPS)
        return fault(&why, NDM_BAD_VALUE, "a search has 0 to %d steps, got %d", MOST_STEPS, steps);
    m->kernels->encode(n, e, category, n->wanted, code);
    if (steps) {
        if (!fill_precision(n, category))
            return fault(&why, NDM_UNSUPPORTED, "the category's codes have no spread; use the reference");
        for (int64_t i = 0; i < m->latent_dim; i++) n->best[i] = code[i];
        search(n, e, category, steps);
        for (int64_t i = 0; i < m->latent_dim; i++) code[i] = (float)n->best[i];
    }
    for (int64_t i = 0; i < m->latent_dim; i++)
        if (!isfinite(code[i])) return fault(&why, NDM_BAD_VALUE, "these levels have no code");
    return NDM_OK;
}

ndm_status ndm_guess(ndm_encoder *n, ndm_engine *e, const float *mel, const float *air,
                     const float *attack, int32_t *category) {
    const Kernels *kernels = n->model->kernels;
    double least = INFINITY;
    ndm_status status = check(n, e, mel, air, attack);
    *category = 0;
    if (status != NDM_OK) return status;
    for (int32_t c = 0; c < n->model->categories; c++) {
        kernels->encode(n, e, c, n->wanted, n->code);
        kernels->decode_vector(n, e, c, n->code, n->tried);
        double error = kernels->core_error(n, n->tried);
        if (error < least) {
            least = error;
            *category = c;
        }
    }
    return NDM_OK;
}

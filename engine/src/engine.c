/* The public functions: which kernels, whose memory, and whether the arguments are in range. */
#include "ndm_engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "shaper.h"

static void *host_allocate(void *context, size_t bytes) {
    (void)context;
    return malloc(bytes);
}

static void host_release(void *context, void *memory) {
    (void)context;
    free(memory);
}

ndm_memory memory_of(const ndm_memory *memory) {
    ndm_memory host = {host_allocate, host_release, NULL};
    return memory ? *memory : host;
}

#if defined(__x86_64__)
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

const Kernels *kernels_of(ndm_kernels wanted) {
    __builtin_cpu_init();
    int wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (wanted == NDM_BASELINE) return &ndm_kernels_baseline;
    if (wanted == NDM_AVX2) return wide ? &ndm_kernels_avx2 : NULL;
    if (wanted == NDM_AVX512) return wide && has_avx512() ? &ndm_kernels_avx512 : NULL;
    return !wide ? &ndm_kernels_baseline : has_avx512() ? &ndm_kernels_avx512 : &ndm_kernels_avx2;
}
#else
const Kernels *kernels_of(ndm_kernels wanted) {
    return wanted == NDM_BEST || wanted == NDM_BASELINE ? &ndm_kernels_baseline : NULL;
}
#endif

void *lend(void *context, size_t bytes) {
    Lent *lent = context;
    if (lent->count == 4) return NULL;
    void *block = lent->memory->allocate(lent->memory->context, bytes);
    if (block) lent->blocks[lent->count++] = block;
    return block;
}

void take_back(Lent *lent) {
    while (lent->count) lent->memory->release(lent->memory->context, lent->blocks[--lent->count]);
}

static ndm_status fill(const ndm_memory *memory, const Kernels *kernels, const Bundle *bundle,
                       ndm_model **out, Fault *why) {
    Arena arena = {NULL, 0};
    ndm_model counted = {.kernels = kernels};
    arena_take(&arena, 1, sizeof(ndm_model));
    ndm_status status = model_fill(&counted, &arena, bundle, why);
    if (status != NDM_OK) return status;
    void *block = memory->allocate(memory->context, arena.used + NDM_ALIGN);
    if (!block) return fault(why, NDM_NO_MEMORY, "the host gave no memory");
    arena = (Arena){arena_align(block), 0};
    ndm_model *model = arena_take(&arena, 1, sizeof(ndm_model));
    *model = (ndm_model){.memory = *memory, .block = block, .kernels = kernels};
    status = model_fill(model, &arena, bundle, why);
    if (status != NDM_OK) memory->release(memory->context, block);
    else *out = model;
    return status;
}

int32_t ndm_api_version(void) { return NDM_API_VERSION; }

ndm_status ndm_model_open(const void *bytes, size_t size, const ndm_memory *given,
                          ndm_kernels wanted, ndm_model **model, char *sentence) {
    ndm_memory memory = memory_of(given);
    Fault why = {NDM_OK, sentence};
    Lent lent = {&memory, {NULL}, 0};
    Bundle bundle;
    *model = NULL;
    if (sentence) sentence[0] = 0;
    const Kernels *kernels = kernels_of(wanted);
    if (!kernels) return fault(&why, NDM_UNSUPPORTED, "this processor lacks the instructions asked for");
    ndm_status status = bundle_open(bytes, size, lend, &lent, &bundle, &why);
    if (status == NDM_OK) status = fill(&memory, kernels, &bundle, model, &why);
    take_back(&lent);
    return status;
}

ndm_facts ndm_model_facts(const ndm_model *m) {
    ndm_facts facts = {.kernels = m->kernels->name,
                       .categories = m->categories,
                       .latent_dim = (int32_t)m->latent_dim,
                       .n_mels = (int32_t)m->spec.n_mels,
                       .n_frames = (int32_t)m->frames,
                       .exemplars = (int32_t)m->exemplars};
    memcpy(facts.hash, m->hash, sizeof facts.hash);
    return facts;
}

void ndm_model_close(ndm_model *model) {
    if (!model) return;
    ndm_memory memory = model->memory;
    memory.release(memory.context, model->block);
}

ndm_status ndm_engine_open(const ndm_model *model, const ndm_memory *given, ndm_engine **engine) {
    ndm_memory memory = memory_of(given);
    Arena arena = {NULL, 0};
    ndm_engine counted = {.model = model};
    *engine = NULL;
    arena_take(&arena, 1, sizeof(ndm_engine));
    engine_fill(&counted, &arena);
    void *block = memory.allocate(memory.context, arena.used + NDM_ALIGN);
    if (!block) return NDM_NO_MEMORY;
    arena = (Arena){arena_align(block), 0};
    ndm_engine *made = arena_take(&arena, 1, sizeof(ndm_engine));
    *made = (ndm_engine){.memory = memory, .block = block, .model = model};
    engine_fill(made, &arena);
    *engine = made;
    return NDM_OK;
}

void ndm_engine_close(ndm_engine *engine) {
    if (!engine) return;
    ndm_memory memory = engine->memory;
    memory.release(memory.context, engine->block);
}

int is_offered(int32_t rate) { return rate == 22050 || rate == 44100 || rate == 48000; }

size_t ndm_most_samples(const ndm_model *model, int32_t rate) {
    size_t n = (size_t)model->spec.n_samples * 2 - START;
    return is_offered(rate) ? (n * (size_t)rate + FULL_RATE - 1) / FULL_RATE + 1 : 0;
}

static ndm_status check(ndm_engine *e, const ndm_sound *s) {
    const ndm_model *m = e->model;
    Fault why = {NDM_OK, e->sentence};
    float total = 0;
    e->sentence[0] = 0;
    if (s->category < 0 || s->category >= m->categories)
        return fault(&why, NDM_BAD_VALUE, "no category %d; there are 0 to %d", s->category,
                     m->categories - 1);
    for (int64_t i = 0; i < m->latent_dim; i++)
        if (!isfinite(s->code[i]))
            return fault(&why, NDM_BAD_VALUE, "a code is %d finite numbers", (int)m->latent_dim);
    if (!is_offered(s->rate))
        return fault(&why, NDM_BAD_VALUE, "no sample rate %d; there are 22050, 44100, 48000 Hz",
                     s->rate);
    if (s->take < 0 || s->take >= TAKES)
        return fault(&why, NDM_BAD_VALUE, "take must be a whole number from 0 to %d, got %d",
                     TAKES - 1, s->take);
    if (!(s->t >= 0 && s->t <= 1))
        return fault(&why, NDM_BAD_VALUE, "t must lie between 0 and 1, got %g", s->t);
    if (s->t > 0 && (s->to < 0 || s->to >= m->categories))
        return fault(&why, NDM_BAD_VALUE, "no category %d; there are 0 to %d", s->to,
                     m->categories - 1);
    if (!(s->width >= 0 && s->width <= 1))
        return fault(&why, NDM_BAD_VALUE, "width must lie between 0 and 1, got %g", s->width);
    if (s->exemplars < 0 || s->exemplars > NDM_EXEMPLARS)
        return fault(&why, NDM_BAD_VALUE, "a sound has at most %d exemplars, got %d", NDM_EXEMPLARS,
                     s->exemplars);
    for (int i = 0; i < s->exemplars; i++) {
        if (s->exemplar[i] < 0 || s->exemplar[i] >= m->exemplars)
            return fault(&why, NDM_BAD_VALUE, "no exemplar %d; there are 0 to %d", s->exemplar[i],
                         (int)m->exemplars - 1);
        if (!(s->share[i] > 0 && s->share[i] <= 1))
            return fault(&why, NDM_BAD_VALUE, "the share of an exemplar lies between 0 and 1");
        total += s->share[i];
    }
    if (s->exemplars && !(fabsf(total - 1) <= 1e-3f))
        return fault(&why, NDM_BAD_VALUE, "the shares of exemplars must sum to 1");
    return NDM_OK;
}

static ndm_status decoded(ndm_engine *e, const ndm_sound *sound) {
    ndm_status status = check(e, sound);
    if (status != NDM_OK) return status;
    e->model->kernels->levels(e, sound, &e->levels);
    return e->model->kernels->overlay(e, sound);
}

ndm_status ndm_render(ndm_engine *e, const ndm_sound *sound, float *samples, size_t *count) {
    const Kernels *kernels = e->model->kernels;
    Heard heard = {samples, 0, sound->width > 0 ? 2 : 1}, first = {e->other, 0, heard.channels};
    ndm_status status = decoded(e, sound);
    *count = 0;
    if (status != NDM_OK) return status;
    kernels->play(e, sound, sound->take, samples, &heard.count);
    if (sound->take) {
        kernels->play(e, sound, 0, e->other, &first.count);
        as_loud_as(heard, first, sound->rate, e->mono, e->total);
    } else {
        float peak = peak_of(heard);
        for (int64_t i = 0; peak > 0 && i < heard.count * heard.channels; i++) samples[i] /= peak;
    }
    *count = (size_t)heard.count;
    return NDM_OK;
}

ndm_status ndm_levels(ndm_engine *e, const ndm_sound *sound, float *mel, float *air, float *attack) {
    const ndm_model *m = e->model;
    ndm_status status = decoded(e, sound);
    if (status != NDM_OK) return status;
    size_t row = (size_t)m->frames;
    for (int64_t b = 0; b < m->spec.n_mels; b++)
        memcpy(mel + b * m->frames, e->levels.mel + b * m->stride, row * sizeof *mel);
    for (int64_t b = 0; b < AIR_BANDS; b++)
        memcpy(air + b * m->frames, e->levels.air + b * m->stride, row * sizeof *air);
    memcpy(attack, e->levels.attack, ATTACK_VALUES * sizeof *attack);
    return NDM_OK;
}

#ifdef NDM_TIMING
/* For benchmarks/engine.py. */
NDM_API const double *ndm_stage_seconds(const ndm_engine *engine);
const double *ndm_stage_seconds(const ndm_engine *engine) { return engine->seconds; }
NDM_API double ndm_peak(const ndm_engine *engine);
double ndm_peak(const ndm_engine *engine) { return engine->model->kernels->peak(); }
#endif

const char *ndm_last_sentence(const ndm_engine *engine) { return engine->sentence; }

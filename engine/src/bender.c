/* The functions for own sounds: whether their arguments are in range, and their memory. */
#include "bender.h"

#include <math.h>
#include <string.h>

#include "filters.h"

enum { MOST_SAMPLES = 1 << 22, ROOM_BESIDE = 32768 };

#define LOUDEST_SAMPLE 1e6
#define MOST_LEVEL 100.0f

static int64_t rounded(int64_t n) { return (n + LANES - 1) / LANES * LANES; }
static int64_t most_of(int64_t a, int64_t b) { return a > b ? a : b; }

static void fill_levels(const ndm_model *m, Arena *arena, LevelSet *out) {
    out->mel = TAKE(arena, float, m->spec.n_mels * m->stride);
    out->air = TAKE(arena, float, AIR_BANDS * m->stride);
    out->attack = TAKE(arena, float, rounded(ATTACK_VALUES));
}

/* What finding a body, following an attack and transforming frames need of an engine. */
static void fill_engine(ndm_engine *e, Arena *arena, int64_t transform) {
    const ndm_model *m = e->model;
    const EchoTables *echo = &m->body.echo;
    int64_t size = m->full_attack.size, cells = m->spec.n_mels * m->stride;
    e->phase_a = TAKE(arena, float, cells);
    e->ridge = TAKE(arena, float, m->stride);
    e->pure = TAKE(arena, float, echo->bands * m->stride);
    e->frames_a = TAKE(arena, float, m->stride);
    e->frames_c = TAKE(arena, float, m->stride);
    e->spectrum = TAKE(arena, float, m->stride * echo->dft_stride);
    e->wave = TAKE(arena, float, m->frames * echo->hop + echo->window + 2 * LANES);
    e->total = TAKE(arena, double, m->stride);
    e->back = TAKE(arena, int32_t, m->body.states * m->frames);
    e->path = TAKE(arena, int32_t, m->frames);
    e->band_real = TAKE(arena, float, ATTACK_BANDS * size);
    e->band_imaginary = TAKE(arena, float, ATTACK_BANDS * size);
    e->wide_a = TAKE(arena, float, size + LANES);
    e->wide_b = TAKE(arena, float, size + LANES);
    e->wide_c = TAKE(arena, float, 2 * size);
    e->wide_d = TAKE(arena, float, 2 * size);
    e->fft_a = ROOM(arena, float, transform / 2 * LANES);
    e->fft_b = ROOM(arena, float, transform / 2 * LANES);
    e->first = ROOM(arena, float, FULL_SAMPLES + 4 * (FILTER_HALF + 4 * LANES));
}

/* What resampling and loudness need of a shaper. */
static void fill_shaper(ndm_shaper *s, Arena *arena, int64_t longest) {
    int64_t n = longest + ROOM_BESIDE;
    for (int c = 0; c < 2; c++) {
        s->now.samples[c] = ROOM(arena, float, n);
        s->spare[c] = ROOM(arena, float, n);
    }
    s->mean = ROOM(arena, float, n);
    s->total = ROOM(arena, double, n);
    s->tuning = ROOM(arena, float, (TUNE_PHASES + 1) * TUNE_TAPS);
}

/* Where each bin of a bent frame lies between the middles of the bands of core and air. */
static void fill_bins(ndm_bender *b, int64_t bins, double width) {
    const ndm_model *m = b->model;
    int64_t cores = bands_below(&m->spec, 10500), count = cores + AIR_BANDS, at = 0;
    for (int64_t k = 0; k < bins; k++) {
        double hz = (double)k * width, centre[2];
        for (;; at++) {
            for (int64_t i = 0; i < 2; i++) {
                int64_t band = at + i < count ? at + i : count - 1;
                double air = ((double)(band - cores) + 0.5) / AIR_BANDS;
                centre[i] = band < cores ? mel_edge(&m->spec, band + 1) : 10500 * pow(20000.0 / 10500, air);
            }
            if (at >= count - 1 || centre[1] > hz) break;
        }
        int64_t next = at + 1 < count ? at + 1 : at;
        double share = next > at ? (hz - centre[0]) / (centre[1] - centre[0]) : 0;
        b->below[k] = (int32_t)(at < cores ? at : at - cores + m->spec.n_mels);
        b->above[k] = (int32_t)(next < cores ? next : next - cores + m->spec.n_mels);
        b->share[k] = (float)(share < 0 ? 0 : share);
    }
}

/* Lays out a bender's memory; without memory it only counts. */
static void fill(ndm_bender *b, Arena *arena) {
    const ndm_model *m = b->model;
    const Spec *s = &m->spec;
    int64_t size = 2 * s->win_length, bins = size / 2 + 1, hop = size / BENT_OVERLAP;
    int64_t transform = most_of(most_of(size, s->n_fft), AIR_WINDOW);
    /* Frames of a bent sound, and those that are heard; a few more come before and after. */
    int64_t bent = hop * (b->longest / hop + 8 + 2 * s->pre_roll / hop + 3 * LANES);
    int64_t heard = (m->frames + 3 * LANES) * m->air_hop + 4 * s->win_length * LANES;
    for (int band = 0; band <= AIR_BANDS; band++) b->air_edge[band] = air_edge(band);
    b->engine.model = m;
    b->shaper.kernels = m->kernels;
    fill_engine(&b->engine, arena, transform);
    fill_shaper(&b->shaper, arena, b->longest);
    b->full = ROOM(arena, float, FULL_SAMPLES);
    b->core = ROOM(arena, float, FULL_SAMPLES / 2 + s->pre_roll + LANES);
    for (int i = 0; i < 4; i++) b->rows[i] = ROOM(arena, float, most_of(bent, heard));
    b->bins = ROOM(arena, float, (transform / 2 + 1) * LANES);
    b->along = ROOM(arena, float, (s->n_mels + AIR_BANDS) * LANES);
    fill_levels(m, arena, &b->recording);
    fill_levels(m, arena, &b->base);
    fill_levels(m, arena, &b->moved);
    b->mel = TAKE(arena, float, s->n_mels * m->stride);
    for (int i = 0; i < 2; i++) {
        b->frequency[i] = TAKE(arena, float, m->stride);
        b->level[i] = TAKE(arena, float, m->stride);
    }
    b->octaves = TAKE(arena, double, m->frames);
    b->weights = TAKE(arena, double, m->frames);
    b->air_window = TAKE(arena, float, AIR_WINDOW);
    b->bent_window = TAKE(arena, float, size);
    b->below = TAKE(arena, int32_t, bins);
    b->above = TAKE(arena, int32_t, bins);
    b->share = TAKE(arena, float, bins);
    fill_real_fft(&b->bent_fft, arena, size);
    if (!arena->base) return;
    for (int i = 0; i < AIR_WINDOW; i++) b->air_window[i] = (float)(0.5 - 0.5 * cos(2 * PI * i / AIR_WINDOW));
    for (int64_t i = 0; i < size; i++)
        b->bent_window[i] = (float)(0.5 - 0.5 * cos(2 * PI * (double)i / (double)size));
    fill_bins(b, bins, (double)FULL_RATE / (double)size);
}

/* An octave lower. */
size_t ndm_most_bent(size_t count) { return count > MOST_SAMPLES ? 0 : 2 * count + 2; }

ndm_status ndm_bender_open(const ndm_model *model, size_t most, const ndm_memory *given, ndm_bender **bender) {
    ndm_memory memory = memory_of(given);
    Arena arena = {NULL, 0};
    *bender = NULL;
    if (!most || most > MOST_SAMPLES) return NDM_BAD_VALUE;
    ndm_bender counted = {.model = model, .longest = (int64_t)ndm_most_bent(most)};
    arena_take(&arena, 1, sizeof(ndm_bender));
    fill(&counted, &arena);
    void *block = memory.allocate(memory.context, arena.used + NDM_ALIGN);
    if (!block) return NDM_NO_MEMORY;
    arena = (Arena){arena_align(block), 0};
    ndm_bender *made = arena_take(&arena, 1, sizeof(ndm_bender));
    *made = (ndm_bender){.memory = memory, .block = block, .model = model, .most = (int64_t)most,
                         .longest = counted.longest};
    fill(made, &arena);
    *bender = made;
    return NDM_OK;
}

void ndm_bender_close(ndm_bender *bender) {
    if (!bender) return;
    ndm_memory memory = bender->memory;
    memory.release(memory.context, bender->block);
}

/* Takes a copy of an own sound. */
static ndm_status take(ndm_bender *b, const ndm_heard *sound, int64_t most) {
    Fault why = {NDM_OK, b->shaper.sentence};
    ndm_heard heard = *sound;
    heard.top = 1;
    TRY(take_sound(&b->shaper, &heard, most, LOUDEST_SAMPLE));
    if (sound->rate != FULL_RATE)
        return fault(&why, NDM_BAD_VALUE, "an own sound has 44100 Hz, got %d", sound->rate);
    if (sound->onset >= sound->count)
        return fault(&why, NDM_BAD_VALUE, "its onset lies at sample %llu, outside the sound",
                     (unsigned long long)sound->onset);
    return NDM_OK;
}

static ndm_status silent(ndm_bender *b) {
    Fault why = {NDM_OK, b->shaper.sentence};
    return fault(&why, NDM_BAD_VALUE, "silent; choose a file with a hit in it");
}

/* Where a part of levels lies, as a caller has it and here: rows of frames, and of a few more. */
static void move_levels(const ndm_model *m, LevelSet *here, const ndm_parts *there, int out) {
    float *own[2] = {here->mel, here->air}, *its[2] = {there->mel, there->air};
    for (int p = 0; p < 2; p++)
        for (int64_t r = 0; r < (p ? AIR_BANDS : m->spec.n_mels); r++) {
            float *mine = own[p] + r * m->stride, *given = its[p] + r * m->frames;
            memcpy(out ? given : mine, out ? mine : given, (size_t)m->frames * sizeof *mine);
        }
    memcpy(out ? there->attack : here->attack, out ? here->attack : there->attack, ATTACK_VALUES * sizeof(float));
}

static ndm_status take_levels(ndm_bender *b, const ndm_parts *given, LevelSet *out) {
    const ndm_model *m = b->model;
    Fault why = {NDM_OK, b->shaper.sentence};
    const float *parts[3] = {given->mel, given->air, given->attack};
    int64_t sizes[3] = {m->spec.n_mels * m->frames, AIR_BANDS * m->frames, ATTACK_VALUES};
    int bad = 0;
    for (int p = 0; p < 3; p++)
        for (int64_t i = 0; i < sizes[p]; i++) bad |= !(fabsf(parts[p][i]) <= MOST_LEVEL);
    for (int p = 0; bad && p < 3; p++)
        for (int64_t i = 0; i < sizes[p]; i++)
            if (!(fabsf(parts[p][i]) <= MOST_LEVEL))
                return fault(&why, NDM_BAD_VALUE, "levels lie between -100 and 100 nepers, got %g",
                             (double)parts[p][i]);
    move_levels(m, out, given, 0);
    return NDM_OK;
}

ndm_status ndm_hear(ndm_bender *b, const ndm_heard *sound, const ndm_parts *levels, double *scale) {
    *scale = 1;
    TRY(take(b, sound, b->most));
    if (!b->model->kernels->hear(b, &b->recording, scale)) return silent(b);
    move_levels(b->model, &b->recording, levels, 1);
    return NDM_OK;
}

static int same(const LevelSet *a, const LevelSet *b, const ndm_model *m) {
    int differ = 0;
    for (int64_t i = 0; i < m->spec.n_mels * m->stride; i++) differ |= a->mel[i] != b->mel[i];
    for (int64_t i = 0; i < AIR_BANDS * m->stride; i++) differ |= a->air[i] != b->air[i];
    for (int64_t i = 0; i < ATTACK_VALUES; i++) differ |= a->attack[i] != b->attack[i];
    return !differ;
}

ndm_status ndm_bend(ndm_bender *b, const ndm_heard *sound, const ndm_parts *heard, double scale,
                    const ndm_parts *before, const ndm_parts *after, float *samples, size_t *count, size_t *onset) {
    Fault why = {NDM_OK, b->shaper.sentence};
    *count = *onset = 0;
    TRY(take(b, sound, b->most));
    if (!(scale > 0 && scale <= 1e30))
        return fault(&why, NDM_BAD_VALUE, "the scale of a sound is a number over 0, got %g", scale);
    TRY(take_levels(b, heard, &b->recording));
    TRY(take_levels(b, before, &b->base));
    TRY(take_levels(b, after, &b->moved));
    if (!same(&b->base, &b->moved, b->model) && !b->model->kernels->bend(b, scale)) return silent(b);
    give_sound(&b->shaper, samples);
    *count = (size_t)b->shaper.now.n;
    *onset = (size_t)b->shaper.now.onset;
    return NDM_OK;
}

const char *ndm_bender_sentence(const ndm_bender *bender) { return bender->shaper.sentence; }

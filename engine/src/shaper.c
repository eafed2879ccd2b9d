/* The functions that change and measure sounds that there are already: whether their arguments are in range,
 * and their memory. */
#include "shaper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "filters.h"

enum { LONGEST_STRETCH = 120000, MOST_SAMPLES = 1 << 22 };

#define LOUDEST_SAMPLE 1000.0

typedef struct {
    const char *name, *unit;
    int logarithmic;
    double low, high, tolerance;
} Quality;

static const Quality qualities[NDM_QUALITIES] = {
    {"pitch", " Hz", 1, 20, 2000, 1.0 / 24},      {"sweep", " oct", 0, -2, 4, 0.1},
    {"decay", " s", 1, 0.003, 3, 1.0 / 6},        {"attack", " s", 1, 0.002, 0.3, 1.0 / 3},
    {"brightness", " Hz", 1, 30, 20000, 0.15},    {"noisiness", "", 0, 0, 1, 0.08},
    {"body", " dB", 0, -80, 80, 1.5},             {"air", " dB", 0, -80, 80, 1.5},
    {"loudness", " LUFS", 0, -60, 0, 0.5},
};

/* Two octaves lower, then as long as it can be stretched, then tuned by half an octave at most. */
static int64_t longest_of(int64_t count) {
    int64_t tuned = 4 * count + 2, stretched = tuned > LONGEST_STRETCH ? tuned : LONGEST_STRETCH;
    return (int64_t)ceil((double)stretched * 1.41422) + 2;
}

static int64_t padded(int64_t n) { return (n + 2 * LANES - 1) / LANES * LANES; }

/* Lays out a shaper's memory; without memory it only counts. */
static void fill(ndm_shaper *s, Arena *arena) {
    int64_t power = 1 << 17, n = padded(s->longest), bins, size = spectrum_size(s->longest);
    while (power <= s->longest) power *= 2;
    bins = padded((power > size ? power : size) / 2 + 1);
    s->wide = power;
    for (int c = 0; c < 2; c++) {
        s->now.samples[c] = ROOM(arena, float, n);
        s->spare[c] = ROOM(arena, float, n);
        s->bins_real[c] = ROOM(arena, float, bins);
        s->bins_imaginary[c] = ROOM(arena, float, bins);
        s->chirp[c] = ROOM(arena, float, 2 * power);
    }
    s->mean = ROOM(arena, float, n);
    float **of_bins[] = {&s->power, &s->logs, &s->fine, &s->raw, &s->out, &s->response_real, &s->response_imaginary};
    for (size_t i = 0; i < sizeof of_bins / sizeof *of_bins; i++) *of_bins[i] = ROOM(arena, float, bins);
    s->filter = ROOM(arena, float, padded(size));
    for (int i = 0; i < 4; i++) s->wave[i] = ROOM(arena, float, 2 * power);
    s->rows = ROOM(arena, float, STRETCH_SIZE + 14 * (STRETCH_BINS + LANES));
    s->total = ROOM(arena, double, s->longest + 32768);
    for (int i = 0; i < 5; i++) s->steps[i] = ROOM(arena, double, i < 2 ? s->longest / 11 + 64 : 1024);
    for (int i = 0; i < 3; i++) s->blocks[i] = ROOM(arena, double, s->longest / 22 + 512);
    int64_t frames = (s->longest + NOISE_SIZE) / NOISE_HOP + 3;
    s->noise_real = ROOM(arena, float, frames * NOISE_BINS);
    s->noise_imaginary = ROOM(arena, float, frames * NOISE_BINS);
    s->tuning = ROOM(arena, float, (TUNE_PHASES + 1) * TUNE_TAPS);
    s->shapes = ROOM(arena, double, 3 * (FILTER_SIZE / 2 + 1));
    s->noise_window = TAKE(arena, float, NOISE_SIZE);
    s->stretch_window = TAKE(arena, float, STRETCH_SIZE);
    for (int i = 0; i < PLANS; i++) {
        int64_t room = i == PLANS - 1 ? 2 * power : power;
        s->plans[i].real = ROOM(arena, float, room);
        s->plans[i].imaginary = ROOM(arena, float, room);
        s->plans[i].turn_real = ROOM(arena, float, room / 2 + 64);
        s->plans[i].turn_imaginary = ROOM(arena, float, room / 2 + 64);
    }
    for (int i = 0; arena->base && i < STRETCH_SIZE; i++)
        s->stretch_window[i] = (float)(0.5 - 0.5 * cos(2 * PI * i / STRETCH_SIZE));
    for (int i = 0; arena->base && i < NOISE_SIZE; i++)
        s->noise_window[i] = (float)(0.5 - 0.5 * cos(2 * PI * i / NOISE_SIZE));
    random_seed(&s->noise, 2019);
}

ndm_status ndm_shaper_open(ndm_kernels wanted, size_t most, const ndm_memory *given, ndm_shaper **shaper) {
    ndm_memory memory = memory_of(given);
    const Kernels *kernels = kernels_of(wanted);
    Arena arena = {NULL, 0};
    *shaper = NULL;
    if (!kernels) return NDM_UNSUPPORTED;
    if (!most || most > MOST_SAMPLES) return NDM_BAD_VALUE;
    ndm_shaper counted = {.longest = longest_of((int64_t)most)};
    arena_take(&arena, 1, sizeof(ndm_shaper));
    fill(&counted, &arena);
    void *block = memory.allocate(memory.context, arena.used + NDM_ALIGN);
    if (!block) return NDM_NO_MEMORY;
    arena = (Arena){arena_align(block), 0};
    ndm_shaper *made = arena_take(&arena, 1, sizeof(ndm_shaper));
    made->memory = memory;
    made->block = block;
    made->kernels = kernels;
    made->most = (int64_t)most;
    made->longest = counted.longest;
    fill(made, &arena);
    *shaper = made;
    return NDM_OK;
}

void ndm_shaper_close(ndm_shaper *shaper) {
    if (!shaper) return;
    ndm_memory memory = shaper->memory;
    memory.release(memory.context, shaper->block);
}

size_t ndm_most_shaped(size_t count) { return count > MOST_SAMPLES ? 0 : (size_t)longest_of((int64_t)count); }

ndm_status take_sound(ndm_shaper *s, const ndm_heard *sound, int64_t most, double loudest) {
    Fault why = {NDM_OK, s->sentence};
    s->sentence[0] = 0;
    if (sound->channels != 1 && sound->channels != 2)
        return fault(&why, NDM_BAD_VALUE, "a sound has one or two channels, got %d", sound->channels);
    if (!is_offered(sound->rate))
        return fault(&why, NDM_BAD_VALUE, "no sample rate %d; there are 22050, 44100, 48000 Hz", sound->rate);
    if (!sound->count || sound->count > (size_t)most)
        return fault(&why, NDM_BAD_VALUE, "a sound has 1 to %lld samples here, got %llu", (long long)most,
                     (unsigned long long)sound->count);
    if (sound->onset > sound->count)
        return fault(&why, NDM_BAD_VALUE, "the onset must lie in the sound, got %llu",
                     (unsigned long long)sound->onset);
    if (!(sound->top > 0 && sound->top <= LOUDEST_SAMPLE))
        return fault(&why, NDM_BAD_VALUE, "the highest peak must lie between 0 and 1000, got %g", sound->top);
    s->now.n = (int64_t)sound->count;
    s->now.onset = (int64_t)sound->onset;
    s->now.channels = sound->channels;
    s->now.rate = sound->rate;
    s->now.known = 0;
    for (int c = 0; c < sound->channels; c++)
        for (size_t i = 0; i < sound->count; i++) {
            float x = sound->samples[(size_t)c * sound->count + i];
            if (!(fabs((double)x) <= loudest))
                return fault(&why, NDM_BAD_VALUE, "samples must lie between -%.0f and %.0f, got %g", loudest, loudest,
                             (double)x);
            s->now.samples[c][i] = x;
        }
    return NDM_OK;
}

void give_sound(const ndm_shaper *s, float *samples) {
    for (int c = 0; c < s->now.channels; c++)
        memcpy(samples + c * s->now.n, s->now.samples[c], (size_t)s->now.n * sizeof *samples);
}

ndm_status ndm_shape(ndm_shaper *s, const ndm_heard *sound, const ndm_wish *wish, float *samples, size_t *count,
                     size_t *onset) {
    Fault why = {NDM_OK, s->sentence};
    ndm_status status = take_sound(s, sound, s->most, LOUDEST_SAMPLE);
    *count = 0;
    if (status != NDM_OK) return status;
    if (wish->asked >> NDM_QUALITIES)
        return fault(&why, NDM_BAD_VALUE, "unknown quality; there are pitch, sweep, decay, attack, brightness, "
                     "noisiness, body, air, loudness");
    for (int i = 0; i < NDM_QUALITIES; i++) {
        const Quality *q = qualities + i;
        if (!(wish->asked >> i & 1)) continue;
        if (!(wish->offered >> i & 1))
            return fault(&why, NDM_BAD_VALUE, "there is no %s that can be wished for", q->name);
        if (!(wish->value[i] >= q->low && wish->value[i] <= q->high))
            return fault(&why, NDM_BAD_VALUE, "%s must lie between %g and %g%s, got %g", q->name, q->low, q->high,
                         q->unit, wish->value[i]);
    }
    double ratio = s->kernels->finish(s, wish, sound->top);
    give_sound(s, samples);
    *count = (size_t)s->now.n;
    if (onset) *onset = (size_t)nearbyint((double)sound->onset / ratio);
    return NDM_OK;
}

ndm_status ndm_strike(ndm_shaper *s, const ndm_heard *sound, const ndm_stroke *stroke, float *samples) {
    Fault why = {NDM_OK, s->sentence};
    ndm_status status = take_sound(s, sound, s->longest, LOUDEST_SAMPLE);
    if (status != NDM_OK) return status;
    int bad = !(fabs(stroke->attack) <= 8) || !(fabs(stroke->decay) <= 8) || !(fabs(stroke->level) <= 200);
    for (int i = 0; i < 10; i++) bad |= !(fabs(stroke->bands[i]) <= 60);
    if (bad)
        return fault(&why, NDM_BAD_VALUE, "a stroke changes attack and decay by up to 8 octaves, bands by up to "
                     "60 dB and its level by up to 200 dB");
    s->kernels->strike(s, stroke, sound->top);
    give_sound(s, samples);
    return NDM_OK;
}

ndm_status ndm_describe(ndm_shaper *s, const ndm_heard *sound, double *values) {
    ndm_heard heard = *sound;
    heard.onset = 0;
    heard.top = 1;
    ndm_status status = take_sound(s, &heard, s->longest, LOUDEST_SAMPLE);
    if (status != NDM_OK) return status;
    s->kernels->describe(s, values);
    return NDM_OK;
}

uint32_t ndm_missed(const ndm_wish *wish, const double *values) {
    uint32_t missed = 0;
    for (int i = 0; i < NDM_QUALITIES; i++) {
        const Quality *q = qualities + i;
        double asked = wish->value[i], reached = values[i];
        double off = q->logarithmic ? log2(reached / asked) : reached - asked;
        if (wish->asked >> i & 1 && !(fabs(off) <= q->tolerance)) missed |= 1u << i;
    }
    return missed;
}

const char *ndm_shaper_sentence(const ndm_shaper *shaper) { return shaper->sentence; }

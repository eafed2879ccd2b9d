/* Own sounds laid over each other: anchors/play.py is the reference. */
#include <math.h>
#include <string.h>

#include "bender.h"

static ndm_status refuse(ndm_bender *b, const ndm_heard *sound) {
    Fault why = {NDM_OK, b->shaper.sentence};
    unsigned long long most = (unsigned long long)b->longest;
    b->shaper.sentence[0] = 0;
    if (sound->channels != 1 && sound->channels != 2)
        return fault(&why, NDM_BAD_VALUE, "a sound has one or two channels, got %d", sound->channels);
    if (sound->rate != FULL_RATE)
        return fault(&why, NDM_BAD_VALUE, "an own sound has 44100 Hz, got %d", sound->rate);
    if (!sound->count || sound->count > most)
        return fault(&why, NDM_BAD_VALUE, "a sound has 1 to %llu samples here, got %llu", most,
                     (unsigned long long)sound->count);
    if (sound->onset >= sound->count)
        return fault(&why, NDM_BAD_VALUE, "its onset lies at sample %llu, outside the sound",
                     (unsigned long long)sound->onset);
    for (size_t i = 0; i < sound->count * (size_t)sound->channels; i++)
        if (!(fabsf(sound->samples[i]) <= 1e6f))
            return fault(&why, NDM_BAD_VALUE, "samples must lie between -1000000 and 1000000, got %g",
                         (double)sound->samples[i]);
    return NDM_OK;
}

static double peak_in(const ndm_heard *sound) {
    float peak = 0;
    for (size_t i = 0; i < sound->count * (size_t)sound->channels; i++) peak = fmaxf(peak, fabsf(sound->samples[i]));
    return peak;
}

static double loudness_in(ndm_bender *b, const ndm_heard *sound) {
    const float *left = sound->samples, *right = left + sound->count;
    float *mean = b->shaper.mean;
    for (size_t i = 0; i < sound->count; i++) mean[i] = sound->channels == 2 ? (left[i] + right[i]) / 2 : left[i];
    return loudness(mean, (int64_t)sound->count, FULL_RATE, b->shaper.total);
}

/* Turns samples that a caller has room for to a loudness. */
static void turn(ndm_bender *b, float *samples, size_t count, int channels, double wanted, double top) {
    Shape *now = &b->shaper.now, own = *now;
    *now = (Shape){.samples = {samples, samples + (channels - 1) * (int64_t)count}, .n = (int64_t)count,
                   .channels = channels, .rate = FULL_RATE};
    b->model->kernels->at_loudness(&b->shaper, wanted, top);
    *now = own;
}

ndm_status ndm_as_loud(ndm_bender *b, const ndm_heard *sound, const ndm_heard *own, float *samples) {
    TRY(refuse(b, sound));
    TRY(refuse(b, own));
    double wanted = loudness_in(b, own), top = fmax(1, peak_in(own));
    memmove(samples, sound->samples, sound->count * (size_t)sound->channels * sizeof *samples);
    turn(b, samples, sound->count, sound->channels, wanted, top);
    return NDM_OK;
}

size_t ndm_most_mixed(const ndm_heard *sounds, size_t n) {
    size_t onset = 0, most = 0;
    for (size_t i = 0; i < n; i++) onset = sounds[i].onset > onset ? sounds[i].onset : onset;
    for (size_t i = 0; i < n; i++) {
        size_t end = onset - sounds[i].onset + sounds[i].count;
        most = end > most ? end : most;
    }
    return most;
}

ndm_status ndm_mix(ndm_bender *b, const ndm_heard *sounds, const float *shares, size_t n, float *samples,
                   size_t *count, size_t *onset) {
    Fault why = {NDM_OK, b->shaper.sentence};
    float sum = 0;
    size_t latest = 0;
    int channels = 1;
    *count = *onset = 0;
    if (!n || n > NDM_MIXED)
        return fault(&why, NDM_BAD_VALUE, "1 to %d sounds are mixed, got %llu", NDM_MIXED, (unsigned long long)n);
    for (size_t i = 0; i < n; i++) {
        TRY(refuse(b, sounds + i));
        if (!(shares[i] > 0 && shares[i] <= 1))
            return fault(&why, NDM_BAD_VALUE, "the share of a sound lies between 0 and 1, got %g", (double)shares[i]);
        sum += shares[i];
        if (sounds[i].onset > latest) latest = sounds[i].onset;
        if (sounds[i].channels == 2) channels = 2;
    }
    if (!(fabsf(sum - 1) <= 1e-3f)) return fault(&why, NDM_BAD_VALUE, "the shares of sounds must sum to 1");
    size_t length = ndm_most_mixed(sounds, n);
    if (length > (size_t)b->longest)
        return fault(&why, NDM_BAD_VALUE, "sounds together have up to %lld samples here, got %llu",
                     (long long)b->longest, (unsigned long long)length);
    *count = length;
    *onset = latest;
    if (n == 1) {
        memmove(samples, sounds->samples, length * (size_t)channels * sizeof *samples);
        return NDM_OK;
    }
    double wanted = 0, top = 1;
    memset(samples, 0, length * (size_t)channels * sizeof *samples);
    for (size_t k = 0; k < n; k++) {
        const ndm_heard *own = sounds + k;
        for (int c = 0; c < channels; c++) {
            const float *from = own->samples + (c && own->channels == 2 ? own->count : 0);
            float *to = samples + (size_t)c * length + latest - own->onset;
            for (size_t i = 0; i < own->count; i++) to[i] += shares[k] * from[i];
        }
        wanted += loudness_in(b, own) * (double)shares[k];
        top = fmax(top, peak_in(own));
    }
    turn(b, samples, length, channels, wanted, top);
    return NDM_OK;
}

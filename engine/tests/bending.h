/* From any bytes to own sounds that are heard, bent and mixed: for the driver and for libFuzzer. */
#ifndef NDM_BENDING_H
#define NDM_BENDING_H
#include "ndm_own_sounds.h"

/* Ends the program where a function refuses without a sentence. */
static ndm_status told(const ndm_bender *bender, ndm_status status) {
    if (status && !ndm_bender_sentence(bender)[0]) abort();
    return status;
}

static void expect_numbers(const float *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i])) abort();
}

/* Levels that are those of a sound, a block of them changed; sometimes one is any bits. */
static void change_levels(const uint8_t **bytes, size_t *left, float *levels, size_t n) {
    size_t first = (size_t)(uint32_t)whole(bytes, left, 254) * n / 256 % n;
    size_t count = (size_t)(uint32_t)whole(bytes, left, 254) * n / 256 % (n - first);
    double change = between(bytes, left, -3, 3);
    for (size_t i = first; i < first + count; i++) levels[i] += (float)change;
    if (whole(bytes, left, 8) == 1) levels[first] = number(bytes, left);
}

/* Calls the functions for own sounds with arguments from bytes. The bender has room for `most` samples. Returns how many
 * sounds were bent. */
static int try_bending(ndm_bender *bender, const ndm_model *model, size_t most, const uint8_t *bytes, size_t left) {
    ndm_facts facts = ndm_model_facts(model);
    size_t mel = (size_t)facts.n_mels * (size_t)facts.n_frames, air = 8 * (size_t)facts.n_frames, all = mel + air + 200;
    ndm_heard sounds[2];
    ndm_parts parts[3];
    float *samples[2], *made[2], *levels = calloc(3 * all, sizeof *levels);
    size_t counts[2] = {0}, onsets[2] = {0}, onset, count;
    int bent = 0;
    for (int p = 0; p < 3; p++) parts[p] = (ndm_parts){levels + p * all, levels + p * all + mel, levels + p * all + mel + air};
    for (int s = 0; s < 2; s++) {
        uint8_t kind, length, pieces;
        next(&bytes, &left, &kind, 1);
        next(&bytes, &left, &length, 1);
        next(&bytes, &left, &pieces, 1);
        ndm_heard *sound = sounds + s;
        *sound = (ndm_heard){.channels = kind & 64 ? 2 : 1, .rate = kind & 31 ? 44100 : 48000};
        sound->count = length < 60 ? length : length < 253 ? (size_t)length * length * most / 64009 : length < 255 ? most : most + 1;
        sound->onset = (size_t)(uint32_t)whole(&bytes, &left, 254) * (sound->count + 1) / (kind & 32 ? 256 : 20000);
        size_t n = sound->count * (size_t)sound->channels, room = ndm_most_bent(sound->count) * (size_t)sound->channels;
        samples[s] = calloc(n ? n : 1, sizeof **samples);
        made[s] = malloc((room + 1) * sizeof **made);
        draw_sound(&bytes, &left, pieces, samples[s], n);
        sound->samples = samples[s];
        if (!told(bender, ndm_find_hit(bender, samples[s], sound->count, &onset)) && onset >= sound->count) abort();
        double scale;
        if (told(bender, ndm_hear(bender, sound, parts, &scale))) continue;
        expect_numbers(levels, all);
        if (!(scale > 0)) abort();
        memcpy(levels + all, levels, all * sizeof *levels);
        memcpy(levels + 2 * all, levels, all * sizeof *levels);
        for (int p = 0; p < 3; p++)
            for (int k = whole(&bytes, &left, 4); k-- > 0 && k < 4;) change_levels(&bytes, &left, levels + p * all, all);
        if (whole(&bytes, &left, 16) == 1) scale = between(&bytes, &left, 0, 10);
        if (told(bender, ndm_bend(bender, sound, parts, scale, parts + 1, parts + 2, made[s], &counts[s], &onsets[s]))) continue;
        if (counts[s] * (size_t)sound->channels > room || onsets[s] >= counts[s]) abort();
        expect_numbers(made[s], counts[s] * (size_t)sound->channels);
        bent++;
        sound->samples = made[s];
        sound->count = counts[s];
        sound->onset = onsets[s];
    }
    if (sounds[0].count && sounds[1].count && sounds[0].count + sounds[1].count < 8 * most) {
        float share = number(&bytes, &left) / 2.1f, shares[2] = {share, 1 - share};
        /* What is longer than a bent sound is refused. */
        size_t length = ndm_most_mixed(sounds, 2), longest = ndm_most_bent(most), room = length < longest ? length : longest;
        size_t n = sounds[0].count * (size_t)sounds[0].channels;
        float *out = malloc((2 * room + n) * sizeof *out);
        if (!told(bender, ndm_mix(bender, sounds, shares, 2, out, &count, &onset))) {
            if (count != length || onset >= count) abort();
            expect_numbers(out, count);
        }
        if (!told(bender, ndm_as_loud(bender, sounds, sounds + 1, out))) expect_numbers(out, n);
        free(out);
    }
    for (int s = 0; s < 2; s++) {
        free(samples[s]);
        free(made[s]);
    }
    free(levels);
    return bent;
}

/* Own sounds that a model hears; returns how many were bent. */
__attribute__((unused)) static int bend(const ndm_model *model, int sounds, const ndm_memory *memory) {
    enum { MOST = 6000 };
    uint8_t bytes[200];
    ndm_bender *bender;
    int bent = 0;
    if (ndm_bender_open(model, MOST, memory, &bender)) return 0;
    for (int i = 0; i < sounds; i++) {
        for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (uint8_t)drawn(drawn(4) ? 250 : 256);
        bent += try_bending(bender, model, MOST, bytes, sizeof bytes);
    }
    ndm_bender_close(bender);
    return bent;
}
#endif

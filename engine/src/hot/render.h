/* From levels to samples: inverters/full_band.py and renderer.py are the reference. */
#ifndef NDM_RENDER_H
#define NDM_RENDER_H
#include "air.h"
#include "body.h"
#include "other_take.h"
#include "overlay.h"
#include "resample.h"
#include "width.h"

/* Magnitudes of log-mels, silence being exactly 0. */
static void magnitudes(const ndm_model *m, const float *logs, float *out) {
    FOR_LANES(i, m->spec.n_mels * m->stride) {
        V x = smaller(larger(load(logs + i), all(m->mel_floor)), all(m->mel_top));
        store(out + i, larger(v_exp(x) - m->log_eps, all(0)));
    }
    for (int64_t b = 0; b < m->spec.n_mels; b++)
        for (int64_t t = m->frames; t < m->stride; t++) out[b * m->stride + t] = 0;
}

/* What a sound has, silence at its end left out but for 10 ms; it lasts 50 ms at least. */
static int64_t ended(float *samples, int64_t n) {
    float most = 0;
    int64_t last = n, least = 2205;
    for (int64_t i = 0; i < n; i++) {
        float size = samples[i] < 0 ? -samples[i] : samples[i];
        most = size > most ? size : most;
    }
    float floor = most * 1.5848931924611134e-5f;
    while (last && !(samples[last - 1] > floor || -samples[last - 1] > floor)) last--;
    if (!last) return n;
    int64_t count = last + 441 > least ? last + 441 : least;
    if (count > n) count = n;
    memset(samples + last, 0, (size_t)(count - last) * sizeof *samples);
    return count;
}

/* The peak to expect: 1 for the core, more by the share of the air. */
static float ceiling(const float *attack) {
    float core = 0, air = 0;
    for (int i = 0; i < ATTACK_VALUES; i++) {
        float size = expf(attack[i]);
        if (i < ATTACK_VALUES - ATTACK_STEPS) core += size * size;
        else air += size * size;
    }
    return sqrtf((core + air) / core);
}

/* A channel of 44,100 Hz at another rate; returns its number of samples there. */
static int64_t at_rate(ndm_engine *e, const float *x, int64_t n, int32_t rate, float *out) {
    if (rate == 22050) return halve_rate(e, x, n, out);
    if (rate == 48000) return to_48000(e, x, n, out);
    memcpy(out, x, (size_t)n * sizeof *out);
    return n;
}

/* Plays e->levels as a take of a sound, at the sound's rate, not normalised; with a width the right
 * channel follows the left one. */
static void play(ndm_engine *e, const ndm_sound *sound, int32_t take, float *out, int64_t *count) {
    const ndm_model *m = e->model;
    const LevelSet *levels = &e->levels;
    lap(e, OVERLAY);
    int has_attack = !(sound->without & NDM_NO_ATTACK), has_air = !(sound->without & NDM_NO_AIR);
    float *body_frames = e->ridge + 2 * m->stride;
    Body body = {0, body_frames, body_frames + m->stride};
    magnitudes(m, levels->mel, e->rest);
    int has_body = !(sound->without & NDM_NO_BODY) && !sound->exemplars &&
                   find_body(e, e->rest, &body);
    lap(e, BODY);
    if (detail(e, sound, take))
        for (int64_t b = 0; b < m->spec.n_mels; b++)
            FOR_LANES(t, m->stride) {
                float *cell = e->rest + b * m->stride + t;
                V gain = load(e->gain + b * m->stride + t) * load(m->after_attack + t);
                /* Whatever a code asks for, magnitudes stay numbers: every frame has a peak. */
                V size = load(cell) * v_exp(gain);
                store(cell, smaller(larger(size, all(0)), all(1e30f)));
            }
    lap(e, DETAIL);
    float target[ATTACK_VALUES];
    if (has_attack) {
        int64_t segment = m->core_attack.segment;
        if (has_body)
            play_body(&body, m->spec.hop_length, (double)m->spec.sr, m->spec.pre_roll, segment,
                      e->wave, e->total);
        core_target(e, levels->attack, has_body ? e->wave : 0, target);
    }
    lap(e, SHAPE);
    int64_t sounding = invert_core(e, e->rest, has_attack ? target : 0);
    int64_t n = double_rate(e, sounding);
    float *full = e->full;
    lap(e, DOUBLING);
    if (has_body) {
        int64_t hop = m->spec.hop_length * 2, heard = body.frames * hop < n ? body.frames * hop : n;
        play_body(&body, hop, FULL_RATE, m->spec.pre_roll * 2, heard, e->wave, e->total);
        for (int64_t i = 0; i < heard; i++) full[i] += e->wave[i];
    }
    lap(e, BODY);
    if (has_air) add_air(e, levels->air, (uint32_t)take, full, n);
    lap(e, AIR);
    if (has_attack) {
        follow_attack(e, full, n, levels->attack, has_air ? ATTACK_BANDS : ATTACK_BANDS - 1);
        soft_limit(full, n, has_air ? ceiling(levels->attack) : 1.0f);
    } else {
        open_gate(m, full);
    }
    lap(e, ATTACK);
    for (int64_t i = 0; i < m->fade; i++) full[n - m->fade + i] *= m->fade_out[i];
    float *mono = full + START, *side = e->wave, *channel = e->mono;
    n = ended(mono, n - START);
    if (sound->width > 0) {
        side_signal(mono, n, sound->width, (uint32_t)take, e->total, side);
        for (int64_t i = 0; i < n; i++) channel[i] = mono[i] - side[i];
        for (int64_t i = 0; i < n; i++) mono[i] += side[i];
    }
    *count = at_rate(e, mono, n, sound->rate, out);
    if (sound->width > 0) at_rate(e, channel, n, sound->rate, out + *count);
    lap(e, ENDING);
}
#endif

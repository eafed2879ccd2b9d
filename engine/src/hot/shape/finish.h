/* From a sound and its wish to the sound that meets it: wishes/shape.py and wishes/finish.py are the reference. */
#ifndef NDM_FINISH_H
#define NDM_FINISH_H
#include "loudness.h"
#include "partial.h"
#include "tune.h"

enum { ROUNDS = 2 };

#define MOST_OCTAVES 2.0
#define BIT(quality) (1u << (quality))
#define TONE (BIT(NDM_BRIGHTNESS) | BIT(NDM_BODY) | BIT(NDM_AIR) | BIT(NDM_NOISINESS))
#define TIME (BIT(NDM_ATTACK) | BIT(NDM_DECAY))

typedef struct {
    uint32_t asked, held;
    const double *wanted; /* values of what is asked for */
    double own[NDM_QUALITIES];   /* and of what is held */
} Aim;

static double aim_of(const Aim *aim, int quality) {
    return aim->asked & BIT(quality) ? aim->wanted[quality] : aim->own[quality];
}

APART void toned(ndm_shaper *s, const Aim *aim, int again) {
    static const int names[] = {NDM_BRIGHTNESS, NDM_BODY, NDM_AIR};
    double values[3] = {0}, weights[3] = {0};
    for (int i = 0; i < 3; i++) {
        if (!((aim->asked | aim->held) & BIT(names[i]))) continue;
        values[i] = aim_of(aim, names[i]);
        if (!i) values[i] = log2(values[i]);
        weights[i] = aim->asked & BIT(names[i]) ? 1 : 0.15;
    }
    set_tone(s, values, weights);
    if (aim->asked & BIT(NDM_NOISINESS)) set_noisiness(s, aim->wanted[NDM_NOISINESS], 1);
    /* Where noisiness is only held, it is not worth the time of a second look. */
    else if (aim->held & BIT(NDM_NOISINESS) && !again) set_noisiness(s, aim->own[NDM_NOISINESS], 0);
}

/* Attack and decay; `held` tells whether those that are only held are set, too. */
APART void over_time(ndm_shaper *s, const Aim *aim, uint32_t asked, uint32_t held) {
    uint32_t set = asked | held;
    if (set & BIT(NDM_ATTACK)) {
        double wanted = asked & BIT(NDM_ATTACK) ? aim->wanted[NDM_ATTACK] : aim->own[NDM_ATTACK];
        if (!attack_is_met(attack_of(s), wanted, asked & BIT(NDM_ATTACK) ? UNHEARD : 0.1)) set_attack(s, wanted);
    }
    /* The decay's gain begins at the loudest moment, so it leaves the attack alone. */
    if (set & BIT(NDM_DECAY)) {
        double wanted = asked & BIT(NDM_DECAY) ? aim->wanted[NDM_DECAY] : aim->own[NDM_DECAY];
        if (decay_is_met(decay_of(s), wanted, asked & BIT(NDM_DECAY) ? SAME_DECAY : 0.03)) return;
        double factor = stretch_for(s, wanted);
        if (factor > 1.02) stretch(s, fmin(4, factor));
        set_decay(s, wanted, attack_peak(attack_of(s)));
    }
}

static double partial_of(ndm_shaper *s) {
    int tonal;
    const float *mono = mono_of(s);
    int64_t n = s->now.n;
    return loudest_partial(s, mono, n, s->now.rate, loudest_sample(s, mono, n, s->now.rate), &tonal);
}

static double tuning_of(uint32_t asked, double wanted, double partial) {
    if (!(asked & BIT(NDM_PITCH)) || !isfinite(partial)) return 1;
    return held_in(wanted / partial, 0.25, 4);
}

static void swept(ndm_shaper *s, const Aim *aim) {
    if (aim->asked & BIT(NDM_SWEEP)) set_sweep(s, aim->wanted[NDM_SWEEP]);
}

static void shaped(ndm_shaper *s, const Aim *aim, double partial) {
    double ratio = tuning_of(aim->asked, aim->wanted[NDM_PITCH], partial);
    int has_tone = !!(aim->asked & TONE), has_time = !!(aim->asked & TIME);
    int is_moved = ratio != 1 || aim->asked & BIT(NDM_SWEEP);
    uint32_t asked = aim->asked & TIME, held = aim->held & TIME;
    /* What is only held has its value until something else has changed the sound. So where one kind of quality
     * is asked for, the other kind is mended, and what was asked for is set again. */
    if (!is_moved && !has_time) {
        toned(s, aim, 0);
        for (int i = 0; i < ROUNDS; i++) {
            over_time(s, aim, 0, held);
            toned(s, aim, 1);
        }
        return;
    }
    if (!is_moved && !has_tone) {
        over_time(s, aim, asked, 0);
        toned(s, aim, 0);
        over_time(s, aim, asked, held);
        over_time(s, aim, asked, 0);
        return;
    }
    tune(s, ratio);
    swept(s, aim);
    for (int i = 0; i < ROUNDS; i++) {
        toned(s, aim, i > 0);
        over_time(s, aim, asked, held);
    }
    /* What was asked for has the last word. */
    if (has_tone) toned(s, aim, 1);
    if (aim->asked & BIT(NDM_PITCH) && isfinite(partial)) {
        /* A drum's pitch falls, so another decay or attack shows another part of its way. */
        double now = partial_of(s), again = aim->wanted[NDM_PITCH] / now;
        if (isfinite(now) && fabs(log2(again)) < 0.5) tune(s, again);
    }
    swept(s, aim); /* a filter has moved the low end's mean frequency */
    over_time(s, aim, asked, 0);
}

/* The values that can be held; none of silence. */
static uint32_t hold(ndm_shaper *s, uint32_t offered, uint32_t asked, double own[NDM_QUALITIES]) {
    const double none[3] = {0};
    double values[3], slopes[3][3];
    uint32_t kinds = BIT(NDM_DECAY) | BIT(NDM_ATTACK) | TONE;
    if (is_silent(s)) return 0;
    own[NDM_DECAY] = decay_of(s)->seconds;
    own[NDM_ATTACK] = attack_of(s)->seconds;
    own[NDM_NOISINESS] = noisiness(s);
    values_and_slopes(bands_of(s), none, values, slopes);
    own[NDM_BRIGHTNESS] = pow(2, values[0]);
    own[NDM_BODY] = values[1];
    own[NDM_AIR] = values[2];
    return kinds & offered & ~asked;
}

/* Gives s->now the values of a wish; returns the number by which frequencies were multiplied at first. */
static double finish(ndm_shaper *s, const ndm_wish *wish, double top) {
    Aim aim = {.asked = wish->asked & ~BIT(NDM_LOUDNESS), .wanted = wish->value};
    if (!aim.asked) {
        if (wish->asked) at_loudness(s, wish->value[NDM_LOUDNESS], top);
        return 1;
    }
    double partial = aim.asked & BIT(NDM_PITCH) ? partial_of(s) : NAN;
    double ratio = tuning_of(aim.asked, wish->value[NDM_PITCH], partial);
    aim.held = hold(s, wish->offered, aim.asked, aim.own);
    if (aim.held & BIT(NDM_BRIGHTNESS) && ratio > 1) {
        /* A sound is not darker than the pitch that is asked of it. */
        double rise = fmin(aim.own[NDM_BRIGHTNESS] * ratio, 1.2 * wish->value[NDM_PITCH]);
        aim.own[NDM_BRIGHTNESS] = fmax(aim.own[NDM_BRIGHTNESS], rise);
    }
    double before = loudness_of(s);
    shaped(s, &aim, partial);
    if (wish->asked & BIT(NDM_LOUDNESS)) {
        at_loudness(s, wish->value[NDM_LOUDNESS], top);
        return ratio;
    }
    double peak = (double)peak_now(s);
    if (!(peak > 0)) return ratio;
    double gain = top / peak, after = loudness_of(s);
    if (isfinite(before) && isfinite(after)) gain = fmin(gain, pow(10, (before - after) / 20));
    scale_all(s, gain);
    return ratio;
}
#endif

/* Attack and decay by gains over time, solved on the envelope of a sound: wishes/envelope.py is the
 * reference. */
#ifndef NDM_ENVELOPE_H
#define NDM_ENVELOPE_H
#include "measure.h"

enum { ATTACK_TRIES = 9, ATTACK_HALVINGS = 5, DECAY_ROUNDS = 16 };

#define DECAY_DB 20.0
#define UNHEARD 0.03 /* octaves of an attack */
#define SAME_DECAY 0.003
#define MOST_GROWN 1.25

/* The value at a place between numbers, by a straight line; the ends go on. */
INLINE double value_at(const double *x, int64_t n, double place) {
    if (!(place > 0)) return x[0];
    if (place >= (double)(n - 1)) return x[n - 1];
    int64_t at = (int64_t)place;
    return x[at] + (place - (double)at) * (x[at + 1] - x[at]);
}

/* Forgets what was measured: the samples are others now. */
static void changed(ndm_shaper *s, int64_t n) {
    s->now.n = n;
    s->now.known = 0;
}

/* Gains that bring the level up to its loudest moment to a rise, in place. It stays as high as that moment
 * until it comes. After it, nothing gets louder. */
APART void towards(const AttackShape *a, double *gains) {
    double least = 1e-3 * a->level[a->peak];
    for (int64_t i = 0; i < a->steps; i++) {
        double change = log(fmax(gains[i], least) / fmax(a->level[i], least));
        change = held_in(change, -log(100.0), log(10.0));
        gains[i] = exp(i >= a->peak ? fmin(change, 0) : change);
    }
}

/* Gains for the sound's own rise, which takes 2 to the power of `change` as long. */
static void own_rise(const AttackShape *a, double change, double *gains) {
    double speed = pow(2, -change);
    for (int64_t i = 0; i < a->steps; i++) {
        double since = (double)at_least(0, i - a->start);
        gains[i] = value_at(a->level, a->steps, fmin((double)a->start + since * speed, (double)a->peak));
    }
    towards(a, gains);
}

/* Gains for an even rise. */
static void even_rise(const AttackShape *a, int32_t rate, double change, double *gains) {
    double length = fmax(a->seconds / 0.8 * (double)rate / (double)a->step, 4) * pow(2, change);
    for (int64_t i = 0; i < a->steps; i++)
        gains[i] = a->level[a->peak] * fmin((double)at_least(0, i - a->start) / length, 1);
    towards(a, gains);
}

static void a_rise(ndm_shaper *s, int even, double change, double *gains) {
    if (even) even_rise(&s->now.attack, s->now.rate, change, gains);
    else own_rise(&s->now.attack, change, gains);
}

APART double attack_after(ndm_shaper *s, int even, double change) {
    const AttackShape *a = &s->now.attack;
    double *gains = s->steps[0], *level = s->steps[1];
    a_rise(s, even, change, gains);
    for (int64_t i = 0; i < a->steps; i++) gains[i] = a->powers[i] * (gains[i] * gains[i]);
    envelope(gains, a->steps, level);
    return rise_steps(level, a->steps) * (double)a->step / (double)s->now.rate;
}

/* The change that brings the attack nearest to a value, and the octaves by which that misses it. */
APART double solve_attack(ndm_shaper *s, double seconds, int even, double *missed) {
    const AttackShape *a = &s->now.attack;
    double change[ATTACK_TRIES + 2], found[ATTACK_TRIES + 2], sign = seconds > a->seconds ? 1 : -1;
    int count = 1;
    change[0] = 0;
    found[0] = a->seconds;
    for (int i = 1; i < ATTACK_TRIES; i++) {
        change[count] = sign * (i * (6.0 / (ATTACK_TRIES - 1)));
        found[count] = attack_after(s, even, change[count]);
        count++;
        if (!(sign * (found[count - 1] - seconds) >= 0)) continue;
        /* The first crossing is the gentlest change; where the attack jumps, the nearer side is taken. */
        double near[2] = {change[count - 2], change[count - 1]}, value[2] = {found[count - 2], found[count - 1]};
        for (int k = 0; k < ATTACK_HALVINGS; k++) {
            double middle = (near[0] + near[1]) / 2, there = attack_after(s, even, middle);
            int beyond = sign * (there - seconds) >= 0;
            near[beyond] = middle;
            value[beyond] = there;
        }
        for (int k = 0; k < 2; k++, count++) {
            change[count] = near[k];
            found[count] = value[k];
        }
        break;
    }
    int best = 0;
    double least = INFINITY;
    for (int i = 0; i < count; i++) {
        double miss = fabs(log2(fmax(found[i], 1e-4) / seconds));
        if (miss < least) {
            least = miss;
            best = i;
        }
    }
    *missed = least;
    return change[best];
}

/* Gains of steps as gains of the first samples; later ones are 1. */
APART int64_t gains_of_samples(ndm_shaper *s, const double *gains, float *out) {
    const AttackShape *a = &s->now.attack;
    int64_t first = at_most(s->now.n, (a->steps + 1) * a->step);
    for (int64_t i = 0; i < first; i++) {
        double place = (double)i / (double)a->step + ENVELOPE_STEPS - 0.5;
        out[i] = place > (double)(a->steps - 1) ? 1.0f : (float)value_at(gains, a->steps, place);
    }
    return first;
}

static void scale_attack(ndm_shaper *s, const double *gains) {
    int64_t first = gains_of_samples(s, gains, s->filter);
    for (int c = 0; c < s->now.channels; c++)
        for (int64_t i = 0; i < first; i++) s->now.samples[c][i] *= s->filter[i];
    changed(s, s->now.n);
}

static int attack_is_met(const AttackShape *a, double seconds, double octaves) {
    return a->seconds <= 0 || fabs(log2(seconds / a->seconds)) < octaves;
}

/* Gives the sound an attack, as near as can be. */
APART void set_attack(ndm_shaper *s, double seconds) {
    const AttackShape *a = attack_of(s);
    if (attack_is_met(a, seconds, UNHEARD)) return;
    double miss, less, change = solve_attack(s, seconds, 0, &miss), other = 0;
    int even = 0;
    if (miss > 0.05) {
        other = solve_attack(s, seconds, 1, &less);
        even = less < miss;
    }
    a_rise(s, even, even ? other : change, s->steps[0]);
    scale_attack(s, s->steps[0]);
}

/* The decay after a growth of `rate` nepers a second, a fall if it is under 0. Block i is by so much under
 * way: i + half milliseconds less `first`, or not at all. */
APART double decay_after(ndm_shaper *s, const DecayShape *d, double rate, double half, double first) {
    double *after = s->blocks[1], gain = 1, step = exp(2 * rate / 1000);
    int moving = 0;
    for (int64_t i = 0; i < d->blocks; i++) {
        double since = ((double)i + half) / 1000 - first;
        if (moving) gain *= step;
        else if (since > 0) {
            moving = 1;
            gain = exp(2 * rate * since);
        }
        after[i] = d->energies[i] * gain;
    }
    return decay_seconds(after, d->blocks, s->blocks[2]);
}

/* The fastest growth, in nepers a second, that leaves the end of a sound quiet. */
static double most_growth(const DecayShape *d, double seconds) {
    if (!(seconds > 0)) return 0;
    int64_t last = at_most(30, d->blocks), first = at_most(5, d->blocks);
    double end = 0, loudest = 0;
    for (int64_t i = 0; i < last; i++) end += d->energies[d->blocks - 1 - i];
    for (int64_t i = 0; i < first; i++) loudest += d->energies[i];
    double room = -45 - 10 * log10(fmax(end / (double)last, 1e-30) / fmax(loudest / (double)first, 1e-30));
    return fmax(0, room) / (20 / log(10)) / seconds;
}

static int decay_is_met(const DecayShape *d, double seconds, double octaves) {
    return d->seconds > 0 && fabs(log2(d->seconds / seconds)) < octaves;
}

/* Gives the sound a decay by gains from the loudest moment on. */
APART void set_decay(ndm_shaper *s, double seconds, int64_t loudest) {
    const DecayShape *d = decay_of(s);
    int64_t start = at_least(d->peak, loudest);
    double first = (double)(start - d->peak) / (double)d->block / 1000;
    double growth = most_growth(d, fmax(0, ((double)(d->blocks - 1) + 0.5) / 1000 - first));
    double low = asinh(-growth), high = asinh(2000);
    for (int i = 0; i < DECAY_ROUNDS; i++) {
        double middle = (low + high) / 2, now = decay_after(s, d, -sinh(middle), 0.5, first);
        if (fabs(now - seconds) < 0.0005 * seconds) {
            low = high = middle;
            break;
        }
        if (now > seconds) low = middle;
        else high = middle;
    }
    float fall = (float)(-sinh((low + high) / 2) / (double)s->now.rate), ramp[VL];
    for (int i = 0; i < VL; i++) ramp[i] = (float)i;
    for (int64_t i = start; i < s->now.n; i += VL) {
        V gain = v_exp((load(ramp) + (float)(i - start)) * fall);
        int64_t last = at_most(VL, s->now.n - i);
        for (int c = 0; c < s->now.channels; c++)
            for (int64_t k = 0; k < last; k++) s->now.samples[c][i + k] *= gain[k];
    }
    changed(s, s->now.n);
}

/* By which factor the sound is to be stretched before it gets a longer decay. */
static double stretch_for(ndm_shaper *s, double seconds) {
    const DecayShape *d = decay_of(s);
    if (seconds <= d->seconds || !d->blocks) return 1;
    double growth = most_growth(d, (double)(d->blocks - 1) / 1000);
    double longest = fmin(MOST_GROWN * d->seconds, decay_after(s, d, growth, 0, 0));
    return longest > 0 ? seconds / longest : 1;
}
#endif

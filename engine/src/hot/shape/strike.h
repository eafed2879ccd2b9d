/* From a sound to a softer stroke: wishes/strike.py is the reference. */
#ifndef NDM_STRIKE_H
#define NDM_STRIKE_H
#include "loudness.h"
#include "spectrum.h"

enum { STROKE_HALVINGS = 22, STROKE_BANDS = 10 };

/* The decay after a change of `rate` dB a second, which makes nothing louder than by 9 dB. */
static double stroke_decay(ndm_shaper *s, int64_t blocks, double rate) {
    const double *energies = s->blocks[0];
    double *after = s->blocks[1];
    for (int64_t i = 0; i < blocks; i++)
        after[i] = energies[i] * exp(fmin(rate * (double)i / 1000, 9) * (log(10) / 10));
    return decay_seconds(after, blocks, s->blocks[2]);
}

/* Makes s->now as a softer stroke makes it. */
static void strike(ndm_shaper *s, const ndm_stroke *stroke, double top) {
    Shape *now = &s->now;
    if (is_silent(s)) return;
    const DecayShape *d = decay_of(s);
    int64_t peak = d->peak, block, first;
    double decay = d->seconds, was = momentary_loudness(mono_of(s), now->n, now->rate, s->total);
    const AttackShape *a = attack_of(s);
    own_rise(a, stroke->attack, s->steps[0]);
    first = gains_of_samples(s, s->steps[0], s->fine);
    find_spectrum(s);
    int64_t bins = bins_of(now);
    double width = (double)now->rate / 2 / (double)(bins - 1);
    for (int64_t k = 0; k < bins; k += VL) {
        V hz;
        for (int i = 0; i < VL; i++) hz[i] = (float)fmax((double)(k + i) * width, 1);
        store(s->logs + k, v_log(hz * (float)(1 / 31.25)) * 1.4426950408889634f);
    }
    for (int64_t k = 0; k < bins; k++)
        s->logs[k] = (float)(value_at(stroke->bands, STROKE_BANDS, s->logs[k]) * (log(10) / 20));
    filtered_by(s, s->logs);
    for (int c = 0; c < now->channels; c++)
        for (int64_t i = 0; i < first; i++) now->samples[c][i] *= s->fine[i];
    changed(s, now->n);
    if (decay > 0) {
        int64_t blocks = rest_energies(s, mono_of(s), now->n, now->rate, &peak, &block, s->blocks[0]);
        /* The most is reached after the decay, or else the whole rest is louder, and no longer. */
        double wanted = decay * pow(2, stroke->decay), low = -3 * DECAY_DB / decay, high = 9 / decay;
        for (int i = 0; i < STROKE_HALVINGS; i++) {
            double rate = (low + high) / 2;
            if (stroke_decay(s, blocks, rate) < wanted) low = rate;
            else high = rate;
        }
        double rate = (low + high) / 2;
        for (int64_t i = peak; i < now->n; i++) {
            float gain = (float)exp(fmin(rate * (double)(i - peak) / (double)now->rate, 9) * (log(10) / 20));
            for (int c = 0; c < now->channels; c++) now->samples[c][i] *= gain;
        }
        changed(s, now->n);
    }
    double is = momentary_loudness(mono_of(s), now->n, now->rate, s->total), highest = (double)peak_now(s);
    double gain = highest > 0 ? top / highest : 0;
    double wanted = isfinite(was) && isfinite(is) ? pow(10, (was + stroke->level - is) / 20) : 0;
    scale_all(s, fmin(gain, wanted));
}
#endif

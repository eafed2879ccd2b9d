/* The values of a sound, each to the sample: wishes/qualities.py is the reference. */
#ifndef NDM_DESCRIBE_H
#define NDM_DESCRIBE_H
#include "partial.h"
#include "sweep.h"

static double ratio_db(double part, double whole) {
    if (!(whole > 0)) return NAN;
    return 10 * log10((part / whole + 1e-8) / ((whole - part) / whole + 1e-8));
}

/* The values of s->now. */
static void describe(ndm_shaper *s, double values[NDM_QUALITIES]) {
    Shape *now = &s->now;
    const float *x = mono_of(s);
    int64_t n = now->n, bins = n / 2 + 1, step, count = step_powers(s, x, n, now->rate, s->steps[0], &step);
    double sr = (double)now->rate, hz = sr / (double)n, whole = 0, weighted = 0, body = 0, air = 0;
    int tonal;
    envelope(s->steps[0], count, s->steps[1]);
    values[NDM_ATTACK] = rise_steps(s->steps[1], count) * (double)step / sr;
    int64_t peak = at_least(0, (highest(s->steps[1], count) - ENVELOPE_STEPS) * step);
    double pitch = loudest_partial(s, x, n, now->rate, peak, &tonal);
    values[NDM_PITCH] = tonal ? pitch : NAN;
    values[NDM_SWEEP] = sweep_of(s);
    int64_t loudest = -1, block, last = n;
    rest_energies(s, x, n, now->rate, &loudest, &block, s->blocks[0]);
    /* To the sample, where decay_of goes by blocks of 1 ms. */
    double rest = 0, floor = 0;
    for (int64_t i = loudest; i < n; i++) floor += (double)x[i] * (double)x[i];
    floor *= 0.01;
    while (last > loudest && !(rest + (double)x[last - 1] * (double)x[last - 1] > floor)) {
        last--;
        rest += (double)x[last] * (double)x[last];
    }
    values[NDM_DECAY] = floor > 0 ? (double)(last - loudest) / sr : 0;
    real_forward(s, x, n, n, s->bins_real[0], s->bins_imaginary[0]);
    const float *re = s->bins_real[0], *im = s->bins_imaginary[0];
    for (int64_t k = 0; k < bins; k++) {
        s->power[k] = re[k] * re[k] + im[k] * im[k];
        double power = (double)s->power[k], at = (double)k * hz;
        whole += power;
        weighted += power * at;
        if (at < LOW_HZ) body += power;
        if (at >= AIR_HZ) air += power;
    }
    values[NDM_BRIGHTNESS] = whole > 0 ? weighted / whole : 0;
    values[NDM_NOISINESS] = noisiness_of(s, s->power, bins, now->rate, 1e-20 * (double)bins);
    values[NDM_BODY] = ratio_db(body, whole);
    values[NDM_AIR] = ratio_db(air, whole);
    values[NDM_LOUDNESS] = loudness(x, n, now->rate, s->total);
    now->known &= MONO;
}
#endif

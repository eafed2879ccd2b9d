/* Levels of a sound: signal/level.py is the reference. */
#ifndef NDM_LOUDNESS_H
#define NDM_LOUDNESS_H
#include "envelope.h"

/* A gain of next to nothing, which no number is too small for, stays a number. */
APART void scale_all(ndm_shaper *s, double size) {
    float gain = (float)fmin(size, 1e30);
    for (int c = 0; c < s->now.channels; c++)
        for (int64_t i = 0; i < s->now.n; i++) s->now.samples[c][i] *= gain;
    changed(s, s->now.n);
}

APART float peak_now(const ndm_shaper *s) {
    float peak = 0;
    for (int c = 0; c < s->now.channels; c++) {
        float size = largest_size(s->now.samples[c], s->now.n);
        peak = size > peak ? size : peak;
    }
    return peak;
}

/* Brings the sound to a loudness in LUFS. Peaks over the ceiling are bent by up to 3 dB; for what is left,
 * the sound is softer. */
APART void at_loudness(ndm_shaper *s, double wanted, double top) {
    const double most = pow(10, 3.0 / 20);
    double given = loudness(mono_of(s), s->now.n, s->now.rate, s->total);
    double gain = isfinite(wanted) && isfinite(given) ? pow(10, (wanted - given) / 20) : 1;
    double peak = (double)peak_now(s) * gain;
    if (peak <= top) {
        scale_all(s, gain);
        return;
    }
    double over = fmin(peak / top, most);
    float knee = (float)(top * (1 - 0.5 * (over - 1) / (most - 1))), room = (float)top - knee;
    scale_all(s, gain * over * top / peak);
    if (!(room > 0)) return;
    for (int c = 0; c < s->now.channels; c++)
        for (int64_t i = 0; i < s->now.n; i++) {
            float x = s->now.samples[c][i], size = fabsf(x);
            if (size > knee) s->now.samples[c][i] = copysignf(knee + room * tanhf((size - knee) / room), x);
        }
}

static int is_silent(const ndm_shaper *s) {
    for (int c = 0; c < s->now.channels; c++)
        for (int64_t i = 0; i < s->now.n; i++)
            if (s->now.samples[c][i] != 0) return 0;
    return 1;
}
#endif

/* A body as a sinusoid with a continuous phase: detail/oscillator.py is the reference. */
#ifndef NDM_OSCILLATOR_H
#define NDM_OSCILLATOR_H
#include <math.h>

#include "vector.h"

typedef struct {
    int64_t frames;
    float *frequency, *level;
} Body;

/* Samples of a body from the first on, at `hop` samples for each frame; its phase is 0 at the onset. */
static void oscillate(const Body *body, int64_t hop, double rate, int64_t onset, int64_t n, float *out,
                      double *turns) {
    double at = 0, start = 0;
    int64_t frames = body->frames;
    if (onset > frames * hop - 1) onset = frames * hop - 1;
    /* turns[t] is the number of turns before frame t; within a frame the frequency is a line. */
    for (int64_t t = 0; t < frames; t++) {
        double f = body->frequency[t], next = t + 1 < frames ? body->frequency[t + 1] : f;
        turns[t] = at;
        if (onset / hop == t) {
            double i = (double)(onset % hop);
            start = at + (f * (i + 1) + (next - f) * i * (i + 1) / 2 / (double)hop) / rate;
        }
        at += (f * (double)hop + (next - f) * (double)(hop - 1) / 2) / rate;
    }
    for (int64_t t = 0; t < frames && t * hop < n; t++) {
        float f = body->frequency[t], next = t + 1 < frames ? body->frequency[t + 1] : f;
        float level = body->level[t], after = t + 1 < frames ? body->level[t + 1] : 0;
        double whole = turns[t] - start;
        float first = (float)(whole - floor(whole)), scale = (float)(1 / rate);
        float rise = (next - f) / 2 / (float)hop, slope = (after - level) / (float)hop;
        int64_t count = n - t * hop < hop ? n - t * hop : hop;
        for (int64_t i = 0; i < count; i += VL) {
            float ramp[VL];
            V place, s, c;
            for (int k = 0; k < VL; k++) ramp[k] = (float)(i + k);
            memcpy(&place, ramp, sizeof place);
            V turn = first + (f * (place + 1.0f) + rise * place * (place + 1.0f)) * scale;
            turn -= __builtin_convertvector(__builtin_convertvector(turn, VI), V);
            v_sincos(turn * 6.283185307179586f, &s, &c);
            s *= level + slope * place;
            if (i + VL <= count) store(out + t * hop + i, s);
            else memcpy(out + t * hop + i, &s, (size_t)(count - i) * sizeof(float));
        }
    }
    for (int64_t i = frames * hop; i < n; i++) out[i] = 0;
}

/* The first n samples of a body. A body that goes on behind them ends with the last frame that they
 * reach into. */
static void play_body(const Body *body, int64_t hop, double rate, int64_t onset, int64_t n, float *out,
                      double *turns) {
    int64_t frames = (n + hop - 1) / hop;
    Body part = {frames < body->frames ? frames : body->frames, body->frequency, body->level};
    oscillate(&part, hop, rate, onset, n, out, turns);
}
#endif

/* A longer decay than a sound has in it, by a phase vocoder: wishes/stretch.py is the reference. */
#ifndef NDM_STRETCH_H
#define NDM_STRETCH_H
#include "noisiness.h"

#define LONGEST_SECONDS 2.5

/* The sample of the sound at which frame k of the result has its magnitudes. */
INLINE int64_t stretch_place(int64_t k, int64_t kept, double factor) {
    double middle = (double)(k * STRETCH_HOP - STRETCH_SIZE / 2);
    double place = middle <= (double)kept ? middle : (double)kept + (middle - (double)kept) / factor;
    return nearest(place) - STRETCH_SIZE / 2;
}

APART void windowed(ndm_shaper *s, const float *x, int64_t n, int64_t first, float *re, float *im) {
    float *frame = s->rows;
    for (int64_t i = 0; i < STRETCH_SIZE; i++) {
        int64_t at = first + i;
        frame[i] = at >= 0 && at < n ? x[at] * s->stretch_window[i] : 0;
    }
    real_forward(s, frame, STRETCH_SIZE, STRETCH_SIZE, re, im);
}

static void fade_end(float *x, int64_t n, int32_t rate) {
    int64_t fade = at_most(n, nearest(0.01 * (double)rate));
    for (int64_t i = 0; i < fade; i++)
        x[n - fade + i] *= (float)(0.5 + 0.5 * cos(TWO_PI / 2 * (double)(i + 1) / (double)fade));
}

/* Lets the sound go on more slowly after its attack, by a factor of up to 4. */
APART void stretch(ndm_shaper *s, double factor) {
    enum { ROOM = STRETCH_BINS + LANES };
    Shape *now = &s->now;
    int64_t n = now->n, kept = now->onset + nearest(0.03 * (double)now->rate);
    if (factor <= 1 || n <= kept) return;
    int64_t length = nearest((double)kept + (double)(n - kept) * factor);
    length = at_most(length, at_least(n, nearest(LONGEST_SECONDS * (double)now->rate)));
    int64_t frames = (length + STRETCH_SIZE + STRETCH_HOP - 1) / STRETCH_HOP;
    float *turn_re = s->rows + STRETCH_SIZE, *turn_im = turn_re + ROOM, *last_re = turn_im + ROOM;
    float *last_im = last_re + ROOM, *before_re = last_im + ROOM, *before_im = before_re + ROOM;
    float *mid_re = before_im + ROOM, *mid_im = mid_re + ROOM, *re[2], *im[2];
    for (int c = 0; c < 2; c++) {
        re[c] = mid_im + (2 * c + 1) * ROOM;
        im[c] = re[c] + ROOM;
        memset(s->spare[c], 0, (size_t)length * sizeof(float));
    }
    for (int k = 0; k < STRETCH_BINS; k++) {
        turn_re[k] = 1;
        turn_im[k] = 0;
    }
    const float *mono = mono_of(s);
    for (int64_t f = 0; f < frames; f++) {
        int64_t place = stretch_place(f, kept, factor), first = f * STRETCH_HOP - STRETCH_SIZE;
        place = at_least(-2 * STRETCH_SIZE, at_most(place, n));
        for (int c = 0; c < now->channels; c++) windowed(s, now->samples[c], n, place, re[c], im[c]);
        for (int k = 0; k < STRETCH_BINS; k++) {
            mid_re[k] = now->channels == 2 ? (re[0][k] + re[1][k]) / 2 : re[0][k];
            mid_im[k] = now->channels == 2 ? (im[0][k] + im[1][k]) / 2 : im[0][k];
        }
        if (f) {
            /* The phases go on from the frame before as they do at that place. */
            windowed(s, mono, n, at_least(-2 * STRETCH_SIZE, place - STRETCH_HOP), before_re, before_im);
            for (int k = 0; k < STRETCH_BINS; k++) {
                double a = (double)last_re[k] * before_re[k] + (double)last_im[k] * before_im[k];
                double b = (double)last_im[k] * before_re[k] - (double)last_re[k] * before_im[k];
                double size = sqrt(a * a + b * b), was = turn_re[k];
                if (!(size > 1e-20)) continue;
                turn_re[k] = (float)((was * a - turn_im[k] * b) / size);
                turn_im[k] = (float)((was * b + turn_im[k] * a) / size);
            }
        }
        memcpy(last_re, mid_re, STRETCH_BINS * sizeof *last_re);
        memcpy(last_im, mid_im, STRETCH_BINS * sizeof *last_im);
        for (int c = 0; c < now->channels; c++) {
            for (int k = 0; k < STRETCH_BINS; k++) {
                float a = re[c][k] * turn_re[k] - im[c][k] * turn_im[k];
                im[c][k] = re[c][k] * turn_im[k] + im[c][k] * turn_re[k];
                re[c][k] = a;
            }
            real_inverse(s, re[c], im[c], STRETCH_SIZE, s->rows, STRETCH_SIZE);
            for (int64_t i = first < 0 ? -first : 0; i < STRETCH_SIZE && first + i < length; i++)
                s->spare[c][first + i] += s->rows[i] * (s->stretch_window[i] / 1.5f);
        }
    }
    /* What keeps its pace stays the sound's own, sample for sample. */
    int64_t begins = at_least(0, kept - STRETCH_SIZE);
    for (int c = 0; c < now->channels; c++) {
        float *out = s->spare[c], *own = now->samples[c];
        for (int64_t i = 0; i < kept && i < length; i++) {
            float fade = (float)held_in((double)(i - begins) / (double)at_least(1, kept - begins), 0, 1);
            out[i] = (i < n ? own[i] : 0) * (1 - fade) + out[i] * fade;
        }
        fade_end(out, length, now->rate);
        s->spare[c] = own;
        now->samples[c] = out;
    }
    changed(s, length);
}
#endif

/* Bending an own sound by a change of its levels: anchors/bend.py is the reference. */
#ifndef NDM_BEND_H
#define NDM_BEND_H
#include "../shape/loudness.h"
#include "../shape/tune.h"
#include "tuning.h"

/* The gains less 1 of VL frames in each bin, at places between the frames of changes. */
static void gains_at(ndm_bender *b, const LevelSet *change, int64_t t, int64_t before, int64_t last) {
    const ndm_model *m = b->model;
    int64_t low[VL], bins = b->bent_fft.n / 2, rows = m->spec.n_mels + AIR_BANDS;
    double hop = (double)b->bent_fft.n / BENT_OVERLAP, steps = 2.0 * (double)m->spec.hop_length;
    V share;
    for (int k = 0; k < VL; k++) {
        double place = held_in((double)(t + k - before) * hop / steps, 0, (double)last);
        low[k] = at_most((int64_t)place, last - 1);
        share[k] = (float)(place - (double)low[k]);
    }
    for (int64_t r = 0; r < rows; r++) {
        const float *row = r < m->spec.n_mels ? change->mel + r * m->stride
                                              : change->air + (r - m->spec.n_mels) * m->stride;
        V here, next;
        for (int k = 0; k < VL; k++) {
            here[k] = row[low[k]];
            next[k] = row[low[k] + 1];
        }
        store(b->along + r * VL, here * (1.0f - share) + next * share);
    }
    for (int64_t k = 0; k <= bins; k++) {
        V from = load(b->along + b->below[k] * VL), to = load(b->along + b->above[k] * VL);
        store(b->bins + k * VL, v_exp(from * (1.0f - b->share[k]) + to * b->share[k]) - 1.0f);
    }
}

/* How much of a change there is at a sample: it rises up to the onset, and falls at the end of the sound, so that a
 * file that was cut off in the middle of its sound ends as it did. */
INLINE float edge_of(const ndm_bender *b, int64_t at) {
    int64_t onset = b->shaper.now.onset, n = b->shaper.now.n, fade = at_most(n, BENT_FADE), left = n - at;
    float rise = at < onset ? b->model->gate[GATE - (onset - at)] : 1;
    return left > fade ? rise : rise * (float)(0.5 - 0.5 * cos(TWO_PI / 2 * (double)(left - 1) / (double)fade));
}

/* Adds what a change of the levels does to the sound; nothing before the onset. */
static void add_difference(ndm_bender *b, const LevelSet *change) {
    const ndm_model *m = b->model;
    const RealFft *fft = &b->bent_fft;
    Shape *now = &b->shaper.now;
    int64_t size = fft->n, hop = size / BENT_OVERLAP, half = size / 2, n = now->n;
    /* Frame 0 of the core is centred here. Some frames come before it, and as many after as needed. */
    int64_t first = now->onset - 2 * m->spec.pre_roll, gate = at_least(0, now->onset - GATE);
    int64_t before = at_least(0, (first + half + hop - 1) / hop);
    int64_t frames = before + at_least(1, (n - first + half + hop - 1) / hop);
    int64_t start = first - before * hop - half, last = m->frames - 1;
    /* What is longer than the model's frames was faded out for it: its last frames know nothing of it. */
    if (n - first > last * 2 * m->spec.hop_length) last = at_least(1, last - 8);
    /* Frames that end before the change begins. */
    int64_t skipped = at_least(0, (gate - start - size) / hop);
    start += skipped * hop;
    before -= skipped;
    frames -= skipped;
    int64_t columns = columns_of(frames, size, hop), stride = rows_stride(columns);
    for (int c = 0; c < now->channels; c++) {
        lay_frames(now->samples[c], n, start, 1, hop, columns, b->rows[c], stride);
        memset(b->rows[2 + c], 0, (size_t)(hop * stride) * sizeof(float));
    }
    for (int64_t t = 0; t < frames; t += VL) {
        gains_at(b, change, t, before, last);
        for (int c = 0; c < now->channels; c++) {
            ndm_engine *e = &b->engine;
            transform_frames(fft, e, b->rows[c], stride, hop, t, b->bent_window, size);
            for (int64_t k = 0; k <= half / 2; k++) {
                C low, high;
                real_bins(fft, k, e->fft_a, e->fft_b, &low, &high);
                V a = load(b->bins + k * VL), z = load(b->bins + (half - k) * VL);
                set_real_bins(fft, k, (C){low.r * a, low.i * a}, (C){high.r * z, high.i * z}, e->fft_a, e->fft_b);
            }
            add_frames(fft, e->fft_a, e->fft_b, t, b->bent_window, hop, 1.0f / (1.5f * (float)size), b->rows[2 + c],
                       stride);
        }
    }
    for (int64_t r = 0; r < columns; r++) {
        int64_t at = start + r * hop, from = at_least(0, gate - at), to = at_most(hop, n - at);
        for (int c = 0; c < now->channels; c++)
            for (int64_t j = from; j < to; j++)
                now->samples[c][at + j] += b->rows[2 + c][j * stride + r] * edge_of(b, at + j);
    }
}

/* Makes the attack of the channels follow that of their mean. A sound that has it already stays as it is. */
static void take_on_attack(ndm_bender *b, const float *attack, float gain) {
    const AttackGrid *grid = &b->model->full_attack;
    ndm_engine *e = &b->engine;
    Shape *now = &b->shaper.now;
    int64_t first = now->onset - FULL_PRE_ROLL, padding = at_least(0, -first), from = at_least(0, first);
    int64_t n = at_most(grid->segment - padding, now->n - from);
    float levels[ATTACK_VALUES], missing[ATTACK_VALUES], *segment = b->full;
    for (int round = 0; round < 2; round++) {
        memset(segment, 0, (size_t)grid->segment * sizeof *segment);
        for (int64_t i = 0; i < n; i++) {
            float x = now->samples[0][from + i];
            segment[padding + i] = now->channels == 2 ? (x + now->samples[1][from + i]) / 2 : x;
        }
        split(grid, segment, grid->segment, e);
        band_levels(grid, e, grid->segment, gain, levels);
        for (int i = 0; i < ATTACK_VALUES; i++) missing[i] = cut(attack[i] - levels[i]);
        for (int c = 0; c < now->channels; c++) {
            float *channel = now->samples[c] + from;
            memset(segment, 0, (size_t)grid->segment * sizeof *segment);
            memcpy(segment + padding, channel, (size_t)n * sizeof *segment);
            if (now->channels == 2) split(grid, segment, grid->segment, e);
            add_gains(grid, e, missing, ATTACK_BANDS, segment, grid->segment);
            /* What comes before the onset stays the sound's own. */
            int64_t kept = at_least(0, START - padding);
            if (n > kept) memcpy(channel + kept, segment + padding + kept, (size_t)(n - kept) * sizeof *segment);
        }
    }
    changed(&b->shaper, now->n);
}

/* Changes the bender's sound as b->moved differs from b->base, its levels being b->recording. False if it is silent. */
static int bend(ndm_bender *b, double scale) {
    ndm_shaper *s = &b->shaper;
    double wanted = loudness(mono_of(s), s->now.n, FULL_RATE, s->total), top = fmax(1, (double)peak_now(s));
    double ratio = pitch_ratio(b, &b->base, &b->moved);
    if (ratio != 1) {
        tune(s, ratio);
        if (!s->now.n || s->now.onset >= s->now.n || !hear(b, &b->recording, &scale)) return 0;
        resample_levels(b, &b->base, ratio);
    }
    follow(&b->engine, &b->recording, &b->base, &b->moved);
    LevelPart from[3], to[3];
    parts_of(b->model, &b->recording, from);
    parts_of(b->model, &b->moved, to);
    for (int p = 0; p < 2; p++)
        FOR_CELLS(to[p], i) store(to[p].part + i, load(to[p].part + i) - load(from[p].part + i));
    add_difference(b, &b->moved);
    take_on_attack(b, b->moved.attack, (float)scale);
    at_loudness(s, wanted, top);
    return 1;
}
#endif

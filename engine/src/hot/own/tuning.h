/* By which ratio an own sound is played faster, so that its body has the pitch of the decoded one:
 * anchors/tuning.py is the reference. */
#ifndef NDM_TUNING_H
#define NDM_TUNING_H
#include "../render.h"
#include "hear.h"

#define REACH 2.0

/* A body with its share of the power under its reach, and of all power. */
typedef struct {
    Body body;
    double sure, carries;
    int found;
} Carrier;

INLINE double power_in(const float *row, int64_t n) {
    V sum = all(0);
    FOR_LANES(t, n) sum += load(row + t) * load(row + t);
    return (double)sum_of(sum);
}

static Carrier carrier_of(ndm_bender *b, const LevelSet *levels, int which) {
    const ndm_model *m = b->model;
    const double *centres = m->body.centres;
    Carrier out = {.body = {0, b->frequency[which], b->level[which]}};
    double has[1024], pitch = 0, power = 0, low[2] = {0}, whole[2] = {0};
    int64_t stride = m->stride;
    magnitudes(m, levels->mel, b->mel);
    for (int64_t k = 0; k < m->spec.n_mels; k++) has[k] = power_in(b->mel + k * stride, stride);
    for (int64_t t = 0; t < stride; t++) out.body.frequency[t] = out.body.level[t] = 0;
    if (!find_body(&b->engine, b->mel, &out.body)) return out;
    for (int64_t t = 0; t < out.body.frames; t++) {
        double square = (double)out.body.level[t] * out.body.level[t];
        power += square;
        pitch += square * log((double)out.body.frequency[t]);
    }
    if (!(power > 0)) return out;
    pitch = exp(pitch / power);
    for (int64_t k = 0; k < m->spec.n_mels; k++) {
        double left = power_in(b->mel + k * stride, stride);
        whole[0] += has[k];
        whole[1] += left;
        if (!(centres[k] < REACH * pitch)) continue;
        low[0] += has[k];
        low[1] += left;
    }
    out.sure = 1 - low[1] / fmax(low[0], 1e-20);
    out.carries = 1 - whole[1] / fmax(whole[0], 1e-20);
    out.found = 1;
    return out;
}

static double slope_of(double share, double low, double high) { return fmin(1, fmax(0, (share - low) / (high - low))); }

/* By how many octaves a body rises: the median of the frames, weighted by power; and their spread around it. */
static double rise_of(ndm_bender *b, const Body *before, const Body *after, double *spread) {
    int64_t n = before->frames < after->frames ? before->frames : after->frames;
    double *octaves = b->octaves, *weights = b->weights, total = 0, sum = 0, squares = 0;
    for (int64_t t = 0; t < n; t++) {
        double octave = (double)log2f(after->frequency[t] / before->frequency[t]);
        double weight = (double)(before->level[t] * after->level[t]);
        int64_t at = t;
        for (; at && octaves[at - 1] > octave; at--) {
            octaves[at] = octaves[at - 1];
            weights[at] = weights[at - 1];
        }
        octaves[at] = octave;
        weights[at] = weight;
        total += weight;
    }
    *spread = 0;
    if (!(total > 0)) return 0;
    /* A frame stands in the middle of its weight; the median lies between two of them. */
    double rise = octaves[n - 1], at = 0;
    for (int64_t i = 0; i < n; i++) {
        double place = sum + weights[i] / total / 2;
        if (place > 0.5) {
            rise = i ? octaves[i - 1] + (octaves[i] - octaves[i - 1]) * (0.5 - at) / (place - at) : octaves[0];
            break;
        }
        at = place;
        sum += weights[i] / total;
    }
    for (int64_t i = 0; i < n; i++) squares += weights[i] / total * (octaves[i] - rise) * (octaves[i] - rise);
    *spread = sqrt(squares);
    return rise;
}

/* By how many octaves a body can have risen, as the levels around it have changed. */
static double most_rise(const ndm_bender *b, const Body *body, const LevelSet *base, const LevelSet *new) {
    const ndm_model *m = b->model;
    double total = 0, pitch = 0, changed = 0;
    for (int64_t k = 0; k < m->spec.n_mels && m->body.centres[k] < 1080; k++) {
        float centre = (float)m->body.centres[k];
        V sums[3] = {all(0), all(0), all(0)};
        for (int64_t t = 0; t < body->frames; t += VL) {
            V hz = load(body->frequency + t), level = load(body->level + t), away = (centre - hz) / 30.0f;
            V weight = v_exp(-0.5f * away * away) * (level * level);
            V change = load(new->mel + k * m->stride + t) - load(base->mel + k * m->stride + t);
            sums[0] += weight;
            sums[1] += weight * hz;
            sums[2] += weight * larger(change, -change);
        }
        total += (double)sum_of(sums[0]);
        pitch += (double)sum_of(sums[1]);
        changed += (double)sum_of(sums[2]);
    }
    total = fmax(total, 1e-30);
    changed /= total;
    if (changed >= 0.3) return 1;
    return 120 * changed / (1 - changed / 0.3) / fmax(pitch / total, 1);
}

static double pitch_ratio(ndm_bender *b, const LevelSet *base, const LevelSet *new) {
    Carrier before = carrier_of(b, base, 0);
    if (!before.found) return 1;
    Carrier after = carrier_of(b, new, 1);
    if (!after.found) return 1;
    double spread, rise = rise_of(b, &before.body, &after.body, &spread);
    double agreed = fabs(rise) / fmax(fabs(rise) + spread, 1e-9);
    double weight = slope_of(fmin(before.sure, after.sure), 0.4, 0.8) * slope_of(agreed, 0.35, 0.6) *
                    slope_of(before.carries, 0.1, 0.4);
    double most = fmin(1, most_rise(b, &before.body, base, new));
    double octaves = weight * held_in(rise, -most, most);
    return fabs(octaves) > 1e-4 ? exp2(octaves) : 1;
}

/* The two numbers that a place lies between, and how far it is towards the second. */
INLINE float between_of(double place, int64_t last, int64_t *low, int64_t *high) {
    place = held_in(place, 0, (double)last);
    *low = at_most((int64_t)place, at_least(0, last - 1));
    *high = at_most(*low + 1, last);
    return (float)(place - (double)*low);
}

static void resample_rows(float *x, int64_t rows, int64_t stride, int64_t n, double ratio, double fixed, float *spare) {
    for (int64_t r = 0; r < rows; r++) {
        float *row = x + r * stride;
        memcpy(spare, row, (size_t)n * sizeof *row);
        for (int64_t t = 0; t < n; t++) {
            int64_t low, high;
            float share = between_of(((double)t - fixed) * ratio + fixed, n - 1, &low, &high);
            row[t] = spare[low] + share * (spare[high] - spare[low]);
        }
    }
}

/* Changes levels as playing their sound faster would change them; b->mel is used up. */
static void resample_levels(ndm_bender *b, LevelSet *x, double ratio) {
    const ndm_model *m = b->model;
    const double *centres = m->body.centres;
    int64_t bands = m->spec.n_mels, stride = m->stride, at = 0;
    double onset = (double)m->spec.pre_roll / (double)m->spec.hop_length;
    memcpy(b->mel, x->mel, (size_t)(bands * stride) * sizeof *x->mel);
    for (int64_t k = 0; k < bands; k++) {
        double hz = centres[k] / ratio, place;
        int64_t low, high;
        while (at < bands - 1 && centres[at + 1] <= hz) at++;
        place = at == bands - 1 ? (double)at : (double)at + (hz - centres[at]) / (centres[at + 1] - centres[at]);
        float share = between_of(place, bands - 1, &low, &high);
        FOR_LANES(t, stride) {
            V from = load(b->mel + low * stride + t);
            store(x->mel + k * stride + t, from + share * (load(b->mel + high * stride + t) - from));
        }
    }
    resample_rows(x->mel, bands, stride, m->frames, ratio, onset, b->mel);
    resample_rows(x->air, AIR_BANDS, stride, m->frames, ratio, onset, b->mel);
    resample_rows(x->attack, ATTACK_BANDS, ATTACK_STEPS, ATTACK_STEPS, ratio, -0.5, b->mel);
}
#endif

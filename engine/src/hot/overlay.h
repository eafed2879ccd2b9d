/* Recordings laid over decoded levels: exemplars/overlay.py and shaping.py are the reference. */
#ifndef NDM_OVERLAY_H
#define NDM_OVERLAY_H
#include <math.h>

#include "decoder.h"

#define MOST_RISE 2.0f

typedef struct {
    float *part;
    int64_t rows, columns, stride;
    float floor, top;
} LevelPart;

/* Core, air and attack of levels, each with its floor and its ceiling. */
INLINE void parts_of(const ndm_model *m, const LevelSet *x, LevelPart out[3]) {
    out[0] = (LevelPart){x->mel, m->spec.n_mels, m->stride, m->stride, m->log_eps, m->mel_top};
    out[1] = (LevelPart){x->air, AIR_BANDS, m->stride, m->stride, 1e-4f, 1};
    out[2] = (LevelPart){x->attack, 1, rounded(ATTACK_VALUES), rounded(ATTACK_VALUES), 1e-4f, 1};
}

#define FOR_CELLS(part, i) FOR_LANES(i, (part).rows * (part).stride)

/* Cuts levels to what a sound of full scale has. */
static void limit(const ndm_model *m, LevelSet *x) {
    LevelPart part[3];
    parts_of(m, x, part);
    for (int p = 0; p < 3; p++) {
        V low = all(p ? m->air_floor : m->mel_floor), high = all(part[p].top);
        FOR_CELLS(part[p], i)
        store(part[p].part + i, smaller(larger(load(part[p].part + i), low), high));
    }
}

INLINE V louder(V level, V change, float floor) {
    V size = larger(v_exp(level) - floor, all(0));
    return v_log(size * v_exp(change) + floor);
}

/* The levels of the attack's bands in a frame of core and air, in nepers; the last is the air's. */
static void frame_levels(const ndm_model *m, const LevelSet *x, int64_t t, float out[ATTACK_BANDS]) {
    float power[ATTACK_BANDS] = {0};
    for (int64_t b = 0; b < m->spec.n_mels; b++)
        power[m->attack_row[b]] += m->attack_share[b] * expf(2 * x->mel[b * m->stride + t]);
    for (int64_t b = 0; b < AIR_BANDS; b++)
        power[ATTACK_BANDS - 1] += expf(2 * x->air[b * m->stride + t]);
    for (int b = 0; b < ATTACK_BANDS; b++) out[b] = logf(power[b] + 1e-12f) / 2;
}

/* The levels of the loudest frame of the core and of the attack's loudest moment, in nepers. */
static void peaks(ndm_engine *e, const LevelSet *x, float out[2]) {
    const ndm_model *m = e->model;
    float frames = 0, moments = 0, *power = e->frames_a;
    memset(power, 0, (size_t)m->stride * sizeof *power);
    for (int64_t b = 0; b < m->spec.n_mels; b++)
        FOR_LANES(t, m->stride)
        store(power + t,
              load(power + t) + m->attack_share[b] * v_exp(2.0f * load(x->mel + b * m->stride + t)));
    for (int64_t t = 0; t < m->frames; t++) frames = power[t] > frames ? power[t] : frames;
    for (int k = 0; k < ATTACK_STEPS; k++) {
        float sum = 0;
        for (int b = 0; b < ATTACK_BANDS; b++) sum += expf(2 * x->attack[b * ATTACK_STEPS + k]);
        moments = sum > moments ? sum : moments;
    }
    out[0] = logf(frames + 4e-12f) / 2;
    out[1] = logf(moments) / 2;
}

/* Turns levels down until they peak no higher than one of some others. */
static void no_louder(ndm_engine *e, LevelSet *x, const LevelSet *const *others, int count) {
    const ndm_model *m = e->model;
    float own[2], its[2], rise = INFINITY;
    peaks(e, x, own);
    for (int i = 0; i < count; i++) {
        peaks(e, others[i], its);
        float over = fmaxf(own[0] - its[0], own[1] - its[1]);
        rise = over < rise ? over : rise;
    }
    if (!(rise > 0)) return;
    LevelPart part[3];
    parts_of(m, x, part);
    for (int p = 0; p < 3; p++)
        FOR_CELLS(part[p], i)
        store(part[p].part + i, louder(load(part[p].part + i), all(-rise), part[p].floor));
}

/* A recording, changed as `new` differs from `base`: into `new`. */
static void follow(ndm_engine *e, const LevelSet *recording, const LevelSet *base, LevelSet *new) {
    const ndm_model *m = e->model;
    LevelPart to[3], from[3], had[3];
    parts_of(m, new, to);
    parts_of(m, base, from);
    parts_of(m, recording, had);
    for (int p = 0; p < 3; p++)
        FOR_CELLS(to[p], i) {
            V change = load(to[p].part + i) - load(from[p].part + i);
            if (max_of(change) > 0)
                change = pick(change > all(0), MOST_RISE * v_tanh(change / MOST_RISE), change);
            if (p < 2) change = louder(load(had[p].part + i), change, to[p].floor);
            store(to[p].part + i, change);
        }
    /* The attack's change ends as that of core and air goes on. */
    float before[2][ATTACK_BANDS], after[2][ATTACK_BANDS];
    int64_t known = -1, frames = 2 + (int64_t)(ATTACK_STEPS * 0.001 * (double)m->spec.sr +
                                               (double)m->spec.pre_roll) / m->spec.hop_length;
    for (int k = 0; k < ATTACK_STEPS; k++) {
        double place = (((double)k + 0.5) * 0.001 * (double)m->spec.sr + (double)m->spec.pre_roll) /
                       (double)m->spec.hop_length;
        int64_t frame = (int64_t)place < frames - 2 ? (int64_t)place : frames - 2;
        float late = (float)(place - (double)frame);
        float share = (float)fmin(fmax((k - 12.0) / 24.0, 0), 1);
        if (frame != known)
            for (int i = 0; i < 2; i++) {
                frame_levels(m, recording, frame + i, before[i]);
                frame_levels(m, new, frame + i, after[i]);
            }
        known = frame;
        for (int b = 0; b < ATTACK_BANDS; b++) {
            float *cell = new->attack + b * ATTACK_STEPS + k;
            float on = (after[0][b] - before[0][b]) * (1 - late) + (after[1][b] - before[1][b]) * late;
            *cell = *cell * (1 - share) + on * share;
        }
    }
    FOR_CELLS(to[2], i)
    store(to[2].part + i, louder(load(had[2].part + i), load(to[2].part + i), 1e-4f));
    no_louder(e, new, &recording, 1);
}

/* An exemplar: decoded from its code, and with its residual. NULL if the residual is damaged. */
static const Known *recording(ndm_engine *e, int32_t number, const ndm_sound *sound) {
    const ndm_model *m = e->model;
    Known *oldest = NULL;
    e->clock++;
    for (int i = 0; i < KEPT; i++) {
        Known *each = e->known + i;
        int needed = 0;
        if (each->number == number) {
            each->used = e->clock;
            return each;
        }
        for (int k = 0; k < sound->exemplars; k++) needed |= each->number == sound->exemplar[k];
        if (!needed && (!oldest || each->used < oldest->used)) oldest = each;
    }
    oldest->number = -1;
    LevelPart base[3], own[3];
    parts_of(m, &oldest->base, base);
    parts_of(m, &oldest->recording, own);
    decode(e, m->exemplar_codes + number * m->latent_dim, m->exemplar_category[number],
           &oldest->base);
    if (!read_residual(m, number, e->inflated, &oldest->recording)) return NULL;
    for (int p = 0; p < 3; p++)
        FOR_CELLS(own[p], i)
        store(own[p].part + i, load(own[p].part + i) + load(base[p].part + i));
    limit(m, &oldest->recording);
    oldest->number = number;
    oldest->used = e->clock;
    return oldest;
}

/* Several recordings: their residuals keep their strength together, as the power of noises does. */
static void mix(ndm_engine *e, const Known *const *known, const float *shares, int count,
                LevelSet *new) {
    static const float room[3] = {1.0f, 0.7f, 0.7f};
    const ndm_model *m = e->model;
    const LevelSet *ends[NDM_EXEMPLARS];
    LevelPart to[3], base[NDM_EXEMPLARS][3], had[NDM_EXEMPLARS][3];
    float norm = 0, weight[NDM_EXEMPLARS];
    for (int k = 0; k < count; k++) norm += shares[k] * shares[k];
    parts_of(m, new, to);
    for (int k = 0; k < count; k++) {
        weight[k] = shares[k] / sqrtf(norm);
        ends[k] = &known[k]->recording;
        parts_of(m, &known[k]->base, base[k]);
        parts_of(m, ends[k], had[k]);
    }
    for (int p = 0; p < 3; p++)
        FOR_CELLS(to[p], i) {
            V decoded = load(to[p].part + i), loudest = decoded, residual = all(0);
            for (int k = 0; k < count; k++) {
                V its = load(had[k][p].part + i);
                residual += weight[k] * (its - load(base[k][p].part + i));
                loudest = larger(loudest, its);
            }
            store(to[p].part + i, smaller(decoded + residual, loudest + room[p]));
        }
    no_louder(e, new, ends, count);
}

/* Lays the exemplars of a sound over its decoded levels. */
static ndm_status overlay(ndm_engine *e, const ndm_sound *sound) {
    const Known *known[NDM_EXEMPLARS];
    for (int k = 0; k < sound->exemplars; k++) {
        known[k] = recording(e, sound->exemplar[k], sound);
        if (!known[k]) {
            Fault why = {NDM_OK, e->sentence};
            return fault(&why, NDM_BAD_MODEL,
                         "a residual is cut short, too long or damaged; make it again");
        }
    }
    if (!sound->exemplars) return NDM_OK;
    /* Decoding an exemplar used the engine's memory, but not these levels. */
    if (sound->exemplars == 1) follow(e, &known[0]->recording, &known[0]->base, &e->levels);
    else mix(e, known, sound->share, sound->exemplars, &e->levels);
    limit(e->model, &e->levels);
    return NDM_OK;
}
#endif

/* An engine's working memory. */
#include "model.h"

static int64_t rounded(int64_t n) { return (n + LANES - 1) / LANES * LANES; }

static void level_set(const ndm_model *m, Arena *arena, LevelSet *out) {
    out->mel = TAKE(arena, float, m->spec.n_mels * m->stride);
    out->air = TAKE(arena, float, AIR_BANDS * m->stride);
    out->attack = TAKE(arena, float, rounded(ATTACK_VALUES));
}

static int64_t most_of(int64_t a, int64_t b) { return a > b ? a : b; }

void engine_fill(ndm_engine *e, Arena *arena) {
    const ndm_model *m = e->model;
    const Spec *s = &m->spec;
    const Sizes *z = &m->sizes;
    int64_t flat = 0, wide = 0, frames = padded_frames(z), last = z->channels_count - 1;
    for (int64_t level = 0; level <= last; level++) {
        int64_t rows = (frames >> level) + 2, c = z->channels[level];
        flat = most_of(flat, rows * rounded(c));
        wide = most_of(wide, rows * rounded(z->expansion * c));
    }
    wide = most_of(wide, rounded(z->channels[last] * (frames >> last)));
    int64_t bins = rounded(s->win_length / 2 + 1), cells = s->n_mels * m->stride;
    int64_t told = rounded(most_of(most_of(m->latent_dim + m->categories, z->attack_hidden),
                                   m->mel_stride)) + 2 * LANES;
    int64_t table = most_of(most_of(bins, rounded(s->n_mels)) * m->stride, rounded(s->n_fft) * LANES);
    int64_t rows = m->stride + rounded(s->win_length / s->hop_length) + 2 * LANES;
    int64_t transform = most_of(s->n_fft, AIR_WINDOW) * LANES / 2;
    /* At 48,000 Hz a sound has 160 samples for 147; filters reach beyond both ends. */
    int64_t core = m->frames * s->hop_length;
    int64_t full = 2 * core * 160 / 147 + 4 * (FILTER_HALF + 4 * LANES + TAPS_48);
    int64_t size = m->full_attack.size;
    e->plan = TAKE(arena, float, rounded(z->hidden[0]) + LANES);
    e->one = TAKE(arena, float, told);
    e->rows_a = TAKE(arena, float, flat);
    e->rows_b = TAKE(arena, float, flat);
    e->rows_c = TAKE(arena, float, wide);
    e->packed = TAKE(arena, float, rounded(z->channels[0]) * m->stride);
    level_set(m, arena, &e->levels);
    level_set(m, arena, &e->second);
    e->gain = TAKE(arena, float, cells);
    e->variance = TAKE(arena, float, rounded(most_of(SCALES * m->partial_groups,
                                                     m->grain_bands * m->grain_frames)) + 1);
    e->noise = TAKE(arena, float, s->hop_length * rows);
    e->jumps = TAKE(arena, float, cells);
    e->jumps_of = -1;
    e->noise_roughness = TAKE(arena, float, s->n_mels);
    e->rest = TAKE(arena, float, cells);
    e->magnitude = TAKE(arena, float, table);
    e->real = TAKE(arena, float, table);
    e->imaginary = TAKE(arena, float, table);
    e->phase_a = TAKE(arena, float, table);
    e->phase_b = TAKE(arena, float, table);
    e->phase_c = TAKE(arena, float, table);
    e->near = TAKE(arena, int32_t, table);
    e->signal = TAKE(arena, float, s->hop_length * rows);
    e->moved = TAKE(arena, float, s->hop_length * rows);
    e->before = TAKE(arena, float, s->hop_length * rows);
    e->fft_a = TAKE(arena, float, transform);
    e->fft_b = TAKE(arena, float, transform);
    e->core = TAKE(arena, float, core);
    e->full = TAKE(arena, float, full);
    e->mono = TAKE(arena, float, full);
    e->first = TAKE(arena, float, full);
    e->other = TAKE(arena, float, 2 * full);
    e->band_real = TAKE(arena, float, ATTACK_BANDS * size);
    e->band_imaginary = TAKE(arena, float, ATTACK_BANDS * size);
    e->wide_a = TAKE(arena, float, size + LANES);
    e->wide_b = TAKE(arena, float, size + LANES);
    e->wide_c = TAKE(arena, float, 2 * size);
    e->wide_d = TAKE(arena, float, 2 * size);
    e->ridge = TAKE(arena, float, 4 * m->stride);
    e->pure = TAKE(arena, float, m->body.echo.bands * m->stride);
    int64_t row = most_of(most_of(m->stride, m->mel_stride), rounded(m->cosines));
    e->frames_a = TAKE(arena, float, row);
    e->frames_b = TAKE(arena, float, most_of(AIR_BANDS, m->grain_bands + 1) * m->stride);
    e->frames_c = TAKE(arena, float, row);
    e->spectrum = TAKE(arena, float, m->stride * m->body.echo.dft_stride);
    e->wave = TAKE(arena, float, full);
    e->back = TAKE(arena, int32_t, m->body.states * m->frames);
    e->path = TAKE(arena, int32_t, m->frames);
    e->air_rows = TAKE(arena, float, m->air_hop * (m->stride + AIR_WINDOW / m->air_hop + LANES));
    e->total = TAKE(arena, double, most_of(full, 48000)); /* loudness takes 0.4 s at least */
    if (!m->exemplars) return;
    e->inflated = TAKE(arena, uint8_t, 2 * ((s->n_mels + AIR_BANDS) * m->frames + ATTACK_VALUES));
    for (int i = 0; i < KEPT; i++) {
        e->known[i].number = -1;
        level_set(m, arena, &e->known[i].base);
        level_set(m, arena, &e->known[i].recording);
    }
}

/* Tables of attack, air, body and detail. The reference has them in signal/ and detail/. */
#include <math.h>

#include "filters.h"
#include "random.h"

static void fill_grid(AttackGrid *grid, Arena *arena, int64_t rate) {
    static const double edges[ATTACK_BANDS - 1] = {250, 1000, 3500, 10500};
    grid->rate = rate;
    grid->onset = FULL_PRE_ROLL * rate / FULL_RATE;
    grid->segment = SEGMENT * rate / FULL_RATE;
    grid->size = 4608 * rate / FULL_RATE / 2 * 2;
    grid->bands = 1;
    for (int i = 0; i < ATTACK_BANDS - 1; i++)
        grid->bands += edges[i] * sqrt(2.0) < (double)rate / 2;
    int64_t n = grid->segment, bins = grid->size / 2 + 1, gained = 0;
    double *place = TAKE(arena, double, n);
    float *weights = TAKE(arena, float, grid->bands * bins);
    int32_t *first = TAKE(arena, int32_t, ATTACK_STEPS + 1), *from = TAKE(arena, int32_t, ATTACK_STEPS);
    float *average = TAKE(arena, float, ATTACK_STEPS * (rate / 500 + 2));
    int32_t *step = TAKE(arena, int32_t, n);
    float *late = TAKE(arena, float, n), *release = TAKE(arena, float, n);
    fill_wide_fft(&grid->fft, arena, grid->size);
    grid->weights = weights;
    grid->averaging = (Sparse){ATTACK_STEPS, first, from, average};
    grid->step = step;
    grid->late = late;
    grid->release = release;
    if (!weights) return;
    for (int64_t i = 0; i < n; i++)
        place[i] = (double)(i - grid->onset) / ((double)rate * 0.001) - 0.5;
    for (int64_t k = 0; k < bins; k++) {
        double octave = log2(fmax((double)k * ((double)rate / (double)grid->size), 1e-3)), below = 1;
        for (int64_t b = 0; b < grid->bands; b++) {
            double above = 0;
            if (b < grid->bands - 1) {
                double x = octave - log2(edges[b]) + 0.5;
                above = 0.5 - 0.5 * cos(PI * fmin(fmax(x, 0), 1));
            }
            double twice = k && k < bins - 1 ? 2 : 1;
            weights[b * bins + k] = (float)((float)(below - above) * twice / (double)grid->size);
            below = above;
        }
    }
    int32_t used = 0;
    for (int64_t k = 0; k < ATTACK_STEPS; k++) {
        double sum = 0;
        int32_t start = used;
        first[k] = used;
        for (int64_t i = 0; i < n; i++) {
            double distance = (place[i] - (double)k) * 0.5;
            if (!(fabs(distance) < 0.5)) continue;
            double value = 1 + cos(2 * PI * distance);
            if (used == start) from[k] = (int32_t)i;
            average[used++] = (float)value;
            sum += value;
            if (value > 0) grid->heard = i + 1 > grid->heard ? i + 1 : grid->heard;
        }
        for (int32_t i = start; i < used; i++) average[i] = (float)(average[i] / sum);
    }
    first[ATTACK_STEPS] = used;
    for (int64_t i = 0; i < n; i++) {
        double nearest = fmin(fmax(place[i], 0), ATTACK_STEPS - 1);
        double left = fmin(fmax(1 - (place[i] - (ATTACK_STEPS - 1)) / 10, 0), 1);
        step[i] = (int32_t)nearest < ATTACK_STEPS - 1 ? (int32_t)nearest : ATTACK_STEPS - 2;
        late[i] = (float)(nearest - step[i]);
        release[i] = (float)left;
        if (left > 0) gained = i + 1;
    }
    grid->gained = gained;
}

void fill_attack(ndm_model *model, Arena *arena) {
    const Spec *s = &model->spec;
    float *after = TAKE(arena, float, model->stride);
    model->after_attack = after;
    for (int64_t t = 0; after && t < model->frames; t++) {
        double middle = (double)(t * s->hop_length - s->pre_roll) / (double)s->sr;
        double late = (middle - 0.04) * (double)s->sr / (double)(2 * s->hop_length) + 1;
        after[t] = (float)fmin(fmax(late, 0), 1);
    }
    fill_grid(&model->core_attack, arena, s->sr);
    fill_grid(&model->full_attack, arena, FULL_RATE);
    /* An impulse in each of the upper bands, of energy 1. */
    const AttackGrid *grid = &model->full_attack;
    int64_t n = grid->segment;
    float *impulse = TAKE(arena, float, 3 * n), *samples = TAKE(arena, float, n);
    ndm_engine engine = {0};
    engine.band_real = TAKE(arena, float, ATTACK_BANDS * grid->size);
    engine.band_imaginary = TAKE(arena, float, ATTACK_BANDS * grid->size);
    engine.wide_a = TAKE(arena, float, grid->size + LANES);
    engine.wide_b = TAKE(arena, float, grid->size + LANES);
    engine.wide_c = TAKE(arena, float, 2 * grid->size);
    engine.wide_d = TAKE(arena, float, 2 * grid->size);
    model->impulse = impulse;
    if (!impulse) return;
    samples[grid->onset + 18] = 1; /* 0.4 ms */
    model->kernels->split(grid, samples, n, &engine);
    for (int b = 0; b < 3; b++) {
        const float *band = engine.band_real + (b + 2) * grid->size;
        double sum = 0;
        for (int64_t i = 0; i < n; i++) sum += (double)band[i] * band[i];
        for (int64_t i = 0; i < n; i++) impulse[b * n + i] = (float)(band[i] / sqrt(sum));
    }
}

int64_t air_edge(int band) {
    return (int64_t)nearbyint(10500.0 * pow(20000.0 / 10500.0, band / (double)AIR_BANDS) * AIR_WINDOW / FULL_RATE);
}

void fill_air(ndm_model *model, Arena *arena) {
    enum { SPREAD = 8 };
    int64_t edge[AIR_BANDS + 1];
    for (int b = 0; b <= AIR_BANDS; b++) edge[b] = air_edge(b);
    int64_t bins = edge[AIR_BANDS] - edge[0];
    float *bank = TAKE(arena, float, 2 * AIR_FRAMES * bins);
    float *shape = TAKE(arena, float, AIR_BANDS * bins), *root = TAKE(arena, float, AIR_WINDOW);
    model->air_first = edge[0];
    model->air_bins = bins;
    model->air_hop = model->spec.hop_length * FULL_RATE / model->spec.sr;
    model->air_bank = bank;
    model->air_shape = shape;
    model->air_root = root;
    fill_real_fft(&model->air_fft, arena, AIR_WINDOW);
    if (!bank) return;
    Random random;
    random_seed(&random, 0);
    for (int64_t part = 0; part < 2; part++)
        for (int64_t i = 0; i < AIR_FRAMES * bins; i++)
            bank[(i / bins * 2 + part) * bins + i % bins] =
                (float)(random_normal(&random) * sqrt(AIR_WINDOW / 2.0));
    for (int64_t k = 0; k < bins; k++)
        for (int b = 0; b < AIR_BANDS; b++) {
            int inside = 0;
            for (int64_t d = -SPREAD / 2; d <= SPREAD / 2; d++) {
                int64_t bin = k + d < 0 ? 0 : k + d >= bins ? bins - 1 : k + d;
                inside += bin + edge[0] >= edge[b] && bin + edge[0] < edge[b + 1];
            }
            shape[b * bins + k] = (float)(inside / (SPREAD + 1.0) /
                                          sqrt((double)(edge[b + 1] - edge[b]) * 2 / AIR_WINDOW));
        }
    for (int i = 0; i < AIR_WINDOW; i++)
        root[i] = sqrtf((float)(0.5 - 0.5 * cos(2 * PI * i / AIR_WINDOW)));
}

static void fill_echo(ndm_model *model, Arena *arena) {
    enum { DECIMATION = 16 };
    const Spec *s = &model->spec;
    EchoTables *echo = &model->body.echo;
    echo->hop = s->hop_length / DECIMATION;
    echo->window = s->win_length / DECIMATION;
    echo->onset = s->pre_roll / DECIMATION;
    echo->rate = (double)s->sr / DECIMATION;
    echo->bands = bands_below(s, 540) + 1;
    if (echo->bands > s->n_mels) echo->bands = s->n_mels;
    float *centres = TAKE(arena, float, echo->bands);
    int32_t *first = TAKE(arena, int32_t, echo->bands + 1), *from = TAKE(arena, int32_t, echo->bands);
    /* A band has at most all bins up to its upper edge. */
    int64_t most = (int64_t)(mel_edge(s, echo->bands + 1) / ((double)s->sr / (double)s->n_fft)) + 3;
    if (most > s->n_fft / 2 + 1) most = s->n_fft / 2 + 1;
    float *weights = TAKE(arena, float, echo->bands * most);
    echo->dft_stride = (most + LANES - 1) / LANES * LANES;
    float *dft = TAKE(arena, float, echo->window * 2 * echo->dft_stride);
    echo->centres = centres;
    echo->dft = dft;
    echo->bank = (Sparse){echo->bands, first, from, weights};
    if (!dft) return;
    echo->bins = 0;
    int32_t used = 0;
    for (int64_t m = 0; m < echo->bands; m++) {
        const Sparse *bank = &model->bank;
        centres[m] = (float)mel_edge(s, m + 1);
        first[m] = used;
        from[m] = bank->from[m];
        for (int64_t k = bank->first[m]; k < bank->first[m + 1]; k++)
            weights[used++] = bank->weight[k] * DECIMATION;
        int64_t end = from[m] + (used - first[m]);
        if (end > echo->bins) echo->bins = end;
    }
    first[echo->bands] = used;
    for (int64_t i = 0; i < echo->window; i++) {
        double hann = 0.5 - 0.5 * cos(2 * PI * (double)i / (double)echo->window);
        for (int64_t k = 0; k < echo->bins; k++) {
            double angle = -2 * PI * (double)i * (double)k * DECIMATION / (double)s->n_fft;
            dft[i * 2 * echo->dft_stride + k] = (float)(hann * cos(angle));
            dft[(i * 2 + 1) * echo->dft_stride + k] = (float)(hann * sin(angle));
        }
    }
}

void fill_body(ndm_model *model, Arena *arena) {
    const Spec *s = &model->spec;
    BodyTables *body = &model->body;
    body->low = bands_below(s, 32);
    body->high = bands_below(s, 270);
    body->states = (body->high - body->low + 1) / 2;
    double *centres = TAKE(arena, double, s->n_mels);
    float *costs = TAKE(arena, float, body->states * body->states);
    body->centres = centres;
    body->costs = costs;
    fill_echo(model, arena);
    if (!centres) return;
    for (int64_t m = 0; m < s->n_mels; m++) centres[m] = mel_edge(s, m + 1);
    for (int64_t i = 0; i < body->states; i++)
        for (int64_t j = 0; j < body->states; j++)
            costs[i * body->states + j] = (float)(6.0 * fabs(log2(centres[body->low + 2 * i]) -
                                                             log2(centres[body->low + 2 * j])));
}

void fill_detail(ndm_model *model, Arena *arena) {
    static const double widths[SCALES + 1] = {11.4, 8.0, 5.7, 4.0, 2.85, 2.0};
    int64_t n = model->spec.n_mels, dim = model->latent_dim;
    for (int i = 0; i <= SCALES; i++) model->order[i] = (int64_t)nearbyint((double)n / widths[i]);
    int64_t k = model->cosines = model->order[SCALES] - model->order[0];
    model->mel_stride = (n + LANES - 1) / LANES * LANES;
    float *directions = TAKE(arena, float, dim * k), *phases = TAKE(arena, float, k);
    float *cosine = TAKE(arena, float, k * model->mel_stride);
    model->directions = directions;
    model->phases = phases;
    model->cosine = cosine;
    if (!directions) return;
    Random random;
    random_seed(&random, 20261125);
    for (int64_t i = 0; i < dim * k; i++) directions[i] = (float)(random_normal(&random) / 6.0);
    for (int64_t i = 0; i < k; i++) phases[i] = (float)(2 * PI * random_sample(&random));
    for (int scale = 0; scale < SCALES; scale++)
        for (int64_t i = model->order[scale]; i < model->order[scale + 1]; i++) {
            float gain = (float)sqrt(2.0 * (double)n /
                                     (double)(model->order[scale + 1] - model->order[scale]));
            for (int64_t b = 0; b < n; b++)
                cosine[(i - model->order[0]) * model->mel_stride + b] =
                    gain * (float)(sqrt(2.0 / (double)n) *
                                   cos(PI / (double)n * ((double)b + 0.5) * (double)i));
        }
}

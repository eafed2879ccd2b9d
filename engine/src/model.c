/* Filling a model from a checked bundle. */
#include <math.h>

#include "filters.h"
#include "weights.h"

static void fill_decoder(ndm_model *m, Arena *arena, const Bundle *b) {
    const Sizes *s = &m->sizes;
    int64_t rows = s->n_mels + AIR_BANDS;
    m->enter = linear(m, arena, b, "decoder.enter", KEEP_HALF);
    m->hidden = linear(m, arena, b, "decoder.hidden", KEEP_HALF);
    m->attack_hidden = linear(m, arena, b, "decoder.attack_hidden", KEEP_HALF);
    m->attack = linear(m, arena, b, "decoder.attack", KEEP_HALF);
    for (int level = 0; level < s->channels_count; level++) {
        for (int i = 0; i < s->decoder_blocks; i++)
            fill_block(m, arena, b, "decoder", level, i, &m->blocks[level][i]);
        if (level == s->channels_count - 1) break;
        m->up_even[level] = doubling(m, arena, b, level, 3, 1);
        m->up_odd[level] = doubling(m, arena, b, level, 2, 0);
    }
    m->norm_gain = row_of(arena, b, find_part(b, "decoder.norm.weight"));
    m->norm_bias = row_of(arena, b, find_part(b, "decoder.norm.bias"));
    m->leave = rows_of(arena, b, find_part(b, "decoder.leave.weight"), rows, s->channels[0],
                       rounded(s->channels[0]));
    m->leave_bias = row_of(arena, b, find_part(b, "decoder.leave.bias"));
    int64_t frames = m->frames, stride = m->stride;
    m->mel_mean = rows_of(arena, b, find_part(b, "standardisation.mean"), s->n_mels, frames, stride);
    m->mel_std = rows_of(arena, b, find_part(b, "standardisation.std"), s->n_mels, frames, stride);
    m->air_mean = rows_of(arena, b, find_part(b, "air.mean"), AIR_BANDS, frames, stride);
    m->air_std = rows_of(arena, b, find_part(b, "air.std"), AIR_BANDS, frames, stride);
    m->attack_mean = row_of(arena, b, find_part(b, "attack.mean"));
    m->attack_std = row_of(arena, b, find_part(b, "attack.std"));
}

static const float *optional(Arena *arena, const Bundle *b, const char *name) {
    const Part *part = find_part(b, name);
    return part ? row_of(arena, b, part) : NULL;
}

static void fill_exemplars(ndm_model *m, Arena *arena, const Bundle *b) {
    m->exemplars = b->exemplars_count;
    if (!m->exemplars) return;
    const Part *codes = find_part(b, "exemplars.codes"), *ends = find_part(b, "exemplars.ends");
    const Part *residuals = find_part(b, "exemplars.residuals");
    int32_t *category = TAKE(arena, int32_t, m->exemplars), *end = TAKE(arena, int32_t, m->exemplars);
    uint8_t *bytes = TAKE(arena, uint8_t, residuals->count);
    m->exemplar_codes = rows_of(arena, b, codes, 1, codes->count, codes->count);
    m->exemplar_category = category;
    m->residual_ends = end;
    m->residuals = bytes;
    if (!category) return;
    memcpy(end, part_bytes(b, ends), (size_t)ends->bytes);
    memcpy(bytes, part_bytes(b, residuals), (size_t)residuals->bytes);
    uint32_t text = b->exemplars + 1;
    for (int64_t i = 0; i < m->exemplars; i++) {
        uint32_t name = json_get(&b->json, text, "category");
        for (int k = 0; k < m->categories; k++)
            if (json_is(&b->json, name, ndm_categories[b->category[k]])) category[i] = k;
        text = b->json.values[text].next;
    }
}

/* What this engine plays is narrower than what a model file may hold. */
static ndm_status check_support(const Bundle *b, Fault *why) {
    const Spec *s = &b->spec;
    const Sizes *z = &b->sizes;
    int64_t attack = 2 + (ATTACK_STEPS * s->sr / 1000 + s->pre_roll) / s->hop_length;
    if (z->network != NETWORK_HITS)
        return fault(why, NDM_UNSUPPORTED, "the engine plays generators with air and fine attack "
                                           "(hits) only; use the reference");
    if (s->sr != 22050 || s->win_length & (s->win_length - 1) || s->win_length < 2 * s->hop_length ||
        s->win_length < 64 || s->win_length > 2048 || s->n_fft & (s->n_fft - 1) || s->n_fft > 4096 ||
        s->hop_length > 256 || s->n_mels > 1024 || s->n_frames > 1024 || s->n_frames < attack ||
        s->n_samples * 2 < SEGMENT)
        return fault(why, NDM_UNSUPPORTED,
                     "the engine plays cores of 22050 Hz, with windows of 64 to 2048 samples, hops up "
                     "to 256, and up to 1024 bands and frames, that last 0.1 s; use the reference");
    if (z->channels_count > MOST_LEVELS || z->decoder_blocks > MOST_DECODER_BLOCKS)
        return fault(why, NDM_UNSUPPORTED, "the engine plays decoders of up to %d frame rates with "
                                           "%d blocks each; use the reference",
                     MOST_LEVELS, MOST_DECODER_BLOCKS);
    return NDM_OK;
}

ndm_status model_fill(ndm_model *m, Arena *arena, const Bundle *b, Fault *why) {
    ndm_status status = check_support(b, why);
    if (status != NDM_OK) return status;
    memcpy(m->hash, b->hash, sizeof m->hash);
    m->spec = b->spec;
    m->sizes = b->sizes;
    m->categories = b->categories;
    m->latent_dim = b->latent_dim;
    m->frames = b->spec.n_frames;
    m->stride = rounded(m->frames);
    m->fade = 4410 < 2 * b->spec.n_samples ? 4410 : 2 * b->spec.n_samples;
    m->log_eps = (float)b->spec.log_eps;
    m->mel_floor = m->kernels->silence(m->log_eps);
    m->air_floor = logf(1e-4f);
    fill_decoder(m, arena, b);
    m->partial_groups = (m->spec.n_mels + 63) / 64;
    m->grain_bands = (m->spec.n_mels + 31) / 32;
    m->grain_frames = (m->frames + 7) / 8;
    m->partials = optional(arena, b, "partials.weights");
    m->grain = optional(arena, b, "texture.weights");
    fill_real_fft(&m->short_fft, arena, m->spec.win_length);
    fill_real_fft(&m->long_fft, arena, m->spec.n_fft);
    int64_t n = m->spec.win_length, bins = n / 2 + 1;
    float *hop = TAKE(arena, float, rounded(bins)), *half = TAKE(arena, float, rounded(bins));
    for (int64_t k = 0; hop && k < bins; k++) {
        hop[k] = (float)(2 * PI / (double)n * (double)(k * m->spec.hop_length % n));
        half[k] = (float)(2 * PI / (double)n * (double)(k * (n / 2) % n));
    }
    m->turns_hop = hop;
    m->turns_half = half;
    status = fill_mel(m, arena, why);
    if (status != NDM_OK) return status;
    fill_resampling(m, arena);
    fill_air(m, arena);
    fill_body(m, arena);
    fill_detail(m, arena);
    fill_attack(m, arena);
    fill_exemplars(m, arena, b);
    return NDM_OK;
}

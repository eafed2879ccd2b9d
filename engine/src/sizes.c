/* The audio spec and the sizes of the networks, as a header states them. */
#include "bundle.h"

#define LARGEST (1 << 16)
#define MOST_BLOCKS 64
#define MOST_VALUES ((int64_t)1 << 25)
#define MOST_MEL_VALUES ((int64_t)1 << 21)

static ndm_status bounded(const Json *json, uint32_t object, const char *name, int64_t least,
                          int64_t most, int64_t *out, Fault *why) {
    uint32_t at = json_get(json, object, name);
    if (!json_whole(json, at, out) || *out < least || *out > most)
        return senseless(why, "%s is no whole number between %lld and %lld", name, (long long)least,
                         (long long)most);
    return NDM_OK;
}

ndm_status read_spec(const Json *json, uint32_t at, Spec *s, Fault *why) {
    static const char *const names[] = {"sr",         "n_samples", "n_fft",   "win_length",
                                        "hop_length", "n_mels",    "log_eps", "pre_roll"};
    if (!at || json->values[at].kind != JSON_OBJECT) return senseless(why, "it has no spec");
    uint32_t known = 0, key = at + 1;
    for (uint32_t i = 0; i < json->values[at].size; i++) {
        int found = 0;
        for (int k = 0; k < 8; k++) found |= json_is(json, key, names[k]);
        known += (uint32_t)found;
        key = json->values[key + 1].next;
    }
    if (known != json->values[at].size) return senseless(why, "its spec has unknown keys");
    TRY(bounded(json, at, "sr", 1000, 192000, &s->sr, why));
    TRY(bounded(json, at, "n_samples", 64, 1 << 20, &s->n_samples, why));
    TRY(bounded(json, at, "n_fft", 16, 1 << 15, &s->n_fft, why));
    TRY(bounded(json, at, "win_length", 16, 1 << 15, &s->win_length, why));
    TRY(bounded(json, at, "hop_length", 16, 1 << 12, &s->hop_length, why));
    TRY(bounded(json, at, "n_mels", 1, 1 << 11, &s->n_mels, why));
    s->pre_roll = 11;
    if (json_get(json, at, "pre_roll"))
        TRY(bounded(json, at, "pre_roll", 1, 1 << 14, &s->pre_roll, why));
    if (!json_number(json, json_get(json, at, "log_eps"), &s->log_eps) || !(s->log_eps >= 1e-9) ||
        !(s->log_eps <= 1))
        return senseless(why, "log_eps is no number between 1e-09 and 1");
    if (s->hop_length & (s->hop_length - 1))
        return senseless(why, "hop_length must be a power of two, got %lld",
                         (long long)s->hop_length);
    if (s->hop_length > s->win_length || s->win_length > s->n_fft ||
        s->win_length % s->hop_length || s->n_fft % s->win_length)
        return senseless(why, "hop_length must divide win_length, and win_length n_fft");
    s->n_frames = 1 + s->n_samples / s->hop_length;
    if (s->n_mels * s->n_frames > MOST_MEL_VALUES)
        return senseless(why, "a spectrogram has at most %lld values", (long long)MOST_MEL_VALUES);
    return NDM_OK;
}

static ndm_status size_of(const Json *json, uint32_t object, const char *name, int optional,
                          int64_t *out, Fault *why) {
    *out = 0;
    if (optional && !json_get(json, object, name)) return NDM_OK;
    return bounded(json, object, name, optional ? 0 : 1, LARGEST, out, why);
}

static ndm_status list_of(const Json *json, uint32_t object, const char *name, int least, int most,
                          int64_t smallest, int64_t *out, int *count, Fault *why) {
    uint32_t at = json_get(json, object, name), each = at + 1;
    if (!at || json->values[at].kind != JSON_LIST || (int64_t)json->values[at].size < least ||
        (int64_t)json->values[at].size > most)
        return senseless(why, "%s is no list of %d to %d sizes", name, least, most);
    if (count) *count = (int)json->values[at].size;
    for (uint32_t i = 0; i < json->values[at].size; i++) {
        if (!json_whole(json, each, out + i) || out[i] < smallest || out[i] > LARGEST)
            return senseless(why, "%s has a size that is no whole number up to %d", name, LARGEST);
        each = json->values[each].next;
    }
    return NDM_OK;
}

int64_t padded_frames(const Sizes *s) {
    int64_t step = (int64_t)1 << (s->channels_count - 1);
    return (s->n_frames + step - 1) / step * step;
}

int paper_grid(const Sizes *s, int64_t grid[MOST_LAYERS + 1][2]) {
    grid[0][0] = s->n_mels;
    grid[0][1] = s->n_frames;
    for (int i = 0; i < s->channels_count; i++)
        for (int k = 0; k < 2; k++) {
            int64_t left = grid[i][k] + 2 * s->padding[k] - s->kernel[k];
            if (left < 0) return 0;
            grid[i + 1][k] = left / s->stride[k] + 1;
        }
    return 1;
}

static ndm_status read_frames(const Json *json, uint32_t at, Sizes *s, Fault *why) {
    int hits = s->network == NETWORK_HITS;
    TRY(list_of(json, at, "channels", 1, MOST_LAYERS, 1, s->channels, &s->channels_count, why));
    TRY(size_of(json, at, "hidden", 0, s->hidden, why));
    s->hidden_count = 1;
    TRY(size_of(json, at, "kernel_size", 0, &s->kernel_size, why));
    TRY(size_of(json, at, "expansion", 0, &s->expansion, why));
    TRY(size_of(json, at, "encoder_blocks", 0, &s->encoder_blocks, why));
    TRY(size_of(json, at, "decoder_blocks", 0, &s->decoder_blocks, why));
    TRY(size_of(json, at, "air_bands", 1, &s->air_bands, why));
    TRY(size_of(json, at, "attack_bands", 1, &s->attack_bands, why));
    TRY(size_of(json, at, "attack_steps", 1, &s->attack_steps, why));
    TRY(size_of(json, at, "attack_hidden", 1, &s->attack_hidden, why));
    if (s->air_bands != (hits ? AIR_BANDS : 0) || s->attack_bands != (hits ? ATTACK_BANDS : 0) ||
        s->attack_steps != (hits ? ATTACK_STEPS : 0) || (s->attack_hidden > 0) != hits)
        return senseless(why, "a generator with other air or fine attack than its name says");
    if (s->encoder_blocks > MOST_BLOCKS || s->decoder_blocks > MOST_BLOCKS)
        return senseless(why, "a generator of more than %d blocks at a level", MOST_BLOCKS);
    if (s->kernel_size % 2 == 0)
        return senseless(why, "kernel_size %lld is even", (long long)s->kernel_size);
    return NDM_OK;
}

static ndm_status read_paper(const Json *json, uint32_t at, Sizes *s, Fault *why) {
    int64_t grid[MOST_LAYERS + 1][2];
    TRY(list_of(json, at, "channels", 1, MOST_LAYERS, 1, s->channels, &s->channels_count, why));
    TRY(list_of(json, at, "hidden", 1, MOST_LAYERS, 1, s->hidden, &s->hidden_count, why));
    TRY(list_of(json, at, "kernel_size", 2, 2, 1, s->kernel, NULL, why));
    TRY(list_of(json, at, "stride", 2, 2, 1, s->stride, NULL, why));
    TRY(list_of(json, at, "padding", 2, 2, 0, s->padding, NULL, why));
    if (!paper_grid(s, grid) || s->padding[0] >= s->kernel[0] || s->padding[1] >= s->kernel[1])
        return senseless(why, "convolutions leave nothing, or pad too much");
    return NDM_OK;
}

ndm_status read_generator(const Json *json, uint32_t at, Sizes *s, Fault *why) {
    uint32_t network = at ? json_get(json, at, "network") : 0;
    if (!network) return senseless(why, "its generator has no network");
    if (json_is(json, network, "hits")) s->network = NETWORK_HITS;
    else if (json_is(json, network, "frames")) s->network = NETWORK_FRAMES;
    else if (json_is(json, network, "paper")) s->network = NETWORK_PAPER;
    else return senseless(why, "a generator of another kind than paper, frames, hits");
    TRY(size_of(json, at, "n_mels", 0, &s->n_mels, why));
    TRY(size_of(json, at, "n_frames", 0, &s->n_frames, why));
    TRY(size_of(json, at, "num_categories", 0, &s->categories, why));
    TRY(size_of(json, at, "latent_dim", 0, &s->latent_dim, why));
    return s->network == NETWORK_PAPER ? read_paper(json, at, s, why)
                                       : read_frames(json, at, s, why);
}

ndm_status read_mcnn(const Json *json, uint32_t at, McnnSizes *s, Fault *why) {
    TRY(size_of(json, at, "n_mels", 0, &s->n_mels, why));
    TRY(size_of(json, at, "heads", 0, &s->heads, why));
    TRY(size_of(json, at, "kernel_size", 0, &s->kernel_size, why));
    TRY(list_of(json, at, "channels", 1, MOST_LAYERS, 1, s->channels, &s->channels_count, why));
    if (s->channels[s->channels_count - 1] != 2 || s->kernel_size % 2 == 0 || s->kernel_size < 3)
        return senseless(why, "MCNN of impossible sizes");
    return NDM_OK;
}

/* All factors are at most 2^16 and checked one after the other, so no product leaves 64 bits. */
static int too_many(int64_t a, int64_t b, int64_t c) {
    return a * b > MOST_VALUES || a * b * c > MOST_VALUES;
}

ndm_status check_work(const Sizes *s, const McnnSizes *mcnn, int64_t frames, Fault *why) {
    int much = 0;
    if (s->network == NETWORK_PAPER) {
        int64_t grid[MOST_LAYERS + 1][2], width = 1;
        paper_grid(s, grid);
        for (int i = 0; i <= s->channels_count; i++) {
            int64_t taps = s->kernel[0] * s->kernel[1], places = grid[i][0] * grid[i][1];
            much |= taps > MOST_VALUES || places > MOST_VALUES || too_many(taps, places, 1) ||
                    too_many(taps * places, width, 1);
            if (i < s->channels_count) width = s->channels[i];
        }
    } else {
        int64_t widest = 0;
        for (int i = 0; i < s->channels_count; i++)
            widest = s->channels[i] > widest ? s->channels[i] : widest;
        much = too_many(padded_frames(s), widest, s->expansion);
    }
    if (mcnn->channels_count) {
        int64_t width = mcnn->n_mels, heads = 1;
        for (int i = 0; i <= mcnn->channels_count; i++) {
            much |= too_many(mcnn->kernel_size, width, heads) ||
                    too_many(mcnn->kernel_size * width * heads, frames << i, 1);
            if (i < mcnn->channels_count) width = mcnn->channels[i];
            heads = mcnn->heads;
        }
    }
    return much ? senseless(why, "a layer of more than %lld values", (long long)MOST_VALUES)
                : NDM_OK;
}

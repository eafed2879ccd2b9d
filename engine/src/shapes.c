/* The tensors that a model file must have: their names, shapes and values. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bundle.h"
#include "half.h"

enum { REQUIRED = 0, OPTIONAL = 1, POSITIVE = 2 };

static int finite_numbers(const Bundle *b, const Part *part) {
    const uint8_t *bytes = part_bytes(b, part);
    uint32_t bad = 0;
    if (part->dtype == TYPE_FLOAT16) {
        for (int64_t i = 0; i < part->count; i++) {
            uint16_t half;
            memcpy(&half, bytes + 2 * i, 2);
            bad |= (half & 0x7c00) == 0x7c00;
        }
    } else if (part->dtype == TYPE_FLOAT32) {
        for (int64_t i = 0; i < part->count; i++) {
            uint32_t word;
            memcpy(&word, bytes + 4 * i, 4);
            bad |= (word & 0x7f800000) == 0x7f800000;
        }
    }
    return !bad;
}

static int positive_numbers(const Bundle *b, const Part *part) {
    for (int64_t i = 0; i < part->count; i++) {
        float value;
        read_floats(b, part, i, 1, &value);
        if (!(value > 0)) return 0;
    }
    return 1;
}

static ndm_status check(const Bundle *b, int flags, const char *name, int axes,
                        const int64_t *shape, Fault *why) {
    const Part *part = find_part(b, name);
    if (!part) {
        if (flags & OPTIONAL) return NDM_OK;
        return fault(why, NDM_BAD_MODEL, "has no tensor named '%s'; " AGAIN, name);
    }
    int ok = part->axes == axes;
    for (int i = 0; ok && i < axes; i++) ok = part->shape[i] == shape[i];
    if (!ok || !finite_numbers(b, part))
        return senseless(why, "tensor '%s' is not finite numbers of the right shape", name);
    if ((flags & POSITIVE) && !positive_numbers(b, part))
        return senseless(why, "a standard deviation of '%s' is not positive", name);
    return NDM_OK;
}

/* Checks a tensor of any number of axes. The name may have two numbers in it. */
#define EXPECT(flags, name, ...)                                                           \
    TRY(check(b, flags, name, (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)),   \
              (int64_t[]){__VA_ARGS__}, why))

static const char *named(char out[80], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out, 80, format, arguments);
    va_end(arguments);
    return out;
}

static ndm_status weight_and_bias(const Bundle *b, const char *name, int64_t out, int64_t in,
                                  Fault *why) {
    char full[80];
    EXPECT(REQUIRED, named(full, "%s.weight", name), out, in);
    EXPECT(REQUIRED, named(full, "%s.bias", name), out);
    return NDM_OK;
}

static ndm_status check_block(const Bundle *b, const char *block, int64_t c, Fault *why) {
    const Sizes *s = &b->sizes;
    int64_t middle = s->expansion * c;
    char name[80];
    EXPECT(REQUIRED, named(name, "%s.depthwise.weight", block), c, 1, s->kernel_size);
    EXPECT(REQUIRED, named(name, "%s.depthwise.bias", block), c);
    EXPECT(REQUIRED, named(name, "%s.norm.weight", block), c);
    EXPECT(REQUIRED, named(name, "%s.norm.bias", block), c);
    EXPECT(REQUIRED, named(name, "%s.gain.weight", block), s->categories, c);
    EXPECT(REQUIRED, named(name, "%s.bias.weight", block), s->categories, c);
    EXPECT(REQUIRED, named(name, "%s.expand.weight", block), middle, c);
    EXPECT(REQUIRED, named(name, "%s.expand.bias", block), middle);
    EXPECT(REQUIRED, named(name, "%s.contract.weight", block), c, middle);
    EXPECT(REQUIRED, named(name, "%s.contract.bias", block), c);
    return NDM_OK;
}

static ndm_status check_frames(const Bundle *b, Fault *why) {
    const Sizes *s = &b->sizes;
    const int64_t *c = s->channels;
    int last = s->channels_count - 1;
    int64_t rows = s->n_mels + s->air_bands, hidden = s->hidden[0];
    int64_t flat = c[last] * (padded_frames(s) >> last);
    char name[80];
    EXPECT(REQUIRED, "encoder.enter.weight", c[0], rows, 1);
    EXPECT(REQUIRED, "encoder.enter.bias", c[0]);
    EXPECT(REQUIRED, "encoder.norm.weight", c[last]);
    EXPECT(REQUIRED, "encoder.norm.bias", c[last]);
    TRY(weight_and_bias(b, "encoder.hidden", hidden, flat, why));
    TRY(weight_and_bias(b, "encoder.leave", s->latent_dim, hidden, why));
    TRY(weight_and_bias(b, "decoder.enter", hidden, s->latent_dim + s->categories, why));
    TRY(weight_and_bias(b, "decoder.hidden", flat, hidden, why));
    EXPECT(REQUIRED, "decoder.norm.weight", c[0]);
    EXPECT(REQUIRED, "decoder.norm.bias", c[0]);
    TRY(weight_and_bias(b, "decoder.leave", rows, c[0], why));
    for (int i = 0; i < last; i++) {
        EXPECT(REQUIRED, named(name, "encoder.down.%d.weight", i), c[i + 1], c[i], 4);
        EXPECT(REQUIRED, named(name, "encoder.down.%d.bias", i), c[i + 1]);
        EXPECT(REQUIRED, named(name, "decoder.up.%d.weight", last - 1 - i), c[i + 1], c[i], 4);
        EXPECT(REQUIRED, named(name, "decoder.up.%d.bias", last - 1 - i), c[i]);
    }
    if (s->attack_bands) {
        int64_t values = s->attack_bands * s->attack_steps;
        TRY(weight_and_bias(b, "encoder.attack", hidden, values, why));
        TRY(weight_and_bias(b, "decoder.attack_hidden", s->attack_hidden, hidden, why));
        TRY(weight_and_bias(b, "decoder.attack", values, s->attack_hidden, why));
    }
    for (int level = 0; level <= last; level++) {
        for (int64_t i = 0; i < s->encoder_blocks; i++)
            TRY(check_block(b, named(name, "encoder.levels.%d.%d", level, (int)i), c[level], why));
        for (int64_t i = 0; i < s->decoder_blocks; i++)
            TRY(check_block(b, named(name, "decoder.levels.%d.%d", level, (int)i), c[last - level],
                            why));
    }
    return NDM_OK;
}

static ndm_status check_norm(const Bundle *b, const char *norm, int64_t channels, Fault *why) {
    char name[80];
    EXPECT(REQUIRED, named(name, "%s.norm.running_mean", norm), channels);
    EXPECT(REQUIRED, named(name, "%s.norm.running_var", norm), channels);
    EXPECT(REQUIRED, named(name, "%s.gain.weight", norm), b->sizes.categories, channels);
    EXPECT(REQUIRED, named(name, "%s.bias.weight", norm), b->sizes.categories, channels);
    return NDM_OK;
}

static ndm_status check_paper(const Bundle *b, Fault *why) {
    const Sizes *s = &b->sizes;
    const int64_t *c = s->channels, *kernel = s->kernel;
    int64_t grid[MOST_LAYERS + 1][2];
    int n = s->channels_count, hidden = s->hidden_count;
    char name[80];
    paper_grid(s, grid);
    int64_t flat = c[n - 1] * grid[n][0] * grid[n][1], told = s->latent_dim + s->categories;
    for (int i = 0; i <= hidden; i++) {
        int64_t in = i ? s->hidden[i - 1] : flat, out = i < hidden ? s->hidden[i] : s->latent_dim;
        TRY(weight_and_bias(b, named(name, "encoder.linears.%d", i), out, in, why));
        in = i ? s->hidden[hidden - i] : told;
        out = i < hidden ? s->hidden[hidden - 1 - i] : flat;
        TRY(weight_and_bias(b, named(name, "decoder.linears.%d", i), out, in, why));
    }
    for (int i = 0; i < n; i++) {
        int64_t before = i ? c[i - 1] : 1, in = c[n - 1 - i], out = i < n - 1 ? c[n - 2 - i] : 1;
        EXPECT(REQUIRED, named(name, "encoder.convs.%d.weight", i), c[i], before, kernel[0],
               kernel[1]);
        TRY(check_norm(b, named(name, "encoder.norms.%d", i), c[i], why));
        EXPECT(REQUIRED, named(name, "decoder.convs.%d.weight", i), in, out, kernel[0], kernel[1]);
        if (out == 1) EXPECT(REQUIRED, named(name, "decoder.convs.%d.bias", i), 1);
        if (i < n - 1) TRY(check_norm(b, named(name, "decoder.norms.%d", i), out, why));
    }
    return NDM_OK;
}

static ndm_status check_mcnn(const Bundle *b, Fault *why) {
    const McnnSizes *m = &b->mcnn;
    int64_t in = m->n_mels;
    char name[80];
    EXPECT(REQUIRED, "mcnn.head_weights", m->heads);
    EXPECT(REQUIRED, "mcnn.softsign_scale", 2);
    for (int i = 0; i < m->channels_count; i++) {
        int64_t out = i ? m->channels[i] : m->channels[i] * m->heads;
        EXPECT(REQUIRED, named(name, "mcnn.layers.%d.weight", i), in, out, m->kernel_size);
        in = m->channels[i] * m->heads;
    }
    return NDM_OK;
}

static int64_t last_size(const Bundle *b, const char *name) {
    const Part *part = find_part(b, name);
    return part && part->axes ? part->shape[part->axes - 1] : 0;
}

ndm_status check_shapes(const Bundle *b, Fault *why) {
    const Spec *spec = &b->spec;
    int64_t n = b->categories, dim = b->latent_dim, mels = spec->n_mels, frames = spec->n_frames;
    int64_t k = last_size(b, "mixture.shares"), places = last_size(b, "controls.map");
    EXPECT(REQUIRED, "standardisation.mean", mels, frames);
    EXPECT(REQUIRED | POSITIVE, "standardisation.std", mels, frames);
    const Part *axes = find_part(b, "controls.axes");
    if (axes && axes->axes == 2) EXPECT(REQUIRED, "controls.axes", AXES, dim);
    else EXPECT(REQUIRED, "controls.axes", n, AXES, dim);
    EXPECT(OPTIONAL, "controls.map", n, 2, places, places);
    EXPECT(REQUIRED, "codes.mean", n, dim);
    EXPECT(REQUIRED, "codes.covariance", n, dim, dim);
    EXPECT(OPTIONAL, "texture.weights", n, dim + 1, ((mels + 31) / 32) * ((frames + 7) / 8));
    EXPECT(OPTIONAL, "partials.weights", n, dim + 1, 5 * ((mels + 63) / 64));
    EXPECT(OPTIONAL, "mixture.shares", n, k);
    EXPECT(OPTIONAL, "mixture.centres", n, k, dim);
    EXPECT(OPTIONAL, "mixture.covariance", n, dim, dim);
    int mixture = !!find_part(b, "mixture.shares") + !!find_part(b, "mixture.centres") +
                  !!find_part(b, "mixture.covariance");
    if (mixture % 3)
        return senseless(why, "of mixture.shares, mixture.centres, mixture.covariance there must be "
                              "all or none");
    if (b->sizes.network == NETWORK_HITS) {
        EXPECT(REQUIRED, "air.mean", AIR_BANDS, frames);
        EXPECT(REQUIRED | POSITIVE, "air.std", AIR_BANDS, frames);
        EXPECT(REQUIRED, "attack.mean", ATTACK_BANDS, ATTACK_STEPS);
        EXPECT(REQUIRED | POSITIVE, "attack.std", ATTACK_BANDS, ATTACK_STEPS);
    } else {
        static const char *const levels[] = {"air.std", "attack.std"};
        for (int i = 0; i < 2; i++) {
            const Part *part = find_part(b, levels[i]);
            if (part && !positive_numbers(b, part))
                return senseless(why, "a standard deviation of '%s' is not positive", levels[i]);
        }
    }
    TRY(b->sizes.network == NETWORK_PAPER ? check_paper(b, why) : check_frames(b, why));
    return b->mcnn.channels_count ? check_mcnn(b, why) : NDM_OK;
}

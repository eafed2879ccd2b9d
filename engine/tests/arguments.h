/* From any bytes to arguments of the engine's functions: for the driver and for libFuzzer. */
#ifndef NDM_ARGUMENTS_H
#define NDM_ARGUMENTS_H

/* The next bytes of an input; zeros where it ends. */
static void next(const uint8_t **bytes, size_t *left, void *out, size_t size) {
    size_t n = size < *left ? size : *left;
    memset(out, 0, size);
    memcpy(out, *bytes, n);
    *bytes += n;
    *left -= n;
}

/* A number that is mostly in range: the byte 255 takes any bits instead. */
static int32_t whole(const uint8_t **bytes, size_t *left, int32_t below) {
    uint8_t byte;
    int32_t any;
    next(bytes, left, &byte, 1);
    if (byte < 255) return byte % below;
    next(bytes, left, &any, sizeof any);
    return any;
}

static float number(const uint8_t **bytes, size_t *left) {
    uint8_t byte;
    float any;
    next(bytes, left, &byte, 1);
    if (byte < 255) return (float)byte / 127.0f;
    next(bytes, left, &any, sizeof any);
    return any;
}

#include "shaping.h"
#include "bending.h"

/* The first byte of an input chooses the functions: from these numbers on, own sounds, and values and strokes. */
enum { FIRST_OF_OWN = 224, FIRST_OF_VALUES = 240 };

/* Calls the functions that make and bend sounds and find codes with arguments from bytes, as they come. The model is that
 * of a file. It ends the program where a function breaks its word. */
__attribute__((unused)) static void try_arguments(const uint8_t *bytes, size_t left, const char *path) {
    enum { MOST_BENT = 100000 };
    static const int32_t rates[] = {22050, 44100, 48000};
    static ndm_model *models[3];
    static ndm_engine *engines[3];
    static ndm_encoder *encoders[3];
    uint8_t kind;
    /* The same input does the same, whatever was tried before it. */
    state = 88172645463325252u;
    next(&bytes, &left, &kind, 1);
    int at = kind % 3;
    if (kind >= FIRST_OF_VALUES) {
        try_shaping(bytes, left);
        return;
    }
    if (!models[at]) {
        size_t size;
        uint8_t *file = path ? read_file(path, &size) : NULL;
        if (!file) abort();
        if (ndm_model_open(file, size, NULL, (ndm_kernels)(at + 1), &models[at], NULL) &&
            ndm_model_open(file, size, NULL, NDM_BASELINE, &models[at], NULL))
            abort();
        if (ndm_engine_open(models[at], NULL, &engines[at])) abort();
        free(file);
    }
    const ndm_model *model = models[at];
    if (kind >= FIRST_OF_OWN) {
        static ndm_bender *benders[3];
        if (!benders[at] && ndm_bender_open(model, MOST_BENT, NULL, &benders[at])) abort();
        try_bending(benders[at], model, MOST_BENT, bytes, left);
        return;
    }
    ndm_facts facts = ndm_model_facts(model);
    float *code = malloc((size_t)facts.latent_dim * sizeof *code);
    for (int i = 0; i < facts.latent_dim; i++) code[i] = number(&bytes, &left);
    ndm_sound sound = {.category = whole(&bytes, &left, facts.categories), .code = code};
    int32_t rate = whole(&bytes, &left, 3);
    sound.rate = rate >= 0 && rate < 3 ? rates[rate] : rate;
    sound.take = whole(&bytes, &left, 64);
    sound.exemplars = whole(&bytes, &left, NDM_EXEMPLARS + 1);
    for (int i = 0; i < NDM_EXEMPLARS; i++) {
        sound.exemplar[i] = whole(&bytes, &left, facts.exemplars ? facts.exemplars : 1);
        sound.share[i] = number(&bytes, &left);
    }
    /* Shares that sum to 1, mostly. */
    if (left & 7)
        for (int i = 0; i < NDM_EXEMPLARS; i++)
            sound.share[i] = 1.0f / (float)(sound.exemplars > 0 ? sound.exemplars : 1);
    sound.without = (uint32_t)whole(&bytes, &left, 16);
    sound.width = number(&bytes, &left);
    sound.to = whole(&bytes, &left, facts.categories);
    sound.t = number(&bytes, &left);
    size_t room = ndm_most_samples(model, sound.rate), count = 0;
    float *samples = malloc(((sound.width > 0 ? 2 : 1) * room + 1) * sizeof *samples);
    ndm_status status = ndm_render(engines[at], &sound, samples, &count);
    if (count > room || (status && !ndm_last_sentence(engines[at])[0])) abort();
    if (!status)
        for (size_t i = 0; i < count; i++)
            if (!isfinite(samples[i])) abort();
    free(samples);
    size_t cells = (size_t)facts.n_mels * (size_t)facts.n_frames;
    float *levels = malloc((cells + 8 * (size_t)facts.n_frames + 200) * sizeof *levels);
    if (ndm_levels(engines[at], &sound, levels, levels + cells, levels + cells + 8 * facts.n_frames) != status)
        abort();
    /* The same levels, some of them replaced by any bits. */
    if (!status && kind & 64) {
        if (!encoders[at]) {
            size_t size;
            uint8_t *file = read_file(path, &size);
            if (!file || ndm_encoder_open(model, file, size, NULL, &encoders[at], NULL)) abort();
            free(file);
        }
        float *air = levels + cells, *attack = air + 8 * facts.n_frames;
        size_t count = cells + 8 * (size_t)facts.n_frames + 200;
        for (int i = 0; i < 8; i++) levels[(size_t)(uint32_t)whole(&bytes, &left, 251) * 7919 % count] = number(&bytes, &left);
        int32_t category = whole(&bytes, &left, facts.categories), steps = whole(&bytes, &left, 3);
        status = ndm_encode(encoders[at], engines[at], category, levels, air, attack, steps, code);
        if (status && !ndm_last_sentence(engines[at])[0]) abort();
        if (!status)
            for (int i = 0; i < facts.latent_dim; i++)
                if (!isfinite(code[i])) abort();
        status = ndm_guess(encoders[at], engines[at], levels, air, attack, &category);
        if (category < 0 || category >= facts.categories) abort();
    }
    free(levels);
    free(code);
}
#endif

/* Opens model files, and plays what can be played: for the sanitizers, and for fuzzing.
 *
 * driver FILE ...           one line for each file: its status, and the sentence
 * driver --arguments MODEL FILE ...  calls the functions with what the bytes of files say
 * driver --fuzz SECONDS SEED FILE   changes a whole model file at random, again and again, and shapes sounds
 * driver --shape COUNT SEED         gives sounds values and softer strokes
 * driver --bend COUNT SEED MODEL    bends own sounds, with each kind of kernels in turn
 *
 * engine/tests/fuzz.c makes targets for libFuzzer of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "inflate.h"
#include "ndm_engine.h"
#include "sha256.h"

static uint64_t state;

static uint64_t drawn(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return below ? state % below : 0;
}

__attribute__((unused)) static uint8_t *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size ? *size : 1);
    *size = fread(bytes, 1, *size, file);
    fclose(file);
    return bytes;
}

#include "arguments.h"

static void *few_bytes(void *context, size_t bytes) {
    (void)context;
    return bytes > 512u << 20 ? NULL : malloc(bytes);
}

static void give_back(void *context, void *memory) {
    (void)context;
    free(memory);
}

/* A few sounds of a model: usual and absurd codes, all rates, takes, exemplars, parts left out. */
static int play(const ndm_model *model, int sounds) {
    static const int32_t rates[] = {22050, 44100, 48000};
    ndm_facts facts = ndm_model_facts(model);
    ndm_engine *engine;
    if (ndm_engine_open(model, NULL, &engine)) return 0;
    float *code = malloc((size_t)facts.latent_dim * sizeof *code);
    for (int i = 0; i < sounds; i++) {
        ndm_sound sound = {.category = (int32_t)drawn((uint64_t)facts.categories + 1), .code = code,
                           .rate = rates[drawn(3)], .take = (int32_t)drawn(4) ? 0 : (int32_t)drawn(66),
                           .without = (uint32_t)drawn(3) ? 0 : (uint32_t)drawn(16),
                           .width = drawn(2) ? 0 : (float)drawn(12) / 10,
                           .to = (int32_t)drawn((uint64_t)facts.categories + 1),
                           .t = drawn(2) ? 0 : (float)drawn(12) / 10};
        float size = drawn(4) ? 1.0f : powf(10, (float)drawn(40) - 1);
        for (int k = 0; k < facts.latent_dim; k++)
            code[k] = ((float)drawn(2001) / 1000 - 1) * size;
        if (facts.exemplars && drawn(2)) {
            sound.exemplars = 1 + (int32_t)drawn(NDM_EXEMPLARS);
            for (int k = 0; k < sound.exemplars; k++) {
                sound.exemplar[k] = (int32_t)drawn((uint64_t)facts.exemplars);
                sound.share[k] = 1.0f / (float)sound.exemplars;
            }
        }
        size_t room = ndm_most_samples(model, sound.rate), count = 0;
        float *samples = malloc((sound.width > 0 ? 2 : 1) * room * sizeof *samples);
        ndm_status status = ndm_render(engine, &sound, samples, &count);
        if (count > room || (status && !ndm_last_sentence(engine)[0])) abort();
        free(samples);
    }
    free(code);
    ndm_engine_close(engine);
    return sounds;
}

/* Finds the code of what a model plays itself, and of levels that are no sound's. */
static void encode(const ndm_model *model, const uint8_t *bytes, size_t size, const ndm_memory *memory) {
    ndm_facts facts = ndm_model_facts(model);
    char sentence[NDM_SENTENCE];
    ndm_encoder *encoder;
    ndm_engine *engine;
    size_t mel = (size_t)facts.n_mels * (size_t)facts.n_frames, air = 8 * (size_t)facts.n_frames;
    if (ndm_encoder_open(model, bytes, size, memory, &encoder, sentence)) {
        if (!sentence[0]) abort();
        return;
    }
    if (!ndm_engine_open(model, NULL, &engine)) {
        float *levels = malloc((mel + air + 200) * sizeof *levels);
        float *code = calloc((size_t)facts.latent_dim, sizeof *code);
        ndm_sound sound = {.code = code, .rate = 44100};
        int32_t category;
        ndm_levels(engine, &sound, levels, levels + mel, levels + mel + air);
        ndm_guess(encoder, engine, levels, levels + mel, levels + mel + air, &category);
        ndm_encode(encoder, engine, category, levels, levels + mel, levels + mel + air, 1, code);
        for (size_t i = 0; i < mel + air + 200; i++) levels[i] = (float)drawn(202) - 100;
        levels[drawn(mel + air + 200)] *= drawn(4) ? 1 : 2;
        if (ndm_encode(encoder, engine, (int32_t)drawn((uint64_t)facts.categories + 1), levels, levels + mel,
                       levels + mel + air, (int32_t)drawn(3), code) &&
            !ndm_last_sentence(engine)[0])
            abort();
        free(code);
        free(levels);
        ndm_engine_close(engine);
    }
    ndm_encoder_close(encoder);
}

__attribute__((unused)) static ndm_status try_bytes(const uint8_t *bytes, size_t size, int sounds, char *sentence) {
    static const ndm_memory memory = {few_bytes, give_back, NULL};
    /* A copy of the exact size, so that a read beyond it shows. */
    uint8_t *copy = malloc(size ? size : 1);
    ndm_model *model;
    memcpy(copy, bytes, size);
    /* Each kind of kernels that the processor has in turn. */
    ndm_kernels kernels = (ndm_kernels)drawn(4);
    ndm_status status = ndm_model_open(copy, size, &memory, kernels, &model, sentence);
    if (status == NDM_UNSUPPORTED)
        status = ndm_model_open(copy, size, &memory, NDM_BASELINE, &model, sentence);
    if (status == NDM_OK) {
        play(model, sounds);
        if (!drawn(4)) encode(model, copy, size, &memory);
        bend(model, 1, &memory);
        ndm_model_close(model);
    } else if (!sentence[0]) {
        abort();
    }
    free(copy);
    return status;
}

/* Makes the checksums of the header and of all parts right again, so that what lies behind them is
 * reached. */
__attribute__((unused)) static void seal(uint8_t *bytes, size_t size) {
    uint64_t length = 0;
    uint8_t digest[32];
    if (size < 56) return;
    for (int i = 7; i >= 0; i--) length = length << 8 | bytes[16 + i];
    if (length > size - 56) return;
    char *text = (char *)bytes + 56, *end = text + length;
    for (char *at = text; at + 200 < end; at++) {
        unsigned long long bytes_of, offset;
        /* Sorted keys: "bytes": N, "dtype": …, "offset": N, "sha256": "…", "shape": … */
        if (memcmp(at, "\"bytes\": ", 9)) continue;
        char *found = memchr(at, '}', (size_t)(end - at)), *place = at;
        if (!found) break;
        while (place < found && memcmp(place, "\"offset\": ", 10)) place++;
        char *sum = place;
        while (sum < found && memcmp(sum, "\"sha256\": \"", 11)) sum++;
        if (place >= found || sum >= found || end - sum < 80) continue;
        if (sscanf(at + 9, "%llu", &bytes_of) != 1 || sscanf(place + 10, "%llu", &offset) != 1) continue;
        size_t body = size - 56 - (size_t)length;
        if (bytes_of > body || offset > body - bytes_of) continue;
        char hex[65];
        ndm_sha256((uint8_t *)end + offset, (size_t)bytes_of, digest);
        ndm_hex(digest, hex);
        memcpy(sum + 11, hex, 64);
    }
    ndm_sha256(bytes + 56, (size_t)length, digest);
    memcpy(bytes + 24, digest, 32);
}

#ifndef NDM_LIBFUZZER
static void change(uint8_t *bytes, size_t *size, size_t header) {
    static const char *const words[] = {"true", "null", "-1", "0", "65537", "1e9", "[]", "{}", "\"\"",
                                        "99999999999999999999", "16", "2", "\\u0000", "hits", "paper"};
    int times = 1 + (int)drawn(4), kind = (int)drawn(10);
    for (int i = 0; i < times; i++) {
        size_t at = kind < 6 && header > 57 ? 56 + drawn(header - 56) : drawn(*size);
        if (kind == 0) *size = drawn(*size + 1);
        else if (kind < 4) {
            const char *word = words[drawn(sizeof words / sizeof *words)];
            size_t n = strlen(word);
            if (at + n < *size) memcpy(bytes + at, word, n);
        } else if (kind < 8) {
            if (at < *size) bytes[at] = (uint8_t)drawn(256);
        } else {
            size_t n = 1 + drawn(64);
            if (at + n < *size) memset(bytes + at, (int)drawn(2) * 0x7b, n);
        }
        if (!*size) return;
    }
}

static int fuzz(double seconds, uint64_t seed, const char *path) {
    size_t size;
    uint8_t *whole = read_file(path, &size), inflated[4096];
    long inputs = 0, opened = 0, played = 0;
    char sentence[NDM_SENTENCE];
    if (!whole || size < 64) return 2;
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) length = length << 8 | whole[16 + i];
    uint8_t *bytes = malloc(size);
    clock_t start = clock();
    for (; (double)(clock() - start) / CLOCKS_PER_SEC < seconds; inputs++) {
        state = (seed + 1) * 0x9e3779b97f4a7c15u ^ ((uint64_t)inputs + 1) * 0xbf58476d1ce4e5b9u;
        size_t now = size;
        memcpy(bytes, whole, size);
        change(bytes, &now, 56 + (size_t)length);
        if (drawn(8)) seal(bytes, now);
        ndm_status status = try_bytes(bytes, now, 2, sentence);
        opened += status == NDM_OK || status == NDM_UNSUPPORTED;
        played += status == NDM_OK;
        size_t at = drawn(now + 1), n = drawn(now - at + 1);
        ndm_inflate(bytes + at, n < 4096 ? n : 4096, inflated, drawn(sizeof inflated));
        shape(1);
    }
    printf("%ld inputs, %ld read, %ld played\n", inputs, opened, played);
    free(bytes);
    free(whole);
    return 0;
}

int main(int count, char **arguments) {
    char sentence[NDM_SENTENCE];
    state = 88172645463325252u;
    if (count == 5 && !strcmp(arguments[1], "--fuzz"))
        return fuzz(atof(arguments[2]), strtoull(arguments[3], NULL, 10), arguments[4]);
    if (count == 4 && !strcmp(arguments[1], "--shape")) {
        state = (strtoull(arguments[3], NULL, 10) + 1) * 0x9e3779b97f4a7c15u;
        shape(atoi(arguments[2]));
        return 0;
    }
    if (count == 5 && !strcmp(arguments[1], "--bend")) {
        size_t size;
        int bent = 0;
        uint8_t *bytes = read_file(arguments[4], &size);
        state = (strtoull(arguments[3], NULL, 10) + 1) * 0x9e3779b97f4a7c15u;
        for (int kernels = NDM_BASELINE; bytes && kernels <= NDM_AVX512; kernels++) {
            ndm_model *model;
            if (ndm_model_open(bytes, size, NULL, (ndm_kernels)kernels, &model, sentence)) continue;
            bent += bend(model, atoi(arguments[2]), NULL);
            ndm_model_close(model);
        }
        if (!bytes) return 2;
        printf("%d bent\n", bent);
        free(bytes);
        return 0;
    }
    int calls = count > 2 && !strcmp(arguments[1], "--arguments");
    for (int i = calls ? 3 : 1; i < count; i++) {
        size_t size;
        uint8_t *bytes = read_file(arguments[i], &size);
        if (!bytes) return 2;
        if (calls) {
            try_arguments(bytes, size, arguments[2]);
            free(bytes);
            continue;
        }
        ndm_status status = try_bytes(bytes, size, 6, sentence);
        printf("%d %s\n", status, sentence);
        free(bytes);
    }
    return 0;
}
#endif

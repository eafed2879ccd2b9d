/* From any bytes to sounds that are given values and strokes: for the driver and for libFuzzer. */
#ifndef NDM_SHAPING_H
#define NDM_SHAPING_H

/* A value of a wish or a stroke: mostly between two numbers. */
static double between(const uint8_t **bytes, size_t *left, double low, double high) {
    uint8_t byte;
    double any;
    next(bytes, left, &byte, 1);
    if (byte < 250) return low + (high - low) * byte / 249;
    next(bytes, left, &any, sizeof any);
    return any;
}

/* Tones, noise and silence, and sometimes any bits. */
static void draw_sound(const uint8_t **bytes, size_t *left, uint8_t pieces, float *samples, size_t n) {
    for (int p = 0; n && p < pieces % 8; p++) {
        size_t first = (size_t)(uint32_t)whole(bytes, left, 254) * n / 256 % n;
        double hz = between(bytes, left, 0, 20000), fall = between(bytes, left, 0, 100), size = number(bytes, left);
        int noise = whole(bytes, left, 3) == 1;
        for (size_t i = first; i < n; i++) {
            double time = (double)(i - first) / 44100, wave = noise ? (double)drawn(2001) / 1000 - 1 : sin(6.2832 * hz * time);
            samples[i] += (float)(size * wave * exp(-fall * time));
        }
    }
    if (n && pieces & 8) next(bytes, left, samples + n / 2, sizeof *samples);
}

/* Calls the functions that change and measure sounds with arguments from bytes: a sound of tones, noise and
 * silence, or of any bits, is given values and struck. */
__attribute__((unused)) static void try_shaping(const uint8_t *bytes, size_t left) {
    enum { MOST = 60000 };
    static const int32_t rates[] = {22050, 44100, 48000};
    static const double limits[NDM_QUALITIES][2] = {{20, 2000}, {-2, 4}, {0.003, 3}, {0.002, 0.3}, {30, 20000},
                                                    {0, 1}, {-80, 80}, {-80, 80}, {-60, 0}};
    static ndm_shaper *shapers[3];
    uint8_t kind, pieces, length;
    next(&bytes, &left, &kind, 1);
    int at = kind % 3;
    if (!shapers[at] && ndm_shaper_open((ndm_kernels)(at + 1), MOST, NULL, &shapers[at]) &&
        ndm_shaper_open(NDM_BASELINE, MOST, NULL, &shapers[at]))
        abort();
    ndm_shaper *shaper = shapers[at];
    int32_t rate = whole(&bytes, &left, 3);
    ndm_heard sound = {.channels = kind & 64 ? 2 : 1, .rate = rate >= 0 && rate < 3 ? rates[rate] : rate};
    next(&bytes, &left, &length, 1);
    next(&bytes, &left, &pieces, 1);
    /* Short sounds, some long ones, which take a fuzzer's time, and one that is too long. */
    size_t step = length < 100 ? 0 : (size_t)length - 99;
    sound.count = length < 100 ? length : length < 250 ? step * step * 5 / 2 : length < 255 ? 0 : MOST + 1;
    sound.onset = (size_t)whole(&bytes, &left, 255);
    sound.top = between(&bytes, &left, 0.1, 1);
    ndm_wish wish = {.asked = (uint32_t)whole(&bytes, &left, 256) << (kind >> 7), .offered = (1 << NDM_QUALITIES) - 1};
    if (kind & 32) wish.offered = (uint32_t)whole(&bytes, &left, 256);
    for (int i = 0; i < NDM_QUALITIES; i++) wish.value[i] = between(&bytes, &left, limits[i][0], limits[i][1]);
    ndm_stroke stroke = {between(&bytes, &left, -1, 1), between(&bytes, &left, -1, 1), {0}, between(&bytes, &left, -40, 0)};
    for (int i = 0; i < 10; i++) stroke.bands[i] = between(&bytes, &left, -12, 12);
    size_t n = sound.count * (size_t)sound.channels, room = ndm_most_shaped(sound.count) * (size_t)sound.channels;
    float *samples = calloc(n ? n : 1, sizeof *samples), *out = malloc((room + 1) * sizeof *out);
    draw_sound(&bytes, &left, pieces, samples, n);
    sound.samples = samples;
    size_t count, onset;
    double values[NDM_QUALITIES];
    ndm_status status = ndm_shape(shaper, &sound, &wish, out, &count, &onset);
    if (status && !ndm_shaper_sentence(shaper)[0]) abort();
    if (count * (size_t)sound.channels > room) abort();
    for (size_t i = 0; !status && i < count * (size_t)sound.channels; i++)
        if (!isfinite(out[i])) abort();
    status = ndm_strike(shaper, &sound, &stroke, out);
    if (status && !ndm_shaper_sentence(shaper)[0]) abort();
    for (size_t i = 0; !status && i < n; i++)
        if (!isfinite(out[i])) abort();
    if (!ndm_describe(shaper, &sound, values)) ndm_missed(&wish, values);
    free(out);
    free(samples);
}

/* A few sounds that are given values and softer strokes. */
__attribute__((unused)) static void shape(int sounds) {
    uint8_t bytes[160];
    for (int i = 0; i < sounds; i++) {
        for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (uint8_t)drawn(drawn(4) ? 250 : 256);
        try_shaping(bytes, sizeof bytes);
    }
}
#endif

/* Factors and places of Fourier transforms. */
#include <math.h>

#include "filters.h"

void fill_fft(Fft *fft, Arena *arena, int64_t n, const int *radix, int passes) {
    fft->n = n;
    fft->passes = passes;
    int64_t length = n;
    for (int pass = 0; pass < passes; pass++) {
        int r = fft->radix[pass] = radix[pass];
        int64_t m = length / r;
        float *twiddle = TAKE(arena, float, 2 * m * (r - 1)), *to = twiddle;
        for (int64_t j = 0; twiddle && j < m; j++)
            for (int q = 1; q < r; q++) {
                double angle = -2 * PI * (double)(j * q) / (double)length;
                *to++ = (float)cos(angle);
                *to++ = (float)sin(angle);
            }
        fft->twiddle[pass] = twiddle;
        length = m;
    }
    int32_t *place = TAKE(arena, int32_t, n);
    for (int64_t k = 0; place && k < n; k++) {
        int64_t rest = k, at = 0;
        length = n;
        for (int pass = 0; pass < passes; pass++) {
            length /= radix[pass];
            at += rest % radix[pass] * length;
            rest /= radix[pass];
        }
        place[k] = (int32_t)at;
    }
    fft->place = place;
}

void fill_real_fft(RealFft *fft, Arena *arena, int64_t n) {
    int radix[PASSES], passes = 0, bits = 0;
    while ((int64_t)2 << bits < n) bits++;
    int fours = bits % 3 == 2 ? 1 : bits % 3 == 1 && bits > 3 ? 2 : 0;
    if (bits == 1) radix[passes++] = 2;
    for (int i = 0; i < fours; i++) radix[passes++] = 4;
    for (int i = 0; i < (bits - 2 * fours) / 3; i++) radix[passes++] = 8;
    fft->n = n;
    fill_fft(&fft->half, arena, n / 2, radix, passes);
    float *turn = TAKE(arena, float, n + 2);
    for (int64_t k = 0; turn && k <= n / 2; k++) {
        turn[2 * k] = (float)cos(-2 * PI * (double)k / (double)n);
        turn[2 * k + 1] = (float)sin(-2 * PI * (double)k / (double)n);
    }
    fft->turn = turn;
}

void fill_wide_fft(WideFft *fft, Arena *arena, int64_t n) {
    static const int of_48[] = {4, 4, 3}, of_96[] = {8, 4, 3};
    fft->n = n;
    fft->rows = 48;
    fft->columns = n / 48;
    fill_fft(&fft->over_rows, arena, 48, of_48, 3);
    fill_fft(&fft->over_columns, arena, fft->columns, fft->columns == 48 ? of_48 : of_96, 3);
    float *turn = TAKE(arena, float, 2 * n);
    for (int64_t k = 0; turn && k < fft->rows; k++) {
        float *row = turn + 2 * fft->columns * fft->over_rows.place[k];
        for (int64_t i = 0; i < fft->columns; i++) {
            double angle = -2 * PI * (double)(k * i) / (double)n;
            row[i] = (float)cos(angle);
            row[fft->columns + i] = (float)sin(angle);
        }
    }
    fft->turn = turn;
}

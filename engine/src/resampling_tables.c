/* Filters between the rates, as SoXR's quality HQ has them, and the fades of a sound. */
#include <math.h>

#include "filter_48.h"
#include "filters.h"
#include "shaper.h"

static double bessel_i0(double x) {
    double term = 1, sum = 1;
    for (int k = 1; k < 60; k++) {
        term *= x / 2 / k * (x / 2 / k);
        sum += term;
    }
    return sum;
}

static double kaiser(double place, double half, double beta) {
    double u = 1 - place / half * (place / half);
    return u < 0 ? 0 : bessel_i0(beta * sqrt(u)) / bessel_i0(beta);
}

static double sinc(double x) { return fabs(x) < 1e-12 ? 1 : sin(PI * x) / (PI * x); }

/* SoXR's filter of quality HQ between 22,050 and 44,100 Hz, found from its response: a Kaiser window
 * times a sinc, to -150 dB. */
static float doubling(int64_t k) {
    const double cutoff = 0.47843591, beta = 13.03998, half = 194.4978;
    return (float)(2 * cutoff * sinc(cutoff * (double)k) * kaiser((double)k, half, beta));
}

/* The same between 44,100 and 48,000 Hz: its response at 88,200 Hz, and between its samples a filter
 * that is flat up to 22,050 Hz. `between` has room for 2 REACH fine + 1 numbers. */
enum { REACH = 11 };

static void fill_phases(float *phases, double *between, int count, int taps, int fine) {
    for (int i = 0; i <= 2 * REACH * fine; i++) {
        double place = (double)i / fine - REACH;
        between[i] = sinc(place) * kaiser(place, REACH, 14.0);
    }
    for (int p = 0; p < count; p++)
        for (int j = 0; j < taps; j++) {
            /* 2 t, in parts of a sample at 88,200 Hz. */
            int place = p + 2 * fine * (taps / 2 - 1 - j), middle = (int)floor((double)place / fine);
            double sum = 0;
            for (int k = middle - REACH; k <= middle + REACH + 1; k++) {
                int at = place - k * fine + REACH * fine, tap = k < 0 ? -k : k;
                if (at >= 0 && at <= 2 * REACH * fine && tap < 203)
                    sum += (double)filter_48[tap] * between[at];
            }
            phases[p * taps + j] = (float)sum;
        }
}

static void fill_phases_48(ndm_model *model, Arena *arena) {
    enum { FINE = PHASES_48 / 2 };
    float *phases = TAKE(arena, float, PHASES_48 * TAPS_48);
    double *between = TAKE(arena, double, 2 * REACH * FINE + 1);
    model->phases_48 = phases;
    if (phases) fill_phases(phases, between, PHASES_48, TAPS_48, FINE);
}

void fill_tuning(float *tuning, double *between) {
    fill_phases(tuning, between, TUNE_PHASES + 1, TUNE_TAPS, TUNE_PHASES / 2);
}

void fill_resampling(ndm_model *model, Arena *arena) {
    int64_t half = FILTER_HALF / 2;
    float *even = TAKE(arena, float, 2 * half + 1), *odd = TAKE(arena, float, 2 * half + 1);
    float *mirrored = TAKE(arena, float, 2 * half + 1);
    float *fade = TAKE(arena, float, model->fade), *gate = TAKE(arena, float, FULL_PRE_ROLL - START);
    fill_phases_48(model, arena);
    model->double_even = even;
    model->double_odd = odd;
    model->halve_odd = mirrored;
    model->fade_out = fade;
    model->gate = gate;
    if (!even) return;
    for (int64_t d = -half; d <= half; d++) {
        even[d + half] = doubling(2 * d);
        odd[d + half] = doubling(2 * d + 1);
        mirrored[d + half] = doubling(2 * d - 1);
    }
    for (int64_t i = 0; i < model->fade; i++)
        fade[i] = (float)(0.5 + 0.5 * cos(PI * (double)(i + 1) / (double)model->fade));
    for (int i = 0; i < FULL_PRE_ROLL - START; i++)
        gate[i] = (float)(0.5 - 0.5 * cos(PI * i / (FULL_PRE_ROLL - START)));
}

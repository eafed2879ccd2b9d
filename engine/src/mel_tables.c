/* The mel bank and its inverse: signal/mel.py and inverters/magnitude.py are the reference. */
#include <math.h>

#include "filters.h"

enum { MOST_OVERLAP = 48, MOST_WIDTH = 128 };
#define NOTHING 1e-10 /* of the largest weight: smaller ones are left out */

double mel_edge(const Spec *s, int64_t i) {
    double top = 2595.0 * log10(1.0 + (double)s->sr / 2 / 700.0);
    return 700.0 * (pow(10.0, top * (double)i / (double)(s->n_mels + 1) / 2595.0) - 1.0);
}

int64_t bands_below(const Spec *s, double hz) {
    int64_t m = 0;
    while (m < s->n_mels && mel_edge(s, m + 1) < hz) m++;
    return m;
}

static float weight(const Spec *s, const double *edges, int64_t m, int64_t bin) {
    double width = (double)s->sr / (double)s->n_fft, hz = (double)bin * width;
    double centre = edges[m + 1], low = fmin(edges[m], centre - width);
    double high = fmax(edges[m + 2], centre + width);
    double value = fmin((hz - low) / (centre - low), (high - hz) / (high - centre));
    return value > 0 ? (float)value : 0.0f;
}

/* The bins of a band: from *first, so many are returned. */
static int64_t bins_of(const Spec *s, const double *edges, int64_t m, int64_t *first) {
    double width = (double)s->sr / (double)s->n_fft;
    int64_t last = (int64_t)(fmax(edges[m + 2], edges[m + 1] + width) / width) + 1;
    int64_t bin = (int64_t)(fmin(edges[m], edges[m + 1] - width) / width) - 1;
    if (bin < 0) bin = 0;
    if (last > s->n_fft / 2) last = s->n_fft / 2;
    while (bin <= last && !(weight(s, edges, m, bin) > 0)) bin++;
    while (last > bin && !(weight(s, edges, m, last) > 0)) last--;
    *first = bin;
    return bin > last ? 0 : last - bin + 1;
}

static float bank_at(const Sparse *bank, int64_t m, int64_t bin) {
    int64_t i = bin - bank->from[m];
    return i < 0 || i >= bank->first[m + 1] - bank->first[m] ? 0.0f
                                                            : bank->weight[bank->first[m] + i];
}

/* Solves (bank bank' + a little) x = one column of the bank, for every column of a short transform.
 * The matrix has few diagonals, for only neighbouring bands overlap. */
static ndm_status fill_inverse(ndm_model *model, Arena *arena, int64_t overlap, Fault *why) {
    const Spec *s = &model->spec;
    const Sparse *bank = &model->bank;
    int64_t n = s->n_mels, bins = s->win_length / 2 + 1, step = s->n_fft / s->win_length;
    int64_t diagonals = overlap + 1, widest = n < MOST_WIDTH ? n : MOST_WIDTH;
    double *gram = TAKE(arena, double, n * diagonals), *x = TAKE(arena, double, n);
    int32_t *first = TAKE(arena, int32_t, bins + 1), *from = TAKE(arena, int32_t, bins);
    float *weights = TAKE(arena, float, bins * widest);
    model->inverse = (Sparse){bins, first, from, weights};
    if (!arena->base) return NDM_OK;
    double trace = 0, most = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t d = 0; d < diagonals && d <= i; d++) {
            double sum = 0;
            for (int64_t k = bank->first[i]; k < bank->first[i + 1]; k++)
                sum += (double)bank->weight[k] *
                       bank_at(bank, i - d, bank->from[i] + k - bank->first[i]);
            gram[i * diagonals + d] = sum;
            if (!d) trace += sum;
        }
    for (int64_t i = 0; i < n; i++) gram[i * diagonals] += 1e-9 * trace / (double)n;
    /* Cholesky's factor, in place: row i, diagonal d is element (i, i - d). */
    for (int64_t i = 0; i < n; i++)
        for (int64_t d = diagonals - 1 < i ? diagonals - 1 : i; d >= 0; d--) {
            double sum = gram[i * diagonals + d];
            for (int64_t e = d + 1; e < diagonals && e <= i; e++)
                sum -= gram[i * diagonals + e] * gram[(i - d) * diagonals + e - d];
            gram[i * diagonals + d] = d ? sum / gram[(i - d) * diagonals] : sqrt(sum);
        }
    for (int round = 0; round < 2; round++) { /* first the largest weight, then all weights */
        int32_t used = 0;
        for (int64_t k = 0; k < bins; k++) {
            for (int64_t i = 0; i < n; i++) {
                double sum = bank_at(bank, i, k * step);
                for (int64_t d = 1; d < diagonals && d <= i; d++)
                    sum -= gram[i * diagonals + d] * x[i - d];
                x[i] = sum / gram[i * diagonals];
            }
            for (int64_t i = n - 1; i >= 0; i--) {
                double sum = x[i];
                for (int64_t d = 1; d < diagonals && i + d < n; d++)
                    sum -= gram[(i + d) * diagonals + d] * x[i + d];
                x[i] = sum / gram[i * diagonals];
                if (!round) most = fmax(most, fabs(x[i]));
            }
            if (!round) continue;
            int64_t low = 0, high = n;
            while (low < high && fabs(x[low]) < NOTHING * most) low++;
            while (high > low && fabs(x[high - 1]) < NOTHING * most) high--;
            if (high - low > widest)
                return fault(why, NDM_UNSUPPORTED, "the engine plays no spec whose mel bands reach "
                                                   "so far; use the reference");
            first[k] = used;
            from[k] = (int32_t)low;
            for (int64_t i = low; i < high; i++) weights[used++] = (float)x[i];
        }
        first[bins] = used;
    }
    return NDM_OK;
}

ndm_status fill_mel(ndm_model *model, Arena *arena, Fault *why) {
    const Spec *s = &model->spec;
    int64_t n = s->n_mels, count = 0, overlap = 0, start;
    double *edges = TAKE(arena, double, n + 2), spare[1026];
    if (!edges) edges = spare;
    for (int64_t i = 0; i < n + 2; i++) edges[i] = mel_edge(s, i);
    for (int64_t m = 0; m < n; m++) {
        int64_t reach = 0, width = bins_of(s, edges, m, &start), its;
        count += width;
        while (m + reach + 1 < n && bins_of(s, edges, m + reach + 1, &its) && its < start + width)
            if (++reach > MOST_OVERLAP) break;
        if (reach > overlap) overlap = reach;
    }
    if (overlap > MOST_OVERLAP)
        return fault(why, NDM_UNSUPPORTED,
                     "the engine plays no spec with so many mel bands at one frequency; use the "
                     "reference");
    int32_t *first = TAKE(arena, int32_t, n + 1), *from = TAKE(arena, int32_t, n);
    float *weights = TAKE(arena, float, count), *window = TAKE(arena, float, s->win_length);
    float *share = TAKE(arena, float, n);
    int32_t *row = TAKE(arena, int32_t, n), used = 0;
    model->bank = (Sparse){n, first, from, weights};
    model->window = window;
    model->attack_share = share;
    model->attack_row = row;
    if (arena->base) {
        double total = 0, most = 0;
        for (int64_t i = 0; i < s->win_length; i++)
            total += window[i] = (float)(0.5 - 0.5 * cos(2 * PI * (double)i /
                                                         (double)s->win_length));
        for (int64_t m = 0; m < n; m++) {
            double sum = 0;
            first[m] = used;
            int64_t width = bins_of(s, edges, m, &start);
            from[m] = (int32_t)start;
            for (int64_t k = 0; k < width; k++)
                sum += weights[used++] = weight(s, edges, m, start + k);
            most = fmax(most, sum);
            share[m] = (float)((edges[m + 2] - edges[m]) / 2 / (sum * sum));
            row[m] = (edges[m + 1] > 250) + (edges[m + 1] > 1000) + (edges[m + 1] > 3500);
        }
        first[n] = used;
        model->mel_top = logf((float)(total * most));
    }
    return fill_inverse(model, arena, overlap, why);
}

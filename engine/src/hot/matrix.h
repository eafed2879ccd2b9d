/* Matrix products: rows times panels of weights, each panel as many outputs as two vectors have. */
#ifndef NDM_MATRIX_H
#define NDM_MATRIX_H
#include "model.h"
#include "vector.h"

enum { PANEL = 2 * VL, MOST_ROWS = VL == 16 ? 8 : 6 };

typedef enum { PLAIN, GELU } After;

/* GELU's tanh approximation, as x / (1 + exp(-2 u)). */
INLINE V gelu(V x) {
    const float scale = -1.5957691216057308f;
    V u = (x * x * (0.044715f * scale) + scale) * x;
    return x / (1.0f + v_exp(u));
}

INLINE V weights_at(const Linear *w, int64_t at) {
    return w->half ? load_half(w->half + at) : load(w->full + at);
}

/* `rows` rows of x times one panel; `rows` and `is_half` are constants where it is inlined. */
INLINE void product(int rows, int is_half, const float *x, int64_t x_stride, const void *panel,
                    int64_t in, const float *bias, const float *added, After after, float *y,
                    int64_t y_stride) {
    V sum[MOST_ROWS][2];
    V b0 = bias ? load(bias) : all(0), b1 = bias ? load(bias + VL) : all(0);
    for (int r = 0; r < rows; r++) {
        sum[r][0] = b0;
        sum[r][1] = b1;
    }
    for (int64_t k = 0; k < in; k++) {
        V w0, w1;
        if (is_half) {
            w0 = load_half((const uint16_t *)panel + k * PANEL);
            w1 = load_half((const uint16_t *)panel + k * PANEL + VL);
        } else {
            w0 = load((const float *)panel + k * PANEL);
            w1 = load((const float *)panel + k * PANEL + VL);
        }
        for (int r = 0; r < rows; r++) {
            V value = all(x[r * x_stride + k]);
            sum[r][0] += value * w0;
            sum[r][1] += value * w1;
        }
    }
    for (int r = 0; r < rows; r++)
        for (int h = 0; h < 2; h++) {
            float *to = y + r * y_stride + h * VL;
            V out = after == GELU ? gelu(sum[r][h]) : sum[r][h];
            store(to, added ? out + load(added + r * y_stride + h * VL) : out);
        }
}

INLINE void all_rows(int is_half, const float *x, int64_t x_stride, int64_t rows, const void *panel,
                     int64_t in, const float *bias, const float *added, After after, float *y,
                     int64_t y_stride) {
    int64_t r = 0;
#define STEP(n)                                                                               \
    for (; rows - r >= (n); r += (n))                                                         \
    product((n), is_half, x + r * x_stride, x_stride, panel, in, bias,                        \
            added ? added + r * y_stride : 0, after, y + r * y_stride, y_stride)
    STEP(MOST_ROWS);
    STEP(4);
    STEP(2);
    STEP(1);
#undef STEP
}

/* y = after(x w + bias) + added, for rows of x. y has room for whole panels in every row. */
static void times(const Linear *w, const float *x, int64_t x_stride, int64_t rows,
                  const float *added, After after, float *y, int64_t y_stride) {
    for (int64_t p = 0; p < w->panels; p++) {
        const float *bias = w->bias ? w->bias + p * PANEL : 0;
        const float *plus = added ? added + p * PANEL : 0;
        if (w->half)
            all_rows(1, x, x_stride, rows, w->half + p * w->in * PANEL, w->in, bias, plus, after,
                     y + p * PANEL, y_stride);
        else
            all_rows(0, x, x_stride, rows, w->full + p * w->in * PANEL, w->in, bias, plus, after,
                     y + p * PANEL, y_stride);
    }
}
#endif

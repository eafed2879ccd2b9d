/* Weights of networks, laid out for the kernels. */
#include "weights.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const Part *part_named(const Bundle *b, const char *format, ...) {
    char name[80];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    return find_part(b, name);
}

/* Rows of a tensor, each padded with zeros to a stride. */
const float *rows_of(Arena *arena, const Bundle *b, const Part *part, int64_t rows,
                            int64_t columns, int64_t stride) {
    float *out = TAKE(arena, float, rows * stride);
    for (int64_t r = 0; out && r < rows; r++)
        read_floats(b, part, r * columns, columns, out + r * stride);
    return out;
}

const float *row_of(Arena *arena, const Bundle *b, const Part *part) {
    return rows_of(arena, b, part, 1, part->count, rounded(part->count));
}

/* Where the weight from input `k` to output `o` lies in a tensor; -1 for padding. */
typedef struct {
    int64_t in, per_output, per_input, stride, tap[2], step, c_in; /* without a step, two taps */
} Order;

static int64_t place_of(const Order *order, int64_t k, int64_t o) {
    if (!order->stride) return o * order->per_output + k * order->per_input;
    int64_t number = k / order->stride, i = k % order->stride;
    int64_t tap = order->step ? number * order->step : order->tap[number];
    return i < order->c_in ? i * order->per_input + o * order->per_output + tap : -1;
}

static Linear pack(const ndm_model *m, Arena *arena, const Bundle *b, const Part *weight,
                   const Part *bias, const Order *order, int64_t out, int keep) {
    /* Panels fill whole rows: what pads a row is 0 in every product. */
    int64_t panel = m->kernels->panel, panels = rounded(out) / panel, in = order->in;
    int half = keep && m->kernels->widens && weight->dtype == TYPE_FLOAT16;
    uint16_t *halves = half ? TAKE(arena, uint16_t, panels * in * panel) : NULL;
    float *full = half ? NULL : TAKE(arena, float, panels * in * panel);
    float *biases = TAKE(arena, float, panels * panel);
    Linear w = {in, out, panels, halves, full, biases};
    if (!biases) return w;
    read_floats(b, bias, 0, out, biases);
    for (int64_t p = 0; p < panels; p++)
        for (int64_t k = 0; k < in; k++)
            for (int64_t j = 0; j < panel && p * panel + j < out; j++) {
                int64_t from = place_of(order, k, p * panel + j), to = (p * in + k) * panel + j;
                if (from < 0) continue;
                if (half) memcpy(halves + to, part_bytes(b, weight) + 2 * from, 2);
                else read_floats(b, weight, from, 1, full + to);
            }
    return w;
}

Linear linear(const ndm_model *m, Arena *arena, const Bundle *b, const char *name, int keep) {
    const Part *weight = part_named(b, "%s.weight", name);
    int64_t in = weight->shape[1];
    Order order = {.in = in, .per_output = in, .per_input = 1};
    return pack(m, arena, b, weight, part_named(b, "%s.bias", name), &order, weight->shape[0], keep);
}

/* A convolution of width 4 and stride 2, for rows of four frames of padded channels. */
Linear halving(const ndm_model *m, Arena *arena, const Bundle *b, int level) {
    const Part *weight = part_named(b, "encoder.down.%d.weight", level);
    int64_t out = weight->shape[0], c_in = weight->shape[1], stride = rounded(c_in);
    Order order = {.in = 4 * stride, .per_output = 4 * c_in, .per_input = 4, .stride = stride,
                   .step = 1, .c_in = c_in};
    return pack(m, arena, b, weight, part_named(b, "encoder.down.%d.bias", level), &order, out, WIDEN);
}

/* A linear layer of all frames at once, whose channels are padded. */
Linear of_frames(const ndm_model *m, Arena *arena, const Bundle *b, const char *name, int64_t frames,
                 int64_t channels) {
    const Part *weight = part_named(b, "%s.weight", name);
    int64_t stride = rounded(channels);
    Order order = {.in = frames * stride, .per_output = frames * channels, .per_input = 1,
                   .stride = stride, .step = channels, .c_in = channels};
    return pack(m, arena, b, weight, part_named(b, "%s.bias", name), &order, weight->shape[0],
                KEEP_HALF);
}

/* Half of a transposed convolution of stride 2: two taps, each for rows of padded channels. */
Linear doubling(const ndm_model *m, Arena *arena, const Bundle *b, int level, int first,
                int second) {
    const Part *weight = part_named(b, "decoder.up.%d.weight", level);
    int64_t c_in = weight->shape[0], out = weight->shape[1], stride = rounded(c_in);
    Order order = {.in = 2 * stride, .per_output = 4, .per_input = 4 * out, .stride = stride,
                   .tap = {first, second}, .c_in = c_in};
    return pack(m, arena, b, weight, part_named(b, "decoder.up.%d.bias", level), &order, out, WIDEN);
}

void fill_block(const ndm_model *m, Arena *arena, const Bundle *b, const char *half, int level,
                int number, Block *block) {
    char name[64], full[80];
    snprintf(name, sizeof name, "%s.levels.%d.%d", half, level, number);
    const Part *depthwise = part_named(b, "%s.depthwise.weight", name);
    int64_t c = depthwise->shape[0], taps = depthwise->shape[2], stride = rounded(c);
    float *by_tap = TAKE(arena, float, taps * stride);
    for (int64_t k = 0; by_tap && k < taps; k++)
        for (int64_t i = 0; i < c; i++)
            read_floats(b, depthwise, i * taps + k, 1, by_tap + k * stride + i);
    block->depthwise = by_tap;
    block->depthwise_bias = row_of(arena, b, part_named(b, "%s.depthwise.bias", name));
    block->norm_gain = row_of(arena, b, part_named(b, "%s.norm.weight", name));
    block->norm_bias = row_of(arena, b, part_named(b, "%s.norm.bias", name));
    block->gain = rows_of(arena, b, part_named(b, "%s.gain.weight", name), m->categories, c, stride);
    block->bias = rows_of(arena, b, part_named(b, "%s.bias.weight", name), m->categories, c, stride);
    snprintf(full, sizeof full, "%s.expand", name);
    block->expand = linear(m, arena, b, full, WIDEN);
    snprintf(full, sizeof full, "%s.contract", name);
    block->contract = linear(m, arena, b, full, WIDEN);
}

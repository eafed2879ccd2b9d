/* Weights of networks, laid out for the kernels; with an arena without memory they are only counted. */
#ifndef NDM_WEIGHTS_H
#define NDM_WEIGHTS_H
#include "model.h"

/* Weights that are read once for each sound are left in half precision, which halves the time that
 * memory takes. Those that many frames share are widened when the model is opened. With all in half
 * precision a decode took 6 % longer, with none 8 % (AVX-512; AVX2: 0 and 19 %). Processors of the
 * baseline have no instruction that widens. */
enum { WIDEN = 0, KEEP_HALF = 1 };

static inline int64_t rounded(int64_t n) { return (n + LANES - 1) / LANES * LANES; }

/* A part whose name is put together as by printf. */
const Part *part_named(const Bundle *b, const char *format, ...);
/* Rows of a tensor, each padded with zeros to a stride; and a tensor as one row. */
const float *rows_of(Arena *arena, const Bundle *b, const Part *part, int64_t rows, int64_t columns,
                     int64_t stride);
const float *row_of(Arena *arena, const Bundle *b, const Part *part);
/* Layers; `half` is "decoder" or "encoder". */
Linear linear(const ndm_model *m, Arena *arena, const Bundle *b, const char *name, int keep);
Linear doubling(const ndm_model *m, Arena *arena, const Bundle *b, int level, int first, int second);
Linear halving(const ndm_model *m, Arena *arena, const Bundle *b, int level);
Linear of_frames(const ndm_model *m, Arena *arena, const Bundle *b, const char *name, int64_t frames,
                 int64_t channels);
void fill_block(const ndm_model *m, Arena *arena, const Bundle *b, const char *half, int level,
                int number, Block *block);
#endif

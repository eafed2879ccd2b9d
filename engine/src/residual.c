/* The residual of an exemplar: exemplars/residual.py is the reference. */
#include "inflate.h"
#include "model.h"

int read_residual(const ndm_model *m, int32_t number, uint8_t *inflated, LevelSet *out) {
    int64_t start = number ? m->residual_ends[number - 1] : 0, end = m->residual_ends[number];
    const uint8_t *blob = m->residuals + start;
    int64_t n = (m->spec.n_mels + AIR_BANDS) * m->frames + ATTACK_VALUES, at = 0;
    float step = (float)(blob[4] | blob[5] << 8) / 1024;
    if (!ndm_inflate(blob + 12, (size_t)(end - start - 12), inflated, (size_t)(2 * n))) return 0;
    struct {
        float *to;
        int64_t bands, columns, stride;
    } parts[3] = {{out->mel, m->spec.n_mels, m->frames, m->stride},
                  {out->air, AIR_BANDS, m->frames, m->stride},
                  {out->attack, ATTACK_BANDS, ATTACK_STEPS, ATTACK_STEPS}};
    for (int p = 0; p < 3; p++)
        for (int64_t t = 0; t < parts[p].columns; t++) {
            int64_t sum = 0;
            for (int64_t b = 0; b < parts[p].bands; b++, at++) {
                int32_t folded = inflated[at] | inflated[n + at] << 8;
                sum += folded & 1 ? -(folded + 1) / 2 : folded / 2;
                float value = (float)sum * step;
                parts[p].to[b * parts[p].stride + t] = value < -16 ? -16 : value > 16 ? 16 : value;
            }
        }
    return 1;
}

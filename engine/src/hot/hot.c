/* All code that takes time, as one unit: the build compiles it once for each kind of processor, with
 * NDM_KERNELS (its table), NDM_NAME and VL (floats of a vector) defined. */
#include "encoder.h"
#include "own/bend.h"
#include "render.h"
#include "shape/describe.h"
#include "shape/finish.h"
#include "shape/strike.h"

static float silence(float log_eps) {
    /* Rounding must not leave silence with a magnitude. */
    float floor = logf(log_eps);
    while (v_exp(all(floor))[0] > log_eps) floor = nextafterf(floor, -INFINITY);
    return floor;
}

static void levels(ndm_engine *e, const ndm_sound *sound, LevelSet *out) {
#ifdef NDM_TIMING
    e->lap = seconds_now();
#endif
    decode(e, sound->code, sound->category, out);
    if (sound->t > 0) {
        LevelPart part[3], other[3];
        decode(e, sound->code, sound->to, &e->second);
        parts_of(e->model, out, part);
        parts_of(e->model, &e->second, other);
        for (int p = 0; p < 3; p++)
            FOR_CELLS(part[p], i) {
                V x = load(part[p].part + i) * (1.0f - sound->t);
                store(part[p].part + i, x + load(other[p].part + i) * sound->t);
            }
    }
    lap(e, DECODE);
}

#ifdef NDM_TIMING
const Kernels NDM_KERNELS = {NDM_NAME, PANEL, WIDENS, silence, split, levels, overlay, play, standardise,
                             encode, decode_vector, core_magnitudes, distance, core_error,
                             finish, strike, describe, normal_equations, hear, bend, at_loudness, peak};
#else
const Kernels NDM_KERNELS = {NDM_NAME, PANEL, WIDENS, silence, split, levels, overlay, play, standardise,
                             encode, decode_vector, core_magnitudes, distance, core_error,
                             finish, strike, describe, normal_equations, hear, bend, at_loudness};
#endif

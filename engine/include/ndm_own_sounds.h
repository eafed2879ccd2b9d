/* Own sounds: recordings that are changed as the generator changes its own sounds.
 *
 *   ndm_bender *bender;  size_t onset;  double scale;
 *   ndm_bender_open(model, 441000, NULL, &bender);
 *   if (ndm_find_hit(bender, mono, n, &onset)) puts(ndm_bender_sentence(bender));
 *   ndm_heard snare = {samples, n, 1, 44100, onset, 1};
 *   ndm_hear(bender, &snare, &heard, &scale);            then ndm_encode finds its code, and ndm_levels
 *   ndm_bend(bender, &snare, &heard, scale, &before, &after, out, &count, &onset);   decodes both codes
 *
 * All sounds have 44,100 Hz and one or two channels; `top` of ndm_heard does not matter. Samples lie between
 * -1,000,000 and 1,000,000, levels between -100 and 100 nepers. What is out of range is refused as NDM_BAD_VALUE,
 * with a sentence. Nothing is allocated but by ndm_bender_open. */
#ifndef NDM_OWN_SOUNDS_H
#define NDM_OWN_SOUNDS_H
#include "ndm_engine.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NDM_MIXED 5 /* most sounds that are laid over each other */

typedef struct ndm_bender ndm_bender;

/* Levels, natural logarithms, shaped as ndm_levels writes them. */
typedef struct {
    float *mel, *air, *attack;
} ndm_parts;

/* Working memory for own sounds of up to `most` samples a channel; one thread at a time may use it. */
NDM_API ndm_status ndm_bender_open(const ndm_model *model, size_t most, const ndm_memory *memory,
                                   ndm_bender **bender);
NDM_API void ndm_bender_close(ndm_bender *bender); /* before its model; NULL does nothing */

/* Finds the hit in a mono recording of up to ndm_most_bent(most) samples: `onset` becomes the sample of its onset.
 * Silence, less than 5 ms of sound and numbers that are none are refused. */
NDM_API ndm_status ndm_find_hit(ndm_bender *bender, const float *samples, size_t count, size_t *onset);

/* Writes the levels that the model hears of a sound, and the factor from its samples to their scale. */
NDM_API ndm_status ndm_hear(ndm_bender *bender, const ndm_heard *sound, const ndm_parts *levels, double *scale);

/* Samples of a channel that fit into what ndm_bend writes of a sound of `count` samples. */
NDM_API size_t ndm_most_bent(size_t count);

/* Writes a sound, changed as `after` differs from `before`: what ndm_levels makes of its code, and of the code after a
 * move. `heard` and `scale` are those of ndm_hear. It is as loud as the sound. If nothing changes, its samples are
 * the sound's own, bit for bit. `samples` has room for ndm_most_bent of each channel. */
NDM_API ndm_status ndm_bend(ndm_bender *bender, const ndm_heard *sound, const ndm_parts *heard, double scale,
                            const ndm_parts *before, const ndm_parts *after, float *samples, size_t *count,
                            size_t *onset);

/* Writes a sound as loud as `own` is, its peaks no higher than full scale or those of `own`, with as many samples:
 * the generator's, before it is mixed with an own sound. */
NDM_API ndm_status ndm_as_loud(ndm_bender *bender, const ndm_heard *sound, const ndm_heard *own, float *samples);

/* Samples of a channel that ndm_mix writes. */
NDM_API size_t ndm_most_mixed(const ndm_heard *sounds, size_t n);

/* Lays 1 to NDM_MIXED sounds over each other at their onsets with their shares, which lie over 0 and sum to 1. The
 * loudness is the mean of theirs. It has two channels if one of them has; the right one begins where the left one ends. */
NDM_API ndm_status ndm_mix(ndm_bender *bender, const ndm_heard *sounds, const float *shares, size_t n,
                           float *samples, size_t *count, size_t *onset);

/* What was wrong with the last call that this bender refused. */
NDM_API const char *ndm_bender_sentence(const ndm_bender *bender);

#ifdef __cplusplus
}
#endif
#endif

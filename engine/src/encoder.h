/* What finds the code of a sound: the encoder's weights, and memory for the search. */
#ifndef NDM_ENCODER_H
#define NDM_ENCODER_H
#include "model.h"

enum { MOST_ENCODER_BLOCKS = 8, COLUMNS = 1024 }; /* columns of slopes that are multiplied at once */

struct ndm_encoder {
    ndm_memory memory;
    void *block;
    const ndm_model *model;
    Linear enter, down[MOST_LEVELS], hidden, attack, leave;
    Block blocks[MOST_LEVELS][MOST_ENCODER_BLOCKS];
    const float *norm_gain, *norm_bias;
    const float *mean, *covariance; /* of the codes of each category */

    /* Standardised levels lie in vectors: core, air, attack. What pads rows is 0 in them. */
    int64_t size, core, air;     /* numbers of a vector; where the air and the attack begin */
    float *wanted, *decoded, *tried, *nudged, *curve, *toward, *missing, *magnitude;
    float *slopes, *scaled;      /* a vector for each number of a code; COLUMNS of each */
    float *rows, *plan;          /* frames as rows, and a hidden layer, for the encoder */
    float *code;
    double *precision, *curvature, *damped, *pull, *step, *best, *nearer;
};

/* Weights of air and attack in a distance, beside the core's. */
#define AIR_WEIGHT 6.0f
#define ATTACK_WEIGHT 30.0f
#define NUDGE 0.05f
#endif

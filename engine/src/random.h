/* The stream of numpy.random.RandomState, which NumPy promises never to change: MT19937 (Matsumoto and
 * Nishimura 1998), and the polar method for normal numbers. */
#ifndef NDM_RANDOM_H
#define NDM_RANDOM_H
#include <stdint.h>

typedef struct {
    uint32_t state[624];
    int at, has_spare;
    double spare;
} Random;

void random_seed(Random *random, uint32_t seed);
uint32_t random_word(Random *random);
double random_sample(Random *random); /* 0 to 1, with 53 bits */
double random_normal(Random *random);
#endif

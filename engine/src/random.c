#include "random.h"

#include <math.h>

void random_seed(Random *r, uint32_t seed) {
    for (int i = 0; i < 624; i++) {
        r->state[i] = seed;
        seed = 1812433253u * (seed ^ seed >> 30) + (uint32_t)i + 1;
    }
    r->at = 624;
    r->has_spare = 0;
}

static void refill(Random *r) {
    uint32_t *s = r->state;
    for (int i = 0; i < 624; i++) {
        uint32_t y = (s[i] & 0x80000000u) | (s[(i + 1) % 624] & 0x7fffffffu);
        s[i] = s[(i + 397) % 624] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
    }
    r->at = 0;
}

uint32_t random_word(Random *r) {
    if (r->at == 624) refill(r);
    uint32_t y = r->state[r->at++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

double random_sample(Random *r) {
    uint32_t high = random_word(r) >> 5, low = random_word(r) >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

double random_normal(Random *r) {
    double x, y, square;
    if (r->has_spare) {
        r->has_spare = 0;
        return r->spare;
    }
    do {
        x = 2 * random_sample(r) - 1;
        y = 2 * random_sample(r) - 1;
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    double factor = sqrt(-2 * log(square) / square);
    r->spare = factor * x;
    r->has_spare = 1;
    return factor * y;
}

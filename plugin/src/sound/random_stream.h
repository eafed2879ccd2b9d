// The engine's random numbers, which are those of numpy.random.RandomState, with what the kits' hand
// needs beyond them.
#pragma once
#include <algorithm>
#include <vector>

extern "C" {
#include "random.h"
}

namespace ndm {

struct Stream {
    Random random;

    explicit Stream(uint32_t seed) { random_seed(&random, seed); }
    double sample() { return random_sample(&random); }
    double normal() { return random_normal(&random); }

    // As RandomState.randint(0, 2**31).
    uint32_t seed() { return random_word(&random) & 0x7fffffffu; }

    // As RandomState.permutation(n): Fisher and Yates, with words that are masked and drawn again.
    std::vector<int> permutation(int n) {
        std::vector<int> out(n);
        for (int i = 0; i < n; i++) out[i] = i;
        for (uint32_t i = static_cast<uint32_t>(n) - 1; i > 0; i--) {
            uint32_t mask = i, j;
            for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
            do j = random_word(&random) & mask;
            while (j > i);
            std::swap(out[i], out[j]);
        }
        return out;
    }
};

}  // namespace ndm

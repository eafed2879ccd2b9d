// How a note's velocity becomes a gain and a layer.
#pragma once
#include <cmath>

namespace ndm {

// Velocities of the layers of a sound, the loudest first; soft ones are as loud as that, so that a note's own
// gain is theirs.
constexpr int kLayers = 4;
constexpr int kLayerVelocity[kLayers] = {127, 96, 64, 32};
constexpr float kDynamic = 0.9f;      // 1 less the square root of the softest stroke's amplitude: -40 dB

// Level of a velocity by the square law of wishes/velocity.py, `amount` of it, bent by a curve:
// 0 is that law, 1 makes soft strokes louder, -1 softer.
inline float velocity_gain(int velocity, float amount, float curve) {
    const float softness = static_cast<float>(127 - velocity) / 126;
    const float bent = std::pow(softness, std::exp2(curve * 1.5f));
    return std::pow(1 - kDynamic * bent, 2 * amount);
}

// The layer that is nearest to a gain of the square law.
inline int layer_of(float gain) {
    const float velocity = 127 - 126 * (1 - std::sqrt(gain)) / kDynamic;
    int best = 0;
    for (int layer = 1; layer < kLayers; layer++)
        if (std::fabs(static_cast<float>(kLayerVelocity[layer]) - velocity) < std::fabs(static_cast<float>(kLayerVelocity[best]) - velocity)) best = layer;
    return best;
}

}  // namespace ndm

// Playing a sound at another rate or pitch: a Kaiser-windowed sinc, evaluated at each output sample.
#pragma once
#include <vector>

namespace ndm {

// Every `step` input samples become one output sample. A step of 1 returns the samples as they are.
std::vector<float> resampled(const std::vector<float>& samples, double step);

}  // namespace ndm

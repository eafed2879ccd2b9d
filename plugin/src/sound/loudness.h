// Integrated loudness (ITU-R BS.1770-4), as signal/loudness.py measures it.
#pragma once
#include <vector>

namespace ndm {

// LUFS of a mono sound; minus infinity under -70 LUFS.
double loudness(const std::vector<float>& samples, double rate);

}  // namespace ndm

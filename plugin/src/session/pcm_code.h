// Sound without loss in fewer bytes: straight-line prediction and Rice codes, in blocks of 256 samples.
//
//   bytes 0-3   "NDP2"; an older version wrote "NDP1", on a grid that was twice as coarse
//   bytes 4-7   the number of samples, little-endian
//   then bits, from the highest of each byte down; for each block two bits for the order of its
//   prediction (0 to 2), five for its Rice parameter, and the residuals of its samples: each, with its
//   sign in the lowest bit, as so many zeros as its upper part says, a one, and its lower bits.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "../sound/audio.h"

namespace ndm {

// Samples that lie on the grid of sound/maker.h, within ±2.
std::vector<uint8_t> packed(const Samples& samples);

// Throws std::runtime_error if the bytes are no whole sound.
Samples unpacked(const std::vector<uint8_t>& bytes);

std::string base64(const std::vector<uint8_t>& bytes);
std::vector<uint8_t> from_base64(const std::string& text);  // throws std::runtime_error

}  // namespace ndm

// FLAC files of 16 bits, one or two channels (RFC 9639). Blocks whose samples all end in zeros do without them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ndm {

// Equally long channels of 16 bits; `block` is 16 to 65,535 samples.
std::vector<uint8_t> flac_file(const std::vector<std::vector<int32_t>>& channels, int rate, size_t block);

}  // namespace ndm

// Writing a sound as a WAV file of 24 bits.
#pragma once
#include <string>

#include "../sound/audio.h"

namespace ndm {

// Samples within ±1. A file is replaced as a whole. Throws std::runtime_error with a sentence that names it.
void write_wav(const Audio& sound, int rate, const std::string& path);

}  // namespace ndm

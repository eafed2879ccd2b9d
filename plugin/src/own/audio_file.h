// Reading a sound file: WAV (also RF64 and W64), AIFF, FLAC, MP3 and Ogg Vorbis, by miniaudio and stb_vorbis.
#pragma once
#include <string>

#include "../sound/audio.h"

namespace ndm {

struct Clip {
    std::vector<Samples> channels;  // equally long, at least one
    int rate = 0;                   // Hz
    std::vector<std::string> notes;
};

// Throws std::runtime_error with a sentence that begins with the file's name: for what is no sound file, is cut short,
// holds no samples or numbers that are none, or has another rate than 4 to 768 kHz.
Clip read_audio(const std::string& path);

// The same for bytes; `name` is how the sentence calls them.
Clip read_audio(const uint8_t* bytes, size_t size, const std::string& name);

// The last part of a path.
std::string file_name(const std::string& path);

}  // namespace ndm

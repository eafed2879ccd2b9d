#include "wav_file.h"

#include <cmath>
#include <cstdint>

#include "whole_file.h"

namespace ndm {

void write_wav(const Audio& sound, int rate, const std::string& path) {
    constexpr int kBytes = 3, kFull = 1 << 23;
    const uint32_t channels = static_cast<uint32_t>(sound.channels()), frame = kBytes * channels;
    const uint32_t size = static_cast<uint32_t>(sound.size()) * frame;
    std::string out;
    auto put = [&](uint32_t value, int bytes) {
        for (int i = 0; i < bytes; i++) out += static_cast<char>(value >> 8 * i & 255);
    };
    out += "RIFF", put(36 + size + size % 2, 4), out += "WAVEfmt ";
    put(16, 4), put(1, 2), put(channels, 2), put(static_cast<uint32_t>(rate), 4), put(static_cast<uint32_t>(rate) * frame, 4), put(frame, 2), put(8 * kBytes, 2);
    out += "data", put(size, 4);
    for (size_t i = 0; i < sound.size(); i++)
        for (const Samples* each : {&sound.left, &sound.right})
            if (!each->empty()) put(static_cast<uint32_t>(static_cast<int32_t>(std::fmin(kFull - 1, std::fmax(-kFull, std::nearbyint((*each)[i] * kFull))))), kBytes);
    if (size % 2) put(0, 1);
    write_whole(out, path);
}

}  // namespace ndm

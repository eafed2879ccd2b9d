#include "audio_file.h"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "../session/utf8_path.h"

// The decoders of miniaudio (public domain or MIT-0) and stb_vorbis (public domain or MIT), which scripts/build_plugin
// fetches, are part of this file, so that the compiler leaves out all that is not called. Sound cards and threads are
// not in it.
#define STB_VORBIS_HEADER_ONLY
#include "stb_vorbis.c"
#undef STB_VORBIS_HEADER_ONLY
#define MA_API static
#define MA_NO_DEVICE_IO
#define MA_NO_THREADING
#define MA_NO_ENCODING
#define MA_NO_ENGINE
#define MA_NO_GENERATION
#define MA_NO_NODE_GRAPH
#define MA_NO_RESOURCE_MANAGER
#define MA_NO_RUNTIME_LINKING
#define MINIAUDIO_IMPLEMENTATION
#include "miniaudio.h"
#include "stb_vorbis.c"
#undef L  // stb_vorbis leaves its short names behind
#undef C
#undef R

namespace ndm {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kMostBytes = 256u << 20;
constexpr uint32_t kLeastRate = 4000, kMostRate = 768000, kMostChannels = 64, kMostSeconds = 30;
constexpr size_t kMostSamples = 1u << 23;  // of all channels together
constexpr size_t kPortion = 4096;          // frames that are read at once

uint32_t word(const uint8_t* at, bool is_big) {
    return is_big ? uint32_t(at[0]) << 24 | uint32_t(at[1]) << 16 | uint32_t(at[2]) << 8 | at[3]
                  : uint32_t(at[3]) << 24 | uint32_t(at[2]) << 16 | uint32_t(at[1]) << 8 | at[0];
}

bool begins(const uint8_t* bytes, size_t size, const char* with, size_t at = 0) {
    const size_t length = std::strlen(with);
    return size >= at + length && !std::memcmp(bytes + at, with, length);
}

uint64_t long_word(const uint8_t* at) { return word(at, false) | static_cast<uint64_t>(word(at + 4, false)) << 32; }

// Whether the sound of a WAV or AIFF file is longer than the file: miniaudio would take what is there. Recorders that
// were cut off leave the largest number, which tells nothing.
bool is_cut(const uint8_t* bytes, size_t size) {
    if (begins(bytes, size, "riff")) {  // Sony's W64: names of 16 bytes, and lengths with the head's 24
        for (size_t at = 40; at + 24 <= size;) {
            const uint64_t length = long_word(bytes + at + 16);
            if (length < 24 || length > size - at) return true;
            if (begins(bytes, size, "data", at)) return false;
            at += (length + 7) / 8 * 8;
        }
        return true;
    }
    const bool is_riff = begins(bytes, size, "RIFF") || begins(bytes, size, "RF64"), is_big = begins(bytes, size, "FORM") || begins(bytes, size, "RIFX");
    if (!is_riff && !is_big) return false;
    uint64_t told = UINT64_MAX;  // by an RF64 file, before its sound
    for (size_t at = 12; at + 8 <= size;) {
        const uint32_t length = word(bytes + at + 4, is_big);
        if (begins(bytes, size, "ds64", at) && at + 24 <= size) told = long_word(bytes + at + 16);
        if (begins(bytes, size, "data", at) || begins(bytes, size, "SSND", at)) {
            const uint64_t whole = length == UINT32_MAX ? told : length;
            return whole != UINT64_MAX && whole > size - at - 8;
        }
        if (length > size - at - 8) return true;
        at += 8 + size_t{length} + length % 2;
    }
    return false;
}

// The decoder of a file's bytes. It gives the channels and the rate that the file has.
class Decoder {
public:
    Decoder(const uint8_t* bytes, size_t size, const std::string& name) {
        ma_decoder_config config = ma_decoder_config_init(ma_format_unknown, 0, 0);
        const bool is_wav = begins(bytes, size, "RIFF") || begins(bytes, size, "RIFX") || begins(bytes, size, "RF64") || begins(bytes, size, "FORM") || begins(bytes, size, "riff");
        const bool is_mp3 = begins(bytes, size, "ID3") || (size > 1 && bytes[0] == 0xff && bytes[1] >= 0xe0);
        config.encodingFormat = is_wav ? ma_encoding_format_wav : is_mp3 ? ma_encoding_format_mp3 : begins(bytes, size, "fLaC") ? ma_encoding_format_flac
                              : begins(bytes, size, "OggS") ? ma_encoding_format_vorbis : ma_encoding_format_unknown;
        if (config.encodingFormat == ma_encoding_format_unknown || ma_decoder_init_memory(bytes, size, &config, &decoder_) != MA_SUCCESS)
            throw std::runtime_error(name + ": cannot be read; save it as WAV, AIFF, FLAC, MP3 or Ogg Vorbis");
        // Of eight bits, miniaudio's numbers lie beside those of other readers, so the bytes themselves are read.
        if (decoder_.outputFormat == ma_format_u8) {
            is_open_ = is_of_bytes_ = true;
        } else {
            ma_decoder_uninit(&decoder_);
            config.format = ma_format_f32;
            is_open_ = ma_decoder_init_memory(bytes, size, &config, &decoder_) == MA_SUCCESS;
            if (!is_open_) throw std::runtime_error(name + ": cannot be read; there is no memory for it");
        }
        // MP3 and Ogg have no length that they promise; a WAV file's was looked at by is_cut.
        promises_ = config.encodingFormat == ma_encoding_format_flac || begins(bytes, size, "FORM");
    }
    ~Decoder() {
        if (is_open_) ma_decoder_uninit(&decoder_);
    }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    size_t channels() const { return decoder_.outputChannels; }
    uint32_t rate() const { return decoder_.outputSampleRate; }

    // Frames that the file says it has; 0 if it says nothing.
    uint64_t promised() {
        ma_uint64 out = 0;
        return promises_ && ma_decoder_get_length_in_pcm_frames(&decoder_, &out) == MA_SUCCESS ? out : 0;
    }

    // Writes up to so many frames, whose channels take turns, and returns how many there were.
    size_t read(size_t frames, float* out) {
        ma_uint64 got = 0;
        if (!is_of_bytes_) {
            ma_decoder_read_pcm_frames(&decoder_, out, frames, &got);
            return static_cast<size_t>(got);
        }
        std::vector<uint8_t> bytes(frames * channels());
        ma_decoder_read_pcm_frames(&decoder_, bytes.data(), frames, &got);
        for (size_t i = 0; i < got * channels(); i++) out[i] = static_cast<float>(bytes[i] - 128) / 128;
        return static_cast<size_t>(got);
    }

private:
    ma_decoder decoder_{};
    bool is_open_ = false, is_of_bytes_ = false, promises_ = false;
};

}  // namespace

std::string file_name(const std::string& path) {
    const size_t slash = path.find_last_of("/\\");
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

Clip read_audio(const uint8_t* bytes, size_t size, const std::string& name) {
    if (!size) throw std::runtime_error(name + ": is empty");
    if (is_cut(bytes, size)) throw std::runtime_error(name + ": is cut short; copy or export it again");
    Decoder file(bytes, size, name);
    if (file.rate() < kLeastRate || file.rate() > kMostRate) throw std::runtime_error(name + ": has " + std::to_string(file.rate()) + " Hz; a sound has 4,000 to 768,000");
    if (file.channels() > kMostChannels) throw std::runtime_error(name + ": has " + std::to_string(file.channels()) + " channels; at most 64 are read");
    Clip out;
    out.rate = static_cast<int>(file.rate());
    const size_t channels = file.channels();
    const uint64_t promised = file.promised();
    out.channels.resize(channels);
    const size_t most = std::min(kMostSamples / channels, kMostSeconds * size_t{file.rate()});
    std::vector<float> portion(kPortion * channels);
    size_t frames = 0;
    while (frames < most) {
        const size_t got = file.read(std::min(kPortion, most - frames), portion.data());
        if (!got) break;
        for (size_t i = 0; i < got; i++)
            for (size_t c = 0; c < channels; c++) {
                const float x = portion[i * channels + c];
                if (!std::isfinite(x)) throw std::runtime_error(name + ": holds samples that are no numbers; export it again");
                out.channels[c].push_back(x);
            }
        frames += got;
    }
    if (!frames) throw std::runtime_error(name + ": holds no samples");
    if (frames < most && frames < promised) throw std::runtime_error(name + ": is cut short; copy or export it again");
    if (frames == most && file.read(1, portion.data()) > 0) out.notes.push_back("Only its first " + std::to_string(most / static_cast<size_t>(out.rate)) + " s were read.");
    return out;
}

Clip read_audio(const std::string& path) {
    const fs::path place = path_of(path);
    const std::string name = file_name(path);
    std::error_code error;
    if (!fs::exists(place, error)) throw std::runtime_error(name + ": no such file");
    if (!fs::is_regular_file(place, error)) throw std::runtime_error(name + ": is no file; drop a sound file");
    const uintmax_t size = fs::file_size(place, error);
    if (error || size > kMostBytes) throw std::runtime_error(name + ": is too large; drop a file of one hit");
    std::ifstream file(place, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || bytes.size() != size) throw std::runtime_error(name + ": cannot be opened");
    return read_audio(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), name);
}

}  // namespace ndm

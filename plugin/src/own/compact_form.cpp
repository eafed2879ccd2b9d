#include "compact_form.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "../sound/maker.h"
#include "../sound/resampler.h"
#include "audio_file.h"
#include "small_flac.h"

extern "C" {
#include "sha256.h"
}

namespace ndm {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostBytes = 40000, kHead = 8, kMostHeader = 8000, kMostName = 120, kMostCode = 512;
constexpr size_t kMostCount = 441000 + 4096;  // samples of a channel
constexpr int kVersion = 1;

double nine_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", value);
    return std::strtod(text, nullptr);
}

// So many characters of a name in UTF-8.
std::string shortened(const std::string& name) {
    size_t at = 0, characters = 0;
    for (; at < name.size(); at++)
        if ((name[at] & 0xc0) != 0x80 && characters++ == kMostName) break;
    return name.substr(0, at);
}

std::string digest_of(const std::vector<uint8_t>& form) {
    uint8_t digest[32];
    char text[65];
    ndm_sha256(form.data(), form.size(), digest);
    ndm_hex(digest, text);
    return text;
}

}  // namespace

void give_form(Anchor& sample) {
    const double peak = nine_digits(std::fmax(1.0, sample.sound.peak()));
    Json code = Json::array();
    for (float each : sample.code) code.push_back(nine_digits(each));
    sample.name = shortened(sample.name);
    const Json header = {{"category", sample.category}, {"onset", sample.onset}, {"peak", peak}, {"name", sample.name}, {"code", code}};
    const std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
    Audio scaled = sample.sound;
    if (peak != 1) scaled.each([&](Samples& each) { for (float& x : each) x = static_cast<float>(x / peak); });
    const size_t start = kHead + text.size();
    const std::vector<uint8_t> audio = start < kMostBytes ? small_flac(scaled, kMostBytes - start) : std::vector<uint8_t>();
    if (audio.empty()) throw std::runtime_error(sample.name + ": does not fit into 40000 bytes; cut the end of the sound");
    std::vector<uint8_t> form = {'N', 'D', 'M', 'A', kVersion, 0, static_cast<uint8_t>(text.size() & 255), static_cast<uint8_t>(text.size() >> 8)};
    form.insert(form.end(), text.begin(), text.end());
    form.insert(form.end(), audio.begin(), audio.end());
    sample.digest = digest_of(form);
    sample.form = std::move(form);
}

OwnSample read_form(const std::vector<uint8_t>& form) {
    if (form.size() > kMostBytes) throw std::runtime_error("a sample of one's own has " + std::to_string(form.size()) + " bytes; the most is 40000");
    if (form.size() < kHead || std::string(form.begin(), form.begin() + 4) != "NDMA") throw std::runtime_error("a sample of one's own does not begin with NDMA; take it from its file again");
    if (form[4] != kVersion) throw std::runtime_error("a sample of one's own is of version " + std::to_string(form[4]) + "; update the plug-in");
    const size_t length = form[6] | form[7] << 8;
    if (length > kMostHeader || form.size() < kHead + length) throw std::runtime_error("a sample of one's own is cut short; take it from its file again");
    auto out = std::make_shared<Anchor>();
    double peak = NAN;
    try {
        const Json header = Json::parse(std::string(form.begin() + kHead, form.begin() + static_cast<std::ptrdiff_t>(kHead + length)));
        out->category = header.at("category").get<std::string>();
        out->onset = header.at("onset").get<int>();
        peak = header.at("peak").get<double>();
        out->name = shortened(header.at("name").get<std::string>());
        for (const Json& each : header.at("code")) out->code.push_back(each.get<float>());
    } catch (const Json::exception&) {
        peak = NAN;
    }
    bool is_sound = peak > 0 && peak < 1e6 && !out->code.empty() && out->code.size() <= kMostCode;
    for (float each : out->code) is_sound = is_sound && std::fabs(each) < 1e4f;
    if (!is_sound) throw std::runtime_error("the header of a sample of one's own is damaged; take it from its file again");
    const Clip clip = read_audio(form.data() + kHead + length, form.size() - kHead - length, out->name);
    const double step = clip.rate / static_cast<double>(kRate);
    if ((clip.rate != kRate && clip.rate != kRate / 2 && clip.rate != kRate / 4) || clip.channels.size() > 2 || static_cast<double>(clip.channels[0].size()) > kMostCount * step)
        throw std::runtime_error(out->name + ": has " + std::to_string(clip.rate) + " Hz and " + std::to_string(clip.channels.size()) + " channels; take it from its file again");
    out->sound.left = resampled(clip.channels[0], step);
    if (clip.channels.size() == 2) out->sound.right = resampled(clip.channels[1], step);
    if (peak != 1) out->sound.scale(static_cast<float>(peak));
    if (out->onset < 0 || static_cast<size_t>(out->onset) >= out->sound.size()) throw std::runtime_error(out->name + ": its onset lies outside the sound; take it from its file again");
    out->form = form;
    out->digest = digest_of(form);
    return out;
}

}  // namespace ndm

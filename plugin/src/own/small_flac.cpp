#include "small_flac.h"

#include <array>
#include <cmath>
#include <optional>

#include "../sound/maker.h"
#include "../sound/resampler.h"
#include "flac.h"

namespace ndm {
namespace {

using Channels = std::vector<Samples>;
using Bytes = std::vector<uint8_t>;

constexpr int kMostHalvings = 2;
constexpr float kFull = 32768;
constexpr size_t kWholeBlock = 4096, kBlock = 1024;  // the latter: samples that share a step
constexpr double kShare = 0.5;   // the step grows as the level to this power: 1 would keep their ratio, 0 the step
constexpr double kShaped = 0.5;  // how much of a rounding error the next sample makes good, where the sound is low
constexpr double kFinest = -8, kCoarsest = 15, kNear = 0.1;
constexpr double kGood = 0.01;  // with less error than this, no lower rate is tried: -20 dB

// A file, and how far its sound is from what it was made of.
struct Try {
    Bytes file;
    double error;
};

// Of each sample with the next one: near 1 for a low sound.
double correlation(const Samples& samples, size_t start, size_t end) {
    double power = 1e-12, both = 0;
    for (size_t i = start + 1; i < end; i++) power += samples[i] * samples[i], both += samples[i] * samples[i - 1];
    return std::fmax(-1, std::fmin(1, both / power));
}

// Samples of 16 bits that are multiples of the step of their block.
std::vector<int32_t> rounded(const Samples& samples, const std::vector<int>& steps) {
    std::vector<int32_t> out(samples.size());
    double error = 0;
    for (size_t start = 0; start < samples.size(); start += kBlock) {
        const size_t end = std::min(samples.size(), start + kBlock);
        const double step = steps[start / kBlock], most = std::floor((kFull - 1) / step) * step;
        const double feedback = step > 1 ? kShaped * correlation(samples, start, end) : 0;
        for (size_t i = start; i < end; i++) {
            const double wanted = kFull * samples[i];
            const double taken = std::fmax(-kFull, std::fmin(most, step * std::nearbyint((wanted + feedback * error) / step)));
            error = taken - wanted;
            out[i] = static_cast<int32_t>(taken);
        }
    }
    return out;
}

// The level of each block, in steps of 16 bits: the root of its mean square.
std::vector<double> levels_of(const Channels& channels) {
    const size_t count = channels[0].size();
    std::vector<double> out;
    for (size_t start = 0; start < count; start += kBlock) {
        const size_t end = std::min(count, start + kBlock);
        double power = 0;
        for (const Samples& each : channels)
            for (size_t i = start; i < end; i++) power += each[i] * each[i];
        out.push_back(kFull * std::sqrt(power / static_cast<double>(channels.size() * (end - start))));
    }
    return out;
}

struct Made {
    Bytes file;
    std::vector<std::vector<int32_t>> samples;
};

Made made(const Channels& channels, const std::vector<double>& levels, double step, int rate) {
    std::vector<int> steps;
    for (double level : levels) steps.push_back(1 << static_cast<int>(std::fmax(0, std::fmin(15, std::round(step + kShare * std::log2(std::fmax(level, 1)))))));
    Made out;
    for (const Samples& each : channels) out.samples.push_back(rounded(each, steps));
    out.file = flac_file(out.samples, rate, kBlock);
    return out;
}

// The power of the difference of two sounds as a share of the first, blocks of a low level having more weight.
double error_of(const Channels& wanted, const Channels& got) {
    const std::vector<double> levels = levels_of(wanted);
    Channels off = wanted;
    for (size_t c = 0; c < off.size(); c++)
        for (size_t i = 0; i < off[c].size(); i++) {
            const Samples& other = got[c < got.size() ? c : 0];
            off[c][i] -= i < other.size() ? other[i] : 0;
        }
    auto weighted = [&](const std::vector<double>& values) {
        double sum = 0;
        for (size_t i = 0; i < values.size(); i++) sum += values[i] * values[i] / std::pow(std::fmax(levels[i], 1), 2 * kShare);
        return sum;
    };
    return weighted(levels_of(off)) / std::fmax(weighted(levels), 1e-9);
}

// The file of the finest steps that fits.
std::optional<Try> finest(const Channels& wanted, const Channels& lower, int halvings, size_t room) {
    const int rate = kRate >> halvings;
    const double count = static_cast<double>(lower[0].size() * lower.size());
    if (8 * static_cast<double>(room) < count) return {};  // less than a bit for each sample
    const std::vector<double> levels = levels_of(lower);
    double fine = kFinest, coarse = kCoarsest;
    std::optional<Made> best;
    while (coarse - fine > kNear) {
        const double step = (fine + coarse) / 2;
        Made tried = made(lower, levels, step, rate);
        if (tried.file.size() > room) fine = step;
        else coarse = step, best = std::move(tried);
    }
    if (!best) return {};
    Channels back;
    for (const auto& each : best->samples) {
        Samples scaled(each.size());
        for (size_t i = 0; i < each.size(); i++) scaled[i] = static_cast<float>(each[i]) / kFull;
        back.push_back(resampled(scaled, 1.0 / (1 << halvings)));
    }
    return Try{std::move(best->file), error_of(wanted, back)};
}

// The file of the rate at which it is nearest to the sound.
std::optional<Try> nearest(const Channels& wanted, const Channels& heard, size_t room) {
    std::optional<Try> best;
    for (int halvings = 0; halvings <= kMostHalvings; halvings++) {
        Channels lower;
        for (const Samples& each : heard) lower.push_back(resampled(each, 1 << halvings));
        std::optional<Try> tried = finest(wanted, lower, halvings, room);
        if (tried && best && tried->error > best->error) break;
        if (tried) best = std::move(tried);
        if (best && best->error < kGood) break;
    }
    return best;
}

}  // namespace

Bytes small_flac(const Audio& sound, size_t room) {
    Channels channels = {sound.left};
    if (sound.channels() == 2) channels.push_back(sound.right);
    const std::vector<int> ones(sound.size() / kBlock + 1, 1);
    std::vector<std::vector<int32_t>> exact;
    for (const Samples& each : channels) exact.push_back(rounded(each, ones));
    Bytes whole = flac_file(exact, kRate, kWholeBlock);
    if (whole.size() <= room) return whole;
    std::optional<Try> best = nearest(channels, channels, room);
    if (channels.size() == 2 && !(best && best->error < kGood)) {
        std::optional<Try> mono = nearest(channels, {sound.mono()}, room);
        if (mono && !(best && best->error < mono->error)) best = std::move(mono);
    }
    return best ? std::move(best->file) : Bytes();
}

}  // namespace ndm

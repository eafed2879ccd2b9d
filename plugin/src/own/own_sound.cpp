#include "own_sound.h"

#include <cstdio>

#include "../sound/maker.h"
#include "../sound/resampler.h"

namespace ndm {
namespace {

constexpr size_t kLead = kRate / 20;  // samples before the hit that are kept: a breath, a stick, not seconds
constexpr size_t kMost = 10 * kRate, kFade = kRate / 20;
constexpr double kCancelling = 0.0630957344;  // -12 dB: the mean of the channels against that of unrelated ones
constexpr size_t kHop = 11;                   // samples between levels; each is that of four times as many
constexpr double kSilent = 0.01, kRise = 0.0501187234, kSilentSeconds = 0.03;  // -40 and -26 dB
constexpr double kHeardSeconds = 2 - 256.0 / kRate;  // later sound does not reach the model
constexpr double kPi = 3.14159265358979323846;

double variance(const Samples& samples) {
    double sum = 0, squares = 0;
    for (float each : samples) sum += each, squares += static_cast<double>(each) * each;
    const double count = static_cast<double>(samples.size());
    return squares / count - sum / count * (sum / count);
}

Samples mean_of(const std::vector<Samples>& channels) {
    Samples out(channels[0].size());
    for (size_t i = 0; i < out.size(); i++) {
        double sum = 0;
        for (const Samples& each : channels) sum += each[i];
        out[i] = static_cast<float>(sum / static_cast<double>(channels.size()));
    }
    return out;
}

std::string seconds(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f s", value);
    return text;
}

// What a recording has beside its first hit, in sentences.
void tell_other_hits(const Samples& mono, size_t onset, std::vector<std::string>& notes) {
    double mean = 0;
    for (float each : mono) mean += each;
    mean /= static_cast<double>(mono.size());
    const size_t first = onset / kHop, count = std::max<size_t>(1, (mono.size() + kHop - 1) / kHop - std::min(first, (mono.size() + kHop - 1) / kHop));
    std::vector<double> powers(count + 3), levels(count);
    for (size_t k = 0; k < count; k++)
        for (size_t i = (first + k) * kHop; i < std::min(mono.size(), (first + k + 1) * kHop); i++) powers[k] += (mono[i] - mean) * (mono[i] - mean);
    double top = 0;
    size_t loudest = 0;
    for (size_t k = 0; k < count; k++) {
        levels[k] = std::sqrt((powers[k] + powers[k + 1] + powers[k + 2] + powers[k + 3]) / (4 * kHop));
        if (levels[k] > top) top = levels[k], loudest = k;
    }
    const double place = static_cast<double>(loudest * kHop) / kRate;
    if (place > kHeardSeconds)
        notes.push_back("Its loudest part comes " + seconds(place) + " after the first hit. The map and the values hear its first two seconds; cut the file so that it begins with the hit you want.");
    size_t silent = 0;
    bool has_begun = false;
    for (size_t k = 0; k < count; k++) {
        if (levels[k] < top * kSilent) silent++;
        if (levels[k] < top * kRise) continue;
        if (has_begun && static_cast<double>(silent * kHop) >= kSilentSeconds * kRate) {
            notes.push_back("A second hit begins " + seconds(static_cast<double>(k * kHop) / kRate) + " after the first.");
            return;
        }
        has_begun = true;
        silent = 0;
    }
}

}  // namespace

// Of more than two channels the mean is taken; of channels that cancel each other, the loudest.
Audio two_channels_of(const Clip& clip, std::vector<std::string>& notes) {
    const std::vector<Samples>& channels = clip.channels;
    const double step = clip.rate / static_cast<double>(kRate);
    if (channels.size() > 1) {
        double total = 0, most = -1;
        size_t loudest = 0;
        for (size_t c = 0; c < channels.size(); c++) {
            const double power = variance(channels[c]);
            total += power;
            if (power > most) most = power, loudest = c;
        }
        const double count = static_cast<double>(channels.size());
        if (total > 0 && variance(mean_of(channels)) <= total / (count * count) * kCancelling) {
            notes.push_back("Its channels cancel each other, so only channel " + std::to_string(loudest + 1) + " is used.");
            return {resampled(channels[loudest], step)};
        }
        if (channels.size() > 2) return {resampled(mean_of(channels), step)};
        return {resampled(channels[0], step), resampled(channels[1], step)};
    }
    return {resampled(channels[0], step)};
}

OwnSound cut_at(const Audio& whole, size_t onset, std::vector<std::string> notes) {
    const size_t first = onset > kLead ? onset - kLead : 0, last = std::min(whole.size(), first + kMost);
    if (whole.size() > kMost) notes.push_back("Only its first 10 s are kept.");
    OwnSound out{whole, static_cast<int>(onset - first), std::move(notes)};
    out.sound.each([&](Samples& each) {
        each = Samples(each.begin() + static_cast<std::ptrdiff_t>(first), each.begin() + static_cast<std::ptrdiff_t>(last));
        if (last == whole.size()) return;
        const size_t fade = std::min(each.size(), kFade);
        for (size_t i = 1; i <= fade; i++) each[each.size() - fade + i - 1] *= static_cast<float>(0.5 + 0.5 * std::cos(kPi * static_cast<double>(i) / static_cast<double>(fade)));
    });
    tell_other_hits(whole.mono(), onset, out.notes);
    return out;
}

}  // namespace ndm

#include "morph.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace ndm {
namespace {

constexpr size_t kMostOwn = 4;

// Pairs of something and its share, the strongest of them, whose shares sum to 1.
template <class Pairs>
void keep_strongest(Pairs& pairs, size_t most) {
    std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    if (pairs.size() > most) pairs.resize(most);
    double total = 0;
    for (const auto& each : pairs) total += each.second;
    for (auto& each : pairs) each.second = static_cast<float>(each.second / total);
}

template <class Pairs, class KeyOf>
Pairs united(const Pairs& first, const Pairs& second, double t, KeyOf key_of) {
    Pairs out;
    auto add = [&](const Pairs& pairs, double weight) {
        for (const auto& each : pairs) {
            auto found = std::find_if(out.begin(), out.end(), [&](const auto& other) { return key_of(other.first) == key_of(each.first); });
            if (found == out.end()) out.push_back(each), out.back().second = static_cast<float>(weight * each.second);
            else found->second += static_cast<float>(weight * each.second);
        }
    };
    add(first, 1 - t);
    add(second, t);
    return out;
}

// exemplars/overlay.py: where one end has none, those of the other keep their shares.
Exemplars exemplars_between(const Exemplars& first, const Exemplars& second, double t) {
    if (t == 0 || second.empty()) return t < 1 ? first : Exemplars();
    if (t == 1 || first.empty()) return second;
    Exemplars out = united(first, second, t, [](int number) { return number; });
    if (out.size() > NDM_EXEMPLARS) keep_strongest(out, NDM_EXEMPLARS);
    std::sort(out.begin(), out.end());
    for (auto& each : out) each.second = static_cast<float>(std::nearbyint(each.second * 1e6) / 1e6);
    std::erase_if(out, [](const auto& each) { return each.second == 0; });
    return out;
}

}  // namespace

Drum morphed(const Maker& maker, const Drum& first, const Drum& second, double t) {
    if (first.t > 0 || second.t > 0) throw std::runtime_error("a drum between two categories cannot be morphed; choose another one");
    Drum out = first;
    const float near = static_cast<float>(1 - t), far = static_cast<float>(t);
    for (size_t d = 0; d < out.code.size(); d++) out.code[d] = near * first.code[d] + far * second.code[d];
    out.exemplars = exemplars_between(first.exemplars, second.exemplars, t);
    if (!first.own.empty() || !second.own.empty()) {
        auto own_of = [&](const Drum& drum) { return drum.own.empty() ? std::vector<std::pair<OwnSample, float>>{{maker.sampled(drum), 1.0f}} : drum.own; };
        if (t < 1) {
            const auto from = own_of(first);
            out.own = t > 0 ? united(from, own_of(second), t, [](const OwnSample& each) { return each->digest; }) : from;
            keep_strongest(out.own, kMostOwn);
        } else {
            out.own = own_of(second);
        }
        out.exemplars.clear();
    }
    out.blend = near * first.blend + far * second.blend;
    out.velocity = static_cast<int>(std::nearbyint((1 - t) * first.velocity + t * second.velocity));
    out.to = 0, out.t = 0;
    if (t == 1) out.category = second.category;
    else if (t > 0 && first.category != second.category) out.to = second.category, out.t = far;
    return out;
}

}  // namespace ndm

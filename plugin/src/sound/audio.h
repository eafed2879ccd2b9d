// Samples of one channel or two.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace ndm {

using Samples = std::vector<float>;

struct Audio {
    Samples left, right;  // the right one is empty where there is one channel

    Audio() = default;
    Audio(Samples left_, Samples right_ = {}) : left(std::move(left_)), right(std::move(right_)) {}

    size_t size() const { return left.size(); }
    bool empty() const { return left.empty(); }
    int channels() const { return right.empty() ? 1 : 2; }
    bool operator==(const Audio&) const = default;

    // Calls `change` with each channel.
    template <class Change>
    void each(Change change) {
        change(left);
        if (!right.empty()) change(right);
    }

    void scale(float gain) {
        each([gain](Samples& samples) {
            for (float& x : samples) x *= gain;
        });
    }

    // The largest sample of both channels at a place.
    float at(size_t i) const { return right.empty() ? std::fabs(left[i]) : std::max(std::fabs(left[i]), std::fabs(right[i])); }

    float peak() const {
        float out = 0;
        for (size_t i = 0; i < size(); i++) out = std::max(out, at(i));
        return out;
    }

    // The mean of the channels.
    Samples mono() const {
        Samples out = left;
        for (size_t i = 0; i < right.size(); i++) out[i] = (left[i] + right[i]) / 2;
        return out;
    }

    // The right channel behind the left one, as the engine takes them, and back.
    Samples joined() const {
        Samples out = left;
        out.insert(out.end(), right.begin(), right.end());
        return out;
    }
    static Audio parted(const Samples& both, size_t count, int channels) {
        const auto middle = both.begin() + static_cast<std::ptrdiff_t>(count);
        if (channels == 1) return {Samples(both.begin(), middle)};
        return {Samples(both.begin(), middle), Samples(middle, middle + static_cast<std::ptrdiff_t>(count))};
    }
};

}  // namespace ndm

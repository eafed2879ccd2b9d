// Making the hits of a drum with the engine. Instances share one engine, so a process with many of them
// needs its memory once.
#pragma once
#include <memory>
#include <vector>

#include "model.h"

namespace ndm {

constexpr int kRate = 44100;  // Hz of every sound until it is played
constexpr int kOnset = 22;      // the sample at which the engine lets a sound begin
constexpr int kHits = 6;      // round robins of a drum that is humanised
constexpr float kGrid = 4194304.0f;  // samples lie on multiples of 1/kGrid, so that sessions keep them exactly

using Samples = std::vector<float>;

class Maker {
public:
    explicit Maker(std::shared_ptr<const Model> model);
    ~Maker();
    Maker(const Maker&) = delete;
    Maker& operator=(const Maker&) = delete;

    const Model& model() const { return *model_; }
    std::shared_ptr<const Model> shared() const { return model_; }

    // A sound and what is known of it.
    struct Sound {
        Samples samples;  // at kRate, on the grid
        int onset = kOnset;
        Wish values = kNoWish;  // what it has
        uint32_t missed = 0;    // wishes that it does not meet, as bits
    };

    // The sound of a drum with the values that it is to have, measured if that is asked for. Throws
    // std::runtime_error with a sentence.
    Sound sound(const Drum& drum, bool is_measured = true) const;

    // A sound of this or of another model as a softer stroke makes it, but as loud as its note's gain supposes:
    // by the square law louder. Empty if it is too long.
    static Samples layer(const Samples& loud, int onset, const std::string& category, const std::string& to, double t, int velocity);

    // Further hits of a drum beside the first, as kits/hand.py strikes it: `amount` 0 to 2.
    // `stop` is asked before each of them; the list is shorter if it says so.
    template <class Stop>
    std::vector<Samples> further_hits(const Drum& drum, const Samples& first, double amount, uint32_t seed,
                                      Stop stop) const;

private:
    struct Hand;
    std::shared_ptr<Hand> hand(const Drum& drum, const Samples& first, double amount, uint32_t seed) const;
    Samples next_hit(Hand& hand) const;

    std::shared_ptr<const Model> model_;
};

template <class Stop>
std::vector<Samples> Maker::further_hits(const Drum& drum, const Samples& first, double amount, uint32_t seed,
                                         Stop stop) const {
    std::vector<Samples> out;
    auto striking = hand(drum, first, amount, seed);
    while (static_cast<int>(out.size()) < kHits - 1 && !stop()) out.push_back(next_hit(*striking));
    return out;
}

}  // namespace ndm

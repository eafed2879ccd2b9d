// Making the hits of a drum with the engine.
#pragma once
#include <memory>
#include <vector>

#include "audio.h"
#include "model.h"

namespace ndm {

constexpr int kRate = 44100;  // Hz of every sound until it is played
constexpr int kOnset = 22;      // the sample at which the engine lets a sound begin
constexpr int kHits = 6;      // round robins of a drum that is humanised
constexpr float kGrid = 8388608.0f;  // samples lie on multiples of 1/kGrid, as those of 24 bits do, so that sessions keep them exactly

class SharedEngine;
struct Heard;

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
        Audio audio;  // at kRate, on the grid
        int onset = kOnset;
        Wish values = kNoWish;  // what it has
        uint32_t missed = 0;    // wishes that it does not meet, as bits
    };

    // The sound of a drum with the values that it is to have, measured if that is asked for. Throws
    // std::runtime_error with a sentence.
    Sound sound(const Drum& drum, bool is_measured = true) const;

    // A sound of this or of another model as a softer stroke makes it, but as loud as its note's gain supposes:
    // by the square law louder. Throws std::runtime_error with a sentence.
    static Audio layer(const Audio& loud, int onset, const std::string& category, const std::string& to, double t, int velocity);

    // A drum's sound as a sample of one's own, which bends as such. Throws std::runtime_error with a sentence.
    OwnSample sampled(const Drum& drum) const;

    // Further hits of a drum beside the first, as kits/hand.py strikes it: `amount` 0 to 2.
    // `stop` is asked before each of them; the list is shorter if it says so.
    template <class Stop>
    std::vector<Audio> further_hits(const Drum& drum, const Audio& first, double amount, uint32_t seed,
                                      Stop stop) const;

private:
    struct Hand;
    std::shared_ptr<Hand> hand(const Drum& drum, const Audio& first, double amount, uint32_t seed) const;
    Audio next_hit(Hand& hand) const;
    Heard own_sounds(SharedEngine& shared, const Drum& drum) const;

    std::shared_ptr<const Model> model_;
};

template <class Stop>
std::vector<Audio> Maker::further_hits(const Drum& drum, const Audio& first, double amount, uint32_t seed,
                                         Stop stop) const {
    std::vector<Audio> out;
    auto striking = hand(drum, first, amount, seed);
    while (static_cast<int>(out.size()) < kHits - 1 && !stop()) out.push_back(next_hit(*striking));
    return out;
}

}  // namespace ndm

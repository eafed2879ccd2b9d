#include "maker.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>

#include "../own/compact_form.h"
#include "loudness.h"
#include "random_stream.h"
#include "shared_engine.h"

namespace ndm {
namespace {

constexpr int kTakes = 64, kLoudest = 127;
constexpr float kMemory = 0.6f;  // how much of a move is left in the next hit
constexpr float kMostOver = 2.0f;  // times full scale

// The deviation of a move at amount 1, in standard deviations of the category's codes (kits/hand.py).
const std::map<std::string, float> kSizes = {
    {"kick", 0.1f},  {"clap", 1.3f},    {"snare", 0.4f},  {"open_hihat", 1.8f}, {"closed_hihat", 1.05f}, {"tambourine", 1.1f},
    {"conga", 0.2f}, {"bongo", 0.85f},  {"shaker", 0.6f}, {"snap", 0.4f},       {"tom", 0.7f},
};
const std::string kOfOneNoise = "tom";  // its hits share their noise

void to_grid(Audio& audio) {
    audio.each([](Samples& samples) {
        for (float& x : samples) x = std::nearbyint(std::fmin(2.0f - 1 / kGrid, std::fmax(-2.0f, x)) * kGrid) / kGrid;
    });
}

// A place for the engine; exemplars and take are left out.
ndm_sound place_of(int category, const Code& code, int to = 0, float t = 0) {
    ndm_sound out{};
    out.category = category;
    out.code = code.data();
    out.rate = kRate;
    out.to = to;
    out.t = t;
    return out;
}

ndm_sound told(const Drum& drum) {
    ndm_sound out = place_of(drum.category, drum.code, drum.to, drum.t);
    out.take = drum.take;
    out.exemplars = static_cast<int32_t>(drum.exemplars.size());
    for (size_t i = 0; i < drum.exemplars.size(); i++) {
        out.exemplar[i] = drum.exemplars[i].first;
        out.share[i] = drum.exemplars[i].second;
    }
    return out;
}

Heard drawn(Samples samples) { return {{std::move(samples)}, kOnset, 1}; }

}  // namespace

struct Maker::Hand {
    Drum drum;
    Stream random;
    float amount, size;
    double reference;
    Code move;
    std::vector<int> takes;
};

Maker::Maker(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

Maker::~Maker() {
    // The last instance gives the engine's 13 MB back; its model would stay as long as the engine does.
    SharedEngine& shared = shared_engine();
    std::lock_guard<std::mutex> lock(shared.mutex);
    if (shared.model() == model_ && model_.use_count() <= 2) shared.close();
}

// Samples of one's own, each bent to the drum's code, together, and the generator's sound beside them
// (anchors/play.py).
Heard Maker::own_sounds(SharedEngine& shared, const Drum& drum) const {
    struct End {
        Heard sound;
        int category;
        const Code* code;
        float share;
    };
    std::vector<End> ends;
    for (const auto& [sample, share] : drum.own) {
        const int category = model_->number_of(sample->category);
        if (category < 0 || static_cast<int>(sample->code.size()) != model_->latent_dim())
            throw std::runtime_error("the sample " + sample->name + " was heard by another model; drop its file again");
        ends.push_back({{sample->sound, static_cast<size_t>(sample->onset), std::max(1.0f, sample->sound.peak())}, category, &sample->code, share});
    }
    for (const auto& [exemplar, share] : drum.exemplars) {  // beside samples of one's own, a recording is one of them
        const int category = model_->exemplar_category(exemplar);
        const Code& code = model_->exemplar_code(exemplar);
        ndm_sound sound = place_of(category, code);
        sound.exemplars = 1, sound.exemplar[0] = exemplar, sound.share[0] = 1;
        ends.push_back({drawn(shared.rendered(sound)), category, &code, share});
    }
    const bool is_at_rest = std::all_of(ends.begin(), ends.end(), [&](const End& each) { return drum.t == 0 && each.category == drum.category && *each.code == drum.code; });
    const Levels after = is_at_rest ? Levels() : shared.decoded(place_of(drum.category, drum.code, drum.to, drum.t));
    std::vector<Heard> sounds;
    std::vector<float> shares;
    for (const End& each : ends) {
        shares.push_back(each.share);
        if (is_at_rest) {
            sounds.push_back(each.sound);
            continue;
        }
        double scale = 0;
        const Levels heard = shared.hearing(each.sound, scale);
        const Levels before = shared.decoded(place_of(each.category, *each.code));
        sounds.push_back(shared.bent(each.sound, heard, scale, before, after));
    }
    const Heard own = shared.mixed(sounds, shares);
    if (drum.blend <= 0) return own;
    Drum plain = drum;
    plain.exemplars.clear();
    const Heard other = shared.as_loud(drawn(shared.rendered(told(plain))), own);
    return drum.blend < 1 ? shared.mixed({own, other}, {1 - drum.blend, drum.blend}) : other;
}

Maker::Sound Maker::sound(const Drum& drum, bool is_measured) const {
    SharedEngine& shared = shared_engine();
    std::lock_guard<std::mutex> lock(shared.mutex);
    shared.open(model_);
    if (static_cast<int>(drum.code.size()) != model_->latent_dim() || drum.exemplars.size() > NDM_EXEMPLARS || drum.own.size() > NDM_MIXED)
        throw std::runtime_error("the drum is damaged; draw it again");
    Heard heard = drum.own.empty() ? drawn(shared.rendered(told(drum))) : own_sounds(shared, drum);
    const std::string& category = model_->categories().at(static_cast<size_t>(drum.category));
    ndm_wish wish{};
    wish.offered = offered_in(category);
    for (int i = 0; i < NDM_QUALITIES; i++) {
        const double value = drum.wish[static_cast<size_t>(i)];
        if (!std::isfinite(value) || !(wish.offered >> i & 1)) continue;
        wish.asked |= 1u << i;
        wish.value[i] = value;
    }
    if (wish.asked) heard = shared.shaped(heard, wish);
    if (drum.velocity < kLoudest) {
        const std::string to = drum.t > 0 ? model_->categories().at(static_cast<size_t>(drum.to)) : "";
        heard = shared.struck(heard, stroke_of(category, to, drum.t, drum.velocity));
    }
    Sound out;
    if (is_measured) {
        out.values = shared.described(heard);
        out.missed = drum.velocity < kLoudest ? 0 : ndm_missed(&wish, out.values.data());
    }
    out.onset = static_cast<int>(heard.onset);
    out.audio = std::move(heard.audio);
    to_grid(out.audio);
    return out;
}

Audio Maker::layer(const Audio& loud, int onset, const std::string& category, const std::string& to, double t, int velocity) {
    if (loud.empty()) return {};
    SharedEngine& shared = shared_engine();
    std::lock_guard<std::mutex> lock(shared.mutex);
    const ndm_stroke stroke = stroke_of(category, to, t, velocity);
    Audio out = shared.struck({loud, static_cast<size_t>(onset), 4}, stroke).audio;  // a humanised hit may pass full scale
    const float gain = static_cast<float>(std::pow(10, -stroke.level / 20));
    out.scale(gain);
    return out;
}

OwnSample Maker::sampled(const Drum& drum) const {
    Sound made = sound(drum, false);
    Anchor out;
    out.sound = std::move(made.audio);
    out.onset = made.onset;
    out.category = model_->categories().at(static_cast<size_t>(drum.category));
    out.code = drum.code;
    out.name = "a " + out.category + " of the model";
    give_form(out);
    return std::make_shared<const Anchor>(std::move(out));
}

std::shared_ptr<Maker::Hand> Maker::hand(const Drum& drum, const Audio& first, double amount,
                                         uint32_t seed) const {
    auto size = kSizes.find(model_->categories().at(drum.category));
    return std::make_shared<Hand>(Hand{drum, Stream(seed), static_cast<float>(amount),
                                       size == kSizes.end() ? 0.4f : size->second, loudness(first.mono(), kRate),
                                       Code(drum.code.size()), {}});
}

Audio Maker::next_hit(Hand& hand) const {
    const Code fresh = model_->deviation(hand.drum.category, hand.random.seed());
    const float scale = static_cast<float>(hand.size * std::sqrt(1.0 - static_cast<double>(kMemory) * kMemory));
    Drum drum = hand.drum;
    for (size_t d = 0; d < fresh.size(); d++) {
        hand.move[d] = kMemory * hand.move[d] + scale * fresh[d];
        drum.code[d] = hand.drum.code[d] + hand.amount * hand.move[d];
    }
    if (model_->categories().at(drum.category) != kOfOneNoise) {
        if (hand.takes.empty()) hand.takes = hand.random.permutation(kTakes);
        drum.take = hand.takes.back();
        hand.takes.pop_back();
    }
    Audio out = sound(drum, false).audio;
    const double own = loudness(out.mono(), kRate);
    const float peak = out.peak();
    if (std::isfinite(own) && std::isfinite(hand.reference)) {
        const float gain = std::fmin(static_cast<float>(std::pow(10, (hand.reference - own) / 20)), kMostOver / peak);
        out.scale(gain);
        to_grid(out);
    }
    return out;
}

}  // namespace ndm

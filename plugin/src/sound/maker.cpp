#include "maker.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

#include "loudness.h"
#include "random_stream.h"

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

void to_grid(Samples& samples) {
    for (float& x : samples) x = std::nearbyint(std::fmin(2.0f - 1 / kGrid, std::fmax(-2.0f, x)) * kGrid) / kGrid;
}

constexpr size_t kMostSamples = 80000;  // of a sound that is given values or struck: 1.8 s

// The engine of the process for a model, and what shapes sounds; one thread at a time computes with it.
struct Engine {
    std::mutex mutex;
    std::shared_ptr<const Model> model;
    ndm_engine* engine = nullptr;
    ndm_shaper* shaper = nullptr;
    Samples room;

    ~Engine() {
        ndm_engine_close(engine);
        ndm_shaper_close(shaper);
    }

    ndm_shaper* opened_shaper() {
        if (!shaper && ndm_shaper_open(NDM_BEST, kMostSamples, nullptr, &shaper))
            throw std::runtime_error("no memory for the engine; end other programs");
        return shaper;
    }
};

ndm_heard heard(const Samples& samples, int onset) {
    return {samples.data(), samples.size(), 1, kRate, static_cast<size_t>(std::min<long>(onset, static_cast<long>(samples.size()))), 1};
}

Engine& shared_engine() {
    static Engine engine;
    return engine;
}

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
    Engine& shared = shared_engine();
    std::lock_guard<std::mutex> lock(shared.mutex);
    if (shared.model == model_ && model_.use_count() <= 2) {
        ndm_engine_close(shared.engine);
        shared.engine = nullptr;
        ndm_shaper_close(shared.shaper);
        shared.shaper = nullptr;
        shared.model.reset();
        shared.room = Samples();
    }
}

Maker::Sound Maker::sound(const Drum& drum, bool is_measured) const {
    Engine& shared = shared_engine();
    std::lock_guard<std::mutex> lock(shared.mutex);
    if (shared.model != model_) {
        ndm_engine_close(shared.engine);
        shared.engine = nullptr;
        if (ndm_engine_open(model_->engine_model(), nullptr, &shared.engine))
            throw std::runtime_error("no memory for the engine; end other programs");
        shared.model = model_;
        shared.room.resize(ndm_most_samples(model_->engine_model(), kRate));
    }
    if (static_cast<int>(drum.code.size()) != model_->latent_dim() || drum.exemplars.size() > NDM_EXEMPLARS)
        throw std::runtime_error("the drum is damaged; draw it again");
    ndm_sound sound{};
    sound.category = drum.category;
    sound.code = drum.code.data();
    sound.rate = kRate;
    sound.take = drum.take;
    sound.to = drum.to;
    sound.t = drum.t;
    sound.exemplars = static_cast<int32_t>(drum.exemplars.size());
    for (size_t i = 0; i < drum.exemplars.size(); i++) {
        sound.exemplar[i] = drum.exemplars[i].first;
        sound.share[i] = drum.exemplars[i].second;
    }
    size_t count = 0;
    if (ndm_render(shared.engine, &sound, shared.room.data(), &count))
        throw std::runtime_error(ndm_last_sentence(shared.engine));
    Sound out;
    out.samples.assign(shared.room.begin(), shared.room.begin() + static_cast<std::ptrdiff_t>(count));
    const std::string& category = model_->categories().at(static_cast<size_t>(drum.category));
    ndm_shaper* shaper = shared.opened_shaper();
    ndm_wish wish{};
    wish.offered = offered_in(category);
    for (int i = 0; i < NDM_QUALITIES; i++) {
        const double value = drum.wish[static_cast<size_t>(i)];
        if (!std::isfinite(value) || !(wish.offered >> i & 1)) continue;
        wish.asked |= 1u << i;
        wish.value[i] = value;
    }
    if (wish.asked) {
        Samples made(ndm_most_shaped(out.samples.size()));
        size_t onset = 0;
        const ndm_heard plain = heard(out.samples, out.onset);
        if (ndm_shape(shaper, &plain, &wish, made.data(), &count, &onset)) throw std::runtime_error(ndm_shaper_sentence(shaper));
        out.samples.assign(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(count));
        out.onset = static_cast<int>(onset);
    }
    if (drum.velocity < kLoudest) {
        const std::string to = drum.t > 0 ? model_->categories().at(static_cast<size_t>(drum.to)) : "";
        const ndm_stroke stroke = stroke_of(category, to, drum.t, drum.velocity);
        const ndm_heard loud = heard(out.samples, out.onset);
        Samples soft(out.samples.size());
        if (ndm_strike(shaper, &loud, &stroke, soft.data())) throw std::runtime_error(ndm_shaper_sentence(shaper));
        out.samples = std::move(soft);
    }
    if (is_measured) {
        const ndm_heard whole = heard(out.samples, out.onset);
        if (ndm_describe(shaper, &whole, out.values.data())) throw std::runtime_error(ndm_shaper_sentence(shaper));
        out.missed = drum.velocity < kLoudest ? 0 : ndm_missed(&wish, out.values.data());
    }
    to_grid(out.samples);
    return out;
}

Samples Maker::layer(const Samples& loud, int onset, const std::string& category, const std::string& to, double t, int velocity) {
    if (loud.empty() || loud.size() > ndm_most_shaped(kMostSamples)) return {};
    Engine& shared = shared_engine();
    std::lock_guard<std::mutex> lock(shared.mutex);
    ndm_shaper* shaper = shared.opened_shaper();
    ndm_heard sound = heard(loud, onset);
    sound.top = 4;  // a humanised hit may pass full scale
    const ndm_stroke stroke = stroke_of(category, to, t, velocity);
    Samples out(loud.size());
    if (ndm_strike(shaper, &sound, &stroke, out.data())) return {};
    const float gain = static_cast<float>(std::pow(10, -stroke.level / 20));
    for (float& x : out) x *= gain;
    return out;
}

std::shared_ptr<Maker::Hand> Maker::hand(const Drum& drum, const Samples& first, double amount,
                                         uint32_t seed) const {
    auto size = kSizes.find(model_->categories().at(drum.category));
    return std::make_shared<Hand>(Hand{drum, Stream(seed), static_cast<float>(amount),
                                       size == kSizes.end() ? 0.4f : size->second, loudness(first, kRate),
                                       Code(drum.code.size()), {}});
}

Samples Maker::next_hit(Hand& hand) const {
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
    Samples out = sound(drum, false).samples;
    const double own = loudness(out, kRate);
    float peak = 0;
    for (float x : out) peak = std::fmax(peak, std::fabs(x));
    if (std::isfinite(own) && std::isfinite(hand.reference)) {
        const float gain = std::fmin(static_cast<float>(std::pow(10, (hand.reference - own) / 20)), kMostOver / peak);
        for (float& x : out) x *= gain;
        to_grid(out);
    }
    return out;
}

}  // namespace ndm

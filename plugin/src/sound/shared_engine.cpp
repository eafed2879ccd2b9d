#include "shared_engine.h"

#include <stdexcept>

namespace ndm {
namespace {

constexpr const char* kNoMemory = "no memory for the engine; end other programs";
constexpr int32_t kSoundRate = 44100;
constexpr size_t kMostOfDrawn = 80000;  // samples of most sounds: 1.8 s
constexpr int kAirBands = 8, kAttackBands = 5, kAttackSteps = 40;

// A sound with its samples as the engine takes them, which must outlive the call.
struct Told {
    Samples joined;
    ndm_heard heard;

    explicit Told(const Heard& sound) : joined(sound.audio.joined()) {
        heard = {joined.data(), sound.audio.size(), sound.audio.channels(), kSoundRate, std::min(sound.onset, sound.audio.size()), static_cast<double>(sound.top)};
    }
    Told(const Told&) = delete;
    Told& operator=(const Told&) = delete;
};

ndm_parts parts_of(const Levels& levels) {
    return {const_cast<float*>(levels.mel.data()), const_cast<float*>(levels.air.data()), const_cast<float*>(levels.attack.data())};
}

Heard made(const Samples& room, size_t count, int channels, size_t onset) {
    Heard out{Audio::parted(room, count, channels), onset, 1};
    out.top = std::max(1.0f, out.audio.peak());
    return out;
}

}  // namespace

SharedEngine& shared_engine() {
    static SharedEngine engine;
    return engine;
}

void SharedEngine::open(const std::shared_ptr<const Model>& model) {
    if (model_ == model) return;
    close();
    if (ndm_engine_open(model->engine_model(), nullptr, &engine_)) throw std::runtime_error(kNoMemory);
    model_ = model;
    room_.resize(ndm_most_samples(model->engine_model(), kSoundRate));
}

void SharedEngine::close() {
    ndm_bender_close(bender_);
    ndm_shaper_close(shaper_);
    ndm_engine_close(engine_);
    bender_ = nullptr, shaper_ = nullptr, engine_ = nullptr;
    shapes_ = bends_ = 0;
    room_ = Samples();
    model_.reset();
}

ndm_shaper* SharedEngine::shaper(size_t count) {
    if (shaper_ && count <= ndm_most_shaped(shapes_)) return shaper_;
    ndm_shaper_close(shaper_);
    shaper_ = nullptr;
    shapes_ = std::max(count, kMostOfDrawn);
    if (ndm_shaper_open(NDM_BEST, shapes_, nullptr, &shaper_)) throw std::runtime_error(kNoMemory);
    return shaper_;
}

ndm_bender* SharedEngine::bender(size_t count) {
    if (bender_ && count <= bends_) return bender_;
    ndm_bender_close(bender_);
    bender_ = nullptr;
    bends_ = std::max(count, kMostOfDrawn);
    const ndm_status status = ndm_bender_open(model_->engine_model(), bends_, nullptr, &bender_);
    if (status == NDM_BAD_VALUE) throw std::runtime_error("a sample may last a minute and a half; cut it");
    if (status) throw std::runtime_error(kNoMemory);
    return bender_;
}

void SharedEngine::check(ndm_status status) const {
    if (status) throw std::runtime_error(ndm_bender_sentence(bender_));
}

Levels SharedEngine::room_for_levels() const {
    const ndm_facts facts = ndm_model_facts(model_->engine_model());
    const size_t frames = static_cast<size_t>(facts.n_frames);
    return {Samples(static_cast<size_t>(facts.n_mels) * frames), Samples(kAirBands * frames), Samples(kAttackBands * kAttackSteps)};
}

Samples SharedEngine::rendered(const ndm_sound& sound) {
    size_t count = 0;
    if (ndm_render(engine_, &sound, room_.data(), &count)) throw std::runtime_error(ndm_last_sentence(engine_));
    return Samples(room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(count));
}

Levels SharedEngine::decoded(const ndm_sound& sound) {
    Levels out = room_for_levels();
    if (ndm_levels(engine_, &sound, out.mel.data(), out.air.data(), out.attack.data())) throw std::runtime_error(ndm_last_sentence(engine_));
    return out;
}

Heard SharedEngine::shaped(const Heard& sound, const ndm_wish& wish) {
    ndm_shaper* open = shaper(sound.audio.size());
    const Told told(sound);
    Samples room(static_cast<size_t>(sound.audio.channels()) * ndm_most_shaped(sound.audio.size()));
    size_t count = 0, onset = 0;
    if (ndm_shape(open, &told.heard, &wish, room.data(), &count, &onset)) throw std::runtime_error(ndm_shaper_sentence(open));
    return made(room, count, sound.audio.channels(), onset);
}

Heard SharedEngine::struck(const Heard& sound, const ndm_stroke& stroke) {
    ndm_shaper* open = shaper(sound.audio.size());
    const Told told(sound);
    Samples room(told.joined.size());
    if (ndm_strike(open, &told.heard, &stroke, room.data())) throw std::runtime_error(ndm_shaper_sentence(open));
    return made(room, sound.audio.size(), sound.audio.channels(), sound.onset);
}

Wish SharedEngine::described(const Heard& sound) {
    ndm_shaper* open = shaper(sound.audio.size());
    const Told told(sound);
    Wish out;
    if (ndm_describe(open, &told.heard, out.data())) throw std::runtime_error(ndm_shaper_sentence(open));
    return out;
}

size_t SharedEngine::found_hit(const Samples& mono) {
    size_t onset = 0;
    check(ndm_find_hit(bender(mono.size()), mono.data(), mono.size(), &onset));
    return onset;
}

Levels SharedEngine::hearing(const Heard& sound, double& scale) {
    ndm_bender* open = bender(sound.audio.size());
    const Told told(sound);
    const Levels out = room_for_levels();
    const ndm_parts parts = parts_of(out);
    check(ndm_hear(open, &told.heard, &parts, &scale));
    return out;
}

Heard SharedEngine::bent(const Heard& sound, const Levels& heard, double scale, const Levels& before, const Levels& after) {
    ndm_bender* open = bender(sound.audio.size());
    const Told told(sound);
    Samples room(static_cast<size_t>(sound.audio.channels()) * ndm_most_bent(sound.audio.size()));
    const ndm_parts own = parts_of(heard), from = parts_of(before), to = parts_of(after);
    size_t count = 0, onset = 0;
    check(ndm_bend(open, &told.heard, &own, scale, &from, &to, room.data(), &count, &onset));
    return made(room, count, sound.audio.channels(), onset);
}

Heard SharedEngine::as_loud(const Heard& sound, const Heard& own) {
    ndm_bender* open = bender(std::max(sound.audio.size(), own.audio.size()));
    const Told told(sound), other(own);
    Samples room(told.joined.size());
    check(ndm_as_loud(open, &told.heard, &other.heard, room.data()));
    return made(room, sound.audio.size(), sound.audio.channels(), sound.onset);
}

Heard SharedEngine::mixed(const std::vector<Heard>& sounds, const std::vector<float>& shares) {
    if (sounds.size() == 1) return sounds[0];
    std::vector<std::unique_ptr<Told>> told;
    std::vector<ndm_heard> heard;
    size_t most = 0;
    int channels = 1;
    for (const Heard& each : sounds) {
        told.push_back(std::make_unique<Told>(each));
        heard.push_back(told.back()->heard);
        most = std::max(most, each.audio.size());
        channels = std::max(channels, each.audio.channels());
    }
    ndm_bender* open = bender(most);
    Samples room(static_cast<size_t>(channels) * ndm_most_mixed(heard.data(), heard.size()));
    size_t count = 0, onset = 0;
    check(ndm_mix(open, heard.data(), shares.data(), heard.size(), room.data(), &count, &onset));
    return made(room, count, channels, onset);
}

}  // namespace ndm

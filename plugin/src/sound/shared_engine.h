// The engine of the process: instances share it, so a process with many of them needs its memory once. One thread at a
// time computes with it.
#pragma once
#include <memory>
#include <mutex>

#include "model.h"
#include "ndm_own_sounds.h"

namespace ndm {

// A sound as the engine knows it.
struct Heard {
    Audio audio;
    size_t onset = 0;
    float top = 1;  // no peak passes it
};

// What the model knows of a sound: levels of core, air and fine attack, natural logarithms.
struct Levels {
    Samples mel, air, attack;
};

class SharedEngine {
public:
    std::mutex mutex;  // held by whoever calls what follows

    ~SharedEngine() { close(); }

    // Opens it for a model, unless it is open for this one. Throws std::runtime_error if there is no memory.
    void open(const std::shared_ptr<const Model>& model);
    void close();
    const std::shared_ptr<const Model>& model() const { return model_; }
    ndm_engine* engine() const { return engine_; }

    // All of them throw std::runtime_error with the engine's sentence.
    Samples rendered(const ndm_sound& sound);
    Levels decoded(const ndm_sound& sound);
    Heard shaped(const Heard& sound, const ndm_wish& wish);
    Heard struck(const Heard& sound, const ndm_stroke& stroke);
    Wish described(const Heard& sound);
    size_t found_hit(const Samples& mono);
    Levels hearing(const Heard& sound, double& scale);
    Heard bent(const Heard& sound, const Levels& heard, double scale, const Levels& before, const Levels& after);
    Heard as_loud(const Heard& sound, const Heard& own);
    Heard mixed(const std::vector<Heard>& sounds, const std::vector<float>& shares);

    // Levels with room for what the model knows.
    Levels room_for_levels() const;

private:
    ndm_shaper* shaper(size_t count);
    ndm_bender* bender(size_t count);
    void check(ndm_status status) const;

    std::shared_ptr<const Model> model_;
    ndm_engine* engine_ = nullptr;
    ndm_shaper* shaper_ = nullptr;
    ndm_bender* bender_ = nullptr;
    size_t shapes_ = 0, bends_ = 0;  // samples that the two have room for
    Samples room_;
};

SharedEngine& shared_engine();

}  // namespace ndm

// The finished sound of a pad, and how it gets from the thread that makes it to the one that plays it.
#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "../sound/audio.h"
#include "layers.h"

namespace ndm {

// What a pad plays: its hits at the host's rate, cut and tuned; all hits of a layer, then those of a softer one.
// Nobody changes it once it is handed over. The audio thread alone counts the voices that play it.
struct PadSound {
    std::vector<Audio> hits;
    int layers = 1;  // 1 or kLayers
    int count() const { return static_cast<int>(hits.size()) / layers; }
    const Audio& at(int layer, int hit) const {
        const int soft = layer < layers ? layer : layers - 1;
        return hits[static_cast<size_t>(soft * count() + (hit < count() ? hit : count() - 1))];
    }
    int voices = 0;
    bool replaced = false;
};

// A place for one sound: the maker puts a newer one in, the audio thread takes it out. Neither waits.
class Mailbox {
public:
    ~Mailbox() { delete slot_.load(); }
    // Returns the sound that nobody had taken, if there was one: it is the caller's again.
    PadSound* put(PadSound* sound) { return slot_.exchange(sound); }
    PadSound* take() { return slot_.load(std::memory_order_relaxed) ? slot_.exchange(nullptr) : nullptr; }

private:
    std::atomic<PadSound*> slot_{nullptr};
};

// Sounds that are no longer played, on their way back to the thread that may free them. One thread puts,
// one takes.
class Returns {
public:
    ~Returns() {
        while (PadSound* sound = take()) delete sound;
    }
    bool put(PadSound* sound) {
        const uint32_t at = put_.load(std::memory_order_relaxed);
        if (at - taken_.load(std::memory_order_acquire) == kRoom) return false;
        slots_[at % kRoom] = sound;
        put_.store(at + 1, std::memory_order_release);
        return true;
    }
    PadSound* take() {
        const uint32_t at = taken_.load(std::memory_order_relaxed);
        if (at == put_.load(std::memory_order_acquire)) return nullptr;
        PadSound* sound = slots_[at % kRoom];
        taken_.store(at + 1, std::memory_order_release);
        return sound;
    }

private:
    static constexpr uint32_t kRoom = 512;
    PadSound* slots_[kRoom] = {};
    std::atomic<uint32_t> put_{0}, taken_{0};
};

}  // namespace ndm

// The audio thread's part: MIDI notes start voices that play finished sounds. It allocates nothing,
// takes no lock and opens no file.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>

#include "../parameters.h"
#include "pad_sound.h"

namespace ndm {

constexpr int kOutputs = 2 + 2 * kPads;  // the main pair, then a pair for each pad

// Where the song is, so that a place of it has the same hits each time.
struct SongPlace {
    bool known = false;
    double sixteenths = 0, per_frame = 0;
};

class Player {
public:
    explicit Player(const std::atomic<float>* parameters) : parameters_(parameters) {}
    ~Player();
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;

    // Not while the audio thread runs: silences everything.
    void reset(double rate);

    // The audio thread. `begin` takes new sounds and parameters once a block; then frames and notes in
    // their order.
    void begin(const SongPlace& place);
    void midi(const uint8_t* message, uint32_t size, uint32_t frame);
    void play(float** outputs, uint32_t from, uint32_t to);

    Mailbox& mailbox(int pad) { return mailboxes_[pad]; }
    Returns& returns() { return returns_; }
    // For a window: counts the notes of a pad, and the last one's velocity.
    uint32_t struck(int pad) const { return struck_[pad].load(std::memory_order_relaxed); }
    float strength(int pad) const { return strength_[pad].load(std::memory_order_relaxed); }

private:
    static constexpr int kVoices = 96, kMostAtOnce = 64;
    static constexpr uint32_t kChunk = 128;

    struct Voice {
        PadSound* sound = nullptr;
        int pad = 0, hit = 0, layer = 0;
        uint32_t at = 0;
        uint64_t age = 0;
        float gain = 0, fade = 1, step = 0;  // the fade's place, 0 to 1, and its change per frame
    };

    // A gain that goes to its target in a straight line of frames, whatever the blocks are.
    struct Glide {
        float now = 0, target = 0, step = 0;
        uint32_t left = 0;
        void aim(float wanted, uint32_t frames);
    };

    float value(int pad, PadParameter parameter) const {
        return parameters_[index_of(pad, parameter)].load(std::memory_order_relaxed);
    }
    void note_on(int pad, int velocity, uint32_t frame);
    void choke_others(int pad);
    void all_off();
    Voice* free_voice();
    void end(Voice& voice);
    void take_new_sounds();
    int hit_of(int pad, int hits, uint32_t frame);
    void aim_gains();

    const std::atomic<float>* parameters_;
    double rate_ = 48000;
    bool fresh_ = true;
    uint64_t clock_ = 0;
    SongPlace place_;
    std::array<Voice, kVoices> voices_;
    std::array<PadSound*, kPads> current_{};
    std::array<PadSound*, 4 * kPads> homeless_{};  // found no room among the returns yet
    std::array<uint32_t, kPads> turns_{};
    std::array<Glide, kPads> left_, right_;
    std::array<Mailbox, kPads> mailboxes_;
    std::array<std::atomic<uint32_t>, kPads> struck_{};
    std::array<std::atomic<float>, kPads> strength_{};
    Returns returns_;
};

}  // namespace ndm

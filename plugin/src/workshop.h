// The thread that makes sounds: it follows the parameters, renders what changed, and hands finished
// sounds to the player. It also keeps what a session and a kit hold.
#pragma once
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "parameters.h"
#include "play/player.h"
#include "session/kit_file.h"
#include "session/recipe.h"
#include "sound/encoder.h"
#include "sound/maker.h"

namespace ndm {

using Hits = std::vector<std::shared_ptr<const Audio>>;

// What a window shows of a pad.
struct PadView {
    std::string name, note;                 // `note` says what is missing, or is empty
    std::shared_ptr<const Audio> sound;     // null while there is none
    std::array<double, 3> place{};          // on P1, P2 and P3
    std::string recordings;                 // whose recordings it begins at
    std::string sample;                     // the sample of one's own that it plays, or is empty
    uint64_t version = 0;                   // changes with the sound
    bool of_kit = false;
    Wish values = kNoWish;                  // what the sound has, in the engine's units
    uint32_t offered = 0;                   // which values can be asked for, as bits
};

// A parameter and the value that it is to have: the host is told by whoever asked.
using Values = std::vector<std::pair<int, float>>;

// A sample of one's own that was brought: the parameters that its pad is to have, and what to tell. A sample that was
// refused changes none.
struct Arrived {
    Values values;
    std::string told;
};

class Workshop {
public:
    Workshop(const std::atomic<float>* parameters, Player& player, std::string binary);
    ~Workshop();
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    // Any thread, the audio thread too: a parameter has another value.
    void changed(int index);
    // How many pads wait for their sounds.
    int waiting() const;
    // How many pads play sounds that another model made.
    int foreign() const { return foreign_.load(); }

    // The following are for threads that may wait.
    void set_rate(double rate);
    // Waits until all sounds are made, so many seconds at most.
    void settle(double seconds);

    // Everything that is not a parameter, as text. Restoring never throws: `status` says what was lost.
    std::string session();
    void restore(const std::string& text);

    // Returns the parameters that the kit asks for. Both throw std::runtime_error with a sentence.
    Values load_kit(const std::string& path);
    void save_kit(const std::string& path);

    // A file is to be a pad's sound. It is read and heard on the workshop's own thread; `arrived` then tells of it.
    void bring(int pad, const std::string& path);
    // The sample of a pad's is to be bent as a drum of another category. False if it plays no sample.
    bool hear_as(int pad, int category);
    std::optional<Arrived> arrived();
    // Writes what a pad plays at full velocity, without level and pan. Throws std::runtime_error with a sentence.
    void save_sound(int pad, const std::string& path);

    PadView view(int pad);
    std::string status();
    std::shared_ptr<const Model> model();  // null while there is none

private:
    // What a sound depends on. Two pads with equal wants have equal sounds.
    struct Want {
        std::string drum;       // identifies the drum
        double humanise = 0;
        double pitch = 0, start = 0, end = 1, rate = 0;
        bool timbre = true;     // soft strokes sound different

        // Whether the same hits are cut in the same way.
        bool is_cut_as(const Want& other) const {
            return drum == other.drum && pitch == other.pitch && start == other.start && end == other.end && rate == other.rate;
        }
    };
    // A drum that was made, by whichever model.
    struct Made {
        std::string drum, model, note;
        double humanise = 0;
        bool complete = false;  // with its further hits
        Hits hits;
        Json recipe;
        OwnSamples own;         // the samples of one's own that the recipe names, in its order
        std::array<double, 3> place{};
        int onset = kOnset;
        Wish values = kNoWish;
    };
    struct Pad {
        std::string name, family;
        bool locked = false;
        std::shared_ptr<const Recipe> base;  // the drum of a kit, or a sample of one's own
        std::string base_key;
        Made made;
        Made kept;  // what the session brought: it is taken whenever the same drum is wanted
        uint64_t version = 0;
        Want played;  // what the player has
    };

    // A sample that was brought, or is to be heard in another category.
    struct Arrival {
        int pad;
        std::string path;
        OwnSample again;
        int category;
    };
    // What a pad's parameters ask for.
    struct Plan {
        std::shared_ptr<const Recipe> base;
        int category, seed, take, variation;
        double wild;
        std::array<double, 3> by;
        Wish wish;
        float blend;
    };

    float value(int pad, PadParameter parameter) const {
        return parameters_[index_of(pad, parameter)].load(std::memory_order_relaxed);
    }
    Want wanted(int pad) const;
    std::shared_ptr<const Recipe> base_of(int pad) const;
    std::string plain_key(int pad) const;
    std::string drum_key(int pad) const;
    std::pair<int, double> way_of(int pad) const;
    Wish wish_of(int pad) const;
    float blend_of(int pad) const;
    Plan plan_of(int pad) const;
    Drum drum_of(const Plan& plan) const;
    bool is_stale(int pad) const;
    bool is_foreign(const Made& made) const;
    void run();
    void ask();
    bool work_once();
    void make_drum(int pad, const Want& want);
    void make_hits(int pad, const Want& want);
    void hand_over(int pad, const Want& want);
    void open_model();
    bool take_in();
    Arrived taken_in(const Arrival& arrival);

    const std::atomic<float>* parameters_;
    Player& player_;
    const std::string binary_;
    std::unique_ptr<Maker> maker_;
    std::shared_ptr<const Encoder> encoder_;  // once a sample came

    mutable std::mutex mutex_;  // guards what follows; the audio thread never takes it
    std::array<Pad, kPads> pads_;
    std::string kit_name_ = "kit", fault_;
    Json style_ = Json::object();
    double rate_ = 0;
    std::deque<Arrival> arrivals_;
    std::deque<Arrived> arrived_;
    std::condition_variable idle_;

    // Requests so far, and those that were looked at. The thread sleeps while both are equal.
    std::atomic<uint32_t> asked_{0}, answered_{0};
    std::atomic<int> stale_{0}, foreign_{0};
    std::atomic<bool> ended_{false};
    std::thread thread_;
};

}  // namespace ndm

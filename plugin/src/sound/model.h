// What the plug-in needs of a model file beside the engine: categories, controls, the bank of recordings,
// and how a seed draws a drum. It follows latent/controls.py, latent/prior.py and exemplars/draw.py.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../own/anchor.h"
#include "ndm_engine.h"
#include "qualities.h"

namespace ndm {

using Code = std::vector<float>;
using Exemplars = std::vector<std::pair<int, float>>;

// Values that a sound is to have, in the engine's order and units; NaN asks for nothing.
using Wish = std::array<double, NDM_QUALITIES>;
constexpr Wish kNoWish = [] {
    Wish out{};
    for (double& each : out) each = std::numeric_limits<double>::quiet_NaN();
    return out;
}();

// One drum, ready for the engine.
struct Drum {
    int category = 0;
    Code code;
    Exemplars exemplars;
    int to = 0;
    float t = 0;
    int take = 0;
    Wish wish = kNoWish;
    int velocity = 127;
    std::vector<std::pair<OwnSample, float>> own;  // samples of one's own with their shares, which bend to the code
    float blend = 0;  // the generator's share of the sound; 0 to 1, where there are samples of one's own
};

// Whose recording an exemplar is, as recipes tell it.
struct Credit {
    std::string name, source, licence, attribution;
};

class Model {
public:
    // Opens a model file's bytes. Throws std::runtime_error with a sentence for people.
    explicit Model(const std::vector<uint8_t>& bytes);
    ~Model();
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    const std::string& hash() const { return hash_; }
    const std::vector<std::string>& categories() const { return categories_; }
    int number_of(const std::string& category) const;  // -1 if the model lacks it
    int latent_dim() const { return dim_; }
    const ndm_model* engine_model() const { return model_; }
    const Credit& credit(int exemplar) const { return credits_.at(exemplar); }
    int exemplar_count() const { return static_cast<int>(credits_.size()); }
    // A recording of the bank: the number of its category, and its code. Throws std::out_of_range.
    int exemplar_category(int exemplar) const { return number_of(exemplar_category_.at(static_cast<size_t>(exemplar))); }
    const Code& exemplar_code(int exemplar) const { return exemplar_codes_.at(static_cast<size_t>(exemplar)); }
    // What P1, P2 and P3 do in a category, such as "darker – brighter"; "" where nothing is clear.
    const std::array<std::string, 3>& axis_names(int category) const { return axis_names_.at(category); }
    // Brightness in Hz where P3 is 0, rows of P2 from -1 to 1, columns of P1; empty if the file has none.
    const std::vector<float>& brightness_map(int category) const { return maps_.at(category); }
    int map_places() const { return map_places_; }

    // The drum of a seed, 0 to 2^32 - 1, as `machine.render(category, seed=seed, wild=wild)` draws it.
    Drum drawn(int category, uint32_t seed, double wild) const;
    // The drum that the category's mean and the recording nearest to it make.
    Drum typical(int category) const;
    // Where a code lies on P1, P2 and P3.
    std::array<double, 3> position(int category, const Code& code) const;
    // The code, moved along the axes from where it lies; no place lies beyond ±8.
    Code moved(int category, const Code& code, const std::array<double, 3>& by) const;
    // A step from any code to a neighbour of the same kind.
    Code deviation(int category, uint32_t seed) const;
    // Standard deviations of a category's codes.
    Code deviations(int category) const;

private:
    using Doubles = std::vector<double>;
    Doubles correlated(const Doubles& factor, struct Stream& random) const;

    ndm_model* model_ = nullptr;
    std::string hash_;
    std::vector<std::string> categories_, exemplar_category_;
    std::vector<std::array<std::string, 3>> axis_names_;
    int dim_ = 0, centres_ = 0, map_places_ = 0;
    std::vector<float> axes_, means_, covariances_, shares_, offsets_;
    std::vector<Doubles> draw_factors_, near_factors_;
    std::vector<std::array<double, 3>> scales_;
    std::vector<std::vector<float>> maps_;
    std::vector<Code> exemplar_codes_;
    std::vector<Credit> credits_;
    std::vector<std::vector<std::vector<int>>> kits_;  // by category: numbers of each kit's exemplars
};

// The model that lies beside a binary of the plug-in, opened once for all instances of the process.
// Throws std::runtime_error with a sentence.
std::shared_ptr<const Model> shared_model(const std::string& binary);

// The bytes of that model's file. Throws std::runtime_error with a sentence.
std::vector<uint8_t> model_bytes(const std::string& binary);

}  // namespace ndm

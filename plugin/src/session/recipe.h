// A recipe: the JSON values that recall a drum, as sound.py of the Python package writes them.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../sound/model.h"

namespace ndm {

using Json = nlohmann::json;

struct Recipe {
    Json values;                      // as they were read
    std::string model, category, to;  // `to` is empty without a second category
    Code code;
    Exemplars exemplars;
    float t = 0;
    int take = 0;
    Wish wish = kNoWish;
    int velocity = 127;
    std::vector<std::pair<std::string, float>> own;  // samples of one's own: their digests and shares
    OwnSamples samples;                              // the samples themselves, in their order
    float blend = 0;
    std::vector<std::string> unplayed;  // what the engine leaves out, such as "inverter mcnn"

    // Throws std::runtime_error with a sentence. `samples` are those that stand beside the recipe.
    static Recipe of(const Json& values, OwnSamples samples = {});

    // The drum, ready for the engine of a model. Throws std::runtime_error if the model cannot play it.
    Drum drum(const Model& model) const;
};

// How a recipe names samples of one's own.
Json own_values(const std::vector<std::pair<OwnSample, float>>& own);

// The samples of a drum, in their order.
OwnSamples samples_of(const Drum& drum);

// The recipe of a drum that was drawn here; `seed` is -1 where it was not drawn.
Json recipe_values(const Model& model, const Drum& drum, int64_t seed);

// Tells the recipes of a session apart.
std::string key_of(const Json& recipe);

// The values that a drum is to have, by their names.
Json wish_values(const Wish& wish);

// A code's numbers with nine significant digits, which recall every float exactly.
Json code_values(const Code& code);

}  // namespace ndm

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
    bool has_own = false;               // it is anchored to sounds of the user
    std::vector<std::string> unplayed;  // what the engine leaves out, such as "inverter mcnn"

    // Throws std::runtime_error with a sentence.
    static Recipe of(const Json& values);

    // The drum, ready for the engine of a model. Throws std::runtime_error if the model cannot play it.
    Drum drum(const Model& model) const;
};

// The recipe of a drum that was drawn here; `seed` is -1 where it was not drawn.
Json recipe_values(const Model& model, const Drum& drum, int64_t seed);

// The values that a drum is to have, by their names.
Json wish_values(const Wish& wish);

// A code's numbers with nine significant digits, which recall every float exactly.
Json code_values(const Code& code);

}  // namespace ndm

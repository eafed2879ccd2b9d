// Kits as `ndm kit` of the Python package reads and writes them (docs/kits.md, kits/kit_file.py).
#pragma once
#include <string>
#include <vector>

#include "recipe.h"

namespace ndm {

struct KitVoice {
    std::string name, family;
    int note = 0, choke = 0;
    double choke_ms = 10, level_db = 0, pan = 0, pitch = 0;
    bool locked = false;
    Recipe recipe;  // with the samples of one's own that the voice holds
};

struct Kit {
    std::string name = "kit", model;
    Json style = Json::object();
    std::vector<KitVoice> voices;
};

// Both throw std::runtime_error with a sentence that names the file. Writing replaces a file as a whole.
Kit read_kit(const std::string& path);
void write_kit(const Kit& kit, const std::string& path);

}  // namespace ndm

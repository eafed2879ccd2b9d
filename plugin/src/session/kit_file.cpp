#include "kit_file.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "../own/compact_form.h"
#include "pcm_code.h"
#include "utf8_path.h"
#include "whole_file.h"

namespace ndm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKey = "neural_drum_machine_kit";
constexpr size_t kMostBytes = 16000000, kMostVoices = 128, kLongestName = 400;  // bytes; 100 characters
const std::set<std::string> kVoiceKeys = {"name", "note", "recipe", "own", "family", "choke", "choke_ms", "level_db", "pan", "pitch", "locked"};

double number(const Json& voice, const char* key, double least, double most, double otherwise) {
    auto found = voice.find(key);
    if (found == voice.end()) return otherwise;
    const double value = found->is_number() ? found->get<double>() : NAN;
    if (!(value >= least && value <= most))
        throw std::runtime_error("the voice '" + voice.value("name", "?") + "' has a " + key + " out of range");
    return value;
}

KitVoice voice_of(const Json& values) {
    for (auto& [key, value] : values.items())
        if (!kVoiceKeys.count(key))
            throw std::runtime_error("a voice has an unknown key '" + key.substr(0, 60) + "'; update the plug-in");
    KitVoice out;
    out.name = values.at("name").get<std::string>();
    if (out.name.empty() || out.name.size() > kLongestName) throw std::runtime_error("a voice needs a name");
    out.family = values.value("family", "");
    out.note = static_cast<int>(number(values, "note", 0, 127, -1));
    if (out.note < 0) throw std::runtime_error("the voice '" + out.name + "' has no note");
    out.choke = static_cast<int>(number(values, "choke", 0, 16, 0));
    out.choke_ms = number(values, "choke_ms", 1, 1000, 10);
    out.level_db = number(values, "level_db", -60, 24, 0);
    out.pan = number(values, "pan", -1, 1, 0);
    out.pitch = number(values, "pitch", -24, 24, 0);
    out.locked = values.value("locked", false);
    try {
        OwnSamples samples;
        for (const Json& form : values.value("own", Json::array())) samples.push_back(read_form(from_base64(form.get<std::string>())));
        out.recipe = Recipe::of(values.at("recipe"), std::move(samples));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error("the voice '" + out.name + "': " + error.what());
    }
    return out;
}

Kit kit_of(const Json& content) {
    if (!content.is_object() || !content.contains(kKey))
        throw std::runtime_error("is no kit; the button Save writes one, and so does `ndm kit new`");
    if (content[kKey] != 1) throw std::runtime_error("is a kit of another version; update the plug-in");
    Kit out;
    out.name = content.at("name").get<std::string>();
    out.model = content.at("model").get<std::string>();
    out.style = content.value("style", Json::object());
    for (const Json& each : content.at("voices")) out.voices.push_back(voice_of(each));
    if (out.voices.empty() || out.voices.size() > kMostVoices) throw std::runtime_error("a kit has 1 to 128 voices");
    std::set<int> notes;
    for (const KitVoice& each : out.voices)
        if (!notes.insert(each.note).second) throw std::runtime_error("two voices have the note " + std::to_string(each.note));
    return out;
}

}  // namespace

Kit read_kit(const std::string& path) {
    const fs::path place = path_of(path);
    try {
        std::error_code error;
        if (!fs::is_regular_file(place, error)) throw std::runtime_error("cannot be read; choose a .ndkit file");
        if (fs::file_size(place, error) > kMostBytes) throw std::runtime_error("is too large to be a kit");
        std::ifstream file(place, std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        if (!file) throw std::runtime_error("cannot be read; choose a .ndkit file");
        return kit_of(Json::parse(text, nullptr, false));
    } catch (const Json::exception&) {
        throw std::runtime_error(path + ": is damaged; make the kit anew");
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(path + ": " + error.what());
    }
}

void write_kit(const Kit& kit, const std::string& path) {
    Json voices = Json::array();
    for (const KitVoice& each : kit.voices) {
        Json own = Json::array();
        for (const OwnSample& sample : each.recipe.samples) own.push_back(base64(sample->form));
        voices.push_back({{"name", each.name}, {"note", each.note}, {"recipe", each.recipe.values}, {"own", own},
                          {"family", each.family}, {"choke", each.choke}, {"choke_ms", each.choke_ms},
                          {"level_db", each.level_db}, {"pan", each.pan}, {"pitch", each.pitch}, {"locked", each.locked}});
    }
    Json content = {{kKey, 1}, {"name", kit.name}, {"model", kit.model}, {"style", kit.style}, {"voices", voices}};
    write_whole(content.dump(1) + "\n", path);
}

}  // namespace ndm

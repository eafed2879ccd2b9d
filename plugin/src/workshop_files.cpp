// What the workshop keeps in sessions and kits.
#include <cmath>
#include <set>
#include <stdexcept>

#include "session/pcm_code.h"
#include "workshop.h"

namespace ndm {
namespace {

constexpr int kSessionVersion = 1;
constexpr const char* kSession = "neural_drum_machine_session";

std::string digest_of(const Json& values) {  // FNV-1a: tells the drums of a session apart
    uint64_t hash = 14695981039346656037u;
    for (unsigned char c : values.dump()) hash = (hash ^ c) * 1099511628211u;
    char out[17];
    std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash));
    return out;
}

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

std::string lower(std::string text) {  // Python refuses names that differ in their case alone
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

}  // namespace

std::string Workshop::session() {
    settle(10);
    std::lock_guard<std::mutex> lock(mutex_);
    Json pads = Json::array();
    for (const Pad& own : pads_) {
        const Made& made = own.made;
        Json hits = Json::array();
        for (const auto& hit : made.hits) hits.push_back(base64(packed(*hit)));
        pads.push_back({{"name", own.name}, {"family", own.family}, {"locked", own.locked}, {"own", own.own},
                        {"base", own.base ? own.base->values : Json()},
                        {"sound", {{"drum", made.drum}, {"humanise", made.humanise}, {"complete", made.complete},
                                   {"model", made.model}, {"recipe", made.recipe}, {"note", made.note},
                                   {"place", made.place}, {"onset", made.onset}, {"hits", hits}}}});
    }
    Json out = {{kSession, kSessionVersion}, {"kit", kit_name_}, {"style", style_}, {"pads", pads}};
    return out.dump(-1, ' ', true, Json::error_handler_t::replace);
}

void Workshop::restore(const std::string& text) {
    std::string fault;
    std::array<Pad, kPads> pads;
    std::string name = "kit";
    Json style = Json::object();
    try {
        const Json content = Json::parse(text);
        const int version = content.at(kSession);
        if (version != kSessionVersion) throw std::runtime_error("the session was saved by another version of the plug-in; update it");
        name = content.value("kit", "kit");
        style = content.value("style", Json::object());
        const Json& all = content.at("pads");
        for (int pad = 0; pad < kPads && pad < static_cast<int>(all.size()); pad++) {
            const Json& values = all[static_cast<size_t>(pad)];
            Pad& own = pads[pad];
            own.name = values.value("name", "");
            own.family = values.value("family", "");
            own.locked = values.value("locked", false);
            own.own = values.value("own", Json::array());
            if (values.contains("base") && !values["base"].is_null()) {
                own.base = std::make_shared<const Recipe>(Recipe::of(values["base"]));
                own.base_key = digest_of(values["base"]);
            }
            const Json& sound = values.at("sound");
            Made& kept = own.kept;
            for (const Json& hit : sound.at("hits"))
                kept.hits.push_back(std::make_shared<const Samples>(unpacked(from_base64(hit.get<std::string>()))));
            kept.drum = sound.at("drum").get<std::string>();
            kept.humanise = sound.at("humanise").get<double>();
            kept.complete = sound.at("complete").get<bool>();
            kept.model = sound.at("model").get<std::string>();
            kept.note = sound.at("note").get<std::string>();
            kept.recipe = sound.at("recipe");
            kept.place = sound.at("place").get<std::array<double, 3>>();
            kept.onset = sound.value("onset", kOnset);
        }
    } catch (const Json::exception&) {
        fault = "The session is damaged; its sounds are made anew.";
    } catch (const std::exception& error) {
        fault = std::string("The session cannot be read: ") + error.what() + ". Its sounds are made anew.";
    }
    {
        std::lock_guard<std::mutex> lock(mutex_);
        if (!fault.empty()) {
            fault_ = fault;
        } else {
            for (int pad = 0; pad < kPads; pad++) pads[pad].version = pads_[pad].version + 1;
            pads_ = std::move(pads);
            kit_name_ = name;
            style_ = style;
            if (maker_) fault_.clear();
        }
    }
    ask();
}

Values Workshop::load_kit(const std::string& path) {
    const Kit kit = read_kit(path);
    Values out;
    std::lock_guard<std::mutex> lock(mutex_);
    if (!maker_) throw std::runtime_error(fault_.empty() ? "the model is being opened; try again" : fault_);
    if (kit.model != maker_->model().hash())
        throw std::runtime_error("the kit '" + kit.name + "' was made with model " + kit.model.substr(0, 12) + ", this is " +
                                 maker_->model().hash().substr(0, 12) + "; make the kit anew");
    for (int pad = 0; pad < kPads && pad < static_cast<int>(kit.voices.size()); pad++) {
        const KitVoice& voice = kit.voices[static_cast<size_t>(pad)];
        Pad& own = pads_[pad];
        own.name = voice.name;
        own.family = voice.family;
        own.locked = voice.locked;
        own.own = voice.own;
        own.base = std::make_shared<const Recipe>(voice.recipe);
        own.base_key = digest_of(voice.recipe.values);
        const int category = category_number(voice.recipe.category);
        auto set = [&](PadParameter parameter, double value) { out.emplace_back(index_of(pad, parameter), static_cast<float>(value)); };
        set(kCategory, std::max(category, 0));
        set(kSeed, kKitSeed);
        set(kTake, voice.recipe.take);
        for (PadParameter each : {kVariation, kP1, kP2, kP3, kStart}) set(each, 0);
        set(kEnd, 100);
        set(kNote, voice.note);
        set(kChoke, voice.choke);
        set(kChokeTime, voice.choke_ms);
        set(kLevel, voice.level_db);
        set(kPan, voice.pan);
        set(kPitch, voice.pitch);
        for (int i = 0; i < NDM_QUALITIES; i++) {
            const PadParameter parameter = static_cast<PadParameter>(kFirstValue + i);
            set(parameter, parameter_of(parameter, voice.recipe.wish[static_cast<size_t>(i)]));
        }
    }
    // A smaller kit leaves the other pads. Where it takes one's note, that pad gets a free one.
    std::set<int> taken;
    for (size_t pad = 0; pad < kPads; pad++) {
        const bool is_of_kit = pad < kit.voices.size();
        int note = is_of_kit ? kit.voices[pad].note : static_cast<int>(std::lround(value(static_cast<int>(pad), kNote)));
        if (taken.insert(note).second || is_of_kit) continue;
        for (note = 35; !taken.insert(note).second; note = (note + 1) % 128) {
        }
        out.emplace_back(index_of(static_cast<int>(pad), kNote), static_cast<float>(note));
    }
    kit_name_ = kit.name;
    style_ = kit.style;
    return out;
}

void Workshop::save_kit(const std::string& path) {
    settle(10);
    Kit kit;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        if (!maker_) throw std::runtime_error(fault_);
        kit.name = kit_name_;
        kit.model = maker_->model().hash();
        kit.style = style_;
        std::set<std::string> names;
        std::set<int> notes;
        for (int pad = 0; pad < kPads; pad++) {
            const Pad& own = pads_[pad];
            const int category = static_cast<int>(std::lround(value(pad, kCategory)));
            const Made& made = own.made;
            const bool of_kit = made.drum.rfind("kit ", 0) == 0;
            KitVoice voice;
            voice.recipe.values = made.recipe;
            if (made.hits.empty() || !made.recipe.is_object()) continue;
            if (made.model != kit.model)
                throw std::runtime_error("pad " + std::to_string(pad + 1) + " plays a sound of another model, which no kit of this one can hold; draw it again");
            const std::string first = of_kit && !own.name.empty() ? own.name : category_word(category);
            voice.name = first;
            for (int i = 2; !names.insert(lower(voice.name)).second; i++) voice.name = first + " " + std::to_string(i);
            voice.note = static_cast<int>(std::lround(value(pad, kNote)));
            if (!notes.insert(voice.note).second)
                throw std::runtime_error("two pads have the note " + std::to_string(voice.note) + "; give one of them another, then save");
            // Voices of a family have one code. A pad that was changed has left it.
            const bool as_it_was = of_kit && own.base && made.recipe == own.base->values;
            voice.family = as_it_was ? own.family : "";
            voice.locked = own.locked;
            voice.own = of_kit ? own.own : Json::array();
            voice.choke = static_cast<int>(std::lround(value(pad, kChoke)));
            voice.choke_ms = rounded(value(pad, kChokeTime), 100);
            voice.level_db = rounded(value(pad, kLevel), 100);
            voice.pan = rounded(value(pad, kPan), 1000);
            voice.pitch = rounded(value(pad, kPitch), 1000);
            kit.voices.push_back(std::move(voice));
        }
    }
    if (kit.voices.empty()) throw std::runtime_error("no pad has a sound yet");
    write_kit(kit, path);
}

}  // namespace ndm

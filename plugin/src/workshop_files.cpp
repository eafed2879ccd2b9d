// What the workshop keeps in sessions and kits.
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include "own/compact_form.h"
#include "session/pcm_code.h"
#include "workshop.h"

namespace ndm {
namespace {

constexpr int kSessionVersion = 1;
constexpr const char* kSession = "neural_drum_machine_session";

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

std::string lower(std::string text) {  // Python refuses names that differ in their case alone
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

Json packed_audio(const Audio& audio, Json out) {
    out["left"] = base64(packed(audio.left));
    if (audio.channels() == 2) out["right"] = base64(packed(audio.right));
    return out;
}

Audio unpacked_audio(const Json& values) {
    auto channel = [&](const char* name) { return unpacked(from_base64(values.at(name).get<std::string>())); };
    Audio out(channel("left"));
    if (values.contains("right")) out.right = channel("right");
    if (!out.right.empty() && out.right.size() != out.left.size()) throw std::runtime_error("a sound of the session is damaged");
    return out;
}

// Samples of one's own by the digests that recipes name.
using Table = std::map<std::string, OwnSample>;

void keep(Table& table, const Json& recipe, const OwnSamples& samples) {
    for (size_t i = 0; i < samples.size(); i++) table[recipe.at("anchors").at(i).value("sha256", "")] = samples[i];
}

OwnSamples named_in(const Json& recipe, const Table& table) {
    OwnSamples out;
    if (!recipe.is_object() || !recipe.contains("anchors")) return out;
    for (const Json& each : recipe["anchors"])
        if (auto found = table.find(each.value("sha256", "")); found != table.end()) out.push_back(found->second);
    return out;
}

Json sample_values(const Anchor& sample) {
    return packed_audio(sample.sound, {{"name", sample.name}, {"category", sample.category}, {"onset", sample.onset}, {"code", code_values(sample.code)}, {"form", base64(sample.form)}});
}

OwnSample sample_of(const Json& values, const std::string& digest) {
    Anchor out;
    out.sound = unpacked_audio(values);
    out.name = values.at("name").get<std::string>();
    out.category = values.at("category").get<std::string>();
    out.onset = values.at("onset").get<int>();
    out.code = values.at("code").get<std::vector<float>>();
    out.form = from_base64(values.at("form").get<std::string>());
    out.digest = digest;
    if (out.onset < 0 || static_cast<size_t>(out.onset) >= out.sound.size()) throw std::runtime_error("a sample of the session is damaged");
    return std::make_shared<const Anchor>(std::move(out));
}

}  // namespace

std::string Workshop::session() {
    settle(10);
    std::lock_guard<std::mutex> lock(mutex_);
    Json pads = Json::array();
    Table samples;
    for (const Pad& own : pads_) {
        const Made& made = own.made;
        Json hits = Json::array(), right = Json::array();
        for (const auto& hit : made.hits) {
            hits.push_back(base64(packed(hit->left)));
            if (hit->channels() == 2) right.push_back(base64(packed(hit->right)));
        }
        if (own.base) keep(samples, own.base->values, own.base->samples);
        keep(samples, made.recipe, made.own);
        pads.push_back({{"name", own.name}, {"family", own.family}, {"locked", own.locked},
                        {"base", own.base ? own.base->values : Json()},
                        {"sound", {{"drum", made.drum}, {"humanise", made.humanise}, {"complete", made.complete},
                                   {"model", made.model}, {"recipe", made.recipe}, {"note", made.note},
                                   {"place", made.place}, {"onset", made.onset}, {"hits", hits}}}});
        if (!right.empty()) pads.back()["sound"]["right"] = right;
    }
    Json kept = Json::object();
    for (const auto& [digest, sample] : samples) kept[digest] = sample_values(*sample);
    Json out = {{kSession, kSessionVersion}, {"kit", kit_name_}, {"style", style_}, {"pads", pads}};
    if (!kept.empty()) out["samples"] = kept;
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
        Table samples;
        if (content.contains("samples"))
            for (const auto& [digest, values] : content["samples"].items()) samples[digest] = sample_of(values, digest);
        const Json& all = content.at("pads");
        for (int pad = 0; pad < kPads && pad < static_cast<int>(all.size()); pad++) {
            const Json& values = all[static_cast<size_t>(pad)];
            Pad& own = pads[pad];
            own.name = values.value("name", "");
            own.family = values.value("family", "");
            own.locked = values.value("locked", false);
            if (values.contains("base") && !values["base"].is_null()) {
                OwnSamples its = named_in(values["base"], samples);
                // An older version kept a kit's samples in their compact form, and played none.
                if (its.empty())
                    for (const Json& form : values.value("own", Json::array())) its.push_back(read_form(from_base64(form.get<std::string>())));
                own.base = std::make_shared<const Recipe>(Recipe::of(values["base"], std::move(its)));
                own.base_key = key_of(values["base"]);
            }
            const Json& sound = values.at("sound");
            Made& kept = own.kept;
            const Json& hits = sound.at("hits");
            for (size_t i = 0; i < hits.size(); i++) {
                Json both = {{"left", hits.at(i)}};
                if (sound.contains("right")) both["right"] = sound["right"].at(i);
                kept.hits.push_back(std::make_shared<const Audio>(unpacked_audio(both)));
            }
            kept.drum = sound.at("drum").get<std::string>();
            kept.humanise = sound.at("humanise").get<double>();
            kept.complete = sound.at("complete").get<bool>();
            kept.model = sound.at("model").get<std::string>();
            kept.note = sound.at("note").get<std::string>();
            kept.recipe = sound.at("recipe");
            kept.own = named_in(kept.recipe, samples);
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
        own.base = std::make_shared<const Recipe>(voice.recipe);
        own.base_key = key_of(voice.recipe.values);
        const int category = category_number(voice.recipe.category);
        auto set = [&](PadParameter parameter, double value) { out.emplace_back(index_of(pad, parameter), static_cast<float>(value)); };
        set(kCategory, std::max(category, 0));
        set(kSeed, kKitSeed);
        set(kTake, voice.recipe.take);
        for (PadParameter each : {kVariation, kP1, kP2, kP3, kStart, kToward, kMorph}) set(each, 0);
        set(kBlend, voice.recipe.blend * 100);
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
            const bool of_kit = base_of(pad) != nullptr;
            KitVoice voice;
            voice.recipe.values = made.recipe;
            voice.recipe.samples = made.own;
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

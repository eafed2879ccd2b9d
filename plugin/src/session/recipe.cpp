#include "recipe.h"

#include "ndm_own_sounds.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace ndm {
namespace {

constexpr int kTakes = 64, kLoudest = 127;
constexpr size_t kMostCode = 4096;

double number(const Json& values, const char* key, double least, double most, double otherwise) {
    auto found = values.find(key);
    if (found == values.end() || found->is_null()) return otherwise;
    const double value = found->is_number() ? found->get<double>() : NAN;
    if (!(value >= least && value <= most))
        throw std::runtime_error(std::string("its ") + key + " is out of range; draw the drum again");
    return value;
}

}  // namespace

Recipe Recipe::of(const Json& values, OwnSamples samples) {
    Recipe out;
    out.samples = std::move(samples);
    try {
        if (!values.is_object() || values.value("neural_drum_machine", 0) != 1)
            throw std::runtime_error("it is no recipe of this version; update the plug-in");
        out.values = values;
        out.model = values.at("model").get<std::string>();
        out.category = values.at("category").get<std::string>();
        for (const Json& each : values.at("code")) out.code.push_back(each.get<float>());
        if (out.code.size() > kMostCode) throw std::runtime_error("its code is too long; draw the drum again");
        for (float each : out.code)
            if (!std::isfinite(each)) throw std::runtime_error("its code is not finite; draw the drum again");
        out.take = static_cast<int>(number(values, "take", 0, kTakes - 1, 0));
        if (values.contains("to") && !values["to"].is_null()) out.to = values["to"].get<std::string>();
        out.t = static_cast<float>(number(values, "t", 0, 1, 0));
        if (values.contains("exemplars"))
            for (const Json& each : values["exemplars"])
                out.exemplars.emplace_back(each.at(0).get<int>(), each.at(1).get<float>());
        if (values.contains("anchors"))
            for (const Json& each : values["anchors"]) out.own.emplace_back(each.value("sha256", ""), static_cast<float>(number(each, "share", 0, 1, 1)));
        out.blend = static_cast<float>(number(values, "blend", 0, 1, 0));
        if (values.contains("wish"))
            for (auto& [name, value] : values["wish"].items()) {
                const int quality = quality_number(name);
                if (quality < 0) out.unplayed.push_back(name.substr(0, 40));
                else out.wish[static_cast<size_t>(quality)] = value.get<double>();
            }
        out.velocity = static_cast<int>(number(values, "velocity", 1, kLoudest, kLoudest));
        const std::string inverter = values.value("inverter", "refined");
        if (inverter != "refined") out.unplayed.push_back("inverter " + inverter.substr(0, 40));
    } catch (const Json::exception&) {
        throw std::runtime_error("its recipe is damaged; draw the drum again");
    }
    return out;
}

Drum Recipe::drum(const Model& model) const {
    if (this->model != model.hash())
        throw std::runtime_error("it is of model " + this->model.substr(0, 12) + ", this is " + model.hash().substr(0, 12));
    if (own.size() != samples.size() || own.size() > NDM_MIXED)
        throw std::runtime_error("it names " + std::to_string(own.size()) + " samples of your own and holds " + std::to_string(samples.size()) + "; drop their files again");
    Drum out;
    out.category = model.number_of(category);
    out.to = to.empty() ? 0 : model.number_of(to);
    if (out.category < 0 || out.to < 0) throw std::runtime_error("this model has no such category");
    out.code = code;
    out.exemplars = exemplars;
    out.t = to.empty() ? 0 : t;
    out.take = take;
    out.wish = wish;
    out.velocity = velocity;
    for (size_t i = 0; i < own.size(); i++) out.own.emplace_back(samples[i], own[i].second);
    out.blend = own.empty() ? 0 : blend;
    return out;
}

std::string key_of(const Json& recipe) {  // FNV-1a
    uint64_t hash = 14695981039346656037u;
    for (unsigned char c : recipe.dump()) hash = (hash ^ c) * 1099511628211u;
    char out[17];
    std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash));
    return out;
}

Json own_values(const std::vector<std::pair<OwnSample, float>>& own) {
    Json out = Json::array();
    for (const auto& [sample, share] : own) out.push_back({{"share", static_cast<double>(share)}, {"name", sample->name}, {"sha256", sample->digest}});
    return out;
}

OwnSamples samples_of(const Drum& drum) {
    OwnSamples out;
    for (const auto& [sample, share] : drum.own) out.push_back(sample);
    return out;
}

Json wish_values(const Wish& wish) {
    Json out = Json::object();
    for (int i = 0; i < NDM_QUALITIES; i++)
        if (std::isfinite(wish[static_cast<size_t>(i)])) out[quality_name(i)] = wish[static_cast<size_t>(i)];
    return out;
}

Json code_values(const Code& code) {
    Json out = Json::array();
    for (float each : code) {
        char text[32];
        std::snprintf(text, sizeof text, "%.9g", static_cast<double>(each));
        out.push_back(std::strtod(text, nullptr));
    }
    return out;
}

Json recipe_values(const Model& model, const Drum& drum, int64_t seed) {
    Json out = {{"neural_drum_machine", 1},
                {"model", model.hash()},
                {"inverter", "refined"},
                {"engine", "native"},  // samples of NumPy differ in their last bits
                {"category", model.categories().at(drum.category)},
                {"seed", seed < 0 ? Json() : Json(seed)},
                {"take", drum.take},
                {"code", code_values(drum.code)}};
    if (Json wish = wish_values(drum.wish); !wish.empty()) out["wish"] = wish;
    if (drum.velocity < kLoudest) out["velocity"] = drum.velocity;
    if (!drum.own.empty()) out["anchors"] = own_values(drum.own), out["blend"] = static_cast<double>(drum.blend);
    if (drum.t > 0) out["to"] = model.categories().at(drum.to), out["t"] = drum.t;
    if (!drum.exemplars.empty()) {
        out["exemplars"] = Json::array();
        out["recordings"] = Json::array();
        for (auto [exemplar, share] : drum.exemplars) {
            const Credit& credit = model.credit(exemplar);
            out["exemplars"].push_back({exemplar, share});
            out["recordings"].push_back({{"name", credit.name},
                                         {"source", credit.source},
                                         {"licence", credit.licence},
                                         {"attribution", credit.attribution}});
        }
    }
    return out;
}

}  // namespace ndm

#include "qualities.h"

#include <cmath>
#include <cstdio>

#include "category_facts.h"  // scripts/build_plugin makes it of the package's weights

namespace ndm {
namespace {

constexpr const char* kNames[NDM_QUALITIES] = {"pitch", "sweep", "decay", "attack", "brightness", "noisiness", "body", "air", "loudness"};
constexpr const char* kUnits[NDM_QUALITIES] = {"Hz", "oct", "s", "s", "Hz", "", "dB", "dB", "LUFS"};
constexpr int kLoudest = 127;
constexpr double kDynamicDb = 40;  // the softest stroke is so much quieter

const CategoryFacts* facts_of_category(const std::string& category) {
    for (const CategoryFacts& each : kCategoryFacts)
        if (category == each.name) return &each;
    return nullptr;
}

}  // namespace

const char* quality_name(int quality) { return kNames[quality]; }

int quality_number(const std::string& name) {
    for (int i = 0; i < NDM_QUALITIES; i++)
        if (name == kNames[i]) return i;
    return -1;
}

uint32_t offered_in(const std::string& category) {
    const CategoryFacts* facts = facts_of_category(category);
    return facts ? facts->offered : 0;
}

ndm_stroke stroke_of(const std::string& category, const std::string& to, double t, int velocity) {
    const double softness = static_cast<double>(kLoudest - velocity) / (kLoudest - 1);
    double change[12] = {};
    const std::string* names[] = {&category, &to};
    const double shares[] = {to.empty() ? 1 : 1 - t, to.empty() ? 0 : t};
    for (int side = 0; side < 2; side++)
        if (const CategoryFacts* facts = shares[side] > 0 ? facts_of_category(*names[side]) : nullptr)
            for (int i = 0; i < 12; i++) change[i] += shares[side] * facts->changes[i] * std::pow(softness, kExponents[i]);
    ndm_stroke out{};
    out.attack = change[0];
    out.decay = change[1];
    for (int i = 0; i < 10; i++) out.bands[i] = change[2 + i];
    out.level = 40 * std::log10(1 - (1 - std::pow(10, -kDynamicDb / 40)) * softness);
    return out;
}

std::string told(int quality, double value) {
    char text[80];
    const char* unit = kUnits[quality];
    std::snprintf(text, sizeof text, "%s %.3g%s%s", kNames[quality], value, *unit ? " " : "", unit);
    return text;
}

}  // namespace ndm

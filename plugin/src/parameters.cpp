#include "parameters.h"

#include <cmath>

namespace ndm {
namespace {

struct Category {
    const char *name, *word;
};

constexpr Category kWords[kCategories] = {
    {"kick", "Kick"},   {"clap", "Clap"},   {"snare", "Snare"},   {"open_hihat", "Open hi-hat"}, {"closed_hihat", "Closed hi-hat"}, {"tambourine", "Tambourine"},
    {"conga", "Conga"}, {"bongo", "Bongo"}, {"shaker", "Shaker"}, {"snap", "Snap"},              {"tom", "Tom"},
};

// The kit that a new instance has: General MIDI's notes, and levels as new kits of Python have them.
struct Voice {
    int category, note, seed;
    float level, pan, pitch;
    int choke;
    float choke_time;
};

// A value that can be asked for. Under `first` lies `least`, which asks for nothing.
struct Value {
    const char *name, *symbol, *unit;
    float least, first, most;
    bool logarithmic;
    double factor;  // of the engine's unit
};

constexpr const char* kAsDrawn = "as drawn";
constexpr Value kAsked[kQualities] = {
    {"Pitch in Hz", "hz", "Hz", 19, 20, 2000, true, 1},       {"Sweep", "sweep", "oct", -2.1f, -2, 4, false, 1},
    {"Decay", "decay", "ms", 2, 3, 3000, true, 1000},         {"Attack", "attack", "ms", 1, 2, 300, true, 1000},
    {"Brightness", "brightness", "Hz", 29, 30, 20000, true, 1}, {"Noisiness", "noisiness", "%", -1, 0, 100, false, 100},
    {"Body", "body", "dB", -81, -80, 80, false, 1},           {"Air", "air", "dB", -81, -80, 80, false, 1},
    {"Loudness", "loudness", "LUFS", -61, -60, 0, false, 1},
};

constexpr Voice kVoices[kPads] = {
    {0, 36, 1, -1, 0, 0, 0, 10},          {0, 35, 2, -1, 0, 0, 0, 10},       {2, 38, 3, 0, 0, 0, 0, 10},
    {2, 40, 4, -1, 0, 0, 0, 10},          {1, 39, 5, -2, 0, 0, 0, 10},       {9, 37, 6, -2, 0.1f, 0, 0, 10},
    {4, 42, 7, -10, 0.25f, 0, 1, 10},     {4, 44, 7, -13, 0.25f, 0, 1, 60},  {3, 46, 8, -13, 0.25f, 0, 1, 10},
    {10, 45, 9, -2, -0.35f, 0, 0, 10},    {10, 47, 9, -2, -0.05f, 5, 0, 10}, {10, 50, 9, -2, 0.25f, 10, 0, 10},
    {5, 54, 10, -10, 0.35f, 0, 0, 10},    {8, 70, 11, -12, -0.3f, 0, 0, 10}, {6, 63, 12, -7, -0.25f, 0, 0, 10},
    {7, 60, 13, -6, 0.3f, 0, 0, 10},
};

ParameterFacts pad_facts(int pad, PadParameter parameter) {
    const Voice& voice = kVoices[pad];
    switch (parameter) {
    case kCategory: {
        ParameterFacts facts{"Category", "category", "", static_cast<float>(voice.category), 0, kCategories - 1, true, {}};
        for (int i = 0; i < kCategories; i++) facts.words.emplace_back(static_cast<float>(i), kWords[i].word);
        return facts;
    }
    case kSeed:
        return {"Seed", "seed", "", static_cast<float>(voice.seed), kKitSeed, kMostSeed, true, {{kKitSeed, "kit or sample"}}};
    case kWild: return {"Wild", "wild", "%", 100, 0, 200, false, {}};
    case kTake: return {"Take", "take", "", 0, 0, 63, true, {}};
    case kVariation: return {"Variation", "variation", "", 0, 0, 999, true, {{0, "none"}}};
    case kP1: return {"P1", "p1", "", 0, -2, 2, false, {}};
    case kP2: return {"P2", "p2", "", 0, -2, 2, false, {}};
    case kP3: return {"P3", "p3", "", 0, -2, 2, false, {}};
    case kHumanise: return {"Humanise", "humanise", "%", 0, 0, 200, false, {}};
    case kPitch: return {"Pitch", "pitch", "st", voice.pitch, -24, 24, false, {}};
    case kStart: return {"Start", "start", "%", 0, 0, 99, false, {}};
    case kEnd: return {"End", "end", "%", 100, 1, 100, false, {}};
    case kLevel: return {"Level", "level", "dB", voice.level, -60, 24, false, {}};
    case kPan: return {"Pan", "pan", "", voice.pan, -1, 1, false, {}};
    case kVelocity: return {"Velocity", "velocity", "%", 100, 0, 100, false, {}};
    case kCurve: return {"Curve", "curve", "", 0, -1, 1, false, {}};
    case kChoke: return {"Choke group", "choke", "", static_cast<float>(voice.choke), 0, 16, true, {{0, "none"}}};
    case kChokeTime: return {"Choke time", "choke_time", "ms", voice.choke_time, 1, 1000, false, {}};
    case kNote: {
        ParameterFacts facts{"Note", "note", "", static_cast<float>(voice.note), 0, 127, true, {}};
        for (int i = 0; i < 128; i++) facts.words.emplace_back(static_cast<float>(i), std::to_string(i) + " " + note_name(i));
        return facts;
    }
    case kOutput: return {"Output", "output", "", 0, 0, 1, true, {{0, "main"}, {1, "own"}}};
    case kTimbre: return {"Timbre", "timbre", "", 1, 0, 1, true, {{0, "off"}, {1, "on"}}};
    case kToward: {
        ParameterFacts facts{"Morph to", "morph_to", "", 0, 0, kPads, true, {{0, "none"}}};
        for (int i = 1; i <= kPads; i++) facts.words.emplace_back(static_cast<float>(i), "pad " + std::to_string(i));
        return facts;
    }
    case kMorph: return {"Morph", "morph", "%", 0, 0, 100, false, {}};
    case kBlend: return {"Blend", "blend", "%", 0, 0, 100, false, {}};
    case kPadParameters:
    case kEndOfMoves: return {};
    default: break;
    }
    const Value& value = kAsked[parameter - kFirstValue];
    return {value.name, value.symbol, value.unit, value.least, value.least, value.most, false, {{value.least, kAsDrawn}}, value.logarithmic};
}

}  // namespace

double value_asked(PadParameter parameter, float value) {
    const Value& facts = kAsked[parameter - kFirstValue];
    if (!(value > (facts.least + facts.first) / 2)) return NAN;
    return std::fmin(std::fmax(static_cast<double>(value), facts.first), facts.most) / facts.factor;
}

float parameter_of(PadParameter parameter, double value) {
    const Value& facts = kAsked[parameter - kFirstValue];
    return std::isfinite(value) ? static_cast<float>(value * facts.factor) : facts.least;
}

const char* category_name(int number) { return kWords[number].name; }
const char* category_word(int number) { return kWords[number].word; }

int category_number(const std::string& name) {
    for (int i = 0; i < kCategories; i++)
        if (name == kWords[i].name) return i;
    return -1;
}

std::string note_name(int note) {
    static const char* const names[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
    return names[note % 12] + std::to_string(note / 12 - 2);
}

std::pair<int, PadParameter> pad_parameter(int index) {
    auto found = [](int pad, int parameter) { return std::pair(pad, static_cast<PadParameter>(parameter)); };
    if (index >= kMoves) return found((index - kMoves) / kPadMoves, kToward + (index - kMoves) % kPadMoves);
    if (index >= kValues) return found((index - kValues) / kPadValues, kFirstValue + (index - kValues) % kPadValues);
    return found(index / kPadParameters, index % kPadParameters);
}

ParameterFacts facts_of(int index) {
    if (index == kMainLevel) return {"Main level", "main_level", "dB", 0, -60, 12, false, {}};
    if (index == kWaiting) return {"Waiting for sounds", "waiting", "", 0, 0, kPads, true, {}};
    if (index == kForeign) return {"Sounds of another model", "foreign", "", 0, 0, kPads, true, {}};
    const auto [pad, parameter] = pad_parameter(index);
    ParameterFacts facts = pad_facts(pad, parameter);
    facts.name = std::to_string(pad + 1) + " " + facts.name;
    facts.symbol = "pad" + std::to_string(pad + 1) + "_" + facts.symbol;
    return facts;
}

}  // namespace ndm

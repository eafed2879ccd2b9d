// The parameters of the plug-in: which there are, their ranges, units and words.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ndm {

constexpr int kPads = 16;

// The parameters of one pad, in their order. Hosts and sessions know parameters by their numbers and symbols,
// so the values that a sound is to have came behind all others, pad by pad.
enum PadParameter {
    kCategory, kSeed, kWild, kTake, kVariation, kP1, kP2, kP3, kHumanise,  // what the drum is
    kPitch, kStart, kEnd,                                                  // how its sound is cut
    kLevel, kPan, kVelocity, kCurve, kChoke, kChokeTime, kNote, kOutput,   // how it is played
    kPadParameters,
    kFirstValue = kPadParameters + 1,  // between them, a window has the main level
    // In the engine's order; at its least, a value is as the drum was drawn.
    kHz = kFirstValue, kSweep, kDecay, kAttack, kBrightness, kNoisiness, kBody, kAir, kLoudness,
    kTimbre,  // whether soft strokes sound different, too
    kEndOfValues,
    // Behind all of these, pad by pad: the way to another pad's drum, and the generator's share of a sample of one's own.
    kToward = kEndOfValues, kMorph, kBlend,
    kEndOfMoves
};
constexpr int kQualities = kTimbre - kFirstValue, kPadValues = kEndOfValues - kFirstValue, kPadMoves = kEndOfMoves - kToward;
constexpr int kFirstOfCut = kPitch, kFirstOfPlay = kLevel;

constexpr int kMainLevel = kPads * kPadParameters;
constexpr int kWaiting = kMainLevel + 1;  // an output: how many pads wait for their sounds
constexpr int kForeign = kWaiting + 1;    // an output: how many play a session's sounds of another model
constexpr int kValues = kForeign + 1;     // the values of all pads
constexpr int kMoves = kValues + kPads * kPadValues;  // the ways of all pads
constexpr int kParameters = kMoves + kPads * kPadMoves;

constexpr bool is_output(int index) { return index == kWaiting || index == kForeign; }
constexpr int index_of(int pad, PadParameter parameter) {
    if (parameter >= kToward) return kMoves + pad * kPadMoves + parameter - kToward;
    return parameter < kPadParameters ? pad * kPadParameters + parameter : kValues + pad * kPadValues + parameter - kFirstValue;
}

// The pad of a parameter, and which of a pad's it is; not for kMainLevel and the outputs.
std::pair<int, PadParameter> pad_parameter(int index);

// What is asked of a sound: the value of a parameter from kHz to kLoudness in the engine's unit, and back.
// NaN is a value that is not asked for.
double value_asked(PadParameter parameter, float value);
float parameter_of(PadParameter parameter, double value);

// The words of a category, and its name in recipes; `number` is that of categories.py.
constexpr int kCategories = 11;
const char* category_name(int number);
const char* category_word(int number);
int category_number(const std::string& name);  // -1 if there is none

constexpr int kKitSeed = -1;       // the seed of a pad that plays a drum of a kit, or a sample of one's own
constexpr int kMostSeed = 999999;

struct ParameterFacts {
    std::string name, symbol, unit;
    float initial, least, most;
    bool whole;
    std::vector<std::pair<float, std::string>> words;  // values that have names
    bool logarithmic = false;                          // whether equal ratios sound equal
};

// Facts of any parameter, 0 to kParameters - 1.
ParameterFacts facts_of(int index);

// The name of a MIDI note, such as "C1"; Middle C, 60, is C3.
std::string note_name(int note);

}  // namespace ndm

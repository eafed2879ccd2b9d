// Where things are in the window, in units of a window of 1080 by 720.
#pragma once
#include <vector>

#include "../parameters.h"

namespace ndm {

constexpr float kWidth = 1080, kHeight = 720;

struct Box {
    float x, y, w, h;
    bool holds(double px, double py) const { return px >= x && py >= y && px < x + w && py < y + h; }
};

constexpr Box kHeader = {20, 10, 1040, 40}, kPadsPanel = {20, 60, 400, 400}, kPlacePanel = {20, 470, 400, 210},
              kDrumPanel = {436, 60, 624, 620}, kMap = {34, 484, 182, 182}, kWave = {452, 184, 592, 108},
              kFooter = {20, 686, 1040, 24};

enum class Kind { pad, map, wave, knob, chip, button };
enum Action { kOpen, kSave, kNew, kTheme, kRandom, kVary, kNextTake, kOpenSample, kSaveSound };

// Something that can be pointed at, and reached by Tab. `number` is a pad, a parameter of the chosen pad
// (kPadParameters is the main level), a category or an action.
struct Zone {
    Kind kind;
    int number;
    Box box;
    const char* label;
};

// All of them, in the order of Tab. Only the chosen pad can be reached; arrows go to the others.
inline const std::vector<Zone>& zones() {
    static const std::vector<Zone> made = [] {
        std::vector<Zone> out;
        for (int pad = 0; pad < kPads; pad++) {  // the first is at the bottom left, as on hardware
            const float x = kPadsPanel.x + 12 + 96.0f * static_cast<float>(pad % 4);
            const float y = kPadsPanel.y + 12 + 96.0f * static_cast<float>(3 - pad / 4);
            out.push_back({Kind::pad, pad, {x, y, 88, 88}, ""});
        }
        const float top = kDrumPanel.y + 14;
        out.push_back({Kind::button, kRandom, {614, top, 78, 32}, "Random"});
        out.push_back({Kind::button, kVary, {700, top, 84, 32}, "Variation"});
        out.push_back({Kind::button, kNextTake, {792, top, 60, 32}, "Take"});
        out.push_back({Kind::button, kOpenSample, {860, top, 90, 32}, "Sample …"});
        out.push_back({Kind::button, kSaveSound, {958, top, 86, 32}, "WAV …"});
        static constexpr float widths[] = {58, 58, 66, 104, 116, 104, 68, 68, 72, 62, 58};
        float x = 452, y = top + 42;
        for (int i = 0; i < kCategories; i++) {
            if (i == 6) x = 452, y += 33;
            out.push_back({Kind::chip, i, {x, y, widths[i], 28}, category_word(i)});
            x += widths[i] + 7;
        }
        out.push_back({Kind::wave, 0, kWave, ""});
        out.push_back({Kind::map, 0, kMap, ""});
        const char* places[] = {"P1", "P2", "P3"};
        for (int i = 0; i < 3; i++)
            out.push_back({Kind::knob, kP1 + i, {228 + 62.0f * static_cast<float>(i), 482, 60, 84}, places[i]});
        struct Knob {
            int number;
            const char* label;
        };
        static constexpr Knob knobs[] = {
            {kSeed, "Seed"}, {kTake, "Take"}, {kVariation, "Variation"}, {kWild, "Wild"}, {kHumanise, "Humanise"}, {kNote, "Note"}, {kOutput, "Output"},
            {kLevel, "Level"}, {kPan, "Pan"}, {kPitch, "Pitch"}, {kVelocity, "Velocity"}, {kCurve, "Curve"}, {kStart, "Start"}, {kEnd, "End"},
            {kChoke, "Choke"}, {kChokeTime, "Choke time"}, {kTimbre, "Timbre"}, {kPadParameters, "Main level"},
            {kHz, "Pitch in Hz"}, {kSweep, "Sweep"}, {kDecay, "Decay"}, {kAttack, "Attack"}, {kBrightness, "Brightness"}, {kNoisiness, "Noisiness"},
            {kBody, "Body"}, {kAir, "Air"}, {kLoudness, "Loudness"},
            {kToward, "Morph to"}, {kMorph, "Morph"}, {kBlend, "Blend"},
        };
        int place = 0;
        for (const Knob& knob : knobs) {
            const float kx = 450 + 74.5f * static_cast<float>(place % 8), ky = 330 + 86.0f * static_cast<float>(place / 8);
            out.push_back({Kind::knob, knob.number, {kx, ky, 74, 84}, knob.label});
            place++;
        }
        out.push_back({Kind::button, kOpen, {640, 14, 96, 32}, "Open kit"});
        out.push_back({Kind::button, kSave, {744, 14, 92, 32}, "Save kit"});
        out.push_back({Kind::button, kNew, {844, 14, 112, 32}, "New drums"});
        out.push_back({Kind::button, kTheme, {964, 14, 96, 32}, ""});
        return out;
    }();
    return made;
}

}  // namespace ndm

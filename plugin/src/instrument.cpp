#include "instrument.h"

#include <cmath>
#include <cstring>

#include "DistrhoPluginUtils.hpp"

START_NAMESPACE_DISTRHO

namespace {

constexpr double kLongestWait = 5;  // seconds that a host is kept waiting for the first sounds
constexpr const char* kState = "session";
static_assert(ndm::kOutputs == DISTRHO_PLUGIN_NUM_OUTPUTS, "a pair for each pad, and the main one");

}  // namespace

Instrument::Instrument() : Plugin(ndm::kParameters, 0, 1), player_(values_.data()) {
    for (int i = 0; i < ndm::kParameters; i++) values_[static_cast<size_t>(i)] = ndm::facts_of(i).initial;
    if (isDummyInstance()) return;
    workshop_ = std::make_unique<ndm::Workshop>(values_.data(), player_, getBinaryFilename());
    sampleRateChanged(getSampleRate());
}

Instrument::~Instrument() { workshop_.reset(); }

void Instrument::initAudioPort(bool, uint32_t index, AudioPort& port) {
    const uint32_t pad = index / 2;  // 0 is the main pair
    const bool left = index % 2 == 0;
    if (pad == 0) {
        port.groupId = kPortGroupStereo;
        port.name = left ? "Main left" : "Main right";
        port.symbol = left ? "main_left" : "main_right";
        return;
    }
    port.groupId = pad - 1;
    port.name = "Pad " + String(static_cast<int>(pad)) + (left ? " left" : " right");
    port.symbol = "pad" + String(static_cast<int>(pad)) + (left ? "_left" : "_right");
}

void Instrument::initPortGroup(uint32_t group, PortGroup& out) {
    if (group < ndm::kPads) {
        out.name = "Pad " + String(static_cast<int>(group + 1)) + " output";
        out.symbol = "output" + String(static_cast<int>(group + 1));
        return;
    }
    out.name = "Pad " + String(static_cast<int>(group + 1 - ndm::kPads));
    out.symbol = "pad" + String(static_cast<int>(group + 1 - ndm::kPads));
}

void Instrument::initParameter(uint32_t index, Parameter& parameter) {
    const ndm::ParameterFacts facts = ndm::facts_of(static_cast<int>(index));
    const bool is_output = ndm::is_output(static_cast<int>(index));
    parameter.hints = is_output ? kParameterIsOutput : kParameterIsAutomatable;
    if (facts.whole) parameter.hints |= kParameterIsInteger;
    if (facts.logarithmic) parameter.hints |= kParameterIsLogarithmic;
    parameter.name = facts.name.c_str();
    parameter.symbol = facts.symbol.c_str();
    parameter.unit = facts.unit.c_str();
    parameter.ranges = ParameterRanges(facts.initial, facts.least, facts.most);
    if (index < ndm::kMainLevel || index >= ndm::kValues) parameter.groupId = ndm::kPads + ndm::pad_parameter(static_cast<int>(index)).first;
    if (facts.words.empty()) return;
    const bool all = static_cast<float>(facts.words.size()) == facts.most - facts.least + 1;
    auto* words = new ParameterEnumerationValue[facts.words.size()];
    for (size_t i = 0; i < facts.words.size(); i++)
        words[i] = ParameterEnumerationValue(facts.words[i].first, facts.words[i].second.c_str());
    parameter.enumValues.count = static_cast<uint8_t>(facts.words.size());
    parameter.enumValues.restrictedMode = all;
    parameter.enumValues.values = words;
}

void Instrument::initState(uint32_t, State& state) {
    state.key = kState;
    state.label = "Sounds of the pads";
    state.hints = kStateIsOnlyForDSP;
}

float Instrument::getParameterValue(uint32_t index) const {
    if (index == ndm::kWaiting) return workshop_ ? static_cast<float>(workshop_->waiting()) : 0;
    if (index == ndm::kForeign) return workshop_ ? static_cast<float>(workshop_->foreign()) : 0;
    return values_[index].load(std::memory_order_relaxed);
}

void Instrument::setParameterValue(uint32_t index, float value) {
    // Hosts send what they like; a value that is no number would spoil every sum.
    if (index >= ndm::kParameters || ndm::is_output(static_cast<int>(index)) || !std::isfinite(value)) return;
    const float before = values_[index].exchange(value, std::memory_order_relaxed);
    if (before != value && workshop_) workshop_->changed(static_cast<int>(index));
}

String Instrument::getState(const char* key) const {
    if (!workshop_ || std::strcmp(key, kState) != 0) return String();
    return String(workshop_->session().c_str());
}

void Instrument::setState(const char* key, const char* value) {
    if (workshop_ && std::strcmp(key, kState) == 0 && value && *value) workshop_->restore(value);
}

void Instrument::activate() {
    player_.reset(getSampleRate());
    // So that the first block of a bounce has its sounds.
    if (workshop_) workshop_->settle(kLongestWait);
}

void Instrument::sampleRateChanged(double rate) {
    if (workshop_) workshop_->set_rate(rate);
}

void Instrument::run(const float**, float** outputs, uint32_t frames, const MidiEvent* events, uint32_t count) {
    for (int i = 0; i < ndm::kOutputs; i++) std::memset(outputs[i], 0, frames * sizeof(float));
    ndm::SongPlace place;
    const TimePosition& time = getTimePosition();
    if (time.playing && time.bbt.valid && time.bbt.ticksPerBeat > 0 && time.bbt.beatType > 0) {
        const double beats = (time.bbt.bar - 1) * static_cast<double>(time.bbt.beatsPerBar) + time.bbt.beat - 1 +
                             time.bbt.tick / time.bbt.ticksPerBeat;
        const double sixteenths = 16 / static_cast<double>(time.bbt.beatType);
        place.known = true;
        place.sixteenths = beats * sixteenths;
        place.per_frame = time.bbt.beatsPerMinute / 60 / getSampleRate() * 4;
    }
    player_.begin(place);
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        const MidiEvent& event = events[i];
        const uint32_t frame = std::min(event.frame, frames);
        if (frame > at) player_.play(outputs, at, frame), at = frame;
        if (event.size <= MidiEvent::kDataSize) player_.midi(event.data, event.size, frame);
    }
    player_.play(outputs, at, frames);
}

Plugin* createPlugin() { return new Instrument(); }

END_NAMESPACE_DISTRHO

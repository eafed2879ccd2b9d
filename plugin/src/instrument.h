// The plug-in as DPF sees it: parameters, state, ports, and the audio thread's call.
#pragma once
#include <array>
#include <atomic>
#include <memory>

#include "DistrhoPlugin.hpp"
#include "parameters.h"
#include "play/player.h"
#include "workshop.h"

START_NAMESPACE_DISTRHO

class Instrument : public Plugin {
public:
    Instrument();
    ~Instrument() override;

    // For the window; null in an instance that only tells a host what there is.
    ndm::Workshop* workshop() { return workshop_.get(); }
    const ndm::Player& player() const { return player_; }

protected:
    const char* getLabel() const override { return "NeuralDrumMachine"; }
    const char* getDescription() const override { return "A neural network that makes drum hits, on sixteen pads"; }
    const char* getMaker() const override { return "The Neural Drum Machine authors"; }
    const char* getLicense() const override { return "MIT"; }
    uint32_t getVersion() const override { return d_version(0, 2, 0); }
    int64_t getUniqueId() const override { return d_cconst('N', 'd', 'm', 'i'); }

    void initAudioPort(bool input, uint32_t index, AudioPort& port) override;
    void initParameter(uint32_t index, Parameter& parameter) override;
    void initPortGroup(uint32_t group, PortGroup& out) override;
    void initState(uint32_t index, State& state) override;
    float getParameterValue(uint32_t index) const override;
    void setParameterValue(uint32_t index, float value) override;
    String getState(const char* key) const override;
    void setState(const char* key, const char* value) override;
    void activate() override;
    void sampleRateChanged(double rate) override;
    void run(const float** inputs, float** outputs, uint32_t frames, const MidiEvent* events, uint32_t count) override;

private:
    std::array<std::atomic<float>, ndm::kParameters> values_{};
    ndm::Player player_;
    std::unique_ptr<ndm::Workshop> workshop_;
};

END_NAMESPACE_DISTRHO

#include "encoder.h"

#include <stdexcept>

#include "../own/compact_form.h"

namespace ndm {
namespace {

constexpr float kMostPeak = 1.99f;

}  // namespace

Encoder::Encoder(std::shared_ptr<const Model> model, const std::string& binary) : model_(std::move(model)) {
    const std::vector<uint8_t> bytes = model_bytes(binary);
    char sentence[NDM_SENTENCE] = "";
    if (ndm_encoder_open(model_->engine_model(), bytes.data(), bytes.size(), nullptr, &encoder_, sentence))
        throw std::runtime_error(*sentence ? sentence : "no memory for the encoder; end other programs");
}

Encoder::~Encoder() { ndm_encoder_close(encoder_); }

// Finds the code of a sample, in the best category where it is -1, and gives it its form. The engine is the caller's.
void Encoder::encode(SharedEngine& shared, Anchor& sample, int category) const {
    double scale = 0;
    const Levels levels = shared.hearing({sample.sound, static_cast<size_t>(sample.onset), 1}, scale);
    auto check = [&](ndm_status status) {
        if (status) throw std::runtime_error(ndm_last_sentence(shared.engine()));
    };
    int32_t number = category;
    if (number < 0) check(ndm_guess(encoder_, shared.engine(), levels.mel.data(), levels.air.data(), levels.attack.data(), &number));
    sample.category = model_->categories().at(static_cast<size_t>(number));
    sample.code.resize(static_cast<size_t>(model_->latent_dim()));
    check(ndm_encode(encoder_, shared.engine(), number, levels.mel.data(), levels.air.data(), levels.attack.data(), 0, sample.code.data()));
    give_form(sample);
}

OwnSample Encoder::sample(const Clip& clip, const std::string& name, int category, std::vector<std::string>& notes) const {
    SharedEngine& shared = shared_engine();
    std::lock_guard<std::mutex> lock(shared.mutex);
    shared.open(model_);
    try {
        OwnSound own = own_sound(clip, [&](const Samples& mono) { return shared.found_hit(mono); });
        Anchor found;
        found.sound = std::move(own.sound);
        found.onset = own.onset;
        found.name = name;
        if (const float peak = found.sound.peak(); peak > kMostPeak) {  // a session could not keep it
            found.sound.each([&](Samples& each) { for (float& x : each) x /= peak; });
            own.notes.push_back("It passes full scale by more than 6 dB, so it is made quieter.");
        }
        encode(shared, found, category);
        notes = std::move(own.notes);
        return std::make_shared<const Anchor>(std::move(found));
    } catch (const std::exception& error) {
        const std::string said = error.what();
        throw std::runtime_error(said.rfind(name, 0) == 0 ? said : name + ": " + said);
    }
}

OwnSample Encoder::in_category(const Anchor& sample, int category) const {
    SharedEngine& shared = shared_engine();
    std::lock_guard<std::mutex> lock(shared.mutex);
    shared.open(model_);
    Anchor found = sample;
    encode(shared, found, category);
    return std::make_shared<const Anchor>(std::move(found));
}

std::shared_ptr<const Encoder> shared_encoder(const std::shared_ptr<const Model>& model, const std::string& binary) {
    static std::mutex mutex;
    static std::weak_ptr<const Encoder> kept;
    static std::weak_ptr<const Model> its;
    std::lock_guard<std::mutex> lock(mutex);
    std::shared_ptr<const Encoder> encoder = its.lock() == model ? kept.lock() : nullptr;
    if (!encoder) kept = encoder = std::make_shared<const Encoder>(model, binary), its = model;
    return encoder;
}

}  // namespace ndm

// How samples of one's own come to pads.
#include <stdexcept>

#include "own/audio_file.h"
#include "workshop.h"

namespace ndm {
namespace {

std::string without_ending(const std::string& name) {
    const size_t dot = name.find_last_of('.');
    return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

}  // namespace

void Workshop::bring(int pad, const std::string& path) {
    {
        std::lock_guard<std::mutex> lock(mutex_);
        arrivals_.push_back({pad, path, nullptr, -1});
    }
    ask();
}

bool Workshop::hear_as(int pad, int category) {
    {
        std::lock_guard<std::mutex> lock(mutex_);
        const std::shared_ptr<const Recipe> base = base_of(pad);
        if (!base || base->samples.size() != 1) return false;
        arrivals_.push_back({pad, "", base->samples.front(), category});
    }
    ask();
    return true;
}

std::optional<Arrived> Workshop::arrived() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (arrived_.empty()) return {};
    Arrived out = std::move(arrived_.front());
    arrived_.pop_front();
    return out;
}

// Takes the next sample in; false if there is none.
bool Workshop::take_in() {
    Arrival arrival;
    {
        std::lock_guard<std::mutex> lock(mutex_);
        if (arrivals_.empty()) return false;
        arrival = arrivals_.front();
    }
    Arrived out;
    try {
        out = taken_in(arrival);
    } catch (const std::exception& error) {
        out.told = error.what();
    }
    std::lock_guard<std::mutex> lock(mutex_);
    arrived_.push_back(std::move(out));
    arrivals_.pop_front();
    return true;
}

Arrived Workshop::taken_in(const Arrival& arrival) {
    if (!maker_) throw std::runtime_error(fault_);
    if (!encoder_) encoder_ = shared_encoder(maker_->shared(), binary_);
    std::vector<std::string> notes;
    const std::string name = file_name(arrival.path);
    const int category = arrival.again ? maker_->model().number_of(category_name(arrival.category)) : -1;
    if (arrival.again && category < 0) throw std::runtime_error(std::string("the model has no ") + category_name(arrival.category));
    const OwnSample sample = arrival.again ? encoder_->in_category(*arrival.again, category) : encoder_->sample(read_audio(arrival.path), name, -1, notes);
    Drum drum;
    drum.category = maker_->model().number_of(sample->category);
    drum.code = sample->code;
    drum.own = {{sample, 1.0f}};
    Arrived out;
    out.told = "Pad " + std::to_string(arrival.pad + 1) + " plays " + sample->name + " as " + category_word(category_number(sample->category)) + ".";
    for (const std::string& each : notes) out.told += " " + each;
    auto set = [&](PadParameter parameter, float value) { out.values.emplace_back(index_of(arrival.pad, parameter), value); };
    set(kCategory, static_cast<float>(category_number(sample->category)));
    set(kSeed, kKitSeed);
    set(kEnd, 100);
    for (PadParameter each : {kTake, kVariation, kP1, kP2, kP3, kStart, kPitch, kToward, kMorph, kBlend}) set(each, 0);
    for (int i = 0; i < NDM_QUALITIES; i++) set(static_cast<PadParameter>(kFirstValue + i), parameter_of(static_cast<PadParameter>(kFirstValue + i), NAN));
    std::lock_guard<std::mutex> lock(mutex_);
    Pad& own = pads_[arrival.pad];
    if (!arrival.again) own.name = without_ending(name);
    own.family.clear();
    own.locked = false;
    own.base = std::make_shared<const Recipe>(Recipe::of(recipe_values(maker_->model(), drum, -1), {sample}));
    own.base_key = key_of(own.base->values);
    own.version++;
    return out;
}

}  // namespace ndm

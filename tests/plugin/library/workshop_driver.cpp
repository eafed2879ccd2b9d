// The plug-in without a host: its workshop, for tests of what only the window asks for.
#include <atomic>
#include <cstring>
#include <exception>
#include <memory>
#include <string>

#include "workshop.h"

namespace {

struct Driver {
    std::atomic<float> values[ndm::kParameters];
    std::unique_ptr<ndm::Player> player;
    std::unique_ptr<ndm::Workshop> workshop;
    std::string said;
};

}  // namespace

#define API extern "C" __attribute__((visibility("default")))

// `binary` is a path in the folder where the model's resources lie.
API Driver* driver_open(const char* binary) {
    auto* out = new Driver;
    for (int i = 0; i < ndm::kParameters; i++) out->values[i] = ndm::facts_of(i).initial;
    out->player = std::make_unique<ndm::Player>(out->values);
    out->workshop = std::make_unique<ndm::Workshop>(out->values, *out->player, binary);
    out->workshop->set_rate(44100);
    out->workshop->settle(60);
    return out;
}

API void driver_close(Driver* driver) {
    driver->workshop.reset();
    delete driver;
}

API void driver_set(Driver* driver, int index, float value) {
    driver->values[index] = value;
    driver->workshop->changed(index);
}

API float driver_value(Driver* driver, int index) { return driver->values[index]; }

// Returns what went wrong, or "". The parameters are set as a host would.
API const char* driver_load(Driver* driver, const char* path) {
    driver->said.clear();
    try {
        for (auto [index, value] : driver->workshop->load_kit(path)) driver_set(driver, index, value);
        driver->workshop->settle(60);
    } catch (const std::exception& error) {
        driver->said = error.what();
    }
    return driver->said.c_str();
}

API const char* driver_save(Driver* driver, const char* path) {
    driver->said.clear();
    try {
        driver->workshop->save_kit(path);
    } catch (const std::exception& error) {
        driver->said = error.what();
    }
    return driver->said.c_str();
}

API const char* driver_status(Driver* driver) {
    driver->workshop->settle(60);
    driver->said = driver->workshop->status();
    return driver->said.c_str();
}

API const char* driver_note(Driver* driver, int pad) {
    driver->workshop->settle(60);
    driver->said = driver->workshop->view(pad).note;
    return driver->said.c_str();
}

API const char* driver_name(Driver* driver, int pad) {
    driver->said = driver->workshop->view(pad).name;
    return driver->said.c_str();
}

// Writes up to `room` samples of a pad's sound at 44,100 Hz, the right channel behind the left one; returns how many
// there are.
API int driver_sound(Driver* driver, int pad, float* out, int room) {
    driver->workshop->settle(60);
    const auto sound = driver->workshop->view(pad).sound;
    if (!sound) return 0;
    const ndm::Samples both = sound->joined();
    const int count = static_cast<int>(both.size());
    std::memcpy(out, both.data(), sizeof(float) * static_cast<size_t>(count < room ? count : room));
    return count;
}

API int driver_channels(Driver* driver, int pad) {
    const auto sound = driver->workshop->view(pad).sound;
    return sound ? sound->channels() : 0;
}

// Brings a file to a pad, or lets its sample be heard in a category where the path is empty. Returns what was told.
API const char* driver_bring(Driver* driver, int pad, const char* path, int category) {
    driver->said = "no sample";
    if (*path) driver->workshop->bring(pad, path);
    else if (!driver->workshop->hear_as(pad, category)) return driver->said.c_str();
    driver->workshop->settle(60);
    if (const auto arrived = driver->workshop->arrived()) {
        for (auto [index, value] : arrived->values) driver_set(driver, index, value);
        driver->said = arrived->told;
    }
    return driver->said.c_str();
}

API const char* driver_sample(Driver* driver, int pad) {
    driver->said = driver->workshop->view(pad).sample;
    return driver->said.c_str();
}

API const char* driver_save_sound(Driver* driver, int pad, const char* path) {
    driver->said.clear();
    try {
        driver->workshop->save_sound(pad, path);
    } catch (const std::exception& error) {
        driver->said = error.what();
    }
    return driver->said.c_str();
}

API const char* driver_session(Driver* driver) {
    driver->said = driver->workshop->session();
    return driver->said.c_str();
}

API void driver_restore(Driver* driver, const char* text) {
    driver->workshop->restore(text);
    driver->workshop->settle(60);
}

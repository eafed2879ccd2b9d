// What the window does with mouse and keys. Over 250 lines, because every zone has its few.
#include "window.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <exception>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "../own/audio_file.h"
#include "../session/utf8_path.h"

START_NAMESPACE_DISTRHO

using namespace ndm;

namespace {

constexpr int kFlash = 6;           // turns of the idle call that a struck pad is lit
constexpr double kDrag = 180;       // units of a drag over a knob's whole range
constexpr double kDragOut = 30;     // units from where a pad was pressed to where its drag begins
constexpr uint kDoubleClick = 350;  // ms
constexpr uint kTab = 9, kEnter = 13, kSpace = 32;

double clamped(double value, double least, double most) { return std::min(most, std::max(least, value)); }

// A place on a knob, 0 to 1, and the value there.
double share_of(const ParameterFacts& facts, double value) {
    if (facts.logarithmic) return std::log(value / facts.least) / std::log(static_cast<double>(facts.most) / facts.least);
    return (value - facts.least) / (static_cast<double>(facts.most) - facts.least);
}

double value_of(const ParameterFacts& facts, double share) {
    if (facts.logarithmic) return facts.least * std::pow(static_cast<double>(facts.most) / facts.least, share);
    return facts.least + share * (static_cast<double>(facts.most) - facts.least);
}

}  // namespace

Window::Window() : UI(DISTRHO_UI_DEFAULT_WIDTH, DISTRHO_UI_DEFAULT_HEIGHT), instrument_(static_cast<Instrument*>(getPluginInstancePointer())) {
    for (int i = 0; i < kParameters; i++) values_[static_cast<size_t>(i)] = facts_of(i).initial;
    seed_ = static_cast<uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count()) | 1u;
    loadSharedResources();
    const double scale = getScaleFactor();
    setGeometryConstraints(static_cast<uint>(kWidth * 2 / 3), static_cast<uint>(kHeight * 2 / 3), true);
    if (scale != 1.0) setSize(static_cast<uint>(kWidth * scale), static_cast<uint>(kHeight * scale));
    if (!workshop()) told_ = "This host runs the window apart from the plug-in: it shows parameters, and no sounds.";
}

int Window::index_of(int number) const {
    return number == kPadParameters ? kMainLevel : ndm::index_of(pad_, static_cast<PadParameter>(number));
}

void Window::parameterChanged(uint32_t index, float value) {
    if (index >= kParameters) return;
    values_[index] = value;
    repaint();
}

void Window::uiIdle() {
    if (!workshop()) return;
    bool is_new = false;
    for (int pad = 0; pad < kPads; pad++) {
        const size_t at = static_cast<size_t>(pad);
        const uint32_t struck = instrument_->player().struck(pad);
        if (struck != struck_[at]) struck_[at] = struck, flash_[at] = kFlash + 1;
        if (flash_[at]) flash_[at]--, is_new = true;
        PadView view = workshop()->view(pad);
        if (view.version != views_[at].version || view.name != views_[at].name) is_new = true;
        views_[at] = std::move(view);
    }
    take_drops();
    while (std::optional<Arrived> arrived = workshop()->arrived()) {
        for (auto [index, value] : arrived->values) set_index(index, value);
        tell(arrived->told);
    }
    if (!model_) model_ = workshop()->model(), is_new |= model_ != nullptr;
    const int waiting = workshop()->waiting();
    const std::string status = workshop()->status();
    is_new |= waiting != waiting_ || status != status_;
    waiting_ = waiting;
    status_ = status;
    if (is_new) repaint();
}

void Window::set_index(int index, float value) {
    const ParameterFacts facts = facts_of(index);
    value = static_cast<float>(clamped(facts.whole ? std::round(value) : value, facts.least, facts.most));
    if (values_[static_cast<size_t>(index)] == value) return;
    const bool held = index == held_index_;
    if (!held) editParameter(static_cast<uint32_t>(index), true);
    values_[static_cast<size_t>(index)] = value;
    setParameterValue(static_cast<uint32_t>(index), value);
    if (!held) editParameter(static_cast<uint32_t>(index), false);
    repaint();
}

void Window::set(int number, float value) { set_index(index_of(number), value); }

void Window::step(int number, double steps) {
    const ParameterFacts facts = facts_of(index_of(number));
    if (facts.whole) set(number, static_cast<float>(value(number) + steps));
    else set(number, static_cast<float>(value_of(facts, clamped(share_of(facts, shown(number)) + steps / 100, 0, 1))));
}

bool Window::is_offered(int number) const {
    const PadView& view = views_[static_cast<size_t>(pad_)];
    if (number == kBlend) return !view.sample.empty();
    if (number == kMorph) return value(kToward) > 0;
    return !is_value(number) || view.offered >> (number - kFirstValue) & 1;
}

// Where a knob stands: a value that is not asked for is where the sound has it.
float Window::shown(int number) const {
    const float set = value(number);
    if (!is_value(number)) return set;
    const ParameterFacts facts = facts_of(index_of(number));
    const double has = views_[static_cast<size_t>(pad_)].values[static_cast<size_t>(number - kFirstValue)];
    if (set > facts.least || !std::isfinite(has)) return set;
    return static_cast<float>(clamped(parameter_of(static_cast<PadParameter>(number), has), facts.least, facts.most));
}

std::string Window::words(int number) const {
    const ParameterFacts facts = facts_of(index_of(number));
    if (!is_offered(number)) return "–";
    const float now = shown(number);
    for (const auto& [at, text] : facts.words)
        if (std::round(now) == at) return text;
    char text[40];
    const bool is_signed = facts.least < -1 && number != kSeed && number != kLoudness;
    const bool is_fine = facts.unit == "dB" || facts.unit == "st" || facts.unit == "LUFS" || (facts.logarithmic && now < 100);
    const int digits = facts.whole ? 0 : facts.most - facts.least <= 7 ? 2 : is_fine ? 1 : 0;
    std::snprintf(text, sizeof text, is_signed ? "%+.*f%s%s" : "%.*f%s%s", digits, static_cast<double>(now) + 0.0,
                  facts.unit.empty() ? "" : " ", facts.unit.c_str());
    return text;
}

uint32_t Window::random(uint32_t most) {  // xorshift
    seed_ ^= seed_ << 13, seed_ ^= seed_ >> 17, seed_ ^= seed_ << 5;
    return seed_ % (most + 1);
}

void Window::act(int action) {
    told_.clear();
    switch (action) {
    case kRandom:
        for (int each : {kVariation, kP1, kP2, kP3}) set(each, 0);
        set(kSeed, static_cast<float>(random(kMostSeed)));
        break;
    case kVary: set(kVariation, static_cast<float>(1 + random(998))); break;
    case kNextTake: set(kTake, std::fmod(value(kTake) + 1, 64.0f)); break;
    case kNew:
        for (int pad = 0; pad < kPads; pad++)
            set_index(ndm::index_of(pad, kSeed), static_cast<float>(random(kMostSeed)));
        break;
    case kTheme: theme_ = theme_ == &kDark ? &kLight : &kDark; break;
    case kOpen: ask_for(File::open, false, "Open a kit", ""); break;
    case kSave: ask_for(File::save, true, "Save the kit", "kit.ndkit"); break;
    case kOpenSample: ask_for(File::sample, false, "Open a sample", ""); break;
    case kSaveSound: ask_for(File::sound, true, "Save the sound", views_[static_cast<size_t>(pad_)].name + ".wav"); break;
    }
    repaint();
}

void Window::ask_for(File file, bool is_saving, const char* title, const std::string& name) {
    FileBrowserOptions options;
    file_ = file;
    file_pad_ = pad_;
    options.saving = is_saving;
    options.title = title;
    options.defaultName = name.empty() ? nullptr : name.c_str();
    if (!openFileBrowser(options)) tell("This host opens no files for plug-ins.");
}

void Window::uiFileBrowserSelected(const char* path) {
    const File file = file_;
    file_ = File::none;
    if (!path || !workshop()) return;
    std::string name = path;
    try {
        if (file == File::open) {
            for (auto [index, value] : workshop()->load_kit(name)) set_index(index, value);
            tell("Opened " + name);
        } else if (file == File::save) {
            if (name.size() < 6 || name.compare(name.size() - 6, 6, ".ndkit") != 0) name += ".ndkit";
            workshop()->save_kit(name);
            tell("Saved " + name);
        } else if (file == File::sample) {
            workshop()->bring(file_pad_, name);
        } else if (file == File::sound) {
            if (name.size() < 4 || name.compare(name.size() - 4, 4, ".wav") != 0) name += ".wav";
            workshop()->save_sound(file_pad_, name);
            tell("Saved " + name);
        }
    } catch (const std::exception& error) {
        tell(error.what());
    }
}

// Files go to the pad that they are dropped on, or to the chosen one, and the rest of them to the pads behind it.
void Window::take_drops() {
    if (!drags_) {
        const uintptr_t handle = getWindow().getNativeWindowHandle();
        if (!handle) return;
        drags_ = std::make_unique<DragAndDrop>(handle);
    }
    for (const DragAndDrop::Drop& drop : drags_->take()) {
        const Zone* zone = zone_at(drop.x * kWidth / getWidth(), drop.y * kHeight / getHeight());
        const int first = zone && zone->kind == Kind::pad ? zone->number : pad_;
        pad_ = first;
        for (size_t i = 0; i < drop.paths.size() && first + static_cast<int>(i) < kPads; i++) workshop()->bring(first + static_cast<int>(i), drop.paths[i]);
        tell(drop.paths.size() == 1 ? "Reading " + drop.paths[0] : "Reading " + std::to_string(drop.paths.size()) + " files");
    }
}

// The pad that is held leaves the window as a file.
void Window::drag_out() {
    const int pad = held_->number;
    held_ = nullptr;
    try {
        // A name that nobody foresees: the folder of temporary files may be everybody's.
        if (dragged_from_.empty()) {
            std::random_device chance;
            const std::filesystem::path place = std::filesystem::temp_directory_path() / ("neural-drum-machine-" + std::to_string(chance()) + std::to_string(chance()));
            if (!std::filesystem::create_directory(place)) throw std::runtime_error(place.string() + ": exists already; try again");
            std::filesystem::permissions(place, std::filesystem::perms::owner_all);
            dragged_from_ = place;
        }
        std::string name = views_[static_cast<size_t>(pad)].name;
        for (char& each : name)
            if (std::strchr("/\\:*?\"<>|", each) || static_cast<unsigned char>(each) < 32) each = '-';
        const std::u8string path = (dragged_from_ / path_of(name + ".wav")).u8string();
        const std::string file(path.begin(), path.end());
        workshop()->save_sound(pad, file);
        tell(drags_ && drags_->drag(file) ? "Drop " + file_name(file) + " where it is to go" : "Here no pad can be dragged out; WAV … saves it.");
    } catch (const std::exception& error) {
        tell(error.what());
    }
}

void Window::choose_category(int category) {
    if (std::lround(value(kCategory)) == category) return;
    if (workshop() && workshop()->hear_as(pad_, category)) return;
    set(kCategory, static_cast<float>(category));
    if (std::lround(value(kSeed)) == kKitSeed) set(kSeed, static_cast<float>(random(kMostSeed)));
}

void Window::strike(int pad, int velocity) {
    const float note = values_[static_cast<size_t>(ndm::index_of(pad, kNote))];
    sendNote(0, static_cast<uint8_t>(std::lround(note)), static_cast<uint8_t>(velocity));
}

// The map reaches from -2 to 2; a place is where the drum was drawn plus how far P1 and P2 move it.
void Window::place_at(double x, double y) {
    const double across = (x - kMap.x) / kMap.w * 4 - 2, up = 2 - (y - kMap.y) / kMap.h * 4;
    set(kP1, static_cast<float>(clamped(across, -2, 2) - from_[0]));
    set(kP2, static_cast<float>(clamped(up, -2, 2) - from_[1]));
}

void Window::cut_at(double x) {
    const double place = clamped((x - kWave.x) / kWave.w * 100, 0, 100);
    if (cuts_end_) set(kEnd, static_cast<float>(std::max(place, value(kStart) + 1.0)));
    else set(kStart, static_cast<float>(std::min(place, value(kEnd) - 1.0)));
}

const Zone* Window::zone_at(double x, double y) const {
    for (const Zone& zone : zones())
        if (zone.box.holds(x, y)) return &zone;
    return nullptr;
}

bool Window::press(const Zone& zone, double x, double y, const MouseEvent& event) {
    const bool is_double = event.time - clicked_ < kDoubleClick && held_ == nullptr && focus_ == static_cast<size_t>(&zone - zones().data());
    clicked_ = event.time;
    focus_ = static_cast<size_t>(&zone - zones().data());
    is_keyboard_ = false;
    held_ = &zone;
    switch (zone.kind) {
    case Kind::pad:
        pad_ = zone.number;
        held_x_ = x, held_y_ = y;
        // The lower on the pad, the harder.
        strike(zone.number, static_cast<int>(clamped(50 + 77 * (y - zone.box.y) / zone.box.h * 1.3, 1, 127)));
        break;
    case Kind::chip: choose_category(zone.number); break;
    case Kind::button: act(zone.number); break;
    case Kind::knob:
        if (is_double) {
            set(zone.number, facts_of(index_of(zone.number)).initial);
            held_ = nullptr;
            break;
        }
        held_index_ = index_of(zone.number);
        held_y_ = y;
        held_value_ = shown(zone.number);
        editParameter(static_cast<uint32_t>(held_index_), true);
        break;
    case Kind::map: {
        const auto& place = views_[static_cast<size_t>(pad_)].place;
        from_[0] = place[0] - value(kP1);
        from_[1] = place[1] - value(kP2);
        if (is_double) set(kP1, 0), set(kP2, 0), held_ = nullptr;
        else place_at(x, y);
        break;
    }
    case Kind::wave: {
        const double place = (x - kWave.x) / kWave.w * 100;
        cuts_end_ = std::fabs(place - value(kEnd)) < std::fabs(place - value(kStart));
        if (is_double) set(kStart, 0), set(kEnd, 100), held_ = nullptr;
        else cut_at(x);
        break;
    }
    }
    repaint();
    return true;
}

bool Window::onMouse(const MouseEvent& event) {
    const double x = event.pos.getX() * kWidth / getWidth(), y = event.pos.getY() * kHeight / getHeight();
    if (event.button != 1) return false;
    if (event.press) {
        const Zone* zone = zone_at(x, y);
        return zone && press(*zone, x, y, event);
    }
    if (held_index_ >= 0) editParameter(static_cast<uint32_t>(held_index_), false);
    held_index_ = -1;
    held_ = nullptr;
    return true;
}

bool Window::onMotion(const MotionEvent& event) {
    if (!held_) return false;
    const double x = event.pos.getX() * kWidth / getWidth(), y = event.pos.getY() * kHeight / getHeight();
    if (held_->kind == Kind::pad && workshop() && std::hypot(x - held_x_, y - held_y_) > kDragOut) drag_out();
    else if (held_->kind == Kind::map) place_at(x, y);
    else if (held_->kind == Kind::wave) cut_at(x);
    else if (held_->kind == Kind::knob) {
        const ParameterFacts facts = facts_of(held_index_);
        const double by = (held_y_ - y) / kDrag * (event.mod & kModifierShift ? 0.1 : 1);
        if (held_->number == kSeed) set(kSeed, static_cast<float>(held_value_ + 1000 * by));
        else set(held_->number, static_cast<float>(value_of(facts, clamped(share_of(facts, held_value_) + by, 0, 1))));
    }
    return true;
}

bool Window::onScroll(const ScrollEvent& event) {
    const double x = event.pos.getX() * kWidth / getWidth(), y = event.pos.getY() * kHeight / getHeight();
    const Zone* zone = zone_at(x, y);
    if (!zone || zone->kind != Kind::knob) return false;
    step(zone->number, event.delta.getY() > 0 ? 1 : -1);
    return true;
}

void Window::focus_next(int direction) {
    const size_t count = zones().size();
    do focus_ = (focus_ + count + static_cast<size_t>(static_cast<long>(count) + direction)) % count;
    while (zones()[focus_].kind == Kind::pad && zones()[focus_].number != pad_);
}

bool Window::key_on(const Zone& zone, uint key, bool is_fine) {
    const int across = key == kKeyRight ? 1 : key == kKeyLeft ? -1 : 0, up = key == kKeyUp ? 1 : key == kKeyDown ? -1 : 0;
    const bool is_pressed = key == kEnter || key == kSpace;
    switch (zone.kind) {
    case Kind::pad:
        if (is_pressed) return strike(pad_, 110), true;
        if (!across && !up) return false;
        pad_ = (pad_ + across + 4 * up + kPads) % kPads;
        focus_ = static_cast<size_t>(pad_);
        return true;
    case Kind::chip:
        if (is_pressed) choose_category(zone.number);
        return is_pressed;
    case Kind::button:
        if (is_pressed) act(zone.number);
        return is_pressed;
    case Kind::map:
        if (across) step(kP1, across * (is_fine ? 0.2 : 1.25));
        if (up) step(kP2, up * (is_fine ? 0.2 : 1.25));
        return across || up;
    case Kind::wave:
        if (across) step(kStart, across);
        if (up) step(kEnd, up);
        return across || up;
    case Kind::knob: {
        const ParameterFacts facts = facts_of(index_of(zone.number));
        if (across || up) return step(zone.number, (across + up) * (is_fine && !facts.whole ? 0.1 : 1)), true;
        if (key == kKeyPageUp || key == kKeyPageDown) return step(zone.number, key == kKeyPageUp ? 10 : -10), true;
        if (key == kKeyHome) return set(zone.number, facts.least), true;
        if (key == kKeyEnd) return set(zone.number, facts.most), true;
        if (key == kKeyDelete || key == kKeyBackspace) return set(zone.number, facts.initial), true;
        return false;
    }
    }
    return false;
}

bool Window::onKeyboard(const KeyboardEvent& event) {
    if (!event.press) return false;
    const uint key = event.key;
    bool is_used = true;
    if (key == kTab) focus_next(event.mod & kModifierShift ? -1 : 1);
    else if (!key_on(zones()[focus_], key, event.mod & kModifierShift)) {
        if (key == 'r' || key == 'R') act(kRandom);
        else if (key == 'v' || key == 'V') act(kVary);
        else if (key == 't' || key == 'T') act(kNextTake);
        else if (key == kSpace) strike(pad_, 110);
        else is_used = false;
    }
    if (is_used) is_keyboard_ = true, repaint();
    return is_used;
}

UI* createUI() { return new Window(); }

END_NAMESPACE_DISTRHO

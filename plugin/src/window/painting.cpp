// How the window looks. Everything is drawn anew when something has changed. Over 250 lines, because each zone
// is drawn by itself.
#include <algorithm>
#include <cmath>

#include "window.h"

START_NAMESPACE_DISTRHO

using namespace ndm;

namespace {

constexpr float kPi = 3.14159265f;
constexpr int kMapPixels = 96;

}  // namespace

uint32_t Window::accent_of(int pad) const {
    const long category = std::lround(values_[static_cast<size_t>(ndm::index_of(pad, kCategory))]);
    return theme_->accents[std::min(10L, std::max(0L, category))];
}

void Window::panel(const Box& box, uint32_t fill_rgb, float radius) {
    beginPath();
    roundedRect(box.x, box.y, box.w, box.h, radius);
    fillColor(color(fill_rgb));
    fill();
}

void Window::words_at(float x, float y, float size, uint32_t rgb, const std::string& text_, int align) {
    if (text_.empty()) return;
    fontSize(size);
    textAlign(align | ALIGN_MIDDLE);
    fillColor(color(rgb));
    text(x, y, text_.c_str(), nullptr);
}

std::string Window::fitted(const std::string& text_, float size, float width) {
    fontSize(size);
    Rectangle<float> bounds;
    std::string out = text_;
    while (!out.empty() && textBounds(0, 0, (out == text_ ? out : out + "…").c_str(), nullptr, bounds) > width) {
        out.pop_back();
        while (!out.empty() && (out.back() & 0xc0) == 0x80) out.pop_back();  // the rest of a character
    }
    return out == text_ ? out : out + "…";
}

void Window::bars(const Box& box, const Audio& audio, uint32_t rgb) {
    const int count = static_cast<int>(box.w / 3);
    for (int i = 0; i < count; i++) {
        const size_t from = audio.size() * static_cast<size_t>(i) / static_cast<size_t>(count);
        const size_t to = audio.size() * static_cast<size_t>(i + 1) / static_cast<size_t>(count);
        float peak = 0;
        for (size_t k = from; k < to; k++) peak = std::max(peak, audio.at(k));
        const float height = std::max(1.5f, box.h * std::min(1.0f, peak));
        beginPath();
        rect(box.x + 3 * static_cast<float>(i), box.y + (box.h - height) / 2, 1.8f, height);
        fillColor(color(rgb));
        fill();
    }
}

void Window::paint_pad(const Zone& zone) {
    const size_t at = static_cast<size_t>(zone.number);
    const PadView& view = views_[at];
    const Box& box = zone.box;
    panel(box, theme_->raised, 11);
    if (flash_[at]) {
        beginPath();
        roundedRect(box.x, box.y, box.w, box.h, 11);
        fillColor(color(accent_of(zone.number), 0.09f * static_cast<float>(flash_[at])));
        fill();
    }
    if (zone.number == pad_) {
        beginPath();
        roundedRect(box.x + 0.75f, box.y + 0.75f, box.w - 1.5f, box.h - 1.5f, 11);
        strokeColor(color(accent_of(zone.number)));
        strokeWidth(1.8f);
        stroke();
    }
    const long note = std::lround(values_[static_cast<size_t>(ndm::index_of(zone.number, kNote))]);
    words_at(box.x + 8, box.y + 12, 10.5f, theme_->soft, std::to_string(zone.number + 1), ALIGN_LEFT);
    words_at(box.x + box.w - 8, box.y + 12, 10.5f, theme_->soft, note_name(static_cast<int>(note)), ALIGN_RIGHT);
    if (view.sound) bars({box.x + 9, box.y + 22, 71, 38}, *view.sound, accent_of(zone.number));
    if (!view.note.empty()) {
        beginPath();
        circle(box.x + box.w / 2, box.y + 12, 3);
        fillColor(color(theme_->bad));
        fill();
    }
    const long category = std::lround(values_[static_cast<size_t>(ndm::index_of(zone.number, kCategory))]);
    const std::string name = view.name.empty() ? category_word(static_cast<int>(category)) : view.name;
    words_at(box.x + box.w / 2, box.y + 75, 12, theme_->text, fitted(name, 12, 80), ALIGN_CENTER);
}

// Brightness by P1 and P2 from -1 to 1, on a logarithmic scale, in the category's colour.
void Window::make_map(int category) {
    map_of_ = category;
    map_theme_ = theme_;
    has_map_ = false;
    const int number = model_->number_of(category_name(category));
    if (number < 0 || model_->brightness_map(number).empty()) return;
    const std::vector<float>& map = model_->brightness_map(number);
    const int places = model_->map_places();
    auto level = [&](int row, int column) { return std::log(std::max(map[static_cast<size_t>(row * places + column)], 1.0f)); };
    float least = INFINITY, most = -INFINITY;
    for (int i = 0; i < places * places; i++) {
        least = std::min(least, level(i / places, i % places));
        most = std::max(most, level(i / places, i % places));
    }
    std::vector<uchar> pixels(4 * kMapPixels * kMapPixels);
    const Color full = color(theme_->accents[category]), ground = color(theme_->panel);
    for (int y = 0; y < kMapPixels; y++)
        for (int x = 0; x < kMapPixels; x++) {
            const float across = static_cast<float>(x) / (kMapPixels - 1) * static_cast<float>(places - 1);
            const float up = static_cast<float>(kMapPixels - 1 - y) / (kMapPixels - 1) * static_cast<float>(places - 1);
            const int column = std::min(places - 2, static_cast<int>(across)), row = std::min(places - 2, static_cast<int>(up));
            const float a = across - static_cast<float>(column), b = up - static_cast<float>(row);
            const float value = (1 - b) * ((1 - a) * level(row, column) + a * level(row, column + 1)) +
                                b * ((1 - a) * level(row + 1, column) + a * level(row + 1, column + 1));
            const float share = 0.15f + 0.6f * (most > least ? (value - least) / (most - least) : 0.5f);
            uchar* pixel = &pixels[static_cast<size_t>(4 * (y * kMapPixels + x))];
            pixel[0] = static_cast<uchar>(255 * (ground.red + share * (full.red - ground.red)));
            pixel[1] = static_cast<uchar>(255 * (ground.green + share * (full.green - ground.green)));
            pixel[2] = static_cast<uchar>(255 * (ground.blue + share * (full.blue - ground.blue)));
            pixel[3] = 255;
        }
    map_ = createImageFromRGBA(kMapPixels, kMapPixels, pixels.data(), 0);
    has_map_ = map_.isValid();
}

void Window::paint_map() {
    panel(kMap, theme_->raised, 10);
    const int category = static_cast<int>(std::lround(value(kCategory)));
    if (model_ && (map_of_ != category || map_theme_ != theme_)) make_map(category);
    const Box inner = {kMap.x + kMap.w / 4, kMap.y + kMap.h / 4, kMap.w / 2, kMap.h / 2};
    if (has_map_) {
        beginPath();
        rect(inner.x, inner.y, inner.w, inner.h);
        fillPaint(imagePattern(inner.x, inner.y, inner.w, inner.h, 0, map_, 1));
        fill();
    }
    const auto& place = views_[static_cast<size_t>(pad_)].place;
    const float x = kMap.x + kMap.w * (static_cast<float>(std::min(2.0, std::max(-2.0, place[0]))) + 2) / 4;
    const float y = kMap.y + kMap.h * (2 - static_cast<float>(std::min(2.0, std::max(-2.0, place[1])))) / 4;
    strokeWidth(1);
    strokeColor(color(theme_->edge, 0.6f));
    beginPath();
    moveTo(kMap.x, y), lineTo(kMap.x + kMap.w, y);
    moveTo(x, kMap.y), lineTo(x, kMap.y + kMap.h);
    stroke();
    beginPath();
    circle(x, y, 7);
    fillColor(color(accent_of(pad_)));
    fill();
    strokeColor(color(theme_->text));
    strokeWidth(2);
    stroke();
    const int number = model_ ? model_->number_of(category_name(category)) : -1;
    static const char* const axes[] = {"P1, across: ", "P2, up: ", "P3: "};
    for (int a = 0; a < 3; a++) {
        const std::string name = number < 0 ? "" : model_->axis_names(number)[static_cast<size_t>(a)];
        char at[24];
        std::snprintf(at, sizeof at, "%+.2f", place[static_cast<size_t>(a)] + 0.0);
        words_at(228, 584 + 33.0f * static_cast<float>(a), 11, theme_->soft, std::string(axes[a]) + at, ALIGN_LEFT);
        words_at(228, 599 + 33.0f * static_cast<float>(a), 11.5f, theme_->text, fitted(name.empty() ? "no clear effect" : name, 11.5f, 182), ALIGN_LEFT);
    }
}

void Window::paint_wave() {
    panel(kWave, theme_->ground, 10);
    const PadView& view = views_[static_cast<size_t>(pad_)];
    const float middle = kWave.y + kWave.h / 2;
    if (!view.sound || view.sound->empty()) {
        words_at(kWave.x + kWave.w / 2, middle, 13, theme_->soft, waiting_ ? "The sound is being made" : "No sound", ALIGN_CENTER);
        return;
    }
    const Audio& audio = *view.sound;
    const int columns = static_cast<int>(kWave.w) * 2;
    beginPath();
    for (int i = 0; i < columns; i++) {
        const size_t from = audio.size() * static_cast<size_t>(i) / static_cast<size_t>(columns);
        const size_t to = std::max(from + 1, audio.size() * static_cast<size_t>(i + 1) / static_cast<size_t>(columns));
        float low = 1, high = -1;
        for (const Samples* samples : {&audio.left, &audio.right})
            for (size_t k = from; k < to && k < samples->size(); k++) low = std::min(low, (*samples)[k]), high = std::max(high, (*samples)[k]);
        low = std::max(low, -1.0f), high = std::min(high, 1.0f);  // a sample of one's own may pass full scale
        const float x = kWave.x + static_cast<float>(i) / 2, half = kWave.h / 2 - 6;
        moveTo(x, middle - high * half - 0.4f);
        lineTo(x, middle - low * half + 0.4f);
    }
    strokeColor(color(accent_of(pad_)));
    strokeWidth(0.9f);
    stroke();
    const float start = kWave.x + kWave.w * value(kStart) / 100, end = kWave.x + kWave.w * value(kEnd) / 100;
    fillColor(color(theme_->ground, 0.75f));
    beginPath();
    rect(kWave.x, kWave.y, start - kWave.x, kWave.h);
    rect(end, kWave.y, kWave.x + kWave.w - end, kWave.h);
    fill();
    for (float x : {start + 1, end - 1}) {
        beginPath();
        rect(x - 1, kWave.y, 2, kWave.h);
        roundedRect(x == start + 1 ? x - 1 : x - 6, middle - 14, 7, 28, 3);
        fillColor(color(accent_of(pad_)));
        fill();
    }
    char length[80];
    std::snprintf(length, sizeof length, "%.0f ms", 1000.0 * static_cast<double>(audio.size()) / kRate);
    words_at(kWave.x + kWave.w, kWave.y + kWave.h + 16, 11.5f, theme_->soft, length, ALIGN_RIGHT);
    const std::string about = !view.note.empty()         ? view.note
                              : !view.sample.empty()     ? "Your sample: " + view.sample
                              : !view.recordings.empty() ? "Begins at a recording: " + view.recordings
                                                         : "";
    words_at(kWave.x, kWave.y + kWave.h + 16, 11.5f, view.note.empty() ? theme_->soft : theme_->bad, fitted(about, 11.5f, 530), ALIGN_LEFT);
}

void Window::paint_knob(const Zone& zone) {
    const Box& box = zone.box;
    const float x = box.x + box.w / 2, y = box.y + (box.h > 90 ? 47 : 42), radius = box.h > 90 ? 21 : 18;
    const ParameterFacts facts = facts_of(index_of(zone.number));
    const float now = shown(zone.number), range = facts.most - facts.least;
    const float share = facts.logarithmic ? std::log(now / facts.least) / std::log(facts.most / facts.least) : (now - facts.least) / range;
    // A value that is not asked for stands where the sound has it, without colour.
    const bool is_asked = !is_value(zone.number) || value(zone.number) > facts.least, is_there = is_offered(zone.number);
    const float begin = 0.75f * kPi, whole = 1.5f * kPi;
    const float zero = facts.least < 0 && facts.most > 0 && zone.number != kSeed ? -facts.least / (facts.most - facts.least) : 0;
    words_at(x, box.y + 12, 11.5f, theme_->soft, zone.label, ALIGN_CENTER);
    lineCap(ROUND);
    strokeWidth(4);
    strokeColor(color(theme_->raised_more));
    beginPath();
    arc(x, y, radius, begin, begin + whole, CW);
    stroke();
    if (is_asked && is_there && std::fabs(share - zero) > 0.004f) {
        strokeColor(color(accent_of(pad_)));
        beginPath();
        arc(x, y, radius, begin + whole * std::min(zero, share), begin + whole * std::max(zero, share), CW);
        stroke();
    }
    const float angle = begin + whole * share;
    strokeWidth(3);
    strokeColor(color(is_asked && is_there ? theme_->text : theme_->soft));
    beginPath();
    moveTo(x + std::cos(angle) * radius * 0.35f, y + std::sin(angle) * radius * 0.35f);
    lineTo(x + std::cos(angle) * radius * 0.7f, y + std::sin(angle) * radius * 0.7f);
    stroke();
    lineCap(BUTT);
    words_at(x, y + radius + 13, 12, is_asked && is_there ? theme_->text : theme_->soft, words(zone.number), ALIGN_CENTER);
}

void Window::paint_button(const Zone& zone) {
    const bool is_chip = zone.kind == Kind::chip;
    const bool is_chosen = is_chip && std::lround(value(kCategory)) == zone.number;
    const bool is_main = !is_chip && zone.number == kRandom;
    const uint32_t accent = is_chip ? theme_->accents[zone.number] : accent_of(pad_);
    const Box& box = zone.box;
    panel(box, is_chosen || is_main ? accent : theme_->raised, is_chip ? 14 : 9);
    const uint32_t ink = is_chosen || is_main ? theme_->on_accent : theme_->text;
    const std::string label = !is_chip && zone.number == kTheme ? (theme_ == &kDark ? "Light" : "Dark") : zone.label;
    if (is_chip) {
        beginPath();
        circle(box.x + 13, box.y + box.h / 2, 3.5f);
        fillColor(color(is_chosen ? theme_->on_accent : accent));
        fill();
    }
    words_at(box.x + box.w / 2 + (is_chip ? 7 : 0), box.y + box.h / 2 + 0.5f, is_chip ? 12 : 13, ink, label, ALIGN_CENTER);
}

void Window::paint_focus(const Zone& zone) {
    beginPath();
    roundedRect(zone.box.x - 2, zone.box.y - 2, zone.box.w + 4, zone.box.h + 4, 11);
    strokeColor(color(theme_->text));
    strokeWidth(2);
    stroke();
}

void Window::onNanoDisplay() {
    scale(static_cast<float>(getWidth()) / kWidth, static_cast<float>(getHeight()) / kHeight);
    fontFace(NANOVG_DEJAVU_SANS_TTF);
    panel({0, 0, kWidth, kHeight}, theme_->ground, 0);
    strokeColor(color(accent_of(pad_)));
    strokeWidth(2.5f);
    beginPath();
    circle(34, 30, 9.5f);
    stroke();
    beginPath();
    circle(37.5f, 26.5f, 2.6f);
    fillColor(color(accent_of(pad_)));
    fill();
    words_at(54, 30, 16, theme_->text, "Neural Drum Machine", ALIGN_LEFT);
    for (const Box& box : {kPadsPanel, kPlacePanel, kDrumPanel}) panel(box, theme_->panel, 14);
    const PadView& view = views_[static_cast<size_t>(pad_)];
    const std::string name = view.name.empty() ? category_word(static_cast<int>(std::lround(value(kCategory)))) : view.name;
    words_at(452, 90, 18, theme_->text, fitted(std::to_string(pad_ + 1) + "  " + name, 18, 154), ALIGN_LEFT);
    paint_map();
    paint_wave();
    for (const Zone& zone : zones()) {
        if (zone.kind == Kind::pad) paint_pad(zone);
        else if (zone.kind == Kind::knob) paint_knob(zone);
        else if (zone.kind == Kind::chip || zone.kind == Kind::button) paint_button(zone);
    }
    if (is_keyboard_) paint_focus(zones()[focus_]);
    const std::string busy = waiting_ ? std::to_string(waiting_) + (waiting_ == 1 ? " sound is being made" : " sounds are being made") : "";
    const std::string line = !told_.empty() ? told_ : !status_.empty() ? status_ : busy;
    words_at(kFooter.x + 4, kFooter.y + 12, 12, theme_->soft, fitted(line, 12, 860), ALIGN_LEFT);
    if (model_) words_at(kFooter.x + kFooter.w - 4, kFooter.y + 12, 12, theme_->soft, "Model " + model_->hash().substr(0, 12), ALIGN_RIGHT);
}

END_NAMESPACE_DISTRHO

// The plug-in's window: sixteen pads, the chosen pad's place, waveform and knobs.
#pragma once
#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include "../instrument.h"
#include "DistrhoUI.hpp"
#include "drag_and_drop.h"
#include "theme.h"
#include "zones.h"

START_NAMESPACE_DISTRHO

class Window : public UI {
public:
    Window();

protected:
    void parameterChanged(uint32_t index, float value) override;
    void stateChanged(const char*, const char*) override { repaint(); }
    void uiIdle() override;
    void uiFileBrowserSelected(const char* path) override;
    void onNanoDisplay() override;
    bool onMouse(const MouseEvent& event) override;
    bool onMotion(const MotionEvent& event) override;
    bool onScroll(const ScrollEvent& event) override;
    bool onKeyboard(const KeyboardEvent& event) override;

private:
    // What is changed and how: window.cpp.
    ndm::Workshop* workshop() const { return instrument_ ? instrument_->workshop() : nullptr; }
    int index_of(int number) const;
    float value(int number) const { return values_[static_cast<size_t>(index_of(number))]; }
    void set(int number, float value);
    void set_index(int index, float value);
    void step(int number, double steps);
    static bool is_value(int number) { return number >= ndm::kFirstValue && number < ndm::kTimbre; }
    bool is_offered(int number) const;
    float shown(int number) const;
    std::string words(int number) const;
    void act(int action);
    enum class File { none, open, save, sample, sound };
    void ask_for(File file, bool is_saving, const char* title, const std::string& name);
    void choose_category(int category);
    void take_drops();
    void drag_out();
    void strike(int pad, int velocity);
    void place_at(double x, double y);
    void cut_at(double x);
    void tell(const std::string& text) { told_ = text, repaint(); }
    uint32_t random(uint32_t most);
    const ndm::Zone* zone_at(double x, double y) const;
    bool press(const ndm::Zone& zone, double x, double y, const MouseEvent& event);
    bool key_on(const ndm::Zone& zone, uint key, bool is_fine);
    void focus_next(int direction);

    // How it looks: painting.cpp.
    void panel(const ndm::Box& box, uint32_t fill, float radius);
    void words_at(float x, float y, float size, uint32_t rgb, const std::string& text, int align);
    std::string fitted(const std::string& text, float size, float width);
    void bars(const ndm::Box& box, const ndm::Audio& audio, uint32_t rgb);
    void paint_pad(const ndm::Zone& zone);
    void paint_map();
    void paint_wave();
    void paint_knob(const ndm::Zone& zone);
    void paint_button(const ndm::Zone& zone);
    void paint_focus(const ndm::Zone& zone);
    uint32_t accent_of(int pad) const;
    void make_map(int category);

    Instrument* const instrument_;
    std::array<float, ndm::kParameters> values_{};
    std::array<ndm::PadView, ndm::kPads> views_;
    std::array<uint32_t, ndm::kPads> struck_{};
    std::array<int, ndm::kPads> flash_{};
    std::shared_ptr<const ndm::Model> model_;
    const ndm::Theme* theme_ = &ndm::kDark;
    int pad_ = 0, waiting_ = 0;
    size_t focus_ = 0;
    bool is_keyboard_ = false;  // the focus is shown once a key was pressed
    std::string status_, told_;
    std::unique_ptr<ndm::DragAndDrop> drags_;  // once the window is there
    std::filesystem::path dragged_from_;  // the folder of files that were dragged out; they stay there, where hosts may play them
    File file_ = File::none;
    int file_pad_ = 0;  // the pad for which a file was asked

    const ndm::Zone* held_ = nullptr;
    int held_index_ = -1;
    bool cuts_end_ = false;
    double held_x_ = 0, held_y_ = 0, held_value_ = 0, from_[2] = {};
    uint clicked_ = 0;
    uint32_t seed_;
    NanoImage map_;
    bool has_map_ = false;
    int map_of_ = -1;
    const ndm::Theme* map_theme_ = nullptr;
};

END_NAMESPACE_DISTRHO

// What is known of categories beside the model: the values that can be asked of them, and how softer strokes
// change them (docs/wishes.md, docs/velocity.md).
#pragma once
#include <cstdint>
#include <string>

#include "ndm_engine.h"

namespace ndm {

const char* quality_name(int quality);            // in the engine's order
int quality_number(const std::string& name);      // -1 if there is none
uint32_t offered_in(const std::string& category);  // bits of the qualities; 0 of a category that is unknown

// What a stroke of a velocity, 1 to 127, changes; `t` is the share of a second category.
ndm_stroke stroke_of(const std::string& category, const std::string& to, double t, int velocity);

// A value as people read it, such as "decay 1.1 s".
std::string told(int quality, double value);

}  // namespace ndm

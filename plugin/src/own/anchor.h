// A sample of one's own with its code, which the generator's moves bend (docs/anchors.md).
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../sound/audio.h"

namespace ndm {

struct Anchor {
    Audio sound;  // at 44,100 Hz, at the file's own level, from 50 ms before its hit on
    int onset = 0;
    std::string category;
    std::vector<float> code;
    std::string name;           // of its file, for people
    std::vector<uint8_t> form;  // the compact form, by which kits keep it
    std::string digest;         // its SHA-256, by which recipes name it
};

using OwnSample = std::shared_ptr<const Anchor>;
using OwnSamples = std::vector<OwnSample>;

}  // namespace ndm

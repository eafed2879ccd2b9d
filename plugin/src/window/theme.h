// Colours of the window: those of the page (web/css/theme.css), dark and light.
#pragma once
#include <cstdint>

#include "Color.hpp"

namespace ndm {

struct Theme {
    uint32_t ground, panel, raised, raised_more, line, edge, text, soft, bad, on_accent;
    uint32_t accents[11];  // of the categories: OKLCH with a chroma of 0.125
};

inline constexpr Theme kDark = {
    0x111317, 0x191c22, 0x242932, 0x2e343f, 0x2c323c, 0x727c8b, 0xeceef2, 0xa3acba, 0xff9c8c, 0x121317,
    {0xff9d90, 0xf8aa66, 0xd9bc56, 0xa9cc71, 0x6fd6a0, 0x3bd7d2, 0x50cef9, 0x89c0ff, 0xbcb0ff, 0xe4a2ed, 0xfd9bc1}};

inline constexpr Theme kLight = {
    0xf6f6f4, 0xffffff, 0xefefec, 0xe4e4e0, 0xe0e0dc, 0x80848c, 0x17191d, 0x565c66, 0xa92a15, 0xffffff,
    {0x9e4239, 0x954e00, 0x7b6000, 0x516f06, 0x007848, 0x007875, 0x007098, 0x3063a9, 0x6354a5, 0x84488c, 0x984066}};

inline DGL_NAMESPACE::Color color(uint32_t rgb, float alpha = 1.0f) {
    return {static_cast<float>(rgb >> 16 & 255) / 255, static_cast<float>(rgb >> 8 & 255) / 255,
            static_cast<float>(rgb & 255) / 255, alpha};
}

}  // namespace ndm

// A file as a sample of one's own: from shortly before its hit on, as anchors/own_sound.py and signal/second_hit.py.
#pragma once
#include "audio_file.h"

namespace ndm {

struct OwnSound {
    Audio sound;  // at 44,100 Hz
    int onset = 0;
    std::vector<std::string> notes;  // sentences about what is lost
};

// `find_hit` returns the sample of the onset in mono at 44,100 Hz.
template <class FindHit>
OwnSound own_sound(const Clip& clip, FindHit find_hit);

// The parts of it that do not depend on who finds the hit.
Audio two_channels_of(const Clip& clip, std::vector<std::string>& notes);
OwnSound cut_at(const Audio& whole, size_t onset, std::vector<std::string> notes);

template <class FindHit>
OwnSound own_sound(const Clip& clip, FindHit find_hit) {
    std::vector<std::string> notes = clip.notes;
    const Audio whole = two_channels_of(clip, notes);
    return cut_at(whole, find_hit(whole.mono()), std::move(notes));
}

}  // namespace ndm

// FLAC of at most so many bytes, as web/js/formats/small-flac.js makes it. Where 16 bits at 44,100 Hz are too many, samples are
// rounded to multiples of a power of two, the coarser the louder the sound is there; then a lower rate is taken, and
// then one channel.
#pragma once
#include <cstdint>
#include <vector>

#include "../sound/audio.h"

namespace ndm {

// A sound at 44,100 Hz whose samples lie within full scale; nothing comes back if it does not fit.
std::vector<uint8_t> small_flac(const Audio& sound, size_t room);

}  // namespace ndm

// The way from one drum to another, as machine.morph goes it.
#pragma once
#include "maker.h"

namespace ndm {

// The drum at `t`, 0 to 1, of the way: 0 is the first, and 1 has the second's sound with the first's take. If one of them
// bends samples of one's own, the other one's sound becomes such a sample. Throws std::runtime_error with a sentence.
Drum morphed(const Maker& maker, const Drum& first, const Drum& second, double t);

}  // namespace ndm

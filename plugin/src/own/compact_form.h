// The compact form of a sample of one's own, by which kits keep it (docs/anchors.md).
#pragma once
#include "anchor.h"

namespace ndm {

// Gives a sample its form and its digest. Throws std::runtime_error with a sentence if it does not fit into 40,000 bytes.
void give_form(Anchor& sample);

// Throws std::runtime_error with a sentence if it is too long, truncated, altered or of another version.
OwnSample read_form(const std::vector<uint8_t>& form);

}  // namespace ndm

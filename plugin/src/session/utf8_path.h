// Paths as hosts name them, in UTF-8, on every system.
#pragma once
#include <filesystem>
#include <string>

namespace ndm {

inline std::filesystem::path path_of(const std::string& utf8) { return std::filesystem::path(std::u8string(utf8.begin(), utf8.end())); }

}  // namespace ndm

// Writing a file as a whole: beside its place, and moved there, so that a full disk loses nothing.
#pragma once
#include <string>

namespace ndm {

// Throws std::runtime_error with a sentence that names the file.
void write_whole(const std::string& bytes, const std::string& path);

}  // namespace ndm

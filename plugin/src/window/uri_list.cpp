#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>

#include "drag_and_drop.h"

namespace ndm {

std::vector<std::string> paths_of(const std::string& uri_list) {
    std::vector<std::string> out;
    for (size_t at = 0; at < uri_list.size();) {
        const size_t end = std::min(uri_list.find_first_of("\r\n", at), uri_list.size());
        std::string line = uri_list.substr(at, end - at);
        at = end + 1;
        if (line.rfind("file://", 0) != 0) continue;  // comments, and what is not on this computer
        const size_t slash = line.find('/', 7);  // a host's name may stand before it
        if (slash == std::string::npos) continue;
        std::string path;
        for (size_t i = slash; i < line.size(); i++) {
            if (line[i] == '%' && i + 2 < line.size()) {
                path += static_cast<char>(std::strtol(line.substr(i + 1, 2).c_str(), nullptr, 16));
                i += 2;
            } else {
                path += line[i];
            }
        }
        out.push_back(path);
    }
    return out;
}

std::string uri_list_of(const std::string& path) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out = "file://";
    for (const char each : path) {
        const unsigned char byte = static_cast<unsigned char>(each);
        const bool is_plain = byte < 128 && (std::isalnum(byte) || std::strchr("/-_.~", each));
        if (is_plain) out += each;
        else out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out + "\r\n";
}

#if !defined(HAVE_X11) && !defined(_WIN32)  // no window of another system is built yet

struct DragAndDrop::Inside {};

DragAndDrop::DragAndDrop(uintptr_t) {}
DragAndDrop::~DragAndDrop() = default;
std::vector<DragAndDrop::Drop> DragAndDrop::take() { return {}; }
bool DragAndDrop::drag(const std::string&) { return false; }

#endif

}  // namespace ndm

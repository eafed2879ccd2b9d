// Files that are dropped on the plug-in's window, and files that are dragged out of it. DPF knows no drag and drop.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ndm {

class DragAndDrop {
public:
    struct Drop {
        double x, y;  // dots of the window, from its upper left corner
        std::vector<std::string> paths;
    };

    // `window` is the system's: an X11 window, or a handle of Windows. Elsewhere nothing is dragged or dropped.
    explicit DragAndDrop(uintptr_t window);
    ~DragAndDrop();
    DragAndDrop(const DragAndDrop&) = delete;
    DragAndDrop& operator=(const DragAndDrop&) = delete;

    // What was dropped since the last call. To be called often, by the thread of the window: a drag goes on meanwhile.
    std::vector<Drop> take();
    // Drags a file until the mouse button is released. False if this system cannot.
    bool drag(const std::string& path);

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

// The files of a text/uri-list (RFC 2483), and the list of one file.
std::vector<std::string> paths_of(const std::string& uri_list);
std::string uri_list_of(const std::string& path);

}  // namespace ndm

// The XDND protocol, version 5, both ways. DPF's own connection to the screen passes no such messages on, so the window
// names a second one, which belongs to this file, as its proxy. A drag follows the pointer by asking where it is: the
// host's window holds it while a button is down.
#ifdef HAVE_X11
#include <X11/Xatom.h>
#include <X11/Xlib.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "drag_and_drop.h"

namespace ndm {
namespace {

constexpr long kVersion = 5, kMostBytes = 1 << 20;
constexpr int kPatience = 200;

// Windows of others may end meanwhile; a message to one must not end the host.
class WithoutErrors {
public:
    explicit WithoutErrors(Display* display) : display_(display), before_(XSetErrorHandler([](Display*, XErrorEvent*) { return 0; })) {}
    ~WithoutErrors() {
        XSync(display_, False);
        XSetErrorHandler(before_);
    }

private:
    Display* display_;
    XErrorHandler before_;
};

}  // namespace

struct DragAndDrop::Inside {
    Display* display;
    Window window, proxy = 0;
    Atom aware, proxies, enter, position, status, leave, drop, finished, selection, copy, types, list;
    // What comes in.
    Window source = 0;
    bool is_list = false;
    Drop next{};
    std::vector<Drop> drops;
    // What goes out.
    std::string dragged;  // a list of one file
    Window target = 0, target_proxy = 0;
    bool is_dragging = false, is_waiting = false, is_welcome = false;
    int patience = 0;  // calls that an answer may take after the button was released

    explicit Inside(Window window_) : display(XOpenDisplay(nullptr)), window(window_) {
        if (!display) return;
        auto atom = [&](const char* name) { return XInternAtom(display, name, False); };
        aware = atom("XdndAware"), proxies = atom("XdndProxy"), enter = atom("XdndEnter"), position = atom("XdndPosition");
        status = atom("XdndStatus"), leave = atom("XdndLeave"), drop = atom("XdndDrop"), finished = atom("XdndFinished");
        selection = atom("XdndSelection"), copy = atom("XdndActionCopy"), types = atom("XdndTypeList"), list = atom("text/uri-list");
        proxy = XCreateSimpleWindow(display, DefaultRootWindow(display), -1, -1, 1, 1, 0, 0, 0);
        WithoutErrors guard(display);
        for (Window each : {proxy, window}) {
            XChangeProperty(display, each, proxies, XA_WINDOW, 32, PropModeReplace, reinterpret_cast<unsigned char*>(&proxy), 1);
            XChangeProperty(display, each, aware, XA_ATOM, 32, PropModeReplace, reinterpret_cast<const unsigned char*>(&kVersion), 1);
        }
    }

    ~Inside() {
        if (!display) return;
        {
            WithoutErrors guard(display);
            XDeleteProperty(display, window, aware);
            XDeleteProperty(display, window, proxies);
            XDestroyWindow(display, proxy);
        }
        XCloseDisplay(display);
    }

    void send(Window about, Window to, Atom type, long first, long second, long third, long fourth, long fifth) {
        XEvent event{};
        event.xclient.type = ClientMessage;
        event.xclient.display = display;
        event.xclient.window = about;
        event.xclient.message_type = type;
        event.xclient.format = 32;
        const long values[] = {first, second, third, fourth, fifth};
        std::copy(values, values + 5, event.xclient.data.l);
        XSendEvent(display, to, False, NoEventMask, &event);
    }

    // A property of a window; it is deleted if that is asked for.
    std::string property(Window of, Atom name, Atom wanted, bool is_deleted) {
        Atom type = 0;
        int format = 0;
        unsigned long count = 0, rest = 0;
        unsigned char* data = nullptr;
        if (XGetWindowProperty(display, of, name, 0, kMostBytes / 4, is_deleted ? True : False, wanted, &type, &format, &count, &rest, &data) != Success || !data) return "";
        std::string out(reinterpret_cast<char*>(data), count * (format == 32 ? sizeof(long) : static_cast<size_t>(format) / 8));
        XFree(data);
        return out;
    }

    std::vector<long> numbers(Window of, Atom name, Atom wanted) {
        const std::string bytes = property(of, name, wanted, false);
        std::vector<long> out(bytes.size() / sizeof(long));
        std::memcpy(out.data(), bytes.data(), out.size() * sizeof(long));
        return out;
    }

    bool offers_list(const XClientMessageEvent& event) {
        std::vector<long> offered(event.data.l + 2, event.data.l + 5);
        if (event.data.l[1] & 1) offered = numbers(source, types, XA_ATOM);
        return std::find(offered.begin(), offered.end(), static_cast<long>(list)) != offered.end();
    }

    void hear(const XClientMessageEvent& event) {
        const Window self = window;
        auto answer_end = [&](bool is_taken) { send(source, source, finished, static_cast<long>(self), is_taken, static_cast<long>(is_taken ? copy : None), 0, 0); };
        if (event.message_type == enter) {
            source = static_cast<Window>(event.data.l[0]);
            is_list = offers_list(event);
        } else if (event.message_type == position) {
            Window child;
            int x = 0, y = 0;
            XTranslateCoordinates(display, DefaultRootWindow(display), window, static_cast<int>(event.data.l[2] >> 16), static_cast<int>(event.data.l[2] & 0xffff), &x, &y, &child);
            next.x = x, next.y = y;
            send(source, source, status, static_cast<long>(self), is_list, 0, 0, static_cast<long>(is_list ? copy : None));
        } else if (event.message_type == drop && is_list) {
            XConvertSelection(display, selection, list, selection, proxy, static_cast<Time>(event.data.l[2]));
        } else if (event.message_type == drop) {
            answer_end(false);
        } else if (event.message_type == leave) {
            is_list = false;
        } else if (event.message_type == status && static_cast<Window>(event.data.l[0]) == target) {
            is_waiting = false;
            is_welcome = event.data.l[1] & 1;
        }
    }

    void hand_out(const XSelectionRequestEvent& asked) {
        const bool is_known = asked.target == list;
        if (is_known) XChangeProperty(display, asked.requestor, asked.property, list, 8, PropModeReplace, reinterpret_cast<const unsigned char*>(dragged.data()), static_cast<int>(dragged.size()));
        XEvent event{};
        event.xselection = {SelectionNotify, 0, True, display, asked.requestor, asked.selection, asked.target, is_known ? asked.property : None, asked.time};
        XSendEvent(display, asked.requestor, False, NoEventMask, &event);
    }

    void receive(const XSelectionEvent& event) {
        next.paths = event.property == None ? std::vector<std::string>() : paths_of(property(proxy, selection, AnyPropertyType, true));
        const bool is_taken = !next.paths.empty();
        send(source, source, finished, static_cast<long>(window), is_taken, static_cast<long>(is_taken ? copy : None), 0, 0);
        if (is_taken) drops.push_back(next);
        is_list = false;
    }

    // The uppermost window at a place that knows the protocol.
    Window aware_at(int x, int y) {
        const Window root = DefaultRootWindow(display);
        Window at = root, child = 0;
        for (int inner_x, inner_y; XTranslateCoordinates(display, root, at, x, y, &inner_x, &inner_y, &child) && child; at = child)
            if (child == window || !numbers(child, aware, AnyPropertyType).empty()) return child;
        return 0;
    }

    void follow() {
        Window root, child;
        int x = 0, y = 0, inner_x, inner_y;
        unsigned int buttons = 0;
        XQueryPointer(display, DefaultRootWindow(display), &root, &child, &x, &y, &inner_x, &inner_y, &buttons);
        const bool is_held = buttons & Button1Mask;
        Window now = is_held ? aware_at(x, y) : target;
        if (now == window) now = 0;  // nothing is dragged from here to here
        if (now != target) {
            if (target) send(target, target_proxy, leave, static_cast<long>(proxy), 0, 0, 0, 0);
            target = now;
            is_waiting = is_welcome = false;
            if (target) {
                const std::vector<long> named = numbers(target, proxies, XA_WINDOW);
                target_proxy = named.empty() ? target : static_cast<Window>(named[0]);
                send(target, target_proxy, enter, static_cast<long>(proxy), kVersion << 24, static_cast<long>(list), 0, 0);
            }
        }
        if (target && is_held && !is_waiting) {
            send(target, target_proxy, position, static_cast<long>(proxy), 0, static_cast<long>(x) << 16 | y, CurrentTime, static_cast<long>(copy));
            is_waiting = true;
        }
        if (is_held) return;
        if (target && is_waiting && patience-- > 0) return;  // it has not said yet whether it wants the file
        is_dragging = false;
        if (target) send(target, target_proxy, is_welcome ? drop : leave, static_cast<long>(proxy), 0, CurrentTime, 0, 0);
        target = 0;
    }

    void look() {
        if (!display || (!is_dragging && !XPending(display))) return;
        WithoutErrors guard(display);
        while (XPending(display)) {
            XEvent event;
            XNextEvent(display, &event);
            if (event.type == ClientMessage) hear(event.xclient);
            else if (event.type == SelectionNotify) receive(event.xselection);
            else if (event.type == SelectionRequest) hand_out(event.xselectionrequest);
        }
        if (is_dragging) follow();
    }
};

DragAndDrop::DragAndDrop(uintptr_t window) : inside_(std::make_unique<Inside>(static_cast<Window>(window))) {}
DragAndDrop::~DragAndDrop() = default;

std::vector<DragAndDrop::Drop> DragAndDrop::take() {
    inside_->look();
    return std::exchange(inside_->drops, {});
}

bool DragAndDrop::drag(const std::string& path) {
    if (!inside_->display) return false;
    inside_->dragged = uri_list_of(path);
    XSetSelectionOwner(inside_->display, inside_->selection, inside_->proxy, CurrentTime);
    inside_->is_dragging = true;
    inside_->patience = kPatience;
    return true;
}

}  // namespace ndm
#endif

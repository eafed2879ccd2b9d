/* Drags and drops files as file managers and music programs do (XDND, version 5).
 *
 * Usage: drag X Y URI-LIST drops the list at a place of the screen. It asks the uppermost window there that knows the
 * protocol, or its proxy; prints "accepted" or "refused", and "finished" once the files were taken.
 * drag X Y shows a window at a place, prints "ready", "over" once files are dragged over it, and the list
 * that is dropped on it. */
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Display *display;

static Atom atom(const char *name) { return XInternAtom(display, name, False); }

static int has(Window window, Atom name, Window *value) {
    Atom type;
    int format;
    unsigned long count, rest;
    unsigned char *data = NULL;
    if (XGetWindowProperty(display, window, name, 0, 1, False, AnyPropertyType, &type, &format, &count, &rest, &data)) return 0;
    if (data && count && value) *value = *(Window *)data;
    const int found = data && count;
    if (data) XFree(data);
    return found;
}

static void send(Window about, Window to, const char *type, const long values[5]) {
    XEvent event;
    memset(&event, 0, sizeof event);
    event.xclient.type = ClientMessage;
    event.xclient.window = about;
    event.xclient.message_type = atom(type);
    event.xclient.format = 32;
    memcpy(event.xclient.data.l, values, 5 * sizeof(long));
    XSendEvent(display, to, False, NoEventMask, &event);
}

static int receive(int x, int y) {
    const Window own = XCreateSimpleWindow(display, DefaultRootWindow(display), x, y, 60, 60, 0, 0, 0);
    const long version = 5;
    const Atom selection = atom("XdndSelection"), uris = atom("text/uri-list"), copy = atom("XdndActionCopy");
    XChangeProperty(display, own, atom("XdndAware"), XA_ATOM, 32, PropModeReplace, (const unsigned char *)&version, 1);
    XSelectInput(display, own, StructureNotifyMask);
    XMapRaised(display, own);
    for (Window source = 0;;) {
        XEvent event;
        XNextEvent(display, &event);
        if (event.type == MapNotify) {
            puts("ready");
            fflush(stdout);
        } else if (event.type == ClientMessage && event.xclient.message_type == atom("XdndPosition")) {
            if (!source) {
                puts("over");
                fflush(stdout);
            }
            source = (Window)event.xclient.data.l[0];
            send(source, source, "XdndStatus", (const long[5]){(long)own, 1, 0, 0, (long)copy});
        } else if (event.type == ClientMessage && event.xclient.message_type == atom("XdndDrop")) {
            XConvertSelection(display, selection, uris, selection, own, CurrentTime);
        } else if (event.type == SelectionNotify) {
            Atom type;
            int format;
            unsigned long count, rest;
            unsigned char *data = NULL;
            XGetWindowProperty(display, own, selection, 0, 4096, True, AnyPropertyType, &type, &format, &count, &rest, &data);
            printf("%s", data ? (const char *)data : "nothing");
            send(source, source, "XdndFinished", (const long[5]){(long)own, 1, (long)copy, 0, 0});
            XSync(display, False);
            return 0;
        }
    }
}

static int drop(int x, int y, const char *list) {
    const Window root = DefaultRootWindow(display);
    const Window own = XCreateSimpleWindow(display, root, -5, -5, 1, 1, 0, 0, 0);
    const Atom selection = atom("XdndSelection"), uris = atom("text/uri-list");
    XSetSelectionOwner(display, selection, own, CurrentTime);
    Window target = root, from = root, child;
    int at_x, at_y;
    while (XTranslateCoordinates(display, root, from, x, y, &at_x, &at_y, &child) && child) {
        from = child;
        if (has(child, atom("XdndProxy"), NULL)) target = child;
    }
    Window proxy = target;
    has(target, atom("XdndProxy"), &proxy);
    const char *types[] = {"XdndEnter", "XdndPosition", "XdndDrop"};
    const long values[3][5] = {
        {(long)own, 5L << 24, (long)uris, 0, 0},
        {(long)own, 0, (long)x << 16 | y, CurrentTime, (long)atom("XdndActionCopy")},
        {(long)own, 0, CurrentTime, 0, 0},
    };
    for (int i = 0; i < 3; i++) {
        send(target, proxy, types[i], values[i]);
        for (int is_answered = i == 0; !is_answered;) {
            XEvent event;
            XNextEvent(display, &event);
            if (event.type == SelectionRequest) {
                XSelectionRequestEvent asked = event.xselectionrequest;
                XChangeProperty(display, asked.requestor, asked.property, uris, 8, PropModeReplace, (const unsigned char *)list, (int)strlen(list));
                memset(&event, 0, sizeof event);
                event.xselection.type = SelectionNotify;
                event.xselection.requestor = asked.requestor;
                event.xselection.selection = asked.selection;
                event.xselection.target = asked.target;
                event.xselection.property = asked.property;
                event.xselection.time = asked.time;
                XSendEvent(display, asked.requestor, False, NoEventMask, &event);
            } else if (event.type == ClientMessage && event.xclient.message_type == atom("XdndStatus")) {
                puts(event.xclient.data.l[1] & 1 ? "accepted" : "refused");
                is_answered = 1;
            } else if (event.type == ClientMessage && event.xclient.message_type == atom("XdndFinished")) {
                puts(event.xclient.data.l[1] & 1 ? "finished" : "failed");
                is_answered = 1;
            }
        }
    }
    return 0;
}

int main(int count, char **arguments) {
    if (count < 3 || !(display = XOpenDisplay(NULL))) return 2;
    const int x = atoi(arguments[1]), y = atoi(arguments[2]);
    return count == 3 ? receive(x, y) : drop(x, y, arguments[3]);
}

/* A program for Windows: opens a CLAP plug-in, and twice its window, for half a second while it plays. */
#include "../host/clap_host.c"

#include "clap/ext/gui.h"

enum { RATE = 44100, BLOCK = 1024, PERIOD = 20, PERIODS = 25 /* of 20 ms */ };

/* A plug-in has a window only in hosts that say they can hold one. */
static bool resized(const clap_host_t *host, uint32_t width, uint32_t height) {
    (void)host, (void)width, (void)height;
    return false;
}
static bool refused(const clap_host_t *host) { return (void)host, false; }
static void closed(const clap_host_t *host, bool destroyed) { (void)host, (void)destroyed; }
static const clap_host_gui_t window_host = {ignored, resized, refused, refused, closed};
static const void *extension(const clap_host_t *host, const char *name) {
    (void)host;
    return strcmp(name, CLAP_EXT_GUI) ? NULL : &window_host;
}

/* Handles messages for a period. */
static void work(void) {
    MSG message;
    UINT_PTR timer = SetTimer(NULL, 0, PERIOD, NULL);
    while (GetMessage(&message, NULL, 0, 0) > 0) {
        if (message.message == WM_TIMER && !message.hwnd && message.wParam == timer) break;
        TranslateMessage(&message);
        DispatchMessage(&message);
    }
    KillTimer(NULL, timer);
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    Host *h = host_open(arguments[1]);
    if (!h || !host_activate(h, RATE, BLOCK)) return 1;
    h->host.get_extension = extension;
    const clap_plugin_gui_t *gui = h->plugin->get_extension(h->plugin, CLAP_EXT_GUI);
    if (!gui || !gui->is_api_supported(h->plugin, CLAP_WINDOW_API_WIN32, false)) return 1;
    WNDCLASSA kind = {.lpfnWndProc = DefWindowProcA, .lpszClassName = "host", .hbrBackground = (HBRUSH)COLOR_WINDOW};
    RegisterClassA(&kind);
    float *out = calloc((size_t)BLOCK * host_channels(h), sizeof *out);
    for (int i = 0; i < 2; i++) {
        uint32_t width, height;
        if (!gui->create(h->plugin, CLAP_WINDOW_API_WIN32, false)) return 1;
        if (!gui->get_size(h->plugin, &width, &height)) return 1;
        HWND frame = CreateWindowA("host", "small host", WS_OVERLAPPEDWINDOW | WS_CLIPCHILDREN | WS_VISIBLE, 0, 0,
                                   (int)width, (int)height, NULL, NULL, NULL, NULL);
        clap_window_t window = {.api = CLAP_WINDOW_API_WIN32, .win32 = frame};
        if (!frame || !gui->set_parent(h->plugin, &window) || !gui->show(h->plugin)) return 1;
        printf("%u x %u\n", width, height);
        for (int j = 0; j < PERIODS; j++) {
            work();
            if (!host_block(h, out, BLOCK, 0, BLOCK, NULL, 0, -1, 120)) return 1;
        }
        gui->destroy(h->plugin);
        DestroyWindow(frame);
        work();
    }
    host_deactivate(h);
    host_close(h);
    free(out);
    return 0;
}

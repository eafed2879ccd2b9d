// Dropped files as Windows tells them: the window's procedure is asked first by this file.
#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <shellapi.h>

#include <utility>

#include "drag_and_drop.h"

namespace ndm {
namespace {

constexpr const wchar_t* kName = L"NeuralDrumMachineDrops";

std::string utf8(const std::wstring& text) {
    const int size = WideCharToMultiByte(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), nullptr, 0, nullptr, nullptr);
    std::string out(static_cast<size_t>(size), 0);
    WideCharToMultiByte(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), out.data(), size, nullptr, nullptr);
    return out;
}

}  // namespace

struct DragAndDrop::Inside {
    HWND window;
    WNDPROC before;
    std::vector<Drop> drops;

    explicit Inside(HWND window_) : window(window_) {
        SetPropW(window, kName, this);
        before = reinterpret_cast<WNDPROC>(SetWindowLongPtrW(window, GWLP_WNDPROC, reinterpret_cast<LONG_PTR>(&heard)));
        DragAcceptFiles(window, TRUE);
    }

    ~Inside() {
        DragAcceptFiles(window, FALSE);
        SetWindowLongPtrW(window, GWLP_WNDPROC, reinterpret_cast<LONG_PTR>(before));
        RemovePropW(window, kName);
    }

    static LRESULT CALLBACK heard(HWND window, UINT message, WPARAM first, LPARAM second) {
        auto* inside = static_cast<Inside*>(GetPropW(window, kName));
        if (!inside) return DefWindowProcW(window, message, first, second);
        if (message == WM_DROPFILES) {
            inside->take_in(reinterpret_cast<HDROP>(first));
            return 0;
        }
        return CallWindowProcW(inside->before, window, message, first, second);
    }

    void take_in(HDROP handle) {
        POINT place{};
        DragQueryPoint(handle, &place);
        Drop drop{static_cast<double>(place.x), static_cast<double>(place.y), {}};
        const UINT count = DragQueryFileW(handle, 0xffffffff, nullptr, 0);
        for (UINT i = 0; i < count; i++) {
            std::wstring path(DragQueryFileW(handle, i, nullptr, 0), 0);
            DragQueryFileW(handle, i, path.data(), static_cast<UINT>(path.size()) + 1);
            drop.paths.push_back(utf8(path));
        }
        DragFinish(handle);
        drops.push_back(std::move(drop));
    }
};

DragAndDrop::DragAndDrop(uintptr_t window) : inside_(std::make_unique<Inside>(reinterpret_cast<HWND>(window))) {}
DragAndDrop::~DragAndDrop() = default;

std::vector<DragAndDrop::Drop> DragAndDrop::take() { return std::exchange(inside_->drops, {}); }

// OLE's half, by which files go out, is not written yet.
bool DragAndDrop::drag(const std::string&) { return false; }

}  // namespace ndm
#endif

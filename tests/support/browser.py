"""Tabs of a real Chromium, used again and again: nothing of a visit stays for the next."""

import os
from pathlib import Path

PROBE = (Path(__file__).parents[1] / "e2e" / "probe.js").read_text()
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required", "--enable-precise-memory-info",
    "--js-flags=--expose-gc", "--disable-extensions", "--disable-default-apps",
    "--disable-component-extensions-with-background-pages",
]  # fmt: skip
PATIENCE = 240_000
"""Milliseconds until a wait fails: computers that run these tests may have other work."""
LATE_FRAMES = """{
  const request = requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (draw) => setTimeout(() => request(draw), MS);
}"""
"""Delays every picture, to find tests that read the page before it is drawn.

It is added to the pages if NDM_TEST_LATE_FRAMES is set to a number of milliseconds, such as 150.
"""
STOP_STORING = """() => {
  Storage.prototype.setItem = () => {};
  localStorage.clear();
  const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
  return entries.map(({ name }) => new URL(name).host);
}"""
"""Stops writing; returns the host of everything that the page has loaded."""


class Tab:
    """A tab with a profile of its own."""

    def __init__(self, browser, url, **options):
        self.errors, self.hosts = [], set()
        self._context = browser.new_context(accept_downloads=True, **options)
        self._context.set_default_timeout(PATIENCE)
        self._context.add_init_script(PROBE)
        if late := os.environ.get("NDM_TEST_LATE_FRAMES"):
            self._context.add_init_script(LATE_FRAMES.replace("MS", late))
        self._origin = url.rstrip("/")
        self.page = page = self._context.new_page()
        self._tools = self._context.new_cdp_session(page)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)

    def _console(self, message):
        # The browser itself reports failed connections: of the WebSocket, and for the icon of the
        # tab, which it requests whenever the address changes, also after the page is left.
        url = message.location["url"]
        is_away = (
            "WebSocket connection" in message.text
            or (url == "about:blank" and "/icon.svg" in message.text)
            or (
                url.endswith("/icon.svg")
                and any(each in message.text for each in ("ERR_CONNECTION_REFUSED", "ERR_FAILED"))
            )
        )
        if message.type == "error" and not is_away:
            self.errors.append(f"{message.text} ({url})")

    def show(self, url, width, height, color_scheme, reduced_motion):
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        self.page.goto(url)
        self.page.wait_for_selector("body.is-ready")
        return self.page

    def leave(self):
        """Clear the storage; return the errors and the hosts of the visit."""
        # A page's last writes reach the browser late, even after the clearing below. So the page
        # stops writing, and clears its storage itself: that is sent after its writes.
        self.hosts.update(self.page.evaluate(STOP_STORING))
        # The page goes there by itself, and so the process stays: a new one is slow.
        with self.page.expect_navigation(url="about:blank"):
            self.page.evaluate("location.replace('about:blank')")
        self._tools.send(
            "Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"}
        )
        report = self.errors, self.hosts
        self.errors, self.hosts = [], set()
        return report

    def close(self):
        self._context.close()


class Tabs:
    """The tabs of one server's page, by the options that cannot change later."""

    def __init__(self, browser, url):
        self._browser, self._url, self._all, self._free = browser, url, [], {}

    def take(self, **options):
        free = self._free.setdefault(tuple(sorted(options.items())), [])
        if not free:
            free.append(Tab(self._browser, self._url, **options))
            self._all.append((free, free[-1]))
        return free.pop()

    def put(self, tab):
        for free, each in self._all:
            if each is tab:
                free.append(tab)

    def close(self):
        for _, tab in self._all:
            tab.close()


class Visit:
    """Opens pages, each as a new visitor, and collects their errors."""

    def __init__(self, tabs, url):
        self._tabs, self.url, self._taken = tabs, url, []
        self._errors, self._hosts = [], set()

    def __call__(
        self, path="", width=1280, height=1100, color_scheme="light",
        reduced_motion="no-preference", bare=True, **options,
    ):  # fmt: skip
        """Open a page; a bare one has one drum and no beat, whatever the page begins with."""
        tab = self._tabs.take(**options)
        self._taken.append(tab)
        page = tab.show(self.url + path, width, height, color_scheme, reduced_motion)
        if bare and not path:
            page.evaluate("probe.bare()")
        return page

    def again(self, path):
        """Open another page in the last tab, as another new visitor."""
        self._leave(self._taken[-1])
        return self._taken[-1].show(self.url + path, 1280, 1100, "light", "no-preference")

    def _leave(self, tab):
        errors, hosts = tab.leave()
        self._errors += errors
        self._hosts |= hosts

    def end(self):
        """Leave every page; return their errors and the hosts they have asked."""
        while self._taken:
            tab = self._taken.pop()
            self._leave(tab)
            self._tabs.put(tab)
        return self._errors, self._hosts

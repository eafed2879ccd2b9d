"""A real Chromium on the real page, served by the model in the package."""

import contextlib
import shutil
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required", "--enable-precise-memory-info",
    "--js-flags=--expose-gc",
]  # fmt: skip
QUIET = """() => {
  if (location.protocol === "about:") return;
  Storage.prototype.setItem = () => {};
  localStorage.clear();
}"""
PROBE = (Path(__file__).parent / "probe.js").read_text()


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium (scripts/system-packages)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright (dev extra)")
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def machine():
    from neural_drum_machine.machine import load

    return load()


@pytest.fixture(scope="session")
def site(browser, machine, tmp_path_factory):
    """The engine, and the address of its page."""
    from neural_drum_machine.server import serving, serving_web

    parent = tmp_path_factory.mktemp("sounds")
    with (
        serving(machine, port=0, parent=parent) as (engine, _),
        serving_web(engine, port=0) as web,
    ):
        yield engine, web.url


class Tab:
    """A browser's tab in a profile of its own, used again and again: nothing of a visit stays."""

    def __init__(self, browser, url, **options):
        self.faults, self.hosts = [], set()
        self._context = browser.new_context(accept_downloads=True, **options)
        self._context.add_init_script(PROBE)
        self._origin = url.rstrip("/")
        self.page = page = self._context.new_page()
        self._tools = self._context.new_cdp_session(page)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._console)
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))

    def _console(self, message):
        # What the browser says itself when the server is away: of the connection, and of the tab's
        # icon, which it asks for whenever the address changes.
        url = message.location["url"]
        itself = "WebSocket connection" in message.text or (
            url.endswith("/icon.svg") and "ERR_CONNECTION_REFUSED" in message.text
        )
        if message.type == "error" and not itself:
            self.faults.append(f"{message.text} ({url})")

    def show(self, url, width, height, color_scheme, reduced_motion):
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        self.page.goto(url)
        self.page.wait_for_selector("body.is-ready")
        return self.page

    def leave(self):
        """Forget everything, and return what went wrong and who was asked."""
        # Storage travels from the page to the browser by a road of its own: what a page wrote as it
        # went has come after the clearing below, and into the next visit. So here nothing more is
        # written, and the page itself clears what it wrote: both by that road.
        self.page.evaluate(QUIET)
        self.page.goto("about:blank")
        self._tools.send(
            "Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"}
        )
        said = self.faults, self.hosts - {""}
        self.faults, self.hosts = [], set()
        return said

    def close(self):
        self._context.close()


class Tabs:
    """The tabs of one server's page, by what they can do that no setting changes later."""

    def __init__(self, browser, url):
        self._browser, self._url, self._all, self._free = browser, url, [], {}

    def take(self, **options):
        key = tuple(sorted(options.items()))
        free = self._free.setdefault(key, [])
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
    """Opens pages, each as somebody who was never here, and hears what goes wrong in them."""

    def __init__(self, tabs, url):
        self._tabs, self.url, self._taken = tabs, url, []
        self._faults, self._hosts = [], set()

    def __call__(
        self, path="", width=1280, height=1100, color_scheme="light",
        reduced_motion="no-preference", **options,
    ):  # fmt: skip
        tab = self._tabs.take(**options)
        self._taken.append(tab)
        return tab.show(self.url + path, width, height, color_scheme, reduced_motion)

    def again(self, path):
        """Open another page in the tab of the last one, as somebody else."""
        self._leave(self._taken[-1])
        return self._taken[-1].show(self.url + path, 1280, 1100, "light", "no-preference")

    def _leave(self, tab):
        faults, hosts = tab.leave()
        self._faults += faults
        self._hosts |= hosts

    def end(self):
        """Leave every page; return what went wrong, and who was asked."""
        while self._taken:
            tab = self._taken.pop()
            self._leave(tab)
            self._tabs.put(tab)
        return self._faults, self._hosts


@pytest.fixture(scope="session")
def tabs(browser, site):
    made = Tabs(browser, site[1])
    yield made
    made.close()


@pytest.fixture
def visit(tabs, site):
    made = Visit(tabs, site[1])
    yield made
    faults, hosts = made.end()
    assert faults == []
    assert hosts <= {site[1].split("/")[2]}  # nothing was fetched from elsewhere


class Passing:
    """A server that goes while a page of it is open, and comes back to the same address."""

    def __init__(self, browser, engine):
        from neural_drum_machine.server.web import WebServer

        self._engine = engine
        self._server = WebServer(engine, port=0)
        self._tabs = Tabs(browser, self._server.url)
        self.visit = Visit(self._tabs, self._server.url)

    def go(self, page):
        self._server.close()
        page.get_by_text("The server has gone").wait_for()

    @contextlib.contextmanager
    def back(self, page):
        from neural_drum_machine.server import serving_web

        port = self._server.address[1]
        with serving_web(self._engine, port=port):
            page.evaluate("document.getElementById('try-now').click()")
            page.wait_for_selector("#away", state="hidden")
            yield
            faults, hosts = self.visit.end()
        assert faults == []
        assert hosts == {f"127.0.0.1:{port}"}

    def close(self):
        self._tabs.close()
        self._server.close()


@pytest.fixture
def passing(browser, site):
    made = Passing(browser, site[0])
    yield made
    made.close()


@pytest.fixture
def page(visit):
    return visit()


@pytest.fixture(scope="module")
def unchanged(tabs, site):
    """A page for tests each of which finds it as it was; they need no new one."""
    made = Visit(tabs, site[1])
    yield made()
    faults, _ = made.end()
    assert faults == []

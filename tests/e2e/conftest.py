"""A real Chromium on the real page, served by the model in the package."""

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


class Visit:
    """Opens pages, each as somebody who was never here, and hears what goes wrong in them."""

    def __init__(self, browser, url):
        self._browser, self.url, self._contexts = browser, url, []
        self.faults, self.hosts = [], set()

    def __call__(self, path="", width=1280, height=1100, **options):
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, **options
        )
        context.add_init_script(PROBE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._console)
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        page.goto(self.url + path)
        page.wait_for_selector("body.is-ready")
        return page

    def _console(self, message):
        # What the browser says itself when the server is away: of the connection, and of the tab's
        # icon, which it asks for whenever the address changes.
        url = message.location["url"]
        itself = "WebSocket connection" in message.text or (
            url.endswith("/icon.svg") and "ERR_CONNECTION_REFUSED" in message.text
        )
        if message.type == "error" and not itself:
            self.faults.append(f"{message.text} ({url})")

    def close(self):
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(browser, site):
    made = Visit(browser, site[1])
    yield made
    made.close()
    assert made.faults == []
    assert made.hosts <= {site[1].split("/")[2]}  # nothing was fetched from elsewhere


@pytest.fixture
def page(visit):
    return visit()

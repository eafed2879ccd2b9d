"""A real Chromium on the real page, served with the packaged model."""

import contextlib
import shutil

import pytest
from tests.support.browser import FLAGS, Tabs, Visit
from tests.support.library import LIBRARY_HITS, write_hits

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs Chromium (scripts/system-packages)")
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
def shelf(tmp_path_factory):
    """A library of synthesised samples, as the page's server has it."""
    from neural_drum_machine.library.adding.indexing import add
    from neural_drum_machine.library.adding.measuring import point_of, version_of
    from neural_drum_machine.server import Shelf

    folder = write_hits(tmp_path_factory.mktemp("samples") / "Linn", LIBRARY_HITS)
    file = tmp_path_factory.mktemp("library") / "all.sqlite"
    add([folder], file, workers=1)
    return Shelf(file, point_of, lambda: version_of(None))


@pytest.fixture(scope="session")
def site(browser, machine, shelf, tmp_path_factory):
    """The engine, and the address of its page."""
    from neural_drum_machine.server import serving, serving_web

    parent = tmp_path_factory.mktemp("sounds")
    with (
        serving(machine, port=0, parent=parent, shelf=shelf) as (engine, _),
        serving_web(engine, port=0) as web,
    ):
        yield engine, web.url


@pytest.fixture(scope="session")
def tabs(browser, site):
    made = Tabs(browser, site[1])
    yield made
    made.close()


@pytest.fixture
def visit(tabs, site):
    """Opens pages, each as a new visitor. No page may have an error or ask another host."""
    made = Visit(tabs, site[1])
    yield made
    errors, hosts = made.end()
    assert errors == []
    assert hosts <= {site[1].split("/")[2]}


@pytest.fixture
def page(visit):
    """A page as a new visitor sees it."""
    return visit()


@pytest.fixture(scope="module")
def shared_page(tabs, site):
    """One page for all tests of a module that do not depend on what others have left."""
    made = Visit(tabs, site[1])
    yield made()
    errors, _ = made.end()
    assert errors == []


class RestartingServer:
    """A server that stops while its page is open, and starts again at the same address."""

    def __init__(self, browser, engine):
        from neural_drum_machine.server import serving_web

        self._engine, self._serving_web = engine, serving_web
        self._running = contextlib.ExitStack()
        self._url = self._start(0)
        self._tabs = Tabs(browser, self._url)
        self.visit = Visit(self._tabs, self._url)

    def _start(self, port):
        return self._running.enter_context(self._serving_web(self._engine, port=port)).url

    def stop(self, page):
        self._running.close()
        page.wait_for_selector("#away", state="visible")

    @contextlib.contextmanager
    def started_again(self, page):
        self._start(int(self._url.split(":")[-1].strip("/")))
        # The page may reconnect by itself before it is told to.
        page.evaluate("document.getElementById('try-now').click()")
        page.wait_for_selector("#away", state="hidden")
        yield
        errors, hosts = self.visit.end()
        assert errors == []
        assert hosts == {self._url.split("/")[2]}

    def close(self):
        self._tabs.close()
        self._running.close()


@pytest.fixture
def restarting(browser, site):
    made = RestartingServer(browser, site[0])
    yield made
    made.close()

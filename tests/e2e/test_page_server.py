"""The server stops and starts again, other pages, and thousands of drags."""

import zipfile

import pytest
from tests.support.library_page import open_library
from tests.support.page import (
    draw,
    error,
    export,
    keep,
    message,
    open_project,
    pcm,
    press_at,
    recalled,
    settled,
    text,
    until,
    wav,
)

NEED_SERVER = ["random", "variation", "take", "encode-as", "inverter", "new-kit", "eight"]


def saved(page, machine):
    """Save everything; check that each sound is that of its own recipe; return the names."""
    _, path = export(page, "#save-wav")
    files = {"the sound": path.read_bytes()}
    _, path = export(page, "#save-pads")
    with zipfile.ZipFile(path) as archive:
        files |= {name: archive.read(name) for name in archive.namelist() if name[0].isdigit()}
    for data in files.values():
        samples, comment = wav(data)
        assert text(samples) == pcm(recalled(machine, comment))
    return sorted(files)


@pytest.fixture
def theirs(machine):
    """The project of somebody else: a clap, and a tom on the first drum pad."""

    def kept(category):
        code = [float(f"{v:.9g}") for v in machine.render(category, seed=5).code]
        return {"recipe": {"category": category, "code": code, "inverter": "refined"}}

    project = {**kept("clap"), "pads": [kept("tom")]}
    return {"neural_drum_machine_project": 1, "model": machine.hash, "project": project}


def test_a_server_that_stops_is_told_and_nothing_is_lost(restarting, machine, theirs):
    page = restarting.visit()
    keep(page, 1, "snare")
    page.locator("#pad-1").click()
    draw(page, "conga")
    before = page.evaluate("probe.project()")
    restarting.stop(page)
    assert all(page.locator(f"#{name}").is_disabled() for name in NEED_SERVER)
    # Everything that needs no server still works.
    page.evaluate("probe.watch()")
    page.keyboard.press("Enter")
    page.keyboard.press("w")
    assert page.evaluate("probe.hits.length") == 2
    page.keyboard.press("n")
    press_at(page, "#xy-pad", 0.8, 0.2)
    open_project(page, theirs)
    assert "cannot be opened while the server is away" in error(page)
    assert page.evaluate("probe.project()") == before
    assert saved(page, machine) == ["01-conga.wav", "02-snare.wav", "the sound"]
    # A sound that is no longer in memory is silent, rather than another one.
    page.evaluate("ndm.app.cache.clear()")
    page.keyboard.press("Control+z")
    until(page, "ndm.app.state.sound === null")
    page.locator("#export").click()
    page.locator("#save-wav").click()
    page.get_by_text("not loaded yet").wait_for()
    page.keyboard.press("Escape")
    page.evaluate("probe.hits.length = 0; document.activeElement.blur()")
    page.keyboard.press("Enter")
    assert page.evaluate("probe.hits") == []
    with restarting.started_again(page):
        until(page, "ndm.app.state.sound")
        settled(page)
        assert page.evaluate("probe.recipe().seed") != before["recipe"]["seed"]
        assert all(page.locator(f"#{name}").is_enabled() for name in NEED_SERVER)
        assert saved(page, machine) == ["01-kick.wav", "02-snare.wav", "the sound"]
        # A variation of a sound that this connection does not know by its id.
        seed = page.evaluate("probe.recipe().seed")
        page.keyboard.press("v")
        until(page, f"probe.recipe().seed !== {seed}")
        open_project(page, theirs)
        until(page, "ndm.app.project.recipe.category === 'clap'")
        settled(page)
        assert saved(page, machine) == ["01-tom.wav", "02-clap.wav", "the sound"]


@pytest.mark.parametrize("place", ["the sound", "a pad"])
def test_a_project_with_a_sound_that_cannot_be_made_is_refused_whole(page, theirs, machine, place):
    keep(page, 1, "snare")
    before = page.evaluate("probe.project()")
    project = theirs["project"]
    if place == "the sound":
        project["recipe"]["code"] = [0.5, 1.0]
        sentence = "codes are 64 numbers, got 2"
    else:
        project["pads"][0]["recipe"]["inverter"] = "none such"
        sentence = "no inverter 'none such'"
    open_project(page, theirs)
    said = error(page)
    assert said.startswith("p.json cannot be opened: ")
    assert sentence in said
    assert page.evaluate("probe.project()") == before
    assert saved(page, machine) == ["01-kick.wav", "02-snare.wav", "the sound"]


def test_an_inverter_that_the_server_lacks_is_not_asked_for(page, theirs):
    theirs["project"]["inverter"] = "none such"
    open_project(page, theirs)
    until(page, "ndm.app.project.recipe.category === 'clap'")
    page.get_by_role("button", name="New drum").click()
    settled(page)
    assert page.evaluate("probe.recipe().seed") >= 0
    assert page.locator("#notice.bad.on").count() == 0


def test_a_page_from_elsewhere_cannot_connect(browser, site):
    engine, url = site
    received = engine.status().received
    context = browser.new_context()
    page = context.new_page()  # about:blank belongs to no server
    answer = page.evaluate(
        """(url) => new Promise((go) => {
          const socket = new WebSocket(url);
          socket.onopen = () => go("opened");
          socket.onclose = () => go("refused");
        })""",
        url.replace("http", "ws") + "ws",
    )
    context.close()
    assert answer == "refused"
    assert engine.status().received == received


@pytest.mark.slow
def test_thousands_of_drags_leave_nothing_behind(page, site):
    def memory_after(n, rest=200):
        page.evaluate(
            """async ([n, rest]) => {
              const { app } = ndm;
              for (let i = 0; i < n; i++) {
                app.gesture.move({ p1: Math.sin(i / 9), p2: Math.cos(i / 13) });
                if (i % rest === rest - 1) await app.gesture.release();
                if (i % 5 === 4) await new Promise((go) => setTimeout(go, 11)); // 450 a second
              }
              await app.gesture.release();
              await probe.settled();
            }""",
            [n, rest],
        )
        page.evaluate("gc(); gc()")
        return page.evaluate("performance.memory.usedJSHeapSize")

    errors = site[0].status().errors
    # Caches, compiled code and the row of the last sounds fill once, at a time that differs from
    # computer to computer; anything that a drag leaves behind grows in every round.
    page.evaluate("for (let i = 0; i < 200; i++) ndm.app.change({ amount: 1 + (i % 2) / 2 })")
    memory = [memory_after(400, rest=10)]
    while len(memory) < 6:
        memory.append(memory_after(800))
        if memory[-1] - memory[-2] < 8e5:  # a kilobyte a drag
            break
    else:
        pytest.fail(f"the memory grows with every 800 drags: {memory}")
    assert page.evaluate("ndm.app.cache.size") <= 96
    assert page.evaluate("ndm.app.latencies.length") <= 1000
    status = site[0].status()
    assert status.errors == errors
    assert status.waiting == 0


def test_the_library_says_that_the_server_is_away_and_plays_when_it_is_back(restarting):
    page = restarting.visit()
    open_library(page)
    restarting.stop(page)
    assert error(page) == "The server is not running. Your work is kept."
    with restarting.started_again(page):
        assert message(page) == "The server is back; nothing is lost."
        page.evaluate("probe.watch(); ndm.library.choose(0)")
        until(page, "probe.hits.length === 1")

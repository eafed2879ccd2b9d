"""Files dropped on the page: what came of them is said, and nothing else is taken for it."""

import base64
import time

import numpy as np
import pytest
from tests.e2e.test_page import center, choose, settled

from neural_drum_machine.signal.hit import make_hit
from neural_drum_machine.signal.sound_file import sound_file_bytes

DROP = """([files, selector]) => {
  const dataTransfer = new DataTransfer();
  for (const [name, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    dataTransfer.items.add(new File([bytes], name));
  }
  document.querySelector(selector).dispatchEvent(
    new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""


def drop(page, selector="header", **files):
    packed = [[f"{name}.wav", base64.b64encode(data).decode()] for name, data in files.items()]
    page.evaluate(DROP, [packed, selector])


@pytest.fixture
def tom(machine):
    sound = machine.render("tom", seed=12)
    return sound_file_bytes(0.5 * sound.samples, sound.sr)


@pytest.fixture
def slow(monkeypatch):
    """Hearing takes a while."""

    def make(*args):
        time.sleep(0.4)
        return make_hit(*args)

    monkeypatch.setattr("neural_drum_machine.server.rendering.make_hit", make)


ACTS = {
    "another drum": lambda page: choose(page, "snap"),
    "the pad": lambda page: page.mouse.click(*center(page, "#pad", 0.8, 0.2)),
    "a random drum": lambda page: page.keyboard.press("r"),
    "undo": lambda page: page.keyboard.press("Control+z"),
}


def test_what_is_done_while_a_file_is_heard_is_not_taken_for_it(page, slow, tom):
    for name, act in ACTS.items():
        choose(page, "kick")
        page.keyboard.press("r")
        settled(page)
        page.evaluate("document.getElementById('notice').textContent = ''")
        drop(page, hat=tom)
        page.get_by_text("Hearing hat.wav …").wait_for()
        act(page)
        page.get_by_text("hat.wav is left out").wait_for()
        settled(page)
        page.evaluate("probe.until(() => !document.getElementById('busy').textContent)")
        assert page.evaluate("ndm.app.original") is None, name
        assert page.locator("#original").is_hidden(), name
        assert page.locator("#fidelity").inner_text() == "", name
        assert page.evaluate("ndm.app.isThere"), name
        assert page.locator("#notice").inner_text().startswith("hat.wav is left out"), name
    # Touched when it was heard, the original stays beside it.
    drop(page, hat=tom)
    page.get_by_text("hat.wav, heard as").wait_for()
    page.mouse.click(*center(page, "#pad", 0.8, 0.2))
    settled(page)
    assert page.locator("#original").is_visible()


def test_what_was_taken_of_several_files_and_of_a_long_one_is_said(page, tom, machine):
    loop = sound_file_bytes(np.tile(machine.render("snare", seed=3).samples, 3), machine.spec.sr)
    notice = page.locator("#notice")
    for files, sentence in (
        ({"tom": tom}, "Drag the pad"),
        ({"loop": loop}, ": its first 0.998 s; the rest is left out."),
        ({"tom": tom, "hat": loop}, " hat.wav is left out: drop one at a time."),
        ({"a": loop, "b": tom, "c": tom}, " 2 other files are left out: drop one at a time."),
    ):
        page.evaluate("document.getElementById('notice').textContent = ''")
        drop(page, **files)
        first = next(iter(files))
        page.get_by_text(f"{first}.wav, heard as").wait_for()
        assert sentence in notice.inner_text()
        assert ("first 0.998 s" in notice.inner_text()) == (files[first] is loop)


def test_what_is_dropped_on_a_pad_is_kept_there(page, tom):
    page.evaluate("probe.watch()")
    drop(page, "#pad-3 .name", tom=tom)
    page.get_by_text("on pad 3").wait_for()
    page.evaluate("probe.until(() => ndm.app.rack.sounds[2])")
    recipe, pads = page.evaluate("[probe.recipe(), ndm.app.project.pads]")
    assert pads[2]["recipe"] == recipe
    assert [pad is None for pad in pads] == [n != 2 for n in range(8)]
    page.wait_for_timeout(100)
    assert page.evaluate("probe.hits.length") == 1

"""Files dropped on the page: what came of them is said, and nothing else is taken for it."""

import base64
import time

import pytest

from neural_drum_machine.audio import make_hit, wav_bytes

from .test_page import center, choose, settled

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
    return wav_bytes(0.5 * sound.samples, sound.sr)


@pytest.fixture
def slow(monkeypatch):
    """Hearing takes a while."""

    def make(*args):
        time.sleep(0.4)
        return make_hit(*args)

    monkeypatch.setattr("neural_drum_machine.server.studio.make_hit", make)


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

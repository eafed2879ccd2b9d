"""Projects opened while not all is well: a sound and the recipe under its name never differ."""

import io
import json
import zipfile

import pytest
import soundfile
from tests.e2e.test_page import pcm, settled
from tests.e2e.test_page_keep import download, drawn, recalled, text

KEPT = "(n) => ndm.app.rack.keep(n)"


def open_file(page, value):
    page.locator("#project-file").set_input_files(
        {"name": "p.json", "mimeType": "application/json", "buffer": json.dumps(value).encode()}
    )


def together(page, machine):
    """All that can be saved, and whether each sound is its recipe's."""
    _, path = download(page, "#save-wav")
    files = {"the sound": path.read_bytes()}
    _, path = download(page, "#save-pads")
    with zipfile.ZipFile(path) as archive:
        files |= {name: archive.read(name) for name in archive.namelist() if name[0].isdigit()}
    for data in files.values():
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            comment = json.loads(file.comment)
            assert text(file.read(dtype="int16")) == pcm(recalled(machine, comment))
    return sorted(files)


@pytest.fixture
def theirs(visit):
    """Somebody else's project: a clap, and a tom on the first pad."""
    page = visit()
    drawn(page, "tom")
    page.evaluate(KEPT, 0)
    drawn(page, "clap")
    _, path = download(page, "#save-project")
    return json.loads(path.read_text())


def test_a_project_is_not_opened_without_a_server_and_what_is_undone_comes_with_it(
    passing, machine, theirs
):
    page = passing.visit()
    drawn(page, "snare")
    page.evaluate(KEPT, 0)
    drawn(page, "conga")
    before = page.evaluate("probe.project()")
    passing.go(page)
    open_file(page, theirs)
    page.get_by_text("open it when it is back").wait_for()
    assert page.evaluate("probe.project()") == before
    assert together(page, machine) == ["1-snare.wav", "the sound"]
    # Of what the page has forgotten there is no sound, rather than another's.
    page.evaluate("ndm.app.library._sounds.clear()")
    page.evaluate("ndm.app.undo()")
    page.evaluate("probe.until(() => ndm.app.sound === null)")
    page.locator("#save-wav").click()
    page.get_by_text("not there yet").wait_for()
    page.evaluate("probe.watch()")
    page.keyboard.press("Space")
    assert page.evaluate("probe.hits") == []
    with passing.back(page):
        page.evaluate("probe.until(() => ndm.app.sound)")
        settled(page)
        assert page.evaluate("probe.recipe().seed") != before["recipe"]["seed"]
        assert together(page, machine) == ["1-snare.wav", "the sound"]
        open_file(page, theirs)
        page.evaluate("probe.until(() => ndm.app.category === 'clap')")
        settled(page)
        assert together(page, machine) == ["1-tom.wav", "the sound"]


@pytest.mark.parametrize("pad", [False, True])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": [0.5, 1.0]}, "codes are 64 numbers, got 2"),
        ({"inverter": "none such"}, "no inverter 'none such'"),
    ],
)
def test_a_project_with_a_sound_that_cannot_be_made_is_refused_whole(
    page, theirs, machine, change, sentence, pad
):
    drawn(page, "snare")
    page.evaluate(KEPT, 0)
    before = page.evaluate("probe.project()")
    project = theirs["project"]
    (project["pads"][0] if pad else project)["recipe"] |= change
    open_file(page, theirs)
    page.wait_for_selector("#notice.on.bad")
    said = page.locator("#notice").inner_text()
    assert said.startswith("This project is not opened: ")
    assert sentence in said
    assert page.evaluate("probe.project()") == before
    assert together(page, machine) == ["1-snare.wav", "the sound"]


def test_an_inverter_that_is_not_there_is_not_asked_for(page, theirs):
    theirs["project"]["inverter"] = "none such"
    open_file(page, theirs)
    page.evaluate("probe.until(() => ndm.app.category === 'clap')")
    drawn(page, "snare")
    assert page.locator("#notice.bad.on").count() == 0

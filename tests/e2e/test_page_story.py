"""A whole story: open, beat, shape a kick while it plays, drop a sample, export, reload, share."""

import io
import json
import zipfile

import numpy as np
import pytest
from tests.support.page import (
    act,
    center,
    drop,
    export,
    message,
    settled,
    until,
)

from neural_drum_machine.grooves.groove_file import read_groove
from neural_drum_machine.kits.kit_file import content_of, read_kit
from neural_drum_machine.signal.sound_file import sound_file_bytes


@pytest.mark.slow
def test_from_the_first_click_to_a_beat_that_a_friend_hears(visit, machine, tmp_path):
    page = visit(width=1280, height=720, bare=False)
    until(page, "ndm.app.kit.grooves.length && ndm.app.state.voices.every(Boolean)")
    page.evaluate("probe.watch()")
    page.get_by_role("button", name="Start").click()
    act(page, "beats", "Funk")
    assert message(page).startswith("The beat funk is open.")
    until(page, "probe.hits.some(({ strip, when }) => strip === 0 && when)")
    # The kick is shaped while it plays.
    before = page.evaluate("probe.recipe()")
    page.mouse.move(*center(page, "#xy-pad"))
    page.mouse.down()
    for i in range(6):
        page.mouse.move(*center(page, "#xy-pad", 0.5 + 0.05 * i, 0.5 - 0.04 * i))
    page.mouse.up()
    settled(page)
    assert page.evaluate("probe.recipe()") != before
    # A sample of one's own is the snare.
    t = np.arange(9000) / 44100
    hit = np.random.RandomState(1).standard_normal(9000) * np.exp(-t / 0.05) * 0.3
    drop(page, "#pad-3 .name", mine=sound_file_bytes(hit, 44100))
    until(page, "ndm.app.project.pads[2].recipe.exemplars[0] >= 65536")
    settled(page)
    page.keyboard.press("Space")
    until(page, "!ndm.app.state.isPlaying")
    # The kit and the beat open with the command line's own reader.
    name, path = export(page, "#save-kit")
    assert name == "tight-12.ndkit"
    kit_path = tmp_path / name
    kit_path.write_bytes(path.read_bytes())
    kit = read_kit(kit_path)
    assert len(kit.voices) == 16
    recipe = page.evaluate("probe.recipe()")
    sound = kit.voices[2].sound(machine)
    length = page.evaluate("ndm.app.state.sound.channels[0].length")
    assert abs(sound.samples.shape[-1] - length) < 100
    assert kit.voices[2].category == recipe["category"]
    name, path = export(page, "#save-groove")
    groove_path = tmp_path / name
    groove_path.write_bytes(path.read_bytes())
    groove = read_groove(groove_path)
    assert (groove.bars, groove.tempo) == (2, ((0, 104),))
    # What the command line has opened and written comes back the same.
    page.evaluate("(content) => ndm.app.kit.open(content)", json.loads(json.dumps(content_of(kit))))
    settled(page)
    # The export for a sampler, and the loop, are made by the server.
    page.evaluate("document.getElementById('export-format').value = 'sfz'")
    page.locator("#export").click()
    page.get_by_label("Program").select_option("sfz")
    page.get_by_label("Layers").select_option("1")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export kit").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert any(each.endswith(".sfz") for each in archive.namelist())
    page.get_by_label("Rate").select_option("48000")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Loop").click()
    import soundfile

    loop, sr = soundfile.read(io.BytesIO(waiting.value.path().read_bytes()))
    assert (sr, len(loop)) == (48000, round(48000 * 8 * 60 / 104))
    page.keyboard.press("Escape")
    # A reload brings all of it back, and a friend's browser hears the same.
    pads = page.evaluate("JSON.parse(JSON.stringify(ndm.app.project.pads))")
    beat = page.evaluate("ndm.app.project.beat")
    page.get_by_role("button", name="Share").click()
    until(page, "location.hash.startsWith('#4.')")
    link = page.evaluate("location.hash")
    page.evaluate("history.replaceState(null, '', '/'); ndm.app.beat.setTempo(100)")
    until(page, "JSON.parse(localStorage['ndm.project']).project.beat.tempo === 100")
    page.reload()
    page.wait_for_selector("body.is-ready")
    recipes = "ndm.app.project.pads.map((pad) => pad.recipe.code)"
    assert page.evaluate(recipes) == [pad["recipe"]["code"] for pad in pads]
    friend = visit(link)
    assert friend.evaluate(recipes) == [pad["recipe"]["code"] for pad in pads]
    assert friend.evaluate("ndm.app.project.beat") == beat
    until(friend, "ndm.app.state.voices.every(Boolean)")

"""Samples of one's own in stereo: both channels are played, kept, saved and shared."""

import io
import json
import zipfile

import numpy as np
import pytest
import soundfile
from tests.support.page import (
    draw,
    drop,
    export,
    hush,
    message,
    press_at,
    recalled,
    settled,
    until,
)

from neural_drum_machine.signal.pcm import to_pcm
from neural_drum_machine.signal.sound_file import sound_file_bytes

SR = 44100
SIDES = "ndm.app.state.sound.channels.map((each) => [...each])"
PLAYED = "probe.hits.at(-1).channels"
PLAY = """async ([channels, pan]) => {
  const { Mixer } = await import("/js/audio/mixer.js");
  const context = new OfflineAudioContext(2, 44100, 44100);
  const mixer = new Mixer(context, 16);
  mixer.master.connect(context.destination);
  mixer.play(channels.map((each) => Float32Array.from(each)), 44100, { pan, strip: 0 });
  const out = await context.startRendering();
  return [0, 1].map((n) => [...out.getChannelData(n).slice(0, channels[0].length)]);
}"""


def wide_hit():
    """A tone at the left and noise at the right, which die away: 0.25 s, ``(2, n)``."""
    t = np.arange(SR // 4) / SR
    noise = np.random.RandomState(3).standard_normal(len(t))
    sides = np.stack([0.6 * np.sin(2 * np.pi * 180 * t), 0.2 * noise])
    return (sides * np.exp(-t / 0.05)).astype(np.float32)


@pytest.fixture(scope="module")
def wide():
    return sound_file_bytes(wide_hit(), SR)


@pytest.fixture
def taken(page, wide):
    """A page whose selected pad has the stereo sample."""
    page.evaluate("probe.watch()")
    drop(page, wide=wide)
    assert message(page).startswith("wide.wav is a ")
    settled(page)
    hush(page)
    return page


def read(data):
    """The samples of a file, 16 bits, ``(n, channels)``."""
    return soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)[0]


@pytest.mark.parametrize("pan", [0, 0.25, -1])
def test_the_mixer_plays_both_channels_as_exports_place_them(shared_page, pan):
    from neural_drum_machine.kits.export.mix import panned

    sides = wide_hit()[:, :2000]
    played = np.array(shared_page.evaluate(PLAY, [sides.tolist(), pan]))
    np.testing.assert_allclose(played, panned(sides, pan), atol=1e-6)
    mono = sides[:1]
    played = np.array(shared_page.evaluate(PLAY, [mono.tolist(), pan]))
    np.testing.assert_allclose(played, np.broadcast_to(panned(mono, pan), (2, 2000)), atol=1e-6)


def test_a_stereo_sample_stays_what_it_is_and_both_channels_are_bent(
    taken, wide, machine, tmp_path
):
    page = taken
    page.keyboard.press("Enter")
    assert page.evaluate(PLAYED) == 2
    sides = np.array(page.evaluate(SIDES))
    np.testing.assert_array_equal(to_pcm(sides).T, read(wide))
    assert page.evaluate("ndm.app.state.original.length") == 2
    press_at(page, "#xy-pad", 0.8, 0.2)
    settled(page)
    bent = np.array(page.evaluate(SIDES))
    assert len(bent) == 2
    # As Python bends the file: both channels get the same change.
    recipe = page.evaluate("probe.recipe()")
    path = tmp_path / "wide.wav"
    path.write_bytes(wide)
    anchor = machine.anchor(path, recipe["category"])
    want = machine.render_code(
        recipe["category"], recipe["code"], anchors=((anchor, 1.0),), engine=recipe["engine"]
    )
    np.testing.assert_allclose(bent, want.samples, atol=1e-3)
    # A drawn drum on the same pad is mono again.
    page.get_by_role("button", name="New drum").click()
    settled(page)
    assert page.evaluate("ndm.app.state.sound.channels.length") == 1


def test_a_stereo_sample_plays_from_pads_and_in_a_humanised_beat_with_both_channels(taken):
    page = taken
    page.keyboard.press("q")
    assert page.evaluate(PLAYED) == 2
    page.evaluate("ndm.app.beat.setStep(0, 0, {}); ndm.app.beat.set({ human: 0.5 })")
    until(page, "ndm.app.layers.made(0).length > 4")
    page.evaluate("probe.hits.length = 0; ndm.app.beat.play()")
    until(page, "probe.hits.length > 3")
    page.evaluate("ndm.app.beat.stop()")
    assert set(page.evaluate("probe.hits.map(({ channels }) => channels)")) == {2}


def test_what_is_saved_and_shared_has_both_channels(taken, visit, wide, machine):
    page = taken
    page.evaluate("ndm.app.beat.setStep(0, 0, {})")
    # The WAV file, which comes back as the same sound, here and in Python.
    _, path = export(page, "#save-wav")
    data = path.read_bytes()
    np.testing.assert_array_equal(read(data), read(wide))
    again = machine.recall(path)
    assert again.samples.shape[0] == 2
    np.testing.assert_array_equal(to_pcm(again.samples).T, read(data))
    page.get_by_role("button", name="New drum").click()
    settled(page)
    drop(page, again=data)
    until(page, "ndm.app.state.sound.channels.length === 2")
    assert message(page).endswith("exactly as it was.")
    # The pads in a ZIP file.
    _, path = export(page, "#save-pads")
    with zipfile.ZipFile(path) as archive:
        (first,) = (each for each in archive.namelist() if each.startswith("01-"))
        np.testing.assert_array_equal(read(archive.read(first)), read(wide))
    # The loop and a kit for another program.
    _, path = export(page, "#save-loop")
    loop = read(path.read_bytes())
    assert not np.array_equal(loop[:, 0], loop[:, 1])
    page.locator("#export").click()
    page.get_by_label("Program").select_option("wav")
    page.get_by_label("Layers").select_option("1")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export kit").click()
    page.keyboard.press("Escape")
    with zipfile.ZipFile(waiting.value.path()) as archive:
        (sample,) = (each for each in archive.namelist() if each.endswith(".wav"))
        assert read(archive.read(sample)).shape[1] == 2
    # The project, and a link that a friend opens.
    _, path = export(page, "#save-project")
    assert json.loads(path.read_text())["own"]
    page.evaluate("ndm.app.cache.clear()")
    page.get_by_role("button", name="Share").click()
    until(page, "location.hash.startsWith('#4.')")
    friend = visit(page.evaluate("location.hash"))
    until(friend, "ndm.app.state.voices[0]")
    sides = np.array(friend.evaluate("ndm.app.state.voices[0].channels.map((each) => [...each])"))
    assert sides.shape[0] == 2
    n = min(sides.shape[1], wide_hit().shape[1])
    for side, file in zip(sides, wide_hit(), strict=True):
        assert np.corrcoef(side[:n], file[:n])[0, 1] > 0.99


def test_a_sample_whose_channels_are_the_same_is_mono(page):
    mono = wide_hit()[0]
    drop(page, both=sound_file_bytes(np.stack([mono, mono]), SR))
    assert message(page).startswith("both.wav is a ")
    assert page.evaluate("ndm.app.state.sound.channels.length") == 1
    _, path = export(page, "#save-wav")
    assert read(path.read_bytes()).shape[1] == 1


def test_a_server_with_a_width_plays_drawn_drums_in_stereo(browser, machine):
    from tests.support.browser import Tabs, Visit

    from neural_drum_machine.inverters.renderer import Rendering
    from neural_drum_machine.server import serving, serving_web

    wide = machine.with_rendering(Rendering(width=0.5))
    with serving(wide, port=0) as (engine, _), serving_web(engine, port=0) as web:
        tabs = Tabs(browser, web.url)
        visit = Visit(tabs, web.url)
        page = visit()
        draw(page, "snare")
        left, right = (np.array(each) for each in page.evaluate(SIDES))
        recipe = page.evaluate("probe.recipe()")
        plain = recalled(machine, recipe).samples
        assert not np.array_equal(left, right)
        # The mean of both is the mono sound; each has a peak of 1.
        mean = (left + right) / 2
        n = min(len(mean), len(plain))
        assert np.corrcoef(mean[:n], plain[:n])[0, 1] > 0.9999
        _, path = export(page, "#save-wav")
        assert read(path.read_bytes()).shape[1] == 2
        assert visit.end()[0] == []
        tabs.close()

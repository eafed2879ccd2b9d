"""What a saved WAV file holds: the sound as it plays in the kit, or as it is; either comes back."""

import io
import json
import zipfile

import numpy as np
import pytest
import soundfile
from tests.support.page import drop, export, keep, message, recalled, settled, until, wav

from neural_drum_machine.kits.export.mix import at_rate, panned
from neural_drum_machine.signal.sound_file import read_comment

MIX = {"level": -6.0, "pan": 0.5, "pitch": 3.0}
CARRIED = """async () => {
  const made = [];
  const { createObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    made.push(blob);
    return createObjectURL(blob);
  };
  const dataTransfer = new DataTransfer();
  const pad = document.getElementById("pad-1");
  pad.dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true }));
  URL.createObjectURL = createObjectURL;
  return probe.text(new Uint8Array(await made[0].arrayBuffer()));
}"""


@pytest.fixture
def mixed_page(page):
    """A page whose first pad has a snare with a mix."""
    keep(page, 0, "snare")
    page.evaluate("(mix) => ndm.app.drumPads.mix(0, mix, true)", MIX)
    settled(page)
    return page


def choose_mix(page, value):
    page.locator("#export").click()
    page.locator("#export-mix").select_option(value)
    page.keyboard.press("Escape")


def in_kit(machine, comment, mix=MIX):
    """A sound with its mix, as exports of kits make it: ``(n, channels)``."""
    sound = recalled(machine, comment)
    played = at_rate(sound.samples, sound.sr, sound.sr, mix["pitch"])
    return np.atleast_2d(panned(played, mix["pan"]) * 10 ** (mix["level"] / 20)).T


def test_a_file_has_the_mix_as_exports_of_kits_have_it_and_comes_back_with_it(mixed_page, machine):
    page = mixed_page
    _, path = export(page, "#save-wav")
    samples, _ = soundfile.read(path, always_2d=True)
    comment = json.loads(read_comment(path))
    assert comment["mix"] == MIX
    want = in_kit(machine, comment)
    assert abs(len(samples) - len(want)) <= 1
    n = min(len(samples), len(want))
    # The resamplers differ above 20 kHz alone.
    error = np.fft.rfft(samples[:n] - want[:n], axis=0)[: round(n * 20 / 44.1)]
    power = np.fft.rfft(want[:n], axis=0)[: round(n * 20 / 44.1)]
    assert 20 * np.log10(np.linalg.norm(error) / np.linalg.norm(power)) < -60
    # Dropped on another pad, it is the same sound with the same mix, in one step.
    pad = page.evaluate("ndm.app.project.pads[0]")
    steps = page.evaluate("probe.steps()")
    drop(page, "#pad-6 .name", back=path.read_bytes())
    assert message(page).endswith("is back on pad 6 exactly as it was.")
    back = page.evaluate("ndm.app.project.pads[5]")
    assert {name: back[name] for name in MIX} == MIX
    assert back["recipe"]["code"] == pad["recipe"]["code"]
    assert page.evaluate("probe.steps()") == steps + 1
    # Python recalls the sound from the comment.
    sound = machine.recall(path)
    np.testing.assert_array_equal(sound.samples, recalled(machine, comment).samples)


def test_a_file_can_hold_the_sound_as_it_is_and_the_browser_remembers_that(mixed_page, machine):
    page = mixed_page
    in_the_kit, _ = export(page, "#save-wav")
    choose_mix(page, "plain")
    name, path = export(page, "#save-wav")
    assert name != in_the_kit
    samples, comment = wav(path.read_bytes())
    assert "mix" not in comment
    assert samples.ndim == 1
    until(page, "JSON.parse(localStorage['ndm.project'] ?? 'null')?.project.pads[0]?.pitch === 3")
    page.reload()
    page.wait_for_selector("body.is-ready")
    settled(page)
    assert page.locator("#export-mix").input_value() == "plain"
    _, path = export(page, "#save-wav")
    np.testing.assert_array_equal(wav(path.read_bytes())[0], samples)


def test_pads_in_a_zip_and_pads_that_are_dragged_out_have_it_too(mixed_page, machine):
    import base64

    page = mixed_page
    _, path = export(page, "#save-pads")
    with zipfile.ZipFile(path) as archive:
        packed = archive.read("01-snare.wav")
    assert packed == export(page, "#save-wav")[1].read_bytes()
    assert base64.b64decode(page.evaluate(CARRIED)) == packed
    choose_mix(page, "plain")
    carried = base64.b64decode(page.evaluate(CARRIED))
    assert soundfile.info(io.BytesIO(carried)).channels == 1


def test_a_pad_that_would_be_distorted_is_saved_softer_and_that_is_said(page, machine):
    keep(page, 1, "snare")
    page.evaluate("ndm.app.drumPads.mix(1, { level: 12 }, true)")
    settled(page)
    peak = page.evaluate("Math.max(...ndm.app.state.voices[1].channels[0].map(Math.abs))")
    over = 12 + 20 * np.log10(peak)
    _, path = export(page, "#save-wav")
    assert message(page).startswith(f"Saved {over:.1f} dB softer than in the kit")
    samples, comment = wav(path.read_bytes())
    assert comment["mix"]["level"] == pytest.approx(12 - over, abs=1e-4)
    assert 32700 < np.abs(samples.astype(int)).max() <= 32768
    # All pads of a ZIP file are softer alike, so that they keep their balance.
    _, path = export(page, "#save-pads")
    with zipfile.ZipFile(path) as archive:
        levels = [wav(archive.read(name))[1]["mix"]["level"] for name in archive.namelist()[:2]]
    assert levels == pytest.approx([-over, 12 - over], abs=1e-4)

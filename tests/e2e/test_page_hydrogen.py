"""The story's end: Hydrogen opens and plays a kit of the page, with a sample of one's own in it."""

import zipfile

import numpy as np
import pytest
from tests.support.kit_players import (
    SR,
    hydrogen_ran,
    likeness,
    needed,
    played_by_hydrogen,
)
from tests.support.page import drop, settled, until

from neural_drum_machine.kits.export.mix import pan_gains
from neural_drum_machine.signal.sound_file import sound_file_bytes

PADS = """ndm.app.project.pads.map(({ level, name, pan }, n) => {
  const { channels } = ndm.app.state.voices[n];
  return [name, level, pan, channels.map((each) => [...each])];
})"""
MINE = 2
"""The pad that has the sample, counted from 0."""
SOFT = 60


@pytest.mark.slow
def test_hydrogen_opens_and_plays_the_kit_that_the_page_exports(visit, tmp_path):
    needed("h2cli")
    page = visit(width=1280, height=720, bare=False)
    until(page, "ndm.app.kit.grooves.length && ndm.app.state.voices.every(Boolean)")
    t = np.arange(9000) / SR
    hit = np.random.RandomState(1).standard_normal((2, 9000)) * np.exp(-t / 0.05) * 0.3
    drop(page, f"#pad-{MINE + 1} .name", mine=sound_file_bytes(hit.astype(np.float32), SR))
    until(page, f"ndm.app.project.pads[{MINE}].recipe.exemplars[0] >= 65536")
    settled(page)
    pads = page.evaluate(PADS)
    page.locator("#export").click()
    page.get_by_label("Program").select_option("hydrogen")
    page.get_by_label("Layers").select_option("1")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export kit").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        archive.extractall(tmp_path / "kit")
    (kit,) = (tmp_path / "kit").rglob("*.h2drumkit")
    assert "is valid" in hydrogen_ran(["-c", kit], tmp_path)
    # A stroke of every pad, two seconds apart: each is the pad's sound at its level and place.
    # Softer ones than 127, as Hydrogen cuts off what passes full scale.
    assert len(pads) == 16
    played = played_by_hydrogen(kit, [(2 * n, n, SOFT) for n in range(16)], tmp_path)
    for n, (name, level, pan, channels) in enumerate(pads):
        part = played[:, 2 * n * SR : (2 * n + 2) * SR]
        for side, samples in enumerate(channels if len(channels) == 2 else 2 * channels):
            want = level + 20 * np.log10(pan_gains(pan)[side] * SOFT / 127)
            correlation, gain, start = likeness(part[side], np.array(samples)[: round(0.3 * SR)])
            # The sample, which is noise, is a little different in its compact form.
            assert correlation > (0.97 if n == MINE else 0.9999), name
            assert gain == pytest.approx(want, abs=0.3 if n == MINE else 0.05), name
            assert start < 0.02 * SR, name
    assert len(pads[MINE][-1]) == 2

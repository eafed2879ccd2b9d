"""Curves of velocity are fitted to drums in layers."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.support.sounds import noise, tone

from neural_drum_machine.prepare.velocity.fit import BORROWED_KITS, fit, slope
from neural_drum_machine.prepare.velocity.layered import Instrument, band_levels, read_layered
from neural_drum_machine.wishes.velocity import NAMES

SR = 44_100


def instrument(category: str, kit: str, change: float) -> Instrument:
    """Eight layers whose every value changes evenly, but for one that lies far off."""
    softness = np.linspace(0, 1, 8)
    values = 3.0 + change * softness
    values[4] += 10
    return Instrument(
        category, kit, (Path("a"),) * 8, softness, np.zeros(8), dict.fromkeys(NAMES, values)
    )


def test_one_stroke_that_lies_far_off_moves_no_line():
    assert slope(instrument("kick", "a", -2.0), "decay", 1.0)[0] == pytest.approx(-2, abs=0.05)


def test_few_kits_are_drawn_to_the_mean_of_all():
    drums = [instrument("kick", f"kit {n}", 1.0) for n in range(6)]
    drums += [instrument("snare", "kit 0", -1.0)]
    found = {category: own["attack"] for category, own in fit(drums).items()}
    assert all(curve.exponent == 1 for curve in found.values())
    common = found["tom"].change  # has no layers
    assert -1 < found["snare"].change < common < found["kick"].change < 1
    own = 1 / (1 + BORROWED_KITS)
    assert found["snare"].change == pytest.approx(common + own * (-1 - common), abs=0.05)


def test_bands_are_told_beside_the_loudness():
    x = noise(0.3, SR)
    np.testing.assert_allclose(band_levels(x), band_levels(0.1 * x), atol=0.01)
    assert int(np.argmax(band_levels(tone(250, 0.3, SR)))) == 3


def test_layers_are_read_from_the_names_of_a_manifest(tmp_path):
    lines = ["file,category,group,source,upstream"]
    for layer in (1, 2, 3):
        for microphone in ("top", "oh"):
            name = f"{microphone}{layer}.wav"
            soundfile.write(tmp_path / name, 0.5 * noise(0.2, SR, layer), SR)
            lines.append(f"{name},snare,kit/{microphone},pack,{microphone}/sn_vl{layer}_rr1.wav")
    (tmp_path / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = []
    found = read_layered(tmp_path, lambda done, total: told.append((done, total)))
    assert told[-1] == (6, 6)
    assert [(each.category, each.kit, len(each.files)) for each in found] == [
        ("snare", "kit", 3)
    ] * 2
    np.testing.assert_allclose(found[0].softness, [1, 0.5, 0])
    np.testing.assert_allclose(found[0].peaks, -6.02, atol=0.01)
    soft, loud = found[0].ends()
    assert (soft.tolist(), loud.tolist()) == ([True, False, False], [False, False, True])

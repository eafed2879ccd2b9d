import pytest
from tests.support.axis_machine import AxisMachine

from neural_drum_machine.evaluation.measures.axes.effects import axis_effects
from neural_drum_machine.evaluation.measures.axes.names import axis_names
from neural_drum_machine.signal.descriptors import DESCRIPTORS, Descriptor

UNDEFINED = Descriptor("undefined", "", lambda samples, sr: float("nan"), "less", "more", False)
CONSTANT = Descriptor("constant", "dB", lambda samples, sr: 7.0, "less", "more", False)


def test_the_effect_of_an_axis_is_found():
    seen = []
    effects = axis_effects(
        AxisMachine(),
        [DESCRIPTORS[0], CONSTANT, UNDEFINED],
        seeds=2,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (3 * 4 * 2 * 5, 3 * 4 * 2 * 5)
    table = {(e.axis, e.descriptor): e for e in effects}
    bright = table[0, "centroid"]
    assert bright.slope == pytest.approx(2, rel=0.1)
    assert (bright.rho, bright.agreement, bright.lines) == (pytest.approx(1), 1, 8)
    assert bright.unit == "octaves"
    assert table[1, "centroid"].rho == 0
    turned = table[2, "centroid"]
    assert turned.rho == pytest.approx(0, abs=1e-9)
    assert turned.by_category == pytest.approx({"kick": -1, "snare": 1, "tom": -1, "conga": 1})
    assert table[0, "constant"].rho == 0
    assert table[0, "constant"].unit == "dB"
    undefined = table[0, "undefined"].to_dict()
    assert (undefined["rho"], undefined["slope"], undefined["lines"]) == (None, None, 0)


def test_a_real_machine_is_measured(small_machine):
    effects = axis_effects(small_machine, DESCRIPTORS, seeds=1, steps=(-1, 0, 1))
    assert len(effects) == 3 * len(DESCRIPTORS)
    assert all(-1 <= e.rho <= 1 for e in effects if e.lines)
    assert len(axis_names(effects)) == 3

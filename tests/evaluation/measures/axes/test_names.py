from dataclasses import replace

from tests.support.axis_machine import AxisMachine

from neural_drum_machine.evaluation.measures.axes.effects import axis_effects
from neural_drum_machine.evaluation.measures.axes.names import axis_names
from neural_drum_machine.signal.descriptors import DESCRIPTORS, Descriptor


def words(names):
    return [str(name) if name else None for name in names]


def test_a_falling_axis_is_named_in_reverse_and_a_rare_descriptor_names_none():
    effects = axis_effects(AxisMachine(), [DESCRIPTORS[0]], seeds=1)
    falling = [replace(e, rho=-e.rho) for e in effects]
    assert words(axis_names(falling))[0] == "brighter – darker"
    assert [n.rising() for n in axis_names(falling) if n] == ["darker – brighter"]
    weak = [replace(e, rho=0.59 * e.rho) for e in effects]
    assert axis_names(weak) == (None, None, None)
    # Defined on one line of three: the category has no value.
    fickle = Descriptor(
        "fickle", "", lambda x, sr: float("nan" if x[1] < 0.263 else 1), "less", "more", False
    )
    shown = axis_effects(AxisMachine(), [fickle], seeds=3, steps=(-0.01, 0, 0.01))[1]
    assert (shown.lines, shown.by_category) == (4, {})
    rare = replace(effects[0], low_word="lower", high_word="higher", rho=1.0, lines=1)
    assert words(axis_names([replace(effects[0], rho=0.7), rare]))[0] == "darker – brighter"
    # The axis with the largest correlation gets the name. Another gets its next best, or none.
    first = replace(effects[0], axis=0, rho=0.7, lines=9)
    surer = replace(effects[0], axis=1, rho=-0.9, lines=9)
    other = replace(rare, axis=0, descriptor="pitch", rho=0.65, lines=9)
    assert words(axis_names([first, surer])) == [None, "brighter – darker", None]
    both = words(axis_names([first, surer, other]))
    assert both == ["lower – higher", "brighter – darker", None]


def test_axes_are_named_over_all_sounds_and_within_a_category():
    effects = axis_effects(AxisMachine(), [DESCRIPTORS[0]], seeds=2)
    assert words(axis_names(effects)) == ["darker – brighter", None, None]
    # For kicks P3 has the same correlation, but a name is given only once.
    assert words(axis_names(effects, "kick")) == ["darker – brighter", None, None]

"""Parameters have names, units and words, and understand their own words."""

import pytest
from tests.support.clap_host import OF_PAD, PADS, PARAMETERS, VALUES, WAITING, parameter


def test_every_parameter_has_a_name_of_its_own_and_its_pads_group(plugin):
    facts = plugin.parameters()
    assert len(facts) == PARAMETERS
    names = [name for name, *_ in facts]
    assert len(set(names)) == len(names)
    for number, (name, module, least, most, initial) in enumerate(facts):
        assert least <= initial <= most
        if number < PADS * len(OF_PAD):
            pad = number // len(OF_PAD) + 1
            assert name.startswith(f"{pad} ")
            assert module.endswith(f"pad{pad}_{OF_PAD[number % len(OF_PAD)]}")
    for pad in range(PADS):
        for symbol in VALUES:
            name, module, *_ = facts[parameter(pad, symbol)]
            assert name.startswith(f"{pad + 1} ")
            assert module.endswith(f"pad{pad + 1}_{symbol}")


def test_words_and_values_turn_into_each_other(plugin):
    for number, (_, _, least, most, initial) in enumerate(plugin.parameters()):
        for value in {least, initial, most}:
            text = plugin.text(number, value)
            assert plugin.from_text(number, text) == pytest.approx(value, abs=1e-5), text


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("category", 4, "Closed hi-hat"),
        ("note", 36, "36 C1"),
        ("seed", -1, "kit or sample"),
        ("choke", 0, "none"),
        ("output", 1, "own"),
        ("decay", 2, "as drawn"),
        ("loudness", -61, "as drawn"),
        ("timbre", 0, "off"),
    ],
)
def test_choices_have_words(plugin, name, value, words):
    assert plugin.text(parameter(3, name), value) == words
    assert plugin.from_text(parameter(3, name), words) == value


def test_the_kit_has_the_notes_of_general_midi(plugin):
    notes = [plugin.value(parameter(pad, "note")) for pad in range(PADS)]
    assert notes == [36, 35, 38, 40, 39, 37, 42, 44, 46, 45, 47, 50, 54, 70, 63, 60]
    assert plugin.value(WAITING) == 0

"""The whole device in the stand-in for Max: sets and presets restore the same sound."""

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import check_preset, needs_node, played
from tests.support.sounds import tone

pytestmark = needs_node


@pytest.mark.parametrize("last", ["Random", "Variation", "P2", "Sample", "Bent"])
def test_a_set_and_a_preset_restore_the_same_sound(live, device, port, last, tmp_path):
    """From stored parameters alone, in another device, of which the server knows nothing."""
    live.set("Category", 3)
    live.set("Wish decay", 150)
    live.set("Ask decay", 1)
    live.set("Random")
    live.settle()
    if last == "P2":
        live.set("P2", -0.5)
        live.settle()
    elif last == "Variation":
        live.set("Variation")
        live.settle()
    elif last in ("Sample", "Bent"):
        path = tmp_path / "my kick é.wav"
        soundfile.write(path, tone(80, 0.2), 22050)
        live.set("Sample", str(path))
        live.settle()
        if last == "Bent":
            for name, value in (("P1", 0.5), ("Toward", 2), ("Turn", 40), ("Blend", 10)):
                live.set(name, value)
            live.settle()
    wanted = played(live)
    parameters = ("Category", "P1", "P2", "Fine", "Range", "Wild", "Take",
                  "Wish decay", "Ask decay", "Toward", "Turn", "Blend", "Recall")  # fmt: skip
    stored = {name: live.value(name) for name in parameters}
    if last in ("Sample", "Bent"):
        stored["Sample"] = str(path)
    for order in (parameters, parameters[::-1]):  # Live guarantees none
        again = device(port, **{name: stored[name] for name in order},
                       **({"Sample": stored["Sample"]} if "Sample" in stored else {}))  # fmt: skip
        again.until(lambda again=again: again.sound() is not None)
        np.testing.assert_array_equal(played(again), wanted)
    # As a preset of the first device.
    check_preset(live, {name: stored[name] for name in parameters}, wanted)

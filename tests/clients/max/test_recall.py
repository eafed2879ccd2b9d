"""The whole device in the stand-in for Max: sets and presets restore the same sound."""

import numpy as np
import pytest
import soundfile
from tests.clients.max.conftest import needs_node, played
from tests.support.sounds import tone

pytestmark = needs_node


@pytest.mark.parametrize("last", ["Random", "Variation", "P2", "Sample"])
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
    elif last == "Sample":
        path = tmp_path / "my kick é.wav"
        soundfile.write(path, tone(80, 0.2), 22050)
        live.set("Sample", str(path))
        live.settle()
    wanted = played(live)
    parameters = ("Category", "P1", "P2", "Fine", "Range", "Wild", "Take",
                  "Wish decay", "Ask decay", "Recall")  # fmt: skip
    stored = {name: live.value(name) for name in parameters}
    if last == "Sample":
        stored["Sample"] = str(path)
    for order in (parameters, parameters[::-1]):  # Live guarantees none
        again = device(port, **{name: stored[name] for name in order},
                       **({"Sample": stored["Sample"]} if last == "Sample" else {}))  # fmt: skip
        again.until(lambda again=again: again.sound() is not None)
        np.testing.assert_array_equal(played(again), wanted)
    # As a preset of the first device, while it plays another sound.
    live.set("Typical")
    live.set("Category", 0)
    live.settle()
    assert played(live).shape != wanted.shape or (played(live) != wanted).any()
    for name in parameters:
        value = stored[name]
        live.set(name, *(value if isinstance(value, list) else [value]))
    live.settle()
    np.testing.assert_array_equal(played(live), wanted)

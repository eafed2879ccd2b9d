"""A VST3 plug-in in pedalboard, without what takes pedalboard a minute."""

from pathlib import Path
from typing import Any

import pytest


def vst3(bundle: Path) -> Any:
    """Return a plug-in; skip the test where pedalboard is not installed."""
    pytest.importorskip("pedalboard", reason="pedalboard is not installed (pip install pedalboard)")
    from pedalboard import _pedalboard

    # It asks for a thousand words of each parameter, and DPF has one for each MIDI controller of
    # each channel. Tests ask for the parameters that they want by _get_parameter.
    _pedalboard._PythonExternalPluginMixin._get_parameters = lambda self: {}
    return _pedalboard.VST3Plugin(str(bundle))

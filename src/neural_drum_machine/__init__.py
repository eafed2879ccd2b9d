"""Neural Drum Machine: move a pad, hear a new drum.

>>> import neural_drum_machine as ndm
>>> machine = ndm.load()
>>> machine.render("kick", p=(0.5, -0.2, 0.0), seed=1).write("kick.wav")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from neural_drum_machine.categories import CATEGORIES
    from neural_drum_machine.errors import NdmError
    from neural_drum_machine.machine import DrumMachine, load
    from neural_drum_machine.sound import Sound

__version__ = "0.2.0"
__all__ = ["CATEGORIES", "DrumMachine", "NdmError", "Sound", "__version__", "load"]

_HOMES: Final = {
    "CATEGORIES": "categories",
    "DrumMachine": "machine",
    "NdmError": "errors",
    "Sound": "sound",
    "load": "machine",
}


def __getattr__(name: str) -> Any:
    """Import public names at first use, so that importing the package costs nothing."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

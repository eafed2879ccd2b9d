"""What a function needs beyond the core."""

import importlib.util

from neural_drum_machine.errors import MissingExtraError


def require(module: str, extra: str) -> None:
    """Raise :class:`MissingExtraError`, with the command that helps, unless a module is there."""
    if importlib.util.find_spec(module) is None:
        raise MissingExtraError(f"this needs {module}: pip install 'neural-drum-machine[{extra}]'")

"""How long work reports what it has done."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with (done, in all)."""
StageProgress = Callable[[str, int, int], None]
"""Called with (name of the stage, done, in all)."""

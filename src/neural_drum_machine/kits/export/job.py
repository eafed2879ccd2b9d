"""What a format is told about its export."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from neural_drum_machine.kits.export.options import ExportOptions

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What a format is told about its export.

    Attributes
    ----------
    folder : Path
        Where it writes; empty.
    final : Path
        Where the folder will be: absolute, but for one that will be moved.
    options : ExportOptions
        What was asked for. Rate, trim and level are in the samples already.
    progress : callable or None
        Called with (files written, files in all).
    """

    folder: Path
    final: Path
    options: ExportOptions
    progress: Progress | None = None

    def told(self, done: int, total: int) -> None:
        """Tell how many files are written, if anybody wants to know."""
        if self.progress:
            self.progress(done, total)

"""A file to measure, and what measuring it gives."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Task:
    """A file to measure.

    Attributes
    ----------
    path : str
        The file.
    category : str or None
        The category or ``other``, if its names tell.
    choices : tuple of str
        The categories that its names allow, empty for all.
    note : str
        How its names contradict each other.
    known : tuple of bytes
        Digests of contents that are measured already.
    """

    path: str
    category: str | None = None
    choices: tuple[str, ...] = ()
    note: str = ""
    known: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What measuring a file gave.

    Attributes
    ----------
    size, mtime : int
        Bytes, and nanoseconds since 1970, of the file that was read.
    digest : bytes or None
        SHA-256 of its content; None if it could not be read.
    known : bool
        Whether the content is one of `Task.known`; then nothing else was measured.
    why : str
        Why it is no sound of the library; then the rest is empty.
    category, label, second, note : str
        The category or ``other``; ``name`` or ``sound``, by which it was found; the second most
        probable class by sound; how names contradict each other.
    doubt : float
        0 where a name tells; otherwise how probable it is that the category is wrong.
    values : dict
        Of :data:`~neural_drum_machine.library.tables.MEASURES`.
    near, code : numpy.ndarray
        Shapes ``(64,)`` and ``(latent_dim,)``, float32.
    spectral_print : numpy.ndarray
        Shape ``(64,)``, uint8: eighths of a decibel under the loudest band.
    """

    size: int = 0
    mtime: int = 0
    digest: bytes | None = None
    known: bool = False
    why: str = ""
    category: str = ""
    label: str = ""
    second: str = ""
    note: str = ""
    doubt: float = 0.0
    values: tuple[float, ...] = ()
    near: FloatArray | None = None
    code: FloatArray | None = None
    spectral_print: npt.NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Files to measure together, and the model that encodes them (None: that of the package)."""

    tasks: tuple[Task, ...]
    model: str | None

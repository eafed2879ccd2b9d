"""A rendered sound and its recipe: the values that recall it."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AnchorError
from neural_drum_machine.signal.sound_file import sound_file_bytes, write_sound_file
from neural_drum_machine.wishes.velocity import LOUDEST

REFERENCE: Final = "reference"
NATIVE: Final = "native"
ENGINES: Final = (REFERENCE, NATIVE)
"""What can compute a sound: NumPy, and the engine in C."""


class Own(Protocol):
    """A sound of the user that others are anchored to: an ``Anchor``."""

    def packed(self) -> bytes:
        """Return its compact form, at most 40,000 bytes."""
        ...

    def told(self) -> dict[str, Any]:
        """Return how a recipe names it: its file's name, and a digest of the compact form."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Sound:
    """A rendered sound and the values that recall it.

    In a notebook, a sound that ends a cell is shown with a player.

    Attributes
    ----------
    samples : numpy.ndarray
        Shape ``(n_samples,)``, or ``(2, n_samples)`` if it has a width; float32, peak 1 (or
        silent).
    sr : int
        Sample rate in Hz.
    category : str
        The category that its code was decoded as.
    code : numpy.ndarray
        Shape ``(latent_dim,)``, float32, the latent code.
    seed : int or None
        The seed that the code was drawn with, if it was drawn.
    model : str
        The model's hash.
    inverter : str
        The inverter that made the samples.
    take : int
        The noise that its grain is from, 0 to 63.
    to : str or None
        The second category of a blend; see :meth:`DrumMachine.render_code`.
    t : float
        The share of `to`, 0 to 1.
    exemplars : tuple of (int, float)
        Numbers of the model's exemplars that are laid over what is decoded, with their shares.
    recordings : tuple of dict
        Whose recordings these exemplars are: name, source, licence, attribution.
    anchors : tuple of (Own, float)
        The user's own sounds that this one is anchored to, with their shares.
    blend : float
        How far an anchored sound is the generator's: 0 the user's own, 1 the generator's alone.
    wish : mapping of str to float
        The values that were asked for; see :meth:`DrumMachine.ranges`.
    velocity : int
        How hard the drum is struck, 1 to 127; 127 is the sound as it is.
    engine : str
        What computed the samples: ``"reference"`` (NumPy) or ``"native"`` (the engine in C).
    """

    samples: FloatArray
    sr: int
    category: str
    code: FloatArray
    seed: int | None
    model: str
    inverter: str
    take: int = 0
    to: str | None = None
    t: float = 0.0
    exemplars: tuple[tuple[int, float], ...] = ()
    recordings: tuple[dict[str, str], ...] = ()
    anchors: tuple[tuple[Own, float], ...] = ()
    blend: float = 0.0
    wish: Mapping[str, float] = field(default_factory=dict)
    velocity: int = LOUDEST
    engine: str = REFERENCE

    def recipe(self) -> dict[str, Any]:
        """Return the values that recall the sound, as JSON values.

        ``machine.render_code(recipe["category"], recipe["code"], take=recipe["take"])`` gives the
        same samples again with the same model and inverter. A blend also has ``to`` and ``t``. A
        sound that begins at a recording has ``exemplars``, and ``recordings`` tells whose they are.
        An anchored sound has ``anchors``: their compact forms stand beside the recipe in the file.
        ``wish`` holds the values that were asked for. A sound that is struck more softly than 127
        has its ``velocity``. A sound of the engine in C has ``engine``; without it, NumPy made it.
        """
        blend: dict[str, Any] = {} if self.to is None else {"to": self.to, "t": self.t}
        if self.exemplars:
            blend["exemplars"] = [list(each) for each in self.exemplars]
            blend["recordings"] = list(self.recordings)
        if self.anchors:
            blend["anchors"] = [{"share": share, **own.told()} for own, share in self.anchors]
            blend["blend"] = self.blend
        if self.wish:
            blend["wish"] = dict(self.wish)
        if self.velocity < LOUDEST:
            blend["velocity"] = self.velocity
        if self.engine != REFERENCE:
            blend["engine"] = self.engine
        return {
            "neural_drum_machine": 1,  # the version of this form
            "model": self.model,
            "inverter": self.inverter,
            "category": self.category,
            # NumPy's integers are accepted as seeds and takes, and are no JSON values.
            "seed": None if self.seed is None else int(self.seed),
            "take": int(self.take),
            **blend,
            "code": list(code_values(self.code)),
        }

    def comment(self) -> str:
        """Return the recipe as the text that files of the sound carry as their comment."""
        return json.dumps(self.recipe(), separators=(",", ":"))

    def block(self) -> bytes:
        """Return the compact forms of the anchors, each after its length in four bytes."""
        return block_of([own.packed() for own, _ in self.anchors])

    @property
    def mono(self) -> FloatArray:
        """The samples, or the mean of both channels, ``(n,)``."""
        return self.samples if self.samples.ndim == 1 else self.samples.mean(axis=0)

    def wav(self) -> bytes:
        """Return the sound as a 16-bit WAV file with the recipe in its comment.

        An anchored sound also has the compact forms of its anchors in a chunk of its own.
        """
        return sound_file_bytes(self.samples, self.sr, self.comment(), block=self.block())

    def write(self, path: str | Path) -> None:
        """Write a 16-bit WAV or FLAC file with the recipe in its comment.

        Parameters
        ----------
        path : str or Path
            Its ending chooses the format: ``.wav`` or ``.flac``. The folder must exist.

        Raises
        ------
        OutputError
            If the file has another ending or cannot be written.
        """
        write_sound_file(path, self.samples, self.sr, self.comment(), self.block())

    def __repr__(self) -> str:
        facts = [repr(self.category)]
        if self.to is not None:
            facts.append(f"to={self.to!r}, t={self.t:g}")
        if self.seed is not None:
            facts.append(f"seed={int(self.seed)}")
        if self.take:
            facts.append(f"take={self.take}")
        facts += [f"{name}={value:.4g}" for name, value in self.wish.items()]
        if self.velocity < LOUDEST:
            facts.append(f"velocity={self.velocity}")
        seconds = self.samples.shape[-1] / self.sr
        return f"Sound({', '.join(facts)}: {seconds:.3f} s at {self.sr} Hz, {self.inverter})"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.wav()).decode()
        label = repr(self).replace("&", "&amp;").replace("<", "&lt;")
        return (
            f"<figure><figcaption><code>{label}</code></figcaption>"
            f'<audio controls src="data:audio/wav;base64,{data}"></audio></figure>'
        )


def block_of(forms: Sequence[bytes]) -> bytes:
    """Return compact forms as one block: each after its length in four bytes, little-endian."""
    return b"".join(len(form).to_bytes(4, "little") + form for form in forms)


def forms_of(block: bytes) -> list[bytes]:
    """Return the compact forms of a block; see :func:`block_of`.

    Raises
    ------
    AnchorError
        If the block is truncated.
    """
    forms, place = [], 0
    while place < len(block):
        size = int.from_bytes(block[place : place + 4], "little")
        form = block[place + 4 : place + 4 + size]
        if len(form) < size or not size:
            raise AnchorError("the own sounds of a file are truncated; copy the file again")
        forms.append(form)
        place += 4 + size
    return forms


def code_values(code: FloatArray) -> tuple[float, ...]:
    """Return a code as numbers of nine significant digits, which recall every float32 exactly."""
    return tuple(float(f"{value:.9g}") for value in code.tolist())

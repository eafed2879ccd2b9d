"""A rendered sound and the recipe that recalls it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.wav import write_wav


@dataclass(frozen=True, slots=True)
class Sound:
    """A rendered sound and what recalls it.

    Attributes
    ----------
    samples : numpy.ndarray
        Shape ``(n_samples,)``, float32, peak 1 (or silent).
    sr : int
        Sample rate in Hz.
    category : str
        What it was decoded as.
    code : numpy.ndarray
        Shape ``(latent_dim,)``, float32: with the model it gives the sound again.
    seed : int or None
        What the code was drawn with, if it was.
    model : str
        The model's hash.
    inverter : str
        What turned the spectrogram into samples.
    take : int
        Which noise its grain is from.
    to : str or None
        Another category that the code was decoded as, too; see :meth:`DrumMachine.render_code`.
    t : float
        How much of that there is, 0 to 1.
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

    def metadata(self) -> dict[str, Any]:
        """Return what recalls the sound, as JSON values."""
        blend = {} if self.to is None else {"to": self.to, "t": self.t}
        return {
            "neural_drum_machine": 1,
            "model": self.model,
            "inverter": self.inverter,
            "category": self.category,
            # NumPy's whole numbers are taken as seeds, and are no JSON.
            "seed": None if self.seed is None else int(self.seed),
            "take": self.take,
            **blend,
            "code": [float(f"{value:.9g}") for value in self.code.tolist()],
        }

    def write(self, path: str | Path) -> None:
        """Write a mono 16-bit WAV file with the metadata in its comment.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        comment = json.dumps(self.metadata(), separators=(",", ":"))
        write_wav(path, self.samples, self.sr, comment)

"""An anchor: the user's own sound with its code, which moves of the code bend."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from neural_drum_machine.anchors.compact import packed
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.levels import Levels, levels_of
from neural_drum_machine.signal.spec import AudioSpec


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """An own sound with its place in the latent space.

    Attributes
    ----------
    sound : OwnSound
        The samples.
    category : str
        The category that the code was searched in.
    code : numpy.ndarray
        Shape ``(latent_dim,)``, float32.
    recording : Levels
        What the model hears of the samples.
    scale : float
        The factor from the samples to the scale of `recording`.
    form : list of bytes
        The compact form, once it is known.
    """

    sound: OwnSound
    category: str
    code: FloatArray
    recording: Levels = field(repr=False)
    scale: float
    form: list[bytes] = field(default_factory=list, repr=False)

    def packed(self) -> bytes:
        """Return the compact form; see :mod:`neural_drum_machine.anchors.compact`.

        Raises
        ------
        AnchorError
            If the sound does not fit into 40,000 bytes.
        """
        if not self.form:
            self.form.append(packed(self.sound, self.category, self.code))
        return self.form[0]

    def told(self) -> dict[str, str]:
        """Return how a recipe names it: its file's name, and a digest of the compact form."""
        return {"name": self.sound.name, "sha256": hashlib.sha256(self.packed()).hexdigest()}

    @classmethod
    def of(
        cls,
        sound: OwnSound,
        category: str,
        spec: AudioSpec,
        encode: Callable[[Levels], FloatArray],
    ) -> "Anchor":
        """Return the anchor of a sound, whose code `encode` finds from its levels."""
        hit = sound.hit(spec)
        recording = levels_of(hit, spec)
        return cls(sound, category, encode(recording), recording, sound.scale(hit))

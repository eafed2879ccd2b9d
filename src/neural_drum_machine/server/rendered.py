"""A sound that was rendered for a request, and the description that it was rendered from."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.exemplars.overlay import Exemplars
from neural_drum_machine.inverters.full_band import at_rate
from neural_drum_machine.latent.prior import DEFAULT_WILD
from neural_drum_machine.server.protocol import Pcm
from neural_drum_machine.signal.distance import distance
from neural_drum_machine.signal.hit import Hit, make_hit
from neural_drum_machine.signal.pcm import to_pcm
from neural_drum_machine.signal.sound_file import sound_file_bytes
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.sound import Sound
from neural_drum_machine.wishes.taught_axis import AxisStep
from neural_drum_machine.wishes.velocity import LOUDEST


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """The description of a sound that is to be rendered.

    Attributes
    ----------
    category, code, seed, to, t, blend
        As in :class:`~neural_drum_machine.sound.Sound`.
    exemplars : tuple
        Numbers of exemplars or own sounds, with their shares.
    wild : float
        As requested; 1 if it means nothing for the request.
    encoded : Hit, optional
        The sound that `code` was found for.
    wish : mapping
        The values that the sound is to have.
    velocity : int
        How hard the drum is struck, 1 to 127.
    axes : tuple of AxisStep
        Taught axes that the sound is moved along.
    engine : str, optional
        What is to compute it; the machine's own way if absent.
    """

    category: str
    code: FloatArray
    seed: int | None = None
    to: str | None = None
    t: float = 0.0
    wild: float = DEFAULT_WILD
    exemplars: Exemplars = ()
    blend: float = 0.0
    encoded: Hit | None = None
    wish: Mapping[str, float] = field(default_factory=dict)
    velocity: int = LOUDEST
    axes: tuple[AxisStep, ...] = ()
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class RenderedSound:
    """A sound that is ready to be delivered.

    Attributes
    ----------
    sound : Sound
        Cut to the length that was asked for.
    recipe : RenderPlan
        The description that it was rendered from.
    position : tuple of float
        P1, P2 and P3 of the description's latent vector.
    core_sr : int
        The rate in Hz that the model's networks work at.
    own : bytes, optional
        The compact form of the own sound that the request brought.
    uploaded : OwnSound, optional
        That sound itself.
    channels : int
        How many channels are delivered.
    """

    sound: Sound
    recipe: RenderPlan
    position: tuple[float, float, float]
    core_sr: int
    own: bytes | None = None
    uploaded: OwnSound | None = None
    channels: int = 1

    @property
    def exemplars(self) -> Exemplars:
        """Numbers of exemplars or own sounds, with their shares, that recall the sound."""
        return self.recipe.exemplars if self.sound.anchors else self.sound.exemplars

    def remembered(self) -> Sound:
        """Return the sound for later requests: own sounds by number, not with their samples."""
        return dataclasses.replace(self.sound, exemplars=self.exemplars, anchors=())

    @property
    def left_out(self) -> int:
        """Samples at the end of the encoded sound, at the answer's rate, that did not fit."""
        if self.recipe.encoded is None or self.sound.anchors:
            return 0
        return self.recipe.encoded.left_out * self.sound.sr // self.core_sr

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about parts of the encoded sound that are lost."""
        return self.recipe.encoded.notes if self.recipe.encoded else ()

    @property
    def samples(self) -> FloatArray:
        """The samples that are delivered: ``(n,)``, or ``(2, n)`` for two channels."""
        return with_channels(self.sound.samples, self.channels)

    def pcm(self) -> Pcm:
        """Return the samples as a file holds them, ``(n,)`` or ``(n, 2)``, int16."""
        return interleaved(self.samples)

    def uploaded_pcm(self) -> Pcm | None:
        """Return the sound that was uploaded, if one was, as it is; as :meth:`pcm`.

        Its first sample is that of the answer.
        """
        if self.uploaded is None:
            return None
        samples = with_channels(self.uploaded.samples, self.channels)
        return interleaved(at_rate(samples, self.sound.sr))

    def fidelity(self, spec: AudioSpec) -> float | None:
        """Return the distance to the sound that was encoded: 0 (the same) to 1; None if none.

        Both are compared as the model hears sounds.
        """
        hit = self.recipe.encoded
        if hit is None:
            return None
        try:
            made = make_hit(mono(self.sound.samples), self.sound.sr, spec)
        except AudioError:  # silence
            return 1.0
        return distance(hit.samples[: hit.length], made.samples[: made.length], spec)

    def wav(self) -> bytes:
        """Return a WAV file that can be recalled from its comment, as :meth:`Sound.write`'s."""
        return dataclasses.replace(self.sound, samples=self.samples).wav()


@dataclass(frozen=True, slots=True)
class RenderedLayers:
    """Softer strokes of a sound, ready to be delivered.

    Attributes
    ----------
    of : int
        The id of the request that the sound was made for.
    sounds : tuple of Sound
        One for each velocity.
    channels : int
        How many channels are delivered.
    """

    of: int
    sounds: tuple[Sound, ...]
    channels: int

    @property
    def length(self) -> int:
        """The number of samples of each layer: that of the longest. Zeros follow the others."""
        return max(int(sound.samples.shape[-1]) for sound in self.sounds)

    @property
    def velocities(self) -> tuple[int, ...]:
        """The velocity of each layer."""
        return tuple(sound.velocity for sound in self.sounds)

    @property
    def sr(self) -> int:
        """The sample rate in Hz."""
        return self.sounds[0].sr

    @property
    def samples(self) -> FloatArray:
        """The layers, one after another: ``(n,)``, or ``(2, n)`` for two channels."""
        parts = []
        for sound in self.sounds:
            samples = with_channels(sound.samples, self.channels)
            missing = self.length - samples.shape[-1]
            parts.append(np.pad(samples, [(0, 0)] * (samples.ndim - 1) + [(0, missing)]))
        return np.concatenate(parts, axis=-1)

    def pcm(self) -> Pcm:
        """Return the samples as a file holds them, ``(n,)`` or ``(n, 2)``, int16."""
        return interleaved(self.samples)

    def wav(self) -> bytes:
        """Return a WAV file."""
        return sound_file_bytes(self.samples, self.sr)


def with_channels(samples: FloatArray, channels: int) -> FloatArray:
    """Return a sound with 1 channel, ``(n,)``, or 2, ``(2, n)``, equal ones if it is mono."""
    if channels == 1:
        return mono(samples)
    return np.ascontiguousarray(np.broadcast_to(samples, (channels, samples.shape[-1])))


def interleaved(samples: FloatArray) -> Pcm:
    """Return samples of 16 bits: ``(n,)``, or ``(n, 2)`` of a sound ``(2, n)``."""
    return np.ascontiguousarray(to_pcm(samples).T)


def mono(samples: FloatArray) -> FloatArray:
    """Return a sound's mono form ``(n,)``: the mean of its channels."""
    return samples if samples.ndim == 1 else samples.mean(axis=0)

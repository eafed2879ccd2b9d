"""The audio format of a model: sample rate, length, transform, mel bands.

Only free choices are stored. All other numbers are derived from them.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

from neural_drum_machine.errors import SpecError

_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "sr": (1_000, 192_000),
    "n_samples": (64, 1 << 20),
    "n_fft": (16, 1 << 15),
    "win_length": (16, 1 << 15),
    "hop_length": (16, 1 << 12),
    "n_mels": (1, 1 << 11),
    "log_eps": (1e-9, 1),
    "pre_roll": (1, 1 << 14),
}
"""Least and greatest value of each number that a file may ask for."""
_MOST_MEL_VALUES: Final = 1 << 21
"""Most values of a sound's mel spectrogram: 32 times those of the second generation."""


@dataclass(frozen=True, slots=True)
class AudioSpec:
    """The audio format that both networks are built for (paper, section 3.1).

    Attributes
    ----------
    sr : int
        Sample rate in Hz.
    n_samples : int
        Length of a sound in samples (22,015 is 0.998 s).
    n_fft : int
        Length of the discrete Fourier transform, in samples.
    win_length : int
        Length of the Hann window, in samples; zero-padded to `n_fft`.
    hop_length : int
        Samples between frames.
    n_mels : int
        Number of mel bands.
    log_eps : float
        Added to a mel magnitude before its logarithm. 0.01 lies 66 to 80 dB under the peak of a
        full-scale hit (mel magnitudes of 20 to 100). Quieter detail is not worth the generator's
        capacity.
    pre_roll : int
        Samples before the onset of a hit.
    """

    sr: int = 22050
    n_samples: int = 22015
    n_fft: int = 2048
    win_length: int = 1024
    hop_length: int = 256
    n_mels: int = 512
    log_eps: float = 1e-2
    pre_roll: int = 11

    def __post_init__(self) -> None:
        """Check the invariants once, so that no other code has to.

        Raises
        ------
        SpecError
            If a number is not positive, the hop is not a power of two (each layer of MCNN doubles
            the rate), or hop, window and FFT do not divide each other.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:
                raise SpecError(f"{field.name} must be positive, got {value!r}")
        if self.hop_length & (self.hop_length - 1):
            raise SpecError(
                f"hop_length must be a power of two (each layer of MCNN doubles the rate), "
                f"got {self.hop_length}"
            )
        if not self.hop_length <= self.win_length <= self.n_fft:
            raise SpecError(
                f"need hop_length <= win_length <= n_fft, got {self.hop_length}, "
                f"{self.win_length}, {self.n_fft}"
            )
        if self.win_length % self.hop_length or self.n_fft % self.win_length:
            raise SpecError(
                "hop_length must divide win_length, and win_length n_fft, got "
                f"{self.hop_length}, {self.win_length}, {self.n_fft}"
            )

    @property
    def n_bins(self) -> int:
        """Number of FFT bins from 0 Hz to half the sample rate, both included."""
        return self.n_fft // 2 + 1

    @property
    def n_frames(self) -> int:
        """Number of frames of a whole sound, one centred on every hop from sample 0."""
        return 1 + self.n_samples // self.hop_length

    @property
    def n_network_samples(self) -> int:
        """Samples the inverter puts out for a whole sound, before cropping to `n_samples`."""
        return self.n_frames * self.hop_length

    @property
    def seconds(self) -> float:
        """Length of a sound in seconds."""
        return self.n_samples / self.sr

    def to_dict(self) -> dict[str, int | float]:
        """Return the stored numbers as a plain dictionary for JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Rebuild a spec from :meth:`to_dict`'s dictionary.

        Raises
        ------
        SpecError
            If keys are missing or unknown, or a number has the wrong type or lies outside the
            bounds of what a file may ask for.
        """
        known = {field.name: field.type for field in fields(cls)}
        # Models of the first generation do not state it.
        values = {"pre_roll": DEFAULT_SPEC.pre_roll, **values}
        if set(values) != set(known):
            raise SpecError(
                f"an audio spec has the keys {', '.join(known)}; got {', '.join(map(str, values))}"
            )
        for name, value in values.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise SpecError(f"{name} must be a number, got {value!r}")
            if known[name] is int and not isinstance(value, int):
                raise SpecError(f"{name} must be a whole number, got {value!r}")
            least, most = _BOUNDS[name]
            if not least <= value <= most:
                raise SpecError(f"{name} lies between {least} and {most}, got {value!r}")
        spec = cls(**values)
        if spec.n_mels * spec.n_frames > _MOST_MEL_VALUES:
            raise SpecError(
                f"a spectrogram has at most {_MOST_MEL_VALUES} values, got n_mels {spec.n_mels} "
                f"times {spec.n_frames} frames"
            )
        return spec


DEFAULT_SPEC: Final = AudioSpec()
"""The paper's numbers."""
LONG_SPEC: Final = AudioSpec(n_samples=32767, pre_roll=128)
"""The format of the second generation of models: 128 frames, 1.486 s, of which 5.8 ms come before
the onset."""


def spec_of(frames: int) -> AudioSpec:
    """Return the format of sounds of so many frames.

    Parameters
    ----------
    frames : int
        86 gives the paper's numbers, another number those of the second generation.

    Returns
    -------
    AudioSpec
        The format; its sounds last ``frames * hop_length − 1`` samples.

    Raises
    ------
    SpecError
        If there is no frame.
    """
    if frames == DEFAULT_SPEC.n_frames:
        return DEFAULT_SPEC
    return replace(LONG_SPEC, n_samples=frames * LONG_SPEC.hop_length - 1)

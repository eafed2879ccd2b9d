"""Variations of mel spectrograms, made anew for each batch.

They stand in for what a drummer or a mixing desk changes: tuning, length, tone, decay. They
work on spectrograms because the generator never sees a waveform.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from neural_drum_machine.errors import ConfigError
from neural_drum_machine.signal.mel import mel_band_edges
from neural_drum_machine.signal.spec import AudioSpec


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """Largest change of each kind, to either side; all 0 leaves sounds alone (the paper).

    Attributes
    ----------
    pitch_semitones : float
        Resampling: pitch goes up as the sound gets shorter, or the reverse.
    stretch : float
        Share by which the sound gets longer or shorter at the same pitch.
    tilt_db : float
        Decibels an octave, around 1 kHz.
    decay_db : float
        Decibels a second.
    """

    pitch_semitones: float = 0.0
    stretch: float = 0.0
    tilt_db: float = 0.0
    decay_db: float = 0.0

    def __post_init__(self) -> None:
        """Check ranges.

        Raises
        ------
        ConfigError
            If a number is negative or the stretch reaches 1.
        """
        for name in ("pitch_semitones", "tilt_db", "decay_db"):
            if getattr(self, name) < 0:
                raise ConfigError(f"{name} must not be negative, got {getattr(self, name)}")
        if not 0 <= self.stretch < 1:
            raise ConfigError(f"stretch must lie between 0 and 1, got {self.stretch}")

    @property
    def active(self) -> bool:
        """Whether anything is changed at all."""
        return any((self.pitch_semitones, self.stretch, self.tilt_db, self.decay_db))


def vary(
    mel: Tensor,
    spec: AudioSpec,
    *,
    semitones: Tensor,
    stretch: Tensor,
    tilt_db: Tensor,
    decay_db: Tensor,
) -> Tensor:
    """Return a changed copy of each spectrogram.

    Parameters
    ----------
    mel : torch.Tensor
        Shape ``(batch, n_mels, frames)``, magnitudes.
    spec : AudioSpec
        The signal's numbers.
    semitones, stretch, tilt_db, decay_db : torch.Tensor
        Shape ``(batch,)``: tuning (up is positive), factor of length, decibels an octave
        (brighter is positive) and a second (longer is positive).

    Returns
    -------
    torch.Tensor
        Shape of `mel`. The largest magnitude of each sound stays what it was, as a sound
        is normalised; beyond its edges a spectrogram goes on as it ends (silence there
        would teach that sounds tuned down have no treble).
    """
    n_mels, frames = mel.shape[-2:]
    hz = torch.tensor(mel_band_edges(spec)[1:-1], dtype=torch.float32, device=mel.device)
    ratio = torch.exp2(semitones / 12)[:, None]
    # HTK's scale in rows: equally spaced mels from the first band's centre.
    step = torch.log10(1 + hz[0] / 700)
    row = torch.log10(1 + hz / ratio / 700) / step - 1
    time = torch.arange(frames, device=mel.device) * ratio / stretch[:, None]
    grid = torch.empty(*mel.shape, 2, device=mel.device)
    grid[..., 0] = (2 * time / (frames - 1) - 1)[:, None, :]
    grid[..., 1] = (2 * row / (n_mels - 1) - 1)[:, :, None]
    moved = torch.nn.functional.grid_sample(
        mel[:, None], grid, padding_mode="border", align_corners=True
    )[:, 0]
    octaves = torch.log2(hz.clamp_min(50.0) / 1000)
    seconds = torch.arange(frames, device=mel.device) * (spec.hop_length / spec.sr)
    gain_db = (
        tilt_db[:, None, None] * octaves[:, None] + decay_db[:, None, None] * seconds[None, None]
    )
    shaped = moved * 10 ** (gain_db / 20)
    peaks = [x.amax(dim=(1, 2), keepdim=True).clamp_min(1e-8) for x in (mel, shaped)]
    return shaped * (peaks[0] / peaks[1])


def augment(
    mel: Tensor, spec: AudioSpec, config: AugmentConfig, generator: torch.Generator
) -> Tensor:
    """Return a batch with changes drawn evenly from the configured ranges; see :func:`vary`."""
    if not config.active:
        return mel
    draws = torch.rand(4, len(mel), generator=generator, device=generator.device) * 2 - 1
    draws = draws.to(mel.device)
    return vary(
        mel,
        spec,
        semitones=draws[0] * config.pitch_semitones,
        stretch=1 + draws[1] * config.stretch,
        tilt_db=draws[2] * config.tilt_db,
        decay_db=draws[3] * config.decay_db,
    )

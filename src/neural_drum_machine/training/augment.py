"""Random variations of mel spectrograms, drawn anew for each batch.

They imitate what drummers and mixing desks change: tuning, length, tone, decay. They work on
spectrograms because the generator is trained on spectrograms alone.
"""

import torch
from torch import Tensor

from neural_drum_machine.signal.mel import mel_band_edges
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.training.config import AugmentConfig


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
        Sample rate, FFT and mel sizes.
    semitones, stretch, tilt_db, decay_db : torch.Tensor
        Shape ``(batch,)``: tuning (positive is higher), factor of the length, decibels per octave
        (positive is brighter) and decibels per second (positive is longer).

    Returns
    -------
    torch.Tensor
        Shape of `mel`. Each sound keeps its largest magnitude, because sounds are normalised.
        Beyond its edges a spectrogram is continued with its outermost values: silence there
        would teach the network that sounds tuned down have no treble.
    """
    n_mels, frames = mel.shape[-2:]
    hz = torch.tensor(mel_band_edges(spec)[1:-1], dtype=torch.float32, device=mel.device)
    ratio = torch.exp2(semitones / 12)[:, None]
    # Rows are equally spaced on HTK's mel scale, from the centre of the first band.
    step = torch.log10(1 + hz[0] / 700)
    row = torch.log10(1 + hz / ratio / 700) / step - 1
    time = torch.arange(frames, device=mel.device) * ratio / stretch[:, None]
    grid = torch.empty(*mel.shape, 2, device=mel.device)
    grid[..., 0] = (2 * time / (frames - 1) - 1)[:, None, :]
    grid[..., 1] = (2 * row / (n_mels - 1) - 1)[:, :, None]
    moved = torch.nn.functional.grid_sample(
        mel[:, None], grid, padding_mode="border", align_corners=True
    )[:, 0]
    seconds = torch.arange(frames, device=mel.device) * (spec.hop_length / spec.sr)
    shaped = moved * gain(tilt_db, decay_db, octaves_of(hz), seconds)
    return shaped * same_peak(mel, shaped)


def octaves_of(hz: Tensor) -> Tensor:
    """Return how many octaves frequencies lie above 1 kHz; those under 50 Hz count as 50 Hz."""
    return torch.log2(hz.clamp_min(50.0) / 1000)


def gain(tilt_db: Tensor, decay_db: Tensor, octaves: Tensor, seconds: Tensor) -> Tensor:
    """Return the gains of tilt and decay, as factors.

    Parameters
    ----------
    tilt_db, decay_db : torch.Tensor
        Shape ``(batch,)``: decibels per octave, and per second.
    octaves, seconds : torch.Tensor
        Shapes ``(bands,)`` and ``(frames,)``: where the bands and the frames are.

    Returns
    -------
    torch.Tensor
        Shape ``(batch, bands, frames)``.
    """
    db = tilt_db[:, None, None] * octaves[:, None] + decay_db[:, None, None] * seconds[None, None]
    return 10 ** (db / 20)


def same_peak(mel: Tensor, shaped: Tensor) -> Tensor:
    """Return the factor ``(batch, 1, 1)`` that gives shaped sounds the peaks they had."""
    peaks = [x.amax(dim=(1, 2), keepdim=True).clamp_min(1e-8) for x in (mel, shaped)]
    return peaks[0] / peaks[1]


def augment(
    mel: Tensor, spec: AudioSpec, config: AugmentConfig, generator: torch.Generator
) -> Tensor:
    """Return a batch with changes drawn uniformly from the configured ranges; see :func:`vary`."""
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

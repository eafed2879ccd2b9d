"""Bending samples by a change of their levels.

The samples are transformed in frames that lie where the core's frames lie, each bin is multiplied
by the change of its band, and the difference is added to the samples. Where nothing changes,
nothing is touched.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from neural_drum_machine.anchors.anchor import Anchor
from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.anchors.tuning import Decoded, pitch_ratio, tuned
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.attack import GATE, take_on_attack
from neural_drum_machine.exemplars.shaping import follow
from neural_drum_machine.signal.air import AIR_BANDS, AIR_RANGE_HZ
from neural_drum_machine.signal.full_hit import FULL_SR, fade_out
from neural_drum_machine.signal.level import at_loudness
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.signal.mel import mel_band_edges
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.windows import hann, rise

_OVERLAP: Final = 4
_WINDOWS: Final = 1.5
"""Sum of the squared Hann windows that overlap at one sample."""
END_SECONDS: Final = 0.01
"""A change is faded out at the end of a sound."""
_FADED_FRAMES: Final = 8
"""Frames that hear the fade of 50 ms at the end of a core."""


def bent(anchor: Anchor, base: Decoded, new: Decoded, spec: AudioSpec) -> OwnSound:
    """Return an anchored sound, changed as `new` differs from `base`.

    Parameters
    ----------
    anchor : Anchor
        The sound.
    base, new : Decoded
        What a generator decodes from the anchor's code, and from the code after a move.
    spec : AudioSpec
        Their format; its rate is half of 44,100 Hz.

    Returns
    -------
    OwnSound
        As loud as the sound unless its peaks would pass full scale, and as long unless its pitch
        changes. If nothing changes, the sound itself.
    """
    own = anchor.sound
    before, after = (_filled(each.levels, anchor.recording) for each in (base, new))
    if all(np.array_equal(a, b) for a, b in zip(before.whole(), after.whole(), strict=True)):
        return own
    anchor, before = tuned(anchor, before, pitch_ratio(base, new), spec)
    moved = follow(anchor.recording, before, after, spec)
    change = moved.minus(anchor.recording)
    samples, onset = anchor.sound.samples, anchor.sound.onset
    out = samples + _difference(samples, onset, change, spec)
    # After the change of core and air the attack is nearly right. This makes it exact.
    take_on_attack(out, onset, moved.whole()[2], anchor.scale)
    return OwnSound(as_loud(out, own.samples), onset, own.name)


def _filled(levels: Levels, recording: Levels) -> Levels:
    """Return levels in which what a generator does not know, air or attack, is the recording's."""
    return Levels._make(
        its if mine is None else mine for mine, its in zip(levels, recording, strict=True)
    )


def as_loud(samples: FloatArray, own: FloatArray) -> FloatArray:
    """Return channels as loud as others are, their peaks no higher than full scale or the others'.

    Parameters
    ----------
    samples, own : numpy.ndarray
        Shape ``(channels, n)``, at 44,100 Hz.
    """
    wanted = loudness(own.mean(axis=0), FULL_SR)
    return at_loudness(samples, wanted, max(1.0, float(np.abs(own).max())))


@lru_cache(maxsize=4)
def _to_bins(spec: AudioSpec) -> FloatArray:
    """Return the matrix from the changes of core and air to those of bins at 44,100 Hz.

    Shape ``(bins, n_mels + AIR_BANDS)``. Each bin has the value between its two nearest bands.
    """
    core = mel_band_edges(spec)[1:-1]
    edges = np.geomspace(*AIR_RANGE_HZ, AIR_BANDS + 1)
    air = np.sqrt(edges[1:] * edges[:-1])
    # The core's bands end where the air begins: above, its filter is falling.
    below = core < AIR_RANGE_HZ[0]
    centres = np.concatenate([core[below], air])
    hz = np.arange(_size(spec) // 2 + 1) * (FULL_SR / _size(spec))
    between = np.stack([np.interp(hz, centres, row) for row in np.eye(len(centres))], axis=1)
    out = np.zeros((len(hz), spec.n_mels + AIR_BANDS), np.float32)
    out[:, : below.sum()] = between[:, : below.sum()]
    out[:, spec.n_mels :] = between[:, below.sum() :]
    out.setflags(write=False)
    return out


def _size(spec: AudioSpec) -> int:
    """Return the length of a frame at 44,100 Hz: that of the core's window."""
    return spec.win_length * FULL_SR // spec.sr


def _difference(samples: FloatArray, onset: int, change: Levels, spec: AudioSpec) -> FloatArray:
    """Return what a change adds to samples ``(channels, n)``; nothing before the onset."""
    mel, air, _ = change.whole()
    size = _size(spec)
    hop = size // _OVERLAP
    n = samples.shape[1]
    # Frame 0 of the core is centred here. Some frames come before it, and as many after as needed.
    first = onset - spec.pre_roll * FULL_SR // spec.sr
    before = max(0, -(-(first + size // 2) // hop))
    frames = before + max(1, -(-(n - first + size // 2) // hop))
    start = first - before * hop - size // 2
    padded = np.zeros((len(samples), (frames - 1) * hop + size), np.float32)
    padded[:, -start : -start + n] = samples[:, : padded.shape[1] + start]
    window = hann(size).astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::hop]
    spectrum = np.fft.rfft(views * window).astype(np.complex64)
    # Before and after the model's frames the change stays as it is at their ends. What is longer
    # than they are was faded out for the model, so the last frames know nothing of it.
    steps = spec.hop_length * FULL_SR // spec.sr
    last = spec.n_frames - 1
    if n - first > last * steps:
        last = max(1, last - _FADED_FRAMES)
    place = np.clip((np.arange(frames) - before) * hop / steps, 0, last)
    low = np.minimum(place.astype(int), last - 1)
    share = (place - low).astype(np.float32)
    bands = np.concatenate([mel, air])
    along = bands[:, low] * (1 - share) + bands[:, low + 1] * share
    gain = np.expm1(_to_bins(spec) @ along).T
    pieces = np.fft.irfft(spectrum * gain, size).astype(np.float32) * (window / _WINDOWS)
    out = np.zeros_like(padded)
    rows = out.reshape(len(samples), -1, hop)
    parts = pieces.reshape(len(samples), frames, _OVERLAP, hop)
    for k in range(_OVERLAP):
        rows[:, k : k + frames] += parts[:, :, k]
    difference: FloatArray = out[:, -start : -start + n].copy()
    gate = max(0, onset - GATE)
    difference[:, :gate] = 0
    difference[:, gate:onset] *= rise(GATE)[GATE - (onset - gate) :].astype(np.float32)
    # A file that was cut off in the middle of its sound ends as it did.
    for channel in difference:
        fade_out(channel, END_SECONDS)
    return difference

"""A recording's residual, in few bytes: what it has beyond what a generator decodes from its code.

Levels are rounded to steps, the softer the coarser. Where a recording is far under its loudest, the
residual is −12 nepers, which makes any decoded level silent.

A blob has 12 bytes of header and a zlib stream (RFC 1950). In the stream, the mel spectrogram comes
frame by frame, each from the lowest band up, then the air in the same way, then the fine attack
step by step. Every value is the difference from the band below, as an unsigned 16-bit number (0,
−1, 1, −2, 2, … are 0, 1, 2, 3, 4, …). The low bytes of all values come first, then the high bytes.
So inflating, a running sum in each frame and one factor give the residual.
"""

import struct
import zlib
from typing import Final

import numpy as np

from neural_drum_machine.arrays import IntArray
from neural_drum_machine.errors import ExemplarError
from neural_drum_machine.exemplars.levels import shapes
from neural_drum_machine.exemplars.precision import (
    BANK,
    OWN,
    STEPS_UNIT,
    Precision,
    quiet_cells,
)
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.spec import AudioSpec

MOST_BYTES: Final = 40_000
"""Most bytes of a blob."""
SILENCING_NEPERS: Final = 12.0
"""The residual of quiet cells is minus this."""
LARGEST_NEPERS: Final = 16.0
"""No residual is larger: the range of all levels is smaller."""
_MAGIC: Final = b"NR"
_VERSION: Final = 1
_HEADER: Final = struct.Struct("<2sBBHHHBB")
_LARGEST: Final = 16_383
"""Steps either way; differences of two such numbers fit into 16 bits."""


def encode_residual(
    recording: Levels, decoded: Levels, spec: AudioSpec, precision: Precision = BANK
) -> bytes:
    """Return the residual of a recording as bytes.

    Parameters
    ----------
    recording, decoded : Levels
        The recording, and what the generator decodes from its code.
    spec : AudioSpec
        Their format.
    precision : Precision
        How exactly.

    Returns
    -------
    bytes
        A blob for :func:`decode_residual`.

    Raises
    ------
    ExemplarError
        If the shapes are not the spec's, a level is not finite, or the blob is larger than
        :data:`MOST_BYTES`; ask for less precision then.
    """
    sizes = shapes(spec)
    step = round(precision.step * STEPS_UNIT) / STEPS_UNIT
    quiets = quiet_cells(recording, spec, precision.quiet_db)
    values = []
    parts = (recording.whole(), decoded.whole(), sizes, quiets)
    for has, base, shape, quiet in zip(*parts, strict=True):
        if has.shape != shape or base.shape != shape:
            raise ExemplarError(f"levels have shapes {has.shape} and {base.shape}, need {shape}")
        if not (np.isfinite(has).all() and np.isfinite(base).all()):
            raise ExemplarError("a recording or its decoded levels hold NaN or infinity")
        wanted = (has - base) / step
        multiples = precision.multiples(has)
        loud = multiples * np.rint(wanted / multiples)
        steps = np.where(quiet, -round(SILENCING_NEPERS / step), loud)
        steps = np.clip(steps, -_LARGEST, _LARGEST).astype(np.int32)
        values.append(np.diff(steps, axis=0, prepend=0).T.ravel())
    differences = np.concatenate(values)
    folded = np.where(differences < 0, -2 * differences - 1, 2 * differences).astype("<u2")
    planes = folded.view(np.uint8).reshape(-1, 2).T.tobytes()
    head = _HEADER.pack(
        _MAGIC, _VERSION, 0, round(step * STEPS_UNIT), *sizes[0], sizes[1][0], sizes[2][0]
    )
    blob = head + zlib.compress(planes, 9)
    if len(blob) > MOST_BYTES:
        raise ExemplarError(
            f"the residual takes {len(blob)} bytes, more than {MOST_BYTES}; ask for larger steps"
        )
    return blob


def encode_own(recording: Levels, decoded: Levels, spec: AudioSpec) -> bytes:
    """Return the residual of a user's own sound, as exactly as :data:`MOST_BYTES` allow.

    Raises
    ------
    ExemplarError
        As :func:`encode_residual`, with the least precision of :data:`OWN`.
    """
    for precision in OWN[:-1]:
        try:
            return encode_residual(recording, decoded, spec, precision)
        except ExemplarError:
            continue
    return encode_residual(recording, decoded, spec, OWN[-1])


def check_residual(blob: bytes, spec: AudioSpec) -> float:
    """Check size and header of a blob, without inflating it, and return its step in nepers.

    Raises
    ------
    ExemplarError
        If it is no residual, of a newer version, too large, or of another format than the spec.
    """
    if not _HEADER.size < len(blob) <= MOST_BYTES:
        raise ExemplarError(
            f"a residual has {_HEADER.size + 1} to {MOST_BYTES} bytes, this one {len(blob)}; "
            "make it again"
        )
    magic, version, reserved, step, *found = _HEADER.unpack_from(blob)
    if magic != _MAGIC:
        raise ExemplarError(f"not a residual: it begins with {magic!r}; make it again")
    if version != _VERSION or reserved:
        raise ExemplarError(
            f"a residual of version {version}, this program reads {_VERSION}; update the program"
        )
    mel, air, attack = shapes(spec)
    if found != [*mel, air[0], attack[0]]:
        raise ExemplarError(f"a residual of {found} bands and frames, the model has {mel}")
    if not 1 <= step <= STEPS_UNIT:
        raise ExemplarError(f"a residual with a step of {step}/1024 neper; make it again")
    return float(step / STEPS_UNIT)


def decode_residual(blob: bytes, spec: AudioSpec) -> Levels:
    """Return a residual.

    Parameters
    ----------
    blob : bytes
        From :func:`encode_residual`. It may come from anywhere: it is checked first.
    spec : AudioSpec
        The format that it must have.

    Returns
    -------
    Levels
        Nepers to be added to decoded levels.

    Raises
    ------
    ExemplarError
        If it is no residual, too large, of another format, cut short or altered.
    """
    step = check_residual(blob, spec)
    sizes = shapes(spec)
    n = sum(bands * frames for bands, frames in sizes)
    inflater = zlib.decompressobj()
    try:
        # One byte more than there may be, so that a stream that is too long shows.
        planes = inflater.decompress(blob[_HEADER.size :], 2 * n + 1)
    except zlib.error as error:
        raise ExemplarError(f"a residual is damaged ({error}); make it again") from error
    if len(planes) != 2 * n or not inflater.eof or inflater.unused_data:
        raise ExemplarError("a residual is cut short or too long; make it again")
    low, high = np.frombuffer(planes, np.uint8).reshape(2, n).astype(np.int64)
    folded = low + 256 * high
    differences = np.where(folded % 2, -(folded + 1) // 2, folded // 2)
    parts, start = [], 0
    for bands, frames in sizes:
        steps = _summed(differences[start : start + bands * frames], bands)
        parts.append(np.clip(steps * step, -LARGEST_NEPERS, LARGEST_NEPERS))
        start += bands * frames
    return Levels(*(part.astype(np.float32) for part in parts))


def _summed(differences: IntArray, bands: int) -> IntArray:
    out: IntArray = np.cumsum(differences.reshape(-1, bands), axis=1).T
    return out

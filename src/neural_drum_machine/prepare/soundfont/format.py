"""A SoundFont 2 or SF3 file: its tables, its sample headers, and its sample data.

Written from the SoundFont Technical Specification 2.04; the section numbers below are its. SF3
differs in one point: a sample whose type has bit 4 set is an Ogg Vorbis stream.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import soundfile

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.soundfont.riff import ROWS, Table, read_chunks, read_table, text
from neural_drum_machine.regular_files import open_regular
from neural_drum_machine.signal.soundfile_reader import reason

MAX_SAMPLE_FRAMES = 2**22
"""Samples after this one are not read: 95 s at 44.1 kHz."""
MIN_RATE, MAX_RATE = 400, 192_000
"""Accepted sample rates in Hz; 7.10 asks for 400 to 50 000."""
ROM_SAMPLE, VORBIS_SAMPLE = 0x8000, 0x10


@dataclass(frozen=True, slots=True)
class SampleHeader:
    """A sample header (7.10): where the samples are in the file, and their pitch.

    Attributes
    ----------
    name : str
        At most 20 characters.
    start, end : int
        First and past-the-last sample, counted from the start of the sample chunk; bytes if
        `vorbis`.
    loop_start, loop_end : int
        First and past-the-last sample of the loop, counted from `start`.
    rate : int
        Sample rate in Hz, 400 to 192 000.
    root : int
        MIDI key that plays the sample at its own pitch, 0 to 127.
    correction : int
        Cents added to the pitch, −128 to 127.
    vorbis : bool
        Whether the data are an Ogg Vorbis stream (SF3).
    """

    name: str
    start: int
    end: int
    loop_start: int
    loop_end: int
    rate: int
    root: int
    correction: int
    vorbis: bool


@dataclass(frozen=True, slots=True)
class SoundFontFile:
    """A file's tables and sample headers; sample data are read on demand.

    Attributes
    ----------
    path : Path
        The file.
    tables : dict
        The nine tables of the preset data by chunk name (section 7). The last row of each
        marks its end.
    samples : tuple of (SampleHeader or None)
        None where a header points outside the data, or into a ROM.
    """

    path: Path
    tables: dict[str, Table]
    samples: tuple[SampleHeader | None, ...]
    _offset: int

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read everything but the sample data.

        Raises
        ------
        AudioError
            If the file is missing, unreadable, no SoundFont, truncated or damaged.
        """
        path = Path(path)
        try:
            with open_regular(path) as file:
                offset, size, raw = read_chunks(file, path)
        except FileNotFoundError:
            raise AudioError(f"{path}: no such file") from None
        except OSError as error:
            raise AudioError(f"{path}: cannot be read ({error.strerror})") from error
        tables = {name: read_table(raw, name, path) for name in ROWS}
        samples = tuple(_header(row, size) for row in tables["shdr"][:-1])
        return cls(path, tables, samples, offset)

    def data(self, sample: SampleHeader) -> FloatArray:
        """Read one sample's data.

        Returns
        -------
        numpy.ndarray
            Shape ``(n,)``, float32, full scale 1; at most the first 2²² samples. The low
            8 bits of 24-bit data (6.1) are left out.

        Raises
        ------
        AudioError
            If the file can no longer be read, or an Ogg Vorbis stream is damaged.
        """
        what = f"{self.path}: sample {sample.name!r}"
        width = 1 if sample.vorbis else 2
        count = sample.end - sample.start
        count = count if sample.vorbis else min(count, MAX_SAMPLE_FRAMES)
        try:
            with open_regular(self.path) as file:
                file.seek(self._offset + width * sample.start)
                raw = file.read(width * count)
        except OSError as error:
            raise AudioError(f"{self.path}: cannot be read ({error.strerror})") from error
        if len(raw) < width * count:
            raise AudioError(f"{what} is cut off: the file became shorter; copy it again")
        if not sample.vorbis:
            return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
        try:
            with soundfile.SoundFile(io.BytesIO(raw)) as stream:
                if stream.format != "OGG" or stream.channels > 2:
                    raise AudioError(f"{what} is not a mono Ogg Vorbis stream; copy it again")
                frames = stream.read(MAX_SAMPLE_FRAMES, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, OSError, ValueError, TypeError) as error:
            raise AudioError(f"{what} is not readable as Ogg Vorbis ({reason(error)})") from error
        if not np.isfinite(frames).all():
            raise AudioError(f"{what} holds NaN or infinite samples; copy it again")
        return np.ascontiguousarray(frames[:, 0], dtype=np.float32)


def _header(row: Any, size: int) -> SampleHeader | None:
    """Return a header, or None if it does not fit the sample data's size in bytes."""
    kind, start, end = int(row["kind"]), int(row["start"]), int(row["end"])
    rate, root = int(row["rate"]), int(row["root"])
    vorbis = bool(kind & VORBIS_SAMPLE)
    inside = start < end <= (size if vorbis else size // 2)
    if kind & ROM_SAMPLE or not inside or not MIN_RATE <= rate <= MAX_RATE:
        return None
    base = 0 if vorbis else start
    return SampleHeader(
        name=text(row["name"]),
        start=start,
        end=end,
        loop_start=int(row["loop_start"]) - base,
        loop_end=int(row["loop_end"]) - base,
        rate=rate,
        root=root if root <= 127 else 60,  # 7.10: 255 is an unpitched sound
        correction=int(row["correction"]),
        vorbis=vorbis,
    )

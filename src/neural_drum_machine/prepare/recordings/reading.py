"""Decoding many files, in chunks that processes share and a killed run keeps."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.errors import AudioError
from neural_drum_machine.parallel import run
from neural_drum_machine.prepare.labelling.classes import CLASSES, OTHER
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.progress import Progress
from neural_drum_machine.prepare.recordings.candidate import Candidate
from neural_drum_machine.prepare.recordings.duplicates import N_BANDS, spectral_print
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.prepare.resumable import ResumableFolder, digest, file_stamp
from neural_drum_machine.signal.audio_file import read_audio
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR, align, first_of
from neural_drum_machine.signal.pcm import from_pcm, to_pcm

CHUNK_FILES: Final = 128
LONGEST_GUESS_SECONDS: Final = 5.0
"""The classifier is not asked about longer files: a song may start like a drum."""
PHRASE_DB: Final = -10.0
"""A second hit of this level, relative to the first's, makes a phrase; a quieter one is noise."""
_READ_VERSION: Final = 3
"""Increased when decoding gives other results than before, so that old chunks are not reused."""


@dataclass(frozen=True, slots=True)
class FileChunk:
    """Files to decode, and for each whether the classifier is asked for its category."""

    paths: tuple[str, ...]
    guess: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """What decoding a file gave.

    Attributes
    ----------
    pcm : numpy.ndarray or None
        The full hit at 44.1 kHz, int16 ``(n,)``; None if the file was rejected.
    reason : str
        Why it was rejected.
    spectral_print : numpy.ndarray
        Shape ``(64,)``, see
        :func:`~neural_drum_machine.prepare.recordings.duplicates.spectral_print`.
    probabilities : numpy.ndarray
        Shape ``(12,)``, of the classifier's classes; zeros where it was not asked.
    """

    pcm: npt.NDArray[np.int16] | None
    reason: str
    spectral_print: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32]


def decode_chunk(chunk: FileChunk) -> dict[str, npt.NDArray[Any]]:
    """Decode, trim and measure a chunk of files; see :class:`DecodedFile` for the arrays."""
    n = len(chunk.paths)
    waves: list[npt.NDArray[np.int16]] = []
    lengths = np.full(n, -1, np.int32)
    prints = np.zeros((n, N_BANDS), np.float32)
    probabilities = np.zeros((n, len(CLASSES)), np.float32)
    reasons = [""] * n
    labeller = Labeller.load() if any(chunk.guess) else None
    for i, name in enumerate(chunk.paths):
        path = Path(name)
        try:
            clip = read_audio(path)
            hit = align(clip.mono(), clip.sr, name=str(path))
        except AudioError as error:
            reasons[i] = str(error).removeprefix(f"{path}: ")
            continue
        except Exception as error:  # one file in 100,000 must not end the run
            reasons[i] = f"cannot be read ({type(error).__name__}: {error})"
            continue
        if hit.second and hit.second.db > PHRASE_DB:
            reasons[i] = (
                f"more than one hit: it falls silent and begins again after "
                f"{hit.second.begins:.2f} s; cut it into single hits"
            )
            continue
        # A network would learn the silence and the noise after it.
        pcm = to_pcm(first_of(hit).samples)
        waves.append(pcm)
        lengths[i] = len(pcm)
        mel = thumbnail(from_pcm(pcm)[FULL_PRE_ROLL:], FULL_SR)
        prints[i] = spectral_print(mel)
        if labeller is None or not chunk.guess[i]:
            continue
        if clip.channels.shape[1] > LONGEST_GUESS_SECONDS * clip.sr:
            probabilities[i, CLASSES.index(OTHER)] = 1.0
        else:
            probabilities[i] = labeller.probabilities(mel[None])[0]
    return {
        "waves": np.concatenate(waves) if waves else np.zeros(0, np.int16),
        "lengths": lengths,
        "prints": prints,
        "probabilities": probabilities,
        "reasons": np.frombuffer(json.dumps(reasons).encode(), np.uint8),
    }


def decode_all(
    candidates: Sequence[Candidate],
    folder: ResumableFolder,
    *,
    workers: int | None = None,
    dask: str | None = None,
    progress: Progress | None = None,
) -> Iterator[DecodedFile]:
    """Decode all files; files that an earlier run has decoded are not decoded again.

    Parameters
    ----------
    candidates : sequence of Candidate
        The files.
    folder : ResumableFolder
        Keeps finished chunks.
    workers, dask
        As in :func:`~neural_drum_machine.parallel.run`.
    progress : callable, optional
        Called with (files done, files in all).

    Yields
    ------
    DecodedFile
        One for each candidate, in their order.
    """
    chunks = []
    for first in range(0, len(candidates), CHUNK_FILES):
        part = candidates[first : first + CHUNK_FILES]
        chunks.append(
            FileChunk(tuple(str(c.path) for c in part), tuple(c.category is None for c in part))
        )
    keys = [
        digest(
            [
                _READ_VERSION,
                Labeller.fingerprint() if any(chunk.guess) else "",
                [
                    [*file_stamp(Path(path)), guess]
                    for path, guess in zip(chunk.paths, chunk.guess, strict=True)
                ],
            ]
        )
        for chunk in chunks
    ]
    done = [folder.has(key) for key in keys]
    missing = (chunk for chunk, ready in zip(chunks, done, strict=True) if not ready)
    results = run(decode_chunk, missing, workers=workers, dask=dask)
    count = 0
    for chunk, key, ready in zip(chunks, keys, done, strict=True):
        arrays = folder.load(key) if ready else None
        if arrays is None:
            # A damaged chunk (ready, yet not readable) is decoded again here.
            arrays = decode_chunk(chunk) if ready else next(results)
            folder.store(key, arrays)
        yield from _decoded_files(arrays)
        count += len(chunk.paths)
        if progress:
            progress(count, len(candidates))


def _decoded_files(arrays: dict[str, npt.NDArray[Any]]) -> Iterator[DecodedFile]:
    reasons = json.loads(arrays["reasons"].tobytes())
    position = 0
    for i, length in enumerate(arrays["lengths"]):
        pcm = None
        if length >= 0:
            pcm = arrays["waves"][position : position + length]
            position += int(length)
        yield DecodedFile(pcm, reasons[i], arrays["prints"][i], arrays["probabilities"][i])

"""Measuring a sound file: category, descriptors, code, a point for nearness, and a print."""

import hashlib
import os
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import AudioError
from neural_drum_machine.library.adding.encoder import Encoder, encoder_of, hash_of
from neural_drum_machine.library.adding.tasks import Chunk, Measured, Task
from neural_drum_machine.library.nearness import Nearness
from neural_drum_machine.library.reading import MAX_BYTES
from neural_drum_machine.library.tables import MEASURES
from neural_drum_machine.prepare.labelling.classes import CLASSES, OTHER
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.recordings.duplicates import spectral_print
from neural_drum_machine.prepare.recordings.reading import LONGEST_GUESS_SECONDS, PHRASE_DB
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.regular_files import open_regular, read_bounded
from neural_drum_machine.signal.audio_file import Clip, read_stream
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.signal.descriptors import describe
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR, FullHit, align, first_of
from neural_drum_machine.signal.hit import core_of
from neural_drum_machine.signal.levels import Levels, levels_of
from neural_drum_machine.signal.loudness import loudness

MEASURING_VERSION: Final = 1
"""Increased when measuring gives other results than before; then all files are measured again."""
PRINT_STEPS: Final = 8
"""Steps of a print in a decibel."""
_ENCODED: Final = 16
"""Sounds that are encoded at a time."""
_SMOOTH: Final = sorted(
    2**a * 3**b * 5**c for a in range(18) for b in range(11) for c in range(8)
    if 2**a * 3**b * 5**c <= 2**17
)  # fmt: skip
"""Lengths whose Fourier transform is fast."""


def version_of(model: str | None) -> str:
    """Return what names the measures that files get now: a model's code is of that model.

    Raises
    ------
    BundleError
        If the model file cannot be used.
    """
    parts = (str(MEASURING_VERSION), Labeller.fingerprint(), hash_of(model))
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


@dataclass(slots=True)
class _Heard:
    """A hit between reading and encoding."""

    place: int
    full: FullHit
    levels: Levels
    thumbnail: FloatArray
    seconds: float
    loudness: float


@one_thread()
def measure_chunk(chunk: Chunk) -> list[Measured]:
    """Return what measuring each file of a chunk gave, in order. No file can make it fail."""
    encoder = encoder_of(chunk.model)
    out: list[Measured] = []
    heard: list[_Heard] = []
    for place, task in enumerate(chunk.tasks):
        measured = Measured()
        try:
            measured, clip = _read(task)
            if clip is not None:
                heard.append(_hear(place, clip, encoder))
        except AudioError as error:
            measured = replace(measured, why=str(error).removeprefix(f"{task.path}: "))
        except OSError as error:
            measured = replace(measured, why=f"cannot be read ({error.strerror})")
        except Exception as error:  # one file in 100,000 must not end the run
            why = f"cannot be read ({type(error).__name__}: {error})"
            measured = replace(measured, why=why)
        out.append(measured)
    for first in range(0, len(heard), _ENCODED):
        part = heard[first : first + _ENCODED]
        for each, found in zip(part, _judge(part, chunk.tasks, encoder), strict=True):
            kept = out[each.place]
            out[each.place] = replace(found, size=kept.size, mtime=kept.mtime, digest=kept.digest)
    return out


def measure_file(path: Path, model: str | None = None) -> Measured:
    """Measure a file that need not be in the library.

    Raises
    ------
    AudioError
        If it is no sound that a library can hold.
    """
    from neural_drum_machine.prepare.labelling.path_names import label_from_text

    meaning = label_from_text(path.stem)
    task = Task(str(path), meaning.category, meaning.choices)
    (measured,) = measure_chunk(Chunk((task,), model))
    if measured.why:
        raise AudioError(f"{path}: {measured.why}")
    return measured


@one_thread()
def point_of(samples: FloatArray, sr: int) -> FloatArray:
    """Return the point of nearness ``(64,)`` of a sound that is in no file.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, full scale 1.
    sr : int
        Their rate in Hz.

    Raises
    ------
    AudioError
        If it is silent or too short.
    """
    full = first_of(align(samples, sr))
    pictures = thumbnail(full.samples[FULL_PRE_ROLL:], FULL_SR)[None]
    features, _ = Labeller.load().features_and_probabilities(pictures)
    point: FloatArray = Nearness.load()(pictures, features)[0]
    return point


def _read(task: Task) -> tuple[Measured, Clip | None]:
    with open_regular(task.path) as file:
        facts = os.fstat(file.fileno())
        measured = Measured(facts.st_size, facts.st_mtime_ns)
        if facts.st_size > MAX_BYTES:
            why = f"larger than {MAX_BYTES >> 20} MiB; cut it into single hits"
            return replace(measured, why=why), None
        data = read_bounded(file, task.path, MAX_BYTES)
    digest = hashlib.sha256(data).digest()
    measured = replace(measured, digest=digest)
    if digest in task.known:
        return replace(measured, known=True), None
    try:
        return measured, read_stream(BytesIO(data), task.path)
    except AudioError as error:
        return replace(measured, why=str(error).removeprefix(f"{task.path}: ")), None


def _hear(place: int, clip: Clip, encoder: Encoder) -> _Heard:
    mono = clip.mono()
    full = align(mono, clip.sr)
    if full.second and full.second.db > PHRASE_DB:
        raise AudioError(
            "more than one hit: it falls silent and begins again after "
            f"{full.second.begins:.2f} s; cut it into single hits"
        )
    full = first_of(full)
    return _Heard(
        place,
        full,
        encoder.scale.forward(levels_of(core_of(full, encoder.spec), encoder.spec)),
        thumbnail(full.samples[FULL_PRE_ROLL:], FULL_SR),
        len(mono) / clip.sr,
        loudness(mono, clip.sr),
    )


def _judge(part: list[_Heard], tasks: Sequence[Task], encoder: Encoder) -> list[Measured]:
    """Return category, descriptors and vectors of some hits."""
    pictures = np.stack([each.thumbnail for each in part])
    features, probabilities = Labeller.load().features_and_probabilities(pictures)
    near = Nearness.load()(pictures, features)
    named = [
        _named(tasks[each.place], row, each.seconds)
        for each, row in zip(part, probabilities, strict=True)
    ]
    encoded_as = [
        _of_model(found.category, row, encoder.categories)
        for found, row in zip(named, probabilities, strict=True)
    ]
    stacked = Levels._make(
        None if column[0] is None else np.stack(column)
        for column in zip(*(each.levels for each in part), strict=True)
    )
    codes = encoder.networks.encode(stacked, np.array(encoded_as))
    out = []
    for each, found, point, code in zip(part, named, near, codes, strict=True):
        steps = np.round(-PRINT_STEPS * spectral_print(each.thumbnail))
        out.append(
            replace(
                found,
                values=_values(each),
                near=point,
                code=code,
                spectral_print=steps.astype(np.uint8),
            )
        )
    return out


def _named(task: Task, probabilities: FloatArray, seconds: float) -> Measured:
    """Return the category: what the names say, or else what the sound is most like."""
    order = np.argsort(-probabilities, kind="stable")
    second = CLASSES[int(order[1])]
    if task.category:
        return Measured(category=task.category, label="name", note=task.note)
    if task.choices:
        places = [CLASSES.index(each) for each in task.choices]
        shares = probabilities[places] / max(float(probabilities[places].sum()), 1e-9)
        best, share = task.choices[int(shares.argmax())], float(shares.max())
    elif seconds > LONGEST_GUESS_SECONDS:
        # A song may begin like a drum.
        best, share, second = OTHER, 1.0, ""
    else:
        best, share = CLASSES[int(order[0])], float(probabilities[order[0]])
    return Measured(
        category=best, label="sound", second=second, note=task.note, doubt=max(0.0, 1 - share)
    )


def _of_model(category: str, probabilities: FloatArray, categories: tuple[str, ...]) -> int:
    """Return as which of the model's categories a sound is encoded."""
    if category in categories:
        return categories.index(category)
    return int(np.argmax([probabilities[CLASSES.index(name)] for name in categories]))


def _values(heard: _Heard) -> tuple[float, ...]:
    samples = heard.full.samples[FULL_PRE_ROLL:]
    # The transform of a length with a large prime factor takes several times as long. The zeros
    # that are added are at most a twentieth, and usually a hundredth, of the sound.
    size = _SMOOTH[bisect_left(_SMOOTH, len(samples))]
    padded = np.concatenate([samples, np.zeros(size - len(samples), np.float32)])
    length = (len(samples) + heard.full.left_out) / FULL_SR
    found = {"seconds": length, "loudness": heard.loudness, **describe(padded, FULL_SR)}
    return tuple(float(found[name]) for name in MEASURES)

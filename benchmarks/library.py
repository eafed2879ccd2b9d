"""How fast a library is indexed and searched, and how well the nearest sounds agree.

    .venv/bin/python benchmarks/library.py data/open ../shared/open-drums-2

Prints tables. Neighbours are judged on recordings of the dataset's validation kits, which the model
was never trained on: each recording asks for its ten nearest among the others of these kits.
Indexing is timed with a sample of the folder's files, and questions with 100,000 sounds whose
numbers are drawn. Times are wall time; the processor time beside them does not depend on what else
the computer does.
"""

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
from library_one_shot import one_shot, timed

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.cores import cores
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.library.adding.indexing import add
from neural_drum_machine.library.database import Database
from neural_drum_machine.library.library import Library
from neural_drum_machine.library.nearness import Nearness
from neural_drum_machine.library.tables import MEASURES
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.audio_file import AUDIO_SUFFIXES

NEAREST = 10
ROWS = 100_000
MFCCS = 20


def mfcc_statistics(x: FloatArray, sr: int) -> FloatArray:
    """Return means and deviations of the MFCCs of a sound and of their changes, ``(80,)``."""
    import librosa

    padded = np.pad(x, (0, max(0, 2048 + 512 - len(x))))
    found = librosa.feature.mfcc(y=padded, sr=sr, n_mfcc=MFCCS)
    change = np.diff(found, axis=1)
    parts = [f(values, axis=1) for values in (found, change) for f in (np.mean, np.std)]
    return np.concatenate(parts)


def precision(points: FloatArray, categories: list[str], kits: list[str]) -> tuple[float, ...]:
    """Return the shares of right neighbours.

    Returns
    -------
    category : float
        Of the ten nearest, how many have the category; the mean of the categories' means.
    sounds : float
        The same, as the mean of all sounds.
    robins : float
        Of sounds with others of their kit and category: how many of their nearest are these. As
        many are looked at as there are others, ten at most.
    """
    square = np.square(points[:, None] - points).sum(axis=2)
    np.fill_diagonal(square, np.inf)
    order = np.argsort(square, axis=1, kind="stable")[:, :NEAREST]
    category, kit = np.array(categories), np.array(kits)
    same = category[order] == category[:, None]
    robin = same & (kit[order] == kit[:, None])
    found = []
    for i in range(len(points)):
        others = int(((category == category[i]) & (kit == kit[i])).sum()) - 1
        if others:
            found.append(robin[i, : min(others, NEAREST)].mean())
    means = [same[category == name].mean() for name in sorted(set(categories))]
    return float(np.mean(means)), float(same.mean()), float(np.mean(found))


def judge(folder: Path) -> None:
    """Print how well neighbours agree."""
    data = Dataset.open(folder)
    rows = [int(row) for row in data.rows("validation", origin="real")]
    entries = [data.entries[row] for row in rows]
    sounds = [
        data.wave(row)[data.spec.pre_roll : entry.length]
        for row, entry in zip(rows, entries, strict=True)
    ]
    pictures = np.stack([thumbnail(x, data.spec.sr) for x in sounds])
    features, _ = Labeller.load().features_and_probabilities(pictures)
    points = {
        "a random order": np.random.default_rng(0).random((len(rows), 8)),
        "MFCC statistics": np.stack([mfcc_statistics(x, data.spec.sr) for x in sounds]),
        "the library": Nearness.load()(pictures, features),
    }
    categories, kits = [e.category for e in entries], [e.kit for e in entries]
    lines = [
        [name, *(f"{value:.3f}" for value in precision(np.asarray(x), categories, kits))]
        for name, x in points.items()
    ]
    print(f"{len(rows)} recordings of {len(set(kits))} kits\n")
    head = ["order", "same category", "same, mean of sounds", "same kit and category"]
    print("\n".join(table(head, lines)), end="\n\n")


def index(folder: Path, count: int, workers: int) -> None:
    """Print how long a sample of real files takes to be indexed."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in AUDIO_SUFFIXES)
    chosen = np.random.default_rng(0).permutation(len(files))[:count]
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for i in chosen:
            target = root / "files" / files[i].relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(files[i], target)
        # The model is loaded once, whatever the number of files.
        warm = root / "warm"
        warm.mkdir()
        add([warm], root / "warm.sqlite", workers=1)
        memory = [_memory()]
        start, spent = time.perf_counter(), _cpu()
        told = add(
            [root / "files"],
            root / "library.sqlite",
            workers=workers,
            progress=lambda *_: memory.append(_memory()),
        )
        wall, cpu = time.perf_counter() - start, _cpu() - spent
        start = time.perf_counter()
        add([root / "files"], root / "library.sqlite", workers=workers)
        again = time.perf_counter() - start
        size = (root / "library.sqlite").stat().st_size
    done = told.sounds + told.left_out
    each = cpu / done
    print(
        f"{done} files, {workers} processes: {wall:.1f} s, {1000 * each:.0f} ms of a core each\n"
        f"10,000 files: {1e4 * wall / done / 60:.1f} min at this load, "
        f"{1e4 * each / 60 / cores():.1f} min on {cores()} free cores\n"
        f"once more, nothing changed: {again:.2f} s; {size / done:.0f} bytes each\n"
        f"memory of all processes: {max(memory):.0f} MB\n"
    )


def _processes() -> list[psutil.Process]:
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


def _cpu() -> float:
    """Return the processor time of this process and of those that it started, in seconds."""
    return float(sum(sum(each.cpu_times()[:2]) for each in _processes()))


def _memory() -> float:
    """Return the resident memory of this process and of those that it started, in MB."""
    return float(sum(each.memory_info().rss for each in _processes()) / 1e6)


def ask(rows: int) -> None:
    """Print how long questions take in a large library."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "large.sqlite"
        with Database.writing(path) as (database, _), database.transaction():
            database.change("INSERT INTO roots (path) VALUES (?)", [b"/samples"])
            columns = ("root", "path", "name", "size", "mtime", "version", "category", "doubt",
                       "label", "second", "note", "kit", *MEASURES)  # fmt: skip
            values = rng.lognormal(0, 1, (rows, len(MEASURES)))
            points = rng.normal(0, 0.25, (rows, 64)).astype("<f2")
            codes = rng.normal(0, 1, (rows, 64)).astype("<f2")
            database.change_many(
                f"INSERT INTO files ({', '.join(columns)}) "  # noqa: S608
                f"VALUES ({', '.join('?' * len(columns))})",
                (
                    (1, b"kit/%d.wav" % i, f"kit {i // 20}/{i}.wav", 1, 1, "", CATEGORIES[i % 11],
                     0.0, "name", "", "", f"kit {i // 20}", *values[i].tolist())
                    for i in range(rows)
                ),
            )  # fmt: skip
            database.change_many(
                "INSERT INTO vectors VALUES (?, ?, ?, ?)",
                ((i + 1, points[i].tobytes(), codes[i].tobytes(), bytes(64)) for i in range(rows)),
            )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        Library.open(path).snapshot.numbers  # noqa: B018 (it makes the file beside the library)
        with Library.open(path) as library:
            questions: dict[str, Callable[[], object]] = {
                "near": lambda: library.near(int(rng.integers(1, rows))),
                "near, of a category": lambda: library.near(int(rng.integers(1, rows)), 12, "kick"),
                "find, ranges": lambda: library.find(
                    {"pitch": "1..2", "decay": "0.3.."}, "kick", 12
                ),
                "find, words": lambda: library.find({"brightness": "dark"}, "kick", 12),
            }
            lines = []
            for name, question in questions.items():
                first = timed(question, 1)[2]
                lines.append([name, *(f"{ms:.1f}" for ms in (*timed(question), first))])
        one_shot(path)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        head = [f"{rows} sounds, ms", "median", "95 %", "processor", "the first time, processor"]
        print("\n".join(table(head, lines)))
        print(
            f"\nfile: {path.stat().st_size / 2**20:.0f} MiB; memory: {after:.0f} MB "
            f"({before:.0f} before)\n"
        )


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="a dataset, for its validation kits")
    parser.add_argument("folder", type=Path, help="a folder of sound files")
    parser.add_argument("--files", type=int, default=1000, help="files that are indexed")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument("--only", choices=("judge", "index", "ask"))
    arguments = parser.parse_args()
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(f"load of the computer: {load} on {cores()} cores, Python {sys.version.split()[0]}\n")
    if arguments.only in (None, "ask"):
        ask(arguments.rows)
    if arguments.only in (None, "index"):
        index(arguments.folder, arguments.files, arguments.workers)
    if arguments.only in (None, "judge"):
        judge(arguments.data)


if __name__ == "__main__":
    main()

"""A prepared dataset: a folder of plain arrays that are mapped into memory.

========================  ==============================================================
``dataset.json``          format version, audio spec, counts; bytes and SHA-256 of the rest
``index.csv``             one line for each sound: category, split, kit, origin, provenance
``waves.npy``             int16 ``(n, n_samples)``, the cores: full scale 32767, peak-normalised
``full.npy``              int16 ``(total,)``, the sounds at 44.1 kHz, one after the other; the index
                          says where each begins
``mels.npy``              float16 ``(n, n_mels, n_frames)``, mel magnitudes of the cores
``attack.npy``            float16 ``(n, 5, 40)``, the fine attack: natural logarithms of levels
``air.npy``               float16 ``(n, 8, n_frames)``, the air: natural logarithms of levels
``log_mel_mean.npy``      float32 ``(n_mels, n_frames)``, over the training sounds
``log_mel_std.npy``       likewise; every category has the same weight
``attack_mean.npy``       likewise ``(5, 40)``; and ``attack_std.npy``
``air_mean.npy``          likewise ``(8, n_frames)``; and ``air_std.npy``
``rejected.csv``          files that were left out, with the reason
``unsure.csv``            sounds without a certain category, for the user to label
``REPORT.md``             the report, for people
========================  ==============================================================
"""

import csv
import hashlib
import json
import mmap
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import REAL, read_index
from neural_drum_machine.errors import DatasetError, SpecError
from neural_drum_machine.files import sha256_of
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS
from neural_drum_machine.signal.pcm import from_pcm
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.standardisation import Standardisation

FORMAT: Final = "neural-drum-machine dataset"
FORMAT_VERSION: Final = 3
META: Final = "dataset.json"
FILES: Final = frozenset(
    {
        "NOTICE",
        "REPORT.md",
        "air.npy",
        "air_mean.npy",
        "air_std.npy",
        "attack.npy",
        "attack_mean.npy",
        "attack_std.npy",
        "full.npy",
        "index.csv",
        "log_mel_mean.npy",
        "log_mel_std.npy",
        "mels.npy",
        "rejected.csv",
        "unsure.csv",
        "waves.npy",
    }
)
_WRONG: Final = (AttributeError, LookupError, OSError, SpecError, TypeError, ValueError, csv.Error)
"""Errors that a dataset with contradictory files causes."""


def release(*arrays: npt.NDArray[Any]) -> None:
    """Give the memory of mapped arrays back to the system, which reads them again when needed.

    Everything that a process has read from a mapped file counts as its memory: after an epoch, the
    whole dataset.
    """
    for array in arrays:
        mapped = getattr(array, "_mmap", None)
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)


def write_meta(folder: Path, spec: AudioSpec, n: int, extra: dict[str, Any]) -> None:
    """Write ``dataset.json`` with size and checksum of every other file in the folder."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.iterdir())
        if path.name != META
    }
    meta = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "spec": spec.to_dict(),
        "categories": list(CATEGORIES),
        "sounds": n,
        **extra,
        "files": files,
    }
    (folder / META).write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def is_dataset(folder: Path) -> bool:
    """Return whether a folder is empty, or contains a dataset of ours and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    if not names <= FILES | {META}:
        return False
    try:
        return not names or json.loads((folder / META).read_bytes())["format"] == FORMAT
    except (OSError, LookupError, RecursionError, TypeError, ValueError):
        return False


def _array(folder: Path, name: str, dtype: Any, shape: tuple[int, ...]) -> Any:
    """Map an array, and check its type and shape against the index and the spec."""
    array = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    if array.dtype != dtype or array.shape != shape:
        raise ValueError(f"{name}.npy holds {array.dtype} {array.shape}, should be {shape}")
    return array


def _moments(folder: Path, name: str, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    mean, std = (_array(folder, f"{name}_{part}", np.float32, shape) for part in ("mean", "std"))
    return np.array(mean), np.array(std)


def _check_files(folder: Path, files: dict[str, Any], *, verify: bool, again: str) -> None:
    for name, facts in files.items():
        part = folder / name
        size = part.stat().st_size if part.is_file() else -1
        if size != facts["bytes"]:
            raise DatasetError(
                f"{part}: {'missing' if size < 0 else f'{size} bytes'}, should be "
                f"{facts['bytes']} bytes; {again}"
            )
        if verify and sha256_of(part) != facts["sha256"]:
            raise DatasetError(f"{part}: altered since it was prepared (checksum); {again}")


class Dataset:
    """A prepared dataset, mapped into memory.

    Attributes
    ----------
    spec : AudioSpec
        The spec with which it was prepared.
    meta : dict
        ``dataset.json``.
    entries : list of Entry
        One for each sound.
    waves : numpy.ndarray
        int16 ``(n, n_samples)``, mapped: the cores.
    full : numpy.ndarray
        int16 ``(total,)``, mapped: the sounds at 44.1 kHz, see :meth:`full_wave`.
    mels : numpy.ndarray
        float16 ``(n, n_mels, n_frames)``, mapped.
    attack, air : numpy.ndarray
        float16 ``(n, 5, 40)`` and ``(n, 8, n_frames)``, mapped; see
        :mod:`~neural_drum_machine.signal.fine_attack` and :mod:`~neural_drum_machine.signal.air`.
    attack_moments, air_moments : tuple of numpy.ndarray
        Their mean and standard deviation over the training sounds.
    standardisation : Standardisation
        Over the training sounds.
    """

    def __init__(self, folder: Path, meta: dict[str, Any]) -> None:
        self.folder = folder
        self.meta = meta
        self.spec = spec = AudioSpec.from_dict(meta["spec"])
        for key in ("seed", "rejected", "unsure", "copies", "per_category", "restricted"):
            if key not in meta:
                raise ValueError(f"no {key}")
        self.entries = read_index(folder / "index.csv")
        n, spectrogram = len(self.entries), (spec.n_mels, spec.n_frames)
        self.waves: npt.NDArray[np.int16] = _array(folder, "waves", np.int16, (n, spec.n_samples))
        total = sum(entry.full_length for entry in self.entries)
        self.full: npt.NDArray[np.int16] = _array(folder, "full", np.int16, (total,))
        starts = np.cumsum([0, *(entry.full_length for entry in self.entries)])[:-1].tolist()
        if starts != [entry.full_start for entry in self.entries]:
            raise ValueError("the sounds in full.npy do not follow one another")
        self.mels: npt.NDArray[np.float16] = _array(folder, "mels", np.float16, (n, *spectrogram))
        attack, air = (ATTACK_BANDS, ATTACK_STEPS), (AIR_BANDS, spec.n_frames)
        self.attack: npt.NDArray[np.float16] = _array(folder, "attack", np.float16, (n, *attack))
        self.air: npt.NDArray[np.float16] = _array(folder, "air", np.float16, (n, *air))
        self.attack_moments = _moments(folder, "attack", attack)
        self.air_moments = _moments(folder, "air", air)
        self.standardisation = Standardisation(
            np.array(_array(folder, "log_mel_mean", np.float32, spectrogram)),
            np.array(_array(folder, "log_mel_std", np.float32, spectrogram)),
            spec,
        )

    @classmethod
    def open(cls, folder: str | Path, *, verify: bool = True) -> Self:
        """Open a dataset.

        Parameters
        ----------
        folder : str or Path
            Written by ``ndm dataset prepare``.
        verify : bool
            Compare the checksum of every file (about one second for each gigabyte), not only
            its size.

        Returns
        -------
        Dataset
            The dataset.

        Raises
        ------
        DatasetError
            If it is no dataset, of a newer format, truncated or altered.
        """
        folder = Path(folder)
        path = folder / META
        again = "prepare it again with: ndm dataset prepare SRC --out DIR"
        try:
            meta = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise DatasetError(f"{folder}: no dataset here (no dataset.json); {again}") from None
        except (OSError, RecursionError, ValueError) as error:
            raise DatasetError(f"{path}: not readable ({error}); {again}") from error
        if not isinstance(meta, dict) or meta.get("format") != FORMAT:
            raise DatasetError(f"{path}: not a Neural Drum Machine dataset; {again}")
        if meta.get("format_version") != FORMAT_VERSION:
            raise DatasetError(
                f"{folder}: dataset format {meta.get('format_version')!r}, this program reads "
                f"{FORMAT_VERSION}; update the program or {again}"
            )
        if meta.get("categories") != list(CATEGORIES):
            raise DatasetError(f"{folder}: made for other categories; {again}")
        if set(meta.get("files", ())) != FILES:
            raise DatasetError(f"{path}: does not name the files of a dataset; {again}")
        try:
            _check_files(folder, meta["files"], verify=verify, again=again)
            return cls(folder, meta)
        except _WRONG as error:
            raise DatasetError(f"{folder}: contradicts itself ({error!r}); {again}") from error

    @property
    def fingerprint(self) -> str:
        """Checksum of spec, recipe, sounds, labels and split.

        It covers the index, not the samples: another version of the resampler may round them
        differently.
        """
        text = (
            json.dumps(self.meta["spec"], sort_keys=True)
            + f"recipe {self.meta.get('recipe_version')}"
            + self.meta["files"]["index.csv"]["sha256"]
        )
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def split(self) -> str:
        """Checksum of the split: datasets with the same recordings on the same sides share it.

        Their derived sounds may differ.
        """
        lines = sorted(f"{e.split}\t{e.name}\n" for e in self.entries if e.origin == REAL)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def __len__(self) -> int:
        """Return the number of sounds."""
        return len(self.entries)

    def rows(
        self, split: str, category: str | None = None, origin: str | None = None
    ) -> npt.NDArray[np.int64]:
        """Return the rows of ``train`` or ``validation``, of one category, one origin, or all."""
        return np.array(
            [
                i
                for i, entry in enumerate(self.entries)
                if entry.split == split
                and category in (None, entry.category)
                and origin in (None, entry.origin)
            ],
            dtype=np.int64,
        )

    def wave(self, row: int) -> npt.NDArray[np.float32]:
        """Return a sound's core, float32 ``(n_samples,)``, peak 1."""
        return from_pcm(self.waves[row])

    def full_wave(self, row: int) -> npt.NDArray[np.float32]:
        """Return a sound at 44,100 Hz, float32 ``(full_length,)``, peak 1, onset at sample 256."""
        entry = self.entries[row]
        return from_pcm(self.full[entry.full_start : entry.full_start + entry.full_length])

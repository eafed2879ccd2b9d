"""A prepared dataset, mapped into memory; :mod:`.layout` says what its folder contains."""

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
from neural_drum_machine.dataset.layout import FILES, FORMAT, FORMAT_VERSION, META, check_files
from neural_drum_machine.errors import DatasetError, SpecError
from neural_drum_machine.regular_files import read_regular
from neural_drum_machine.signal.air import AIR_BANDS
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS
from neural_drum_machine.signal.levels import Levels, LevelScale
from neural_drum_machine.signal.mel import log_mel
from neural_drum_machine.signal.pcm import from_pcm
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.standardisation import Standardisation

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


def _array(folder: Path, name: str, dtype: Any, shape: tuple[int, ...]) -> Any:
    """Map an array, and check its type and shape against the index and the spec."""
    array = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    if array.dtype != dtype or array.shape != shape:
        raise ValueError(f"{name}.npy holds {array.dtype} {array.shape}, should be {shape}")
    return array


def _moments(folder: Path, name: str, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    mean, std = (_array(folder, f"{name}_{part}", np.float32, shape) for part in ("mean", "std"))
    return np.array(mean), np.array(std)


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
            meta = json.loads(read_regular(path))
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
            check_files(folder, meta["files"], verify=verify, again=again)
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

    def levels(self, rows: npt.NDArray[np.int64]) -> Levels:
        """Return the levels of sounds, natural logarithms, float32, in the order of `rows`."""
        levels = Levels(
            log_mel(self.mels[rows], self.spec),
            self.air[rows].astype(np.float32),
            self.attack[rows].astype(np.float32),
        )
        release(self.mels, self.air, self.attack)
        return levels

    @property
    def level_scale(self) -> LevelScale:
        """Means and deviations of core, air and fine attack over the training sounds."""
        return LevelScale(self.standardisation, self.air_moments, self.attack_moments)

    def full_wave(self, row: int) -> npt.NDArray[np.float32]:
        """Return a sound at 44,100 Hz, float32 ``(full_length,)``, peak 1, onset at sample 256."""
        entry = self.entries[row]
        return from_pcm(self.full[entry.full_start : entry.full_start + entry.full_length])

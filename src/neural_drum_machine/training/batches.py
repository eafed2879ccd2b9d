"""Batches with equally many sounds of every category."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Sampler
from torch.utils.data import Dataset as TorchDataset

from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.store import Dataset, release
from neural_drum_machine.errors import TrainingError
from neural_drum_machine.signal.levels import Levels


@dataclass(frozen=True, slots=True)
class Picks:
    """The sounds of a batch: rows of the dataset, and the frame at which each crop starts."""

    rows: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]


class BalancedSampler(Sampler[Picks]):
    """Draws the batches of an epoch with equally many sounds of every category.

    A category's sounds come in random order, each once before any comes again.
    The draw depends on seed, epoch and rank alone, so an epoch can be repeated, and the
    processes of a distributed run get different sounds.

    Parameters
    ----------
    pools : list of numpy.ndarray
        Row numbers of each category; empty ones are ignored.
    batch_size : int
        Sounds in a batch. A remainder of the division by the number of categories goes to
        categories drawn for each batch.
    batches : int
        Batches in an epoch.
    seed : int
        Seed of the draw.
    rank : int
        Number of this process.
    max_start : int
        Latest frame at which a crop may start.
    onset_share : float
        Share of the crops that start at frame 0.
    """

    def __init__(
        self,
        pools: list[npt.NDArray[np.int64]],
        batch_size: int,
        batches: int,
        *,
        seed: int = 0,
        rank: int = 0,
        max_start: int = 0,
        onset_share: float = 1.0,
    ) -> None:
        self.pools = [pool for pool in pools if len(pool)]
        if not self.pools:
            raise TrainingError("the dataset has no training sounds; prepare it from more files")
        self.batch_size = batch_size
        self.batches = batches
        self.seed = seed
        self.rank = rank
        self.max_start = max_start
        self.onset_share = onset_share
        self.epoch = 0
        self._skip = (0, 0)

    def skip(self, epoch: int, batches: int) -> None:
        """Leave out the first batches of one epoch: a resumed run has trained on them already."""
        self._skip = (epoch, batches)

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch that is drawn next; Lightning calls this."""
        self.epoch = epoch

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return self.batches

    def __iter__(self) -> Iterator[Picks]:
        """Yield the batches of the current epoch."""
        rng = np.random.default_rng([self.seed, self.epoch, self.rank])
        queues: list[list[int]] = [[] for _ in self.pools]
        first = self._skip[1] if self._skip[0] == self.epoch else 0
        for batch in range(self.batches):
            share, rest = divmod(self.batch_size, len(self.pools))
            counts = np.full(len(self.pools), share)
            counts[rng.permutation(len(self.pools))[:rest]] += 1
            rows: list[int] = []
            for queue, pool, count in zip(queues, self.pools, counts, strict=True):
                while len(queue) < count:
                    queue.extend(rng.permutation(pool).tolist())
                rows += queue[:count]
                del queue[:count]
            starts = rng.integers(0, self.max_start + 1, len(rows))
            starts[rng.random(len(rows)) < self.onset_share] = 0
            if batch >= first:
                yield Picks(np.array(rows), starts)


Decode = Callable[[Levels, npt.NDArray[np.int64]], npt.NDArray[np.float32]]


class MelBatches(TorchDataset[tuple[Tensor, Tensor]]):
    """Whole spectrograms for the generator: (mel magnitudes, categories)."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.categories = torch.tensor([category_index(e.category) for e in data.entries])

    def __getitem__(self, picks: Picks) -> tuple[Tensor, Tensor]:
        """Return ``(batch, n_mels, n_frames)`` float32 and ``(batch,)`` int64."""
        mels = torch.from_numpy(self.data.mels[picks.rows].astype(np.float32))
        release(self.data.mels)
        return mels, self.categories[torch.from_numpy(picks.rows)]


class HitBatches(TorchDataset[tuple[Tensor, Tensor, Tensor, Tensor]]):
    """Whole hits for the generator: (mel magnitudes, air, fine attack, categories)."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.categories = torch.tensor([category_index(e.category) for e in data.entries])

    def __getitem__(self, picks: Picks) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the arrays of the dataset, float32, and ``(batch,)`` int64."""
        parts = (self.data.mels, self.data.air, self.data.attack)
        mel, air, attack = (torch.from_numpy(part[picks.rows].astype(np.float32)) for part in parts)
        release(*parts)
        return mel, air, attack, self.categories[torch.from_numpy(picks.rows)]


class WaveBatches(TorchDataset[tuple[Tensor, Tensor, Tensor, Tensor]]):
    """Crops for the inverter: (mel, waveform, mask, categories).

    Parameters
    ----------
    data : Dataset
        The sounds.
    crop_frames : int
        Frames of a crop; 0 gives whole sounds.
    decode : callable, optional
        Encodes and decodes levels in batches, of categories ``(n,)``, with a generator. Returns mel
        magnitudes ``(n, n_mels, n_frames)``.
    decoded_share : float
        Share of each batch whose mels go through `decode`.
    """

    def __init__(
        self,
        data: Dataset,
        crop_frames: int = 0,
        decode: Decode | None = None,
        decoded_share: float = 0.0,
    ) -> None:
        self.data = data
        self.decode, self.decoded_share = decode, decoded_share
        self.frames = crop_frames or data.spec.n_frames
        self.categories = torch.tensor([category_index(e.category) for e in data.entries])
        self.lengths = np.array([entry.length for entry in data.entries])

    def __getitem__(self, picks: Picks) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return mel ``(batch, n_mels, frames)``; waveform and mask ``(batch, frames * hop)``."""
        spec, n = self.data.spec, self.frames * self.data.spec.hop_length
        mel = np.empty((len(picks.rows), spec.n_mels, self.frames), np.float32)
        wave = np.zeros((len(picks.rows), n), np.float32)
        mask = np.empty((len(picks.rows), n), np.float32)
        # At least half of a crop is sound, because SC divides by the target's norm.
        sounding = self.lengths[picks.rows] // spec.hop_length
        starts = np.minimum(picks.starts, np.maximum(0, sounding - self.frames // 2))
        for i, (row, start) in enumerate(zip(picks.rows, starts, strict=True)):
            mel[i] = self.data.mels[row, :, start : start + self.frames]
            first = int(start) * spec.hop_length
            crop = self.data.wave(int(row))[first : first + n]
            wave[i, : len(crop)] = crop
            mask[i] = np.arange(first, first + n) < self.lengths[row]
        categories = self.categories[torch.from_numpy(picks.rows)]
        if self.decode and self.decoded_share:
            # Seeded with the rows, so that a resumed run draws the same as an unbroken one.
            n = round(self.decoded_share * len(picks.rows))
            chosen = np.random.default_rng(picks.rows).permutation(len(picks.rows))[:n]
            whole = self.data.levels(picks.rows[chosen])
            for i, decoded in zip(
                chosen, self.decode(whole, categories[chosen].numpy()), strict=True
            ):
                mel[i] = decoded[:, starts[i] : starts[i] + self.frames]
        release(self.data.mels, self.data.waves)
        return torch.from_numpy(mel), torch.from_numpy(wave), torch.from_numpy(mask), categories


def training_pools(data: Dataset) -> list[npt.NDArray[np.int64]]:
    """Return the training rows of each category."""
    return [data.rows("train", category) for category in CATEGORIES]


def validation_picks(data: Dataset, batch_size: int) -> list[Picks]:
    """Return the validation sounds, whole, in order.

    Raises
    ------
    TrainingError
        If there are none, because the best weights could not be chosen.
    """
    rows = data.rows("validation")
    if not len(rows):
        raise TrainingError(
            f"{data.folder} has no validation sounds: prepare it from at least two kits (folders) "
            "of one category"
        )
    chunks = np.array_split(rows, -(-len(rows) // batch_size))
    return [Picks(chunk, np.zeros(len(chunk), np.int64)) for chunk in chunks]


class _Loader(DataLoader[Any]):
    """Has a state, so that Lightning does not warn; :meth:`BalancedSampler.skip` resumes it."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


def loader(
    data: TorchDataset[tuple[Tensor, ...]], picks: object, workers: int = 0
) -> DataLoader[tuple[Tensor, ...]]:
    """Return a loader whose sampler gives whole batches.

    Parameters
    ----------
    data : torch.utils.data.Dataset
        Gives the batch of each of the sampler's picks.
    picks : iterable of Picks
        The sampler.
    workers : int
        Processes that read ahead. On a CPU none are needed, because the arrays are mapped; a GPU
        would wait for them (:func:`reading_ahead`).
    """
    return _Loader(
        data,
        sampler=picks,  # type: ignore[arg-type]
        batch_size=None,
        num_workers=workers,
        pin_memory=torch.cuda.is_available(),
        persistent_workers=workers > 0,
    )


def reading_ahead() -> int:
    """Return how many processes read ahead: four where there is a GPU to keep busy, or none."""
    return min(4, os.cpu_count() or 1) if torch.cuda.is_available() else 0

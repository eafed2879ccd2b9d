"""A mixture head: for each cell of a decoded core, a distribution of what decoding has lost.

A small network sees the decoded log-mel about a cell, the cell's place, the category and the code,
and gives a mixture of Gaussians of (recording − decoded), as TVC-GMM does for speech (Kögel et al.
2023, arXiv 2306.01442). :class:`Fields` gives a cell's quantile: neighbouring cells are as alike
as they are in recordings. ``benchmarks/mixture.py`` trains the head and measures it.

Over 250 lines, because one trial is one file: the head, its training, and the fields go together.
"""

import itertools
import time
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import ndtr, ndtri
from torch import nn

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.detail.grid import interpolation
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.standardisation import Standardisation

COMPONENTS: Final = 3
_WIDTH: Final = 96
_BANDS, _FRAMES = (-24, -8, -3, 0, 3, 8, 24), (-8, -3, -1, 0, 1, 3, 8)
"""The neighbourhood that the head sees, relative to its cell."""
_GRID: Final = (4, 2)
"""Bands and frames from one cell to the next where the head is computed; interpolated between."""
_BATCH: Final = 8192
_RATE: Final = 2e-3
_NEAR: Final = 6.9
"""Nepers (60 dB) under the loudest cell: what lies further down hardly counts."""
_QUIET_SHARE: Final = 0.15
_ZONE: Final = 128
"""Mel bands lie closer, in Hz, the lower they are: each zone has an autocovariance of its own."""
_LAGS: Final = (96, 128)
_FIRST: Final = 6
"""Detail begins after the fine attack, at this frame."""


@dataclass(frozen=True)
class Pairs:
    """Sounds beside what the generator makes of them.

    Attributes
    ----------
    recorded, decoded : numpy.ndarray
        Shape ``(n, n_mels, n_frames)``, natural logarithms, float16.
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``.
    categories : numpy.ndarray
        Shape ``(n,)``.
    """

    recorded: FloatArray
    decoded: FloatArray
    codes: FloatArray
    categories: IntArray


class Inputs:
    """What the head sees of some decoded log-mels ``(n, n_mels, n_frames)``."""

    def __init__(
        self, decoded: FloatArray, codes: FloatArray, categories: IntArray, scale: Standardisation
    ) -> None:
        self.decoded, self.codes, self.categories = decoded, codes, categories
        self.loudest = decoded.max(axis=(1, 2)).astype(np.float32)
        self.floor = np.float32(np.log(scale.spec.log_eps))
        self.margin = max(_BANDS), max(_FRAMES)
        pads = [(margin, margin) for margin in self.margin]
        self._padded = np.stack(
            [np.pad((x - scale.mean) / scale.std, pads, "edge").astype(np.float16) for x in decoded]
        )

    def __call__(self, sound: IntArray, band: IntArray, frame: IntArray) -> torch.Tensor:
        """Return the inputs ``(cells, size)`` of cells."""
        shape = self._padded.shape
        first = (sound * shape[1] + band + self.margin[0]) * shape[2] + frame + self.margin[1]
        offsets = np.add.outer(np.multiply(_BANDS, shape[2]), _FRAMES).ravel()
        level = self.decoded[sound, band, frame].astype(np.float32)
        x, y = (band + 0.5) / self.decoded.shape[1], (frame + 0.5) / self.decoded.shape[2]
        columns = [(level - self.loudest[sound]) / 2 + 1, level / 2, 2 * x - 1, 2 * y - 1]
        columns += [f(np.pi * k * x) for k in range(1, 5) for f in (np.cos, np.sin)]
        columns += [f(np.pi * k * y) for k in range(1, 3) for f in (np.cos, np.sin)]
        columns.append(np.log(frame + 0.5) - 3)
        known = np.eye(len(CATEGORIES))[self.categories[sound]]
        parts = [self._padded.reshape(-1)[first[:, None] + offsets], np.stack(columns, 1), known]
        return torch.from_numpy(np.hstack([*parts, self.codes[sound]]).astype(np.float32))

    def sounding(self, sound: IntArray, band: IntArray, frame: IntArray) -> npt.NDArray[np.bool_]:
        """Return which cells lie within 60 dB of the loudest one and over silence."""
        level = self.decoded[sound, band, frame]
        out: npt.NDArray[np.bool_] = (level > self.loudest[sound] - _NEAR) & (
            level > self.floor + 0.7
        )
        return out


@dataclass(frozen=True)
class Mixtures:
    """A mixture for each cell: its components' shares, means and deviations, in nepers.

    Each array has the shape ``(COMPONENTS, …)``.
    """

    shares: FloatArray
    means: FloatArray
    deviations: FloatArray

    def below(self, values: FloatArray) -> FloatArray:
        """Return the probability of a smaller value."""
        out: FloatArray = (self.shares * ndtr((values - self.means) / self.deviations)).sum(axis=0)
        return out

    def quantile(self, probability: FloatArray, steps: int = 20) -> FloatArray:
        """Return the values that are smaller with a probability, by bisection."""
        low = np.full(probability.shape, -6, np.float32)
        high = -low
        for _ in range(steps):
            middle = (low + high) / 2
            under = self.below(middle) < probability
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return low


class Head(nn.Module):
    """The network: two layers of 96, 24,000 numbers."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        sizes = [inputs, _WIDTH, _WIDTH]
        layers = [f for a, b in itertools.pairwise(sizes) for f in (nn.Linear(a, b), nn.SiLU())]
        last = nn.Linear(_WIDTH, 3 * COMPONENTS)
        with torch.no_grad():
            last.weight.mul_(0.1)
            last.bias.copy_(torch.tensor([0, 0, 0, -0.8, -0.1, 0.3, -0.7, -0.7, -0.7]))
        self.layers = nn.Sequential(*layers, last)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return logits of the shares, means, and logarithms of the deviations."""
        shares, means, deviations = self.layers(x).chunk(3, dim=1)
        return shares, means, deviations.clamp(-3.5, 1.5)

    def loss(self, x: torch.Tensor, lost: torch.Tensor) -> torch.Tensor:
        """Return the negative log-likelihood of each cell, nats."""
        shares, means, log = self(x)
        each = -0.5 * ((lost[:, None] - means) * torch.exp(-log)) ** 2 - log
        together = torch.logsumexp(torch.log_softmax(shares, 1) + each, 1)
        return float(0.5 * np.log(2 * np.pi)) - together

    @torch.inference_mode()
    def mixture(self, inputs: Inputs, sound: int) -> Mixtures:
        """Return the mixture of every cell of a sound."""
        n = inputs.decoded.shape[1:]
        places = [np.arange(0, size, step) for size, step in zip(n, _GRID, strict=True)]
        band, frame = (x.ravel() for x in np.meshgrid(*places, indexing="ij"))
        found = self(inputs(np.full(len(band), sound), band, frame))
        to_bands, to_frames = (_between(a, b) for a, b in zip(n, _GRID, strict=True))
        grids = [x.T.numpy().reshape(-1, *map(len, places)) for x in found]
        logits, means, log = (to_bands @ grid @ to_frames.T for grid in grids)
        shares = np.exp(logits - logits.max(axis=0))
        return Mixtures(shares / shares.sum(axis=0), means, np.exp(log))


def _between(n: int, step: int) -> FloatArray:
    """Return the matrix that interpolates between every so many places, ``(n, n / step)``."""
    place = np.minimum(np.arange(n) / step, -(-n // step) - 1)
    out: FloatArray = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(-(-n // step))))
    return out.astype(np.float32)


def train(pairs: Pairs, scale: Standardisation, seconds: float) -> Head:
    """Train a head for so many CPU seconds."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    inputs = Inputs(pairs.decoded, pairs.codes, pairs.categories, scale)
    head = Head(inputs(*np.zeros((3, 1), np.int64)).shape[1])
    optimiser = torch.optim.Adam(head.parameters(), _RATE)
    start, step = time.process_time(), 0
    while (done := (time.process_time() - start) / seconds) < 1:
        cells = np.stack([random.integers(0, n, 2 * _BATCH) for n in pairs.decoded.shape])
        kept = inputs.sounding(*cells) | (random.random(2 * _BATCH) < _QUIET_SHARE)
        place = tuple(cells[:, np.flatnonzero(kept)[:_BATCH]])
        lost = pairs.recorded[place].astype(np.float32) - pairs.decoded[place]
        loss = head.loss(inputs(*place), torch.from_numpy(lost)).mean()
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1, step / 100) * (1 + np.cos(np.pi * done)) / 2
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimiser.step()
        step += 1
    print(f"head: {step} steps, last loss {loss.item():.2f} nats", flush=True)
    return head


def autocovariance(head: Head, pairs: Pairs, scale: Standardisation, each: int = 40) -> FloatArray:
    """Return how alike the normal scores of cells are, by their distance.

    A cell's score is the standard normal value with the probability that the head gives to values
    under the recording's.

    Returns
    -------
    numpy.ndarray
        Shape ``(categories, zones, 96 bands apart, 128 frames apart)``; 1 at distance 0.
    """
    weights = np.sqrt(interpolation(scale.spec.n_mels, _ZONE)).T
    out = np.zeros((len(CATEGORIES), len(weights), *_LAGS), np.float32)
    size = [2 * x for x in pairs.decoded.shape[1:]]
    bands, frames = np.indices(pairs.decoded.shape[1:])
    for category in range(len(CATEGORIES)):
        rows = np.flatnonzero(pairs.categories == category)
        rows = rows[np.linspace(0, len(rows) - 1, min(each, len(rows))).round().astype(int)]
        inputs = Inputs(pairs.decoded[rows], pairs.codes[rows], pairs.categories[rows], scale)
        products = np.zeros((2, len(weights), size[0], size[1] // 2 + 1))
        for sound, row in enumerate(rows):
            lost = pairs.recorded[row].astype(np.float32) - pairs.decoded[row]
            scores = ndtri(np.clip(head.mixture(inputs, sound).below(lost), 1e-3, 1 - 1e-3))
            counts = inputs.sounding(sound, bands, frames) & (frames >= _FIRST)
            for zone, weight in enumerate(weights[:, :, None] * counts):
                for sums, x in zip(products, (weight * scores, weight), strict=True):
                    sums[zone] += np.square(np.abs(np.fft.rfft2(x, size)))
        together, number = np.fft.irfft2(products, size)
        most = number[:, :1, :1]
        # Distances that few pairs of cells have are taken for unrelated.
        found = np.clip(together / np.maximum(number, 2e-3 * most), -1, 1)
        found *= number / (number + 0.01 * most)
        mirrored = found[..., -np.arange(_LAGS[1])]
        out[category] = (found[..., : _LAGS[1]] + mirrored)[:, : _LAGS[0]] / 2
    return out / out[:, :, :1, :1]


class Fields:
    """Gaussian fields of variance 1 with the autocovariance of a category."""

    def __init__(self, covariance: FloatArray, spec: AudioSpec) -> None:
        self._shape = spec.n_mels, spec.n_frames
        self._size = 2 * spec.n_mels, 2 * spec.n_frames
        tapers = [np.cos(np.pi / 2 * np.arange(n) / n) ** 2 for n in _LAGS]
        quarter = np.zeros((*covariance.shape[:2], self._size[0] // 2 + 1, self._size[1] // 2 + 1))
        quarter[..., : _LAGS[0], : _LAGS[1]] = covariance * np.outer(*tapers)
        whole = np.concatenate([quarter, quarter[..., -2:0:-1, :]], axis=2)
        whole = np.concatenate([whole, whole[..., -2:0:-1]], axis=3)
        self._filters = np.sqrt(np.maximum(np.fft.rfft2(whole).real, 0)).astype(np.float32)
        self._zones = interpolation(spec.n_mels, _ZONE)

    def __call__(self, category: int, random: np.random.Generator) -> FloatArray:
        """Return a field ``(n_mels, n_frames)``."""
        filters = self._filters[category]
        white = np.fft.rfft2(random.standard_normal(self._size))
        fields = np.fft.irfft2(white * filters, self._size)[:, : self._shape[0], : self._shape[1]]
        both = np.full(filters.shape[-1], 2.0)
        both[[0, -1]] = 1
        common = np.einsum("kbt,lbt,t->kl", filters, filters, both) / np.prod(self._size)
        variance = np.einsum("bk,kl,bl->b", self._zones, common, self._zones)
        out: FloatArray = np.einsum("bk,kbt->bt", self._zones, fields)
        return out / np.sqrt(variance)[:, None]

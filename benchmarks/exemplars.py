"""How draws that begin at an exemplar compare with draws from the prior, and with recordings.

    .venv/bin/python benchmarks/exemplars.py data/open checkpoints/cwae.safetensors \
        runs/bank.safetensors --out runs/exemplars

Every set has up to 24 sounds of each category, rendered at 44,100 Hz. The reference is recordings
of kits that neither generator nor bank has heard, one kit after another. Each set's figures are
kept in OUT, so that a run can be interrupted; delete them after a change. Prints tables; the
judge is the labeller that ships, which has seen neither held-out nor generated sounds.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
import torch
from exemplars_tables import ear_table, rise_table, set_table
from second_generation import GATE, core_mel, figures

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import CATEGORIES, category_index
from neural_drum_machine.dataset.index import REAL
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges.embedding import Embedder
from neural_drum_machine.evaluation.study.sampler import nearest_sounds
from neural_drum_machine.exemplars.bank import Bank
from neural_drum_machine.exemplars.draw import draw
from neural_drum_machine.exemplars.levels import decoded
from neural_drum_machine.exemplars.morph import morphed
from neural_drum_machine.export.bank_file import read_bank
from neural_drum_machine.export.exemplars import told_name
from neural_drum_machine.export.hit_generator import HitGenerator
from neural_drum_machine.export.prior import category_gaussians, category_mixtures
from neural_drum_machine.inverters.full_band import END_FADE_SECONDS, render_full
from neural_drum_machine.latent.prior import Mixture, Prior
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.signal.blas import one_thread
from neural_drum_machine.signal.distance import best_gain_spectral_convergence
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR, fade_out
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.mel import exp_mel

WILD = (0.5, 1.5, 2.0, 0.0)
CODES_EACH = 40
"""Recordings of a category, one kit after another, that prior and spread are fitted to."""


@dataclass(frozen=True)
class Made:
    """A sound of a set: its category, samples, and the dataset's row that it comes from."""

    category: str
    samples: FloatArray
    row: int | None = None


def balanced(data: Dataset, rows: IntArray, each: int) -> list[int]:
    """Return rows of every category: the first of every kit, then the second, and so on."""
    out: list[int] = []
    for category in CATEGORIES:
        kits: dict[str, list[int]] = {}
        for row in rows.tolist():
            if data.entries[row].category == category:
                kits.setdefault(data.entries[row].kit, []).append(row)
        order = np.random.RandomState(0).permutation(sorted(kits))
        rounds = zip_longest(*(kits[kit] for kit in order))
        out += [row for one in rounds for row in one if row is not None][:each]
    return out


class Study:
    """The generator, the bank, and everything that sets are made from and measured with."""

    def __init__(self, data: Dataset, generator: HitGenerator, bank: Bank, each: int) -> None:
        self.data, self.generator, self.bank, self.each = data, generator, bank, each
        self.row_of = {
            told_name(e.name): row for row, e in enumerate(data.entries) if e.origin == REAL
        }
        self.embedder = Embedder()
        rows = np.array(balanced(data, data.rows("train", origin=REAL), CODES_EACH))
        codes = generator.encode(rows)
        numbers = np.array([category_index(data.entries[row].category) for row in rows])
        means, self.spread = category_gaussians(codes, numbers)
        self.prior = Prior(means, self.spread, Mixture(*category_mixtures(codes, numbers)))

    def _render(self, levels: Levels, seed: int, *, body: bool) -> FloatArray:
        spec = self.data.spec
        mel = exp_mel(levels.mel, spec)
        return render_full(mel, levels.attack, levels.air, spec, seed, body=body)

    def recordings(self, split: str) -> Iterable[Made]:
        """Make recordings of a side of the split, as long as rendered sounds."""
        spec = self.data.spec
        longest = spec.n_samples * FULL_SR // spec.sr
        for row in balanced(self.data, self.data.rows(split, origin=REAL), self.each):
            samples = self.data.full_wave(row)[FULL_PRE_ROLL - GATE : longest].copy()
            if self.data.entries[row].full_length > longest:
                fade_out(samples, END_FADE_SECONDS)
            yield Made(self.data.entries[row].category, samples)

    def from_prior(self) -> Iterable[Made]:
        """Make sounds that the generator draws alone."""
        for category in CATEGORIES:
            number = category_index(category)
            for seed in range(self.each):
                code = self.prior.sample(number, seed)
                levels = decoded(self.generator.decode, code[None], [number])[0]
                yield Made(category, self._render(levels, seed, body=True))

    def exemplars(self, wild: float, *, body: bool = False) -> Iterable[Made]:
        """Make sounds that begin at an exemplar."""
        for category in CATEGORIES:
            for seed in range(self.each):
                one = draw(self.bank, self.generator.decode, self.spread, category, wild, seed)
                samples = self._render(Levels(one.mel, one.air, one.attack), seed, body=body)
                row = self.row_of[self.bank.exemplars[one.exemplar].name]
                yield Made(category, samples, row)

    def morphs(self) -> Iterable[Made]:
        """Make sounds halfway between exemplars of two kits."""
        for category in CATEGORIES:
            kits = self.bank.kits(category)
            for seed in range(self.each):
                random = np.random.RandomState(seed)
                two = random.permutation(len(kits))[:2]
                first, second = (kits[kit][random.randint(len(kits[kit]))] for kit in two)
                _, levels = morphed(self.bank, self.generator.decode, first, second, 0.5)
                row = self.row_of[self.bank.exemplars[first].name]
                yield Made(category, self._render(levels, seed, body=False), row)

    def measure(self, sounds: Iterable[Made]) -> dict[str, list]:
        """Return the figures of a set, JSON values, one of each for a sound."""
        made = list(sounds)
        samples = [one.samples for one in made]
        longest = self.data.spec.n_samples * FULL_SR // self.data.spec.sr - FULL_PRE_ROLL + GATE
        mels = np.stack([core_mel(np.pad(x, (0, longest - len(x)))) for x in samples])
        _, nearest = nearest_sounds(mels, self.data, self.data.rows("train", origin=REAL))
        own = [
            best_gain_spectral_convergence(self.data.mels[one.row].astype(np.float32), mel)
            for one, mel in zip(made, mels, strict=True)
            if one.row is not None
        ]
        seen = np.stack([thumbnail(x[GATE:], FULL_SR) for x in samples]).astype(np.float32)
        # Every sound was meant as one of the eleven: the class "other" is left out.
        judged = Labeller.load().probabilities(seen)[:, : len(CATEGORIES)].argmax(axis=1)
        return {
            "category": [one.category for one in made],
            "embedding": self.embedder(samples, FULL_SR).tolist(),
            "nearest": nearest.tolist(),
            "own": own,
            "judged": judged.tolist(),
            "ear": [figures(x, FULL_SR) for x in samples],
        }


def sets_of(study: Study) -> dict[str, Callable[[], Iterable[Made]]]:
    """Return what is measured: names of sets, and functions that make them."""
    out: dict[str, Callable[[], Iterable[Made]]] = {
        "held-out recordings": lambda: study.recordings("validation"),
        "exemplars, wild 1": lambda: study.exemplars(1.0),
        "prior": study.from_prior,
        "training recordings": lambda: study.recordings("train"),
    }
    for wild in WILD:
        out[f"exemplars, wild {wild:g}"] = lambda wild=wild: study.exemplars(wild)
    out["two exemplars, halfway"] = study.morphs
    out["exemplars, wild 1, body as an oscillator"] = lambda: study.exemplars(1.0, body=True)
    return out


@one_thread()
def main() -> None:
    """Measure what is not measured yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("bank", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for the figures")
    parser.add_argument("--each", type=int, default=24, help="sounds of a category")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = Dataset.open(options.data, verify=False)
    generator = HitGenerator.open(options.weights, data)
    study = Study(data, generator, read_bank(options.bank), options.each)
    options.out.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, make in sets_of(study).items():
        path = options.out / (name.replace(", ", "-").replace(" ", "_") + ".json")
        if not path.exists():
            begin = time.process_time()
            path.write_text(json.dumps(study.measure(make())))
            print(f"measured in {time.process_time() - begin:.0f} CPU s: {name}", flush=True)
        found[name] = json.loads(path.read_text())
    for table in (set_table, ear_table, rise_table):
        print("\n" + "\n".join(table(found)))


if __name__ == "__main__":
    main()
